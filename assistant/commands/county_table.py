"""Writes a county's table: a workbook with its proof, or a Word document."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from assistant.commands.console import label
from assistant.commands.county_sum import CountySum, Total
from assistant.commands.export import write_whole
from assistant.spreadsheet import Sheet, write_workbook
from index.errors import MisuseError
from index.report import plain_number

_HEADING = "政府信息公开工作年度报告法定数据汇总"


def write_county_sum(total: CountySum, target: Path) -> None:
    """Write the table to `target`, .xlsx or .docx; the file appears whole or not at all."""
    writers = {".xlsx": _write_xlsx, ".docx": _write_docx}
    writer = writers.get(target.suffix.lower())
    if writer is None:
        raise MisuseError(
            f"不会写 {target.suffix!r} 格式的文件 {str(target)!r}。请用 .xlsx 或 .docx。"
        )
    write_whole(target, lambda draft: writer(total, draft))


def table_rows(totals: Sequence[Total]) -> Iterator[list[Any]]:
    """Yield the statutory table: under each section, rows under the header their columns share."""
    for section, cells in groupby(totals, key=lambda total: total.metric.section):
        yield [label("section", section)]
        header: list[str] = []
        for row, members in _rows(list(cells)):
            columns = [member.metric.column for member in members]
            if columns != header:
                header = columns
                yield ["", *columns]
            yield [row, *(_shown(member) for member in members)]


def _rows(cells: Sequence[Total]) -> list[tuple[str, list[Total]]]:
    """Return the cells of a section by row, each row once, as the form orders them."""
    rows: dict[str, list[Total]] = {}
    for cell in cells:
        rows.setdefault(cell.metric.row, []).append(cell)
    return list(rows.items())


def _shown(total: Total) -> Any:
    """Return a sum as a number, or in words when some body does not give the cell."""
    value = plain_number(total.value)
    if not total.missing:
        return value
    return (
        f"无数（缺 {total.missing} 家）" if value is None else f"{value}（缺 {total.missing} 家）"
    )


def _notes(total: CountySum) -> list[str]:
    """Return what a reader of the table must know."""
    notes = [
        f"{total.place}{total.year}年，{len(total.bodies)} 个机关，版式 {total.form}。",
        "“缺 N 家”表示有 N 个机关的报告没有给出这一格的数，合计不含它们。",
    ]
    failing = [body.agency for body in total.bodies if body.failed]
    if failing:
        notes.append(f"下列机关的报告有勾稽关系不符：{'、'.join(failing)}。")
    return notes + [f"没有计入：{line}" for line in total.left_out]


def _write_xlsx(total: CountySum, target: Path) -> None:
    """Write the table, then bodies, operands with their places, and gaps."""
    table = [[f"{total.place}{total.year}年{_HEADING}"], *table_rows(total.totals)]
    notes = [[note] for note in _notes(total)]
    write_workbook(
        target,
        [
            Sheet("汇总表", (), [*table, [], *notes], (44, *(14,) * 7)),
            Sheet(
                "机关",
                ("机关", "编号", "版式", "未通过规则", "文件"),
                [(b.agency, b.report_id, b.form, b.failed, b.path) for b in total.bodies],
                (30, 20, 8, 12, 60),
            ),
            Sheet(
                "明细与出处",
                ("机关", "指标", "数值", "原文", "起", "止", "所在报告编号", "文件"),
                total.operands,
                (30, 40, 12, 12, 8, 8, 20, 60),
            ),
            Sheet(
                "缺数",
                ("机关", "指标", "名称", "原因"),
                total.missing,
                (30, 40, 50, 20),
            ),
        ],
    )


def _write_docx(total: CountySum, target: Path) -> None:
    """Write the table and its notes as a Word document."""
    from index.write_docx import write_docx

    blocks = [
        (label("section", section), list(table_rows(list(cells)))[1:])
        for section, cells in groupby(total.totals, key=lambda cell: cell.metric.section)
    ]
    title = f"{total.place}{total.year}年{_HEADING}"
    gaps = [f"缺数：{gap.agency}，{gap.name}，{gap.reason}" for gap in total.missing]
    write_docx(target, title, blocks, [*_notes(total), *gaps])
