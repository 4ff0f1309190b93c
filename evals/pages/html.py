"""HTML that cannot be broken into: every text is escaped, only what was built here is markup.

A page is one file without any request: its policy lets no script and no style run but its own.
"""

import base64
import hashlib
from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import TypeAlias

from evals.scoring.shown import visible

_VOID = frozenset(("meta", "input"))


class Html(str):
    """Markup that stands as it is."""

    __slots__ = ()


Child: TypeAlias = "str | Iterable[Child] | None"
Attribute: TypeAlias = "str | int | float | bool | None"


def tag(name: str, /, *children: Child, **attributes: Attribute) -> Html:
    """Return an element; `class_` is class, `data_kind` is data-kind, None and False are left out.

    A child that is not `Html` is text.
    """
    said = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in _VOID:
        return Html(f"<{name}{said}>")
    return Html(f"<{name}{said}>{join(*children)}</{name}>")


def join(*children: Child) -> Html:
    """Return the children one after the other."""
    return Html("".join(_written(child) for child in children))


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


def _written(child: Child) -> str:
    if child is None:
        return ""
    if isinstance(child, Html):
        return child
    if isinstance(child, str):
        return escape(visible(child))
    return "".join(_written(one) for one in child)


def _attribute(key: str, value: Attribute) -> str:
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escape(visible(str(value)))}"'


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
