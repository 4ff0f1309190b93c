"""Whether a phrase of the prose may count something else than its fact: `doubtful`.

Another year, another body, a plan, a part of the whole, one way of several: the words are the
vetoes of `data/facts.toml`. A doubt costs the fact; a fact that is false would cost more.
"""

import re
from typing import NamedTuple

from index.facts.fact_table import Pattern, Rule, load_fact_table
from index.facts.subjects import Body, of_another_body

# years that are not when something happened: in a title, or the year to which a request is carried
_NAMED = re.compile(r"《[^》]*》|转[至到入]?20\d\d年")
_YEAR = re.compile(r"(?<![较比与\d])(20\d\d)年(?!相比|同期)")
_WITHIN_YEAR = re.compile(r"20\d\d年度?(?!底|末|\d|十|[一二三四五六七八九]月)")
_STATED = re.compile(r"\d[\d,.]*万?[余多]?[条件份篇则]|[未没无零][^,;:]*,")
_LIST_GOES_ON = re.compile(r"[、和及][^,;:、]{0,8}申请")
_NUMBER_FOLLOWS = re.compile(r"[^,;:]{0,4}\d")
_BRACKETED = re.compile(r"[\"(][^\")]*[\")]|上|中|内")
_SAME_THING = re.compile("(?:政[务府])?新媒体(?:平台)?$")
_NEAR = 60
# a sentence is looked at so far round a count; thousands of counts without a full stop are no prose
_WINDOW = 600


class Context(NamedTuple):
    """What a sentence stands in: the text ahead, the report's year, the body that filed.

    The body's seat is 县, 市, 区 … when a whole county or city filed, so that 全县 is itself.
    """

    before: str
    year: int | None
    body: Body = Body()


class Place(NamedTuple):
    """Where a match stands: the text before it, from the last ';', and its clause."""

    left: str
    part: str
    clause: str


def place_of(match: re.Match[str], implied: bool = False) -> Place:
    """Return the place of a match; an implied count ends with its unit, not with what follows."""
    left = _until(match, match.start())
    part = left[left.rfind(";") + 1 :]
    said = match.string[match.start() : match.end("unit") if implied else match.end()]
    return Place(left, part, part[max(part.rfind(","), part.rfind(":")) + 1 :] + said)


def doubtful(rule: Rule, pattern: Pattern, match: re.Match[str], context: Context) -> bool:
    """Say whether a count may be of another year, body, kind or part than the fact's name says."""
    flags = pattern.flags
    place = place_of(match, "implied" in flags)
    return (
        _of_other_time(rule, place, match, context.year)
        or has("clause", place.clause)
        or _is_unreal(place, match)
        or _of_others(place, match, context.body)
        or ("parts" in rule.traits and "part" not in flags and _is_part(place))
        or ("ways" in rule.traits and _is_one_way(place, match))
        or ("weak" in flags and not _is_sum(place, match))
        or ("total" in flags and _not_total(place, flags))
        or ("channel" in flags and _not_wechat(place, match))
        or ("implied" in flags and has("moved", place.left + _from(match, match.start())))
        or _out_of_context(flags, place, match, context)
    )


def doubtful_none(pattern: Pattern, match: re.Match[str], context: Context) -> bool:
    """Say whether a statement of none is of another year or body, a condition or a wish."""
    place = place_of(match)
    return (
        _wrong_year(_until(match, match.end()), context.year)
        or _is_planned(place, context.year)
        or any(has(veto, place.clause) for veto in ("condition", "clause", "earlier"))
        or _of_others(place, match, context.body)
        or ("public" in pattern.flags and not _is_public(place, context))
        or ("public" in pattern.flags and has("other_cause", match[0]))
        or _NUMBER_FOLLOWS.match(match.string, match.end()) is not None
    )


def is_rival_sum(match: re.Match[str]) -> bool:
    """Say whether a doubtful count was a sum (共), which leaves open what another sum is of.

    One of many years is plainly another thing.
    """
    _, part, clause = place_of(match)
    of_this_year = not has("always", part + match[0])
    return of_this_year and has("together", clause) and not has("social", clause)


def _until(match: re.Match[str], end: int) -> str:
    return match.string[max(0, match.start() - _WINDOW) : end]


def _from(match: re.Match[str], start: int) -> str:
    return match.string[start : match.end() + _WINDOW]


def of_one_channel(place: Place) -> bool:
    """Say whether the clause names one channel, as 网站, that carried what is counted."""
    return has("website", place.clause) and not has("all_ways", place.clause)


def has(veto: str, text: str) -> bool:
    """Say whether a word of a list stands in `text`."""
    return load_fact_table().vetoes[veto].search(text) is not None


def _of_other_time(rule: Rule, place: Place, match: re.Match[str], year: int | None) -> bool:
    """Say whether the count is of another year, still to come, or of many years."""
    groups = match.groupdict()
    for key, step in (("next", 1), ("last", -1)):
        if year and groups.get(key) and int(groups[key]) != year + step:
            return True
    carried = bool({"next", "last"} & groups.keys())
    return (
        _wrong_year(_until(match, match.start() if carried else match.end()), year)
        or _is_planned(place, year)
        or (not carried and has("earlier", place.clause))
        or ("cumulative" in rule.traits and _of_many_years(place.part, match[0], year))
    )


def _is_planned(place: Place, year: int | None) -> bool:
    """Say whether the count is a plan; a clause that opens with the report's year is none."""
    opens = rf"(?:,|(?<!目标|计划|任务):){year or 'x'}年"
    return has("plan", re.split(opens, place.part)[-1])


def _is_unreal(place: Place, match: re.Match[str]) -> bool:
    """Say whether the count is denied, owed, aimed at or supposed: 未主动公开, 应主动公开, 若."""
    return (
        has("denied", place.left)
        or has("owed", place.left)
        or has("supposed", place.part)
        or load_fact_table().vetoes["aimed"].match(match.string, match.end()) is not None
    )


def _wrong_year(text: str, year: int | None) -> bool:
    """Say whether the last year named before the count is not the report's."""
    years = _YEAR.findall(_NAMED.sub("", text))
    return bool(year and years and int(years[-1]) != year)


def _of_many_years(part: str, said: str, year: int | None) -> bool:
    """Say whether 累计 and the like may reach back before the year of the report.

    全年 speaks for the next count only: in 全年公开9条,累计公开800条 the 800 are of many years.
    """
    part = re.sub(rf"[自从]?(?:{year or 'x'}年(?:度|1月)?|今年)以来", "今年", part)
    if has("always", part + said):
        return True
    near = _STATED.split(part)[-1] + said
    if "累计" not in near or _last("this_year", near) > _last("up_to", near):
        return False
    return has("up_to", near) or not _WITHIN_YEAR.search(near)


def _of_others(place: Place, match: re.Match[str], body: Body) -> bool:
    """Say whether the count is another body's (全县 …), unless 我镇 and the like take over."""
    said = place.part + place.clause
    vetoes = load_fact_table().vetoes
    if any(match["level"] != body.seat for match in vetoes["asked_others"].finditer(said)):
        return True
    named = (m.end() for m in vetoes["others"].finditer(said) if m[0][-1] != body.seat)
    if any(vetoes["ours"].search(said, end) is None for end in named):
        return True
    return of_another_body(place.part + match[0], body)


def _is_part(place: Place) -> bool:
    """Say whether the count is one part of a whole that was stated before."""
    return "其中" in place.part or "分别" in place.part or has("part", place.clause)


def _is_one_way(place: Place, match: re.Match[str]) -> bool:
    """Say whether the requests came one way of several, or a list of their kinds goes on."""
    ways = set(load_fact_table().vetoes["one_way"].findall(place.clause))
    together = len(ways) > 1 and has("together", place.clause)
    if ways and not together and not has("all_ways", place.clause):
        return True
    return _LIST_GOES_ON.match(match.string, match.end()) is not None


def _is_sum(place: Place, match: re.Match[str]) -> bool:
    """Say whether 共 makes a count a sum, and no other channel's count follows it."""
    after = _from(match, match.end()).split("其中")[0]
    return has("together", place.clause) and not has("channel_count", after)


def _not_total(place: Place, flags: frozenset[str]) -> bool:
    """Say whether the count is of what one social channel carried, or of answered requests."""
    if "依申请" in place.clause or ("free" in flags and of_one_channel(place)):
        return True
    if has("social", place.clause) and not has("all_ways", place.clause):
        return True
    if not has("social", place.part) or has("all_ways", place.part):
        return False
    return "weak" in flags or not has("website", place.part)


def _not_wechat(place: Place, match: re.Match[str]) -> bool:
    """Say whether the count is of several channels together, or not of what was posted."""
    account = load_fact_table().words["wechat"].match(match.string, match.start())
    if account is None:
        return False
    gap = _BRACKETED.sub("", match.string[account.end() : match.start("lead")])
    near = _SAME_THING.sub("", re.split(r"[,;:\d]", place.left)[-1])
    return (
        has("channels", gap)
        or has("answered", gap)
        or has("channels", near)
        or not has("posted", gap)
    )


def _out_of_context(
    flags: frozenset[str], place: Place, match: re.Match[str], context: Context
) -> bool:
    """Say whether the sentence does not speak of what the count is of."""
    said = place.left + match[0]
    if "document" in flags and "规范性文件" not in place.left:
        return True
    if "public" in flags and not _is_public(place, context):
        return True
    if "review" in flags and (has("organ", place.clause) or has("other_cause", place.clause)):
        return True
    if "kin" in flags:
        return _last("speak_request", said) < _last("speak_other", said)
    if "asked" in flags or ("request" in flags and has("bare_request", said)):
        said = context.before[-_NEAR:] + said
    elif "request" not in flags:
        return False
    return _last("speak_request", said) <= _last("speak_other", said)


def _is_public(place: Place, context: Context) -> bool:
    return has("public", context.before[-_NEAR:] + place.left + place.clause)


def _last(veto: str, text: str) -> int:
    """Return where the last match of a word list ends, -1 when it has none."""
    return max((m.end() for m in load_fact_table().vetoes[veto].finditer(text)), default=-1)
