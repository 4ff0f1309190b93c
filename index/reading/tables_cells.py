"""What the tables say, cell by cell: tokens become cells; two that disagree are unreadable."""

from dataclasses import dataclass, field

from index.catalogue import load_metrics
from index.model import Cell, Status
from index.reading.events import Event
from index.reading.lex import Token
from index.reading.values import in_unit, read_cell


@dataclass(slots=True)
class Source:
    """The text cells are cut from, as written and normalised.

    Are repeated lines lost, is it a real grid, do all full rows stand under their headers?
    """

    text: str
    plain: str
    deduplicated: bool = False
    grid: bool = False
    aligned: bool = False


@dataclass(slots=True)
class Tables:
    """What was placed: cells by metric, the form of each block met, what went wrong."""

    source: Source
    cells: dict[str, Cell] = field(default_factory=dict)
    forms: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    doubled: set[str] = field(default_factory=set)
    headers: dict[str, int] = field(default_factory=dict)


def put_row(
    event: Event, metrics: tuple[str, ...], cells: tuple[Token, ...] | None, tables: Tables
) -> None:
    """Write the cells of one row; '' names a column that is no statutory one.

    `cells` is None when the columns are not certain. A second row that says otherwise makes the
    cells unreadable; one that says more completes them.
    """
    for i, metric in enumerate(metrics):
        if not metric:
            continue
        if cells is not None and i < len(cells):
            _put(_cell(metric, cells[i], tables.source), event.header, tables)
        else:
            _put(_unplaced(metric, event, tables.source), event.header, tables)


def put_unreadable(event: Event, metrics: tuple[str, ...], tables: Tables) -> None:
    """Write cells of which only that they are printed is known, unless they were read elsewhere."""
    for metric in metrics:
        if metric not in tables.cells:
            tables.cells[metric] = _unplaced(metric, event, tables.source)


def _put(new: Cell, header: int, tables: Tables) -> None:
    """Keep the first value; another one, or one for a row that was blank here, is a conflict."""
    old = tables.cells.get(new.metric)
    same_header = tables.headers.get(new.metric) == header
    if old is None or (old.status != "reported" and new.status == "reported" and not same_header):
        if new.metric not in tables.doubled:
            tables.cells[new.metric] = new
            tables.headers[new.metric] = header
    elif new.status == "reported" and new.value != old.value:
        tables.doubled.add(new.metric)
        tables.cells[new.metric] = old._replace(status="unreadable", value=None)


def _cell(metric: str, token: Token, source: Source) -> Cell:
    unit = load_metrics()[metric].unit
    if token.kind != "value":
        status: Status = "unreadable" if source.deduplicated else "blank"
        return Cell(metric, None, unit, status, "", token.start, token.start)
    raw = source.text[token.start : token.end]
    said = in_unit(read_cell(source.plain[token.start : token.end]), unit)
    return Cell(metric, said.value, unit or said.unit, said.status, raw, token.start, token.end)


def _unplaced(metric: str, event: Event, source: Source) -> Cell:
    """Return the cell of a row whose print does not settle its columns: what is there, no value."""
    unit = load_metrics()[metric].unit
    printed = [t for t in event.slots or event.unsettled if t.kind == "value"]
    if printed:
        start, end = printed[0].start, printed[-1].end
        return Cell(metric, None, unit, "unreadable", source.text[start:end], start, end)
    if event.text is not None:
        start, end = event.text.start, event.text.end
        return Cell(metric, None, unit, "text", source.text[start:end], start, end)
    status: Status = "unreadable" if source.deduplicated else "blank"
    return Cell(metric, None, unit, status, "", event.at, event.at)


def is_sum(cell: Cell, cells: dict[str, Cell]) -> bool:
    """Tell whether a total is the sum of the other cells of its row, all of them printed."""
    row, _, column = cell.metric.rpartition(".")
    parts = [c.value for m, c in cells.items() if m.rpartition(".")[0] == row and c is not cell]
    known = [value for value in parts if value is not None]
    return column == "total" and len(known) == len(parts) > 1 and sum(known) == cell.value
