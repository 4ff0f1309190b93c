"""An answer on the page: every count, every item reachable, its parts named by text."""

import csv
import re
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

import pytest
from page_html import elements, text_of

from assistant.ask import ask
from assistant.conversation import Turn
from assistant.data import read_rows
from assistant.doors import open_doors
from assistant.hints import hint
from assistant.page.desks.listing import AT_A_TIME, LISTS, Part, part_of, turned
from assistant.page.views.answer import answer_view, coverage_view
from assistant.page.views.chat import earlier_view
from assistant.page.views.keeping import copy_view
from assistant.page.views.lists import list_view
from assistant.page.views.worded import worded
from assistant.page.words import LANGUAGES, words
from assistant.result import Answer, Citation, Coverage, Limits, Row, Shown, Undecided
from evals.big_library import build_big_library
from index.errors import MisuseError
from index.store.library import Library

SAY = words("zh")
COUNTS = Coverage(
    reports=101, decidable=92, undecidable=9, duplicates=13, superseded=14, qualified=55,
    rejected=37, unsettled=16, no_report=17,
)  # fmt: skip


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return build_big_library(tmp_path_factory.mktemp("big") / "library", 1000)


def made(**more: object) -> Answer:
    return Answer.model_validate({"question": "问", "status": "answered", "text": "答"} | more)


def test_every_count_of_the_coverage_is_said() -> None:
    said = text_of(coverage_view(COUNTS, SAY) or "")
    for count in COUNTS.model_dump().values():
        assert str(count) in said
    assert coverage_view(Coverage(), SAY) is None


def test_the_page_names_no_command_where_an_answer_does(big: Library) -> None:
    doors = open_doors(big, no_model=True)
    answer = ask("哪些镇2022年行政许可超过1000件", big, doors, Limits(rejected=3, undecided=2))
    assert any("--full" in one for one in answer.warnings)
    shown = text_of(answer_view(answer, SAY))
    (cut, *_) = [one for one in answer.warnings if "--full" in one]
    assert "--full" not in shown and str(answer.coverage.rejected) in shown
    assert cut.partition("；")[0].partition("共")[0] in shown
    turn = Turn(question=answer.question, resolved=answer.question, answer=answer)
    assert "--full" not in copy_view(answer, SAY) + earlier_view([turn], SAY)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("row", read_rows("hints.csv"), ids=lambda row: row["hint"])
def test_every_sentence_that_names_a_command_is_said_otherwise(
    row: dict[str, str], language: str
) -> None:
    counts = {"shown": 17, "whole": 345, "count": 89}
    values = {"name": "不符合的", "what": "条提示", "unit": "份"} | counts
    said = hint(row["hint"], **values)
    around = f"前一句。\n{said}\n后一句。"
    answer = made(text=around, warnings=(said, f"原文“{said}”。"))
    shown = worded(answer, words(language))
    first, own, last = shown.text.split("\n")
    assert (first, last) == ("前一句。", "后一句。") and own == shown.warnings[0]
    assert not re.search("nianbao|--", own)
    assert sorted(re.findall(r"\d+", own)) == sorted(set(re.findall(r"\d+", said)))
    assert shown.warnings[1] == answer.warnings[1]


@pytest.mark.parametrize(
    ("status", "word"),
    [("answered", "已回答"), ("partial", "只答了一部分"), ("clarify", "请选一种读法"),
     ("refused", "不回答")],
)  # fmt: skip
def test_status_is_said_in_words_and_not_by_colour_alone(status: str, word: str) -> None:
    assert word in text_of(answer_view(made(status=status), SAY))


def test_note_reading_warnings_and_model_are_shown() -> None:
    answer = made(
        resolved="整句", note="接着上一问", explanation="理解为：范围", warnings=("小心",),
        model={"name": "m1", "prompts": ["p@1"], "calls": 2, "prompt_tokens": 345,
               "completion_tokens": 67, "error": "没有回音"},
        elapsed_ms=1234,
    )  # fmt: skip
    said = text_of(answer_view(answer, SAY))
    for part in (
        "接着上一问",
        "理解为：范围",
        "小心",
        "m1",
        "p@1",
        "345",
        "67",
        "没有回音",
        "1.23",
    ):
        assert part in said
    assert elements(answer_view(answer, SAY))[-1].attributes["data-asked"] == "整句"


def test_each_reading_is_a_button_that_chooses_it() -> None:
    found = elements(answer_view(made(status="clarify", choices=("甲", "乙")), SAY))
    chosen = [o.attributes["data-choice"] for o in found if o.attributes.get("data-do") == "choose"]
    assert chosen == ["甲", "乙"]


def cite(number: int, quote: str, kind: str = "cell", metric: str = "") -> Citation:
    return Citation.model_validate(
        {"id": number, "report_id": "r", "path": "甲/乙/甲.txt", "kind": kind, "quote": quote,
         "start": number, "end": number + len(quote), "metric": metric}
    )  # fmt: skip


def test_sum_shows_each_number_it_comes_from_by_name() -> None:
    row = Row(agency="甲镇", value=Decimal(6), unit="件", citations=(1, 2))
    cells = (cite(1, "4", metric="licensing.decisions"), cite(2, "2", metric="penalties.decisions"))
    html = list_view(part_of(made(rows=(row,), citations=cells), "yes"), SAY)
    assert [one.text for one in elements(html) if one.kind == "number"] == ["4", "2"]
    assert "行政许可" in text_of(html) and "行政处罚" in text_of(html)


def test_further_values_and_reasons_are_shown_with_their_places() -> None:
    more = (Shown(label="上年", metric="m", year=2021, value=Decimal(3), unit="件",
                  citations=(2,)),)  # fmt: skip
    row = Row(agency="甲镇", year=2022, value=Decimal(5), unit="件", citations=(1,), more=more)
    doubt = Undecided(agency="乙镇", reason="blank", citations=(3,))
    answer = made(rows=(row,), undecided=(doubt,),
                  citations=(cite(1, "5"), cite(2, "3"), cite(3, "空")))  # fmt: skip
    yes, unknown = (list_view(part_of(answer, name), SAY) for name in ("yes", "unknown"))
    assert [o.text for o in elements(yes) if o.kind == "number"] == ["5件", "3件"]
    assert "2021年上年" in text_of(yes) and "空白不等于0" in text_of(unknown)
    assert [o.text for o in elements(unknown) if o.kind == "number"] == ["空"]


def test_citations_name_the_file_but_never_its_folder() -> None:
    html = list_view(part_of(made(citations=(cite(1, "5"),)), "cited"), SAY)
    assert "甲.txt" in html and "/home" not in html


def test_empty_list_is_nothing_and_a_list_cut_by_the_question_says_of_how_many() -> None:
    assert list_view(part_of(made(), "no"), SAY) == ""
    answer = made(rows=(Row(agency="甲"),), coverage=Coverage(qualified=9), figures={"listed": 1})
    assert "共 9 份可以列入" in text_of(list_view(part_of(answer, "yes"), SAY))


def pages(answer: Answer, listed: str, library: Library) -> list[Part]:
    found = [turned(answer, listed, "0", library)]
    while (end := found[-1].start + len(found[-1].items)) < found[-1].total:
        found.append(turned(answer, listed, str(end), library))
    return found


def test_every_item_of_a_cut_list_is_reached_by_turning_pages(big: Library) -> None:
    question = "哪些镇2022年行政许可超过1件"
    doors = open_doors(big, no_model=True)
    cut = ask(question, big, doors, Limits(rejected=3, undecided=2))
    whole = ask(question, big, doors, Limits(rejected=10**9, undecided=10**9))
    for listed in ("yes", "no", "unknown"):
        shown = [item for part in pages(cut, listed, big) for item in part.items]
        names = [one.report_id for one in shown]
        lists = {"yes": whole.rows, "no": whole.rejected, "unknown": whole.undecided}
        assert names == [one.report_id for one in lists[listed]]
        said = text_of(list_view(part_of(cut, listed), SAY))
        assert str(len(names)) in said


def test_long_list_is_a_page_with_its_count_and_the_way_on() -> None:
    rows = tuple(Row(agency=f"镇{n}") for n in range(AT_A_TIME * 2 + 1))
    answer = made(rows=rows)
    first = list_view(part_of(answer, "yes"), SAY)
    assert len([o for o in elements(first) if o.name == "tr"]) == AT_A_TIME + 1
    assert f"共 {len(rows)} 项" in text_of(first)
    turns = [o.attributes["data-at"] for o in elements(first) if "data-at" in o.attributes]
    assert turns == [str(AT_A_TIME)]
    last = list_view(part_of(answer, "yes", AT_A_TIME * 2), SAY)
    turns = [o.attributes["data-at"] for o in elements(last) if "data-at" in o.attributes]
    assert turns == [str(AT_A_TIME)]


def test_what_a_list_of_the_prose_leaves_out_is_said_and_not_offered() -> None:
    nos = tuple(Row(agency=f"镇{n}") for n in range(AT_A_TIME))
    answer = made(rejected=nos, coverage=Coverage(rejected=AT_A_TIME + 7),
                  plan={"operation": "mention"})  # fmt: skip
    html = list_view(part_of(answer, "no"), SAY)
    assert "另有 7 项没有列在这里" in text_of(html) and "data-at" not in html


@pytest.mark.parametrize(
    ("listed", "start"), [("../x", "0"), ("yes", "-1"), ("yes", "x"), ("yes", "9" * 5000), ("", "")]
)
def test_page_that_no_list_has_is_refused(listed: str, start: str, big: Library) -> None:
    with pytest.raises(MisuseError):
        turned(made(rows=(Row(agency="甲"),)), listed, start, big)


def test_every_word_is_there_in_both_languages_and_every_list_has_its_own() -> None:
    table = files("assistant.page.words").joinpath("ask.csv").read_text("utf-8")
    rows = list(csv.DictReader(table.splitlines()))
    assert all(row["zh"] and row["en"] and None not in row for row in rows)
    for language in ("zh", "en"):
        say = words(language)
        assert all(say(f"ask.list_{n}") and say(f"ask.list_{n}_hint") for n in LISTS)
        assert all(say(f"ask.count_{name}") for name in Coverage.model_fields)


def test_styles_and_scripts_ask_nothing_of_other_hosts() -> None:
    folder = Path(str(files("assistant.page.assets")))
    for file in folder.glob("ask.*"):
        assert "//" not in file.read_text("utf-8").replace("// ", "").replace("\n//", "")
