"""HTML of the page as a browser sees it: its elements with attributes and text."""

from html.parser import HTMLParser
from typing import NamedTuple

VOID = ("br", "input", "meta")


class Element(NamedTuple):
    """An element with the text inside it; `before` is all text of the page before it."""

    name: str
    attributes: dict[str, str]
    text: str
    before: str

    @property
    def kind(self) -> str:
        """Its class."""
        return self.attributes.get("class", "")


class _Reader(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.text = ""
        self.opened: list[tuple[str, dict[str, str], int]] = []
        self.found: list[Element] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.opened.append((tag, {k: v or "" for k, v in attrs}, len(self.text)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_endtag(self, tag: str) -> None:
        name, attributes, start = self.opened.pop()
        assert name == tag, f"<{name}> is closed by </{tag}>"
        self.found.append(Element(name, attributes, self.text[start:], self.text[:start]))


def elements(page: str) -> list[Element]:
    """Return the elements of a page, inner ones first; raises when they do not nest."""
    reader = _Reader(page)
    assert not reader.opened
    return reader.found


def text_of(page: str) -> str:
    """Return the text of a page."""
    return _Reader(page).text
