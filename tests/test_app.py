"""The page shows an answer's three lists, its coverage and its sources, and keeps to itself."""

from decimal import Decimal

from app import (
    CITATION_HEADS,
    ROW_HEADS,
    UNDECIDED_HEADS,
    Page,
    answer_page,
    build_page,
    coverage_line,
)
from assistant.result import Answer, Citation, Coverage, Row, Shown, Undecided
from index.model import NianbaoError


def some_answer(question: str) -> Answer:
    place = {"province": "示例省", "city": "示例市", "county": "甲县"}
    row = Row(
        agency="甲县一镇",
        **place,
        township="一镇",
        year=2022,
        label="行政许可",
        value=Decimal(6181),
        unit="件",
        citations=(1,),
        rank=1,
        more=(Shown(label="行政处罚", metric="m", value=None, unit="件", citations=(2,)),),
    )
    rejected = Row(agency="甲县二镇", **place, year=2022, value=Decimal(3), unit="件")
    undecided = Undecided(
        agency="甲县三镇", **place, year=2022, reason="blank", detail="格子是空的"
    )
    cited = Citation(id=1, report_id="r", path="a/b.txt", kind="cell", quote="6181", start=5, end=9)
    return Answer(
        question=question,
        status="answered",
        text="一镇 6181 件",
        explanation="2022年，镇，行政许可 > 1000",
        rows=(row,),
        rejected=(rejected,),
        undecided=(undecided,),
        coverage=Coverage(reports=3, decidable=2, undecidable=1, qualified=1, rejected=1),
        citations=(cited,),
        warnings=("勾稽不符：T3-1",),
    )


def test_page_shows_the_three_lists_and_the_quotes() -> None:
    page = answer_page(some_answer, "哪些镇超过1000件")
    assert "一镇 6181 件" in page.text
    assert [row[0] for row in page.rows] == ["甲县一镇"]
    assert page.rows[0][4] == "6181件"
    assert page.rows[0][6] == "[1] [2]"
    assert [row[0] for row in page.rejected] == ["甲县二镇"]
    assert page.undecided[0][4] == "格子是空的"
    assert page.citations[0][:4] == ["[1]", "b.txt", "5–9", "6181"]
    assert page.warnings == "勾稽不符：T3-1"


def test_every_line_is_as_wide_as_its_heads() -> None:
    page = answer_page(some_answer, "问")
    assert {len(row) for row in page.rows + page.rejected} == {len(ROW_HEADS)}
    assert {len(row) for row in page.undecided} == {len(UNDECIDED_HEADS)}
    assert {len(row) for row in page.citations} == {len(CITATION_HEADS)}


def test_choices_are_shown_when_the_question_has_several_readings() -> None:
    asked = Answer(question="石鼓镇", status="clarify", text="哪个石鼓镇？", choices=("甲", "乙"))
    assert answer_page(lambda _: asked, "石鼓镇").text.splitlines()[1:] == ["· 甲", "· 乙"]


def test_coverage_counts_copies_only_when_there_are_any() -> None:
    assert "副本" not in coverage_line(Coverage(reports=2, decidable=2))
    assert "重复副本 1" in coverage_line(Coverage(reports=2, decidable=2, duplicates=1))


def test_an_error_for_users_becomes_the_text() -> None:
    def ask(question: str) -> Answer:
        raise NianbaoError("库读不了")

    assert answer_page(ask, "问") == Page("库读不了", "", "", [], [], [], [], "")


def test_page_lists_no_endpoint_and_sends_no_analytics() -> None:
    page = build_page(some_answer, "示例库")
    assert not page.analytics_enabled
    assert not page.api_open
    described = page.get_api_info()
    assert described is not None
    assert described["named_endpoints"] == {}
    assert described["unnamed_endpoints"] == {}
