"""What a printed cell says: a number, a mark for no value, or nothing; from `data/marks.csv`."""

import re
from decimal import Decimal
from functools import cache, lru_cache
from itertools import combinations, pairwise
from typing import NamedTuple

from index.data import read_rows
from index.model import Status

NUMBER = r"[+-]?\d+(?:,\d+)*(?:\.\d+)?"
UNIT = r"(?:件|项|个|宗|起|次|条|份|万元|亿元|元)"
_VALUE = re.compile(rf"(?P<n>[+-]?\s?\d[\d,]*(?:\.\d+)?)\s*(?P<u>{UNIT})?")
_PLAIN = re.compile(r"[+-]?(?:0|[1-9]\d*|[1-9]\d{0,2}(?:,\d{3})+)(?:\.\d+)?")
_MAX_DIGITS, _MAX_PLACES = 24, 10
_MONEY = {"元": Decimal(1), "万元": Decimal(10_000), "亿元": Decimal(100_000_000)}


class Printed(NamedTuple):
    """What a cell prints: its status, its number when reported, the unit printed with it."""

    status: Status
    value: Decimal | None
    unit: str


@cache
def _marks() -> tuple[tuple[re.Pattern[str], bool, Status], ...]:
    return tuple(
        (re.compile(row["pattern"]), row["form"] == "whole", row["status"])  # type: ignore[misc]
        for row in read_rows("marks.csv")
    )


@lru_cache(maxsize=8192)
def read_value(text: str) -> Printed | None:
    """Return what normalised, stripped `text` says as a cell, or None when it is no cell value."""
    match = _VALUE.fullmatch(text)
    if match:
        return _number(match["n"].replace(" ", ""), match["u"] or "")
    for pattern, whole, status in _marks():
        if pattern.fullmatch(text) if whole else (len(text) <= 12 and pattern.match(text)):
            return Printed(status, None, "")
    return None


def read_cell(text: str) -> Printed:
    """Return what normalised `text` says in the place of a value; what is no value is kept so."""
    said = read_value(text)
    if said is not None:
        return said
    words = any(c.isalpha() for c in text) and not any(c.isnumeric() for c in text)
    return Printed("text" if words and not text.isascii() else "unreadable", None, "")


def _number(digits: str, unit: str) -> Printed:
    """Read a number; one that breaks the rules of writing numbers is unreadable, never guessed."""
    whole, _, places = digits.lstrip("+-").partition(".")
    if not _PLAIN.fullmatch(digits) or len(whole) > _MAX_DIGITS or len(places) > _MAX_PLACES:
        return Printed("unreadable", None, unit)
    return Printed("reported", Decimal(digits.replace(",", "").lstrip("+")), unit)


def in_unit(printed: Printed, unit: str) -> Printed:
    """Return `printed` in `unit` of the catalogue; a unit that does not fit makes it unreadable.

    Money printed in another unit of money is converted exactly; a column without a unit keeps the
    printed one. A bare number is in the column's unit.
    """
    if printed.status != "reported" or not printed.unit or printed.value is None:
        return printed
    if unit in _MONEY and printed.unit in _MONEY:
        value = printed.value * _MONEY[printed.unit] / _MONEY[unit]
        return Printed("reported", value.normalize() + 0, unit)
    if (unit in _MONEY) != (printed.unit in _MONEY) and unit:
        return Printed("unreadable", None, printed.unit)
    return printed


def split_glued(digits: str, count: int, total_last: bool) -> tuple[tuple[int, int], ...] | None:
    """Split digits printed without spaces into `count` numbers; None unless there is one way.

    No number has a leading zero. `total_last` keeps only splits whose last number is the sum of the
    others (a row with 总计). Spans are relative to `digits`.
    """
    if not digits.isdigit() or not count <= len(digits) <= 3 * count:
        return None
    ways = []
    for cuts in combinations(range(1, len(digits)), count - 1):
        edges = (0, *cuts, len(digits))
        parts = [digits[a:b] for a, b in pairwise(edges)]
        if any(len(p) > 1 and p[0] == "0" for p in parts):
            continue
        if total_last and sum(map(int, parts[:-1])) != int(parts[-1]):
            continue
        ways.append(tuple(pairwise(edges)))
    return ways[0] if len(ways) == 1 else None
