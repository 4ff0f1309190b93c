"""Tables that a spreadsheet opens: whole, cited, and without a formula that somebody planted."""

import csv
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from plan_library import PlanLibrary, Printed

from assistant.answer import answer
from assistant.answer_tables import plain_answer, write_answer_csv, write_answer_workbook
from assistant.cli import run
from assistant.result import Answer, Citation, Row, Undecided
from assistant.spreadsheet import LONGEST_CELL, Sheet, harmless, write_csv, write_workbook

ASKED = "哪些镇2022年行政许可超过1000件"
LIBRARY = PlanLibrary(
    [
        Printed(name, 2022, {"licensing.decisions": cell}, "甲县", "乙市", "丙省", township=name)
        for name, cell in (
            ("多镇", ("reported", Decimal(6181))),
            ("少镇", ("reported", Decimal(12))),
            ("空镇", ("blank", None)),
        )
    ]
)
PLANTED = [
    "=1+1", "+1", "-cmd", "@SUM(A1)", " =1", "\t=1", "\r=1", "\n@x", "＝1", "＋1", "－1", "＠x",
    '"=1"', "'=1", "“=1”", "\ufeff=1", "\u200b=1", "\u3000－1", "-", "−1", "=cmd|'/c calc'!A0",
]  # fmt: skip
PLAIN = ["大涌镇", "1-2", "a=b", "", "（一）", "12", "a@b", "《=》外", "#N/A"]


def reread_csv(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.reader(lines))


def reread_book(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    book = openpyxl.load_workbook(path)
    for page in book:
        for row in page.iter_rows():
            assert all(cell.data_type not in ("f", "e") for cell in row)
    return {page.title: list(page.iter_rows(values_only=True)) for page in book}


@pytest.mark.parametrize("text", PLANTED)
def test_planted_formula_is_text_in_both_files(text: str, tmp_path: Path) -> None:
    write_csv(tmp_path / "t.csv", ("名",), [(text,)])
    write_workbook(tmp_path / "t.xlsx", [Sheet("表", ("名",), [(text,)])])
    ((_,), (shown,)) = reread_csv(tmp_path / "t.csv")
    assert shown == f"'{text}"
    cell = openpyxl.load_workbook(tmp_path / "t.xlsx").active["A2"]
    assert (cell.data_type, cell.quotePrefix) == ("s", True)
    assert cell.value.strip() == text.replace("\r", "\n").strip()


@pytest.mark.parametrize("text", PLAIN)
def test_other_text_stays_as_it_is(text: str, tmp_path: Path) -> None:
    assert harmless(text) == text
    write_workbook(tmp_path / "t.xlsx", [Sheet("表", ("名",), [(text,)])])
    assert reread_book(tmp_path / "t.xlsx")["表"][1][0] == (text or None)


def test_numbers_stay_numbers_also_negative_ones(tmp_path: Path) -> None:
    numbers = [Decimal(-5), Decimal("-0.50"), Decimal("1E+3"), 7]
    write_csv(tmp_path / "t.csv", ("a", "b", "c", "d"), [numbers])
    write_workbook(tmp_path / "t.xlsx", [Sheet("表", ("a", "b", "c", "d"), [numbers])])
    assert reread_csv(tmp_path / "t.csv")[1] == ["-5", "-0.5", "1000", "7"]
    assert reread_book(tmp_path / "t.xlsx")["表"][1] == (-5, -0.5, 1000, 7)


def test_number_that_a_spreadsheet_would_round_is_written_as_text(tmp_path: Path) -> None:
    write_workbook(tmp_path / "t.xlsx", [Sheet("表", (), [(Decimal(12345678901234567),)])])
    assert reread_book(tmp_path / "t.xlsx")["表"][0] == ("12345678901234567",)


def test_text_too_long_for_a_cell_says_how_long_it_was(tmp_path: Path) -> None:
    write_workbook(tmp_path / "t.xlsx", [Sheet("表", (), [("字" * 40_000,)])])
    ((shown,),) = reread_book(tmp_path / "t.xlsx")["表"]
    assert len(shown) == LONGEST_CELL
    assert "40000" in shown[-30:]


def test_workbook_of_an_answer_holds_its_lists_with_every_place(tmp_path: Path) -> None:
    found = answer(ASKED, LIBRARY)
    write_answer_workbook(found, tmp_path / "a.xlsx")
    book = reread_book(tmp_path / "a.xlsx")
    assert list(book) == ["回答", "是", "否", "无法判定", "引用", "统计范围"]
    header, line = book["是"]
    row = dict(zip(header, line, strict=True))
    cited = found.citations[found.rows[0].citations[0] - 1]
    assert (row["乡镇街道"], row["数值"], row["原文"]) == ("多镇", 6181, "6181")
    assert row["报告编号与位置"] == f"{cited.report_id} {cited.start}–{cited.end}"
    assert [line[header.index("数值")] for line in book["否"][1:]] == [12]
    assert "空白" in book["无法判定"][1][book["无法判定"][0].index("原因")]
    assert len(book["引用"]) == 1 + len(found.citations)
    assert ("范围内的报告", 3) in book["统计范围"]
    assert ("回答", found.text.split("\n")[0]) in book["回答"]


def test_csv_of_an_answer_holds_the_three_lists(tmp_path: Path) -> None:
    write_answer_csv(answer(ASKED, LIBRARY), tmp_path / "a.csv")
    header, *lines = reread_csv(tmp_path / "a.csv")
    assert {len(line) for line in lines} == {len(header)}
    rows = [dict(zip(header, line, strict=True)) for line in lines]
    assert [(r["清单"], r["乡镇街道"], r["数值"]) for r in rows] == [
        ("是", "多镇", "6181"), ("否", "少镇", "12"), ("无法判定", "空镇", ""),
    ]  # fmt: skip
    assert "空白" in rows[2]["原因"]


def test_hostile_report_is_harmless_in_the_tables_of_an_answer(tmp_path: Path) -> None:
    evil = "=HYPERLINK(1)"
    cited = Citation(
        id=1, report_id="0" * 16, path=evil, kind="cell", quote=evil, start=0, end=1, context=evil
    )
    found = Answer(
        question=evil, text=evil, status="answered", explanation=evil, citations=(cited,),
        rows=(Row(agency=evil, township=evil, value=Decimal(-3), citations=(1,), note=evil),),
        undecided=(Undecided(agency=evil, reason="blank", detail=evil),), warnings=(evil,),
    )  # fmt: skip
    write_answer_workbook(found, tmp_path / "a.xlsx")
    write_answer_csv(found, tmp_path / "a.csv")
    assert reread_book(tmp_path / "a.xlsx")["是"][1].count(evil) == 5
    cells = {cell for line in reread_csv(tmp_path / "a.csv") for cell in line}
    assert {cell for cell in cells if cell.startswith(tuple("=+-@"))} == {"-3"}
    assert f"'{evil}" in cells


def test_answer_without_rows_is_written_too(tmp_path: Path) -> None:
    write_answer_workbook(answer("2022年明天的天气", LIBRARY), tmp_path / "a.xlsx")
    book = reread_book(tmp_path / "a.xlsx")
    assert ("状态", "没有作答") in book["回答"]
    assert len(book["是"]) == 1


def test_copied_answer_names_question_reading_and_places() -> None:
    text = plain_answer(answer(ASKED, LIBRARY))
    assert f"问题：{ASKED}" in text
    assert "理解为" in text
    assert "[1]" in text
    assert "6181" in text


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_export_of_a_library_neutralises_what_reports_print(suffix: str, tmp_path: Path) -> None:
    report = Path(__file__).parents[1] / "evals" / "reports" / "芦垡乡2021.txt"
    folder, target = tmp_path / "库", tmp_path / f"全.{suffix}"
    text = report.read_text(encoding="utf-8").replace("| 59 |", "| =1+1 |")
    (tmp_path / "甲.txt").write_text(text, encoding="utf-8")
    assert run(["add", str(tmp_path / "甲.txt"), "--no-dense", "--library", str(folder)]) == 0
    assert run(["export", "--to", str(target), "--library", str(folder)]) == 0
    if suffix == "csv":
        header, *lines = reread_csv(target)
    else:
        header, *lines = next(iter(reread_book(target).values()))
    raws = {line[header.index("raw")] for line in lines}
    assert ("'=1+1" in raws, "=1+1" in raws) == (suffix == "csv", suffix == "xlsx")
