"""HTML that cannot be broken into: every text is escaped, only what was built here is markup."""

import unicodedata
from collections.abc import Iterable
from html import escape
from typing import TypeAlias

_VOID = frozenset(("meta", "input", "br"))
_HIDDEN = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))
_KEPT = frozenset("\n\t")


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


def visible(text: str) -> str:
    """Return text with what is not seen written out: a mark that turns the text round, a NUL."""
    if text.isprintable():
        return text
    return "".join(
        f"\\u{ord(c):04x}" if c not in _KEPT and unicodedata.category(c) in _HIDDEN else c
        for c in text
    )


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
