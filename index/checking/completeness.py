"""Rule M-3: are all six sections, the three tables and their rows and columns there?"""

from collections.abc import Iterable, Iterator
from functools import cache

from index.catalogue import load_metrics
from index.model import Cell, Check, Reading

SECTIONS = (
    "总体情况",
    "主动公开政府信息情况",
    "收到和处理政府信息公开申请情况",
    "政府信息公开行政复议、行政诉讼情况",
    "存在的主要问题及改进情况",
    "其他需要报告的事项",
)
_TABLES = {"二": SECTIONS[1], "三": SECTIONS[2], "四": SECTIONS[3]}
_ABSENT = ("row_absent", "section_absent")
_NAMED = 3


def check_completeness(reading: Reading) -> Check:
    """Return M-3; its message lists each absent section, table, row and empty column."""
    if reading.form == "pre2019":
        return Check("M-3", "not_assessable", "2019年以前的报告没有法定表格", ())
    missing = [cell for cell in _expected(reading) if cell.status in _ABSENT]
    empty = _empty_columns(reading) if not _all_there(reading.cells) else {}
    parts = [*_sections(reading), *_tables(missing), *_columns(empty)]
    if not parts:
        return Check("M-3", "pass", "六节与三张表格齐全", ())
    touched = {cell.metric for cell in missing} | {m for ms in empty.values() for m in ms}
    return Check("M-3", "fail", "；".join(parts), tuple(m for m in load_metrics() if m in touched))


def _all_there(cells: Iterable[Cell]) -> bool:
    return all(cell.value is not None for cell in cells)


def _expected(reading: Reading) -> Iterable[Cell]:
    """Return the cells that must be there: where the form is unsettled, those of both forms."""
    if reading.form in ("2021", "2019"):
        return reading.cells
    common = _common()
    return [cell for cell in reading.cells if cell.metric in common]


@cache
def _common() -> frozenset[str]:
    return frozenset(m.id for m in load_metrics().values() if m.form_2021 and m.form_2019)


def _sections(reading: Reading) -> Iterator[str]:
    """Name the absent sections; one whose table is there only lacks its heading."""
    names = {section.name for section in reading.sections}
    absent = [name for name in SECTIONS if name not in names]
    if absent:
        yield "缺章节标题：" + "、".join(absent)


def _tables(missing: list[Cell]) -> Iterator[str]:
    """Name the absent tables, and the absent rows of those that are there."""
    catalogue = load_metrics()
    gone = [cell for cell in missing if cell.status == "section_absent"]
    for number in _TABLES:
        if any(catalogue[cell.metric].section == number for cell in gone):
            yield f"缺第{number}节表格"
            continue
        rows = [
            (catalogue[cell.metric].row, catalogue[cell.metric].column)
            for cell in missing
            if catalogue[cell.metric].section == number
        ]
        labels = list(dict.fromkeys(row for row, _ in rows))
        if labels:
            names = "、".join(labels[:_NAMED]) + ("等" if len(labels) > _NAMED else "")
            yield f"第{number}节缺{len(labels)}行：{names}"


def _empty_columns(reading: Reading) -> dict[str, list[str]]:
    """Return the columns of section 三 that print nothing in any row that is there."""
    catalogue = load_metrics()
    columns: dict[str, list[Cell]] = {}
    for cell in reading.cells:
        if catalogue[cell.metric].section == "三" and cell.status not in (*_ABSENT, "not_in_form"):
            columns.setdefault(catalogue[cell.metric].column, []).append(cell)
    return {
        name: [cell.metric for cell in cells]
        for name, cells in columns.items()
        if all(cell.status == "blank" for cell in cells)
    }


def _columns(empty: dict[str, list[str]]) -> Iterator[str]:
    if empty:
        yield f"第三节{len(empty)}列没有数值：" + "、".join(empty)
