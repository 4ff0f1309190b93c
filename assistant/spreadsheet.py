"""Writes tables: Excel workbooks and CSV, in which no text is ever taken for a formula.

The only module that imports openpyxl; every table that a spreadsheet may open is written through
it. Knows nothing of reports.
"""

import csv
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

MOST_ROWS = 1_048_575
LONGEST_CELL = 32_767
_MOST_DIGITS = 15
# What a spreadsheet passes over before a formula: blanks, marks that are not seen, quotes.
_PASSED = (
    "\\x00-\\x20\u007f-\u00a0\u00ad\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff"
)
_QUOTES = "\"'`´‘’‚‛“”„‟‹›«»「」『』＂＇｀"
_STARTS = "=+\\-@＝＋－＠﹢﹣﹦﹫−"
# Read alike by Python and by the database, which writes large exports itself.
_PATTERN = f"^[{_PASSED}{_QUOTES}]*[{_STARTS}]"
_FORMULA = re.compile(_PATTERN)


class Sheet(NamedTuple):
    """One sheet: its title, the header row, the rows, and the column widths in characters."""

    title: str
    header: Sequence[str]
    rows: Iterable[Sequence[Any]]
    widths: Sequence[int] = ()


def harmless(text: str) -> str:
    """Return text for a CSV cell: behind an apostrophe where it could be taken for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def harmless_sql(column: str) -> str:
    """Return the SQL that makes of a text column what `harmless` makes of text."""
    pattern = _PATTERN.replace("'", "''")
    risky = f"regexp_matches({column}, '{pattern}')"
    return f"CASE WHEN {risky} THEN '''' || {column} ELSE {column} END"


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows as CSV in UTF-8; a mark before the first name lets spreadsheets see that."""
    with path.open("w", encoding="utf-8-sig", newline="", errors="replace") as out:
        writer = csv.writer(out)
        for row in chain((header,), rows):
            writer.writerow([_csv_value(value) for value in row])


def write_workbook(path: Path, sheets: Sequence[Sheet]) -> None:
    """Write `sheets` to a new workbook."""
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


def _csv_value(value: Any) -> Any:
    """Return a number as it is, without an exponent; text as harmless text."""
    if isinstance(value, Decimal):
        return _digits(value)
    return harmless(value.replace("\0", "\ufffd")) if isinstance(value, str) else value


def _digits(value: Decimal) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _number(value: Decimal) -> int | float | str:
    """Return a number; as text where a spreadsheet would round it."""
    if len(value.normalize().as_tuple().digits) > _MOST_DIGITS:
        return _digits(value)
    return int(value) if value == value.to_integral_value() else float(value)


def _shown(page: Any, value: Any, bold: bool = False) -> Any:
    """Return a cell for `value`: numbers as numbers, text as text with nothing unprintable."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    if isinstance(value, Decimal):
        return _number(value)
    if not isinstance(value, str):
        return value
    text = _fitting(value)
    risky = bool(_FORMULA.match(text))
    if not (bold or risky or text.startswith("#")):
        return text
    cell = WriteOnlyCell(page, value=text)
    cell.data_type = "s"
    cell.quotePrefix = risky  # stays text when somebody edits the cell
    if bold:
        cell.font = Font(bold=True)
    return cell


def _fitting(text: str) -> str:
    """Return text as a cell can hold it; what does not fit is said."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    printable: str = ILLEGAL_CHARACTERS_RE.sub("\ufffd", text)
    if len(printable) <= LONGEST_CELL:
        return printable
    note = f"……（共{len(printable)}字，一个单元格放不下）"
    return printable[: LONGEST_CELL - len(note)] + note
