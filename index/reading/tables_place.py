"""Which token stands in which column of a row, as far as the print leaves no doubt."""

from collections.abc import Sequence

from index.reading.events import Event
from index.reading.lex import Token
from index.reading.rows import Margin, place
from index.reading.tables_cells import Source
from index.reading.values import split_glued

_OUTER = ("received", "carried_in", "carried_out")
_MIDDLE = ("granted", "partly_granted", "other", "outcomes_total")


def find_margins(events: list[Event], count: int) -> dict[str, Margin] | None:
    """Return how many empty cells of merged labels stand around each row; None when rows drift.

    A table prints either no cell of its merged labels or all: then a row on the first level has two
    more cells than a row on the third, all before or all behind the values, as full rows show.
    """
    sizes = {e.row: len(without_pads(e.slots)) - count for e in events if e.slots}
    levels = {row: 2 if row in _OUTER else 1 if row in _MIDDLE else 0 for row in sizes}
    if not any(sizes.values()):
        return dict.fromkeys(sizes, (0, 0))
    sides = {s for e in events if levels.get(e.row) for s in _side(without_pads(e.slots), count)}
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


def without_pads(slots: tuple[Token, ...]) -> list[Token]:
    """Return the slots without the pads at both ends."""
    kept = [i for i, t in enumerate(slots) if t.kind != "pad"]
    return list(slots[kept[0] : kept[-1] + 1]) if kept else []


def place_tokens(
    event: Event,
    count: int,
    source: Source,
    margin: Margin | None = (0, 0),
    *,
    total: bool = False,
    places: tuple[int, ...] | None = None,
    end: int = -1,
) -> tuple[Token, ...] | None:
    """Return one token for each column, or None when the columns are not certain.

    `places` are the cells of a drawn row under the headers, where the table keeps to them, `end` is
    the cell its rows end in; then only a row that prints all its columns may stand elsewhere.
    """
    if places is not None and event.slots:
        under = place_by_header(event, places, end)
        if under is not None or sum(t.kind == "value" for t in event.slots) < count:
            return under
    slots = without_pads(event.slots)
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


def is_indented(event: Event, source: Source) -> bool:
    """Tell whether a tab too many may stand behind the label: then the row may be shifted."""
    head = event.slots[0] if event.slots else None
    return head is not None and head.kind == "empty" and source.plain[head.start - 1] == "\t"


def under_headers(event: Event, columns: Sequence[str]) -> tuple[int, ...] | None:
    """Return in which cell of a drawn row each column is headed; None when that is unclear."""
    if -1 in event.places or not columns:
        return None
    stated = list(zip(event.columns, event.places, strict=False))
    if list(event.columns) == list(columns):
        places = list(event.places)
    else:
        named = dict(stated)
        if len(named) != len(stated) or not all(c in named for c in columns):
            return None
        places = [named[c] for c in columns]
    return tuple(places) if len(set(places)) == len(columns) else None


def place_by_header(event: Event, places: tuple[int, ...], end: int) -> tuple[Token, ...] | None:
    """Return the token under each header cell; None when one stands anywhere else.

    Nor is anything certain in a row that does not reach cell `end`, where the table's rows end.
    """
    own = own_row(event)
    others = event.slots[len(own) :]
    if own[-1].col != max(end, *places) or any(t.kind == "value" for t in others):
        return None
    found: dict[int, Token] = {}
    for token in own:
        if token.kind == "value" and token.col not in places:
            return None
        other = found.get(token.col)
        if other is not None and other.kind == token.kind == "value":
            return None
        if other is None or token.kind == "value":
            found[token.col] = token
    blank = own[0]._replace(kind="empty", end=own[0].start)
    found = {p: blank for p in places if p < own[0].col} | found
    return tuple(found[p] for p in places) if all(p in found for p in places) else None


def last_place(events: Sequence[Event]) -> int:
    """Return the cell in which the longest row ends, -1 where no rows are drawn."""
    return max((own_row(e)[-1].col for e in events if e.slots), default=-1)


def own_row(event: Event) -> list[Token]:
    """Return the slots in the row of the first; the next row may begin with merged cells."""
    return [t for t in event.slots if t.row == event.slots[0].row]


def is_aligned(rows: Sequence[tuple[Event, tuple[int, ...] | None]], least: int) -> bool:
    """Tell whether all rows that print every column, `least` or more, stand under headers."""
    seen = 0
    for event, places in rows:
        values = tuple(t.col for t in event.slots if t.kind == "value")
        if places is None or len(values) != len(places):
            continue
        if values != places:
            return False
        seen += 1
    return seen >= least
