"""Answers: three lists, coverage, words traced to numbers, refusals that say what is there."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plan_library import PlanLibrary, Printed

from assistant.answer import Limits, answer, answer_plan
from assistant.plan import Condition, Measure, Place, Plan, Refusal, Scope, Understanding
from assistant.result import Answer
from assistant.trace import untraced_numbers
from evals.fuzz import random_plan, random_records

SEEDS = Path(__file__).parents[2] / "shared" / "seeds"
LICENSING = Measure(terms=("licensing.decisions",), label="行政许可", unit="件")
IN_FORCE = Measure(terms=("normative_documents.in_force",), label="现行有效件数", unit="件")
RECEIVED = Measure(terms=("requests.received.total",), label="新收申请", unit="件")
REVIEWS = Measure(terms=("reconsideration.total",), label="行政复议", unit="件")


def town(name: str, licensing: object = None, *, year: int | None = 2022, county: str = "甲县",
         **more: Any) -> Printed:  # fmt: skip
    """A township's report with its licensing cell: a number, or a status."""
    given = (licensing, None) if isinstance(licensing, str) else ("reported", licensing)
    status, number = given
    cell = (status, None if number is None else Decimal(str(number)))
    cells = {} if licensing is None else {"licensing.decisions": cell}
    cells |= more.pop("cells", {})
    return Printed(name, year, cells, county, "甲市", "示例省", name, **more)


def told(plan: Plan, *reports: Printed, limits: Limits = Limits()) -> Answer:  # noqa: B008
    return answer_plan(Understanding(plan=plan), PlanLibrary(reports), "问", limits)


def at(*names: str, county: str | None = None) -> tuple[Place, ...]:
    return tuple(Place(said=name, township=name, county=county) for name in names)


def test_list_names_those_that_do_not_qualify_and_those_undecided() -> None:
    over = Condition(measure=LICENSING, comparator="gt", value=Decimal(1000))
    scope = Scope(years=(2022,), kinds=("镇",), levels=("township",))
    found = told(Plan(operation="list", scope=scope, conditions=(over,)),
                 town("多镇", 6181), town("少镇", 5), town("空镇", "blank"))  # fmt: skip
    assert "超过1000件的有1个镇：多镇 6181件" in found.text
    assert [row.agency for row in found.rejected] == ["少镇"]
    assert [u.reason for u in found.undecided] == ["blank"]
    assert (found.coverage.reports, found.coverage.decidable) == (3, 2)
    assert found.citations[found.rows[0].citations[0] - 1].quote == "6181"


def test_ties_at_the_cut_are_all_shown() -> None:
    plan = Plan(operation="rank", measures=(LICENSING,), limit=2)
    found = told(plan, town("甲镇", 9), town("乙镇", 5), town("丙镇", 5), town("丁镇", 1))
    assert [(row.agency, row.rank) for row in found.rows] == [("甲镇", 1), ("丙镇", 2), ("乙镇", 2)]
    assert "并列" in found.text


def test_group_cites_the_cells_of_all_its_reports_or_none() -> None:
    plan = Plan(operation="aggregate", aggregate="sum", measures=(LICENSING,), group_by="county")
    towns = (town("甲镇", 9), town("乙镇", 5), town("丙镇", 7, county="乙县"),
             town("丁镇", "blank", county="乙县"))  # fmt: skip
    found = told(plan, *towns)
    quotes = {one.id: one.quote for one in found.citations}
    cited = {row.county: sorted(quotes[n] for n in row.citations) for row in found.rows}
    assert cited == {"甲县": ["5", "9"], "乙县": ["7"]}
    cut = told(plan, *towns, limits=Limits(operands=2))
    assert [bool(row.citations) for row in cut.rows] != [True, True]
    counted = told(plan.model_copy(update={"operation": "count", "aggregate": None}), *towns)
    assert [row.citations for row in counted.rows] == [(), ()]


def test_ranking_with_too_few_values_says_so() -> None:
    plan = Plan(operation="rank", measures=(LICENSING,), limit=5)
    assert "不足5份" in told(plan, town("甲镇", 9), town("乙镇", "blank")).text


def test_mean_states_its_sample_and_leaves_blanks_out() -> None:
    plan = Plan(operation="aggregate", aggregate="mean", also=("median",), measures=(LICENSING,))
    found = told(plan, town("甲镇", 1), town("乙镇", 2), town("丙镇", 2), town("丁镇", "blank"))
    assert found.value == Decimal("1.6667")
    assert found.ratio and (found.ratio.numerator, found.ratio.denominator) == (5, 3)
    assert "平均数约1.67件（3份报告）；中位数2件（3份报告）" in found.text


def test_other_forms_columns_are_not_mixed_in() -> None:
    plan = Plan(operation="aggregate", aggregate="sum", measures=(IN_FORCE,))
    new = town("新镇", cells={"normative_documents.in_force": ("reported", Decimal(5))})
    old = town("旧镇", year=2020, form="2019",
               cells={"normative_documents.total_public": ("reported", Decimal(9))})  # fmt: skip
    found = told(plan, new, old)
    assert found.value == 5
    assert [u.reason for u in found.undecided] == ["not_in_form"]
    assert any("口径不同" in warning for warning in found.warnings)


def test_same_names_are_listed_apart_and_never_added() -> None:
    reports = (town("石鼓镇", 3, county="甲县"), town("石鼓镇", 4, county="乙县"))
    scope = Scope(places=at("石鼓镇"))
    looked = told(Plan(operation="lookup", measures=(LICENSING,), scope=scope), *reports)
    assert sorted(row.value for row in looked.rows if row.value) == [3, 4]
    assert looked.value is None
    assert "2个地方" in looked.warnings[0]
    added = told(Plan(operation="aggregate", measures=(LICENSING,), scope=scope), *reports)
    assert added.status == "clarify"
    assert len(added.choices) == 2


def test_missing_year_is_refused_with_the_years_that_are_there() -> None:
    plan = Plan(operation="lookup", measures=(LICENSING,),
                scope=Scope(years=(2021,), places=at("甲镇")))  # fmt: skip
    found = told(plan, town("甲镇", 3))
    assert found.status == "refused"
    assert "没有甲镇2021年的报告" in found.text
    assert "现有2022年" in found.text


def test_unknown_place_is_refused_with_what_the_library_holds() -> None:
    plan = Plan(operation="lookup", measures=(LICENSING,), scope=Scope(places=at("无此镇")))
    found = told(plan, town("甲镇", 3))
    assert found.status == "refused"
    assert "库中没有“无此镇”的报告" in found.text
    assert "库中现有1份报告" in found.text


def test_absent_table_gives_its_reason_and_what_the_prose_says() -> None:
    report = town("缺镇", cells={"reconsideration.total": ("section_absent", None)},
                  facts=(("reconsiderations", Decimal(0), "exact"),))  # fmt: skip
    found = told(
        Plan(operation="lookup", measures=(REVIEWS,), scope=Scope(places=at("缺镇"))), report
    )
    assert found.status == "partial"
    assert found.value is None
    assert "缺第四节表格" in found.text
    assert "正文写0条" in found.text
    assert found.rows[0].source == "text"


def test_prose_that_contradicts_the_table_is_a_warning() -> None:
    report = town("甲镇", cells={"requests.received.total": ("reported", Decimal(4))},
                  facts=(("requests_received", Decimal(6), "exact"),))  # fmt: skip
    found = told(
        Plan(operation="lookup", measures=(RECEIVED,), scope=Scope(places=at("甲镇"))), report
    )
    assert found.value == 4
    assert any("N-1" in warning and "6" in warning for warning in found.warnings)
    assert {citation.kind for citation in found.citations} == {"cell", "text"}


def test_failed_check_on_a_used_cell_is_a_warning() -> None:
    report = town("甲镇", 3, checks=(("S-4", "fail", ("licensing.decisions",)),
                                    ("T3-1", "fail", ("requests.received.total",))))  # fmt: skip
    found = told(Plan(operation="lookup", measures=(LICENSING,)), report)
    assert len(found.warnings) == 1
    assert "S-4" in found.warnings[0]


def test_comparison_of_two_years_warns_first() -> None:
    plan = Plan(operation="compare", measures=(LICENSING,), scope=Scope(places=at("甲镇", "乙镇")))
    found = told(plan, town("甲镇", 6181), town("乙镇", 188, year=2021))
    assert found.text.startswith("年份不同，不可直接同年比较")
    assert found.value == 5993
    assert "甲镇多5993件" in found.text


def test_comparison_takes_the_latest_shared_year() -> None:
    plan = Plan(operation="compare", measures=(LICENSING,), scope=Scope(places=at("甲镇", "乙镇")))
    found = told(plan, town("甲镇", 1), town("甲镇", 2, year=2023), town("乙镇", 5))
    assert [row.year for row in found.rows] == [2022, 2022]
    assert not found.warnings


@pytest.mark.parametrize(
    ("claim", "said"), [(8161, "更正：不是8161件，而是6181件"), (6181, "对，")]
)
def test_claim_is_confirmed_or_corrected(claim: int, said: str) -> None:
    plan = Plan(operation="lookup", measures=(LICENSING,), claim=Decimal(claim))
    found = told(plan, town("甲镇", 6181))
    assert found.text.startswith(said)
    assert found.value == 6181


def test_change_without_the_earlier_year_says_which_is_missing() -> None:
    plan = Plan(operation="change", measures=(LICENSING,), scope=Scope(years=(2021, 2022)))
    found = told(plan, town("甲镇", 5), town("甲镇", 3, year=2021), town("乙镇", 7))
    assert [(row.agency, row.value) for row in found.rows] == [("甲镇", 2)]
    assert [(u.agency, u.year, u.reason) for u in found.undecided] == [("乙镇", 2021, "no_report")]


def test_copies_that_disagree_are_shown_with_both_values() -> None:
    first = town("甲镇", "conflict")
    found = told(Plan(operation="lookup", measures=(LICENSING,)), first,
                 town("甲镇", 7)._replace(role="copy", of=1))  # fmt: skip
    assert found.undecided[0].reason == "conflict"
    assert any("7" in warning for warning in found.warnings)


def test_long_lists_are_cut_and_say_so() -> None:
    plan = Plan(operation="list", measures=(LICENSING,))
    reports = [town(f"{name}镇", i) for i, name in enumerate("甲乙丙丁戊己庚辛壬")]
    found = told(plan, *reports, limits=Limits(rows=4))
    assert len(found.rows) == 4
    assert found.coverage.qualified == 9
    assert "全部9份" in found.text
    assert not found.certificate.complete


def test_incomparable_columns_are_named_with_the_reason() -> None:
    total = Measure(terms=("normative_documents.total_public",), label="对外公开总数量", unit="件")
    found = told(Plan(operation="comparable", measures=(total, IN_FORCE)), town("甲镇", 1))
    assert found.text.startswith("不能")
    assert "口径不同" in found.text
    both = told(Plan(operation="comparable", measures=(LICENSING,)), town("甲镇", 1))
    assert both.text.startswith("能")


def test_refusal_is_passed_on_in_its_own_words() -> None:
    understanding = Understanding(refusal=Refusal(code="forecast", message="不做预测。"))
    found = answer_plan(understanding, PlanLibrary([]), "问")
    assert (found.status, found.text) == ("refused", "不做预测。")


def test_unanswered_part_makes_the_answer_partial() -> None:
    part = Refusal(code="prose", message="为什么要看正文，暂不回答。")
    understanding = Understanding(
        plan=Plan(operation="lookup", measures=(LICENSING,)), refused_part=part
    )
    found = answer_plan(understanding, PlanLibrary([town("甲镇", 1)]), "问")
    assert found.status == "partial"
    assert found.text.endswith(part.message)


def test_json_numbers_are_plain() -> None:
    fee = Measure(terms=("fees.amount",), label="收费", unit="万元")
    report = town("甲镇", 6181, cells={"fees.amount": ("reported", Decimal("190.457379"))})
    found = told(Plan(operation="lookup", measures=(fee, LICENSING)), report)
    printed = json.loads(found.model_dump_json())
    assert [row["value"] for row in printed["rows"]] == [190.457379, 6181]
    assert '"value":6181,' in found.model_dump_json()


@settings(max_examples=25, deadline=None)
@given(st.randoms(use_true_random=False))
def test_every_number_of_the_text_is_traced(random: Any) -> None:
    records, plan = random_records(random), random_plan(random)
    reports = [
        Printed(r.agency.name or "", r.year, dict(r.cells), r.agency.county, r.agency.city,
                r.agency.province, r.agency.township, "township", r.agency.kind, r.form,
                tuple((f.name, f.value, f.bound) for f in r.facts))
        for r in records
    ]  # fmt: skip
    found = told(plan, *reports)
    assert "自检" not in found.text
    assert not untraced_numbers(found)


def test_stray_number_is_caught() -> None:
    found = told(Plan(operation="lookup", measures=(LICENSING,)), town("甲镇", 6181))
    assert untraced_numbers(found.model_copy(update={"text": found.text + "8161"})) == ["8161"]


@pytest.fixture(scope="module")
def seed_library(tmp_path_factory: pytest.TempPathFactory) -> Any:
    if not SEEDS.is_dir():
        pytest.skip("没有 ../shared/seeds，跳过真实报告的测试")
    from index.store.library import Library

    library = Library.open(tmp_path_factory.mktemp("library"))
    library.add([SEEDS])
    return library


@pytest.mark.parametrize(
    ("question", "status", "value", "said"),
    [
        ("哪些镇2022年行政许可超过1000件？", "answered", None, "大涌镇 6181件"),
        ("大涌镇2022年办理了多少件行政许可？", "answered", 6181, "6181件"),
        ("涧池镇2021年的行政处罚数量是多少？", "answered", 5, "5件"),
        ("湘潭县石鼓镇2022年行政事业性收费是多少？", "answered", 0, "0万元"),
        ("2022年库中乡镇的行政处罚合计多少件？", "answered", 191, "2份报告"),
        ("大涌镇和涧池镇谁的行政许可多，多多少？", "answered", 5993, "年份不同"),
        ("湘潭县石鼓镇2021年行政许可多少？", "refused", None, "2022年"),
        ("石鼓镇的行政许可是多少？", "answered", None, "永春县石鼓镇"),
        ("预测大涌镇2025年行政许可数。", "refused", None, ""),
    ],
)
def test_real_questions(
    seed_library: Any, question: str, status: str, value: int | None, said: str
) -> None:
    found = answer(question, seed_library)
    assert (found.status, found.value) == (status, value)
    assert said in found.text
