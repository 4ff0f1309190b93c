"""The cases of the bank, one table of a kind each: `load_cases`; what each expects: `expect`.

A case gives several phrasings of one question and either a plan, which the reference executor runs
over the gold tables, or what somebody worked out by hand.
"""

import tomllib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Literal, NamedTuple

from pydantic import Field

from evals.cases.gold import Gold, Key, load_gold
from evals.cases.shorthand import Shorthand, read_plan
from evals.reference import Result, execute
from index.model import Bound, Frozen

Given = tuple[str | Decimal, ...]
_FOLDER = Path(__file__).parent
_WHOLE = ("aggregate", "count")


class Case(Frozen):
    """A question in several phrasings, and what a right answer to it holds.

    Attributes:
        ask: the phrasings.
        kind: what is asked, the name of its table.
        rows: file stem and numbers of each report that must be listed; None: not looked at.
        or_rows: other rows that are right as well.
        undecided: file stem and reason ("*" any) of each report that cannot be decided.
        open: stems that may stand in any list.
        value: the single number; "none" when there must not be one.
        groups: place and number of each group.
        figures: further numbers by name, as `Answer.figures` has them.
        bound: what the prose says of the number: "over" for 余.
        order: the rows must stand in this order.
        top: only the first row and the value are looked at.
        refuse: codes of a right refusal.
        named: what a refusal must name.
        says: patterns that the answer's text must match.
        says_not: patterns that it must not.
        also: other outcomes that are right: asking back, refusing, refusing a part, no report.
        ignore: what is not compared.
        plan: the plan whose result is expected, instead of `rows` and the rest.
    """

    ask: tuple[str, ...]
    kind: str
    rows: tuple[Given, ...] | None = None
    or_rows: tuple[Given, ...] | None = None
    undecided: tuple[tuple[str, str], ...] = ()
    open: tuple[str, ...] = ()
    value: Decimal | Literal["none"] | None = None
    groups: tuple[tuple[str, Decimal], ...] | None = None
    figures: Mapping[str, Decimal] = Field(default_factory=dict)
    bound: Bound | None = None
    order: bool = False
    top: bool = False
    refuse: tuple[str, ...] = ()
    named: str = ""
    says: tuple[str, ...] = ()
    says_not: tuple[str, ...] = ()
    also: tuple[Literal["clarify", "refused", "partial", "no_report"], ...] = ()
    ignore: tuple[Literal["values", "value", "undecided", "sign"], ...] = ()
    plan: Shorthand | None = None


class Listed(NamedTuple):
    """One expected row: the report, and the numbers that must be shown for it."""

    key: Key
    values: tuple[Decimal, ...]


class Expected(NamedTuple):
    """What a right answer holds, by report; `rows` None when they are not looked at."""

    rows: tuple[Listed, ...] | None
    undecided: frozenset[tuple[Key, str]]
    value: Decimal | Literal["none"] | None
    groups: Mapping[str, Decimal] | None = None


def load_cases() -> tuple[Case, ...]:
    """Return all cases, by kind in the order of the tables' names."""
    return tuple(case for path in sorted(_FOLDER.glob("*.toml")) for case in _read(path))


def _read(path: Path) -> Iterator[Case]:
    table = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    for case in table["case"]:
        yield Case(kind=table["kind"], **case)


def expect(case: Case) -> tuple[Expected, ...]:
    """Return what a right answer to a case holds; two when other rows are right as well."""
    gold = load_gold()
    if case.plan is not None:
        return (_computed(case.plan, gold),)
    undecided = frozenset((gold.key(name), reason) for name, reason in case.undecided)
    groups = None if case.groups is None else dict(case.groups)
    rows = () if case.rows is None and not _open_ended(case) else case.rows
    first = Expected(_listed(rows, gold), undecided, case.value, groups)
    if case.or_rows is None:
        return (first,)
    return first, first._replace(rows=_listed(case.or_rows, gold), value=None)


def _open_ended(case: Case) -> bool:
    """Say whether a case gives a number, groups or a refusal, and leaves the rows open."""
    return case.value is not None or case.groups is not None or bool(case.refuse)


def _listed(rows: tuple[Given, ...] | None, gold: Gold) -> tuple[Listed, ...] | None:
    if rows is None:
        return None
    return tuple(Listed(gold.key(str(row[0])), tuple(map(Decimal, row[1:]))) for row in rows)


def _computed(short: Shorthand, gold: Gold) -> Expected:
    """Return what the reference executor makes of a plan over the gold tables."""
    plan = read_plan(short, gold)
    result = execute(plan, list(gold.records.values()))
    if plan.group_by is not None:
        groups = {
            row.group[-1]: row.value for row in result.rows if row.group and row.value is not None
        }
        return Expected(None, _undecided(result, gold), None, groups)
    rows = None if plan.operation in _WHOLE else tuple(_row(row, gold) for row in result.rows)
    return Expected(rows, _undecided(result, gold), result.value)


def _row(row: object, gold: Gold) -> Listed:
    report_id, year, value = (getattr(row, name) for name in ("report_id", "year", "value"))
    body = next((k for k, r in gold.records.items() if r.report_id == report_id), None)
    if body is None:
        agency = row.agency  # type: ignore[attr-defined]
        body = next(k for k, r in gold.records.items() if r.agency == agency)
    return Listed(Key(body.body, year), () if value is None else (value,))


def _undecided(result: Result, gold: Gold) -> frozenset[tuple[Key, str]]:
    keys = {record.report_id: key for key, record in gold.records.items()}
    return frozenset(
        (keys.get(item.report_id or "") or Key(gold.body(item.name or ""), item.year), item.reason)
        for item in result.undecided
    )
