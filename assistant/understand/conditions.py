"""Comparisons with a number: 超过1000件, 两位数, 介于A和B之间, 没有…; still without measures."""

from decimal import Decimal
from typing import NamedTuple

from assistant.plan import Comparator, Condition, Measure
from assistant.understand.lexer import Token
from assistant.understand.numerals import Number, in_yuan
from assistant.understand.phrase import AmbiguousError, Phrase, unread

_WORDS: dict[str, Comparator] = {
    "gt": "gt", "ge": "ge", "lt": "lt", "le": "le", "eq": "eq", "ne": "ne",
    "be": "eq", "past": "gt", "at_most": "le", "at_least": "ge",
}  # fmt: skip
_MEASURE_KINDS = ("row", "column", "cell", "fact", "request", "rate")
# What the words of a comparison end in when 没有 says it.
ABSENT = "（0）"
_TEN_THOUSAND = Decimal(10_000)


class Bound(NamedTuple):
    """A comparison still without its measure: comparator, number, the words, their first place."""

    comparator: Comparator
    number: Number
    text: str
    at: int


def read_bounds(phrase: Phrase) -> list[Bound]:
    """Use and return every comparison with a number, in the order they stand."""
    bounds = [*_ranges(phrase), *_sets(phrase), *_compared(phrase), *_more_than(phrase)]
    bounds = _without_ends(phrase, bounds)
    return sorted([*bounds, *_absences(phrase)], key=lambda bound: bound.at)


def _number(phrase: Phrase, at: int | None) -> Number | None:
    if at is None or at >= len(phrase.tokens) or phrase.used(at):
        return None
    return phrase.tokens[at].number


def _ranges(phrase: Phrase) -> list[Bound]:
    """Read A到B, A-B件, 介于A和B之间 as an inclusive pair."""
    found: list[Bound] = []
    for at in phrase.where("number"):
        second = _number(phrase, at + 2)
        if phrase.used(at) or second is None:
            continue
        link, closing = phrase.tokens[at + 1], phrase.after(at + 2)
        closed = closing is not None and phrase.tokens[closing].has("between")
        if not (link.has("to") or (closed and link.has("and"))):
            continue
        found += _pair(phrase, at, second)
        phrase.use(at, at + 1, at + 2)
        if closed and closing is not None:
            phrase.use(closing)
        _use_within(phrase, at)
    return found


def _use_within(phrase: Phrase, at: int) -> None:
    before = phrase.before(at)
    if before is not None and phrase.tokens[before].has("within", "from", "before"):
        if phrase.tokens[before].value("before") not in (None, "be"):
            raise unread([phrase.tokens[before].text + phrase.tokens[at].text])
        phrase.use(before)


def _pair(phrase: Phrase, at: int, second: Number) -> list[Bound]:
    """Give both ends the unit of the second; decline 1-2万, whose first end is unclear."""
    first = phrase.tokens[at].number
    assert first is not None
    text = "".join(token.text for token in phrase.tokens[at : at + 3])
    if first.unit and first.unit != second.unit:
        raise unread([text])
    if second.scaled and not first.scaled and not first.unit:
        raise unread([text], f"“{text}”的起点单位不明确")
    if not first.unit:
        first = first._replace(unit=second.unit)
    if not first.value <= second.value:
        raise unread([text], f"“{text}”的起点大于终点")
    phrase.note(f"“{text}”按含两端理解")
    return [Bound("ge", first, text, at), Bound("le", second, text, at)]


def _sets(phrase: Phrase) -> list[Bound]:
    """Read 过千, 两位数, 为零."""
    found: list[Bound] = []
    for at in phrase.where("set"):
        token = phrase.tokens[at]
        phrase.use(at)
        for part in (token.value("set") or "").split():
            word, _, value = part.partition(":")
            number = Number(Decimal(value), "", int(value) >= _TEN_THOUSAND, 0)
            found.append(Bound(_WORDS[word], number, token.text, at))
        after = phrase.after(at)
        if after is not None and phrase.tokens[after].has("after") and not phrase.used(after):
            raise unread([token.text + phrase.tokens[after].text])
    return found


def _compared(phrase: Phrase) -> list[Bound]:
    """Read a comparator before or after a number."""
    found: list[Bound] = []
    for at in phrase.where("number"):
        token = phrase.tokens[at]
        before, after = _neighbours(phrase, at)
        front = phrase.tokens[before].value("before") if before is not None else None
        back = phrase.tokens[after].value("after") if after is not None else None
        if front == "be" and back:
            front = None
        if front and back:
            _both_sides(front, back, token, phrase.tokens[before or 0], phrase.tokens[after or 0])
        word = back or front
        if word is None or (front in ("at_most", "at_least") and _limits(phrase, at)):
            continue
        if word == "be" and not (token.number and before == at - 1):
            continue
        if word == "past":
            _insist_on_past(token)
        phrase.use(
            at, *(i for i in (before if front else None, after if back else None) if i is not None)
        )
        assert token.number is not None
        text = (phrase.tokens[before].text if front and before is not None else "") + token.text
        text += phrase.tokens[after].text if back and after is not None else ""
        found.append(Bound(_WORDS[word], token.number, text, at))
    return found


def _without_ends(phrase: Phrase, bounds: list[Bound]) -> list[Bound]:
    """Read （不含） and （不含1000） after 1000件以上; 含 only confirms what includes its end."""
    for at in phrase.where("except", "inclusive"):
        number = _number(phrase, at + 1)
        if number is not None:
            near = [b for b in bounds if b.number.value == number.value and b.at < at]
        else:
            near = [b for b in bounds if _closed_by(phrase, b, at)][-1:]
        open_ended = phrase.tokens[at].has("except")
        if len(near) != 1 or near[0].comparator not in ("ge", "le"):
            continue
        phrase.use(at, *((at + 1,) if number is not None else ()))
        if open_ended:
            sharp: Comparator = "gt" if near[0].comparator == "ge" else "lt"
            changed = near[0]._replace(comparator=sharp)
            bounds = [changed if b is near[0] else b for b in bounds]
            phrase.note(f"“{near[0].text}”按不含{near[0].number.value}理解")
    return bounds


def _closed_by(phrase: Phrase, bound: Bound, at: int) -> bool:
    """Tell whether a bare 不含 right behind a bound, in brackets or before a mark, is about it."""
    between = phrase.tokens[bound.at + 1 : at]
    following = phrase.tokens[at + 1] if at + 1 < len(phrase.tokens) else None
    closed = following is None or following.has("punct") or following.text == "的"
    return bound.at < at and closed and all(t.has("after", "punct") for t in between)


def _insist_on_past(token: Token) -> None:
    """Take 过1000件 as more than 1000; 处罚过5件 may also say that there were 5."""
    if token.number is None or token.number.value % 100 or token.number.value == 0:
        raise AmbiguousError((f"超过{token.text}", f"曾有{token.text}"))


def _neighbours(phrase: Phrase, at: int) -> tuple[int | None, int | None]:
    """Return the unused comparator places right before and after a number."""
    before = phrase.before(at)
    if before is not None and (phrase.used(before) or not phrase.tokens[before].has("before")):
        before = None
    after = at + 1 if at + 1 < len(phrase.tokens) else None
    if after is not None and not phrase.tokens[after].has("after"):
        after = None
    return before, after


def _limits(phrase: Phrase, at: int) -> bool:
    """Tell whether 最多 before a number asks for so many towns (最多的5个镇), not for at most 5."""
    number = phrase.tokens[at].number
    if number is None or number.counter not in ("个", "家", "名", "位", "份", ""):
        return False
    names_bodies = at + 1 < len(phrase.tokens) and phrase.tokens[at + 1].has("level")
    return phrase.before(at) != at - 1 or names_bodies


def _both_sides(front: str, back: str, number: Token, before: Token, after: Token) -> None:
    """Ask about 超过1000件以上; let 至少1000件以上 pass, which says one thing twice."""
    if (front, back) in (("ge", "ge"), ("le", "le"), ("at_least", "ge"), ("at_most", "le")):
        return
    whole = before.text + number.text + after.text
    if (front, back) in (("gt", "ge"), ("lt", "le")):
        raise AmbiguousError((before.text + number.text, number.text + after.text))
    raise unread([whole], f"“{whole}”自相矛盾")


def _more_than(phrase: Phrase) -> list[Bound]:
    """Read 比1000件多 and 过1000件."""
    found: list[Bound] = []
    for at in phrase.where("number"):
        before, after = phrase.before(at), phrase.after(at)
        if before is None or after is None or not phrase.tokens[before].has("than"):
            continue
        direction = phrase.tokens[after].value("more")
        number = phrase.tokens[at].number
        if direction is None or number is None:
            continue
        phrase.use(before, at, after)
        text = "".join(phrase.tokens[i].text for i in (before, at, after))
        found.append(Bound("gt" if direction == "desc" else "lt", number, text, at))
    return found


def _absences(phrase: Phrase) -> list[Bound]:
    """Read 没有行政处罚 and 未收到申请 as zero; what is blank stays undecided."""
    found: list[Bound] = []
    for at in phrase.where("none"):
        following = phrase.after(at)
        if following is None or not phrase.tokens[following].has(*_MEASURE_KINDS):
            continue
        if _lacks_data(phrase, following):
            continue
        phrase.use(at)
        word = phrase.tokens[at].text
        phrase.note(f"“{word}…”按读出的数为0理解；空白、缺失的归入无法判定")
        found.append(Bound("eq", Number(Decimal(0), "", False, 0), f"{word}…{ABSENT}", following))
    return found


def _lacks_data(phrase: Phrase, at: int) -> bool:
    """Tell 没有行政处罚的数据, where the value is missing, from 没有行政处罚, where it is zero."""
    rest = phrase.tokens[at + 1 : at + 4]
    words = [token.text for token in rest if token.text != "的"][:1]
    return bool(words) and words[0] in {"数据", "数字", "数值", "数", "数量", "记录", "件数"}


def as_condition(measure: Measure, bound: Bound) -> Condition:
    """Return the condition, the number in the measure's unit; decline where it does not fit."""
    return Condition(
        measure=measure,
        comparator=bound.comparator,
        value=in_unit(measure, bound.number, bound.text),
    )


def in_unit(measure: Measure, number: Number, text: str) -> Decimal:
    """Convert a number as said to the measure's unit, exactly."""
    if number.value == 0:
        return Decimal(0)
    if measure.over:
        return _as_fraction(measure, number, text)
    if measure.unit == "万元":
        return _as_ten_thousands(measure, number, text)
    if number.unit not in ("", "count"):
        raise unread([text], f"“{text}”的单位与“{measure.label}”（{measure.unit or '无单位'}）不合")
    return number.value


def _as_fraction(measure: Measure, number: Number, text: str) -> Decimal:
    if number.unit == "percent":
        return number.value / 100
    if number.unit == "" and number.value < 1:
        return number.value
    raise unread([text], f"“{measure.label}”是比例，“{text}”没有写明百分比")


def _as_ten_thousands(measure: Measure, number: Number, text: str) -> Decimal:
    if number.unit not in ("", "yuan"):
        raise unread([text], f"“{text}”的单位与“{measure.label}”（万元）不合")
    yuan = in_yuan(number)
    if yuan is None:
        raise AmbiguousError((f"{number.value}万元（“{text}”没有写单位）", f"{number.value}元"))
    return yuan / _TEN_THOUSAND
