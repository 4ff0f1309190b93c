"""Writes Excel workbooks; the only module that imports openpyxl. Knows nothing of reports."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

MOST_ROWS = 1_048_575


class Sheet(NamedTuple):
    """One sheet: its title, the header row, the rows, and the column widths in characters."""

    title: str
    header: Sequence[str]
    rows: Iterable[Sequence[Any]]
    widths: Sequence[int] = ()


def write_workbook(path: Path, sheets: Sequence[Sheet]) -> None:
    """Write `sheets` to a new workbook; text is never taken for a formula."""
    from openpyxl import Workbook
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    for sheet in sheets:
        page = book.create_sheet(sheet.title)
        for number, width in enumerate(sheet.widths, start=1):
            page.column_dimensions[get_column_letter(number)].width = width
        if sheet.header:
            page.freeze_panes = "A2"
            page.append([_shown(page, value, bold=True) for value in sheet.header])
        for row in sheet.rows:
            page.append([_shown(page, value) for value in row])
    book.save(path)


def _shown(page: Any, value: Any, bold: bool = False) -> Any:
    """Return a cell for `value`: numbers as numbers, text as text with nothing unprintable."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Font

    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if not isinstance(value, str):
        return value
    text = ILLEGAL_CHARACTERS_RE.sub("\ufffd", value)
    if not bold and not text.startswith("="):
        return text
    cell = WriteOnlyCell(page, value=text)
    cell.data_type = "s"
    if bold:
        cell.font = Font(bold=True)
    return cell
