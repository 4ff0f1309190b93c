"""What a page lists one by one: a cell or answer that changed, or that a run did not get right."""

from collections.abc import Iterator
from typing import NamedTuple

from evals.comparing.comparison import Change, Comparison
from evals.pages.sources import Place
from evals.pages.words import item_title, word
from evals.scoring import marks
from evals.suite.run import CaseResult, Detail, EvalRun

_FALSE = marks.FALSE | {"wrong"}


class Said(NamedTuple):
    """What one side has for a cell: whose it is, the value or None, the mark in words, why."""

    whose: str
    value: str | None
    mark: str = ""
    reason: str = ""


class Card(NamedTuple):
    """One entry of a list; `kind` is what it is filtered by, a code of the table of words."""

    kind: str
    case: str
    report: str
    item: str
    title: str
    said: tuple[Said, ...]
    places: tuple[Place, ...] = ()


def change_cards(comparison: Comparison) -> list[Card]:
    """Return the changes; of those that got worse what is false comes before what is missing."""
    marked = bool(comparison.after.items)
    return [_change(change, marked) for change in ranked(comparison)]


def ranked(comparison: Comparison) -> list[Change]:
    """Return the changes, worse first; a number given falsely is worse than one not given."""
    order = ("worse", "better", "other")
    return sorted(
        comparison.changes,
        key=lambda c: (order.index(c.direction), c.mark_after not in _FALSE),
    )


def run_cards(run: EvalRun) -> list[Card]:
    """Return what a run did not get right, the false before the missing."""
    marked = bool(run.header.items)
    cards = [card for result in run.results for card in _result_cards(result, marked)]
    order = ("false", "missed", "other")
    return sorted(cards, key=lambda card: order.index(card.kind))


def _change(change: Change, marked: bool) -> Card:
    said = (
        *_expected(change.item, change.expected),
        Said("before", change.before, _mark(change.mark_before, marked),
             change.reason_before),
        Said("after", change.after, _mark(change.mark_after, marked), change.reason_after),
    )  # fmt: skip
    places = (
        Place("gold", change.expected_span, change.expected),
        Place("before", change.before_span, change.before),
        Place("after", change.after_span, change.after),
    )
    title = item_title(change.item)
    return Card(change.direction, change.case, change.report, change.item, title, said, places)


def _result_cards(result: CaseResult, marked: bool) -> Iterator[Card]:
    if result.failure:
        return
    if result.verdict in ("wrong", "declined"):
        kind = "false" if result.verdict == "wrong" else "missed"
        said = Said("got", result.shown or None, word("case", result.verdict),
                    result.reason)  # fmt: skip
        yield Card(kind, result.case, "", "", "", (said,))
    for detail in result.details:
        if detail.mark != marks.RIGHT or not marked:
            yield _detail(result, detail, marked)


def _detail(result: CaseResult, detail: Detail, marked: bool) -> Card:
    kind = "other"
    if marked and detail.mark in marks.BAD:
        kind = "false" if detail.mark in marks.FALSE else "missed"
    return Card(
        kind, result.case, detail.report, detail.item, item_title(detail.item),
        (*_expected(detail.item, detail.expected),
         Said("got", detail.got, _mark(detail.mark, marked), detail.reason)),
        (Place("gold", detail.expected_span, detail.expected),
         Place("got", detail.got_span, detail.got)),
    )  # fmt: skip


def _mark(mark: str, marked: bool) -> str:
    return (marks.MEANING.get(mark) if marked else None) or word("case", mark)


def _expected(item: str, expected: str | None) -> tuple[Said, ...]:
    """Return what gold has; of a whole answer it may be known only whether it is right."""
    return (Said("gold", expected),) if item or expected is not None else ()
