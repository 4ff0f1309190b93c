"""The buttons of a piece of the page, with their attributes and words, for tests of the views."""

from html.parser import HTMLParser
from typing import NamedTuple


class Button(NamedTuple):
    said: str
    attributes: dict[str, str]

    @property
    def spans(self) -> list[tuple[int, int]]:
        """The places that the button opens."""
        listed = self.attributes.get("data-spans", "").split()
        if not listed and "data-start" in self.attributes:
            listed = [f"{self.attributes['data-start']}-{self.attributes['data-end']}"]
        return [(int(s), int(e)) for s, e in (one.split("-") for one in listed)]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Button] = []
        self.tags: set[str] = set()
        self.handlers: list[str] = []
        self._open: dict[str, str] | None = None
        self._said = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.handlers += [name for name, _ in attrs if name.startswith("on")]
        if tag == "button":
            self._open, self._said = {name: value or "" for name, value in attrs}, ""

    def handle_data(self, data: str) -> None:
        self._said += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "button" and self._open is not None:
            self.found.append(Button(self._said, self._open))
            self._open = None


def buttons(html: str) -> list[Button]:
    """Return the buttons of a piece of HTML in order."""
    reader = _Reader()
    reader.feed(html)
    return reader.found


def act_of(button: Button) -> dict[str, str]:
    """Return what a click on the button tells."""
    return {k[5:]: v for k, v in button.attributes.items() if k.startswith("data-")}


def is_inert(html: str) -> bool:
    """Tell whether a piece of HTML runs nothing and loads nothing."""
    reader = _Reader()
    reader.feed(html)
    return not reader.handlers and not reader.tags & {"script", "img", "iframe", "link", "style"}
