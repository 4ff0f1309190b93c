"""What all tests share.

No command embeds unless its test says so, for that takes seconds. Properties draw the same examples
in every run; `pytest --hypothesis-profile=explore` draws others.
"""

import os

from hypothesis import settings

pytest_plugins = ("browser_fixtures",)
os.environ["NIANBAO_EMBED_SECONDS"] = "0"
settings.register_profile("steady", derandomize=True)
settings.register_profile("explore", derandomize=False)
settings.load_profile("steady")
