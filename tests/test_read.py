"""The reader: gold seeds, gold layouts, synthetic reports, and what a change may change."""

import hashlib
import json
import random
import re
from collections import defaultdict
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evals.score import score, total
from evals.synthesise import LAYOUTS, Rendered, corpus, random_facts, render
from index.loading.load import load, load_bytes
from index.model import Cell, Document
from index.normalise import normalise
from index.reading.events import find_events
from index.reading.lex import lex
from index.reading.read import read_cells
from index.reading.rows import segment

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="../shared is not there")

ROW_LAYOUTS = ("tab_grid", "bar_grid", "bar_rows_plain", "bar_rows_opened", "spaced_rows")
DELETABLE = (
    "requests.not_processed.duplicate.total", "requests.refused.third_party.total",
    "requests.carried_in.total", "coercion.decisions",
)  # fmt: skip
EXACT_LAYOUTS = (*ROW_LAYOUTS, "blank_line_cells", "tab_cells", "trailing_bars", "lone_bars")


def document(text: str) -> Document:
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Document(path="t.txt", sha256=digest, format="txt", text=text, body=(0, len(text)))


def cells_of(text: str) -> dict[str, Cell]:
    return {c.metric: c for c in read_cells(document(text)).cells}


def rendered(layout: str, seed: int) -> Rendered:
    rng = random.Random(seed)
    return render(random_facts(rng), layout, (), seed)


@cache
def seed_gold() -> dict[str, list[dict[str, object]]]:
    gold = defaultdict(list)
    for line in (ROOT / "evals/gold/seeds.jsonl").read_text("utf-8").splitlines():
        record = json.loads(line)
        gold[record["report"]].append(record)
    return gold


@needs_shared
def test_every_cell_of_the_real_seeds_is_exact() -> None:
    assert len(seed_gold()) == 5
    for name, records in seed_gold().items():
        read = load(SHARED / name)
        cells = {c.metric: c for c in read_cells(read).cells}
        for gold in records:
            cell = cells[str(gold["metric"])]
            value = None if cell.value is None else str(cell.value)
            assert (value, cell.status) == (gold["value"], gold["status"]), (name, gold)
            if cell.status == "reported":
                assert (cell.start, cell.end) == (gold["start"], gold["end"]), (name, gold)
        assert set(cells) == {str(g["metric"]) for g in records}


@needs_shared
def test_a_cut_report_has_absent_rows_and_blank_parts_not_zeros() -> None:
    read = load(next((SHARED / "seeds").glob("002_*")))
    cells = {c.metric: c for c in read_cells(read).cells}
    assert cells["requests.not_processed.duplicate.total"].value == 0
    assert cells["requests.not_processed.duplicate.business"].status == "blank"
    assert cells["requests.not_processed.publication.total"].status == "row_absent"
    assert cells["reconsideration.total"].status == "section_absent"


TWO = {
    "制发": "issued", "废止": "repealed", "现行有效": "in_force", "新制作": "newly_made",
    "新公开": "newly_public", "对外公开总数": "total_public", "上一年项目数": "items_last_year",
    "增减": "items_change", "处理决定数": "decisions", "项目数": "projects", "总金额": "amount",
}  # fmt: skip
ROWS = {
    "规章": "regulations", "行政规范性文件": "normative_documents",
    "规范性文件": "normative_documents",
    "行政许可": "licensing", "其他对外管理服务事项": "other_services", "行政处罚": "penalties",
    "行政强制": "coercion", "行政事业性收费": "fees", "政府集中采购": "procurement",
    "行政事业性收费_万元": "fees.amount",
}  # fmt: skip
THREE = {
    "新收": "received", "上年结转": "carried_in", "予以公开": "granted",
    "部分公开": "partly_granted",
    "不予公开1": "refused.state_secret", "不予公开2": "refused.forbidden_by_law",
}  # fmt: skip
COLUMNS = ("natural_person", "business", "research", "welfare", "legal_service", "other", "total")


def metric_of(label: str) -> str | None:
    row, _, column = label.partition(".")
    if row not in ROWS:
        return None
    if "." in ROWS[row]:
        return ROWS[row]
    return f"{ROWS[row]}.{TWO[column]}" if column else f"{ROWS[row]}.decisions"


@needs_shared
def test_every_visible_hand_labelled_cell_of_the_real_layouts_is_read() -> None:
    folder = SHARED / "corpus/layouts"
    seen = 0
    for line in (folder / "gold.jsonl").read_text("utf-8").splitlines():
        gold = json.loads(line)
        cells = {c.metric: c for c in read_cells(load(folder / f"{gold['id']}.txt")).cells}
        named = ((metric_of(k), v) for k, v in gold["table2"].items())
        expected = {metric: v for metric, v in named if metric is not None}
        for row, printed in gold["table3_first_rows"].items():
            full = printed["columns"] == "full7"
            values = printed["printed"] if full else [None] * 7
            names = (f"requests.{THREE[row]}.{c}" for c in COLUMNS)
            expected |= dict(zip(names, values, strict=True))
        for metric, value in expected.items():
            seen += 1
            got = cells[metric].value
            assert got == (None if value is None else Decimal(str(value))), (gold["id"], metric)
        hidden = [m for m, c in cells.items() if c.value is not None and m not in expected]
        assert hidden == [], gold["id"]
    assert seen == 444


def test_synthetic_reports_in_all_layouts_and_defects_are_read_without_fabrication() -> None:
    scores = []
    for report in corpus(2000, 7):
        read = load_bytes(report.data, report.name + report.suffix)
        scores.append(score(report, read_cells(read).cells, read.text))
    result = total(scores)
    lost = [m for m in result.misses if m.kind in ("fabricated", "missed", "span")][:20]
    assert result.nonzero > 40_000
    assert result.fabricated == 0, lost
    assert result.spans == result.spans_exact, lost
    assert result.nonzero_right >= 0.999 * result.nonzero, lost


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(EXACT_LAYOUTS), st.integers(0, 10**6), st.integers(1, 99_999), st.data())
def test_a_changed_number_changes_exactly_that_cell(
    layout: str, seed: int, number: int, data: st.DataObject
) -> None:
    report = rendered(layout, seed)
    assert report.text is not None
    before = cells_of(report.text)
    printed = [c for c in before.values() if c.status == "reported" and "change" not in c.metric]
    cell = data.draw(st.sampled_from(sorted(printed, key=lambda c: c.start or 0)))
    text = report.text[: cell.start] + str(number) + report.text[cell.end :]
    after = cells_of(text)
    assert after[cell.metric].value == number
    assert {m for m, c in after.items() if c.value != before[m].value} <= {cell.metric}


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(ROW_LAYOUTS), st.integers(0, 10**6), st.data())
def test_a_deleted_row_is_absent_and_changes_nothing_else(
    layout: str, seed: int, data: st.DataObject
) -> None:
    report = rendered(layout, seed)
    assert report.text is not None
    before = cells_of(report.text)
    metric = data.draw(st.sampled_from(DELETABLE))
    start = before[metric].start
    assert start is not None
    line = report.text.rfind("\n", 0, start) + 1
    text = report.text[:line] + report.text[report.text.index("\n", start) + 1 :]
    after = cells_of(text)
    row = metric.rpartition(".")[0]
    for name, cell in after.items():
        if name.rpartition(".")[0] == row:
            assert cell.status == "row_absent"
        else:
            assert cell.value == before[name].value


NOISE = st.lists(
    st.one_of(
        st.from_regex(r"[0-9]{1,6}(件|条|项|)", fullmatch=True),
        st.sampled_from(
            [
                "行政许可13项",
                "12345热线3218件",
                "同比增长12%",
                "第3页",
                "二、工作情况",
                "其他",
                "/",
                "—",
            ]
        ),
        st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), max_size=12),
        st.from_regex(r"[，。；、0-9 \t|]{0,12}", fullmatch=True),
    ),
    max_size=60,
)


@settings(max_examples=80, deadline=None)
@given(NOISE, st.randoms())
def test_shuffled_noise_never_makes_a_value_appear(lines: list[str], rng: random.Random) -> None:
    rng.shuffle(lines)
    cells = cells_of("\n".join(lines))
    assert [c for c in cells.values() if c.value is not None] == []


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(EXACT_LAYOUTS), st.integers(0, 10**6), NOISE)
def test_noise_before_the_tables_changes_no_cell(layout: str, seed: int, lines: list[str]) -> None:
    report = rendered(layout, seed)
    assert report.text is not None
    before = {m: (c.value, c.status) for m, c in cells_of(report.text).items()}
    noisy = cells_of("\n".join(lines) + "\n" + report.text)
    assert {m: (c.value, c.status) for m, c in noisy.items()} == before


@pytest.mark.parametrize("layout", sorted(LAYOUTS))
def test_spans_quote_the_text_in_every_layout(layout: str) -> None:
    report = rendered(layout, 11)
    read = load_bytes(report.data, report.name + report.suffix)
    for cell in read_cells(read).cells:
        if cell.start is not None:
            assert read.text[cell.start : cell.end] == cell.raw
        else:
            assert cell.status in ("row_absent", "section_absent", "not_in_form")


@pytest.mark.parametrize(
    ("printed", "value", "status"),
    [
        ("1,234", Decimal(1234), "reported"), ("0.00", Decimal(0), "reported"),
        ("0件", Decimal(0), "reported"), ("６１８１", Decimal(6181), "reported"),
        ("/", None, "not_applicable"), ("无", None, "not_applicable"),
        ("—", None, "not_applicable"),
        ("详见附件", None, "text"), ("1**", None, "unreadable"), ("12,34", None, "unreadable"),
        ("007", None, "unreadable"), ("5①", None, "unreadable"), ("9" * 40, None, "unreadable"),
        ("暂缺", None, "text"), ("O", None, "unreadable"), ("l", None, "unreadable"),
        ("零", None, "unreadable"), ("约5", None, "unreadable"), ("12人", None, "unreadable"),
        ("7（注1）", None, "unreadable"), ("3[1]", None, "unreadable"), ("½", None, "unreadable"),
        ("12²", None, "unreadable"), ("#REF!", None, "unreadable"), ("1.2.3", None, "unreadable"),
    ],
)  # fmt: skip
def test_what_a_cell_prints_decides_value_and_status(
    printed: str, value: Decimal | None, status: str
) -> None:
    text = (
        "二、主动公开政府信息情况\n第二十条第（五）项\n信息内容\n本年处理决定数量\n行政许可\n"
        f"{printed}\n第二十条第（六）项\n信息内容\n本年处理决定数量\n行政处罚\n3\n"
    )
    cells = cells_of(text)
    assert (cells["licensing.decisions"].value, cells["licensing.decisions"].status) == (
        value,
        status,
    )
    assert cells["penalties.decisions"].value == 3


def test_money_in_another_unit_is_converted_exactly_and_a_wrong_unit_is_declined() -> None:
    head = "第二十条第（八）项\n信息内容\n本年收费金额（单位：万元）\n行政事业性收费\n"
    tail = "\n第二十条第（五）项\n信息内容\n本年处理决定数量\n行政许可\n12万元\n"
    cells = cells_of(head + "5005元" + tail)
    assert cells["fees.amount"].value == Decimal("0.5005")
    assert cells["licensing.decisions"].status == "unreadable"


def test_the_form_comes_from_the_headers_not_from_a_cited_number() -> None:
    report = rendered("tab_grid", 3)
    assert report.text is not None
    for cited in ("国办公开办函〔2019〕60号", "国办公开办函〔2021〕30号"):
        reading = read_cells(document(cited + "\n" + report.text))
        assert reading.form == report.form


def test_rows_of_thousands_of_bars_take_no_time() -> None:
    text = "二、主动公开政府信息情况\n" + ("|" * 5000 + "\n") * 200 + "规章 | 0 | 0 | 0 |\n"
    assert all(c.value is None for c in cells_of(text).values())


def test_two_tables_that_disagree_leave_the_cell_unreadable() -> None:
    block = "第二十条第（五）项\n信息内容\n本年处理决定数量\n行政许可\n{}\n"
    reading = read_cells(document(block.format(5) + block.format(7)))
    cell = next(c for c in reading.cells if c.metric == "licensing.decisions")
    assert cell.status == "unreadable"
    assert any("两次" in w for w in reading.warnings)
    assert re.fullmatch("5|7", cell.raw)


@pytest.mark.parametrize("line", ["本年处理决定数量 0", "行政复议 行政诉讼", "自然人 总计"])
def test_a_header_without_end_does_not_grow_with_every_line(line: str) -> None:
    page = load_bytes((ROOT / "evals/reports/大涌镇2022.html").read_bytes(), "a.html").text
    before = cells_of(page)
    hostile = document(f"{page}\n" + f"{line}\n" * 1500)
    segments = segment(lex(hostile, normalise(hostile.text)))
    held = [len(e.columns) + len(e.parts) + len(e.places) for e in find_events(segments)]
    assert max(held) <= 600
    after = {c.metric: c for c in read_cells(hostile).cells}
    wrong = [m for m, c in after.items() if c.value is not None and c.value != before[m].value]
    assert not wrong
