"""What an answer shows, lacks and has too much of, by the reports of the gold tables."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from assistant.result import Answer, Row, Undecided
from evals.cases.bank import Case, Expected
from evals.cases.gold import ANY, Gold, Key, body_name, load_gold

Names = Mapping[str, Key]
Doubt = tuple[Key, str]


class RowsGap(NamedTuple):
    """The reports that must be listed and those that are, with the numbers shown for each.

    What may stand in any list is in neither. `operands` tells that the rows are not a list but the
    years from which the expected value was worked out.
    """

    due: tuple[Key, ...]
    found: Mapping[Key, list[Decimal | None]]
    missing: tuple[Key, ...] = ()
    extra: tuple[Key, ...] = ()
    operands: bool = False


class DoubtGap(NamedTuple):
    """Reports listed as undecided though they are not, or not so; and those not listed."""

    extra: frozenset[Doubt] = frozenset()
    missing: frozenset[Doubt] = frozenset()


def report_names(rows: Iterable[tuple[str, str]]) -> Names:
    """Return the key of each report_id from (report_id, path) of a library of the samples."""
    stems = load_gold().stems
    return {report_id: stems[Path(path).stem] for report_id, path in rows}


def rows_shown(answer: Answer, names: Names, gold: Gold) -> dict[Key, list[Decimal | None]]:
    """Return the numbers shown for each report in order, shares as fractions."""
    found: dict[Key, list[Decimal | None]] = {}
    for row in answer.rows:
        values = found.setdefault(key_of(row, names, gold), [])
        values += [fraction(row.value, row.unit)]
        values += [fraction(more.value, more.unit) for more in row.more]
    return found


def rows_gap(case: Case, answer: Answer, expected: Expected, names: Names) -> RowsGap | None:
    """Return how the rows differ from the expected ones; None when they are not looked at."""
    if expected.rows is None:
        return None
    gold = load_gold()
    found = rows_shown(answer, names, gold)
    if case.top:
        first = {key: found[key] for key in list(found)[:1]}
        return _gap((expected.rows[0].key,), first)
    if _are_operands(answer, expected, found):
        return RowsGap((expected.rows[0].key,), found, operands=True)
    free = {gold.key(name) for name in case.open}
    keys = {row.key for row in expected.rows}
    due = tuple(r.key for r in expected.rows if r.key in found or r.key not in free)
    kept = {
        key: values
        for key, values in found.items()
        if key in keys or not (key in free or _only_beside(answer, key, names))
    }
    return _gap(due, kept)


def _gap(due: tuple[Key, ...], found: Mapping[Key, list[Decimal | None]]) -> RowsGap:
    missing = tuple(key for key in due if key not in found)
    return RowsGap(due, found, missing, tuple(key for key in found if key not in due))


def undecided_gap(case: Case, answer: Answer, expected: Expected, names: Names) -> DoubtGap:
    """Return how the list of what cannot be decided differs from the expected one."""
    if "undecided" in case.ignore:
        return DoubtGap()
    gold = load_gold()
    open_ = {gold.key(name) for name in case.open}
    found = {(key_of(item, names, gold), item.reason) for item in answer.undecided}
    due = expected.undecided
    free = {key for key, reason in due if reason == ANY} | open_
    return DoubtGap(
        frozenset((k, r) for k, r in found if k not in free and (k, r) not in due),
        frozenset((k, r) for k, r in due if k not in open_ and not _met(k, r, found)),
    )


def _met(key: Key, reason: str, found: set[Doubt]) -> bool:
    return (key, reason) in found or (reason == ANY and any(key == k for k, _ in found))


def groups_shown(answer: Answer, groups: Mapping[str, Decimal]) -> dict[str, Decimal | None]:
    """Return the number shown for each group, under its expected name where it ends in one."""
    found = {row.group or row.agency or "": row.value for row in answer.rows}
    return {
        next((g for g in groups if name.rstrip("年").endswith(g)), name): value
        for name, value in found.items()
    }


def value_is(case: Case, answer: Answer, wanted: Decimal) -> bool:
    """Tell whether the answer's single number, or that of its only row, is the one wanted."""
    value = fraction(answer.value, answer.unit)
    if value is None and len(answer.rows) == 1:
        value = fraction(answer.rows[0].value, answer.rows[0].unit)
    return value is not None and unsigned(case, value) == unsigned(case, wanted)


def unsigned(case: Case, value: Decimal) -> Decimal:
    """Return a number without its sign where the case does not look at it."""
    return abs(value) if "sign" in case.ignore else value


def _are_operands(answer: Answer, expected: Expected, found: Mapping[Key, object]) -> bool:
    """Say whether the value is the one expected, and the rows the years it was worked out from."""
    if expected.rows is None or len(expected.rows) != 1 or not expected.rows[0].values:
        return False
    (row,) = expected.rows
    operands = len(found) > 1 and {key.body for key in found} == {row.key.body}
    return operands and fraction(answer.value, answer.unit) == row.values[0]


def _only_beside(answer: Answer, key: Key, names: Names) -> bool:
    """Say whether a report shows only what its prose says beside a cell without a value."""
    rows = [row for row in answer.rows if names.get(row.report_id or "") == key]
    return bool(rows) and all(row.source == "text" for row in rows) and answer.status == "partial"


def key_of(item: Row | Undecided, names: Names, gold: Gold) -> Key:
    """Return the report that a row or doubt is about, as gold names it."""
    known = names.get(item.report_id or "")
    return Key(known.body if known else _body(item, gold), item.year)


def _body(item: Row | Undecided, gold: Gold) -> str:
    """Return the body of a row without a report, as far as its places and its name tell."""
    chain = body_name(item.model_dump())
    known = {key.body for key in gold.records}
    return chain if chain in known else gold.body(item.agency or chain)


def fraction(value: Decimal | None, unit: str | None) -> Decimal | None:
    """Return a number as it is, percents as a fraction."""
    return value / 100 if value is not None and unit == "%" else value
