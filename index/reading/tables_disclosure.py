"""The table of section 二: forms decided block by block, columns by the header over each row."""

from collections import Counter
from collections.abc import Iterator, Sequence

from index.reading.events import FOREIGN, Event, block_columns
from index.reading.lex import Token
from index.reading.tables_cells import Tables, put_row, put_unreadable
from index.reading.tables_place import (
    is_aligned,
    is_indented,
    last_place,
    place_tokens,
    under_headers,
    without_pads,
)

_EVIDENCE = {
    "2021": {"issued", "repealed", "in_force", "amount"},
    "2019": {
        "newly_made", "newly_public", "total_public", "items_last_year", "items_change",
        "projects", "purchase_amount",
    },
}  # fmt: skip
_ROW_FORMS = {"other_services": "2019", "procurement": "2019"}
_BLOCK = {
    "regulations": "1", "normative_documents": "1", "licensing": "5", "other_services": "5",
    "penalties": "6", "coercion": "6", "fees": "8", "procurement": "9",
}  # fmt: skip


def block_of(metric: str) -> str:
    """Return the block of section 二 a metric stands in: 1, 5, 6, 8 or 9."""
    return _BLOCK[metric.partition(".")[0]]


def is_headless(event: Event, strong_rows: set[str]) -> bool:
    """Tell whether a row before all table labels is a full row of block 一 whose header is lost."""
    full = sum(t.kind == "value" for t in event.slots) == 3
    return full and _BLOCK.get(event.row) == "1" and event.row not in strong_rows


def has_full_rows(events: Sequence[Event]) -> bool:
    """Tell whether rows without any table label above are a table, no list in the prose."""
    return any(is_headless(e, set()) for e in events)


def read_disclosure(events: Sequence[Event], tables: Tables, last: Event | None) -> None:
    """Write the cells of section 二; `last` is the row the file ends in, which may be cut."""
    doubtful = {id(e) for e in _reversed_rows(events, tables)}
    rows = [e for e in events if e.row in _BLOCK]
    tables.forms |= _block_forms(rows)
    headed, end = [(e, _heads(e, tables)) for e in rows], last_place(rows)
    aligned = tables.source.aligned and is_aligned(headed, 0)
    straight = tables.source.grid or _straight(rows, tables.forms)
    for i, event in enumerate(rows):
        form = tables.forms.get(_BLOCK[event.row], "")
        columns = None if id(event) in doubtful else _ordered(event, form)
        if columns is None:
            _tell_foreign(event, tables)
            _put(event, _possible(event.row, form), None, tables)
            continue
        shifted = not tables.source.grid and is_indented(event, tables.source)
        margin = (0, 0) if straight and event is not last and not shifted else None
        if tables.source.deduplicated and i == 0 and _only_first(event, columns):
            _put(event, columns[:1], event.slots, tables)
            _put(event._replace(slots=()), columns[1:], None, tables)
            continue
        under = headed[i][1] if aligned and event is not last else None
        cells = place_tokens(event, len(columns), tables.source, margin, places=under, end=end)
        _put(event, columns, cells, tables)
    _mark_unsettled(events, tables)


def _tell_foreign(event: Event, tables: Tables) -> None:
    """Warn once when the header over a row speaks of another unit or another year."""
    told = "第二节有表头写明别的单位或年度：其下的数字不是法定栏目的数，按无法读取处理"
    if FOREIGN in event.columns and has_values(event) and told not in tables.warnings:
        tables.warnings.append(told)


def _possible(row: str, form: str) -> tuple[str, ...]:
    """Return the columns a row may have; those of both forms where its header speaks for both."""
    forms = ("2021", "2019") if form == "conflict" else (form or "2021",)
    return tuple(dict.fromkeys(c for f in forms for c in block_columns().get((row, f), ())))


def _heads(event: Event, tables: Tables) -> tuple[int, ...] | None:
    """Return in which cells of a drawn row the columns of a row are headed."""
    columns = _ordered(event, tables.forms.get(_BLOCK[event.row], ""))
    return under_headers(event, columns) if columns else None


def _only_first(event: Event, columns: tuple[str, ...]) -> bool:
    """Tell whether the first row of a page without repeated lines prints its first number only."""
    return event.row == "regulations" and len(columns) > 1 and len(event.slots) == 1


def _reversed_rows(events: Sequence[Event], tables: Tables) -> Iterator[Event]:
    """Yield the rows that print their values before the label, not behind it.

    Then a full run of values stands right behind the header, and the last label has none.
    """
    for i, orphan in enumerate(events):
        group: list[Event] = []
        for event in events[i + 1 :]:
            if not event.row:
                break
            group.append(event)
        if orphan.row or not group or has_values(group[-1]):
            continue
        width = len(block_columns().get((group[0].row, "2021"), ()))
        wide = len(block_columns().get((group[0].row, "2019"), ()))
        if sum(t.kind == "value" for t in orphan.slots) in (width, wide):
            yield from group


def has_values(event: Event) -> bool:
    """Tell whether an event prints anything."""
    return any(t.kind == "value" for t in event.slots)


def _mark_unsettled(events: Sequence[Event], tables: Tables) -> None:
    """Say unreadable for a row that is printed between its neighbours under an unknown label."""
    order = list(_BLOCK)
    before = -1
    waiting: list[Event] = []
    for event in [*events, None]:
        if event is not None and not event.row:
            waiting += [event] * (event.labelled and has_values(event))
            continue
        here = order.index(event.row) if event is not None and event.row in _BLOCK else before + 2
        for row in order[before + 1 : here] if waiting else ():
            form = tables.forms.get(_BLOCK[row], "2021")
            columns = block_columns().get((row, form), ())
            fitting = [
                e for e in waiting if sum(t.kind == "value" for t in e.slots) == len(columns)
            ]
            if fitting:
                put_unreadable(fitting[0], _names(row, columns), tables)
        before, waiting = max(before, here), []


def _block_forms(events: list[Event]) -> dict[str, str]:
    """Decide the form of each block by its header, else by the other blocks, else by its shape."""
    forms: dict[str, str] = {}
    for block in dict.fromkeys(_BLOCK[e.row] for e in events):
        votes = {f for e in events if _BLOCK[e.row] == block for f in _votes(e)}
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
    if set(event.columns) - {FOREIGN} == {"decisions"} and _BLOCK[event.row] in "56":
        yield "2021"


def _shape(events: list[Event]) -> str:
    """Tell the form by how many values the rows of blocks 五 and 六 print, when all agree."""
    counts = Counter(
        sum(t.kind == "value" for t in e.slots) for e in events if _BLOCK[e.row] in "56" and e.slots
    )
    return {1: "2021", 3: "2019"}.get(next(iter(counts)), "") if len(counts) == 1 else ""


def _ordered(event: Event, form: str) -> tuple[str, ...] | None:
    """Return the columns of a row in printed order, '' for foreign ones; None when not certain."""
    columns = block_columns().get((event.row, form))
    if columns is None:
        return None
    printed = tuple(c if c in columns else "" for c in event.columns)
    known = [c for c in printed if c]
    if len(printed) > len(columns) or FOREIGN in event.columns:
        return printed if sorted(known) == sorted(columns) else None
    if known == [c for c in columns if c in known]:
        return columns
    return tuple(known) if sorted(known) == sorted(columns) else None


def _straight(events: list[Event], forms: dict[str, str]) -> bool:
    """Tell whether the rows of section 二 all print just their columns, or the table's width."""
    spare = set()
    for event in events:
        columns = block_columns().get((event.row, forms.get(_BLOCK[event.row], "")), ())
        if event.slots and columns:
            spare.add((len(without_pads(event.slots)) - len(columns), 3 - len(columns)))
    return all(extra == 0 for extra, _ in spare) or all(extra == full for extra, full in spare)


def _names(row: str, columns: tuple[str, ...]) -> tuple[str, ...]:
    """Return the metrics of a row's columns, '' for a foreign column."""
    return tuple(c and f"{row}.{'amount' if c == 'purchase_amount' else c}" for c in columns)


def _put(
    event: Event, columns: tuple[str, ...], cells: tuple[Token, ...] | None, tables: Tables
) -> None:
    put_row(event, _names(event.row, columns), cells, tables)
