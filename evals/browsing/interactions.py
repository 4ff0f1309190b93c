"""What a visitor does on the page, one act after the other, each with how long it took."""

from collections.abc import Iterator
from functools import partial

from evals.browsing.reaction import reaction
from evals.browsing.tour import TABS
from evals.browsing.visitor import Visitor
from evals.demo import QUESTION

_ANSWER = "#ask-answer, #ask-yes, #ask-no, #ask-unknown, #ask-cited"


def measure_interactions(visitor: Visitor) -> Iterator[tuple[str, float]]:
    """Yield each act with its milliseconds; each is done once before, so that nothing is new."""
    for measured in (False, True):
        for name, milliseconds in (*_tabs(visitor), *_question(visitor), *_library(visitor)):
            if measured:
                yield f"act: {name}", milliseconds


def _tabs(visitor: Visitor) -> Iterator[tuple[str, float]]:
    for tab in (*TABS[1:], TABS[0]):
        button = visitor.page.locator(f'[role=tab][data-tab-id="{tab}.tab"]')
        panel = visitor.page.locator(f"#{tab}-tab")
        yield f"open the tab {tab}", reaction(visitor, button.click, panel)


def _question(visitor: Visitor) -> Iterator[tuple[str, float]]:
    page = visitor.page
    number = page.locator("#ask-tab [data-source]").filter(visible=True).last
    visitor.field("ask-question").fill(QUESTION)
    send = page.locator("#ask-send").click
    yield "ask, to the answer and its lists", reaction(visitor, send, number, _ANSWER)
    yield "ask, to chart and downloads", reaction(visitor, send, number)
    mark = page.locator("#source mark").first
    yield "click a number", reaction(visitor, number.click, mark)
    page.keyboard.press("Escape")
    heading = page.locator("#ask-no th button").filter(visible=True).last
    yield "sort a list", reaction(visitor, heading.click, heading)


def _library(visitor: Visitor) -> Iterator[tuple[str, float]]:
    visitor.tab("library")
    rows = visitor.page.locator("#library-list tbody tr")
    words = visitor.field("library-search")
    for said in ("街道", "镇"):
        yield (
            f"search the reports for {said}",
            reaction(visitor, partial(words.fill, said), rows.first),
        )
    button = rows.first.locator("button").first
    report = visitor.page.locator("#library-report .nb").first
    yield "open a report", reaction(visitor, button.click, report)
    back = visitor.page.locator("#library-report [data-do=back]").first
    yield "go back to the list", reaction(visitor, back.click, rows.first)
    visitor.tab("ask")
