"""The words of a report around the places a result speaks of, read from the report's own file.

A place is shown only when the report is known, may be shown, and still prints there what the result
says; otherwise the reason is given.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from pathlib import Path
from typing import Literal, NamedTuple

from evals.pages.words import word
from evals.tasks.gold_reports import GoldReport, gold_reports
from index.loading.load import load
from index.model import NianbaoError
from index.normalise import normalise

WithSource = bool | Literal["own"]
AROUND = 60
_QUOTED = 20
_NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?")


class Place(NamedTuple):
    """A stretch of a report: whose it is (gold, before, after, got) and the value it should say."""

    whose: str
    span: tuple[int, int] | None
    value: str | None


class Piece(NamedTuple):
    """A run of text that belongs to the places of `whose`; none outside them."""

    text: str
    whose: tuple[str, ...] = ()


class Excerpt(NamedTuple):
    """The stretches around the places, in order; `notes` say what is not shown, and why."""

    stretches: tuple[tuple[Piece, ...], ...] = ()
    notes: tuple[str, ...] = ()


class Sources:
    """The reports that results may speak of; each file is read once, and only when it is shown.

    Args:
        with_source: True shows every report that is there, "own" only those whose text is ours to
            give away, False none.
        reports: the reports; None takes those with gold.
    """

    def __init__(
        self, with_source: WithSource = True, reports: Sequence[GoldReport] | None = None
    ) -> None:
        self._with = with_source
        self._texts: dict[Path, str | None] = {}
        self._named: dict[str, list[GoldReport]] = defaultdict(list)
        for report in gold_reports() if reports is None else reports:
            self._named[report.name].append(report)

    def excerpt(self, case: str, report: str, places: Sequence[Place]) -> Excerpt:
        """Return the text around the places of a report."""
        held = [place for place in places if place.span]
        if not held or self._with is False:
            return Excerpt()
        found = self._find(case, report)
        if found is None:
            return Excerpt(notes=("手边没有这份报告，无法显示原文。",))
        if found.private and self._with == "own":
            return Excerpt(notes=("这份报告的原文不公开。",))
        text = self._text(found.path)
        if text is None:
            return Excerpt(notes=("报告文件读不了，无法显示原文。",))
        right = [place for place in held if _prints(text, place)]
        notes = tuple(_lost(text, place) for place in held if place not in right)
        return Excerpt(tuple(_stretches(text, right)), notes)

    def told(self, case: str, report: str) -> bool:
        """Tell whether words of a result over this report may be shown; its numbers always may.

        What names no report is no report's text.
        """
        return self._with is True or not report or self._ours(case, report)

    def _ours(self, case: str, report: str) -> bool:
        found = self._find(case, report)
        return found is not None and not found.private

    def _find(self, case: str, report: str) -> GoldReport | None:
        named = self._named.get(report, [])
        inside = [one for one in named if one.corpus == case.partition("/")[0]] or named
        return inside[0] if len(inside) == 1 else None

    def _text(self, path: Path) -> str | None:
        if path not in self._texts:
            try:
                self._texts[path] = load(path).text
            except (NianbaoError, OSError):
                self._texts[path] = None
        return self._texts[path]


def number_of(text: str | None) -> Decimal | None:
    """Return the number that a whole text is, None when it is anything else."""
    try:
        value = Decimal((text or "").replace(",", "").strip())
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def _prints(text: str, place: Place) -> bool:
    """Tell whether the place is in the text, and prints no other number than the value."""
    start, end = place.span or (0, 0)
    if not 0 <= start < end <= len(text):
        return False
    value = number_of(place.value)
    printed = _NUMBER.search(normalise(text[start:end]))
    return value is None or printed is None or number_of(printed[0]) == value


def _lost(text: str, place: Place) -> str:
    start, end = place.span or (0, 0)
    found = text[max(0, start) : end][:_QUOTED]
    prints = f"印的是“{found}”" if 0 <= start < end <= len(text) else "不在原文之内"
    return f"“{word('place', place.whose)}”记录的位置{prints}，与值不符，没有标出。"


def _stretches(text: str, places: Sequence[Place]) -> Iterator[tuple[Piece, ...]]:
    """Yield the text around the places, those that lie near each other in one stretch."""
    # Sorted by place alone, so that names at one place keep the order they were given in.
    spans = sorted(
        ((place.span, place.whose) for place in places if place.span), key=lambda pair: pair[0]
    )
    windows: list[tuple[int, int]] = []
    for (start, end), _ in spans:
        low, high = max(0, start - AROUND), min(len(text), end + AROUND)
        if windows and low <= windows[-1][1]:
            windows[-1] = (windows[-1][0], max(windows[-1][1], high))
        else:
            windows.append((low, high))
    for low, high in windows:
        inside = [(span, whose) for span, whose in spans if low <= span[0] and span[1] <= high]
        cuts = sorted({low, high, *(edge for span, _ in inside for edge in span)})
        pieces = (
            Piece(
                _tight(text[start:end]),
                tuple(dict.fromkeys(w for s, w in inside if s[0] <= start and end <= s[1])),
            )
            for start, end in pairwise(cuts)
        )
        yield (Piece("…" if low else ""), *pieces, Piece("…" if high < len(text) else ""))


def _tight(text: str) -> str:
    """Return text with runs of blanks made one: tables hold many."""
    return re.sub(r"\s*\n\s*", "\n", re.sub(r"[^\S\n]+", " ", text))
