"""Which items of an answer's lists stand on a page; a list that was cut is asked for whole."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from assistant.answer import answer_plan
from assistant.library_view import LibraryView
from assistant.page.desks.places import whole
from assistant.plan import PROSE, Understanding
from assistant.result import Answer, Citation, Limits, Row, Undecided
from index.errors import MisuseError

Listed = Literal["yes", "no", "unknown", "cited"]
LISTS: tuple[Listed, ...] = ("yes", "no", "unknown", "cited")
AT_A_TIME = 200
Item = Row | Undecided | Citation


class Part(NamedTuple):
    """The items of a list from the `start`-th on, of `total`; `cited` holds their citations.

    `whole` is how many reports the list is taken from, where it is not all of them (the first five
    of a ranking), else 0; `beyond` how many of the `total` cannot be shown here.
    """

    listed: Listed
    items: tuple[Item, ...]
    start: int
    total: int
    cited: Mapping[int, Citation]
    whole: int = 0
    beyond: int = 0


def part_of(answer: Answer, listed: Listed, start: int = 0) -> Part:
    """Return the items of a list from the `start`-th on, as far as the answer holds them."""
    items = held(answer, listed)
    shown = items[start : start + AT_A_TIME]
    total, cited = total_of(answer, listed), {c.id: c for c in answer.citations}
    beyond = 0 if _can_be_longer(answer) else total - len(items)
    return Part(listed, shown, start, total, cited, _taken_from(answer, total, listed), beyond)


def _taken_from(answer: Answer, total: int, listed: Listed) -> int:
    """Return how many reports qualify where the list names only the first of them, else 0."""
    if listed != "yes" or any(row.group for row in answer.rows):
        return 0
    return answer.coverage.qualified if answer.coverage.qualified > total else 0


def turned(answer: Answer, listed: str, start: str, library: LibraryView) -> Part:
    """Return another page of a list, from the library again where the answer's list was cut."""
    at = whole(start)
    if listed not in LISTS or at is None:
        raise MisuseError(f"没有清单 {listed!r} 的第 {start!r} 项。请重新提问。")
    name, first = LISTS[LISTS.index(listed)], at
    end = min(first + AT_A_TIME, total_of(answer, name))
    if end > len(held(answer, name)) and _can_be_longer(answer):
        limits = Limits(rejected=end, undecided=end, operands=end, held=end)
        understood = Understanding(plan=answer.plan)
        answer = answer_plan(understood, library, answer.question, limits)
    return part_of(answer, name, first)


def _can_be_longer(answer: Answer) -> bool:
    """Tell whether a cut list can be had again from the plan alone."""
    return answer.plan is not None and answer.plan.operation not in PROSE


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
        inventory = answer.plan is not None and answer.plan.operation == "inventory"
        return max(count, counted.qualified if inventory else int(answer.figures.get("listed", 0)))
    return max(count, counted.rejected if listed == "no" else counted.undecidable)
