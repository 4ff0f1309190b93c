"""The consistency rules: what passes, fails or stays uncertain, and what a failure touches."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.catalogue import form_metrics, load_metrics
from index.checking.check import COLUMNS, check_report, unknown_cells
from index.checking.completeness import SECTIONS
from index.model import Cell, Check, Form, Reading, Section, Status

ALL_SECTIONS = tuple(Section(name, i, i + 1) for i, name in enumerate(SECTIONS))
ENDS = (
    "requests.received",
    "requests.carried_in",
    "requests.outcomes_total",
    "requests.carried_out",
)
BLOCKS = {
    "T4-1": "reconsideration",
    "T4-2": "litigation_direct",
    "T4-3": "litigation_after_reconsideration",
}


def cell(metric: str, value: Decimal | None, status: Status = "reported") -> Cell:
    return Cell(metric, value, load_metrics()[metric].unit, status, "", None, None)


def reading(values: dict[str, Decimal], form: Form = "2021", **statuses: Status) -> Reading:
    cells = tuple(
        cell(m, None, statuses[m.replace(".", "__")])
        if m.replace(".", "__") in statuses
        else cell(m, values.get(m, Decimal(0)))
        for m in form_metrics(form)
    )
    return Reading(form=form, cells=cells, sections=ALL_SECTIONS)


def replaced(report: Reading, metric: str, value: Decimal | None, status: Status) -> Reading:
    cells = tuple(
        c._replace(value=value, status=status) if c.metric == metric else c for c in report.cells
    )
    return report.model_copy(update={"cells": cells})


def outcome(report: Reading) -> dict[str, Check]:
    return {check.rule: check for check in check_report(report)}


def verdicts(report: Reading) -> dict[str, str]:
    return {rule: check.status for rule, check in outcome(report).items()}


@st.composite
def consistent(draw: st.DrawFn) -> Reading:
    """Draw a report whose tables all add up."""
    form: Form = draw(st.sampled_from(["2021", "2019"]))
    number = st.integers(0, 50).map(Decimal)
    rows = [m.removesuffix(".total") for m in form_metrics(form) if m.startswith("requests.")]
    outcomes = [r for r in rows if f"{r}.total" in form_metrics(form) and r not in ENDS]
    values: dict[str, Decimal] = {}
    for column in COLUMNS[:-1]:
        parts = [draw(number) for _ in outcomes]
        values |= {f"{r}.{column}": p for r, p in zip(outcomes, parts, strict=True)}
        total, carried_out = sum(parts, Decimal(0)), draw(number)
        received = Decimal(draw(st.integers(0, int(total + carried_out))))
        values[f"requests.outcomes_total.{column}"] = total
        values[f"requests.carried_out.{column}"] = carried_out
        values[f"requests.received.{column}"] = received
        values[f"requests.carried_in.{column}"] = total + carried_out - received
    for row in (*outcomes, *ENDS):
        values[f"{row}.total"] = sum((values[f"{row}.{c}"] for c in COLUMNS[:-1]), Decimal(0))
    for block in BLOCKS.values():
        parts = [draw(number) for _ in range(4)]
        names = ("upheld", "corrected", "other", "pending")
        values |= {f"{block}.{n}": p for n, p in zip(names, parts, strict=True)}
        values[f"{block}.total"] = sum(parts, Decimal(0))
    return reading(values, form)


def touched(metric: str) -> set[str]:
    """Return the sum rules that a cell enters."""
    for rule, block in BLOCKS.items():
        if metric.startswith(f"{block}."):
            return {rule}
    if not metric.startswith("requests."):
        return set()
    row = metric.rpartition(".")[0]
    if row == "requests.outcomes_total":
        return {"T3-1", "T3-2", "T3-3"}
    return {"T3-3", "T3-1" if row in ENDS else "T3-2"}


@given(consistent())
@settings(max_examples=40, deadline=None)
def test_consistent_tables_pass(report):
    assert set(verdicts(report).values()) == {"pass"}


@given(consistent(), st.data())
@settings(max_examples=60, deadline=None)
def test_a_changed_cell_fails_exactly_the_rules_it_enters(report, data):
    metric = data.draw(st.sampled_from([c.metric for c in report.cells]))
    old = next(c.value for c in report.cells if c.metric == metric)
    checks = outcome(replaced(report, metric, old + 1, "reported"))
    assert {rule for rule, check in checks.items() if check.status == "fail"} == touched(metric)
    assert all(metric in checks[rule].metrics for rule in touched(metric))


@given(consistent(), st.data())
@settings(max_examples=60, deadline=None)
def test_a_blank_cell_makes_its_rules_uncertain_never_pass(report, data):
    metric = data.draw(st.sampled_from([c.metric for c in report.cells]))
    found = verdicts(replaced(report, metric, None, "blank"))
    assert {r for r, v in found.items() if v == "uncertain"} == touched(metric) | {"S-4"}
    assert "fail" not in found.values()


def test_message_of_a_column_shows_its_figures():
    values = {
        "requests.received.natural_person": Decimal(4),
        "requests.outcomes_total.natural_person": Decimal(3),
    }
    check = outcome(reading(values))["T3-1"]
    assert check.message == "自然人列：新收4+结转0≠总计3+结转下年0"
    assert check.metrics == (
        "requests.received.natural_person",
        "requests.carried_in.natural_person",
        "requests.outcomes_total.natural_person",
        "requests.carried_out.natural_person",
    )


def test_message_of_outcomes_and_rows_shows_their_figures():
    checks = outcome(reading({"requests.granted.total": Decimal(2)}))
    assert checks["T3-2"].message == "总计列：各办理结果之和2≠总计0"
    assert checks["T3-3"].message.startswith("“（一）予以公开”行：自然人0+商业企业0")
    assert checks["T3-3"].message.endswith("≠总计2")


def test_a_provable_failure_stands_beside_an_uncertain_column():
    report = reading({"requests.received.total": Decimal(5)}, requests__received__other="blank")
    check = outcome(report)["T3-1"]
    assert check.status == "fail"
    assert "总计列：新收5" in check.message
    assert "其他列缺少数值" in check.message


def test_an_absent_table_is_not_assessable():
    cells = tuple(
        c._replace(value=None, status="section_absent")
        if load_metrics()[c.metric].section == "四"
        else c
        for c in reading({}).cells
    )
    sections = tuple(s for s in ALL_SECTIONS if "复议" not in s.name)
    checks = outcome(Reading(form="2021", cells=cells, sections=sections))
    assert {checks[rule].status for rule in BLOCKS} == {"not_assessable"}
    assert checks["T3-1"].status == "pass"
    assert "缺第四节表格" in checks["M-3"].message
    assert "政府信息公开行政复议、行政诉讼情况" in checks["M-3"].message


def test_absent_rows_are_counted_and_named():
    gone = ("requests.carried_out", "requests.outcomes_total")
    cells = tuple(
        c._replace(value=None, status="row_absent") if c.metric.rpartition(".")[0] in gone else c
        for c in reading({}).cells
    )
    check = outcome(Reading(form="2021", cells=cells, sections=ALL_SECTIONS))["M-3"]
    assert check.message == "第三节缺2行：（七）总计、四、结转下年度继续办理"
    assert len(check.metrics) == 14


def test_rows_with_the_total_alone_are_incomplete():
    cells = tuple(
        c._replace(value=None, status="blank")
        if c.metric.startswith("requests.") and not c.metric.endswith(".total")
        else c
        for c in reading({}).cells
    )
    checks = outcome(Reading(form="2021", cells=cells, sections=ALL_SECTIONS))
    assert checks["M-3"].message.startswith("第三节6列没有数值：自然人、商业企业")
    assert checks["T3-3"].status == "uncertain"


@pytest.mark.parametrize(
    ("metric", "value", "status"),
    [
        ("licensing.decisions", "1.5", "fail"),
        ("licensing.decisions", "-1", "fail"),
        ("fees.amount", "-0.5", "fail"),
        ("fees.amount", "190.457379", "pass"),
    ],
)
def test_counts_are_whole_and_nothing_is_negative(metric, value, status):
    check = outcome(reading({metric: Decimal(value)}))["S-4"]
    assert check.status == status
    assert check.metrics == ((metric,) if status == "fail" else ())


def test_only_a_change_may_be_negative():
    values = {"licensing.items_change": Decimal(-8), "procurement.amount": Decimal("8.5")}
    assert outcome(reading(values, "2019"))["S-4"].status == "pass"


def test_a_report_before_2019_is_not_assessable():
    report = Reading(form="pre2019", cells=(), sections=())
    assert set(verdicts(report).values()) == {"not_assessable"}


@pytest.mark.parametrize("kept", ["2021", "2019"])
def test_a_mixed_report_adds_up_the_rows_it_prints(kept):
    ids = set(form_metrics(kept))
    cells = tuple(
        cell(m, Decimal(0)) if m in ids else cell(m, None, "not_in_form")
        for m in form_metrics("mixed")
    )
    found = verdicts(Reading(form="mixed", cells=cells, sections=ALL_SECTIONS))
    assert set(found.values()) == {"pass"}


def test_both_sorts_of_other_rows_leave_the_outcomes_uncertain():
    cells = tuple(cell(m, Decimal(0)) for m in form_metrics("mixed"))
    found = verdicts(Reading(form="mixed", cells=cells, sections=ALL_SECTIONS))
    assert found["T3-2"] == "uncertain"
    assert found["T3-1"] == "pass"


def test_the_cells_that_leave_a_rule_open_are_named() -> None:
    lacking = "requests.outcomes_total.business"
    report = replaced(reading({}), lacking, None, "blank")
    open_rules = [check.rule for check in check_report(report) if check.status == "uncertain"]
    assert open_rules == ["T3-1", "T3-2", "T3-3", "S-4"]
    assert all(unknown_cells(rule, report) == (lacking,) for rule in open_rules)
    assert unknown_cells("T4-1", report) == () and unknown_cells("M-3", reading({})) == ()
