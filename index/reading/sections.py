"""The six statutory sections of a report, anchored on the tables where headings repeat."""

import re
from functools import cache

from index.data import read_rows
from index.model import Cell, Document, Section
from index.reading.labels import label_key

_NUMBERED = re.compile(r"^(?:[一二三四五六七八九十]+是?|第[一二三四五六]部分|[0-9]{1,2})")
_LONGEST, _LONGEST_NAME = 60, 32
_INSIDE = re.compile(rf"(?<![^\s。;!?])([一二三四五六])\s?、\s?(\S{{2,{_LONGEST_NAME}}})")
_LINE = re.compile(r"[^\n]+")
_TABLE_SECTIONS = {1: "二", 2: "三", 3: "四"}


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((r["name"], re.compile(r["pattern"])) for r in read_rows("sections.csv"))


@cache
def _quick() -> re.Pattern[str]:
    return re.compile("情况|概述|概况|问题|需要.?报|需说明|事项|措施")


def find_sections(document: Document, plain: str, anchors: dict[str, int]) -> tuple[Section, ...]:
    """Return the sections found, in order; `anchors` gives where the table of 二, 三, 四 starts.

    A sub-heading of section 一 may repeat a name: of several headings the last one before its table
    counts, and the others must follow in order.
    """
    candidates = _candidates(document, plain)
    chosen: list[tuple[int, str]] = []
    after = document.body[0] - 1
    for i, (name, _) in enumerate(_patterns()):
        places = [p for p in candidates.get(name, ()) if p > after]
        limit = anchors.get(_TABLE_SECTIONS.get(i, ""))
        before = [p for p in places if limit is not None and p <= limit]
        later = [v for k, v in anchors.items() if i < 4 or v > after]
        if i >= 4 and later:
            places = [p for p in places if p > max(later)] or places
        place = before[-1] if before else (places[0] if places and limit is None else None)
        if place is not None:
            chosen.append((place, name))
            after = place
    return _spans(chosen, document.body[1])


def _candidates(document: Document, plain: str) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    start, end = document.body
    for line in _LINE.finditer(plain, start, end):
        if line.end() - line.start() > _LONGEST:
            _find_inside(plain, line.start(), line.end(), found)
            continue
        if not _quick().search(line[0]):
            continue
        key = label_key(line[0])
        if len(key) > 32:
            continue
        bare = _NUMBERED.sub("", key, count=1)
        for name, pattern in _patterns():
            if pattern.fullmatch(bare):
                at = line.start() + len(line[0]) - len(line[0].lstrip())
                found.setdefault(name, []).append(at)
    return found


def _find_inside(plain: str, start: int, end: int, found: dict[str, list[int]]) -> None:
    """Find numbered headings inside a long line: the number must be that of the section."""
    for match in _INSIDE.finditer(plain, start, end):
        name, pattern = _patterns()["一二三四五六".index(match[1])]
        word = label_key(match[2])
        if pattern.fullmatch(word) or (len(match[2]) == _LONGEST_NAME and pattern.match(word)):
            found.setdefault(name, []).append(match.start())


def _spans(chosen: list[tuple[int, str]], end: int) -> tuple[Section, ...]:
    stops = [place for place, _ in chosen[1:]] + [end] * bool(chosen)
    return tuple(
        Section(name, place, stop) for (place, name), stop in zip(chosen, stops, strict=True)
    )


def table_anchors(cells: dict[str, Cell]) -> dict[str, int]:
    """Return where the first printed cell of each statutory table stands, by section."""
    from index.catalogue import load_metrics

    anchors: dict[str, int] = {}
    for metric, cell in cells.items():
        if cell.start is not None:
            section = load_metrics()[metric].section
            anchors[section] = min(cell.start, anchors.get(section, cell.start))
    return anchors
