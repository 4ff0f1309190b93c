"""Row events to cells: all three tables, what is certain of each; doubt is kept as unreadable."""

from collections.abc import Iterable

from index.reading.events import Event
from index.reading.tables_appeals import read_appeals
from index.reading.tables_cells import Source, Tables, is_sum
from index.reading.tables_disclosure import block_of, has_full_rows, is_headless, read_disclosure
from index.reading.tables_requests import is_exact, read_requests

__all__ = ["Source", "Tables", "block_of", "read_tables"]


def read_tables(events: Iterable[Event], source: Source) -> Tables:
    """Return the cells of all three tables."""
    known = [e for e in events if e.strong or e.slots]
    strong = {e.section for e in known if e.strong and (e.row or e.section == "四")}
    rows = {e.row for e in known if e.strong}
    known = [e for e in known if e.strong or e.section not in strong or is_headless(e, rows)]
    tables = Tables(source)
    stated = [e for e in known if e.row or e.section == "四"]
    cut = stated and not source.grid and _cut_off(stated[-1], source)
    last = stated[-1] if cut else None
    asked = [e for e in known if e.section == "三"]
    source.aligned = source.grid or is_exact(asked)
    disclosed = [e for e in known if e.section == "二"]
    if "二" in strong or has_full_rows(disclosed):
        read_disclosure(disclosed, tables, last)
    read_requests(asked, tables, last)
    read_appeals([e for e in known if e.section == "四"], tables, last)
    _doubt_cut_number(tables)
    return tables


def _doubt_cut_number(tables: Tables) -> None:
    """Take back a number that the file ends in: digits may be cut off, unless its sum proves it."""
    source = tables.source
    last = max(tables.cells.values(), key=lambda c: c.end or 0, default=None)
    if last is None or not last.value or last.end is None:
        return
    rest = source.plain[last.end :]
    if (rest.strip() if source.grid else rest) or is_sum(last, tables.cells):
        return
    tables.cells[last.metric] = last._replace(status="unreadable", value=None)


def _cut_off(event: Event, source: Source) -> bool:
    """Tell whether the file ends with this row, so that the row itself may be cut."""
    end = max((t.end for t in event.slots), default=event.at)
    return not source.plain[end:].strip(" \t\n|")
