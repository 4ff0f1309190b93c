"""Where in a saved page the report stands: the span from its title to its signature.

When in doubt the span is wider: page chrome inside it is noise, a cut report is a loss.
"""

import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import Literal, NamedTuple

from index.loading.flow import Region
from index.loading.render import Line
from index.normalise import normalise

_Kind = Literal["anchor", "title", "prose", "plain", "link", "breadcrumb", "around", "chrome"]
_OF_REPORT = ("anchor", "title", "prose", "plain")
_SMALL_REGION = 600
_PROSE = 60
_SHORT = 80
_TOPIC = "信息公开"


class _Vocabulary(NamedTuple):
    elements: frozenset[str]
    words: frozenset[str]
    anchors: re.Pattern[str]
    title: re.Pattern[str]
    breadcrumb: re.Pattern[str]
    around: re.Pattern[str]
    signals: re.Pattern[str]


class _Mark(NamedTuple):
    line: Line
    text: str  # normalised, without white space
    kind: _Kind


@cache
def _vocabulary() -> _Vocabulary:
    """Read `data/chrome.toml`."""
    raw = tomllib.loads((files("index.data") / "chrome.toml").read_text(encoding="utf-8"))
    return _Vocabulary(
        frozenset(raw["elements"]),
        frozenset(raw["words"]),
        re.compile("|".join(map(re.escape, raw["anchors"]))),
        re.compile(raw["title"]),
        re.compile(raw["breadcrumb"]),
        re.compile("|".join(f"(?:{pattern})" for pattern in raw["around"])),
        re.compile(raw["signals"]),
    )


@lru_cache(maxsize=4096)
def marks_chrome(tag: str, names: str) -> bool:
    """Tell whether an element's tag, or its class and id `names`, call it page chrome."""
    vocabulary = _vocabulary()
    words = re.sub("([a-z])([A-Z])", r"\1 \2", names).lower()
    return tag in vocabulary.elements or not vocabulary.words.isdisjoint(
        re.findall("[a-z]+", words)
    )


def plain_text_span(text: str) -> tuple[int, int]:
    """Return the span of the report in plain text: all of it unless page chrome is recognised."""
    if not _vocabulary().signals.search(text):
        return 0, len(text)
    lines, at = [], 0
    for raw in text.split("\n"):
        if raw.strip():
            lines.append(Line(at, at + len(raw), 0, None))
        at += len(raw) + 1
    start, end = report_span(text, lines)
    return (0 if start == lines[0].start else start), (len(text) if end == lines[-1].end else end)


def report_span(text: str, lines: Sequence[Line]) -> tuple[int, int]:
    """Return the (start, end) of the report proper in `text`; the whole when nothing marks it."""
    marks = _mark_lines(normalise(text), lines)
    core = [i for i, m in enumerate(marks) if m.kind == "anchor"]
    core = core or [i for i, m in enumerate(marks) if m.kind == "prose"]
    if not core:
        return 0, len(text)
    start, end = _first_line(marks, core[0]), _last_line(marks, core[-1])
    kept = sum(len(m.text) for m in marks[start : end + 1] if m.kind in _OF_REPORT)
    if 2 * kept < sum(len(m.text) for m in marks if m.kind in _OF_REPORT):
        return 0, len(text)
    return marks[start].line.start, marks[end].line.end


def _mark_lines(plain: str, lines: Sequence[Line]) -> list[_Mark]:
    """Say for every line what it is; chrome regions that hold the form are none."""
    texts = ["".join(plain[line.start : line.end].split()) for line in lines]
    kinds = [_kind(text, line) for text, line in zip(texts, lines, strict=True)]
    chrome = _chrome_regions(lines, kinds)
    titles = [line for line, kind in zip(lines, kinds, strict=True) if kind == "title"]
    # A page header may hold the only title; beside another one it is a menu item.
    inside = ("plain", "prose", "title" if any(t.region not in chrome for t in titles) else "plain")
    return [
        _Mark(line, text, "chrome" if kind in inside and line.region in chrome else kind)
        for line, text, kind in zip(lines, texts, kinds, strict=True)
    ]


def _chrome_regions(lines: Sequence[Line], kinds: Sequence[_Kind]) -> set[Region | None]:
    """Return the regions that are chrome, alone or by one around them: small, without the form."""
    sizes: dict[Region, int] = {}
    for line, kind in zip(lines, kinds, strict=True):
        size = _SMALL_REGION + 1 if kind == "anchor" else line.end - line.start - line.links
        for region in _around(line.region):
            sizes[region] = sizes.get(region, 0) + size
    return {
        region
        for region in sizes
        if any(sizes[outer] <= _SMALL_REGION for outer in _around(region))
    }


def _around(region: Region | None) -> Iterator[Region]:
    """Yield a region and all around it, inside out."""
    while region is not None:
        yield region
        region = region.parent


def _kind(text: str, line: Line) -> _Kind:
    """Say what a line is by its own text."""
    vocabulary = _vocabulary()
    if line.links and 2 * line.links >= len(text) and not text.startswith("附件"):
        return "link"
    if len(text) <= 2 * _SHORT and vocabulary.breadcrumb.search(text):
        return "breadcrumb"
    if vocabulary.anchors.search(text):
        return "anchor"
    if len(text) <= _SHORT and vocabulary.around.search(text):
        return "around"
    sentence = "。" in text or "," in text
    if len(text) <= _SHORT and "。" not in text and vocabulary.title.search(text):
        return "title"
    return "prose" if sentence and len(text) >= _PROSE else "plain"


def _first_line(marks: list[_Mark], core: int) -> int:
    """Return the index of the line the report begins with, given its first certain line."""
    titles = [i for i in range(core) if marks[i].kind == "title"]
    start = titles[-1] if titles else core
    while start and marks[start - 1].kind in _OF_REPORT:
        start -= 1
    return start


def _last_line(marks: list[_Mark], core: int) -> int:
    """Return the index of the line the report ends with, given its last certain line."""
    told = [
        i for i in range(core, len(marks)) if marks[i].kind == "prose" and _TOPIC in marks[i].text
    ]
    end = max(core, *told) if told else core
    while end + 1 < len(marks) and marks[end + 1].kind in (*_OF_REPORT, "link"):
        end += 1
    while marks[end].kind == "link":
        end -= 1
    return end
