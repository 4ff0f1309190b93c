"""Questions that set things against each other: compare places, change over years, comparable."""

from decimal import Decimal

from assistant.plan import Comparator, Condition, Measure, Plan
from assistant.understand.conditions import Bound, in_unit
from assistant.understand.ordering import Order, read_order
from assistant.understand.parts import Parts, insist_on_straight
from assistant.understand.phrase import AmbiguousError, unread
from assistant.understand.places import AREAS, bodies_of, own_bodies_of
from assistant.understand.scopes import build_scope
from assistant.understand.years import Years

_CUES = ("compare", "difference", "who_more", "than", "more", "which", "how_many", "but")
_MIRROR: dict[Comparator, Comparator] = {
    "gt": "lt", "ge": "le", "lt": "gt", "le": "ge", "eq": "eq", "ne": "ne",
}  # fmt: skip


def is_change(parts: Parts) -> bool:
    """Tell whether the question asks for a change over years."""
    phrase = parts.phrase
    if phrase.has("change", "since", "unchanged"):
        return True
    years = len(parts.years.years)
    if phrase.has("two_years"):
        return True
    apart = phrase.has("difference", "than", "who_more", "compare")
    return apart and len(parts.refs) <= 1 and years >= 2 and len(parts.measures) == 1


def read_change(parts: Parts) -> Plan:
    """Read 比上年增加多少, 增长最多的镇, 增幅超过50%."""
    phrase = parts.phrase
    words = [t.value("change") or "" for t in phrase.take("change")]
    if words and all(word == "trend" for word in words):
        return _trend(parts)
    _settle_since(parts)
    _insist_on_years(parts)
    phrase.take("since", "two_years", "from", "compare", "each", "both", "apart")
    direction = _direction([*words, *_compared_years(parts)])
    _insist_on_order(parts, direction)
    ratio = any(w.endswith("_ratio") or w == "double" for w in words) or phrase.has("percent")
    phrase.take("percent", "difference")
    if len(parts.measures) != 1:
        if not parts.measures:
            raise unread((words and ["变化"]) or ["比上年"], "没有说明是哪个指标的变化")
        raise AmbiguousError(f"{m.label}的变化" for m in parts.measures)
    measure = parts.measures[0]
    bounds, parts.bounds = parts.bounds, []
    ratio = ratio or any(b.number.unit in ("percent", "times") for b in bounds)
    conditions = _change_conditions(phrase_words(parts), measure, bounds, direction, ratio)
    order = read_order(phrase)
    conditions, descending, limit = _ordered(conditions, order, direction, measure, parts)
    if phrase.has("than") or len(parts.years.years) > 1:
        phrase.take("than", "more", "who_more")
    phrase.take("which", "how_many", "have", "weak_sum", "has_not", "claim")
    scope = build_scope(parts, whole_area=bool(parts.levels.named))
    scope = scope.model_copy(update={"years": _years(parts)})
    return Plan(
        operation="change",
        measures=(measure,),
        scope=scope,
        conditions=conditions,
        basis="ratio" if ratio else "difference",
        descending=descending,
        limit=limit,
    )


def _insist_on_years(parts: Parts) -> None:
    """Decline 跟柏岔镇一样多的镇, which sets towns against a town, not years against years."""
    phrase = parts.phrase
    bodies = any(not ref.is_area for ref in parts.refs) and bool(parts.levels.named)
    if bodies and phrase.has("unchanged") and not phrase.has("since", "two_years"):
        raise unread([t.text for t in phrase.tokens if t.has("unchanged")])


def _compared_years(parts: Parts) -> list[str]:
    """Return the direction that 比2021年多 and 比2021年少 say."""
    phrase = parts.phrase
    if len(parts.years.years) < 2 or not phrase.has("than"):
        return []
    return ["up" if t.value("more") == "desc" else "down" for t in phrase.take("more")]


def _insist_on_order(parts: Parts, direction: int) -> None:
    """Ask about 2021年比2022年增加: a change runs from the earlier year to the later."""
    tokens, years = parts.phrase.tokens, parts.years.years
    bases = [t.year for i, t in enumerate(tokens) if t.year and i and tokens[i - 1].has("than")]
    if direction and len(years) == 2 and bases == [years[1]]:
        words = ("增加", "减少") if direction > 0 else ("减少", "增加")
        raise AmbiguousError(f"{years[1]}年比{years[0]}年{word}" for word in words)


def _settle_since(parts: Parts) -> None:
    """Give 比上年 of one body its newest report year; ask which year where that is not settled."""
    phrase, years = parts.phrase, parts.years.years
    since = [t.text for t in phrase.tokens if t.has("since")]
    if not since or len(years) == 1:
        return
    if years:
        listed = len(parts.years.spans) > 1 and not phrase.has("than", "compare")
        if years[-1] - years[0] > 1 or listed:
            raise AmbiguousError(f"{year}年与{year - 1}年相比" for year in years[-6:])
        return
    held = _years_of_one(parts)
    if not held or any("去年" in word for word in since):
        known = held or phrase.names.years
        raise AmbiguousError(f"{year}年与{year - 1}年相比" for year in known[-6:])
    phrase.note(f"没有写年份，“{since[0]}”按{parts.refs[0].said}最新的报告年度{held[-1]}年理解")
    parts.years = Years((held[-1],), ())


def _years_of_one(parts: Parts) -> tuple[int, ...]:
    """Return the report years of the one body the question is about; none when there are more."""
    if not parts.single or len(parts.refs) != 1:
        return ()
    names, ref = parts.phrase.names, parts.refs[0]
    bodies = own_bodies_of(names, ref) if ref.level in AREAS else bodies_of(names, ref)
    return names.years_of(bodies) if len(bodies) == 1 else ()


def phrase_words(parts: Parts) -> set[str]:
    """Return which special words of change the question has."""
    found = {t.value("change") or "" for t in parts.phrase.tokens if t.has("change")}
    return found | ({"unchanged"} if parts.phrase.take("unchanged") else set())


def _trend(parts: Parts) -> Plan:
    """Read 趋势 as the numbers of every year."""
    phrase = parts.phrase
    phrase.take("group", "each", "how_many", "from", "which")
    if not parts.measures:
        raise unread(["趋势"], "没有说明是哪个指标的趋势")
    phrase.note("“趋势”按逐年列出数字理解")
    return Plan(operation="lookup", measures=parts.measures, scope=build_scope(parts))


def _direction(words: list[str]) -> int:
    """Return 1 for growth, -1 for decline, 0 for either."""
    up = any(w.startswith("up") or w == "double" for w in words)
    down = any(w.startswith("down") for w in words)
    return 0 if up == down else (1 if up else -1)


def _years(parts: Parts) -> tuple[int, ...]:
    """Return the first and last year, or the year and the one before."""
    years = parts.years.years
    if len(years) == 1:
        parts.phrase.note(f"变化按{years[0] - 1}年到{years[0]}年计算")
        return (years[0] - 1, years[0])
    if len(years) > 2:
        parts.phrase.note(f"变化按{years[0]}年到{years[-1]}年首尾两年计算")
        return (years[0], years[-1])
    if not years:
        parts.phrase.note("没有写年份，变化按范围内最早与最新的报告年度计算")
    return years


def _change_conditions(
    words: set[str], measure: Measure, bounds: list[Bound], direction: int, ratio: bool
) -> tuple[Condition, ...]:
    """Return the conditions on the change; a decline of more than v is a change below -v."""
    found: list[Condition] = []
    if "unchanged" in words:
        found.append(Condition(measure=measure, comparator="eq", value=Decimal(0)))
    if "double" in words and not bounds:
        found.append(Condition(measure=measure, comparator="ge", value=Decimal(1)))
    for bound in bounds:
        value = _change_value(measure, bound, ratio)
        if direction < 0:
            found.append(
                Condition(measure=measure, comparator=_MIRROR[bound.comparator], value=-value)
            )
        else:
            found.append(Condition(measure=measure, comparator=bound.comparator, value=value))
        if direction == 0 and not value == 0:
            raise AmbiguousError(
                (f"增加{bound.text}", f"减少{bound.text}", f"增减{bound.text}（不论方向）")
            )
        if bound.comparator in ("lt", "le") and direction:
            side: Comparator = "gt" if direction > 0 else "lt"
            found.append(Condition(measure=measure, comparator=side, value=Decimal(0)))
    return tuple(found)


def _change_value(measure: Measure, bound: Bound, ratio: bool) -> Decimal:
    number = bound.number
    if not ratio:
        return in_unit(measure, number, bound.text)
    if number.unit == "percent":
        return number.value / 100
    if number.unit == "times":
        return number.value
    raise unread([bound.text], f"“{bound.text}”没有写明百分比")


def _ordered(
    conditions: tuple[Condition, ...],
    order: Order | None,
    direction: int,
    measure: Measure,
    parts: Parts,
) -> tuple[tuple[Condition, ...], bool, int | None]:
    """Return conditions, order and limit: 增长的镇 keeps growth only, 下降最多 puts it first."""
    if order is not None and direction == 0 and order[1] is not None:
        raise AmbiguousError(("增加最多", "减少最多"))
    sign = Condition(measure=measure, comparator="gt" if direction > 0 else "lt", value=Decimal(0))
    lists = parts.phrase.has("which") or counts_named(parts)
    if order is None:
        if direction and not conditions and lists and parts.levels.words:
            conditions = (sign,)
        return conditions, direction >= 0, None
    most, limit = order
    if direction and not most and not conditions:
        conditions = (sign,)
    return conditions, most if direction >= 0 else not most, limit


def counts_named(parts: Parts) -> bool:
    """Tell whether bodies are asked for without 哪些 (许可下降的镇)."""
    # 增长的镇有多少 counts towns, 各镇增长多少 asks for their numbers.
    last = parts.levels.words[-1].at if parts.levels.words else 0
    asked = [(i, t.value("how_many")) for i, t in enumerate(parts.phrase.tokens)]
    wants = any(kind == "value" or (kind == "any" and i < last) for i, kind in asked)
    return bool(parts.levels.words) and not parts.phrase.has("each") and not wants


def is_compare(parts: Parts) -> bool:
    """Tell whether named things are set against each other."""
    phrase = parts.phrase
    if not phrase.has("compare", "difference", "who_more", "than", "more"):
        return False
    return len(parts.refs) >= 2 or (len(parts.refs) == 1 and len(parts.measures) >= 2)


def read_compare(parts: Parts) -> Plan:
    """Read 甲镇和乙镇谁的许可多多少; operands are the places times the measures."""
    phrase = parts.phrase
    insist_on_straight(parts)
    if parts.bounds or parts.claims:
        raise unread([b.text for b in parts.bounds] or ["数字"], "比较两者时没有读懂其中的数字")
    phrase.take(*_CUES, "weak_sum", "each", "both", "apart", "have", "claim")
    whole = bool(phrase.has("area")) or bool(parts.levels.named)
    if phrase.take_sums():
        whole = whole or any(ref.is_area for ref in parts.refs)
    if not parts.measures:
        raise AmbiguousError(("比较行政许可", "比较行政处罚", "比较新收的政府信息公开申请"))
    if len(parts.refs) > 1 and len(parts.measures) > 1 and phrase.has("than"):
        raise unread([m.label for m in parts.measures], "没有读懂谁与谁比")
    units = {m.unit for m in parts.measures}
    if len(units) > 1:
        raise unread([m.label for m in parts.measures], "单位不同的两项不能比较")
    scope = build_scope(parts, whole_area=whole, one_each=True)
    years = {p.years for p in scope.places}
    if len(years) > 1:
        phrase.note("各地年份不同，不是同年比较")
    return Plan(operation="compare", measures=parts.measures, scope=scope)


def read_comparable(parts: Parts) -> Plan:
    """Read 旧版…和新版…能直接比吗."""
    phrase = parts.phrase
    phrase.take("comparable", "compare", "together", "which", "has_not", "each", "claim")
    phrase.take("than", "both", "levels")
    phrase.take_sums()
    if not parts.measures:
        raise unread(["比较"], "没有说明是哪两个指标能否比较")
    scope = build_scope(parts, whole_area=True).model_copy(update={"forms": ()})
    return Plan(operation="comparable", measures=parts.measures, scope=scope)
