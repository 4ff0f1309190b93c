"""Every number of a sentence in any writing, with its unit and bound: what a claim must prove."""

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from assistant.prose.words import any_of, claim_words, without
from assistant.sentences import plain
from assistant.understand.numerals import read_number, read_year

_DIGIT = "0123456789"
_HAN = "零〇一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟俩"
_HAN_RUN = re.compile(f"[{_HAN}]+")
_PARTS = re.compile(r"百分之|千分之|万分之")


class Quantity(NamedTuple):
    """A number as a text gives it; `value` is None where the writing cannot be read."""

    value: Decimal | None
    unit: str
    lead: str
    raw: str


def quantities(text: str) -> tuple[Quantity, ...]:
    """Return the numbers of a text in order; 进一步 and 统一 hold none."""
    even = plain(without(plain(text), claim_words("plain")))
    return tuple(_scan(even))


def _scan(text: str) -> Iterator[Quantity]:
    at = 0
    while at < len(text):
        found = _at(text, at)
        if found is None:
            at += 1
            continue
        quantity, length = found
        yield quantity
        at += length


def _at(text: str, at: int) -> tuple[Quantity, int] | None:
    """Return the number that begins here, with its length."""
    if text[at] not in _DIGIT and text[at] not in _HAN and not _PARTS.match(text, at):
        return None
    year = read_year(text, at, len(text))
    if year is not None and year[2] and text[at + year[1] - 1] in "年度":
        raw = text[at : at + year[1]]
        return Quantity(Decimal(year[0]), "年", "", raw), len(raw)
    number = read_number(text, at, len(text))
    if number is None:
        return _unread(text, at)
    raw = text[at : at + number.length]
    if raw[0] in _HAN and not _counts(text, at, raw, number.counter):
        return None
    unit = "%" if number.unit == "percent" else number.counter
    tail, end = _tail(text, at + len(raw)) if not unit else ("", at + len(raw))
    if not unit:
        unit, end = _unit(text, end)
    return Quantity(number.value, tail + unit, _lead(text, at), text[at:end]), end - at


def _unread(text: str, at: int) -> tuple[Quantity, int] | None:
    """Return a writing without a value (二三百, a very long run): it must stand there so."""
    run = re.compile(rf"[\d.,{_HAN}]+").match(text, at)
    if run is None or (len(run[0]) < 2 and not text[at].isdigit()):
        return None
    return Quantity(None, "", "", run[0]), len(run[0])


def _counts(text: str, at: int, raw: str, counter: str) -> bool:
    """Tell whether Chinese numerals are a number: several, 第…, or with a counter after them."""
    run = _HAN_RUN.match(text, at)
    if counter or "点" in raw or (run is not None and len(run[0]) > 1):
        return True
    if at and text[at - 1] == "第":
        return True
    return text.startswith(_counters(), at + len(raw))


def _unit(text: str, at: int) -> tuple[str, int]:
    unit = next((c for c in _counters() if text.startswith(c, at)), "")
    return unit, at + len(unit)


def _tail(text: str, at: int) -> tuple[str, int]:
    """Return 余 or 多 after a number: 260余条 is not 260条."""
    tail = next((c for c in claim_words("tail") if text.startswith(c, at)), "")
    return tail, at + len(tail)


def _lead(text: str, at: int) -> str:
    """Return 约, 近, 超过 before a number."""
    return next((c for c in claim_words("lead") if text.endswith(c, 0, at)), "")


@cache
def _counters() -> tuple[str, ...]:
    return claim_words("counter")


def unproven(sentence: str, source: str, years: tuple[int, ...]) -> tuple[str, ...]:
    """Return the numbers of a sentence that its source does not give, in value, unit and bound.

    `years` are the report years of the source, which stand in its header, not in its text.
    """
    given = quantities(source)
    known = {(q.value, q.unit, q.lead) for q in given}
    known |= {(Decimal(year), "年", "") for year in years}
    values = {(q.value, q.lead) for q in given}
    there = plain(source)
    loose = []
    for q in quantities(sentence):
        exact = (q.value, q.unit, q.lead) in known
        bare = not q.unit and (q.value, q.lead) in values
        if q.value is None and q.raw in there:
            continue
        if q.value is None or not (exact or bare):
            loose.append(q.raw)
    return tuple(loose)


def vague(sentence: str, source: str) -> tuple[str, ...]:
    """Return words of amount or judgement (一半, 首次, 增长) that the source does not print."""
    there = plain(source)
    words = any_of(claim_words("verbatim")).findall(plain(sentence))
    return tuple(word for word in dict.fromkeys(words) if word not in there)
