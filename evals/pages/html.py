"""A page of results: one file without any request; no script and no style runs but its own."""

import base64
import hashlib
from pathlib import Path

from assistant.markup import Child, Html, join, tag


def page(title: str, *body: Child) -> str:
    """Return a whole page with the style and the script of this package inside it."""
    folder = Path(__file__).parent
    style = (folder / "page.css").read_text("utf-8")
    script = (folder / "page.js").read_text("utf-8")
    policy = (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    head = join(
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", title),
        tag("style", Html(style)),
    )
    inside = tag("body", *body, tag("script", Html(script)))
    return f"<!doctype html>\n{tag('html', tag('head', head), inside, lang='zh-CN')}\n"


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
