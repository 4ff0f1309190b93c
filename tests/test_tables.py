"""The tables of wild layouts: what is certain is read, what is not is declined, never shifted."""

import hashlib
import random

import pytest

from evals.synthesise import random_facts, render
from index.loading.load import load_bytes
from index.model import Cell, Document
from index.reading.read import read_cells

BLOCK = "第二十条第（五）项\n信息内容\n本年处理决定数量\n行政许可\n{}\n"
ASKED = (
    "三、收到和处理政府信息公开申请情况\n申请人情况\n{}自然人\n法人或其他组织\n{}"
    "商业企业\n科研机构\n社会公益组织\n法律服务机构\n其他\n"
)
NEW = "一、本年新收政府信息公开申请数量"
OLD = "二、上年结转政府信息公开申请数量"
RESULTS = "结果维持 结果纠正 其他结果 尚未审结 总计"
APPEALS = "四、政府信息公开行政复议、行政诉讼情况\n"


def document(text: str) -> Document:
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Document(path="t.txt", sha256=digest, format="txt", text=text, body=(0, len(text)))


def cells_of(text: str) -> dict[str, Cell]:
    return {c.metric: c for c in read_cells(document(text)).cells}


def values_of(text: str) -> dict[str, int]:
    return {m: int(c.value) for m, c in cells_of(text).items() if c.value is not None}


def test_total_named_first_is_read_last_only_where_sums_prove_it() -> None:
    head = ASKED.format("总计\n", "")
    assert len(values_of(f"{head}{NEW} 5 1 0 0 0 2 8\n{OLD} 0 0 0 0 0 0 0\n")) == 14
    assert values_of(f"{head}{NEW} 8 5 1 0 0 0 2\n") == {}


def test_values_before_their_labels_are_declined() -> None:
    head = ASKED.format("", "总计\n")
    assert values_of(f"{head}5 1 0 0 0 2 8\n{NEW}\n3 0 0 0 0 0 3\n{OLD}\n") == {}
    block = "第二十条第（六）项\n信息内容\n本年处理决定数量\n73\n行政处罚\n9\n行政强制\n"
    assert values_of(block) == {}


def test_a_column_no_form_has_is_skipped_or_makes_the_row_uncertain() -> None:
    head = "第二十条第（一）项\n信息内容 本年制发件数 本年修改件数 本年废止件数 现行有效件数\n"
    full = values_of(f"{head}规章 1 8 2 3\n行政规范性文件 4 9 5\n")
    assert full == {"regulations.issued": 1, "regulations.repealed": 2, "regulations.in_force": 3}


def test_section_four_is_read_in_parts_and_never_against_its_header() -> None:
    review, direct, after = "1 2 3 4 10\n", "5 6 7 8 26 ", "1 1 1 1 4\n"
    whole = (
        f"{APPEALS}行政复议 行政诉讼\n{RESULTS} 未经复议直接起诉 复议后起诉\n{RESULTS} {RESULTS}\n"
    )
    expected = values_of(whole + review + direct + after)
    assert len(expected) == 15
    lawsuits = f"行政诉讼\n未经复议直接起诉 复议后起诉\n{RESULTS} {RESULTS}\n"
    tables = f"{APPEALS}行政复议\n{RESULTS}\n{review}{lawsuits}{direct}{after}"
    rows = f"{APPEALS}{RESULTS}\n行政复议 {review}未经复议直接起诉 {direct}\n复议后起诉 {after}"
    assert values_of(tables) == values_of(rows) == expected
    swapped = whole.replace("行政复议 行政诉讼\n", "行政诉讼 行政复议\n") + direct + after + review
    assert values_of(swapped) == {}


@pytest.mark.parametrize("colon", [" ", "：", ""])
def test_a_list_in_the_prose_is_no_table(colon: str) -> None:
    rows = f"（一）行政许可{colon}13项\n（二）行政处罚{colon}25项\n规范性文件{colon}5件\n"
    assert values_of("二、主动公开政府信息情况\n" + rows) == {}
    blank_then_listed = BLOCK.format("") + f"其中：\n（一）行政许可{colon}13项\n"
    assert values_of(blank_then_listed) == {}


def test_a_number_the_file_ends_in_is_doubted_unless_its_sum_proves_it() -> None:
    head = ASKED.format("", "总计\n")
    assert values_of(BLOCK.format(6181)[:-2]) == {}
    assert len(values_of(f"{head}{NEW} 5 1 0 0 0 2 8")) == 7
    assert len(values_of(f"{head}{NEW} 5 1 0 0 0 2 1")) == 6


def test_a_row_under_an_unknown_label_is_unreadable_not_absent() -> None:
    text = (
        "第二十条第（五）项\n信息内容\n本年处理决定数量\n行政大可\n12\n"
        "第二十条第（六）项\n信息内容\n本年处理决定数量\n行政处罚\n3\n"
    )
    cell = cells_of(text)["licensing.decisions"]
    assert (cell.value, cell.status, cell.raw) == (None, "unreadable", "12")


def test_a_torn_label_never_borrows_the_whole_label_of_the_next_row() -> None:
    head = ASKED.format("", "总计\n")
    fee = "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请"
    cells = cells_of(
        f"{head}不补正、行政机关不再处理其政府信息公开申请 1 0 0 0 0 0 1\n{fee} 0 0 0 0 0 2 2\n"
    )
    assert cells["requests.other.fee_unpaid.total"].value == 2


@pytest.mark.parametrize("mark", ["- 6 -", "第6页 共12页", "6 / 12", "P. 9", "·6·", "~ 6 ~"])
def test_page_marks_are_no_values(mark: str) -> None:
    head = ASKED.format("", "总计\n")
    rows = f"{NEW}\n5\n1\n0\n0\n0\n2\n8\n{mark}\n{OLD}\n0\n0\n0\n0\n0\n1\n1\n"
    assert len(values_of(head + rows)) == 14


def test_a_ragged_row_of_a_real_table_is_declined() -> None:
    names = ("", "自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")
    rows = [names, (NEW, *"5100028"), (OLD, *"130004")]
    body = "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in rows)
    page = f"<h1>某镇2022年政府信息公开工作年度报告</h1><table>{body}</table>".encode()
    cells = {c.metric: c for c in read_cells(load_bytes(page, "t.html")).cells}
    assert cells["requests.received.total"].value == 8
    assert cells["requests.carried_in.total"].status == "unreadable"


def test_a_row_that_ran_on_into_the_next_is_declined() -> None:
    head = ASKED.format("", "总计\n")
    rows = f"{NEW}\n5\n1\n0\n0\n0\n2\n8\n"
    third = "三、本年度办理结果\n（一）予以公开\n5\n1\n0\n0\n0\n2\n8\n"
    cut = rows.replace("0\n0\n2\n8\n", f"0\n{OLD}\n0\n3\n3\n".replace(f"{OLD}\n", ""))
    assert "requests.received.total" in values_of(head + rows + third)
    assert "requests.received.total" not in values_of(head + cut + third)


def test_sections_are_found_inside_one_long_line() -> None:
    report = render(random_facts(random.Random(5)), "run_together", (), 5)
    assert report.text is not None and report.text.count("\n") < 2
    sections = read_cells(document(report.text)).sections
    assert len(sections) == 6
    assert all(report.text[s.start] == n for s, n in zip(sections, "一二三四五六", strict=True))
