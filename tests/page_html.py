"""HTML of the page as a browser sees it: its elements with attributes and text, its buttons."""

from html.parser import HTMLParser
from typing import NamedTuple

VOID = {"br", "hr", "img", "input", "link", "meta"}
ACTIVE = {"script", "img", "iframe", "link", "style"}


class Element(NamedTuple):
    """An element with the text inside it, `page[start:end]` of all text of the page."""

    name: str
    attributes: dict[str, str]
    page: str
    start: int
    end: int

    @property
    def text(self) -> str:
        """The text inside it."""
        return self.page[self.start : self.end]

    @property
    def before(self) -> str:
        """All text of the page before it."""
        return self.page[: self.start]

    @property
    def kind(self) -> str:
        """Its class."""
        return self.attributes.get("class", "")

    @property
    def act(self) -> dict[str, str]:
        """What a click on it tells."""
        return {k[5:]: v for k, v in self.attributes.items() if k.startswith("data-")}

    @property
    def spans(self) -> list[tuple[int, int]]:
        """The places that it opens."""
        listed = self.act.get("spans", "").split()
        if not listed and "start" in self.act:
            listed = [f"{self.act['start']}-{self.act['end']}"]
        return [(int(s), int(e)) for s, e in (one.split("-") for one in listed)]


class _Reader(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.text = ""
        self.opened: list[tuple[str, dict[str, str], int]] = []
        self.found: list[tuple[str, dict[str, str], int, int]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.opened.append((tag, {k: v or "" for k, v in attrs}, len(self.text)))
        if tag in VOID:
            self._close()

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        assert self.opened and self.opened[-1][0] == tag, f"</{tag}> closes {self.opened[-1:]}"
        self._close()

    def _close(self) -> None:
        self.found.append((*self.opened.pop(), len(self.text)))


def elements(page: str, name: str = "") -> list[Element]:
    """Return the elements of a page, or those so called, inner ones first; they must nest."""
    reader = _Reader(page)
    assert not reader.opened
    return [Element(n, a, reader.text, s, e) for n, a, s, e in reader.found if name in ("", n)]


def buttons(page: str) -> list[Element]:
    """Return the buttons of a page in order."""
    return elements(page, "button")


def text_of(page: str) -> str:
    """Return the text of a page."""
    return _Reader(page).text


def handlers(page: str) -> list[str]:
    """Return the attributes of a page that would run something."""
    return [name for one in elements(page) for name in one.attributes if name.startswith("on")]


def is_inert(page: str) -> bool:
    """Tell whether a page runs nothing and loads nothing."""
    return not handlers(page) and not ACTIVE & {one.name for one in elements(page)}
