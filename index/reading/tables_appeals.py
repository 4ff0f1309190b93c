"""The table of section 四: fifteen cells in one row, or part by part as its headers say."""

from collections.abc import Sequence

from index.catalogue import load_metrics
from index.reading.events import COLUMNS_FOUR, LITIGATION, PARTS_FOUR, UNKNOWN, Event
from index.reading.lex import Token
from index.reading.tables_cells import Tables, put_row
from index.reading.tables_place import place_tokens, under_headers

_WIDTH = len(COLUMNS_FOUR)
_PRINTED_ORDER = (PARTS_FOUR[0], LITIGATION, *PARTS_FOUR[1:])
# What is left of a header whose labels are torn apart or cut: still in statutory order.
_KNOWN_HEADERS: tuple[list[str], ...] = (
    [], list(COLUMNS_FOUR), ["total"], list(COLUMNS_FOUR[:-1]),
)  # fmt: skip


def read_appeals(events: Sequence[Event], tables: Tables, last: Event | None) -> None:
    """Write the cells of section 四; `last` is the row the file ends in, which may be cut."""
    names = tuple(m.id for m in load_metrics().values() if m.section == "四")
    doubtful: Event | None = None
    upright: list[tuple[Event, tuple[str, ...], tuple[Token, ...]]] = []
    for event in events:
        values = sum(t.kind == "value" for t in event.slots)
        metrics = _stated(event, names) if event.strong and values else ()
        margin = None if event is last else (0, 0)
        cells = None
        if metrics:
            heads = under_headers(event, COLUMNS_FOUR * (len(metrics) // _WIDTH))
            under = heads if tables.source.aligned and event is not last else None
            cells = place_tokens(event, len(metrics), tables.source, margin, places=under)
        if cells is not None and len(metrics) == 1:
            upright.append((event, metrics, cells))
        elif cells is not None:
            put_row(event, metrics, cells, tables)
        elif event.strong and values >= _WIDTH:
            doubtful = doubtful or event
    for event, metrics, placed in upright:
        put_row(event, metrics, None if doubtful else placed, tables)
    if doubtful and not any(m in tables.cells for m in names):
        put_row(doubtful, names, None, tables)


def _stated(event: Event, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the metrics that a run of values states by the header over it; () when unclear."""
    named = list(dict.fromkeys(reversed(event.parts)))[::-1]
    if named != [p for p in _PRINTED_ORDER if p in named]:
        return ()
    parts = [p for p in named if p != LITIGATION]
    columns = list(event.columns)
    if len(columns) == 1 and len(event.slots) == 1 and event.row in PARTS_FOUR:
        at = PARTS_FOUR.index(event.row) * _WIDTH + COLUMNS_FOUR.index(columns[0])
        return names[at : at + 1]
    if columns == list(COLUMNS_FOUR) * len(parts) != [] and event.parts[-1] == parts[-1]:
        return tuple(n for p in parts for n in _of_part(p, names))
    return names if _whole(columns) else ()


def _of_part(part: str, names: tuple[str, ...]) -> tuple[str, ...]:
    at = PARTS_FOUR.index(part) * _WIDTH
    return names[at : at + _WIDTH]


def _whole(columns: list[str]) -> bool:
    """Tell whether a header may be that of all fifteen columns in statutory order."""
    if UNKNOWN in columns:
        fits = all(c in (UNKNOWN, COLUMNS_FOUR[i % _WIDTH]) for i, c in enumerate(columns))
        return fits and len(columns) == len(PARTS_FOUR) * _WIDTH
    return list(dict.fromkeys(columns)) in _KNOWN_HEADERS
