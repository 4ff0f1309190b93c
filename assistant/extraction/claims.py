"""What a model claims of a field, what claims are held against, and the verdict on them."""

from typing import Any, NamedTuple

from assistant.extraction.record import Outcome, Span
from assistant.extraction.sources import Sources
from assistant.extraction.wording import words_of
from index.model import Report
from index.normalise import normalise, squeeze

EDGES = " \t\n,.;:!?、。;\"'()[]-—"
_MOST_IDS = 12


class Claim(NamedTuple):
    """What the model says of a field: a value, and the ids of the sources that print it."""

    value: Any
    sources: tuple[str, ...]


class Grounds(NamedTuple):
    """What claims are held against: the report, its normalised text, its sources."""

    report: Report
    plain: str
    sources: Sources


class Verdict(NamedTuple):
    """A value with its spans, or None with the reason."""

    value: str | int | float | bool | None
    status: Outcome
    reason: str = ""
    spans: tuple[Span, ...] = ()


def grounds_of(report: Report, sources: Sources) -> Grounds:
    """Return what claims on a report are held against."""
    return Grounds(report, normalise(report.document.text), sources)


def claim_of(said: Any) -> Claim | None:
    """Return the claim in a model's reply, None for null and for words that mean nothing."""
    if not isinstance(said, dict) or said.get("value") is None:
        return None
    value, ids = said["value"], said.get("sources") or []
    if isinstance(value, str) and squeeze(value).strip(EDGES).lower() in (*words_of("empty"), ""):
        return None
    ids = ids if isinstance(ids, list) else [ids]
    return Claim(value, tuple(str(i) for i in ids[:_MOST_IDS]))


def refused(reason: str, status: Outcome = "unsupported") -> Verdict:
    """Return the verdict on a claim that is not kept."""
    return Verdict(None, status, reason)


def text_span(grounds: Grounds, start: int, end: int) -> Span:
    """Return the span of a stretch of prose."""
    quote = grounds.report.document.text[start:end]
    return Span(start=start, end=end, quote=quote, kind="text")
