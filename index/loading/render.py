"""A flow as text: paragraphs on lines, tables as lines of tab-separated cells with their spans.

A table of a page is often only layout. Rows that hold another table or long prose are written out
as paragraphs; each stretch of plain rows between them is a table of its own.
"""

from typing import NamedTuple

from index.loading.flow import (
    Break,
    Flow,
    FlowCell,
    FlowRow,
    FlowTable,
    Region,
    Run,
    join_lines,
    trim,
)
from index.loading.grid import Place, place_cells
from index.model import GridCell, LoadError, Table

_LONG_PROSE = 300
_LISTED_PROSE = 120
_LISTED_LINES = 4
_LAYOUT_CELLS = 3
_DEEPEST = 60
_SEPARATORS = str.maketrans("\r\v\f\x1c\x1d\x1e\x85\u2028\u2029\xa0", "          ")


class Line(NamedTuple):
    """A line of the text: its span, how many characters are links, the chrome it stands in."""

    start: int
    end: int
    links: int
    region: Region | None


class Rendered(NamedTuple):
    """The text of a flow with its lines and tables."""

    text: str
    lines: tuple[Line, ...]
    tables: tuple[Table, ...]


def render(flow: Flow) -> Rendered:
    """Return the text of `flow`; raises LoadError when tables are nested beyond all sense."""
    writer = _Writer()
    writer.write_flow(flow, 0)
    return Rendered("".join(writer.pieces), tuple(writer.lines), tuple(writer.tables))


class _Writer:
    """Collects the text piece by piece and notes where lines and cells stand in it."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.lines: list[Line] = []
        self.tables: list[Table] = []
        self.at = 0

    def write_flow(self, flow: Flow, depth: int) -> None:
        """Write the lines and tables of a flow."""
        runs: list[Run] = []
        for item in flow.items:
            if isinstance(item, Run):
                runs.append(item)
                continue
            self.write_line(runs)
            runs = []
            if not isinstance(item, Break):
                self.write_table(item, depth)
        self.write_line(runs)

    def write_line(self, runs: list[Run]) -> None:
        """Write one line of text; an empty one leaves no trace."""
        text = trim("".join(run.text for run in runs).translate(_SEPARATORS))
        if text:
            start = self._put(text)
            self._end_line(start, runs)

    def write_table(self, table: FlowTable, depth: int) -> None:
        """Write a table: plain stretches as rows of cells, layout rows as paragraphs."""
        if depth > _DEEPEST:
            raise LoadError(f"表格嵌套超过 {_DEEPEST} 层。请确认文件完好，或另存为纯文本再试")
        self.write_flow(table.outside, depth + 1)
        places = place_cells(table.rows)
        stretch: list[int] = []
        for index, row in enumerate(table.rows):
            if places is not None and not _is_layout(row):
                stretch.append(index)
                continue
            self._write_stretch(table.rows, places, stretch)
            stretch = []
            for cell in row.cells:
                self.write_flow(cell.flow, depth + 1)
        self._write_stretch(table.rows, places, stretch)

    def _write_stretch(
        self, rows: list[FlowRow], places: list[list[Place]] | None, stretch: list[int]
    ) -> None:
        """Write neighbouring plain rows as one table, or as lines when no row has two cells."""
        if places is None or max((len(rows[index].cells) for index in stretch), default=0) < 2:
            for cell in (cell for index in stretch for cell in rows[index].cells):
                self.write_flow(_flatten(cell.flow), 0)
            return
        cells: list[GridCell] = []
        start = self.at
        for index in stretch:
            last = stretch[-1] + 1
            self._write_row(rows[index].cells, places[index], stretch[0], last, cells)
        self.tables.append(Table(start=start, end=self.at - 1, cells=tuple(cells)))

    def _write_row(
        self, cells: list[FlowCell], places: list[Place], first: int, last: int, out: list[GridCell]
    ) -> None:
        """Write one row; a place that another cell covers stays an empty field."""
        line, col = self.at, 0
        runs: list[Run] = []
        if not cells:
            return
        for cell, place in zip(cells, places, strict=True):
            self._put("\t" * (place.col - col))
            own = _runs(cell.flow)
            text = _cell_text(cell.flow)
            start = self._put(text)
            rowspan = min(place.rowspan, last - place.row)
            row = place.row - first
            out.append(GridCell(start, self.at, row, place.col, rowspan, place.colspan))
            col = place.col
            runs.extend(own)
        self._end_line(line, runs)

    def _put(self, text: str) -> int:
        """Append text and return where it starts."""
        start = self.at
        if text:
            self.pieces.append(text)
            self.at += len(text)
        return start

    def _end_line(self, start: int, runs: list[Run]) -> None:
        """Note the line that starts at `start` and end it."""
        links = sum(len(run.text) for run in runs if run.link)
        region = runs[0].region if runs else None
        self.lines.append(Line(start, self.at, links, region))
        self._put("\n")


def _is_layout(row: FlowRow) -> bool:
    """Tell whether a row arranges a page (tables or long prose inside) rather than holding data."""
    if any(_holds_table(cell.flow) for cell in row.cells):
        return True
    if not any(_is_prose(cell.flow) for cell in row.cells):
        return False
    return sum(bool(_runs(cell.flow)) for cell in row.cells) <= _LAYOUT_CELLS


def _is_prose(flow: Flow) -> bool:
    """Tell whether a cell holds long prose, or a list of paragraphs."""
    size = sum(len(item.text) for item in flow.items if isinstance(item, Run))
    if size <= _LISTED_PROSE:
        return False
    breaks = sum(isinstance(item, Break) for item in flow.items)
    return size > _LONG_PROSE or (size > _LISTED_PROSE and breaks >= _LISTED_LINES)


def _holds_table(flow: Flow) -> bool:
    """Tell whether a cell holds a table of more than one cell."""
    return any(isinstance(item, FlowTable) and not _is_box(item) for item in flow.items)


def _is_box(table: FlowTable) -> bool:
    """Tell whether a table is one cell (or none) around plain text: a frame, no data."""
    flows = [table.outside, *(cell.flow for row in table.rows for cell in row.cells)]
    return len(flows) <= 2 and not any(isinstance(i, FlowTable) for f in flows for i in f.items)


def _flatten(flow: Flow) -> Flow:
    """Return the flow with frames around plain text opened."""
    if not any(isinstance(item, FlowTable) for item in flow.items):
        return flow
    items: list[Run | Break | FlowTable] = []
    for item in flow.items:
        if isinstance(item, FlowTable) and _is_box(item):
            items.extend((Break(), *item.outside.items, Break()))
            items.extend(i for row in item.rows for cell in row.cells for i in cell.flow.items)
            items.append(Break())
        else:
            items.append(item)
    return Flow(items)


def _runs(flow: Flow) -> list[Run]:
    """Return the runs of a cell that hold visible text."""
    return [i for i in _flatten(flow).items if isinstance(i, Run) and trim(i.text)]


def _cell_text(flow: Flow) -> str:
    """Return the text of a cell on one line."""
    lines, line = [], ""
    for item in _flatten(flow).items:
        if isinstance(item, Run):
            line += item.text.translate(_SEPARATORS)
        else:
            lines.append(line)
            line = ""
    return join_lines([*lines, line])
