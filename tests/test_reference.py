"""The independent executor of plans, held to worked examples."""

from decimal import Decimal
from fractions import Fraction

import pytest

from assistant.plan import Condition, Measure, Place, Plan, Scope
from evals.reference import Record, execute
from index.model import Agency, Check, Fact

LICENCES = Measure(terms=("licensing.decisions",), label="行政许可", unit="件")
PENALTIES = Measure(terms=("penalties.decisions",), label="行政处罚", unit="件")
DISCLOSED = Measure(source="fact", terms=("disclosed_total",), label="主动公开条数", unit="条")
GRANTED = Measure(
    terms=("requests.granted.total",),
    over=("requests.outcomes_total.total",),
    label="占比",
    unit="%",
)
OTHER = Measure(
    terms=("requests.other.not_corrected.total", "requests.other.fee_unpaid.total"),
    alternatives=(("requests.other.total",),),
    label="其他处理",
)


def town(name: str, county: str | None = "甲县", kind: str | None = "镇") -> Agency:
    return Agency(
        name=name,
        level="township",
        kind=kind,
        province="示例省",
        city="示例市",
        county=county,
        township=name,
    )


def report(
    name: str = "甲镇",
    year: int | None = 2022,
    county: str | None = "甲县",
    facts: tuple[Fact, ...] = (),
    checks: dict[str, str] | None = None,
    **cells: int | str | Decimal,
) -> Record:
    """Make a record; a cell is a number, or a status for one without a value."""
    read = {
        key.replace("__", "."): (value, None)
        if isinstance(value, str)
        else ("reported", Decimal(value))
        for key, value in cells.items()
    }
    found = tuple(Check(rule, status, "", ()) for rule, status in (checks or {}).items())
    key = f"{county}/{name}"
    return Record(f"{key}/{year}", key, town(name, county), year, "2021", read, facts, found)


def licences(name: str, value: int | str, year: int = 2022, county: str = "甲县") -> Record:
    return report(name, year, county, licensing__decisions=value)


def fact(value: int, bound: str = "exact") -> Fact:
    return Fact("disclosed_total", Decimal(value), "条", bound, "", 0, 0)


def where(measure: Measure, comparator: str, value: int | str) -> Condition:
    return Condition(measure=measure, comparator=comparator, value=Decimal(value))


def names(result) -> list[str]:
    return [row.agency.name for row in result.rows]


def reasons(result) -> dict[str, str]:
    return {item.name: item.reason for item in result.undecided}


BIG = where(LICENCES, "gt", 1000)
POOL = [
    licences("甲镇", 6181),
    licences("乙镇", 1000),
    licences("丙镇", "blank"),
    licences("丁镇", 0),
]


def test_a_filter_gives_three_lists():
    result = execute(Plan(operation="list", measures=(LICENCES,), conditions=(BIG,)), POOL)
    assert names(result) == ["甲镇"]
    assert result.rejected == ("甲县/乙镇/2022", "甲县/丁镇/2022")
    assert reasons(result) == {"丙镇": "blank"}
    assert result.coverage[:5] == (4, 3, 1, 1, 2)


def test_a_missing_value_is_never_zero():
    result = execute(Plan(operation="count", conditions=(where(LICENCES, "le", 0),)), POOL)
    assert result.value == 1
    assert reasons(result) == {"丙镇": "blank"}


@pytest.mark.parametrize(
    ("match", "other", "listed", "doubt"),
    [
        ("all", where(PENALTIES, "gt", 5), [], {}),
        ("all", where(PENALTIES, "lt", 5), [], {"甲镇": "blank"}),
        ("any", where(PENALTIES, "lt", 5), ["甲镇"], {}),
        ("any", where(PENALTIES, "gt", 5), [], {"甲镇": "blank"}),
    ],
)
def test_an_undecided_condition_yields_only_when_the_verdict_is_open(match, other, listed, doubt):
    record = report(licensing__decisions="blank", penalties__decisions=3)
    plan = Plan(operation="list", conditions=(BIG, other), match=match)
    result = execute(plan, [record])
    assert names(result) == listed
    assert reasons(result) == doubt


def test_the_first_missing_operand_gives_the_reason():
    both = Measure(terms=("licensing.decisions", "penalties.decisions"), label="合计")
    record = report(licensing__decisions="unreadable", penalties__decisions="blank")
    result = execute(Plan(operation="list", measures=(both,)), [record])
    assert reasons(result) == {"甲镇": "unreadable"}


def test_a_cell_without_a_row_is_not_in_form():
    result = execute(Plan(operation="list", measures=(PENALTIES,)), [licences("甲镇", 1)])
    assert reasons(result) == {"甲镇": "not_in_form"}


def test_an_alternative_counts_when_the_form_has_it_whole():
    old = report(requests__other__total=7)
    new = report(
        "乙镇", requests__other__not_corrected__total=1, requests__other__fee_unpaid__total=2
    )
    result = execute(Plan(operation="list", measures=(OTHER,)), [old, new])
    assert [row.value for row in result.rows] == [7, 3]


def test_a_share_is_undecided_on_a_zero_denominator():
    zero = report(requests__granted__total=0, requests__outcomes_total__total=0)
    third = report("乙镇", requests__granted__total=1, requests__outcomes_total__total=3)
    result = execute(Plan(operation="list", measures=(GRANTED,)), [zero, third])
    assert reasons(result) == {"甲镇": "zero_denominator"}
    assert (result.rows[0].value, result.rows[0].exact) == (Decimal("0.3333"), Fraction(1, 3))


def test_a_summed_share_is_pooled_and_a_mean_is_not():
    a = report(requests__granted__total=1, requests__outcomes_total__total=1)
    b = report("乙镇", requests__granted__total=0, requests__outcomes_total__total=3)
    pooled = execute(Plan(operation="aggregate", measures=(GRANTED,), aggregate="sum"), [a, b])
    mean = execute(Plan(operation="aggregate", measures=(GRANTED,), aggregate="mean"), [a, b])
    assert (pooled.exact, mean.exact) == (Fraction(1, 4), Fraction(1, 2))


@pytest.mark.parametrize(
    ("function", "value"),
    [
        ("sum", 7181),
        ("mean", "2393.6667"),
        ("median", 1000),
        ("max", 6181),
        ("min", 0),
        ("count", 3),
    ],
)
def test_an_aggregate_is_over_reports_that_have_a_value(function, value):
    result = execute(Plan(operation="aggregate", measures=(LICENCES,), aggregate=function), POOL)
    assert result.value == Decimal(value)
    assert result.coverage.undecidable == 1


def test_an_aggregate_of_nothing_is_no_number():
    plan = Plan(operation="aggregate", measures=(LICENCES,), aggregate="sum")
    assert execute(plan, [licences("丙镇", "blank")]).value is None


def test_sums_of_money_are_exact():
    fees = Measure(terms=("fees.amount",), label="收费", unit="万元")
    pool = [report(str(i), fees__amount=Decimal("0.1")) for i in range(3)]
    plan = Plan(operation="aggregate", measures=(fees,), aggregate="sum")
    assert execute(plan, pool).value == Decimal("0.3")


def test_ties_share_a_rank_and_are_never_cut_apart():
    pool = [licences(n, v) for n, v in zip("甲乙丙丁", (5, 9, 5, 1), strict=True)]
    plan = Plan(operation="rank", measures=(LICENCES,), limit=2)
    result = execute(plan, pool)
    assert [(row.agency.name, row.rank) for row in result.rows] == [("乙", 1), ("甲", 2), ("丙", 2)]
    lowest = execute(plan.model_copy(update={"descending": False, "limit": 1}), pool)
    assert names(lowest) == ["丁"]


def test_a_report_that_fails_a_condition_is_a_no_even_without_the_value():
    record = report(licensing__decisions="blank", penalties__decisions=1)
    plan = Plan(operation="rank", measures=(LICENCES,), conditions=(where(PENALTIES, "gt", 5),))
    result = execute(plan, [record])
    assert result.rejected == (record.report_id,)
    assert not result.undecided


def test_a_bound_decides_only_where_logic_does():
    pool = [report(facts=(fact(60, "over"),))]

    def decided(comparator: str, value: int) -> str:
        plan = Plan(operation="list", conditions=(where(DISCLOSED, comparator, value),))
        result = execute(plan, pool)
        return "yes" if result.rows else "no" if result.rejected else reasons(result)["甲镇"]

    assert decided("gt", 60) == "yes"
    assert decided("le", 60) == "no"
    assert decided("gt", 61) == "text"


def test_statements_that_disagree_are_a_conflict_and_equal_ones_are_not():
    plan = Plan(operation="list", measures=(DISCLOSED,))
    pool = [
        report("甲镇", facts=(fact(3), fact(3))),
        report("乙镇", facts=(fact(3), fact(4))),
        report("丙镇"),
    ]
    result = execute(plan, pool)
    assert names(result) == ["甲镇"]
    assert reasons(result) == {"乙镇": "conflict", "丙镇": "not_stated"}


def test_inexact_statements_are_not_added_up():
    plan = Plan(operation="aggregate", measures=(DISCLOSED,), aggregate="sum")
    result = execute(plan, [report(facts=(fact(3),)), report("乙镇", facts=(fact(60, "over"),))])
    assert result.value == 3
    assert reasons(result) == {"乙镇": "text"}


def test_a_body_of_unknown_county_is_unsettled_when_the_county_is_asked():
    place = Place(said="甲县石鼓镇", county="甲县", township="石鼓镇")
    pool = [
        licences("石鼓镇", 1),
        licences("石鼓镇", 2, county=None),
        licences("石鼓镇", 3, county="乙县"),
    ]
    result = execute(Plan(operation="list", scope=Scope(places=(place,))), pool)
    assert len(result.rows) == 1
    assert reasons(result) == {"石鼓镇": "ambiguous"}
    assert (result.coverage.reports, result.coverage.unsettled) == (1, 1)


def test_same_names_are_listed_apart():
    pool = [licences("石鼓镇", 0), licences("石鼓镇", 5, county="乙县")]
    plan = Plan(
        operation="lookup",
        measures=(LICENCES,),
        scope=Scope(places=(Place(said="石鼓镇", township="石鼓镇"),)),
    )
    result = execute(plan, pool)
    assert [row.agency.county for row in result.rows] == ["甲县", "乙县"]
    assert result.value is None
    assert execute(plan.model_copy(update={"operation": "compare"}), pool).value is None


def test_a_place_without_the_year_has_no_report():
    place = Place(said="甲镇", township="甲镇")
    scope = Scope(years=(2021, 2022), places=(place,))
    plan = Plan(operation="lookup", measures=(LICENCES,), scope=scope)
    result = execute(plan, POOL)
    assert result.value == 6181
    assert [(u.name, u.year, u.reason) for u in result.undecided] == [("甲镇", 2021, "no_report")]
    assert result.coverage.no_report == 1


def test_excluded_places_are_left_out():
    scope = Scope(excluded=(Place(said="甲镇", township="甲镇"),))
    result = execute(Plan(operation="list", measures=(LICENCES,), scope=scope), POOL)
    assert names(result) == ["乙镇", "丁镇"]


YEARS = [
    licences("甲镇", 10, 2020),
    licences("甲镇", 15, 2022),
    licences("乙镇", 0, 2020),
    licences("乙镇", 4, 2022),
    licences("丙镇", 7, 2022),
    licences("丁镇", "blank", 2020),
    licences("丁镇", 7, 2022),
]


def test_a_change_needs_values_in_both_years():
    plan = Plan(operation="change", measures=(LICENCES,), scope=Scope(years=(2020, 2022)))
    result = execute(plan, YEARS)
    assert [(row.agency.name, row.value) for row in result.rows] == [("甲镇", 5), ("乙镇", 4)]
    assert reasons(result) == {"丙镇": "no_report", "丁镇": "blank"}
    assert execute(plan.model_copy(update={"scope": Scope()}), YEARS) == result


def test_a_ratio_has_no_value_on_a_base_of_zero():
    plan = Plan(operation="change", measures=(LICENCES,), basis="ratio")
    result = execute(plan, YEARS)
    assert [(row.agency.name, row.value) for row in result.rows] == [("甲镇", Decimal("0.5"))]
    assert reasons(result)["乙镇"] == "zero_base"


def test_conditions_of_a_change_apply_to_the_change():
    plan = Plan(operation="change", measures=(LICENCES,), conditions=(where(LICENCES, "gt", 4),))
    result = execute(plan, YEARS)
    assert names(result) == ["甲镇"]
    assert result.rejected == ("甲县/乙镇/2022",)


def test_one_year_is_compared_with_the_year_before():
    plan = Plan(operation="change", measures=(LICENCES,), scope=Scope(years=(2022,)))
    result = execute(plan, [licences("甲镇", 1, 2021), licences("甲镇", 4, 2022)])
    assert result.rows[0].value == 3


def test_a_comparison_is_larger_minus_smaller_in_the_shared_year():
    places = (Place(said="甲镇", township="甲镇"), Place(said="乙镇", township="乙镇"))
    plan = Plan(operation="compare", measures=(LICENCES,), scope=Scope(places=places))
    result = execute(plan, [*YEARS, licences("乙镇", 99, 2023)])
    assert result.value == 11
    assert {row.year for row in result.rows} == {2022}


def test_a_comparison_with_a_missing_operand_has_no_value():
    places = (Place(said="甲镇", township="甲镇"), Place(said="丙镇", township="丙镇"))
    plan = Plan(operation="compare", measures=(LICENCES,), scope=Scope(places=places))
    result = execute(plan, POOL)
    assert result.value is None
    assert reasons(result) == {"丙镇": "blank"}


def test_a_region_is_the_sum_of_its_reports():
    places = (Place(said="甲县", county="甲县"), Place(said="乙县", county="乙县"))
    plan = Plan(
        operation="compare", measures=(LICENCES,), scope=Scope(places=places, years=(2022,))
    )
    pool = [licences("甲镇", 1), licences("乙镇", 2), licences("丙镇", 9, county="乙县")]
    assert execute(plan, pool).value == 6


def test_groups_keep_same_named_places_apart():
    pool = [licences("甲镇", 1), licences("甲镇", 2, county="乙县"), licences("乙镇", 3)]
    plan = Plan(operation="aggregate", measures=(LICENCES,), aggregate="sum", group_by="county")
    result = execute(plan, pool)
    assert {row.group[-1]: row.value for row in result.rows} == {"甲县": 4, "乙县": 2}
    assert result.value == 6


def test_a_report_without_the_attribute_stands_in_no_group():
    plan = Plan(operation="aggregate", measures=(LICENCES,), aggregate="sum", group_by="county")
    result = execute(plan, [licences("甲镇", 1), licences("乙镇", 2, county=None)])
    assert [(row.group[-1], row.value) for row in result.rows] == [("甲县", 1)]
    assert (result.value, reasons(result)) == (3, {"乙镇": "ambiguous"})


def test_counts_are_grouped():
    plan = Plan(operation="count", conditions=(where(LICENCES, "gt", 1),), group_by="county")
    pool = [licences("甲镇", 1), licences("甲镇", 2, county="乙县"), licences("乙镇", 3)]
    result = execute(plan, pool)
    assert {row.group[-1]: row.value for row in result.rows} == {"甲县": 1, "乙县": 1}


def test_bodies_without_a_report_are_named_per_year():
    plan = Plan(operation="missing", missing="report", scope=Scope(years=(2020, 2022)))
    result = execute(plan, YEARS)
    assert [(row.agency.name, row.year) for row in result.rows] == [("丙镇", 2020)]


def test_missing_values_are_listed_with_their_reason():
    result = execute(Plan(operation="missing", measures=(LICENCES,)), POOL)
    assert [(row.agency.name, row.reason) for row in result.rows] == [("丙镇", "blank")]


def test_an_incomplete_table_is_listed():
    plan = Plan(operation="missing", missing="section", sections=("二",))
    assert names(execute(plan, POOL)) == ["丙镇"]


@pytest.mark.parametrize(
    ("verdict", "yes", "doubt"),
    [
        ("fail", ["甲镇"], {"乙镇": "uncertain", "丁镇": "not_assessable"}),
        ("pass", ["丙镇"], {"乙镇": "uncertain", "丁镇": "not_assessable"}),
        ("uncertain", ["甲镇", "乙镇"], {}),
        ("not_assessable", ["丁镇"], {}),
    ],
)
def test_checks_are_judged_by_the_outcome_asked_for(verdict, yes, doubt):
    pool = [
        report("甲镇", checks={"T3-1": "fail", "T3-2": "uncertain"}),
        report("乙镇", checks={"T3-1": "pass", "T3-2": "uncertain"}),
        report("丙镇", checks={"T3-1": "pass", "T3-2": "pass"}),
        report("丁镇", checks={"T3-1": "not_assessable", "T3-2": "pass"}),
    ]
    result = execute(Plan(operation="check", verdict=verdict), pool)
    assert names(result) == yes
    assert reasons(result) == doubt


def test_the_inventory_counts_the_reports_in_scope():
    plan = Plan(operation="inventory", scope=Scope(kinds=("镇",), years=(2022,)))
    assert execute(plan, YEARS).value == 4
