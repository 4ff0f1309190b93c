"""The style sheets and scripts of the page, as text, and the values of its theme."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def joined(suffix: str) -> str:
    """Return all style sheets (".css") or scripts (".js") of the page, the shared one first."""
    found = [file for file in files(__name__).iterdir() if file.name.endswith(suffix)]
    ordered = sorted(found, key=lambda file: (file.name != f"page{suffix}", file.name))
    return "\n".join(file.read_text("utf-8") for file in ordered)


@cache
def on_load(name: str) -> str:
    """Return the script that a single place of the page runs when it is loaded."""
    return files(__name__).joinpath("on_load", f"{name}.js").read_text("utf-8")


def theme() -> dict[str, Any]:
    """Return what the theme is made with ("base") and what is then set in it ("set")."""
    found: dict[str, Any] = tomllib.loads(files(__name__).joinpath("theme.toml").read_text("utf-8"))
    return found
