"""Plans as a case writes them in one line: `read_plan`; measures by catalogue id, places by name.

A measure is "licensing.decisions", a sum "a + b", a share "a / b", a prose fact "fact:name"; a
condition is "measure > 10".
"""

from decimal import Decimal
from typing import Literal

from assistant.plan import (
    Aggregate,
    Comparator,
    Condition,
    GroupBy,
    Measure,
    Operation,
    Plan,
    Scope,
)
from evals.cases.gold import Gold
from index.model import Frozen, Level

_COMPARATORS: dict[str, Comparator] = {
    ">": "gt",
    ">=": "ge",
    "<": "lt",
    "<=": "le",
    "==": "eq",
    "!=": "ne",
}


class Shorthand(Frozen):
    """A plan in one line; unused fields keep the defaults of `Plan`."""

    operation: Operation
    measures: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    places: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    levels: tuple[Level, ...] = ()
    where: tuple[str, ...] = ()
    match: Literal["all", "any"] = "all"
    aggregate: Aggregate | None = None
    group: GroupBy | None = None
    limit: int | None = None
    descending: bool = True
    basis: Literal["difference", "ratio"] = "difference"
    missing: Literal["value", "report", "section"] = "value"
    sections: tuple[str, ...] = ()


def read_plan(short: Shorthand, gold: Gold) -> Plan:
    """Return the plan that a line stands for."""
    scope = Scope(
        years=short.years,
        places=tuple(gold.place(said) for said in short.places),
        kinds=short.kinds,
        levels=short.levels,
    )
    kept = ("operation", "match", "aggregate", "limit", "descending", "basis", "missing")
    return Plan(
        measures=tuple(read_measure(text) for text in short.measures),
        conditions=tuple(_condition(text) for text in short.where),
        scope=scope,
        group_by=short.group,
        sections=short.sections,
        **{name: getattr(short, name) for name in kept},
    )


def read_measure(text: str) -> Measure:
    """Return the measure that a line of ids stands for."""
    above, _, below = text.partition("/")
    if text.startswith("fact:"):
        return Measure(source="fact", terms=(text.removeprefix("fact:"),), label=text)
    return Measure(terms=_terms(above), over=_terms(below), label=text)


def _terms(text: str) -> tuple[str, ...]:
    return tuple(term.strip() for term in text.split("+") if term.strip())


def _condition(text: str) -> Condition:
    measure, sign, value = text.rsplit(" ", 2)
    return Condition(
        measure=read_measure(measure), comparator=_COMPARATORS[sign], value=Decimal(value)
    )
