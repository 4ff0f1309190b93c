"""A walk through the page that stops at what a visitor sees: each tab, an answer, a source."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from evals.browsing.visitor import NARROW, WIDE, Theme, Visitor, visit
from evals.demo import QUESTION

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SIZES = (WIDE, NARROW)
THEMES: tuple[Theme, ...] = ("light", "dark")
TABS = ("ask", "library", "extract", "check", "evaluate", "settings", "api")


def walk(visitor: Visitor) -> Iterator[str]:
    """Yield the name of each stop when the page stands there, still."""
    yield "ask"
    visitor.ask(QUESTION)
    number = visitor.page.locator("#ask-tab [data-source]").first
    number.wait_for()
    visitor.settle()
    yield "ask-answer"
    number.click()
    visitor.page.locator("#source mark").first.wait_for()
    visitor.settle()
    yield "source"
    visitor.page.keyboard.press("Escape")
    for tab in TABS[1:]:
        visitor.tab(tab)
        visitor.settle()
        yield tab


def tours(browser: "Browser", url: str) -> Iterator[tuple[str, Visitor]]:
    """Yield each stop on each screen and theme, by a name such as "390-dark-ask"."""
    for size in SIZES:
        for theme in THEMES:
            with visit(browser, url, size=size, theme=theme) as visitor:
                for stop in walk(visitor):
                    yield f"{size[0]}-{theme}-{stop}", visitor
