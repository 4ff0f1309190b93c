"""Numbers stated in prose, and the look-alikes that are none."""

import re
import time
import tomllib
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.facts.prose import read_facts
from index.facts.quantity import parse_number
from index.model import Agency, Document, Fact, GridCell, Identity, Section, Table

TITLE = "示例镇2022年政府信息公开工作年度报告\n\n一、总体情况\n\n政务公开工作有序开展。\n"
CASES = tomllib.loads((Path(__file__).parent / "prose_cases.toml").read_text(encoding="utf-8"))
SHARED = Path(__file__).parents[2] / "shared"


def document(text: str, tables: tuple[Table, ...] = ()) -> Document:
    return Document(
        path="a.txt", sha256="0", format="txt", text=text, tables=tables, body=(0, len(text))
    )


def facts(sentence: str) -> tuple[Fact, ...]:
    text = TITLE + sentence
    found = read_facts(document(text), ())
    assert all(text[f.start : f.end] == f.quote for f in found)
    return found


def said(found: tuple[Fact, ...]) -> list[str]:
    return [f"{f.name} {f.value}" + ("" if f.bound == "exact" else f" {f.bound}") for f in found]


@pytest.mark.parametrize(("sentence", "expected"), CASES["cases"])
def test_sentence_states_exactly_these_facts(sentence, expected):
    assert sorted(said(facts(sentence))) == sorted(expected)


def test_quote_of_a_gloss_keeps_the_original_characters():
    (fact,) = facts("主動公開政府信息數(shù)量為(wéi)77條(tiáo)。")
    assert fact.quote == "主動公開政府信息數(shù)量為(wéi)77條"


def test_statutory_table_is_not_prose():
    text = (
        TITLE
        + "主动公开政府信息12条。\n二、主动公开政府信息情况\n第二十条第(一)项\n"
        + "信息内容\n本年制发件数\n"
        + "行政规范性文件\n3件\n三、收到和处理政府信息公开申请情况\n申请人情况\n"
        + "一、本年新收政府信息公开申请数量\n4件\n四、结转下年度继续办理\n2件\n"
        + "行政复议\n1件\n行政诉讼\n1件\n"
    )
    assert said(read_facts(document(text), ())) == ["disclosed_total 12"]


def test_sentence_between_tables_is_read():
    text = (
        TITLE
        + "三、收到和处理政府信息公开申请情况\n2022年未收到政府信息公开申请。\n"
        + "申请人情况\n自然人\n总计\n0\n0\n四、政府信息公开行政复议、行政诉讼情况\n结果维持\n0\n"
        + "因政府信息公开引发行政复议0件，行政诉讼0件。\n"
    )
    assert said(read_facts(document(text), ())) == [
        "requests_received 0",
        "reconsiderations 0",
        "litigations 0",
    ]


def test_plans_of_the_problem_section_are_not_read():
    text = TITLE + "主动公开政府信息12条。\n五、问题\n主动公开政府信息90条偏少。\n六、其他\n无。\n"
    start = text.index("五、")
    sections = (Section("存在的主要问题及改进情况", start, text.index("六、")),)
    assert said(read_facts(document(text), sections)) == ["disclosed_total 12"]


def test_text_outside_the_body_is_not_read():
    text = "主动公开政府信息999条。" + TITLE + "主动公开政府信息12条。"
    report = Document(
        path="a", sha256="0", format="html", text=text, body=(text.index("示例"), len(text))
    )
    assert said(read_facts(report, ())) == ["disclosed_total 12"]


def test_short_cell_of_a_table_is_not_prose_but_a_layout_cell_is():
    short, long = "主动公开政府信息50条", "示例镇有序推进公开工作" * 5 + "，主动公开政府信息12条。"
    text = TITLE + short + "\n" + long
    at = text.index(long)
    cells = (GridCell(at - len(short) - 1, at - 1, 0, 0, 1, 1), GridCell(at, len(text), 1, 0, 1, 1))
    table = Table(start=cells[0].start, end=len(text), cells=cells)
    assert said(read_facts(document(text, (table,)), ())) == ["disclosed_total 12"]


def test_rows_of_bars_and_tabs_are_not_prose():
    assert facts("项目 | 主动公开政府信息50条 | 收到信息公开申请3件 | 0 |\n") == ()
    assert facts("主动公开政府信息\t50条\t0\t0\n") == ()


def test_title_year_decides_what_last_year_is():
    text = (
        TITLE.replace("2022", "2021") + "2021年主动公开政府信息300条。2022年主动公开政府信息1条。"
    )
    assert said(read_facts(document(text), ())) == ["disclosed_total 300"]


@given(st.integers(0, 99_999_999))
def test_any_count_is_read_exactly(value):
    (fact,) = facts(f"全年主动公开政府信息{value}条。")
    assert fact.value == Decimal(value)
    (fact,) = facts(f"全年主动公开政府信息{value:,}条。")
    assert fact.value == Decimal(value)


@given(st.text(alphabet="0123456789条件。，主动公开政府信息收到申请\n |\t余第至", max_size=60))
def test_noise_gives_true_spans_and_printed_numbers_only(noise):
    for fact in facts(noise):
        digits = re.sub(r"\D", "", fact.quote)
        assert str(fact.value) == str(int(digits or "0"))


@pytest.mark.parametrize(
    "clause", ["主动公开政府信息9条，", "未因信息公开复议", "公开申请收到5件，已"]
)
def test_text_without_a_full_stop_costs_no_more_than_its_length(clause):
    short, long = (TITLE + clause * count for count in (200, 1600))
    times = []
    for text in (short, short, long):
        started = time.perf_counter()
        read_facts(document(text), ())
        times.append(time.perf_counter() - started)
    assert times[2] < 30 * times[1] + 0.2


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("上莳县2022年政府信息公开工作年度报告", ["requests_received 42"]),
        ("上莳县人民政府2022年政府信息公开工作年度报告", ["requests_received 42"]),
        ("上莳县水务局2022年政府信息公开工作年度报告", []),
        ("莳坪镇2022年政府信息公开工作年度报告", []),
        ("乙川市2022年政府信息公开工作年度报告", []),
    ],
)
def test_whole_county_is_the_body_only_in_the_report_of_the_county(title, expected):
    text = title + "\n\n一、总体情况\n\n2022年，全县共收到政府信息公开申请42件。\n"
    assert said(read_facts(document(text), ())) == expected


@pytest.mark.parametrize(
    ("title", "subject", "expected"),
    [
        ("上莳县", "县政府", ["requests_received 42"]),
        ("上莳县", "莳坪镇", []),
        ("上莳县水务局", "县水务局", ["requests_received 42"]),
        ("上莳县水务局", "县政府", []),
        ("莳坪镇", "镇政府", ["requests_received 42"]),
        ("莳坪镇", "县政府", []),
    ],
)
def test_body_named_as_the_subject_counts_only_in_its_own_report(title, subject, expected):
    text = f"{title}2022年政府信息公开工作年度报告\n\n{subject}共收到政府信息公开申请42件。\n"
    assert said(read_facts(document(text), ())) == expected


def test_identity_given_by_the_caller_settles_the_year():
    text = "政务公开情况\n\n2021年主动公开政府信息300条。2022年主动公开政府信息1条。"
    identity = Identity(title=None, title_span=None, agency=Agency(), year=2022)
    assert said(read_facts(document(text), (), identity)) == ["disclosed_total 1"]


NUMERALS = {
    "零": 0, "十": 10, "十二": 12, "二十": 20, "四十": 40, "一百零五": 105, "三百二十一": 321,
    "两千": 2000, "一千零二十": 1020, "一万二千三百": 12300, "二〇二": 202,
}  # fmt: skip


@pytest.mark.parametrize(("text", "value"), NUMERALS.items())
def test_chinese_numeral_is_read(text, value):
    assert parse_number(text) == value


MALFORMED = [
    "十十", "二三百", "百", "一百千", "12,34", "二百万万", "三百五", "两千五", "一万二", "二百零十",
]  # fmt: skip


@pytest.mark.parametrize("text", MALFORMED)
def test_malformed_or_ambiguous_numeral_is_no_number(text):
    assert parse_number(text) is None


SEED_FACTS = {
    "000": [],
    "001": [
        "disclosed_total 3548",
        "wechat_posts 2141",
        "wechat_posts 438",
        "wechat_posts 45",
        "documents_issued 3",
        "documents_repealed 6",
        "requests_received 4",
        "requests_closed 4",
        "documents_repealed 6",
    ],
    "002": ["disclosed_total 315", "requests_received 0", "reconsiderations 0", "litigations 0"],
    "003": ["disclosed_total 21", "wechat_posts 60 over", "requests_received 0"],
    "004": ["disclosed_total 10", "requests_received 0", "reconsiderations 0", "litigations 0"],
}


@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared (the seed reports) is not here")
@pytest.mark.parametrize(("seed", "expected"), SEED_FACTS.items())
def test_seed_states_exactly_these_facts(seed, expected):
    (path,) = (SHARED / "seeds").glob(f"{seed}_*.txt")
    text = path.read_text(encoding="utf-8")
    found = read_facts(document(text), ())
    assert said(found) == expected
    assert all(text[f.start : f.end] == f.quote for f in found)


LAYOUT_FACTS = {
    "004": ["disclosed_total 420", "requests_received 0"],
    "005": ["disclosed_total 8"],
    "007": ["wechat_posts 78", "requests_received 0"],
    "011": ["disclosed_total 217", "wechat_posts 92"],
    "012": ["requests_received 0"],
    "014": ["disclosed_total 260 over"],
    "034": [],
    "038": ["requests_received 4"],
    "044": ["disclosed_total 20 over", "requests_received 0"],
    "054": ["disclosed_total 6", "requests_received 0"],
    "056": ["disclosed_total 306", "wechat_posts 22", "requests_received 1"],
    "200": [],
}


@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared (the layouts corpus) is not here")
@pytest.mark.parametrize(("layout", "expected"), LAYOUT_FACTS.items())
def test_layout_summary_states_exactly_these_facts(layout, expected):
    text = (SHARED / "corpus" / "layouts" / f"{layout}.txt").read_text(encoding="utf-8")
    assert said(read_facts(document(text), ())) == expected
