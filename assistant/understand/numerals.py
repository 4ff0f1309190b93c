"""Numbers and years as people write them: 1,000 · 1.2万 · 两千五 · 三成 · 二〇二二年."""

import re
from decimal import Decimal
from typing import NamedTuple

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "俩": 2}
_FINANCIAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟", "一二三四五六七八九十百千")
_STEPS = {"十": 10, "百": 100, "千": 1000}
_GROUPS = {"万": Decimal(10_000), "亿": Decimal(100_000_000)}
_SCALES = {"十": Decimal(10), "百": Decimal(100), "千": Decimal(1000), **_GROUPS}

# More digits than any count or amount of a report has.
_LONGEST = 15
_COUNT_UNITS = "件|条|项|宗|起|次|例|份|家|名|个|位"
_UNIT = rf"(?P<unit>{_COUNT_UNITS}|元|块钱|块|%|倍|成(?!千|百|功|立))?"
_ARABIC = re.compile(
    rf"(?P<minus>-(?=\d))?(?P<number>\d{{1,3}}(?:,\d{{3}})+(?!\d)|\d+)(?P<point>\.\d+)?"
    rf"(?P<scale>[十百千]?[万亿]|[百千](?![分]))?{_UNIT}"
)
_CHINESE = re.compile(
    rf"(?P<whole>[零〇一二两三四五六七八九十百千万亿]+)(?:点(?P<part>[零〇一二三四五六七八九]+)"
    rf"(?P<scale>[万亿])?)?{_UNIT}"
)
_PER_CENT = re.compile(r"百分之(?P<body>[零〇一二两三四五六七八九十百点]+|\d+(?:\.\d+)?)")
_HALF = re.compile(r"一半|半数|五成")
_YEAR = re.compile(r"(?P<long>(?:19|20)\d\d)(?P<mark>年度?)?|(?P<short>[012]\d)(?P<smark>年度?)")
_HAN_YEAR = re.compile(
    r"(?P<digits>[一二][九零〇][零〇一二三四五六七八九]{2}|[零〇一二][一二三四五六七八九零〇])年度?"
)
_APPROXIMATE = re.compile(r"[多来几余](?:万|千|百)?(?:件|条|项|宗|起|次|例|份|家|个|元)?")


class Number(NamedTuple):
    """A number with the unit it was given in: '' none, 'count', 'yuan', 'percent', 'times'.

    `scaled` tells that it was said with 万 or 亿, which money needs no 元 after.
    """

    value: Decimal
    unit: str
    scaled: bool
    length: int
    counter: str = ""


def chinese_integer(text: str) -> Decimal | None:
    """Return the value of a Chinese whole number (一万二 is 12000), None when it is malformed."""
    for group in ("亿", "万"):
        head, mark, tail = text.partition(group)
        if mark:
            return _grouped(head, tail, _GROUPS[group])
    return _below_ten_thousand(text)


def _grouped(head: str, tail: str, size: Decimal) -> Decimal | None:
    """Add what stands before and after 万 or 亿; a lone digit after it counts the next step."""
    high = chinese_integer(head) if head else Decimal(1)
    if high is None:
        return None
    if not tail:
        return high * size
    if len(tail) == 1 and tail in _DIGITS and tail not in "零〇":
        return high * size + _DIGITS[tail] * size / 10
    low = chinese_integer(tail)
    return None if low is None or low >= size else high * size + low


def _below_ten_thousand(text: str) -> Decimal | None:
    """Read 两千五, 一千零五, 十二, 百, 二十; None for runs like 二三百."""
    total, digit, last = 0, None, 10_000
    for at, char in enumerate(text):
        if char in _STEPS:
            step = _STEPS[char]
            if step >= last or (at and not digit):  # 一百千, 一百十, 一千零十
                return None
            total += (1 if digit is None else digit) * step
            digit, last = None, step
        elif char not in _DIGITS or digit not in (None, 0):
            return None
        else:
            digit = _DIGITS[char]
    return _with_last_digit(text, total, digit, last)


def _with_last_digit(text: str, total: int, digit: int | None, last: int) -> Decimal | None:
    """Close the number: 两千五 is 2500, 两千零五 is 2005, 二十五 is 25."""
    if digit is None:
        return Decimal(total) if text else None
    if last in (10_000, 10) or (len(text) > 1 and text[-2] in "零〇"):
        return Decimal(total + digit)
    return Decimal(total + digit * last // 10)


def _unit_of(unit: str | None) -> str:
    if not unit:
        return ""
    return {"元": "yuan", "块": "yuan", "块钱": "yuan", "%": "percent", "倍": "times"}.get(
        unit, "tenths" if unit == "成" else "count"
    )


def _arabic(found: re.Match[str]) -> Number:
    value = Decimal(found["number"].replace(",", "") + (found["point"] or ""))
    for scale in found["scale"] or "":
        value *= _SCALES[scale]
    if found["minus"]:
        value = -value
    scaled = bool(found["scale"]) and found["scale"][-1] in _GROUPS
    return Number(value, _unit_of(found["unit"]), scaled, len(found[0]), found["unit"] or "")


def _chinese(found: re.Match[str]) -> Number | None:
    value = chinese_integer(found["whole"])
    if value is None:
        return None
    if found["part"]:
        value += Decimal("0." + "".join(str(_DIGITS[c]) for c in found["part"]))
        value *= _GROUPS.get(found["scale"] or "", Decimal(1))
    scaled = (found["scale"] or found["whole"][-1]) in _GROUPS
    return Number(value, _unit_of(found["unit"]), scaled, len(found[0]), found["unit"] or "")


def _per_cent(found: re.Match[str]) -> Number | None:
    body = found["body"]
    if body[0].isdigit():
        return Number(Decimal(body), "percent", False, len(found[0]), "%")
    whole, _, part = body.partition("点")
    value = chinese_integer(whole)
    if value is None or (part and not all(c in _DIGITS for c in part)):
        return None
    digits = "".join(str(_DIGITS[c]) for c in part)
    return Number(value + Decimal(f"0.{digits or 0}"), "percent", False, len(found[0]), "%")


def read_number(text: str, at: int, end: int) -> Number | None:
    """Return the number that starts at `at` and ends by `end`, None when there is none."""
    if found := _PER_CENT.match(text, at, end):
        return _per_cent(found)
    if found := _HALF.match(text, at, end):
        return Number(Decimal(50), "percent", False, len(found[0]), "%")
    if found := _ARABIC.match(text, at, end):
        return None if len(found["number"]) > _LONGEST else _tenths(_arabic(found))
    found = _CHINESE.match(text.translate(_FINANCIAL), at, end)
    number = _chinese(found) if found else None
    return _tenths(number) if number else None


def _tenths(number: Number) -> Number:
    """Turn 三成 into 30 per cent, and 12000.0 into 12000."""
    value = number.value
    if value == value.to_integral_value():
        value = value.quantize(Decimal(1))
    if number.unit != "tenths":
        return number._replace(value=value)
    return number._replace(value=value * 10, unit="percent")


def read_year(text: str, at: int, end: int) -> tuple[int, int, bool] | None:
    """Return (year, length, surely a year) for 2022, 2022年, 22年, 二〇二二年; None for no year."""
    if found := _YEAR.match(text, at, end):
        if found["long"]:
            after = text[found.end() : min(found.end() + 1, end)]
            sure = bool(found["mark"])
            if not sure and (after.isdigit() or (after == "." and _digit_at(text, found))):
                return None
            return int(found["long"]), len(found[0]), sure
        return 2000 + int(found["short"]), len(found[0]), True
    if found := _HAN_YEAR.match(text, at, end):
        digits = "".join(str(_DIGITS[c]) for c in found["digits"])
        return (int(digits) if len(digits) == 4 else 2000 + int(digits)), len(found[0]), True
    return None


def _digit_at(text: str, found: re.Match[str]) -> bool:
    return text[found.end() + 1 : found.end() + 2].isdigit()


def read_approximation(text: str, at: int) -> int:
    """Return the length of 多件, 来件, 余 … right after a number, 0 when there is none."""
    found = _APPROXIMATE.match(text, at)
    return len(found[0]) if found else 0


def in_yuan(number: Number) -> Decimal | None:
    """Return an amount of money in 元, None when the unit was left out."""
    if number.unit == "yuan" or (number.unit == "" and number.scaled) or number.value == 0:
        return number.value
    return None
