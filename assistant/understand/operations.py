"""What the question asks to do: the cues are tried in order, the first that fits reads the plan."""

from assistant.plan import Aggregate, Plan
from assistant.understand.across import (
    read_aggregate,
    read_count,
    read_inventory,
    read_list,
    read_rank,
)
from assistant.understand.between import (
    is_change,
    is_compare,
    read_change,
    read_comparable,
    read_compare,
)
from assistant.understand.ordering import (
    GROUP_LEVELS,
    counts_bodies,
    functions,
    read_group,
    read_order,
)
from assistant.understand.parts import Parts, settle_or
from assistant.understand.phrase import AmbiguousError, unread
from assistant.understand.places import own_bodies_of
from assistant.understand.quality import is_check, is_missing, read_check, read_missing
from assistant.understand.single import one_body, read_lookup

_TOTALS = ("总数", "总量", "总件数", "总数量", "总金额", "总额", "总条数")
_MANY = ("哪些", "有哪些", "哪几个", "哪几家", "哪几")


def read_operation(parts: Parts) -> Plan:
    """Return the plan of a question; words that no part of it uses stay unmarked."""
    phrase = parts.phrase
    settle_or(parts)
    if phrase.has("comparable"):
        return read_comparable(parts)
    if is_check(parts):
        return read_check(parts)
    if is_missing(parts):
        return read_missing(parts)
    if is_change(parts):
        return read_change(parts)
    if is_compare(parts):
        return read_compare(parts)
    return _over_reports(parts)


def _over_reports(parts: Parts) -> Plan:
    """Read what filters, counts, ranks, adds up or looks up."""
    phrase = parts.phrase
    if not parts.measures and not parts.bounds and _asks_inventory(parts):
        return read_inventory(parts)
    _insist_on_some(parts)
    asked = _asked_functions(parts)
    grouped = any(f in ("sum", "mean") for f in asked)
    if phrase.where("superlative", "ranking", "order", "limit") or _asks_more(parts):
        if asked and not grouped:
            raise unread([t.text for t in phrase.tokens if t.has("aggregate")])
        return _ranked(parts, asked)
    if asked:
        return read_aggregate(parts, asked, None)
    if counts_bodies(parts):
        return read_count(parts)
    if parts.bounds and not _asserts(parts):
        return read_list(parts)
    if _asks_list(parts):
        return read_list(parts)
    if _grouped_by(parts) or _sums_placeless(parts):
        return read_aggregate(parts, ["sum"], None)
    _decline_group(parts)
    return read_lookup(parts)


def _insist_on_some(parts: Parts) -> None:
    """Ask about 全部予以公开的镇: every request there, or towns with one at least."""
    phrase = parts.phrase
    if parts.bounds or len(parts.measures) != 1 or not parts.levels.words:
        return
    group = parts.groups[-1]
    before = phrase.before(group.first)
    closes = parts.levels.words[-1].at > group.last
    inner = [t for t in phrase.tokens[group.first : group.last] if t.has("both", "all")]
    if closes and (inner or (before is not None and phrase.tokens[before].has("both", "all"))):
        label = parts.measures[0].label
        raise AmbiguousError((f"{label}大于0的报告", f"全部都是{label}的报告（可问所占比例）"))


def _grouped_by(parts: Parts) -> bool:
    """Tell whether 按县统计 asks for the sum of each county."""
    phrase = parts.phrase
    led = [i for w in parts.levels.words if w.level in GROUP_LEVELS and (i := phrase.before(w.at))]
    led += [0] if parts.levels.words and parts.levels.words[0].at == 1 else []
    return len(parts.measures) == 1 and any(phrase.tokens[i].has("by") for i in led)


def _sums_placeless(parts: Parts) -> bool:
    """Tell whether 2022年收到多少件申请, with no place, asks for one number of all reports."""
    phrase = parts.phrase
    if parts.refs or parts.levels.words or parts.claims or len(parts.years.years) != 1:
        return False
    if phrase.has("each", "apart", "both", "group", "which", "levels", "has_not", "claim"):
        return False
    plain = len(parts.measures) == 1 and not parts.measures[0].over
    asks = any(t.value("how_many") in ("value", "any") for t in phrase.tokens)
    if plain and asks:
        phrase.note("没有说明哪个地方，按库中各报告的合计理解")
    return plain and asks


def _asks_inventory(parts: Parts) -> bool:
    phrase = parts.phrase
    if phrase.has("inventory", "which_years", "which_year"):
        return True
    if parts.levels.has("any") and (phrase.has("group", "by") or phrase.has("library")):
        return True
    asks = phrase.has("which", "how_many", "has_not", "overview", "have")
    if parts.single and not phrase.has("which", "how_many", "has_not", "library"):
        asks = phrase.has("have")
    held = phrase.has("library") or (phrase.has("which") and phrase.has("overview"))
    return asks and (bool(parts.levels.words) or (held and not parts.refs))


def _asked_functions(parts: Parts) -> list[Aggregate]:
    """Return the functions; 合计 of one body's single number is only emphasis."""
    phrase = parts.phrase
    many = len(parts.measures) > 1
    if one_body(parts) and not _other_functions(parts):
        return []
    if many and _adds_before_bound(parts):
        return []
    found = functions(phrase) if not many or not parts.single else []
    many_years = len(parts.years.years) > 1 and len(parts.measures) == 1
    over_many = (
        many_years or bool(parts.levels.words) or len(parts.refs) != 1 or phrase.has("all", "area")
    ) or _area_without_report(parts)
    ranked = bool(phrase.where("superlative", "ranking", "order", "limit"))
    sums_up = over_many and bool(parts.measures) and not counts_bodies(parts) and not ranked
    if sums_up and found in ([], ["sum"]) and _one_by_one(parts):
        phrase.take("weak_sum")
        return []
    if not found and sums_up and _closes_with_total(parts):
        phrase.note("“总数”按范围内各报告的合计理解")
        return ["sum"]
    if not found and sums_up and phrase.where("weak_sum"):
        _ask_what_is_summed(parts)
        phrase.take("weak_sum")
        return ["sum"]
    if not found and phrase.where("superlative") and _asks_extreme(parts):
        words = {t.value("superlative") for t in phrase.take("superlative")}
        return ["max" if words == {"desc"} else "min"]
    return found


def _adds_before_bound(parts: Parts) -> bool:
    """Tell whether 之和 makes one number of several measures, which a comparison follows."""
    tokens = parts.phrase.tokens
    sums = [i for i in parts.phrase.where("aggregate") if tokens[i].value("aggregate") == "sum"]
    first = min((bound.at for bound in parts.bounds), default=0)
    return len(sums) == 1 and parts.groups[-1].last < sums[0] < first


def _area_without_report(parts: Parts) -> bool:
    """Tell whether the only place is an area for which no report of its own is held."""
    ref = parts.refs[0]
    return ref.is_area and not ref.own and not own_bodies_of(parts.phrase.names, ref)


def _one_by_one(parts: Parts) -> bool:
    """Tell whether 每个镇 asks for a number of each report, with one report for each body."""
    words = [t.text for t in parts.phrase.tokens if t.has("each")]
    one_year = len(parts.years.years) == 1
    return one_year and any(w.startswith(("每", "逐")) for w in words) and _names_towns(parts)


def _names_towns(parts: Parts) -> bool:
    return parts.levels.named in (("township",), ("bureau",))


def _closes_with_total(parts: Parts) -> bool:
    """Tell whether the measure itself ends in 总数 (收到申请总数) and nothing filters or lists."""
    phrase = parts.phrase
    if parts.bounds or phrase.has("each", "apart", "both", "group", "which", "change"):
        return False
    if len(parts.groups) != 1 or len(parts.measures) != 1:
        return False
    last = phrase.tokens[parts.groups[0].last]
    return last.has("row", "request", "cell") and last.text.endswith(_TOTALS)


def _ask_what_is_summed(parts: Parts) -> None:
    """Ask about 许可超过1000件的镇总数: how many towns, or how many licences in all."""
    values = any(t.value("how_many") == "value" for t in parts.phrase.tokens)
    if parts.bounds and not values:
        labels = "、".join(m.label for m in parts.measures)
        raise AmbiguousError(("满足条件的有多少个", f"满足条件的{labels}合计"))


def _other_functions(parts: Parts) -> bool:
    return any(t.value("aggregate") not in (None, "sum") for t in parts.phrase.tokens)


def _asks_extreme(parts: Parts) -> bool:
    """Tell 各镇最多多少件 (the largest number) from 哪个镇最多 (the place)."""
    phrase = parts.phrase
    places = phrase.has("which", "limit", "ranking", "order", "which_year", "which_years")
    values = [t for t in phrase.tokens if t.value("how_many") in ("value", "any")]
    marks = [i for i, t in enumerate(phrase.tokens) if t.has("superlative")]
    following = phrase.after(marks[0]) if marks else None
    names = following is not None and phrase.tokens[following].has("level")
    return bool(values) and not places and not names


def _asks_more(parts: Parts) -> bool:
    phrase = parts.phrase
    one = any(t.has("which") and t.text not in _MANY for t in phrase.tokens)
    more = phrase.has("who_more") or (one and phrase.has("more"))
    return more and not parts.bounds


def _insist_on_bodies(parts: Parts) -> None:
    """Ask about 许可最多的年份 of many bodies: years would be ranked by sums, not reports."""
    tokens = parts.phrase.tokens
    years = [i for i, t in enumerate(tokens) if t.text in ("年份", "年度", "一年")]
    marks = [i for i, t in enumerate(tokens) if t.has("superlative")]
    asks = parts.phrase.has("which_year") or any(i > mark for mark in marks for i in years)
    if asks and not parts.single and not parts.levels.words and not parts.phrase.has("aggregate"):
        raise AmbiguousError(
            ("按年合计（乡镇街道），列出各年", "按报告排名，列出最多的报告及其年份")
        )


def _ranked(parts: Parts, asked: list[Aggregate]) -> Plan:
    phrase = parts.phrase
    _insist_on_bodies(parts)
    order = read_order(phrase)
    if order is None:
        words = {t.value("more") for t in phrase.take("more")}
        words |= {t.value("who_more") for t in phrase.take("who_more")}
        order = ("asc" not in words, 1)
    if asked or (phrase.has("weak_sum") and phrase.has("level") and _sums_areas(parts)):
        return read_aggregate(parts, asked or ["sum"], order)
    if _grouped_places(parts):
        return read_aggregate(parts, asked or ["sum"], order)
    return read_rank(parts, order)


def _sums_areas(parts: Parts) -> bool:
    """Tell whether 总数 is said of counties, cities or provinces."""
    return any(word.level in ("county", "city", "province") for word in parts.levels.words)


def _grouped_places(parts: Parts) -> bool:
    """Tell whether areas, not reports, are ranked; ask where an area may file its own report."""
    group = read_group(parts)
    if group not in ("county", "city", "province"):
        return group is not None
    _insist_on_areas(parts, group)
    if group in parts.phrase.names.levels:
        raise AmbiguousError(("按各地政府自己的报告排名", "按各地下属单位的合计排名"))
    parts.phrase.note("按各地下属报告的合计比较")
    return True


def _insist_on_areas(parts: Parts, group: str) -> None:
    """Decline 各市收费最多的镇, which asks for the first town of each city."""
    tokens = parts.phrase.tokens
    marks = [i for i, t in enumerate(tokens) if t.has("superlative", "limit", "ranking")]
    last = parts.levels.words[-1]
    if marks and last.at > marks[-1] and last.level != group:
        said = tokens[marks[-1]].text + tokens[last.at].text
        raise unread([said], "还不能在每个地方内各取名次，可以逐个地方问")


def _asserts(parts: Parts) -> bool:
    """Tell whether the only comparison is 是 so many of one body: a claim."""
    equal = all(b.comparator == "eq" for b in parts.bounds)
    return equal and parts.single and not parts.phrase.has("which", "which_years", "which_year")


def _asks_list(parts: Parts) -> bool:
    phrase = parts.phrase
    if _closes_with_bodies(parts):
        return True
    which = bool(phrase.where("which")) and bool(parts.levels.words) and not parts.single
    have = bool(phrase.where("have")) and bool(parts.levels.words)
    return (which or have) and not phrase.where("how_many")


def _closes_with_bodies(parts: Parts) -> bool:
    """Tell 行政诉讼败诉的镇, which filters, from 各镇行政许可, which lists."""
    phrase = parts.phrase
    if not parts.groups or not parts.levels.words or phrase.has("each", "all", "how_many"):
        return False
    return parts.levels.words[-1].at > parts.groups[-1].last and not parts.single


def _decline_group(parts: Parts) -> None:
    """Ask about 各县行政许可, where neither a sum nor the counties' own reports are named."""
    for word in parts.levels.words:
        before = parts.phrase.before(word.at)
        led = before is not None and parts.phrase.tokens[before].has("each", "by")
        if led and word.level in ("county", "city", "province"):
            name = parts.phrase.tokens[word.at].text
            raise AmbiguousError((f"各{name}下属单位的合计", f"各{name}政府自己的报告"))
