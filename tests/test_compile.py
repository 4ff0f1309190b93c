"""Plans in SQL: three-valued verdicts, bounds, missing terms, places, and a second executor."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from plan_library import PlanLibrary, Printed

from assistant.answer import EVERYTHING, Answer, answer_plan
from assistant.compile import compile_plan
from assistant.plan import Condition, Measure, Place, Plan, Scope, Understanding
from evals.fuzz import compare_executors
from evals.reference import Record, execute
from evals.reference_result import Coverage, Result, Row, Undecided
from index.model import NianbaoError

LICENSING = Measure(terms=("licensing.decisions",), label="行政许可", unit="件")
BOTH = Measure(terms=("penalties.decisions", "coercion.decisions"), label="处罚和强制", unit="件")
SHARE = Measure(
    terms=("requests.granted.total",),
    over=("requests.outcomes_total.total",),
    label="予以公开占比",
    unit="%",
)
OTHER = Measure(
    terms=tuple(f"requests.other.{n}.total" for n in ("not_corrected", "fee_unpaid", "other")),
    alternatives=(("requests.other.total",),),
    label="其他处理",
    unit="件",
)
DISCLOSED = Measure(source="fact", terms=("disclosed_total",), label="主动公开条数", unit="条")


def told(plan: Plan, *reports: Printed) -> Answer:
    return answer_plan(Understanding(plan=plan), PlanLibrary(reports), "问", EVERYTHING)


def more_than(measure: Measure, value: str, comparator: Any = "gt") -> Plan:
    condition = Condition(measure=measure, comparator=comparator, value=Decimal(value))
    return Plan(operation="list", conditions=(condition,))


def town(name: str, *, year: int = 2022, form: str = "2021", **cells: Any) -> Printed:
    """A report whose cells are given as licensing=5 or licensing="blank"."""
    ids = {"licensing": "licensing.decisions", "penalties": "penalties.decisions",
           "coercion": "coercion.decisions", "granted": "requests.granted.total",
           "closed": "requests.outcomes_total.total", "other": "requests.other.total"}  # fmt: skip
    printed = {
        ids[key]: (value, None) if isinstance(value, str) else ("reported", Decimal(value))
        for key, value in cells.items()
    }
    return Printed(name, year, printed, "甲县", "甲市", "示例省", name, form=form)


def test_blank_cell_is_not_zero() -> None:
    found = told(
        more_than(LICENSING, "0", "eq"), town("零镇", licensing=0), town("空镇", licensing="blank")
    )
    assert [row.agency for row in found.rows] == ["零镇"]
    assert [(u.agency, u.reason) for u in found.undecided] == [("空镇", "blank")]


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"penalties": "blank", "coercion": "text"}, "blank"),
        ({"penalties": 1, "coercion": "text"}, "text"),
        ({"coercion": 1}, "not_in_form"),
        ({"penalties": 1}, "not_in_form"),
        ({"penalties": "unreadable"}, "unreadable"),
    ],
)
def test_sum_is_undecided_by_its_first_missing_term(cells: dict[str, Any], reason: str) -> None:
    found = told(more_than(BOTH, "0", "ge"), town("缺镇", **cells))
    assert [u.reason for u in found.undecided] == [reason]


def test_share_compares_exactly_as_a_fraction() -> None:
    third = town("三分镇", granted=1, closed=3)
    assert not told(more_than(SHARE, "0.3333333333", "le"), third).rows
    assert told(more_than(SHARE, "0.3333333334", "lt"), third).rows
    assert told(more_than(SHARE, "0"), town("无办结镇", granted=0, closed=0)).undecided[
        0
    ].reason == ("zero_denominator")


@pytest.mark.parametrize(
    ("bound", "comparator", "asked", "outcome"),
    [
        ("over", "gt", "3000", "yes"),
        ("over", "gt", "3001", "undecided"),
        ("over", "lt", "3000", "no"),
        ("over", "lt", "9000", "undecided"),
        ("under", "lt", "3000", "yes"),
        ("under", "ge", "3000", "no"),
        ("under", "gt", "10", "undecided"),
        ("about", "gt", "10", "undecided"),
    ],
)
def test_bound_decides_only_what_logic_allows(
    bound: str, comparator: str, asked: str, outcome: str
) -> None:
    report = Printed("约镇", 2022, {}, "甲县", facts=(("disclosed_total", Decimal(3000), bound),))
    found = told(more_than(DISCLOSED, asked, comparator), report)
    lists = {"yes": found.rows, "no": found.rejected, "undecided": found.undecided}
    assert [name for name, items in lists.items() if items] == [outcome]


def test_disagreeing_statements_are_a_conflict_and_equal_ones_count_once() -> None:
    twice = (("disclosed_total", Decimal(5), "exact"),) * 2
    apart = (*twice, ("disclosed_total", Decimal(6), "exact"))
    plan = Plan(operation="aggregate", aggregate="sum", measures=(DISCLOSED,))
    found = told(plan, Printed("同镇", 2022, {}, "甲县", facts=twice),
                 Printed("异镇", 2022, {}, "乙县", facts=apart))  # fmt: skip
    assert found.value == 5
    assert [(u.agency, u.reason) for u in found.undecided] == [("异镇", "conflict")]


def test_forms_print_the_same_number_otherwise() -> None:
    plan = Plan(operation="aggregate", aggregate="sum", measures=(OTHER,))
    new = {f"requests.other.{n}.total": ("reported", Decimal(2))
           for n in ("not_corrected", "fee_unpaid", "other")}  # fmt: skip
    found = told(
        plan, Printed("新镇", 2022, new, "甲县"), town("旧镇", year=2020, form="2019", other=5)
    )
    assert found.value == 11


def test_unknown_county_may_be_the_one_asked_for() -> None:
    bare = Printed("石鼓镇", 2022, {"licensing.decisions": ("reported", Decimal(7))},
                   township="石鼓镇", candidates=("430321109", "350525107"))  # fmt: skip
    place = Place(said="湘潭县石鼓镇", county="湘潭县", township="石鼓镇")
    plan = Plan(operation="lookup", measures=(LICENSING,), scope=Scope(places=(place,)))
    found = told(plan, bare)
    assert found.status == "refused"
    assert {u.reason for u in found.undecided} == {"ambiguous", "no_report"}


def test_copies_count_once_and_are_told() -> None:
    first = town("甲镇", licensing=5)
    copy = first._replace(role="copy", of=1)
    found = told(Plan(operation="aggregate", aggregate="sum", measures=(LICENSING,)), first, copy)
    assert (found.value, found.coverage.reports, found.coverage.duplicates) == (5, 1, 1)


def test_question_never_becomes_sql() -> None:
    place = Place(said="x", township="'; DROP TABLE reports; --")
    query = compile_plan(
        Plan(operation="lookup", measures=(LICENSING,), scope=Scope(places=(place,)))
    )
    assert "DROP" not in query.sql


def test_number_beyond_the_library_is_refused() -> None:
    with pytest.raises(NianbaoError, match="小数位太多"):
        compile_plan(more_than(LICENSING, "0.12345678901"))


def test_sql_agrees_with_the_reference_executor() -> None:
    differences = compare_executors(_by_sql, range(50))
    assert not differences, differences[0].plan.model_dump_json(exclude_defaults=True)


def _by_sql(plan: Plan, records: Sequence[Record]) -> Result:
    """Answer by SQL, in the reference's shape where the two show the same thing otherwise."""
    reports = [
        Printed(
            r.agency.name or "", r.year, dict(r.cells), r.agency.county, r.agency.city,
            r.agency.province, r.agency.township, r.agency.level, r.agency.kind, r.form,
            tuple((f.name, f.value, f.bound) for f in r.facts),
            tuple((c.rule, c.status, c.metrics) for c in r.checks), r.report_id, r.body_key,
        )
        for r in records
    ]  # fmt: skip
    expected = execute(plan, records)
    found = answer_plan(Understanding(plan=plan), PlanLibrary(reports), "问", EVERYTHING)
    if found.status == "clarify":  # a name that fits two places: asked back, never computed
        return expected
    c = found.coverage
    shown_otherwise = (
        plan.operation == "change"
        or plan.missing == "report"
        or (plan.operation == "aggregate" and plan.aggregate in ("max", "min"))
    )
    if shown_otherwise:
        rows, undecided, value = expected.rows, expected.undecided, expected.exact
    else:
        rows, undecided = _rows(plan, found), _undecided(found)
        value = None if plan.operation in ("check", "missing") else _exact(found)
        if "count" in (plan.operation, plan.aggregate) and value is None:
            value = Fraction(0)
    coverage = Coverage(c.reports, c.decidable, c.undecidable, c.qualified, c.rejected, c.unsettled)
    if plan.missing == "report":
        coverage = expected.coverage
    rejected = tuple(r.report_id or "" for r in found.rejected)
    return Result(rows, undecided, rejected, None, value, coverage)


def _rows(plan: Plan, found: Answer) -> tuple[Row, ...]:
    rows = []
    for row in found.rows:
        exact, counts = _exact(row), "count" in (plan.operation, plan.aggregate)
        if plan.group_by and (exact is None or (counts and exact == 0)):
            continue  # groups without a value are shown here, left out there
        rows.append(
            Row(row.report_id, None, None if plan.group_by else row.year, exact=exact,
                rank=row.rank, group=_group(plan, row))
        )  # fmt: skip
    return tuple(rows)


def _group(plan: Plan, row: Any) -> tuple[str, ...] | None:
    if plan.group_by in ("province", "city", "county"):
        return tuple(part for part in (row.province, row.city, row.county) if part)
    return (row.group.rstrip("年版"),) if plan.group_by else None


def _undecided(found: Answer) -> tuple[Undecided, ...]:
    return tuple(
        Undecided(u.report_id, u.agency, u.year, u.reason)
        for u in found.undecided
        if u.report_id is not None
    )


def _exact(shown: Any) -> Fraction | None:
    if shown.value is None:
        return None
    if shown.ratio is not None:
        return Fraction(shown.ratio.numerator) / Fraction(shown.ratio.denominator)
    return Fraction(shown.value)
