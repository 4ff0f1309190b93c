"""What all tests share: no command embeds unless its test says so, for that takes seconds."""

import os

pytest_plugins = ("browser_fixtures",)
os.environ["NIANBAO_EMBED_SECONDS"] = "0"
