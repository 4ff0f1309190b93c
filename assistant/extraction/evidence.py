"""What a stretch of prose prints: exact numbers and dates with their clauses; strings by search.

All text is normalised (`index.normalise`), so that places are those of the document. A number that
is torn, rounded, ranged or counts a rank is found too, but never exact.
"""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from assistant.extraction.wording import pattern_of, words_of
from index.facts.quantity import parse_number

_DIGITS = re.compile(r"(?<![\d.,A-Za-z])\d+(?:,\d{3})*(?:\.\d+)?")
_NUMERAL = re.compile(r"[零〇一二两三四五六七八九十百千万]+")
_SCALES = {"万": Decimal(10_000), "亿": Decimal(100_000_000)}
_RANGE_AFTER = re.compile(r"\s*(?:[-~—–至到]|[件条次个项]?[至到])\s*\d")
_RANGE_BEFORE = re.compile(r"\d\s*(?:[件条次个项年月日]\s*)?[-~—–至到/:.]\s*$")
_DATE = re.compile(
    r"(?P<y>[12]\d{3}|[零〇一二三四五六七八九]{4})\s*[年./-]\s*"
    r"(?P<m>\d{1,2}|[一二三四五六七八九十]{1,2})\s*[月./-]\s*"
    r"(?P<d>\d{1,2}|[一二三四五六七八九十]{1,3})(?![\d])\s*[日号]?"
)
_STOPS = ",，。;；:：!！?？\n"


class Figure(NamedTuple):
    """A number or date in prose: `lead` and `tail` are its clause up to the next figures.

    `scaled` is the number with its 万 or 亿 multiplied out; `vague` says why it is not exact.
    """

    value: Decimal | date
    scaled: Decimal
    start: int
    end: int
    unit: str
    lead: str
    tail: str
    clause: tuple[int, int]
    vague: str


def clause_of(plain: str, start: int, end: int, bounds: tuple[int, int]) -> tuple[int, int]:
    """Return the span of the clauses that hold `start:end`, within `bounds`."""
    first, last = start, end
    while first > bounds[0] and plain[first - 1] not in _STOPS:
        first -= 1
    while last < bounds[1] and plain[last] not in _STOPS:
        last += 1
    return first, last


def find_figures(plain: str, start: int, end: int) -> list[Figure]:
    """Return the numbers of a sentence in order."""
    spans = sorted({*_digits(plain, start, end), *_numerals(plain, start, end)})
    found = []
    for i, (at, stop, value) in enumerate(spans):
        clause = clause_of(plain, at, stop, (start, end))
        first = max(clause[0], spans[i - 1][1] if i else start)
        last = min(clause[1], spans[i + 1][0] if i + 1 < len(spans) else end)
        scale = _SCALES.get(plain[stop : stop + 1], Decimal(1))
        found.append(
            Figure(
                value, value * scale, at, stop, _squeezed(plain[stop:last])[:4],
                _squeezed(plain[first:at]),
                _squeezed(plain[stop:last]), clause, _vague(plain, at, stop),
            )
        )  # fmt: skip
    return found


def find_dates(plain: str, start: int, end: int) -> list[Figure]:
    """Return the days that a sentence prints in any Chinese or ISO writing."""
    found = []
    for match in _DATE.finditer(plain, start, end):
        try:
            value = date(*(_number(match[k]) for k in "ymd"))
        except ValueError:
            continue
        clause = clause_of(plain, *match.span(), (start, end))
        lead, tail = plain[clause[0] : match.start()], plain[match.end() : clause[1]]
        found.append(
            Figure(
                value, Decimal(0), *match.span(), "", _squeezed(lead), _squeezed(tail), clause, ""
            )
        )
    return found


def find_string(plain: str, wanted: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield where `wanted` (squeezed) is printed, white space aside, within `start:end`."""
    places = [i for i in range(start, end) if not plain[i].isspace()]
    text, wanted = _lower("".join(plain[i] for i in places)), _lower(wanted)
    at = text.find(wanted) if wanted else -1
    while at >= 0:
        yield places[at], places[at + len(wanted) - 1] + 1
        at = text.find(wanted, at + 1)


def _digits(plain: str, start: int, end: int) -> Iterator[tuple[int, int, Decimal]]:
    for match in _DIGITS.finditer(plain, start, end):
        yield match.start(), match.end(), Decimal(match[0].replace(",", ""))


def _numerals(plain: str, start: int, end: int) -> Iterator[tuple[int, int, Decimal]]:
    """Yield Chinese numerals that count something: a counter follows."""
    counters = words_of("counter")
    for match in _NUMERAL.finditer(plain, start, end):
        rest = plain[match.end() : match.end() + 2]
        if not any(rest.startswith(counter) for counter in counters):
            continue
        value = parse_number(match[0])
        if value is not None and not (match.start() and plain[match.start() - 1].isdigit()):
            yield match.start(), match.end(), value


def _vague(plain: str, start: int, end: int) -> str:
    """Return why a printed number is no exact count, "" when it is one."""
    before, after = plain[max(0, start - 6) : start], plain[end : end + 6]
    bare, rest = before.rstrip(), after.lstrip()
    if _RANGE_AFTER.match(after) or _RANGE_BEFORE.search(before):
        return "范围或编号"
    if re.match(r"[,.]?\d|[.*×/]", rest) or re.search(r"\d[,.]?$|[.*×#]$", bare):
        return "数字断开或残缺"
    if rest[:1] in ("年", "月", "时") or (rest[:1] in ("日", "号") and re.search("月$", bare)):
        return "日期"
    if bare.endswith(("-", "－", "负")):
        return "负号不明"
    numeral = () if plain[start].isdigit() else words_of("vague_numeral")
    for word in (*words_of("vague_before"), *numeral):
        if bare.endswith(word):
            return f"“{word}”，不是确切数"
    beyond = rest[1:] if rest[:1] in _SCALES else rest
    counter = pattern_of("label_counter").pattern
    after_unit = re.sub(rf"^(?:{counter}|元|%){{1,2}}", "", beyond)
    for word in words_of("vague_after"):
        if rest.startswith(word) or beyond.startswith(word) or after_unit.startswith(word):
            return f"“{word}”，不是确切数"
    return ""


def _number(text: str) -> int:
    """Return a part of a date; raises ValueError for a numeral that is none."""
    value = parse_number(text)
    if value is None:
        raise ValueError(text)
    return int(value)


def _lower(text: str) -> str:
    """Return the text with its ASCII letters small; the length never changes."""
    return "".join(c.lower() if c.isascii() else c for c in text)


def _squeezed(text: str) -> str:
    return "".join(text.split())
