"""What a visitor does on the page, one act after the other, each with how long it took."""

from collections.abc import Iterator
from functools import partial

from evals.browsing.reaction import reaction
from evals.browsing.tour import TABS
from evals.browsing.visitor import Visitor
from evals.demo import QUESTION, ROOT

_SAMPLE = ROOT / "evals" / "reports" / "大涌镇2022.html"
_CLEAR = "清除"  # Gradio's own word
_ANSWER = "#ask-answer, #ask-yes, #ask-no, #ask-unknown, #ask-cited"


def measure_interactions(visitor: Visitor, rounds: int) -> dict[str, list[float]]:
    """Return the milliseconds of each act in each round; one goes before, so that nothing is new.

    A round does the acts one after the other, as a visitor would, and not each many times over.
    """
    taken: dict[str, list[float]] = {}
    for number in range(rounds + 1):
        for part in (_tabs, _question, _kept, _edited, _library, _files, _language):
            for name, milliseconds in part(visitor):
                if number:
                    taken.setdefault(name, []).append(milliseconds)
    return taken


def _tabs(visitor: Visitor) -> Iterator[tuple[str, float]]:
    for tab in (*TABS[1:], TABS[0]):
        yield f"open the tab {tab}", _opened(visitor, tab)


def _opened(visitor: Visitor, tab: str) -> float:
    """Return how long it takes to open a tab."""
    button = visitor.page.locator(f'[role=tab][data-tab-id="{tab}.tab"]')
    return reaction(visitor, button.click, visitor.page.locator(f"#{tab}-tab"))


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


def _kept(visitor: Visitor) -> Iterator[tuple[str, float]]:
    """Take the answer away, and have it checked."""
    page = visitor.page
    for wanted in ("xlsx", "csv", "json"):
        write = page.locator(f"#keep-{wanted}").click
        yield f"write the answer as {wanted}", reaction(visitor, write, page.locator("body"))
    found = page.locator("#keep-verified [role=status]")
    yield "verify the answer", reaction(visitor, page.locator("#keep-verify").click, found)
    thanks = page.locator("#keep-thanks [role=status]")
    yield "say that it helped", reaction(visitor, page.locator("#keep-up").click, thanks)


def _edited(visitor: Visitor) -> Iterator[tuple[str, float]]:
    """Ask again with another number."""
    page = visitor.page
    field = visitor.field("reading-number")
    if not field.is_visible():
        page.get_by_text(visitor.say("reading.title"), exact=True).click()
    field.fill(str(int(field.input_value()) + 1))
    again = page.locator("#reading-again").click
    number = page.locator("#ask-tab [data-source]").filter(visible=True).last
    yield "ask again with an edited reading", reaction(visitor, again, number)


def _files(visitor: Visitor) -> Iterator[tuple[str, float]]:
    """Extract from a file and check it, and write the corrections of the library."""
    page = visitor.page
    visitor.tab("extract")
    yield from _read_file(visitor, "extract-files", "extract-run", "#extract-result .nb")
    visitor.tab("check")
    write = page.locator("#check-write").click
    yield "write the list of corrections", reaction(visitor, write, page.locator("#check-written"))
    drop = page.locator("#check-files-drop")
    if not drop.is_visible():
        page.get_by_text(visitor.say("check.files"), exact=True).first.click()
    yield from _read_file(visitor, "check-files-drop", "check-files-run", "#check-files-result .nb")
    visitor.tab("ask")


def _read_file(visitor: Visitor, place: str, run: str, shown: str) -> Iterator[tuple[str, float]]:
    """Drop a file, have it read, and take it away again."""
    page = visitor.page
    page.locator(f"#{place} input[type=file]").first.set_input_files(_SAMPLE)
    page.locator(f"#{place}").get_by_text(_SAMPLE.stem).first.wait_for()
    button = page.locator(f"#{run}").click
    yield f"read a file ({run})", reaction(visitor, button, page.locator(shown).first)
    page.locator(f"#{place}").get_by_role("button", name=_CLEAR).first.click()


def _language(visitor: Visitor) -> Iterator[tuple[str, float]]:
    """Switch the language, and open the tabs that are drawn in it only then."""
    page = visitor.page
    for language in ("en", "zh"):
        box = page.locator(f"#language input[value={language}]")
        yield (
            f"switch the language to {language}",
            reaction(visitor, box.check, page.locator("body")),
        )
        for tab in ("library", "check"):
            yield f"open the tab {tab} after that ({language})", _opened(visitor, tab)
        visitor.tab("ask")


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
