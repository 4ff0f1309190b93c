"""The shapes a report has before it is laid out: paragraphs, headings, tables, and their cells.

A page is mutable on purpose: a defect is a change to a page, and the layout writes what is left.
Nothing here knows how a layout prints or how a reader reads.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, NamedTuple

from index.model import Bound, Status

RowKind = Literal["title", "header", "data"]
Relabel = Callable[[str], str]


@dataclass(slots=True)
class Slot:
    """One value cell: its metric, the truth, what is printed, and where it was written.

    `number` is the part of `text` that carries the number; None where `text` is all of it.
    `start` is -1 until a layout writes the cell; `lost` marks one that a layout could not keep.
    """

    metric: str
    status: Status
    value: Decimal | None
    text: str
    number: tuple[int, int] | None = None
    start: int = -1
    lost: bool = False


@dataclass(slots=True)
class Said:
    """A number in the prose: the fact it states ('' for a look-alike), as printed."""

    name: str
    value: Decimal
    text: str
    bound: Bound = "exact"
    start: int = -1


@dataclass(slots=True)
class Item:
    """A cell of the grid: a label or a slot, with its extent."""

    text: str
    rowspan: int = 1
    colspan: int = 1
    slot: Slot | None = None


@dataclass(slots=True)
class Row:
    """A row of a table: fixed header cells, or a path of labels followed by value slots.

    `metrics` names what the row states even after slots were cut away; `doubt` marks a row whose
    printed values cannot be told apart any more.
    """

    kind: RowKind
    block: str = ""
    path: list[str] = field(default_factory=list)
    slots: list[Slot] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    metrics: tuple[str, ...] = ()
    doubt: bool = False


@dataclass(slots=True)
class Table:
    """A statutory table: its section (二, 三 or 四), grid width and rows."""

    section: str
    width: int
    rows: list[Row]
    labels: int = 1


@dataclass(slots=True)
class Heading:
    """A heading; `depth` 1 for a statutory section, 2 and more for what the prose invents."""

    text: str
    section: str = ""
    depth: int = 1


@dataclass(slots=True)
class Paragraph:
    """A paragraph as runs of text and numbers that state a fact."""

    runs: list[str | Said]


@dataclass(slots=True)
class Chrome:
    """A line of a web page around the report."""

    text: str


Block = Table | Heading | Paragraph | Chrome


@dataclass(slots=True)
class Page:
    """A report before layout: chrome, title lines, body blocks, and the closing lines."""

    title: list[str]
    body: list[Block]
    before: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    agency: str = ""
    year: int = 0

    def tables(self) -> Iterator[Table]:
        """Yield the tables in order."""
        yield from (block for block in self.body if isinstance(block, Table))

    def table(self, section: str) -> Table | None:
        """Return the table of one section, None when a defect took it away."""
        return next((t for t in self.tables() if t.section == section), None)

    def data_rows(self) -> Iterator[Row]:
        """Yield every row that holds values."""
        for table in self.tables():
            yield from (row for row in table.rows if row.kind == "data")

    def slots(self) -> Iterator[Slot]:
        """Yield every value cell that is still there."""
        for row in self.data_rows():
            yield from row.slots

    def relabel(self, change: Relabel) -> None:
        """Put every label of every table through `change`, equal labels alike."""
        known: dict[str, str] = {}

        def once(text: str) -> str:
            if text not in known:
                known[text] = change(text) if text else text
            return known[text]

        for table in self.tables():
            for row in table.rows:
                row.path = [once(text) for text in row.path]
                for item in row.items:
                    item.text = once(item.text)

    def reword(self, change: Relabel) -> None:
        """Put all words through `change`: titles, headings, prose, chrome and labels, no value."""
        self.relabel(change)
        self.title = [change(line) for line in self.title]
        self.before = [change(line) for line in self.before]
        self.after = [change(line) for line in self.after]
        for block in self.body:
            if isinstance(block, Paragraph):
                block.runs = [change(r) if isinstance(r, str) else r for r in block.runs]
            elif not isinstance(block, Table):
                block.text = change(block.text)


class Placed(NamedTuple):
    """A cell that starts in this grid row, with its column."""

    column: int
    item: Item


def grid(table: Table) -> list[list[Placed]]:
    """Return the cells that start in each row, placed as a browser places merged cells."""
    busy: dict[int, int] = {}
    placed: list[list[Placed]] = []
    for items in _row_items(table):
        line, column = [], 0
        for item in items:
            while busy.get(column, 0):
                column += 1
            line.append(Placed(column, item))
            for offset in range(item.colspan):
                busy[column + offset] = item.rowspan
            column += item.colspan
        busy = {c: n - 1 for c, n in busy.items() if n > 1}
        placed.append(line)
    return placed


def _row_items(table: Table) -> list[list[Item]]:
    """Return the cells of each row, outer labels merged over consecutive rows that share them."""
    lines: list[list[Item]] = []
    open_labels: list[Item] = []
    open_path: list[str] = []
    for row in table.rows:
        if row.kind != "data":
            lines.append(row.items)
            open_path, open_labels = [], []
            continue
        shared = _shared(open_path, row.path)
        for item in open_labels[:shared]:
            item.rowspan += 1
        fresh = [Item(text) for text in row.path[shared:]]
        if fresh:
            fresh[-1].colspan = max(1, table.labels - len(row.path) + 1)
        open_labels, open_path = open_labels[:shared] + fresh, row.path
        lines.append(fresh + _value_items(row, table.width - table.labels))
    return lines


def _shared(before: list[str], now: list[str]) -> int:
    """Count the outer labels two rows have in common; the innermost label is never merged."""
    count = 0
    for old, new in zip(before[:-1], now[:-1], strict=False):
        if old != new:
            break
        count += 1
    return count


def _value_items(row: Row, room: int) -> list[Item]:
    """Return the value cells of a row; the last one is widened over the room that is left."""
    items = [Item(slot.text, slot=slot) for slot in row.slots]
    if items and not row.doubt:
        items[-1].colspan = max(1, room - len(items) + 1)
    return items
