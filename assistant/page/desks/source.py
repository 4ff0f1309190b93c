"""Finds places in a report of the library: by its id only, never by a path; knows no HTML."""

from collections.abc import Mapping
from pathlib import PureWindowsPath
from typing import NamedTuple

from assistant.page.desks.places import WINDOW, Span, spans_in, whole
from index.errors import MisuseError
from index.store.library import Library


class Place(NamedTuple):
    """Places in a report: `text[start:end]` of each of `spans` is what was asked for.

    `text[first:last]` is what is shown, around `spans[focus]` unless another stretch was asked for.
    `breaks` are the starts of the sections. `file` is the name of the file, without its folder.
    """

    report_id: str
    title: str
    agency: str
    year: int | None
    file: str
    format: str
    text: str
    spans: tuple[Span, ...]
    focus: int
    first: int
    last: int
    breaks: tuple[int, ...]

    @property
    def asked(self) -> Span:
        """The span in focus."""
        return self.spans[self.focus]

    @property
    def line(self) -> int:
        """The number of the line in which the span in focus starts, from 1."""
        return self.text.count("\n", 0, self.asked.start) + 1


def find_place(library: Library, asked: Mapping[str, str]) -> Place:
    """Return places of a report; raises MisuseError when the library has no such place.

    `asked` is what the clicked element says: source (a report's id), start and end, or spans
    ("12-15 40-42"), and perhaps focus (which of them), from or until (where what is shown starts or
    ends), and rid, which of several files with these bytes.
    """
    report_id = asked.get("source", "")
    rows = library.query(
        """SELECT rid, title, agency, year, path, format FROM reports WHERE report_id = ?
        ORDER BY rid::VARCHAR = ? DESC, role = 'current' DESC, rid DESC""",
        [report_id, asked.get("rid", "")],
    )
    if not rows:
        raise MisuseError(f"库里没有编号 {report_id!r} 的报告，可能已经移出。请刷新页面后再试。")
    rid, title, agency, year, path, form = rows[0]
    text = library.text(rid)
    spans = _spans(asked, report_id, len(text))
    focus = min(whole(asked.get("focus", "")) or 0, len(spans) - 1)
    first, last = _window(text, spans[focus], asked)
    starts = library.query("SELECT start FROM sections WHERE rid = ? ORDER BY start", [rid])
    said = title or f"{agency or ''}{year or ''}"
    breaks = tuple(start for (start,) in starts)
    name = file_name(path)
    return Place(
        report_id, said, agency or "", year, name, form, text, spans, focus, first, last, breaks
    )


def file_name(path: str) -> str:
    """Return the name of a file of the library, without its folder, of either system's paths."""
    return PureWindowsPath(path).name or path


def _spans(asked: Mapping[str, str], report_id: str, size: int) -> tuple[Span, ...]:
    """Return the spans asked for, once each; raises MisuseError when one lies outside the text."""
    said = asked.get("spans") or f"{asked.get('start', '')}-{asked.get('end', '')}"
    return spans_in(said, size, f"报告 {report_id!r} ", "请刷新页面后再试。")


def _window(text: str, span: Span, asked: Mapping[str, str]) -> tuple[int, int]:
    """Return the stretch to show: around `span`, or onwards, or up to; whole lines where it can."""
    if said := asked.get("until"):
        last = min(whole(said) or 0, len(text))
        return _line_start(text, max(0, last - 2 * WINDOW)), last
    if said := asked.get("from"):
        first = min(whole(said) or 0, len(text))
        return first, _line_start(text, min(first + 2 * WINDOW, len(text)))
    first = _line_start(text, max(0, span.start - WINDOW))
    after = min(span.end, span.start + WINDOW) + WINDOW
    return first, _line_start(text, min(after, len(text)))


def _line_start(text: str, at: int) -> int:
    """Return the start of the line near `at`, or `at` itself within a line without end."""
    if at in (0, len(text)):
        return at
    found = text.rfind("\n", max(0, at - WINDOW // 8), at)
    return at if found < 0 else found + 1
