"""The counts one sentence of prose states, by the patterns of `data/facts.toml`.

Works on a sentence that is normalised and has no white space; knows nothing of documents.
A phrase that could mean something else is left out: no fact rather than a doubtful one.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Literal, NamedTuple

from index.facts.doubts import (
    Context,
    doubtful,
    doubtful_none,
    is_rival_sum,
    of_one_channel,
    place_of,
)
from index.facts.fact_table import Pattern, Rule, load_fact_table
from index.facts.quantity import Quantity, read_quantity
from index.model import Bound

_JOINT = re.compile(
    r"(?:行政)?复议(?:申请|案件)?(?:[、和与或]|以?及)(?:(?:被|提起|申请)*)(?:行政)?$"
)

_JOINT_LENGTH = 24
_NONE = re.compile("[未没无零]|不存在")

# firm: the words say it · lone: a total only while no other is stated · implied: all were closed
# · void: a doubtful rival of the lone ones
Footing = Literal["firm", "lone", "implied", "void"]


class Phrase(NamedTuple):
    """A stated count and its span in the sentence."""

    name: str
    value: Decimal
    unit: str
    bound: Bound
    start: int
    end: int
    footing: Footing = "firm"


def read_phrases(text: str, context: Context) -> list[Phrase]:
    """Return the counts that one sentence states, in the order of the table."""
    return [
        phrase
        for rule in load_fact_table().rules
        if any(cue in text for cue in rule.cues)
        for phrase in _apart(_phrases(rule, text, context))
    ]


def _apart(phrases: Iterator[tuple[Phrase, tuple[int, int]]]) -> Iterator[Phrase]:
    """Keep the first phrase for each number, so that two patterns do not state it twice."""
    taken: set[int] = set()
    for phrase, span in phrases:
        if taken.isdisjoint(range(*span)):
            taken.update(range(*span))
            yield phrase


def _phrases(rule: Rule, text: str, context: Context) -> Iterator[tuple[Phrase, tuple[int, int]]]:
    """Yield each phrase with the span of the number, or of the statement of none, it rests on."""
    for pattern in rule.counts:
        if pattern.need not in text:
            continue
        for match in pattern.regex.finditer(text):
            quantity = read_quantity(match)
            if quantity is None:
                continue
            if not doubtful(rule, pattern, match, context):
                yield from _stated(rule, pattern, match, quantity)
            elif "weak" in pattern.flags and is_rival_sum(match):
                void = Phrase(rule.name, quantity.value, "", "exact", *match.span(), "void")
                yield void, match.span("number")
    for pattern in rule.nones if _NONE.search(text) else ():
        for match in pattern.regex.finditer(text):
            if not doubtful_none(pattern, match, context):
                start, end = match.start(), match.end() - match[0].endswith("的")
                yield Phrase(rule.name, Decimal(0), rule.unit, "exact", start, end), (start, end)


def _stated(
    rule: Rule, pattern: Pattern, match: re.Match[str], quantity: Quantity
) -> Iterator[tuple[Phrase, tuple[int, int]]]:
    """Yield the phrase of a count; 复议和诉讼均为0 states both, 复议、诉讼共3件 neither."""
    unit = match["unit"] or rule.unit
    start, end = match.span()
    joint = (
        _JOINT.search(match.string, max(0, start - _JOINT_LENGTH), start)
        if "joint" in pattern.flags
        else None
    )
    if joint:
        if quantity.value and not re.search("均|各|都", match["lead"]):
            return
        first = joint.start()
        yield Phrase("reconsiderations", quantity.value, unit, quantity.bound, first, end), (0, 0)
    footing = _footing(pattern.flags, match)
    phrase = Phrase(rule.name, quantity.value, unit, quantity.bound, start, end, footing)
    yield phrase, match.span("number")


def _footing(flags: frozenset[str], match: re.Match[str]) -> Footing:
    if "implied" in flags:
        return "implied"
    lone = "weak" in flags or ("total" in flags and of_one_channel(place_of(match)))
    return "lone" if lone else "firm"
