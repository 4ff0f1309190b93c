"""Text that a page sets so that nobody sees it, told by its own style; knows no CSS classes."""

import re
from functools import lru_cache
from typing import Protocol

_NOUGHT = r"\s*:\s*(?:0+(?:\.0+)?|\.0+)(?:[a-z]{2,3}|%)?\s*(?:!|;|$)"
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all"
    rf"|(?<![\w-])opacity{_NOUGHT}",
    re.I,
)
_SIZELESS = re.compile(rf"(?<![\w-])font-size{_NOUGHT}", re.I)
_COLOUR = re.compile(r"(?<![\w-])color\s*:\s*([^;!]+)", re.I)
_BACKGROUND = re.compile(r"(?<![\w-])background(?:-color)?\s*:\s*([^;!]+)", re.I)
_RGB = re.compile(r"rgba?\(\s*(\d{1,3})\s*[, ]\s*(\d{1,3})\s*[, ]\s*(\d{1,3})\b.*\)")
_WHITE = "ffffff"
_NAMES = {"white": _WHITE, "black": "000000"}


class Element(Protocol):
    """What is asked of an element of a page: its attributes, its parts, what is around it."""

    def get(self, key: str) -> str | None:
        """Return an attribute."""

    def getparent(self) -> "Element | None":
        """Return the element around this one."""

    def __len__(self) -> int: ...


def is_hidden(element: Element) -> bool:
    """Tell whether nobody sees the text of an element: not shown, of no size, or of its ground."""
    if element.get("hidden") is not None:
        return True
    style = element.get("style") or ""
    if style and _HIDDEN.search(style):
        return True
    # Around other elements size nought only closes the gaps between them.
    if style and not len(element) and _SIZELESS.search(style):
        return True
    colour = _colour_of(element)
    return bool(colour) and colour == _ground_of(element)


def may_be_hidden(element: Element) -> bool:
    """Tell whether text is white on a ground that the page does not state: seen, or perhaps not."""
    return _colour_of(element) == _WHITE and not _ground_of(element)


def _colour_of(element: Element) -> str:
    return _declared(_COLOUR, element.get("style") or "") or _plain(element.get("color") or "")


def _ground_of(element: Element) -> str:
    """Return the nearest ground that is stated around an element, '' where none is."""
    at: Element | None = element
    while at is not None:
        stated = _declared(_BACKGROUND, at.get("style") or "") or _plain(at.get("bgcolor") or "")
        if stated:
            return stated
        at = at.getparent()
    return ""


@lru_cache(maxsize=1024)
def _declared(pattern: re.Pattern[str], style: str) -> str:
    found = pattern.findall(style) if style else []
    return _plain(found[-1]) if found else ""


@lru_cache(maxsize=1024)
def _plain(colour: str) -> str:
    """Return a colour as six hex digits where it is written so that it can be, else as written."""
    said = " ".join(colour.lower().split())
    if rgb := _RGB.fullmatch(said):
        return "".join(f"{int(part):02x}" for part in rgb.groups())
    bare = said.removeprefix("#")
    if len(bare) == 3 and said != bare:
        return "".join(letter * 2 for letter in bare)
    return _NAMES.get(bare, bare)
