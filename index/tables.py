"""Row events to cells: columns settled, forms decided block by block, doubt kept as unreadable."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from index.catalogue import load_metrics
from index.events import COLUMNS_FOUR, COLUMNS_THREE, Event, block_columns, rows_three
from index.lex import Token
from index.model import Cell, Status
from index.rows import Margin, place
from index.values import Printed, in_unit, read_value, split_glued

_EVIDENCE = {
    "2021": {"issued", "repealed", "in_force", "amount"},
    "2019": {
        "newly_made", "newly_public", "total_public", "items_last_year", "items_change",
        "projects", "purchase_amount",
    },
}  # fmt: skip
_ROW_FORMS = {"other_services": "2019", "procurement": "2019"}
_OUTER = ("received", "carried_in", "carried_out")
_MIDDLE = ("granted", "partly_granted", "other", "outcomes_total")
_ORDERS_FOUR: tuple[list[str], ...] = ([], list(COLUMNS_FOUR), ["total"], list(COLUMNS_FOUR[:-1]))
_PARTS = ("reconsideration", "litigation_direct", "litigation_after_reconsideration")
_BLOCK = {
    "regulations": "1", "normative_documents": "1", "licensing": "5", "other_services": "5",
    "penalties": "6", "coercion": "6", "fees": "8", "procurement": "9",
}  # fmt: skip


@dataclass(slots=True)
class Source:
    """The text cells are cut from, as written and normalised; repeated lines lost? a real grid?"""

    text: str
    plain: str
    deduplicated: bool = False
    grid: bool = False


@dataclass(slots=True)
class Tables:
    """What was placed: cells by metric, the form of each block met, what went wrong."""

    source: Source
    cells: dict[str, Cell] = field(default_factory=dict)
    forms: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    doubled: set[str] = field(default_factory=set)


def block_of(metric: str) -> str:
    """Return the block of section 二 a metric stands in: 1, 5, 6, 8 or 9."""
    return _BLOCK[metric.partition(".")[0]]


def read_tables(events: Iterable[Event], source: Source) -> Tables:
    """Return the cells of all three tables."""
    known = [e for e in events if (e.row or e.section == "四") and (e.strong or e.slots)]
    strong = {e.section for e in known if e.strong}
    rows = {e.row for e in known if e.strong}
    known = [e for e in known if e.strong or e.section not in strong or _headless(e, rows)]
    tables = Tables(source)
    cut = known and not source.grid and _cut_off(known[-1], source)
    last = known[-1] if cut else None
    _read_two([e for e in known if e.section == "二"], tables, last)
    _read_three([e for e in known if e.section == "三"], tables, last)
    _read_four([e for e in known if e.section == "四"], tables, last)
    return tables


def _cut_off(event: Event, source: Source) -> bool:
    """Tell whether the file ends with this row, so that the row itself may be cut."""
    end = max((t.end for t in event.slots), default=event.at)
    return not source.plain[end:].strip(" \t\n|")


def _headless(event: Event, strong_rows: set[str]) -> bool:
    """Tell whether a row before all table labels is a full row of block 一 whose header is lost."""
    full = sum(t.kind == "value" for t in event.slots) == 3
    return full and _BLOCK.get(event.row) == "1" and event.row not in strong_rows


def _read_two(events: list[Event], tables: Tables, last: Event | None) -> None:
    events = [e for e in events if e.row in _BLOCK]
    tables.forms |= _block_forms(events)
    first = next((t for e in events for t in e.slots if t.kind == "value"), None)
    straight = tables.source.grid or _straight(events, tables.forms)
    for event in events:
        form = tables.forms.get(_BLOCK[event.row], "")
        columns = _ordered(event, form)
        if columns is None:
            _put_all(event, block_columns().get((event.row, form or "2021"), ()), None, tables)
            continue
        shifted = not tables.source.grid and _indented(event, tables.source)
        margin = (0, 0) if straight and event is not last and not shifted else None
        lossy = tables.source.deduplicated and len(columns) > 1
        if lossy and event.slots and event.slots[0] is first and len(event.slots) == 1:
            _put_all(event, columns[:1], (first,), tables)
            _put_all(event._replace(slots=()), columns[1:], None, tables)
            continue
        _put_all(event, columns, _placed(event, len(columns), tables.source, margin), tables)


def _block_forms(events: list[Event]) -> dict[str, str]:
    """Decide the form of each block by its header, else by the other blocks, else by its shape."""
    forms: dict[str, str] = {}
    for block in dict.fromkeys(_BLOCK[e.row] for e in events):
        mine = [e for e in events if _BLOCK[e.row] == block]
        votes = {f for e in mine for f in _votes(e)}
        if len(votes) == 1:
            forms[block] = votes.pop()
        elif votes:
            forms[block] = "conflict"
    settled = set(forms.values()) - {"conflict"}
    for block in dict.fromkeys(_BLOCK[e.row] for e in events):
        if block not in forms:
            shape = _shape([e for e in events if _BLOCK[e.row] == block])
            guess = settled.pop() if len(settled) == 1 else shape or _shape(events)
            settled = set(forms.values()) - {"conflict"}
            if guess:
                forms[block] = guess
    return forms


def _votes(event: Event) -> Iterator[str]:
    """Yield the forms that the row and its header speak for."""
    if event.row in _ROW_FORMS:
        yield _ROW_FORMS[event.row]
        return
    for form, evidence in _EVIDENCE.items():
        allowed = set(block_columns().get((event.row, form), ()))
        if evidence & allowed & set(event.columns):
            yield form
    if set(event.columns) == {"decisions"} and _BLOCK[event.row] in "56":
        yield "2021"


def _shape(events: list[Event]) -> str:
    """Tell the form by how many values the rows of blocks 五 and 六 print, when all agree."""
    counts = Counter(
        sum(t.kind == "value" for t in e.slots) for e in events if _BLOCK[e.row] in "56" and e.slots
    )
    return {1: "2021", 3: "2019"}.get(next(iter(counts)), "") if len(counts) == 1 else ""


def _ordered(event: Event, form: str) -> tuple[str, ...] | None:
    """Return the columns of a row in printed order; None when the header contradicts the form."""
    columns = block_columns().get((event.row, form))
    if columns is None:
        return None
    printed = [c for c in event.columns if c in columns]
    if printed == [c for c in columns if c in printed]:
        return columns
    return tuple(printed) if sorted(printed) == sorted(columns) else None


def _indented(event: Event, source: Source) -> bool:
    """Tell whether a tab too many may stand behind the label: then the row may be shifted."""
    head = event.slots[0] if event.slots else None
    return head is not None and head.kind == "empty" and source.plain[head.start - 1] == "\t"


def _straight(events: list[Event], forms: dict[str, str]) -> bool:
    """Tell whether the rows of section 二 all print just their columns, or the table's width."""
    spare = set()
    for event in events:
        columns = block_columns().get((event.row, forms.get(_BLOCK[event.row], "")), ())
        if event.slots and columns:
            spare.add((len(_stripped(event.slots)) - len(columns), 3 - len(columns)))
    return all(extra == 0 for extra, _ in spare) or all(extra == full for extra, full in spare)


def _margins(events: list[Event], count: int) -> dict[str, Margin] | None:
    """Return how many empty cells of merged labels stand around each row; None when rows drift.

    A table prints either no cell of its merged labels or all: then a row on the first level has two
    more cells than a row on the third, all before or all behind the values, as full rows show.
    """
    sizes = {e.row: len(_stripped(e.slots)) - count for e in events if e.slots}
    levels = {row: 2 if row in _OUTER else 1 if row in _MIDDLE else 0 for row in sizes}
    if not any(sizes.values()):
        return dict.fromkeys(sizes, (0, 0))
    sides = {s for e in events if levels.get(e.row) for s in _side(_stripped(e.slots), count)}
    if sizes != levels or len(sides) != 1:
        return None
    before = sides.pop() == "before"
    return {row: (n, 0) if before else (0, n) for row, n in levels.items()}


def _side(slots: list[Token], count: int) -> tuple[str, ...]:
    """Tell on which side of a full row its spare empty cells stand."""
    if sum(t.kind == "value" for t in slots) != count or len(slots) == count:
        return ()
    kinds = (slots[0].kind, slots[-1].kind)
    return ("before",) * (kinds[0] == "empty") + ("behind",) * (kinds[1] == "empty")


def _stripped(slots: tuple[Token, ...]) -> list[Token]:
    """Return the slots without the pads at both ends."""
    kept = [i for i, t in enumerate(slots) if t.kind != "pad"]
    return list(slots[kept[0] : kept[-1] + 1]) if kept else []


def _placed(
    event: Event, count: int, source: Source, margin: Margin | None = (0, 0), *, total: bool = False
) -> tuple[Token, ...] | None:
    """Return one token for each column, or None when the columns are not certain."""
    slots = _stripped(event.slots)
    printed = [t for t in slots if t.kind == "value"]
    if len(printed) == 1 and count > 1:
        only = printed[0]
        digits = source.plain[only.start : only.end]
        if only.glued or digits.startswith("00"):
            spans = split_glued(digits, count, total)
            if spans and (total or not digits.strip("0")):
                return tuple(
                    only._replace(start=only.start + a, end=only.start + b) for a, b in spans
                )
            return None
    if not source.grid and slots and slots[0].kind == slots[-1].kind == "empty":
        margin = None if len(slots) == count else margin
    same = [t for t in slots if t.row == event.line]
    if len(same) < len(slots) and sum(t.kind == "value" for t in same) == count:
        slots = same
    return place(slots, count, margin).cells


def _read_three(events: list[Event], tables: Tables, last: Event | None) -> None:
    header = next((e.columns for e in events if e.columns), ())
    trusted = _in_order(header)
    margins = _margins(events, 7)
    for event in events:
        if event.row not in rows_three():
            continue
        metrics = tuple(f"requests.{event.row}.{c}" for c in COLUMNS_THREE)
        margin = margins.get(event.row) if margins and event is not last else None
        if tables.source.grid and len(_stripped(event.slots)) == 7:
            margin = (0, 0)
        cells = _placed(event, 7, tables.source, margin, total=True) if trusted else None
        _put(event, metrics, cells, tables)
    rows = {e.row for e in events}
    if rows & {"other.not_corrected", "other.fee_unpaid", "other.other"}:
        tables.forms["三"] = "2021"
        for column in COLUMNS_THREE:
            tables.cells.pop(f"requests.other.{column}", None)
    elif "other" in rows:
        tables.forms["三"] = "2019"


def _in_order(header: tuple[str, ...]) -> bool:
    """Tell whether a printed header does not contradict the statutory order of columns."""
    firsts = [c for c in dict.fromkeys(header) if c not in ("total", "other")]
    known = [c for c in COLUMNS_THREE if c in firsts]
    ordered = firsts == known
    return ordered and not (header[:1] == ("total",) and "natural_person" in header)


def _read_four(events: list[Event], tables: Tables, last: Event | None) -> None:
    """Read the one row of section 四: the first that prints all, or single values set upright."""
    metrics = tuple(m.id for m in load_metrics().values() if m.section == "四")
    doubtful: Event | None = None
    for event in events:
        values = sum(t.kind == "value" for t in event.slots)
        if len(event.columns) == 1 and values == 1 and event.row in _PARTS:
            at = _PARTS.index(event.row) * 5 + COLUMNS_FOUR.index(event.columns[0])
            _put(event, metrics[at : at + 1], event.slots[:1], tables)
            continue
        cells = None
        if event.strong and list(dict.fromkeys(event.columns)) in _ORDERS_FOUR:
            margin = None if event is last else (0, 0)
            cells = _placed(event, len(metrics), tables.source, margin)
        if cells is not None:
            _put(event, metrics, cells, tables)
        elif event.strong and values > 4:
            doubtful = doubtful or event
    if doubtful and not any(m in tables.cells for m in metrics):
        _put(doubtful, metrics, None, tables)


def _put_all(
    event: Event, columns: tuple[str, ...], cells: tuple[Token, ...] | None, tables: Tables
) -> None:
    names = tuple(f"{event.row}.{'amount' if c == 'purchase_amount' else c}" for c in columns)
    _put(event, names, cells, tables)


def _put(
    event: Event, metrics: tuple[str, ...], cells: tuple[Token, ...] | None, tables: Tables
) -> None:
    """Write the cells of one row; a second row that says otherwise makes them unreadable."""
    for i, metric in enumerate(metrics):
        if cells is not None and i < len(cells):
            new = _cell(metric, cells[i], tables.source)
        else:
            new = _unplaced(metric, event, tables.source)
        old = tables.cells.get(metric)
        if old is None or (old.status != "reported" and new.status == "reported"):
            tables.cells[metric] = new
        elif new.status == "reported" and new.value != old.value:
            tables.doubled.add(metric)
            tables.cells[metric] = old._replace(status="unreadable", value=None)


def _cell(metric: str, token: Token, source: Source) -> Cell:
    unit = load_metrics()[metric].unit
    if token.kind != "value":
        status: Status = "unreadable" if source.deduplicated else "blank"
        return Cell(metric, None, unit, status, "", token.start, token.start)
    raw = source.text[token.start : token.end]
    said = read_value(source.plain[token.start : token.end]) or Printed("unreadable", None, "")
    said = in_unit(said, unit)
    return Cell(metric, said.value, unit or said.unit, said.status, raw, token.start, token.end)


def _unplaced(metric: str, event: Event, source: Source) -> Cell:
    """Return the cell of a row whose print does not settle its columns: what is there, no value."""
    unit = load_metrics()[metric].unit
    printed = [t for t in event.slots if t.kind == "value"]
    if printed:
        start, end = printed[0].start, printed[-1].end
        return Cell(metric, None, unit, "unreadable", source.text[start:end], start, end)
    if event.text is not None:
        start, end = event.text.start, event.text.end
        return Cell(metric, None, unit, "text", source.text[start:end], start, end)
    status: Status = "unreadable" if source.deduplicated else "blank"
    return Cell(metric, None, unit, status, "", event.at, event.at)
