"""Whether an answer to a case is right, declined or wrong, and why: `judge`.

Wrong is any number, row or report that is not expected, one that is missing without being named as
undecided, and an answer where a refusal was due. Not answering at all is declined, which is honest.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Literal, NamedTuple

from assistant.result import Answer, Row, Undecided
from evals.cases.bank import Case, Expected, Listed, expect
from evals.cases.gold import ANY, Gold, Key, body_name, load_gold
from evals.reference import Record

Outcome = Literal["right", "declined", "wrong"]
Names = Mapping[str, Key]
_GIVEN = ("answered", "partial")


class Judgement(NamedTuple):
    """The outcome of one question, with what was off in words."""

    outcome: Outcome
    reason: str = ""


def judge(case: Case, answer: Answer, code: str | None, names: Names) -> Judgement:
    """Return the outcome; `code` is that of the refusal, `names` the key of each report_id."""
    if case.refuse:
        return _judge_refusal(case, answer, code)
    if answer.status not in _GIVEN and not _says_no_report(answer, expect(case)[0]):
        if answer.status in case.also:
            return Judgement("right")
        return Judgement("declined", f"{answer.status} {code or ''}: {answer.text[:120]}")
    faults = [_fault(case, answer, expected, names) for expected in expect(case)]
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


def _says_no_report(answer: Answer, expected: Expected) -> bool:
    """Say whether an answer without a number still gives the list of what is undecided."""
    return answer.status == "refused" and not expected.rows and bool(answer.undecided)


def _fault(case: Case, answer: Answer, expected: Expected, names: Names) -> str:
    """Return the first thing that is off, '' when nothing is."""
    gold = load_gold()
    tests: tuple[Callable[[], str], ...] = (
        lambda: _untrue(answer, names, gold),
        lambda: _rows(case, answer, expected, names, gold),
        lambda: _groups(answer, expected),
        lambda: _value(case, answer, expected),
        lambda: _undecided(case, answer, expected, names, gold),
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


def _rows(case: Case, answer: Answer, expected: Expected, names: Names, gold: Gold) -> str:
    if expected.rows is None:
        return ""
    open_ = {gold.key(name) for name in case.open}
    found = _found(answer, names, gold)
    if case.top:
        first = next(iter(found), None)
        return "" if first == expected.rows[0].key else f"first row is {first}"
    if _are_operands(answer, expected, found):
        return ""
    due = {row.key: row for row in expected.rows}
    found = {key: found[key] for key in found if key in due or not _beside(answer, key, names)}
    extra = [key for key in found if key not in due and key not in open_]
    absent = [key for key in due if key not in found and key not in open_]
    if extra or absent:
        return f"rows: too many {_named(extra)}, missing {_named(absent)}"
    if "values" not in case.ignore:
        for key, row in due.items():
            if key in found and (fault := _numbers(case, row, found[key])):
                return fault
    return _order(case, expected.rows, found)


def _found(answer: Answer, names: Names, gold: Gold) -> dict[Key, list[Decimal | None]]:
    """Return the numbers shown for each report in order, shares as fractions."""
    found: dict[Key, list[Decimal | None]] = {}
    for row in answer.rows:
        values = found.setdefault(_key(row, names, gold), [])
        values += [_fraction(row.value, row.unit)]
        values += [_fraction(more.value, more.unit) for more in row.more]
    return found


def _are_operands(answer: Answer, expected: Expected, found: Mapping[Key, object]) -> bool:
    """Say whether the value is the one expected, and the rows the years it was worked out from."""
    if expected.rows is None or len(expected.rows) != 1 or not expected.rows[0].values:
        return False
    (row,) = expected.rows
    operands = len(found) > 1 and {key.body for key in found} == {row.key.body}
    return operands and _fraction(answer.value, answer.unit) == row.values[0]


def _beside(answer: Answer, key: Key, names: Names) -> bool:
    """Say whether a report shows only what its prose says beside a cell without a value."""
    rows = [row for row in answer.rows if names.get(row.report_id or "") == key]
    return bool(rows) and all(row.source == "text" for row in rows) and answer.status == "partial"


def _numbers(case: Case, row: Listed, found: list[Decimal | None]) -> str:
    """Want every expected number among those shown, the only one first."""
    left = [_unsigned(case, value) for value in found if value is not None]
    wanted = [_unsigned(case, value) for value in row.values]
    if len(wanted) == 1 and (not left or left[0] != wanted[0]):
        return f"{row.key.body}{row.key.year} shows {_plain(left)}, not {wanted[0]}"
    for value in wanted:
        if value not in left:
            return f"{row.key.body}{row.key.year} shows {_plain(left)}, lacks {value}"
        left.remove(value)
    return ""


def _order(case: Case, rows: tuple[Listed, ...], found: dict[Key, list[Decimal | None]]) -> str:
    """Want the numbers in the expected order; equal ones may change places."""
    if not case.order or not all(row.values for row in rows):
        return ""
    wanted = [row.values[0] for row in rows]
    got = [values[0] for values in found.values()]
    return "" if got == wanted else f"order {_plain(got)}, not {_plain(wanted)}"


def _groups(answer: Answer, expected: Expected) -> str:
    if expected.groups is None:
        return ""
    found = {row.group or row.agency or "": row.value for row in answer.rows}
    got = {
        next((g for g in expected.groups if name.rstrip("年").endswith(g)), name): value
        for name, value in found.items()
    }
    same = {g: v for g, v in got.items() if v is not None} == dict(expected.groups)
    return "" if same else f"groups { ({g: str(v) for g, v in got.items()}) }"


def _value(case: Case, answer: Answer, expected: Expected) -> str:
    value, wanted = _fraction(answer.value, answer.unit), expected.value
    if "value" in case.ignore and value is None:
        return ""
    none_due = wanted is None and not expected.rows and expected.groups is None
    if wanted == "none" or none_due:
        same = value is None or (none_due and value == 0)
        return "" if same else f"value {value} where none is due"
    if wanted is None:
        return ""
    if value is None and len(answer.rows) == 1:
        value = _fraction(answer.rows[0].value, answer.rows[0].unit)
    same = value is not None and _unsigned(case, value) == _unsigned(case, Decimal(wanted))
    return "" if same else f"value {value}, not {wanted}"


def _undecided(case: Case, answer: Answer, expected: Expected, names: Names, gold: Gold) -> str:
    if "undecided" in case.ignore:
        return ""
    open_ = {gold.key(name) for name in case.open}
    found = {(_key(item, names, gold), item.reason) for item in answer.undecided}
    due = expected.undecided
    free = {key for key, reason in due if reason == ANY}
    extra = {(k, r) for k, r in found if k not in free | open_ and (k, r) not in due}
    absent = {(k, r) for k, r in due if k not in open_ and not _met(k, r, found)}
    if extra or absent:
        return f"undecided: too many {_doubts(extra)}, missing {_doubts(absent)}"
    return ""


def _met(key: Key, reason: str, found: set[tuple[Key, str]]) -> bool:
    return (key, reason) in found or (reason == ANY and any(key == k for k, _ in found))


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


def _key(item: Row | Undecided, names: Names, gold: Gold) -> Key:
    known = names.get(item.report_id or "")
    return Key(known.body if known else _body(item, gold), item.year)


def _body(item: Row | Undecided, gold: Gold) -> str:
    """Return the body of a row without a report, as far as its places and its name tell."""
    chain = body_name(item.model_dump())
    known = {key.body for key in gold.records}
    return chain if chain in known else gold.body(item.agency or chain)


def _fraction(value: Decimal | None, unit: str | None) -> Decimal | None:
    return value / 100 if value is not None and unit == "%" else value


def _unsigned(case: Case, value: Decimal) -> Decimal:
    return abs(value) if "sign" in case.ignore else value


def _plain(values: list[Decimal | None] | list[Decimal]) -> list[str]:
    return [str(value) for value in values]


def _named(keys: object) -> str:
    return "、".join(f"{k.body}{k.year}" for k in keys) or "none"  # type: ignore[attr-defined]


def _doubts(items: set[tuple[Key, str]]) -> str:
    return "、".join(f"{k.body}{k.year} {reason}" for k, reason in items) or "none"


def report_names(rows: Iterable[tuple[str, str]]) -> Names:
    """Return the key of each report_id from (report_id, path) of a library of the samples."""
    stems = load_gold().stems
    return {report_id: stems[Path(path).stem] for report_id, path in rows}
