"""Numbers as prose writes them: digits, Chinese numerals, 万, and the words that make them a bound.

Knows nothing of reports. All text is normalised (`index.normalise`) and free of white space.
"""

import re
from decimal import Decimal
from typing import NamedTuple

from index.model import Bound

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_POWERS = {"十": 10, "百": 100, "千": 1000, "万": 10_000}
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
_UNDER = re.compile("近|不足|不到|不满")
_ABOUT = re.compile("约")
_OVER = re.compile("超|逾|突破")
_LARGEST = Decimal(100_000_000)

NUMBER = r"(?:\d[\d,]*(?:\.\d+)?万?|[零〇一二两三四五六七八九十百千万]+)"
LEAD = (
    r"(?P<lead>(?:共计?|总共|总计|合计|累计|总[数量]|数量|[条件]数|数|计|达到?|为|有|是|了|"
    r"大?约|将近|接近|近|不足|不到|不满|超过?|逾|突破|各|均|都|:|\()*)"
)
# the first characters of LEAD and NUMBER: most places are told at once to hold neither
_OPENS = (
    r"(?=[共总合累数条件计达为有是了大约将接近不超逾突各均都:(\d零〇一二两三四五六七八九十百千万])"
)
TAIL = r"(?P<tail>左右|上下|以上|以下|以内)?(?!(?:以[上下内])?的(?:部门|单位|机关|[镇乡村有]))"
# 10至20, 第3, 3*8 and 数十 are not counts
_RANGE = re.compile(
    r"(?:[\d零一二两三四五六七八九十百千万条件]\)?(?:至|到|-|~|—+)|\d[.,]|[第每*×#/-]|几)$"
)
_VAGUE = re.compile("[数几上成][十百千万]$")
# 三百五 is 350 as spoken and a slip for 305 or 三百五十 in print; 二百零十 is nothing
_ELIDED = re.compile("[百千万][一二两三四五六七八九]$|[零〇][十百千万]")


class Quantity(NamedTuple):
    """A number that was read and what its neighbours make of it."""

    value: Decimal
    bound: Bound


def counted(units: str, stop: str = "") -> str:
    """Return the pattern of a number with one of `units`; with `stop`, also of one before it.

    Groups: lead, number, more, unit, tail.
    """
    unit = f"(?P<unit>{units})(?![例款]|规[定则])"
    if stop:
        unit = f"(?:{unit}|(?={stop}))"
    return f"{_OPENS}{LEAD}(?P<number>{NUMBER})(?P<more>余|多|来)?{unit}{TAIL}"


def read_quantity(match: re.Match[str]) -> Quantity | None:
    """Return the number of a `counted` match; None when it is no whole count or part of a range."""
    start = match.start("number")
    near = match.string[max(0, start - 4) : start]
    if _RANGE.search(near) or _VAGUE.search(near + match["number"][0]):
        return None
    value = parse_number(match["number"], over=bool(match["more"]))
    if value is None or value != value.to_integral_value() or value >= _LARGEST:
        return None
    return Quantity(Decimal(int(value)), _bound(match["lead"], match["more"], match["tail"]))


def parse_number(text: str, over: bool = False) -> Decimal | None:
    """Return the value of one number; with `over` (余 follows) 百 and 千 alone are 100 and 1000."""
    if text[0] in "0123456789":
        scale = 10_000 if text.endswith("万") else 1
        plain = text.removesuffix("万")
        return Decimal(plain.replace(",", "")) * scale if _GROUPED.fullmatch(plain) else None
    if len(text) > 1 and all(c in _DIGITS for c in text):
        return None if len(text) > 4 else Decimal("".join(str(_DIGITS[c]) for c in text))
    if (text[0] in "百千万" and not over) or _ELIDED.search(text):
        return None
    return _chinese(text)


def _chinese(text: str) -> Decimal | None:
    """Add up a numeral such as 三百二十一; None when its powers do not fall."""
    total, section, digit, last = 0, 0, None, 10_000
    for position, character in enumerate(text):
        if character in _DIGITS:
            if digit:
                return None
            digit = _DIGITS[character]
            continue
        power = _POWERS[character]
        if power == 10_000:
            if total:
                return None
            total, section, digit, last = (section + (digit or 0) or 1) * power, 0, None, 10_000
            continue
        if power >= last or (digit is None and position and character != "十"):
            return None
        section, digit, last = section + (1 if digit is None else digit) * power, None, power
    return Decimal(total + section + (digit or 0))


def _bound(lead: str, more: str | None, tail: str | None) -> Bound:
    """Say what the words round a number make of it."""
    if _ABOUT.search(lead) or tail in ("左右", "上下"):
        return "about"
    if _UNDER.search(lead) or tail in ("以下", "以内"):
        return "under"
    return "over" if more or tail == "以上" or _OVER.search(lead) else "exact"
