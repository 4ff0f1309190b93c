"""Every text layout that published reports come in; each writes a page and says what blanks show.

A layout's `blanks` tells what a blank cell leaves in the print: "shown" (its place can be seen),
"hidden" (nothing at all: a row with blanks cannot be told apart), "unsure" (pads that drift).
"""

import random
from collections.abc import Callable, Iterable
from typing import Literal, NamedTuple

from evals.synthesis.page import Block, Heading, Item, Page, Paragraph, Placed, Table, grid
from evals.synthesis.sheet import DistinctSheet, Sheet

Blanks = Literal["shown", "hidden", "unsure"]
WriteTable = Callable[[Table, Sheet, random.Random], None]
WriteText = Callable[[Page, random.Random], Sheet]


class Layout(NamedTuple):
    """A way to print a report: its file suffix, what blanks show, and the writer of its text."""

    name: str
    suffix: str
    blanks: Blanks
    write: WriteText | None
    tables: bool = True


class Style(NamedTuple):
    """How the text around the tables is printed."""

    gap: str = "\n\n"
    mark: str = ""
    wrap: int = 0
    flat: bool = False


def flat(text: str) -> str:
    """Return `text` on one line."""
    return " ".join(text.split("\n")) if "\n" in text else text


def write_page(
    page: Page, sheet: Sheet, style: Style, table: WriteTable | None, rng: random.Random
) -> Sheet:
    """Write a page: chrome, title, prose in `style`, tables by `table` (None drops them)."""
    for line in (*page.before, *(style.mark + t for t in page.title)):
        _write_line(line, sheet, style)
    for block in page.body:
        if isinstance(block, Table):
            if table is not None:
                table(block, sheet, rng)
                sheet.put(" " if style.flat else "\n")
        else:
            _write_block(block, sheet, style)
    for line in page.after:
        _write_line(line, sheet, style)
    return sheet


def _write_line(text: str, sheet: Sheet, style: Style) -> None:
    """Write one line and the gap after it."""
    if style.flat:
        sheet.put(flat(text) + " ")
        return
    sheet.line(text)
    if len(style.gap) > 1:
        sheet.put("\n")


def _write_block(block: Block, sheet: Sheet, style: Style) -> None:
    """Write a heading, paragraph or line of chrome."""
    if isinstance(block, Paragraph):
        _write_runs(block, sheet, style)
        sheet.put(style.gap)
    elif isinstance(block, Heading):
        mark = style.mark and style.mark[:-1] + "#" * block.depth + " "
        _write_line(mark + block.text, sheet, style)
    elif not isinstance(block, Table):
        _write_line(block.text, sheet, style)


def _write_runs(block: Paragraph, sheet: Sheet, style: Style) -> None:
    """Write a paragraph, its lines broken as in a PDF when the style wraps."""
    column = 0
    for run in block.runs:
        if not isinstance(run, str):
            sheet.said(run)
            column += len(run.text)
            continue
        if not style.wrap:
            sheet.put(run)
            continue
        for char in run:
            if column >= style.wrap and not char.isascii():
                sheet.put("\n")
                column = 0
            sheet.put(char)
            column += 1


def text_layout(
    name: str,
    table: WriteTable | None,
    blanks: Blanks = "hidden",
    style: Style | None = None,
    suffix: str = ".txt",
    distinct: bool = False,
) -> Layout:
    """Return a layout that prints text with the given table writer."""
    shape = style or Style()

    def write(page: Page, rng: random.Random) -> Sheet:
        sheet = DistinctSheet() if distinct else Sheet()
        return write_page(page, sheet, shape, table, rng)

    return Layout(name, suffix, blanks, write, table not in (None, bars_for_tables))


def printed(line: Iterable[Placed]) -> list[Item]:
    """Return the cells of a row that leave any print: labels and values, no blank ones."""
    return [p.item for p in line if p.item.text.strip()]


def put_item(item: Item, sheet: Sheet, one_line: bool = True) -> None:
    """Write a label or a value cell."""
    if item.slot is not None:
        sheet.cell(item.slot)
    else:
        sheet.put(flat(item.text) if one_line else item.text)


def cell_lines(gap: str, before: str = "") -> WriteTable:
    """Return a writer that prints one cell per line, `gap` after each line."""

    def write(table: Table, sheet: Sheet, rng: random.Random) -> None:
        for line in grid(table):
            for item in printed(line):
                if item.slot is not None:
                    sheet.put(before)
                    sheet.line(item.text, item.slot)
                    sheet.put(gap)
                    continue
                for part in item.text.split("\n"):
                    sheet.line(part)
                    sheet.put(gap)

    return write


def tab_cells(table: Table, sheet: Sheet, rng: random.Random) -> None:
    """Print one cell per line behind a tab; a blank cell is a line with a tab alone."""
    busy: dict[int, int] = {}
    for line in grid(table):
        for column in range(table.width):
            placed = next((p.item for p in line if p.column == column), None)
            if placed is not None:
                sheet.put("\t")
                put_item(placed, sheet)
                sheet.put("\n")
                busy |= {column: placed.rowspan}
            elif busy.get(column, 0) > 0:
                sheet.put("\t\n")
        busy = {c: n - 1 for c, n in busy.items() if n > 1}
        sheet.put("\n")


def trailing_bars(table: Table, sheet: Sheet, rng: random.Random) -> None:
    """Print `cell |` per line, the pads of a row as bars on a line of their own."""
    for line in grid(table):
        items = printed(line)
        for item in items:
            put_item(item, sheet)
            sheet.put(" |\n")
        _put_pads(table.width - len(items), sheet, "\n")


def opened_bars(table: Table, sheet: Sheet, rng: random.Random) -> None:
    """Print each row opened by a bar, then `cell |` per line."""
    for line in grid(table):
        items = printed(line)
        sheet.put("| \n")
        for item in items:
            sheet.put(" ")
            put_item(item, sheet)
            sheet.put("  | \n")
        _put_pads(table.width - len(items), sheet, " \n")


def _put_pads(count: int, sheet: Sheet, end: str) -> None:
    """Write `count` bars and `end`; nothing when there is no pad."""
    if count > 0:
        sheet.put("|" * count + end)


def lone_bars(table: Table, sheet: Sheet, rng: random.Random) -> None:
    """Print cells separated by lines that hold a bar alone."""
    for line in grid(table):
        for item in printed(line):
            put_item(item, sheet)
            sheet.put("\n|\n")
        sheet.put("\n")


def bar_rows(
    lead: str = "", bar: str = " | ", end: str = " |", pads: bool = True, extra: int = 0
) -> WriteTable:
    """Return a writer of `a | b | c |` rows; `pads` adds the bars of merged cells at row end."""

    def write(table: Table, sheet: Sheet, rng: random.Random) -> None:
        for line in grid(table):
            items = printed(line)
            sheet.put(lead)
            for place, item in enumerate(items):
                sheet.put(bar if place else "")
                put_item(item, sheet)
            sheet.put(end)
            missing = table.width - len(items) + extra
            if pads and missing > 0:
                sheet.put((" " if end.endswith("|") else "") + "|" * missing)
            sheet.put("\n")

    return write


def full_rows(table: Table) -> list[list[Item | None]]:
    """Return the rows over the whole grid; None where a merged cell covers the place."""
    rows: list[list[Item | None]] = []
    for line in grid(table):
        row: list[Item | None] = [None] * table.width
        for column, item in line:
            if column < table.width:
                row[column] = item
        rows.append(row)
    return rows


def grid_rows(lead: str, bar: str, end: str, ruler: bool = False) -> WriteTable:
    """Return a writer of whole-grid rows, covered places empty; `ruler` adds markdown's |---|."""

    def write(table: Table, sheet: Sheet, rng: random.Random) -> None:
        for number, row in enumerate(full_rows(table)):
            sheet.put(lead)
            for place, item in enumerate(row):
                sheet.put(bar if place else "")
                if item is not None:
                    put_item(item, sheet)
            sheet.put(end + "\n")
            if ruler and number == 0:
                sheet.put("|" + " --- |" * table.width + "\n")

    return write


def drifting_tabs(table: Table, sheet: Sheet, rng: random.Random) -> None:
    """Print tab-separated rows whose pads drift: part after the labels, the rest at row end."""
    for line in grid(table):
        items = [p.item for p in line]
        labels = [item for item in items if item.slot is None]
        drop = rng.random() < 0.25
        lead = 0 if drop or not line or not labels else line[0].column
        room = max(0, table.width - len(items) - lead)
        inner = min(room, rng.choice((0, 1, 1))) if len(labels) < len(items) and labels else 0
        sheet.put("\t" * lead)
        for place, item in enumerate(items):
            sheet.put("\t" * (1 + (inner if place == len(labels) else 0)) if place else "")
            put_item(item, sheet)
        sheet.put("\t" * (room - inner) + "\n")


def short_tabs(table: Table, sheet: Sheet, rng: random.Random) -> None:
    """Print the cells of a row with tabs between and no pad anywhere."""
    for line in grid(table):
        for place, (_, item) in enumerate(line):
            sheet.put("\t" if place else "")
            put_item(item, sheet)
        sheet.put("\n")


def glued_rows(table: Table, sheet: Sheet, rng: random.Random) -> None:
    """Print rows by spaces with the first value right behind the label."""
    for line in grid(table):
        before = None
        for item in printed(line):
            glued = before is not None and before.slot is None and item.slot is not None
            sheet.put("" if before is None or glued else " ")
            put_item(item, sheet)
            before = item
        sheet.put("\n")


def spaced_rows(end: str) -> WriteTable:
    """Return a writer of rows whose cells stand apart by single spaces."""

    def write(table: Table, sheet: Sheet, rng: random.Random) -> None:
        for line in grid(table):
            for item in printed(line):
                put_item(item, sheet)
                sheet.put(" ")
            sheet.put(end)

    return write


def bars_for_tables(table: Table, sheet: Sheet, rng: random.Random) -> None:
    """Print nothing of the table but rows of several hundred bars."""
    for _ in range(rng.randint(1, 3)):
        sheet.put("|\n" + "|" * rng.randint(200, 700) + "\n|\n")
