"""A chart draws the numbers of the answer and no other, and says what it leaves out."""

import json
from decimal import Decimal

import pytest
from plan_library import PlanLibrary, Printed

from assistant.answer import answer, answer_plan
from assistant.page.desks.figure import MOST, Figure, figure_of
from assistant.page.views.chart import caption_of, chart_of, load
from assistant.page.words import words
from assistant.plan import Measure, Plan, Scope, Understanding
from assistant.result import Answer, Coverage, Row, Undecided

SAY = words("zh")
LIBRARY = PlanLibrary(
    [
        Printed(
            f"{name}镇", year,
            {"licensing.decisions": cell, "penalties.decisions": ("reported", Decimal(year))},
            county, "乙市", "丙省", township=f"{name}镇",
        )
        for year, more in ((2021, 0), (2022, 100))
        for name, county, cell in (
            ("多", "甲县", ("reported", Decimal(6181 + more))),
            ("少", "甲县", ("reported", Decimal(0))),
            ("同", "甲县", ("reported", Decimal(5))),
            ("同", "丁县", ("reported", Decimal(7))),
            ("空", "丁县", ("blank", None)),
        )
    ]
)  # fmt: skip


def figure(question: str) -> Figure:
    found = figure_of(answer(question, LIBRARY))
    assert found is not None
    return found


def row(name: str, value: str | None, **other: object) -> Row:
    told = {"label": "项", "unit": "件", "year": 2022} | other
    shown = None if value is None else Decimal(value)
    return Row(agency=name, value=shown, **told)  # type: ignore[arg-type]


def answered(*rows: Row, **other: object) -> Answer:
    return Answer(question="问", status="answered", text="", rows=rows, **other)  # type: ignore[arg-type]


def test_ranking_is_bars_of_its_rows_in_their_order() -> None:
    found = figure("2022年行政许可排名前3的镇")
    assert found.kind == "bars"
    assert [(p.name, p.value) for p in found.points] == [
        ("多镇", 6281), ("丁县同镇", 7), ("甲县同镇", 5),
    ]  # fmt: skip


def test_undecided_is_absent_and_said_not_zero() -> None:
    found = figure("2022年行政许可排名前3的镇")
    assert "空镇" not in found.names
    assert found.absent == 1
    assert "另有 1 项无法判定" in caption_of(found, SAY)


def test_change_is_lines_over_the_years() -> None:
    found = figure("各镇2021年到2022年行政许可的变化")
    assert found.kind == "lines"
    assert [(p.year, p.value) for p in found.points if p.name == "多镇"] == [
        (2021, 6181), (2022, 6281),
    ]  # fmt: skip


def test_groups_of_years_are_one_line() -> None:
    found = figure("按年统计行政许可合计")
    assert (found.kind, len(found.names)) == ("lines", 1)
    assert [point.year for point in found.points] == [2021, 2022]


def test_year_without_a_number_breaks_the_line() -> None:
    years = (2023, 2019, 2022, 2020)
    found = figure_of(answered(*(row("甲", str(year), year=year) for year in years)))
    assert found is not None
    spec = chart_of(found, SAY)
    (values,) = spec["datasets"].values()
    runs = [value["run"] for value in values]
    assert runs[0] == runs[1] != runs[2] == runs[3]
    assert '["2019", "2020", "2021", "2022", "2023"]' in json.dumps(spec)


def test_groups_of_unlike_size_are_said_to_be() -> None:
    rows = (row("", "1", group="甲县", note="计入1份"), row("", "9", group="乙县", note="计入9份"))
    found = figure_of(answered(*rows))
    assert found is not None
    assert "份数不同" in caption_of(found, SAY)


def test_groups_of_places_are_bars() -> None:
    found = figure("按县统计2022年行政许可合计")
    assert found.kind == "bars"
    assert {point.value for point in found.points} == {6286, 7}


def test_several_measures_stand_side_by_side() -> None:
    one = Measure(terms=("licensing.decisions",), label="许可", unit="件")
    two = Measure(terms=("penalties.decisions",), label="处罚", unit="件")
    plan = Plan(operation="lookup", measures=(one, two), scope=Scope(years=(2022,)))
    found = figure_of(answer_plan(Understanding(plan=plan), LIBRARY))
    assert found is not None
    assert (found.kind, found.labels) == ("groups", ["许可", "处罚"])


@pytest.mark.parametrize(
    "rows",
    [
        (),
        (row("甲", "1"),),
        (row("甲", "1"), row("乙", None)),
        (row("甲", "1"), row("乙", "2", unit="万元")),
        (row("甲", "1", unit=""), row("乙", "2", unit="")),
    ],
)
def test_what_does_not_compare_is_not_drawn(rows: tuple[Row, ...]) -> None:
    assert figure_of(answered(*rows)) is None


def test_long_list_is_cut_and_says_of_how_many() -> None:
    rows = [row(f"第{number}镇", str(number)) for number in range(1000)]
    found = figure_of(answered(*rows))
    assert found is not None
    assert (found.drawn, found.whole, len(found.points)) == (MOST["bars"], 1000, MOST["bars"])
    assert f"只画前 {MOST['bars']} 个，共 1000 个" in caption_of(found, SAY)


def test_number_that_is_not_exact_is_marked() -> None:
    found = figure_of(answered(row("甲", "300", bound="over"), row("乙", "20")))
    assert found is not None
    assert "超过300" in json.dumps(chart_of(found, SAY), ensure_ascii=False)
    assert "其中 1 个不是确切的数" in caption_of(found, SAY)


def test_chart_holds_the_exact_numbers_also_negative_and_huge() -> None:
    found = figure_of(answered(row("甲", "-12.5"), row("乙", "12345678901234567")))
    assert found is not None
    (values,) = chart_of(found, SAY)["datasets"].values()
    assert [value["said"] for value in values] == ["-12.5", "12345678901234567"]


def test_hostile_names_are_data_and_nothing_points_outside() -> None:
    evil = "<img src=x onerror=alert(1)>\u202e"
    found = figure_of(answered(row(evil, "1"), row("乙", "2")))
    assert found is not None
    spec = chart_of(found, SAY)
    text = json.dumps(spec, ensure_ascii=False)
    assert "http" not in text
    assert "\u202e" not in text
    assert spec["usermeta"]["embedOptions"]["actions"] is False
    assert "<img" not in caption_of(found, SAY)


def test_what_could_not_be_decided_is_counted_past_the_cut_of_the_list() -> None:
    undecided = (Undecided(agency="丙", reason="blank"),)
    coverage = Coverage(undecidable=2000)
    found = figure_of(
        answered(row("甲", "1"), row("乙", "2"), undecided=undecided, coverage=coverage)
    )
    assert found is not None
    assert found.absent == 2000


def test_chart_of_a_thousand_rows_draws_only_the_first_and_says_so() -> None:
    load()
    found = answered(*(row(f"第{number}镇", str(number)) for number in range(1000)))
    drawn = figure_of(found)
    assert drawn is not None
    assert len(json.dumps(chart_of(drawn, SAY))) < 100_000
    assert "1000" in caption_of(drawn, SAY)
