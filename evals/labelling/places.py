"""Where what a labeller typed is printed: every way to place a row's cells in a stretch of text."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from evals.labelling.stretch import Stretch
from evals.labelling.typed import Said
from index.normalise import normalise

Span = tuple[int, int]
_UNSEEN = "[\u200b\u200c\u200d\u2060\ufeff\u00ad]*"
_NUMBERS = re.compile(r"(?<![\d.,A-Za-z])[+-]?\d[\d,]*(?:\.\d+)?(?![\d.A-Za-z])")
_ENOUGH = 2


class Placing(NamedTuple):
    """The places of the printed cells of a row, in order, or why they are not settled.

    `choices` are all places that any of them may have; `lost` is the print that is not there.
    """

    spans: tuple[Span, ...] | None
    choices: tuple[Span, ...] = ()
    lost: str = ""


def place_row(text: str, stretch: Stretch, row: Sequence[Said]) -> Placing:
    """Return where the cells of a row are printed, in reading order, where there is one way."""
    printed = [said.raw for said in row if said.raw]
    found = [occurrences(text, raw, stretch.values, stretch.end) for raw in printed]
    for raw, spans in zip(printed, found, strict=True):
        if not spans:
            return Placing(None, lost=raw)
    ways = _ways(found)
    if len(ways) == 1:
        return Placing(ways[0])
    return Placing(None, tuple(sorted({span for spans in found for span in spans})))


def prints_zeros(text: str, stretch: Stretch, count: int) -> bool:
    """Tell whether `count` zeros and no other number are printed behind a row's label."""
    numbers = [m[0] for m in _NUMBERS.finditer(normalise(text), stretch.values, stretch.end)]
    return stretch.found and numbers == ["0"] * count


def occurrences(text: str, raw: str, start: int, end: int) -> tuple[Span, ...]:
    """Return where `raw` is printed as a whole; unseen characters inside it belong to it."""
    plain, wanted = normalise(text), normalise(raw)
    exact = _spans(re.escape(wanted), wanted, plain, start, end)
    if exact:
        return exact
    # normalise makes unseen characters blanks, so they are looked for in the text as it is.
    return _spans(_UNSEEN.join(map(re.escape, raw)), raw, text, start, end)


def _spans(pattern: str, raw: str, text: str, start: int, end: int) -> tuple[Span, ...]:
    before = r"(?<![\d.,])" if raw[0].isdigit() else ""
    after = r"(?!\d|[.,]\d)" if raw[-1].isdigit() else ""
    whole = re.compile(f"{before}{pattern}{after}")
    return tuple(match.span() for match in whole.finditer(text, start, end))


def _ways(found: Sequence[Sequence[Span]]) -> list[tuple[Span, ...]]:
    """Return the ways to place all in reading order, no more of them than tell one from several."""
    ways: list[tuple[Span, ...]] = [()]
    for spans in found:
        longer: list[tuple[Span, ...]] = []
        for way in ways:
            longer += [(*way, span) for span in spans if not way or way[-1][1] <= span[0]]
        ways = _kept(longer)
    return ways[:_ENOUGH]


def _kept(ways: list[tuple[Span, ...]]) -> list[tuple[Span, ...]]:
    """Keep of the ways that end alike only as many as tell one from several."""
    kept: dict[Span, list[tuple[Span, ...]]] = {}
    for way in ways:
        same = kept.setdefault(way[-1], [])
        if len(same) < _ENOUGH:
            same.append(way)
    return [way for same in kept.values() for way in same]
