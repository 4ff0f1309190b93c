"""The lists and numbers of an answer against those that were due, as counts."""

from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from assistant.result import Answer
from evals.cases.bank import Case, Expected
from evals.cases.gold import Key, load_gold
from evals.cases.shown import (
    Names,
    RowsGap,
    fraction,
    groups_shown,
    rows_gap,
    unsigned,
    value_is,
)
from evals.suite.run import Count, Detail


class Scored(NamedTuple):
    """Counts by rate, and what is not right."""

    counts: dict[str, Count]
    details: tuple[Detail, ...]


class Held(NamedTuple):
    """An answer beside what was expected; `given` says whether it answers at all."""

    case: Case
    answer: Answer
    expected: Expected
    names: Names
    given: bool


def list_counts(held: Held) -> Scored:
    """Count the reports, or groups, that are listed against those that must be."""
    groups = held.expected.groups
    if groups is not None:
        shown = groups_shown(held.answer, groups) if held.given else {}
        found = {name for name, value in shown.items() if value is not None}
        missing, extra = [n for n in groups if n not in found], sorted(found - set(groups))
        return _listed(len(groups), len(found), _gaps("group", missing, extra), held.given)
    gap = rows_gap(held.case, held.answer, held.expected, held.names)
    if gap is None:
        return Scored({}, ())
    if not held.given:
        gap = RowsGap(gap.due, {}, gap.due)
    found_count = 1 if gap.operands else len(gap.found)
    details = _gaps("rows", [file_of(k) for k in gap.missing], [file_of(k) for k in gap.extra])
    return _listed(len(gap.due), found_count, details, held.given)


def _listed(due: int, found: int, gaps: tuple[Detail, ...], given: bool) -> Scored:
    """Return the scores of a list; an empty one that is due is right only when it is given."""
    hits = float(due - sum(gap.mark == "missing" for gap in gaps))
    counts: dict[str, Count] = {"set_exact": (float(given and not gaps), 1.0)}
    if due:
        counts["list_recall"] = (hits, float(due))
    if found:
        counts["list_precision"] = (hits, float(found))
    if due or found:
        counts["list_f1"] = (2 * hits, float(due + found))
    return Scored(counts, gaps)


def _gaps(item: str, missing: list[str], extra: list[str]) -> tuple[Detail, ...]:
    return (
        *(Detail(item=item, mark="missing", report=name) for name in missing),
        *(Detail(item=item, mark="extra", report=name) for name in extra),
    )


def number_counts(held: Held) -> Scored:
    """Count the numbers that were asked for, each at its report or group, or the single one."""
    hits = of = 0
    details: list[Detail] = []
    for name, wanted, got in _wanted(held):
        right = wanted in got
        hits, of = hits + right, of + 1
        if right:
            got.remove(wanted)
        else:
            said = "、".join(map(str, got)) or None
            details.append(Detail(item="value", mark="wrong" if said else "missing",
                                  report=name, expected=str(wanted), got=said))  # fmt: skip
    return Scored({"value": (float(hits), float(of))} if of else {}, tuple(details))


def _wanted(held: Held) -> Iterator[tuple[str, Decimal, list[Decimal]]]:
    """Yield each number due, where it is due, and the numbers shown there that are left."""
    case, answer, expected = held.case, held.answer, held.expected
    if isinstance(expected.value, Decimal) and "value" not in case.ignore:
        right = held.given and value_is(case, answer, expected.value)
        said = fraction(answer.value, answer.unit) if held.given else None
        yield "", expected.value, [expected.value] if right else [] if said is None else [said]
    if expected.groups is not None:
        shown = groups_shown(answer, expected.groups) if held.given else {}
        for name, wanted in expected.groups.items():
            value = shown.get(name)
            yield name, wanted, [] if value is None else [value]
    gap = rows_gap(case, answer, expected, held.names)
    if gap is None or case.top or "values" in case.ignore:
        return
    for row in expected.rows or ():
        found = gap.found.get(row.key, []) if held.given else []
        if gap.operands:  # the value itself is the number of the row
            found = list(row.values)
        left = [unsigned(case, value) for value in found if value is not None]
        left = left[:1] if len(row.values) == 1 else left  # the one asked for stands first
        for wanted in row.values:
            yield file_of(row.key), unsigned(case, wanted), left


def file_of(key: Key) -> str:
    """Return the file of a report, or its body and year where gold has none."""
    return _files().get(key, f"{key.body}{key.year or ''}")


@cache
def _files() -> dict[Key, str]:
    return {key: record.report_id for key, record in load_gold().records.items()}
