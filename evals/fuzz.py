"""Random valid plans over random records, to compare two executors: `compare_executors`.

Seeded and small: few places, years and values, so that ties, gaps, equal names and zero
denominators are common.
"""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from random import Random
from typing import Literal, NamedTuple

from assistant.plan import Comparator, Condition, Measure, Place, Plan, Scope
from evals.reference import Record, execute
from evals.reference_result import Result
from index.catalogue import form_metrics
from index.model import Agency, Bound, Check, Fact, Form, Status, Verdict

_COUNTIES = (("示例省", "甲市", "甲县"), ("示例省", "甲市", "乙县"), ("虚构省", "丙市", "甲县"))
_TOWNS = (("石桥镇", "镇"), ("河口乡", "乡"), ("石桥街道", "街道"))
_YEARS = (2020, 2021, 2022)
_GONE: tuple[Status, ...] = ("blank", "not_applicable", "unreadable", "row_absent", "text")
_RULES = ("T3-1", "T3-2", "T4-1")
_COMPARATORS: tuple[Comparator, ...] = ("gt", "ge", "lt", "le", "eq", "ne")
_MEASURES = (
    Measure(terms=("licensing.decisions",), label="行政许可", unit="件"),
    Measure(terms=("penalties.decisions", "coercion.decisions"), label="处罚和强制", unit="件"),
    Measure(terms=("fees.amount",), label="收费", unit="万元"),
    Measure(
        terms=("requests.granted.total",),
        over=("requests.outcomes_total.total",),
        label="予以公开占比",
        unit="%",
    ),
    Measure(
        terms=tuple(f"requests.other.{n}.total" for n in ("not_corrected", "fee_unpaid", "other")),
        alternatives=(("requests.other.total",),),
        label="其他处理",
        unit="件",
    ),
    Measure(source="fact", terms=("disclosed_total",), label="主动公开条数", unit="条"),
)
_USED = sorted(
    {
        metric
        for measure in _MEASURES
        if measure.source == "cells"
        for terms in (measure.terms, *measure.alternatives, measure.over)
        for metric in terms
    }
)


class Disagreement(NamedTuple):
    """A plan on which two executors differ; `seed` makes the records and the plan again."""

    seed: int
    plan: Plan
    records: tuple[Record, ...]
    expected: Result
    difference: str


def random_records(random: Random) -> tuple[Record, ...]:
    """Return a small library of current reports: at most one of each body and year."""
    records = []
    for place in _COUNTIES:
        for town in _TOWNS:
            for year in _YEARS:
                if random.random() < 0.6:
                    records.append(_record(random, place, town, year))
    return tuple(records)


def _record(
    random: Random, place: tuple[str, str, str], town: tuple[str, str], year: int
) -> Record:
    form: Form = random.choice(("2021", "2021", "2019"))
    has = set(form_metrics(form))
    name, kind = town
    agency = Agency(
        name=f"{place[2]}{name}",
        level="township",
        kind=kind,
        province=place[0],
        city=place[1],
        county=place[2],
        township=name,
    )
    key = "/".join((*place, name))
    cells = {metric: _cell(random, metric) for metric in _USED if metric in has}
    checks = tuple(Check(rule, _verdict(random), "", ()) for rule in _RULES)
    facts = tuple(_facts(random))
    return Record(f"{key}/{year}", key, agency, year, form, cells, facts, checks)


def _cell(random: Random, metric: str) -> tuple[str, Decimal | None]:
    if random.random() < 0.15:
        return random.choice(_GONE), None
    if metric == "fees.amount":
        return "reported", Decimal(random.randrange(0, 40)) / 8
    return "reported", Decimal(random.choice((0, 0, 1, 2, 3, 5, 1000)))


def _verdict(random: Random) -> Verdict:
    choices: tuple[Verdict, ...] = ("pass", "pass", "pass", "fail", "uncertain", "not_assessable")
    return random.choice(choices)


def _facts(random: Random) -> Iterator[Fact]:
    bounds: tuple[Bound, ...] = ("exact", "exact", "exact", "over", "under", "about")
    for _ in range(random.choice((0, 1, 1, 1, 2))):
        value, bound = Decimal(random.choice((10, 20))), random.choice(bounds)
        yield Fact("disclosed_total", value, "条", bound, "", 0, 0)


def random_plan(random: Random) -> Plan:
    """Return a valid plan of any operation that counts or lists."""
    make = random.choice((_listing, _counting, _ranking, _aggregate, _change, _checking, _missing))
    return make(random)


def _scope(random: Random) -> Scope:
    years = random.sample(_YEARS, random.choice((0, 1, 2)))
    kinds = random.choice(((), (), ("镇",), ("镇", "乡")))
    places = tuple(_place(random) for _ in range(random.choice((0, 0, 1, 2))))
    return Scope(years=tuple(sorted(years)), kinds=kinds, places=places)


def _place(random: Random) -> Place:
    province, city, county = random.choice(_COUNTIES)
    town = random.choice(_TOWNS)[0]
    return random.choice(
        (
            Place(said=county, county=county),
            Place(said=province, province=province),
            Place(said=town, township=town),
            Place(said=county + town, province=province, city=city, county=county, township=town),
        )
    )


def _conditions(random: Random, least: int = 0) -> tuple[Condition, ...]:
    return tuple(_condition(random) for _ in range(random.randint(least, 2)))


def _condition(random: Random) -> Condition:
    measure = random.choice(_MEASURES)
    values = ("0", "0.5", "1") if measure.over else ("0", "1", "2", "10", "20", "999")
    return Condition(
        measure=measure,
        comparator=random.choice(_COMPARATORS),
        value=Decimal(random.choice(values)),
    )


def _match(random: Random) -> Literal["all", "any"]:
    return random.choice(("all", "any"))


def _listing(random: Random) -> Plan:
    return Plan(
        operation="list",
        measures=(random.choice(_MEASURES),),
        scope=_scope(random),
        conditions=_conditions(random),
        match=_match(random),
    )


def _counting(random: Random) -> Plan:
    return Plan(
        operation="count",
        scope=_scope(random),
        conditions=_conditions(random, least=1),
        match=_match(random),
        group_by=random.choice((None, "county", "year", "kind")),
    )


def _ranking(random: Random) -> Plan:
    return Plan(
        operation="rank",
        measures=(random.choice(_MEASURES),),
        scope=_scope(random),
        conditions=_conditions(random),
        match=_match(random),
        descending=random.random() < 0.5,
        limit=random.choice((None, 1, 3)),
    )


def _aggregate(random: Random) -> Plan:
    return Plan(
        operation="aggregate",
        measures=(random.choice(_MEASURES),),
        scope=_scope(random),
        conditions=_conditions(random),
        match=_match(random),
        aggregate=random.choice(("sum", "mean", "median", "max", "min", "count")),
        group_by=random.choice((None, None, "province", "county", "year", "kind", "form")),
    )


def _change(random: Random) -> Plan:
    measure = random.choice(_MEASURES)
    condition = Condition(measure=measure, comparator="gt", value=Decimal(random.choice((0, 1))))
    return Plan(
        operation="change",
        measures=(measure,),
        scope=_scope(random),
        conditions=random.choice(((), (condition,))),
        basis=random.choice(("difference", "ratio")),
        descending=random.random() < 0.5,
        limit=random.choice((None, None, 2)),
    )


def _checking(random: Random) -> Plan:
    verdicts: tuple[Verdict, ...] = ("fail", "pass", "uncertain", "not_assessable")
    rules = tuple(random.sample(_RULES, random.choice((0, 1, 2))))
    return Plan(
        operation="check", scope=_scope(random), rules=rules, verdict=random.choice(verdicts)
    )


def _missing(random: Random) -> Plan:
    return Plan(
        operation="missing",
        measures=(random.choice(_MEASURES),),
        scope=_scope(random),
        missing=random.choice(("value", "report")),
    )


def compare_executors(
    other: Callable[[Plan, Sequence[Record]], Result], seeds: Sequence[int]
) -> list[Disagreement]:
    """Return where `other` differs from the reference; order counts only between unequal ranks."""
    found = []
    for seed in seeds:
        random = Random(seed)
        records, plan = random_records(random), random_plan(random)
        expected = execute(plan, records)
        difference = _difference(expected, other(plan, records))
        if difference:
            found.append(Disagreement(seed, plan, records, expected, difference))
    return found


def _difference(expected: Result, actual: Result) -> str:
    """Name the first part in which two results differ, '' when they agree."""
    for part, shape in _SHAPES.items():
        if shape(expected) != shape(actual):
            return f"{part}：{shape(expected)!r} ≠ {shape(actual)!r}"
    return ""


_SHAPES: dict[str, Callable[[Result], object]] = {
    "coverage": lambda result: result.coverage,
    "value": lambda result: result.exact,
    "rows": lambda result: sorted(
        (
            (r.report_id or "", r.year or 0, r.group or (), r.rank or 0, str(r.exact))
            for r in result.rows
        ),
    ),
    "rejected": lambda result: sorted(result.rejected),
    "undecided": lambda result: sorted(
        (u.report_id or "", u.name or "", u.year or 0, u.reason) for u in result.undecided
    ),
}
