"""The counts one sentence of prose states, by the patterns of `data/facts.toml`.

Works on a sentence that is normalised and has no white space; knows nothing of documents.
A phrase that could mean something else is left out: no fact rather than a doubtful one.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from index.fact_table import Pattern, Rule, load_fact_table
from index.model import Bound
from index.quantity import Quantity, read_quantity

_NAMED = re.compile("《[^》]*》")
_YEAR = re.compile(r"(?<![较比与\d])(20\d\d)年(?!相比|同期)")
_WITHIN_YEAR = re.compile(r"20\d\d年度?(?!底|末|\d|十|[一二三四五六七八九]月)")
_JOINT = re.compile(r"复议(?:申请|案件)?(?:[、和与或]|以?及)(?:被?提起)?(?:行政)?$")
_LIST_GOES_ON = re.compile(r"[、和及][^,;:、]{0,8}申请")
_NUMBER_FOLLOWS = re.compile(r"[^,;:]{0,4}\d")
_BRACKETED = re.compile(r"[\"(][^\")]*[\")]|上|中|内")


class Phrase(NamedTuple):
    """A stated count and its span in the sentence; `channel` when one channel's clause holds it."""

    name: str
    value: Decimal
    unit: str
    bound: Bound
    start: int
    end: int
    channel: bool = False


class Context(NamedTuple):
    """What stands round a sentence: the text ahead of it and the year of the report."""

    before: str
    year: int | None


class _Place(NamedTuple):
    """Where a match stands: the text before it, from the last ';', and its clause."""

    left: str
    part: str
    clause: str


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
    taken: list[tuple[int, int]] = []
    for phrase, (start, end) in phrases:
        if all(end <= other[0] or start >= other[1] for other in taken):
            taken.append((start, end))
            yield phrase


def _phrases(rule: Rule, text: str, context: Context) -> Iterator[tuple[Phrase, tuple[int, int]]]:
    """Yield each phrase with the span of the number, or of the statement of none, it rests on."""
    for pattern in rule.counts:
        for match in pattern.regex.finditer(text):
            quantity = read_quantity(match)
            if quantity and not _doubtful(rule, pattern, match, context):
                yield from _stated(rule, pattern, match, quantity)
    for pattern in rule.nones:
        for match in pattern.regex.finditer(text):
            if not _doubtful_none(pattern, match, context):
                start, end = match.start(), match.end() - match[0].endswith("的")
                yield Phrase(rule.name, Decimal(0), rule.unit, "exact", start, end), (start, end)


def _stated(
    rule: Rule, pattern: Pattern, match: re.Match[str], quantity: Quantity
) -> Iterator[tuple[Phrase, tuple[int, int]]]:
    """Yield the phrase of a count; 复议和诉讼均为0 states both, 复议、诉讼共3件 neither."""
    unit = match["unit"] or rule.unit
    start, end = match.span()
    joint = _JOINT.search(match.string, 0, start) if "joint" in pattern.flags else None
    if joint:
        if quantity.value and not re.search("均|各|都", match["lead"]):
            return
        first = joint.start()
        yield Phrase("reconsiderations", quantity.value, unit, quantity.bound, first, end), (0, 0)
    channel = "total" in pattern.flags and _of_one_channel(_place(match))
    phrase = Phrase(rule.name, quantity.value, unit, quantity.bound, start, end, channel)
    yield phrase, match.span("number")


def _place(match: re.Match[str]) -> _Place:
    left = match.string[: match.start()]
    part = left[left.rfind(";") + 1 :]
    return _Place(left, part, part[max(part.rfind(","), part.rfind(":")) + 1 :] + match[0])


def _doubtful(rule: Rule, pattern: Pattern, match: re.Match[str], context: Context) -> bool:
    """Say whether a count may be of another year, body, kind or part than the fact's name says."""
    place, flags = _place(match), pattern.flags
    return (
        _of_other_time(rule, place, match, context.year)
        or _has("clause", place.clause)
        or _of_others(place)
        or ("parts" in rule.traits and "part" not in flags and _is_part(place))
        or ("ways" in rule.traits and _is_one_way(place, match))
        or ("weak" in flags and not _has("together", place.clause))
        or ("total" in flags and _not_total(place, flags))
        or ("channel" in flags and _not_wechat(place, match))
        or _out_of_context(flags, place, match, context)
    )


def _doubtful_none(pattern: Pattern, match: re.Match[str], context: Context) -> bool:
    """Say whether a statement of none is of another year or body, a condition or a wish."""
    place = _place(match)
    return (
        _wrong_year(match.string[: match.end()], context.year)
        or _has("plan", place.part)
        or any(_has(veto, place.clause) for veto in ("condition", "clause", "earlier"))
        or _of_others(place)
        or ("public" in pattern.flags and not _is_public(place, context))
        or _NUMBER_FOLLOWS.match(match.string, match.end()) is not None
    )


def _of_other_time(rule: Rule, place: _Place, match: re.Match[str], year: int | None) -> bool:
    """Say whether the count is of another year, still to come, or of many years."""
    groups = match.groupdict()
    for key, step in (("next", 1), ("last", -1)):
        if year and groups.get(key) and int(groups[key]) != year + step:
            return True
    carried = bool({"next", "last"} & groups.keys())
    return (
        _wrong_year(match.string[: match.start() if carried else match.end()], year)
        or _has("plan", place.part)
        or (not carried and _has("earlier", place.clause))
        or ("cumulative" in rule.traits and _of_many_years(place.part + match[0], year))
    )


def _wrong_year(text: str, year: int | None) -> bool:
    """Say whether the last year named before the count is not the report's."""
    years = _YEAR.findall(_NAMED.sub("", text))
    return bool(year and years and int(years[-1]) != year)


def _of_many_years(text: str, year: int | None) -> bool:
    """Say whether 累计 and the like may reach back before the year of the report."""
    text = re.sub(rf"[自从]?(?:{year or 'x'}年(?:度|1月)?|今年)以来", "今年", text)
    if _has("always", text):
        return True
    if "累计" not in text or _has("this_year", text):
        return False
    return _has("up_to", text) or not _WITHIN_YEAR.search(text)


def _of_others(place: _Place) -> bool:
    """Say whether the count is another body's (全县 …), unless 我镇 and the like take over."""
    said = place.part + place.clause
    return _has("others", said) and not _has("ours", said)


def _is_part(place: _Place) -> bool:
    """Say whether the count is one part of a whole that was stated before."""
    return "其中" in place.part or "分别" in place.part or _has("part", place.clause)


def _is_one_way(place: _Place, match: re.Match[str]) -> bool:
    """Say whether the requests came one way of several, or a list of their kinds goes on."""
    one = _has("one_way", place.clause) and not _has("all_ways", place.clause)
    return one or _LIST_GOES_ON.match(match.string, match.end()) is not None


def _of_one_channel(place: _Place) -> bool:
    return _has("website", place.clause) and not _has("all_ways", place.clause)


def _not_total(place: _Place, flags: frozenset[str]) -> bool:
    """Say whether the count is of what one social channel carried, or of answered requests."""
    if "依申请" in place.clause or ("free" in flags and _of_one_channel(place)):
        return True
    if _has("social", place.clause) and not _has("all_ways", place.clause):
        return True
    if not _has("social", place.part) or _has("all_ways", place.part):
        return False
    return "weak" in flags or not _has("website", place.part)


def _not_wechat(place: _Place, match: re.Match[str]) -> bool:
    """Say whether the count is of several channels together, or not of what was posted."""
    account = load_fact_table().words["wechat"].match(match.string, match.start())
    if account is None:
        return False
    gap = _BRACKETED.sub("", match.string[account.end() : match.start("lead")])
    near = re.split(r"[,;:\d]", place.left)[-1]
    doubtful = _has("channels", gap) or _has("answered", gap) or _has("channels", near)
    return doubtful or not _has("posted", gap)


def _out_of_context(
    flags: frozenset[str], place: _Place, match: re.Match[str], context: Context
) -> bool:
    """Say whether the sentence does not speak of what the count is of."""
    if "document" in flags and "规范性文件" not in place.left:
        return True
    if "public" in flags and not _is_public(place, context):
        return True
    if "review" in flags and _has("organ", place.clause):
        return True
    if "request" not in flags:
        return False
    said = place.left + match[0]
    return _last("speak_request", said) <= _last("speak_other", said)


def _is_public(place: _Place, context: Context) -> bool:
    return _has("public", context.before[-60:] + place.left + place.clause)


def _last(veto: str, text: str) -> int:
    """Return where the last match of a word list ends, -1 when it has none."""
    return max((m.end() for m in load_fact_table().vetoes[veto].finditer(text)), default=-1)


def _has(veto: str, text: str) -> bool:
    return load_fact_table().vetoes[veto].search(text) is not None
