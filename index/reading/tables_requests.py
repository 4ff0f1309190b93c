"""The table of section 三: seven columns in statutory order, or no value at all."""

from collections.abc import Iterator, Sequence

from index.reading.events import COLUMNS_THREE, UNKNOWN, Event, rows_three
from index.reading.lex import Token
from index.reading.tables_cells import Source, Tables, put_row, put_unreadable
from index.reading.tables_place import (
    find_margins,
    is_aligned,
    last_place,
    place_tokens,
    under_headers,
    without_pads,
)
from index.reading.values import read_value

_WIDTH = len(COLUMNS_THREE)
_EVIDENCE = 5
_DETAILED = ("other.not_corrected", "other.fee_unpaid", "other.other")


def read_requests(events: Sequence[Event], tables: Tables, last: Event | None) -> None:
    """Write the cells of section 三; `last` is the row the file ends in, which may be cut."""
    doubtful = {id(e) for e in _reversed_rows(events)}
    rows = [e for e in events if e.row in rows_three()]
    header = next((e.columns for e in rows if e.columns), ())
    margins = find_margins(rows, _WIDTH)
    headed, end = head_rows(rows), last_place(rows)
    aligned = is_aligned(headed, 0 if tables.source.grid else _EVIDENCE)
    some_full = any(_full(e) for e in rows)
    for event, places in headed:
        margin = margins.get(event.row) if margins and event is not last else None
        if tables.source.grid and places is None and len(without_pads(event.slots)) == _WIDTH:
            margin = (0, 0)
        under = places if aligned and event is not last else None
        ragged = tables.source.grid and places is not None and not aligned
        cells: tuple[Token, ...] | None = None
        if id(event) not in doubtful and _in_order(header) and _in_order(event.columns):
            cells = place_tokens(
                event, _WIDTH, tables.source, margin, total=True, places=under, end=end
            )
        if cells and _total_first(header) and not _adds_up(cells, tables.source):
            cells = None
        if under is None and (ragged or (some_full and margin is None)) and _is_short(event):
            cells = None
        if cells and _runs_on(event, cells, rows, tables.source):
            cells = None
        put_row(event, _names(event.row), cells, tables)
    _settle_form({e.row for e in rows}, tables)
    _mark_unsettled(events, tables)


def head_rows(rows: Sequence[Event]) -> list[tuple[Event, tuple[int, ...] | None]]:
    """Return each row with the cells its header stands in, the last whole header in force."""
    headed, places = [], None
    for event in rows:
        places = under_headers(event, COLUMNS_THREE) or places
        headed.append((event, places))
    return headed


def is_exact(events: Sequence[Event]) -> bool:
    """Tell whether enough full rows stand right under their headers, and none beside."""
    return is_aligned(head_rows([e for e in events if e.row in rows_three()]), _EVIDENCE)


def _names(row: str) -> tuple[str, ...]:
    return tuple(f"requests.{row}.{c}" for c in COLUMNS_THREE)


def _settle_form(rows: set[str], tables: Tables) -> None:
    """Tell the form by （六）其他处理: three rows in form 2021, one in form 2019."""
    if rows & set(_DETAILED):
        tables.forms["三"] = "2021"
        for metric in _names("other"):
            tables.cells.pop(metric, None)
    elif "other" in rows:
        tables.forms["三"] = "2019"


def _in_order(header: tuple[str, ...]) -> bool:
    """Tell whether a printed header does not contradict the statutory columns and their order."""
    named = [c for c in dict.fromkeys(header) if c not in ("total", "other", UNKNOWN)]
    if named != [c for c in COLUMNS_THREE if c in named]:
        return False
    foreign = header.count(UNKNOWN)
    return not foreign or len(named) + foreign + len({"total", "other"} & set(header)) <= _WIDTH


def _total_first(header: tuple[str, ...]) -> bool:
    """Tell whether 总计 is named first: in a line above the others, or as the first column."""
    return header[:1] == ("total",) and "natural_person" in header


def _adds_up(cells: tuple[Token, ...], source: Source) -> bool:
    """Tell whether the last column is the sum of those before, or stands alone."""
    said = [read_value(source.plain[t.start : t.end]) for t in cells if t.kind == "value"]
    numbers = [printed.value for printed in said if printed and printed.value is not None]
    alone = len(said) == 1 and cells[-1].kind == "value"
    whole = cells[-1].kind == "value" and len(numbers) == len(said) > 1
    return alone or (whole and sum(numbers[:-1]) == numbers[-1])


def _full(event: Event) -> bool:
    return sum(t.kind == "value" for t in event.slots) == _WIDTH


def _runs_on(event: Event, cells: tuple[Token, ...], rows: Sequence[Event], source: Source) -> bool:
    """Tell whether a row may have lost its end and run on into a row that lost its label.

    Then it does not add up, and the row that should follow is not there though later ones are.
    """
    printed = {e.row for e in rows}
    order = [r for r in rows_three() if r in printed or r not in ("other", *_DETAILED)]
    later = order[order.index(event.row) + 1 :]
    if cells[0].col >= 0 or not later or later[0] in printed or not printed & set(later):
        return False
    whole = all(t.kind == "value" and source.plain[t.start : t.end].isdigit() for t in cells)
    return whole and not _adds_up(cells, source)


def _is_short(event: Event) -> bool:
    """Tell whether a row prints some of its values but not all: other rows show how it should."""
    values = [t for t in event.slots if t.kind == "value"]
    return 0 < len(values) < _WIDTH and not any(t.glued for t in values)


def _reversed_rows(events: Sequence[Event]) -> Iterator[Event]:
    """Yield all rows when values stand before their labels: the header has some, the last none."""
    rows = [e for e in events if e.row]
    first = events[0] if events else None
    if first and rows and not first.row and not first.labelled and _full(first):
        last_printed = any(t.kind == "value" for t in rows[-1].slots)
        yield from () if last_printed else rows


def _mark_unsettled(events: Sequence[Event], tables: Tables) -> None:
    """Say unreadable for a row that is printed between its neighbours under an unknown label."""
    order = list(rows_three())
    before, waiting = -1, None
    for event in events:
        if not event.row:
            waiting = event if _full(event) and event.labelled else waiting
        elif event.row in order:
            here = order.index(event.row)
            for row in order[before + 1 : here] if waiting else ():
                if not _other_form(row, tables):
                    put_unreadable(waiting or event, _names(row), tables)
            before, waiting = here, None


def _other_form(row: str, tables: Tables) -> bool:
    """Tell whether a row belongs to the form the table does not have."""
    form = tables.forms.get("三", "")
    return (form == "2019" and row in _DETAILED) or (form != "2019" and row == "other")
