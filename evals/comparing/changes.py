"""What changed: every cell and answer that got worse or better, with both values and their place.

Details leave out the cells that are plainly right; those are known from their mark.
"""

import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from evals.comparing.comparison import Change
from evals.comparing.pairing import Pairs, case_name
from evals.scoring import marks
from evals.scoring.rates import SPAN, is_any
from evals.suite.collector import collector_off
from evals.suite.run import CaseResult, Detail, Rate

_ORDER = {"worse": 0, "better": 1, "other": 2}
_UNKNOWN = 2


class _Pair(NamedTuple):
    before: CaseResult
    after: CaseResult


def list_changes(pairs: Pairs) -> tuple[Change, ...]:
    """Return every change, worse first, then by case and cell."""
    found = _cells(pairs) if pairs.items else _answers(pairs)
    with collector_off():
        return tuple(sorted(found, key=lambda c: (_ORDER[c.direction], c.case, c.item)))


def _cells(pairs: Pairs) -> Iterator[Change]:
    """Yield the marked cells that differ, or that are wrong in another way or another place."""
    import numpy

    before, after = pairs.before.marks, pairs.after.marks
    assert before is not None and after is not None
    looked = (before != after) | is_any(before, marks.FALSE)
    looked[_moved(pairs)] |= before[_moved(pairs)] == marks.RIGHT
    last, kept = -1, ({}, {})  # type: tuple[int, tuple[dict[str, Detail], dict[str, Detail]]]
    for at, column in zip(*numpy.nonzero(looked), strict=True):
        pair = _Pair(pairs.before.results[at], pairs.after.results[at])
        if at != last:
            last, kept = int(at), (_by_item(pair.before), _by_item(pair.after))
        signs = str(before[at, column]), str(after[at, column])
        item = pairs.items[column]
        change = _change(pair, signs, (kept[0].get(item), kept[1].get(item)), item)
        if change is not None:
            yield change


def _moved(pairs: Pairs) -> list[int]:
    """Return the pairs in which the places of the values were not found alike."""
    both = zip(pairs.before.results, pairs.after.results, strict=True)
    return [
        at for at, (one, two) in enumerate(both) if one.counts.get(SPAN) != two.counts.get(SPAN)
    ]


def _by_item(result: CaseResult) -> dict[str, Detail]:
    return {detail.item: detail for detail in result.details}


def _answers(pairs: Pairs) -> Iterator[Change]:
    """Yield the answers that differ as a whole, then the entries of their details."""
    for one, two in zip(pairs.before.results, pairs.after.results, strict=True):
        pair = _Pair(one, two)
        if direction := _turned(pair, pairs.rates):
            yield Change(
                direction=direction, case=case_name(one.case, one.repeat), report=_report(pair),
                item="", mark_before=one.verdict, mark_after=two.verdict,
                before=one.shown or None, after=two.shown or None,
                reason_before=one.reason, reason_after=two.reason,
            )  # fmt: skip
        if one.details != two.details:
            yield from _entries(pair)


def _entries(pair: _Pair) -> Iterator[Change]:
    """Yield the entries of details that differ; those of the same item and report belong together.

    Several of one item and report (the entries of a list) are told apart by what they say.
    """
    counted = [Counter(map(_plain, side.details)) for side in pair]
    several = {key for count in counted for key, times in count.items() if times > 1}
    before, after = (_keyed(side.details, several) for side in pair)
    for key in dict.fromkeys((*before, *after)):
        details = before.get(key), after.get(key)
        signs = (details[0].mark if details[0] else "", details[1].mark if details[1] else "")
        change = _change(pair, signs, details, key[0])
        if change is not None:
            yield change


def _keyed(
    details: Sequence[Detail], several: set[tuple[str, ...]]
) -> dict[tuple[str, ...], Detail]:
    found: dict[tuple[str, ...], Detail] = {}
    met: Counter[tuple[str, ...]] = Counter()
    for detail in details:
        key = _plain(detail)
        if key in several:
            key += (detail.expected or "", "" if detail.expected else detail.got or "")
        met[key] += 1
        found[(*key, str(met[key]))] = detail
    return found


def _plain(detail: Detail) -> tuple[str, ...]:
    return detail.item, detail.report


def _change(
    pair: _Pair, signs: tuple[str, str], details: tuple[Detail | None, Detail | None], item: str
) -> Change | None:
    """Return the change of one cell, None when there is none worth telling."""
    one, two = details
    values = _value(signs[0], one), _value(signs[1], two)
    direction = _direction(signs, values, details)
    if direction is None:
        return None
    said = [detail for detail in details if detail]
    expected = [detail.expected for detail in said] or [_expected(signs[0]), _expected(signs[1])]
    return Change(
        direction=direction, case=case_name(pair.before.case, pair.before.repeat),
        report=_report(pair, said), item=item, mark_before=signs[0], mark_after=signs[1],
        expected=next((value for value in expected if value is not None), None),
        before=values[0], after=values[1],
        expected_span=next((d.expected_span for d in said if d.expected_span), None),
        before_span=one.got_span if one else None, after_span=two.got_span if two else None,
        reason_before=one.reason if one else "", reason_after=two.reason if two else "",
    )  # fmt: skip


def _direction(
    signs: tuple[str, str],
    values: tuple[str | None, str | None],
    details: tuple[Detail | None, Detail | None],
) -> str | None:
    if signs[0] == signs[1]:
        if signs[0] == marks.RIGHT:
            return _by_size(_misplaced(details[0]), _misplaced(details[1]))
        return "other" if values[0] != values[1] else None
    return _by_size(*(_badness("mark", sign) for sign in signs)) or "other"


def _badness(kind: str, code: str) -> int:
    """Return how bad a mark or verdict is; one that the table does not know is something amiss."""
    return _table()[kind].get(code, _UNKNOWN) if code else 0


@cache
def _table() -> dict[str, dict[str, int]]:
    path = Path(__file__).with_name("badness.toml")
    found: dict[str, dict[str, int]] = tomllib.loads(path.read_text(encoding="utf-8"))
    return found


def _by_size(before: float, after: float) -> str | None:
    return None if before == after else "worse" if after > before else "better"


def _misplaced(detail: Detail | None) -> bool:
    """Tell whether a right value was taken from another place than gold's."""
    if detail is None or not detail.expected_span:
        return False
    there, got = detail.expected_span, detail.got_span
    return got is None or not (there[0] < got[1] and got[0] < there[1])


def _value(sign: str, detail: Detail | None) -> str | None:
    if detail is not None:
        return detail.got
    return "0" if sign in (marks.ZERO_RIGHT, marks.NOTHING_ZERO) else None


def _expected(sign: str) -> str | None:
    return "0" if sign in (marks.ZERO_RIGHT, marks.ZERO_MISSED, marks.ZERO_WRONG) else None


def _turned(pair: _Pair, rates: Sequence[Rate]) -> str | None:
    """Return in which direction an answer as a whole changed."""
    one, two = pair
    if one.verdict != two.verdict:
        return _by_size(*(_badness("verdict", side.verdict) for side in pair)) or "other"
    ways = {_by_size(*_losses(pair, rate)) for rate in rates} - {None}
    if len(ways) == 1:
        return ways.pop()
    changed = _badness("verdict", one.verdict) > 0 and one.shown != two.shown
    return "other" if ways or changed or one.counts != two.counts else None


def _losses(pair: _Pair, rate: Rate) -> tuple[float, float]:
    """Return how far each side is from the best that this score could be; none when not asked."""
    found = []
    for result in pair:
        hits, of = result.counts.get(rate.name, (0.0, 0.0))
        found.append((of - hits if rate.better == "high" else hits) / of if of else 0.0)
    return found[0], found[1]


def _report(pair: _Pair, details: Sequence[Detail] = ()) -> str:
    """Return the file that a change is about; of an answer without one, that of its details."""
    every = (*details, *pair.before.details, *pair.after.details)
    return next((detail.report for detail in every if detail.report), "")
