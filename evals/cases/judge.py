"""Whether an answer to a case is right, declined or wrong, and why: `judge`.

Wrong is any number, row or report that is not expected, one that is missing without being named as
undecided, and an answer where a refusal was due. Not answering at all is declined, which is honest.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Literal, NamedTuple

from assistant.result import Answer
from evals.cases.bank import Case, Expected, Listed, expect
from evals.cases.gold import Gold, Key, load_gold
from evals.cases.shown import (
    Names,
    fraction,
    groups_shown,
    rows_gap,
    undecided_gap,
    unsigned,
    value_is,
)
from evals.reference import Record

Outcome = Literal["right", "declined", "wrong"]
_GIVEN = ("answered", "partial")


class Judgement(NamedTuple):
    """The outcome of one question, with what was off in words."""

    outcome: Outcome
    reason: str = ""


def judge(case: Case, answer: Answer, code: str | None, names: Names) -> Judgement:
    """Return the outcome; `code` is that of the refusal, `names` the key of each report_id."""
    if case.refuse:
        return _judge_refusal(case, answer, code)
    if answer.status not in _GIVEN and not says_no_report(answer, expect(case)[0]):
        if answer.status in case.also:
            return Judgement("right")
        return Judgement("declined", f"{answer.status} {code or ''}: {answer.text[:120]}")
    faults = [fault_of(case, answer, expected, names) for expected in expect(case)]
    return Judgement("right") if "" in faults else Judgement("wrong", faults[0])


def _judge_refusal(case: Case, answer: Answer, code: str | None) -> Judgement:
    """Judge a question that must not be answered; a part of it may be when the case says so."""
    if answer.status in _GIVEN:
        absent = not answer.rows and answer.value is None and bool(answer.undecided)
        if answer.status in case.also or ("no_report" in case.also and absent):
            return Judgement("right")
        return Judgement("wrong", f"answered: {answer.text[:160]}")
    if answer.status == "clarify":
        return Judgement("declined", f"asks back instead of refusing: {answer.text[:120]}")
    if code not in case.refuse:
        return Judgement(
            "declined", f"code {code}, not {'/'.join(case.refuse)}: {answer.text[:120]}"
        )
    return Judgement("declined", fault) if (fault := _words(case, answer)) else Judgement("right")


def says_no_report(answer: Answer, expected: Expected) -> bool:
    """Say whether an answer without a number still gives the list of what is undecided."""
    return answer.status == "refused" and not expected.rows and bool(answer.undecided)


def fault_of(case: Case, answer: Answer, expected: Expected, names: Names) -> str:
    """Return the first thing that is off, '' when nothing is."""
    gold = load_gold()
    tests: tuple[Callable[[], str], ...] = (
        lambda: _untrue(answer, names, gold),
        lambda: _rows(case, answer, expected, names),
        lambda: _groups(answer, expected),
        lambda: _value(case, answer, expected),
        lambda: _undecided(case, answer, expected, names),
        lambda: _figures(case, answer),
        lambda: _words(case, answer),
    )
    return next((fault for test in tests if (fault := test())), "")


def _untrue(answer: Answer, names: Names, gold: Gold) -> str:
    """Compare every cell and prose number shown, asked for or not, with the gold tables."""
    changes = answer.plan is not None and answer.plan.operation == "change"
    for row in answer.rows:
        key = names.get(row.report_id or "")
        shown = [] if changes and row.more else [(row.metric, row.year, row.value)]
        shown += [(more.metric, more.year or row.year, more.value) for more in row.more]
        for metric, year, value in shown if key else ():
            record = gold.records.get(Key(key.body, year)) if key else None
            if value is not None and not _true(record, metric, value):
                return f"{row.agency}{year} {metric} is not {value}"
    return ""


def _true(record: Record | None, metric: str, value: Decimal) -> bool:
    """Say whether gold has this number, or says nothing of it (a sum, a share, other facts)."""
    if record is None:
        return False
    if metric in record.cells:
        status, number = record.cells[metric]
        return status == "reported" and number == value
    stated = {fact.value for fact in record.facts if fact.name == metric}
    return not stated or value in stated


def _rows(case: Case, answer: Answer, expected: Expected, names: Names) -> str:
    gap = rows_gap(case, answer, expected, names)
    if gap is None or expected.rows is None:
        return ""
    if case.top:
        return f"first row is {next(iter(gap.found), None)}" if gap.missing else ""
    if gap.extra or gap.missing:
        return f"rows: too many {_named(gap.extra)}, missing {_named(gap.missing)}"
    if "values" not in case.ignore and not gap.operands:
        for row in expected.rows:
            if row.key in gap.found and (fault := _numbers(case, row, gap.found[row.key])):
                return fault
    return "" if gap.operands else _order(case, expected.rows, gap.found)


def _numbers(case: Case, row: Listed, found: list[Decimal | None]) -> str:
    """Want every expected number among those shown, the only one first."""
    left = [unsigned(case, value) for value in found if value is not None]
    wanted = [unsigned(case, value) for value in row.values]
    if len(wanted) == 1 and (not left or left[0] != wanted[0]):
        return f"{row.key.body}{row.key.year} shows {_plain(left)}, not {wanted[0]}"
    for value in wanted:
        if value not in left:
            return f"{row.key.body}{row.key.year} shows {_plain(left)}, lacks {value}"
        left.remove(value)
    return ""


def _order(case: Case, rows: tuple[Listed, ...], found: Mapping[Key, list[Decimal | None]]) -> str:
    """Want the numbers in the expected order; equal ones may change places."""
    if not case.order or not all(row.values for row in rows):
        return ""
    wanted = [row.values[0] for row in rows]
    got = [values[0] for values in found.values()]
    return "" if got == wanted else f"order {_plain(got)}, not {_plain(wanted)}"


def _groups(answer: Answer, expected: Expected) -> str:
    if expected.groups is None:
        return ""
    got = groups_shown(answer, expected.groups)
    same = {g: v for g, v in got.items() if v is not None} == dict(expected.groups)
    return "" if same else f"groups { ({g: str(v) for g, v in got.items()}) }"


def _value(case: Case, answer: Answer, expected: Expected) -> str:
    value, wanted = fraction(answer.value, answer.unit), expected.value
    if "value" in case.ignore and value is None:
        return ""
    none_due = wanted is None and not expected.rows and expected.groups is None
    if wanted == "none" or none_due:
        same = value is None or (none_due and value == 0)
        return "" if same else f"value {value} where none is due"
    if wanted is None:
        return ""
    same = value_is(case, answer, Decimal(wanted))
    return "" if same else f"value {value}, not {wanted}"


def _undecided(case: Case, answer: Answer, expected: Expected, names: Names) -> str:
    gap = undecided_gap(case, answer, expected, names)
    if gap.extra or gap.missing:
        return f"undecided: too many {_doubts(gap.extra)}, missing {_doubts(gap.missing)}"
    return ""


def _figures(case: Case, answer: Answer) -> str:
    for name, value in case.figures.items():
        if answer.figures.get(name) != value:
            return f"{name} {answer.figures.get(name)}, not {value}"
    if case.bound and any(row.bound != case.bound for row in answer.rows):
        return f"bound {answer.rows[0].bound}, not {case.bound}"
    return ""


def _words(case: Case, answer: Answer) -> str:
    text = "\n".join((answer.text, *answer.warnings))
    for pattern in (*case.says, *([re.escape(case.named)] if case.named else [])):
        if not re.search(pattern, text):
            return f"does not say {pattern!r}: {answer.text[:120]}"
    for pattern in case.says_not:
        if re.search(pattern, text, re.MULTILINE):
            return f"says {pattern!r}: {answer.text[:120]}"
    return ""


def _plain(values: list[Decimal | None] | list[Decimal]) -> list[str]:
    return [str(value) for value in values]


def _named(keys: object) -> str:
    return "、".join(f"{k.body}{k.year}" for k in keys) or "none"  # type: ignore[attr-defined]


def _doubts(items: frozenset[tuple[Key, str]]) -> str:
    return "、".join(f"{k.body}{k.year} {reason}" for k, reason in items) or "none"
