"""A report as numbered sources that a model can point at: sentences [P3.2] and cells [C17].

Text comes from the report's passages, else from the lines of its body that are no table. A
sentence that reads like an instruction to a model is set aside, and said so.
"""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from assistant.obedience import obedient
from index.catalogue import load_metrics
from index.model import Report
from index.normalise import normalise

_SENTENCE = re.compile(r"[^。！？!?；;\n]+[。！？!?；;]?")
_TABLE_SECTIONS = ("主动公开", "收到和处理", "行政复议")
_SHORTEST, _LONGEST = 4, 400


class Source(NamedTuple):
    """One numbered source: its span, what the model is shown, where it stands.

    `metric` is set for a cell; `first` is where the section's text begins for a sentence.
    """

    id: str
    kind: Literal["text", "cell"]
    start: int
    end: int
    text: str
    section: str = ""
    heading: str = ""
    metric: str = ""
    first: int = 0


class Sources(NamedTuple):
    """All sources of a report by id; `aside` are sentences that read like instructions."""

    text: tuple[Source, ...]
    cells: tuple[Source, ...]
    aside: tuple[Source, ...]

    def named(self, id_: str) -> tuple[Source, ...]:
        """Return the source of an id; P3 stands for all sentences of passage 3."""
        wanted = id_.strip().strip("[]【】").upper()
        known = (*self.text, *self.cells)
        exact = tuple(s for s in known if s.id == wanted)
        return exact or tuple(s for s in self.text if s.id.partition(".")[0] == wanted)


class _Piece(NamedTuple):
    section: str
    heading: str
    start: int
    end: int


def numbered_sources(report: Report) -> Sources:
    """Return the sentences and printed cells of a report, numbered in reading order."""
    plain = normalise(report.document.text)
    pieces = [_Piece(p.section, p.heading, p.start, p.end) for p in report.passages]
    pieces = pieces or list(_paragraphs(report, plain))
    text: list[Source] = []
    aside: list[Source] = []
    for number, piece in enumerate(pieces, 1):
        raw = report.document.text[piece.start : piece.end]
        clean = obedient(raw)
        for source in _sentences(report, plain, piece, number):
            place = slice(source.start - piece.start, source.end - piece.start)
            (text if clean[place] == raw[place] else aside).append(source)
    return Sources(tuple(text), tuple(_cells(report)), tuple(aside))


def _sentences(report: Report, plain: str, piece: _Piece, number: int) -> Iterator[Source]:
    """Yield the sentences of a piece, one that is longer than a screen cut."""
    raw = report.document.text
    first = _section_start(report, plain, piece.start)
    count = 0
    for match in _SENTENCE.finditer(plain, piece.start, piece.end):
        start, end = match.span()
        while start < end and plain[start].isspace():
            start += 1
        while start < end and plain[end - 1].isspace():
            end -= 1
        for at in range(start, end, _LONGEST):
            stop, count = min(end, at + _LONGEST), count + 1
            shown = " ".join(raw[at:stop].split()).replace("<", "〈").replace(">", "〉")
            yield Source(f"P{number}.{count}", "text", at, stop, shown, piece.section,
                         piece.heading, "", first)  # fmt: skip


def _section_start(report: Report, plain: str, at: int) -> int:
    """Return where the text of the section around `at` begins, its heading line left out."""
    for section in report.reading.sections:
        if section.start <= at < section.end:
            line = plain.find("\n", section.start, section.end)
            return min(line + 1, at) if line >= 0 else section.start
    return report.document.body[0]


def _paragraphs(report: Report, plain: str) -> Iterator[_Piece]:
    """Yield the lines of the body that are running text: none of a table, no heading."""
    headings = {s.start for s in report.reading.sections}
    for line in re.finditer(r"[^\n]+", plain[: report.document.body[1]]):
        start, end = line.span()
        if start < report.document.body[0]:
            continue
        section = next((s for s in report.reading.sections if s.start <= start < s.end), None)
        name = section.name if section else ""
        if any(start <= at < end for at in headings) and "。" not in line[0]:
            continue
        if _is_prose(report, line[0], start, name):
            yield _Piece(name, "", start, end)


def _is_prose(report: Report, line: str, start: int, section: str) -> bool:
    """Tell a line of running text from a row, a label or a cell of a table."""
    if "|" in line or "\t" in line.strip() or len(line.strip()) < _SHORTEST:
        return False
    inside = [t for t in report.document.tables if t.start <= start < t.end]
    if inside or any(word in section for word in _TABLE_SECTIONS) or not section:
        return "。" in line
    return True


def _cells(report: Report) -> Iterator[Source]:
    """Yield the printed statutory cells, each with its labels as text."""
    catalogue = load_metrics()
    for number, cell in enumerate(report.reading.cells, 1):
        if cell.value is None or cell.start is None or cell.end is None:
            continue
        metric = catalogue[cell.metric]
        shown = f"{metric.row}·{metric.column}：{cell.raw}{cell.unit}"
        yield Source(f"C{number}", "cell", cell.start, cell.end, shown, metric.section, "",
                     cell.metric)  # fmt: skip
