"""Which items of an answer's lists stand on a page; a list that was cut is asked for whole."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from assistant.answer import answer_plan
from assistant.library_view import LibraryView
from assistant.plan import PROSE, Understanding
from assistant.result import EVERYTHING, Answer, Citation, Row, Undecided
from index.errors import MisuseError

Listed = Literal["yes", "no", "unknown", "cited"]
LISTS: tuple[Listed, ...] = ("yes", "no", "unknown", "cited")
AT_A_TIME = 200
Item = Row | Undecided | Citation


class Part(NamedTuple):
    """The items of a list from the `start`-th on, of `total`; `cited` holds their citations.

    `whole` is how many reports the list is taken from, where it is not all of them (the first five
    of a ranking), else 0.
    """

    listed: Listed
    items: tuple[Item, ...]
    start: int
    total: int
    cited: Mapping[int, Citation]
    whole: int = 0


def part_of(answer: Answer, listed: Listed, start: int = 0) -> Part:
    """Return the items of a list from the `start`-th on, as far as the answer holds them."""
    items = held(answer, listed)
    shown = items[start : start + AT_A_TIME]
    total, cited = total_of(answer, listed), {c.id: c for c in answer.citations}
    return Part(listed, shown, start, total, cited, _taken_from(answer, total, listed))


def _taken_from(answer: Answer, total: int, listed: Listed) -> int:
    """Return how many reports qualify where the list names only the first of them, else 0."""
    if listed != "yes" or any(row.group for row in answer.rows):
        return 0
    return answer.coverage.qualified if answer.coverage.qualified > total else 0


def turned(answer: Answer, listed: str, start: str, library: LibraryView) -> Part:
    """Return another page of a list, from the library again where the answer's list was cut."""
    if listed not in LISTS or not (start.isascii() and start.isdigit()):
        raise MisuseError(f"没有清单 {listed!r} 的第 {start!r} 项。请重新提问。")
    name, first = LISTS[LISTS.index(listed)], int(start)
    cut = len(held(answer, name)) < total_of(answer, name)
    beyond = first + AT_A_TIME > len(held(answer, name))
    if cut and beyond and can_be_whole(answer):
        answer = whole(answer, library)
    return part_of(answer, name, first)


def can_be_whole(answer: Answer) -> bool:
    """Tell whether a cut list can be had again from the plan alone."""
    return answer.plan is not None and answer.plan.operation not in PROSE


def whole(answer: Answer, library: LibraryView) -> Answer:
    """Return the answer to the same plan with every item of every list."""
    return answer_plan(Understanding(plan=answer.plan), library, answer.question, EVERYTHING)


def held(answer: Answer, listed: Listed) -> tuple[Item, ...]:
    """Return the items of a list that the answer holds."""
    lists: dict[Listed, tuple[Item, ...]] = {
        "yes": answer.rows,
        "no": answer.rejected,
        "unknown": answer.undecided,
        "cited": answer.citations,
    }
    return lists[listed]


def total_of(answer: Answer, listed: Listed) -> int:
    """Return how many items a list has in all, those that were cut included."""
    count = len(held(answer, listed))
    if not count or listed == "cited":
        return count
    counted = answer.coverage
    if listed == "yes":
        return max(count, int(answer.figures.get("listed", 0)))
    return max(count, counted.rejected if listed == "no" else counted.undecidable)
