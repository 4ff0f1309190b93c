"""Numbers in an answer's words open exactly their cell, or lead to the list they come from."""

import re
from collections import Counter
from decimal import Decimal

import pytest
from page_html import Element, elements, text_of

from assistant.ask import ask
from assistant.doors import open_doors
from assistant.operations.sketch import full_name
from assistant.page.desks.listing import LISTS, part_of
from assistant.page.desks.source import find_place
from assistant.page.views.answer import answer_view
from assistant.page.views.linked_text import linked_text
from assistant.page.views.lists import list_view
from assistant.page.words import words
from assistant.plan import Plan
from assistant.result import Answer, Citation, Coverage, Ratio, Row, Shown
from evals.cases.bank import load_cases
from evals.cases.run import open_samples
from index.normalise import normalise
from index.store.library import Library

SAY = words("zh")
HOSTILE = "<script>alert(1)</script>${alert(1)}{{x}}`\"'\u202e"
EVERY = 7
NUMBER = re.compile(r"\d+(?:\.\d+)?")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return open_samples(tmp_path_factory.mktemp("samples"))


@pytest.fixture(scope="module")
def answers(library: Library) -> list[Answer]:
    doors = open_doors(library, no_model=True)
    questions = [question for case in load_cases() for question in case.ask]
    return [ask(question, library, doors) for question in questions[::EVERY]]


def opened(library: Library, one: Element) -> str:
    """Return the highlighted text, as the panel finds it for a click on the element."""
    clicked = {k.removeprefix("data-"): v for k, v in one.attributes.items()}
    place = find_place(library, clicked)
    return place.text[place.asked.start : place.asked.end]


def numbers_in(text: str) -> list[str]:
    plain = "".join(normalise(text).split())
    return NUMBER.findall(re.sub(r"(?<=\d),(?=\d{3})", "", plain))


def test_every_number_of_a_text_opens_a_cell_that_prints_it(
    library: Library, answers: list[Answer]
) -> None:
    seen = 0
    for answer in answers:
        for one in elements(linked_text(answer)):
            if one.kind == "number" and not one.text.startswith("["):
                seen += 1
                assert one.text in numbers_in(opened(library, one)), (answer.question, one)
    assert seen > 100


def test_every_cell_opened_is_of_the_body_that_the_text_names_before_it(
    library: Library, answers: list[Answer]
) -> None:
    agencies: dict[str, set[str]] = {}
    for report, agency in library.query("SELECT report_id, agency FROM reports"):
        agencies.setdefault(agency or "", set()).add(report)
    for answer in answers:
        of = {one.id: one.report_id for one in answer.citations}
        groups = {r.group: {of[n] for n in r.citations} for r in answer.rows if r.group}
        text, names = answer.text, (agencies | groups).keys() - {""}
        for one in elements(linked_text(answer)):
            cells = [c for c in answer.citations if c.kind == "cell"]
            if one.kind != "number" or not cells or one.text.startswith("["):
                continue
            line = text[: len(one.before)].splitlines()[-1]
            last = max((n for n in names if n in line), key=lambda n: (line.rfind(n), len(n)))
            known = groups.get(last) or agencies[last]
            assert one.attributes["data-source"] in known, (answer.question, one)


def test_every_button_of_the_lists_opens_a_quote_of_the_answer(
    library: Library, answers: list[Answer]
) -> None:
    for answer in answers[::3]:
        quotes = {(c.report_id, str(c.start), str(c.end)): c.quote for c in answer.citations}
        for listed in LISTS:
            for one in elements(list_view(part_of(answer, listed), SAY)):
                if "data-source" in one.attributes:
                    place = (one.attributes["data-source"], one.attributes["data-start"],
                             one.attributes["data-end"])  # fmt: skip
                    assert opened(library, one) == quotes[place]


def test_the_words_stay_and_what_is_led_to_is_there(answers: list[Answer]) -> None:
    for answer in answers:
        html = linked_text(answer)
        assert text_of(html) == answer.text
        shown = answer_view(answer, SAY) + "".join(
            f'<div id="ask-{listed}"></div>' for listed in LISTS if part_of(answer, listed).total
        )
        there = {one.attributes.get("id") for one in elements(shown)}
        led = {o.attributes["data-goto"] for o in elements(html) if "data-goto" in o.attributes}
        assert led <= there, answer.question


def test_most_values_of_the_lists_open_their_cell_from_the_text(answers: list[Answer]) -> None:
    counted: Counter[str] = Counter()
    for answer in answers:
        operation = answer.plan.operation if answer.plan else ""
        if operation in ("lookup", "rank", "list", "count"):
            counted.update(one.kind for one in elements(linked_text(answer)))
    assert counted["number"] > 100


def town(name: str, county: str, value: int, cited: tuple[int, ...], **more: object) -> Row:
    return Row(
        agency=name, county=county, year=2022, metric="m", label="行政许可处理决定数量",
        value=Decimal(value), unit="件", citations=cited, report_id=f"{county}{name}", **more,
    )  # fmt: skip


def cell(number: int, quote: str, report: str = "r", start: int = 0) -> Citation:
    return Citation(id=number, report_id=report, path="p", kind="cell", quote=quote, start=start,
                    end=start + len(quote))  # fmt: skip


def said(text: str, rows: tuple[Row, ...], *cells: Citation, question: str = "问") -> Answer:
    return Answer(question=question, status="answered", text=text, rows=rows, citations=cells,
                  coverage=Coverage(reports=len(rows), decidable=len(rows)))  # fmt: skip


def kinds(answer: Answer) -> list[tuple[str, str]]:
    return [(one.kind, one.text) for one in elements(linked_text(answer))]


def test_value_opens_its_cell_though_it_is_printed_with_a_comma() -> None:
    answer = said("甲镇 2045件", (town("甲镇", "甲县", 2045, (1,)),), cell(1, "2,045"))
    assert kinds(answer) == [("number", "2045")]


def test_same_name_in_two_counties_opens_neither() -> None:
    rows = (town("石鼓镇", "甲县", 5, (1,)), town("石鼓镇", "乙县", 5, (2,)))
    answer = said("石鼓镇 5件", rows, cell(1, "5"), cell(2, "5", "q"))
    assert kinds(answer) == [("derived", "5")]
    alone = (rows[0], town("石鼓镇", "乙县", 6, (2,)))
    assert kinds(said("石鼓镇 5件", alone, cell(1, "5"), cell(2, "6", "q"))) == [("derived", "5")]


def test_sum_that_equals_an_operand_does_not_open_the_operand() -> None:
    answer = said("甲镇 6件", (town("甲镇", "甲县", 6, (1, 2)),), cell(1, "6"), cell(2, "0"))
    assert kinds(answer) == [("derived", "6")]


def test_value_whose_cell_prints_another_number_leads_to_the_list() -> None:
    answer = said("甲镇 12000件", (town("甲镇", "甲县", 12000, (1,)),), cell(1, "1.2"))
    assert kinds(answer) == [("derived", "12000")]


def test_number_of_another_unit_or_beside_no_name_opens_nothing() -> None:
    rows = (town("甲镇", "甲县", 3, (1,)),)
    assert kinds(said("共3个：甲镇 3份", rows, cell(1, "3"))) == [("derived", "3")] * 2


def test_numbers_of_the_question_years_and_ordinals_lead_nowhere() -> None:
    text = "2022年超过1000件的：第1名 甲镇 2045件"
    answer = said(text, (town("甲镇", "甲县", 2045, (1,)),), cell(1, "2045"), question="超过1000件")
    assert kinds(answer) == [("number", "2045")]


def test_number_inside_the_words_of_a_reason_leads_nowhere() -> None:
    row = town("甲镇", "甲县", 1, (1,))
    text = "无法判定2份（该单元格是空白（空白不等于0） 2份）"
    assert kinds(said(text, (row,), cell(1, "1"))) == [("derived", "2")] * 2


def test_two_measures_of_one_body_with_equal_values_open_each_its_own() -> None:
    more = (Shown(label="行政处罚处理决定数量", metric="p", value=Decimal(4), unit="件",
                  citations=(2,)),)  # fmt: skip
    row = town("甲镇", "甲县", 4, (1,), more=more)
    answer = said("甲镇：行政许可处理决定数量4件，行政处罚处理决定数量4件", (row,),
                  cell(1, "4", start=10), cell(2, "4", start=20))  # fmt: skip
    places = [one.attributes["data-start"] for one in elements(linked_text(answer))]
    assert places == ["10", "20"]


def test_share_leads_to_its_row_and_never_to_one_of_its_parts() -> None:
    row = town("甲镇", "甲县", 50, (1, 2)).model_copy(
        update={"unit": "%", "ratio": Ratio(numerator=Decimal(1), denominator=Decimal(2))}
    )
    answer = said("甲镇 50%（1/2）", (row,), cell(1, "1"), cell(2, "2"))
    assert {kind for kind, _ in kinds(answer)} == {"derived"}


@pytest.mark.parametrize("years", [(2021, 2022), (2022, 2021)])
def test_value_of_a_year_opens_the_cell_of_that_year(years: tuple[int, int]) -> None:
    rows = tuple(
        town("甲镇", "甲县", 7, (n,)).model_copy(update={"year": year})
        for n, year in enumerate(years, start=1)
    )
    answer = said(f"甲镇{years[0]}年7件，{years[1]}年7件", rows, cell(1, "7", "r1"),
                  cell(2, "7", "r2"))  # fmt: skip
    places = [one.attributes["data-source"] for one in elements(linked_text(answer))]
    assert places == ["r1", "r2"]


def test_hostile_names_and_texts_stay_text() -> None:
    row = town(HOSTILE, "甲县", 8, (1,))
    answer = said(f"{HOSTILE} 8件{HOSTILE}", (row,), cell(1, "8"), question=HOSTILE)
    html = linked_text(answer)
    assert {one.name for one in elements(html)} == {"button"}
    assert "<script" not in html + answer_view(answer, SAY)
    assert full_name(row) in answer.text or HOSTILE in answer.text


def passage(number: int, quote: str, start: int) -> Citation:
    return Citation(id=number, report_id="r", path="p", kind="text", quote=quote, start=start,
                    end=start + len(quote))  # fmt: skip


def test_quotes_marks_and_their_numbers_open_their_passages() -> None:
    answer = Answer(
        question="问", status="answered", plan=Plan(operation="passages"),
        text="甲镇：“发布信息2141条。”[1]。\n全年培训12次[2]。",
        citations=(passage(1, "发布信息2141条。", 40), passage(2, "组织了培训，共12次", 90)),
    )  # fmt: skip
    found = [(o.kind, o.text, o.attributes["data-start"]) for o in elements(linked_text(answer))]
    assert found == [
        ("quote", "发布信息2141条。", "40"), ("number", "[1]", "40"), ("number", "12", "97"),
        ("number", "[2]", "90"),
    ]  # fmt: skip


def test_quote_that_stands_in_two_places_opens_the_marked_one_or_none() -> None:
    cites = (passage(1, "没有发生", 1), passage(2, "没有发生", 9))
    plan = Plan(operation="passages")
    marked = Answer(question="问", status="answered", plan=plan, text="“没有发生”[2]",
                    citations=cites)  # fmt: skip
    assert elements(linked_text(marked))[0].attributes["data-start"] == "9"
    bare = marked.model_copy(update={"text": "“没有发生”"})
    assert elements(linked_text(bare)) == []
