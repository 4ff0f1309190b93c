"""Headers that say another unit or year than the statute: never read as statutory columns."""

import hashlib

import pytest

from index.model import Cell, Document
from index.reading.read import read_cells

ROW = "第二十条第（{}）项 |\n信息内容 | {} |\n{} | {} |\n"


def cells(text: str, year: int | None = 2022) -> dict[str, Cell]:
    digest = hashlib.sha256(text.encode()).hexdigest()
    whole = Document(path="t.txt", sha256=digest, format="txt", text=text, body=(0, len(text)))
    return {c.metric: c for c in read_cells(whole, year).cells}


@pytest.mark.parametrize(
    "head",
    ["（单位：元）", "（元）", " 单位：千元", "（单位：百万元）", "（亿元）", "（单位：万美元）"],
)
def test_money_under_another_unit_is_not_read_as_ten_thousands(head: str) -> None:
    fee = cells(ROW.format("八", f"本年收费金额{head}", "行政事业性收费", "35000"))["fees.amount"]
    assert (fee.status, fee.value, fee.raw) == ("unreadable", None, "35000")


@pytest.mark.parametrize("head", ["（单位：万元）", "（万元）", "", "（单位：人民币万元）"])
def test_money_in_ten_thousands_is_read(head: str) -> None:
    fee = cells(ROW.format("八", f"本年收费金额{head}", "行政事业性收费", "3.5"))["fees.amount"]
    assert str(fee.value) == "3.5"


@pytest.mark.parametrize(
    ("head", "label"),
    [
        ("本年处理决定数量（百件）", "行政许可"),
        ("本年处理决定数量（单位：万件）", "行政许可"),
        ("本年处理决定数量", "行政许可（千件）"),
        ("上年处理决定数量", "行政许可"),
        ("历年累计处理决定数量", "行政许可"),
        ("2021年处理决定数量", "行政许可"),
        ("本年处理决定数量（2021年）", "行政许可"),
    ],
)
def test_decisions_of_another_unit_or_year_are_not_read(head: str, label: str) -> None:
    assert cells(ROW.format("五", head, label, "77"))["licensing.decisions"].value is None


@pytest.mark.parametrize(
    "head", ["2022年处理决定数量", "本年(2022)处理决定数量", "本年处理决定数量（件）"]
)
def test_the_reports_own_year_and_unit_are_read(head: str) -> None:
    assert cells(ROW.format("五", head, "行政许可", "77"))["licensing.decisions"].value == 77


@pytest.mark.parametrize(
    ("head", "row"),
    [
        ("上年处理决定数量 | 本年处理决定数量", "71 | 81"),
        ("本年处理决定数量 | 2021年处理决定数量", "81 | 71"),
    ],
)
def test_the_year_beside_another_is_read_from_its_own_column(head: str, row: str) -> None:
    assert cells(ROW.format("六", head, "行政处罚", row))["penalties.decisions"].value == 81


@pytest.mark.parametrize(
    ("item", "head", "label"),
    [
        ("五", "licensing", "行政许可（受理）"),
        ("五", "licensing", "行政许可申请"),
        ("六", "penalties", "行政处罚（移送）"),
        ("六", "penalties", "行政处罚（其中：简易程序）"),
        ("六", "penalties", "行政处罚案件立案数"),
        ("六", "penalties", "行政处罚罚款金额"),
        ("六", "coercion", "行政强制（撤销）"),
    ],
)
def test_a_part_of_the_decisions_is_not_read_as_all_of_them(
    item: str, head: str, label: str
) -> None:
    found = cells(ROW.format(item, "本年处理决定数量", label, "70"))[f"{head}.decisions"]
    assert found.value is None


@pytest.mark.parametrize(
    "label", ["行政处罚", "行政处罚（件）", "行政处罚 （宗）", "行政处罚（不含移送）"]
)
def test_plain_decisions_are_read(label: str) -> None:
    found = cells(ROW.format("六", "本年处理决定数量", label, "70"))["penalties.decisions"]
    assert found.value == 70


@pytest.mark.parametrize("apart", [" | ", "\t", " ", "　　"])
@pytest.mark.parametrize("said", ["三", "十二", "三十二", "一百", "三件", "暂缺", "詳見附件"])
def test_words_where_a_number_should_be_are_no_blank(apart: str, said: str) -> None:
    rows = f"{ROW.format('六', '本年处理决定数量', '行政处罚', said)}行政强制 | {said} |\n"
    fee = ROW.format("八", "本年收费金额", "行政事业性收费", "3.5")
    found = cells((rows + fee).replace(" |\n", "\n").replace(" | ", apart))
    for metric in ("penalties.decisions", "coercion.decisions"):
        cell = found[metric]
        assert (cell.status, cell.value, cell.raw) == ("text", None, said)


@pytest.mark.parametrize("label", ["行政处罚件", "行政处罚 件", "行政处罚（件）", "行政处罚数量"])
@pytest.mark.parametrize("apart", [" | ", "\t", " "])
@pytest.mark.parametrize("said", ["十二", "暂缺", "六"])
def test_words_behind_a_unit_are_no_blank(apart: str, label: str, said: str) -> None:
    rows = ROW.format("六", "本年处理决定数量", label, said) + "行政强制 | 4 |\n"
    found = cells(rows.replace(" |\n", "\n").replace(" | ", apart))
    cell = found["penalties.decisions"]
    assert (cell.status, cell.raw) == ("text", said)
    assert found["coercion.decisions"].value == 4


@pytest.mark.parametrize("apart", [" | ", "\t", " "])
@pytest.mark.parametrize("label", ["行政处罚（件）", "行政处罚 （市级）", "行政处罚 件"])
def test_nothing_where_a_number_should_be_is_a_blank(apart: str, label: str) -> None:
    rows = f"第二十条第（六）项\n信息内容 | 本年处理决定数量\n{label} | \n行政强制 | 4\n"
    assert cells(rows.replace(" | ", apart))["penalties.decisions"].status == "blank"


def test_parts_of_the_decisions_beside_the_whole_leave_it_readable() -> None:
    rows = ROW.format("六", "本年处理决定数量", "行政处罚", "110") + "行政处罚（简易程序） | 40 |\n"
    assert cells(rows)["penalties.decisions"].value == 110


def test_a_number_of_fees_is_no_amount_of_money() -> None:
    found = cells(ROW.format("八", "本年收费项目数量", "行政事业性收费", "3"))
    assert found["fees.amount"].value is None


def test_a_caption_above_the_table_names_the_unit_of_its_money() -> None:
    rows = ROW.format("八", "本年收费金额", "行政事业性收费", "35000")
    assert cells(f"单位：元\n{rows}")["fees.amount"].value is None
    assert cells(f"单位：万元\n{rows}")["fees.amount"].value == 35000
    own = ROW.format("八", "本年收费金额（单位：万元）", "行政事业性收费", "3.5")
    assert str(cells(f"单位：元\n{own}")["fees.amount"].value) == "3.5"


@pytest.mark.parametrize("label", ["上年行政许可", "不予行政许可", "2021年行政许可"])
def test_a_row_that_names_something_else_is_not_the_statutory_row(label: str) -> None:
    found = cells(ROW.format("五", "本年处理决定数量", label, "70"))
    assert found["licensing.decisions"].value is None


def test_natural_persons_drawn_behind_legal_persons_are_not_read_in_statutory_order() -> None:
    head = (
        "| 申请人情况 | | | | | | |\n| {} |\n"
        "| 商业企业 | 科研机构 | 社会公益组织 | 法律服务机构 | 其他 | | |\n"
        "| 一、本年新收政府信息公开申请数量 | 0 | 0 | 0 | 0 | 0 | 5 | 5 |\n"
    )
    asked = "requests.received.other"
    assert cells(head.format("法人或其他组织 | 自然人 | 总计"))[asked].value is None
    assert cells(head.format("自然人 | 法人或其他组织 | 总计"))[asked].value == 5
