"""Finds a place in a report of the library: by its id only, never by a path."""

from typing import NamedTuple

from index.errors import MisuseError
from index.store.library import Library


class Place(NamedTuple):
    """A place in a report: `text[start:end]` is what was asked for."""

    report_id: str
    title: str
    text: str
    start: int
    end: int


def find_place(library: Library, report_id: str, start: str, end: str) -> Place:
    """Return a place of a report; raises MisuseError when the library has no such place."""
    rows = library.query(
        """SELECT rid, title, agency, year FROM reports WHERE report_id = ?
        ORDER BY role = 'current' DESC""",
        [report_id],
    )
    if not rows:
        raise MisuseError(f"库里没有编号 {report_id!r} 的报告，可能已经移出。请重新提问。")
    rid, title, agency, year = rows[0]
    text = library.text(rid)
    if not (start.isdigit() and end.isdigit() and int(start) <= int(end) <= len(text)):
        raise MisuseError(f"报告 {report_id!r} 里没有 {start!r}–{end!r} 这个位置。请重新提问。")
    said = title or f"{agency or ''}{year or ''}"
    return Place(report_id, said, text, int(start), int(end))
