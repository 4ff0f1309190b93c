"""Questions over many reports: list, count, rank, aggregate, and what the library holds."""

from typing import Literal, cast

from assistant.names import Body
from assistant.plan import Aggregate, GroupBy, Measure, Plan
from assistant.understand import cells
from assistant.understand.measures import Group
from assistant.understand.parts import Parts, pair_up
from assistant.understand.phrase import Phrase, Several, unread
from assistant.understand.places import bodies_of
from assistant.understand.scopes import build_scope

_GROUP_LEVELS = ("county", "city", "province")
_GROUP_NAMES = {"county": "县", "city": "市", "province": "省"}
Order = tuple[bool, int | None]


def read_order(phrase: Phrase) -> Order | None:
    """Use the words of a ranking; return (descending, limit), None when there are none."""
    if not phrase.where("superlative", "ranking", "order", "limit"):
        return None
    directions = {t.value("superlative") for t in phrase.take("superlative")}
    directions |= {t.value("order") for t in phrase.take("order")}
    ranked = bool(directions)
    limits = [t.limit for t in phrase.take("limit") if t.limit]
    phrase.take("ranking")
    limits += _counted_bodies(phrase)
    if len(limits) > 1 or len(directions) > 1:
        raise Several(("从高到低排名", "从低到高排名"))
    limit: int | None = None
    if limits:
        direction, limit = limits[0]
        if direction in ("last", "last_place"):
            if "desc" in directions:
                raise Several((f"最多的前{limit}个", f"最少的前{limit}个"))
            directions.add("asc")
        if direction in ("place", "last_place"):
            phrase.note(f"第{limit}名见所列前{limit}名的最后一位")
    elif ranked and not phrase.has("ranking", "order"):
        limit = 1
    return "asc" not in directions, limit


def _counted_bodies(phrase: Phrase) -> list[tuple[str, int]]:
    """Read 最多的5个镇 and 哪三个镇: a number that counts the bodies."""
    found: list[tuple[str, int]] = []
    for at in phrase.where("number"):
        number, following = phrase.tokens[at].number, at + 1
        bodies = following < len(phrase.tokens) and phrase.tokens[following].has("level")
        if number and (
            number.counter in ("个", "家", "名", "位", "份") or (bodies and not number.unit)
        ):
            if number.value == int(number.value) and number.value > 0:
                phrase.use(at)
                found.append(("first", int(number.value)))
    return found


def read_group(parts: Parts) -> GroupBy | None:
    """Use the words of a grouping (各县, 按年, 镇和街道分别) and return it."""
    phrase = parts.phrase
    found: list[GroupBy] = []
    if phrase.take("group"):
        found.append("year")
    for at in phrase.where("levels"):
        phrase.use(at)
        found.append(cast("GroupBy", phrase.tokens[at].value("levels")))
    for word in parts.levels.words:
        before = phrase.before(word.at)
        led = before is not None and phrase.tokens[before].has("each", "by", "which")
        if word.level in _GROUP_LEVELS and led:
            found.append(cast("GroupBy", word.level))
    if len(set(found)) > 1:
        raise unread(["分组"], "一次只能按一种方式分组")
    return found[0] if found else None


def _without_group_level(parts: Parts, group: GroupBy | None) -> Parts:
    """Return the parts with the level word that only names the grouping taken out."""
    if group not in _GROUP_LEVELS:
        return parts
    words = tuple(w for w in parts.levels.words if w.level != group)
    parts.levels = parts.levels._replace(words=words)
    return parts


def functions(phrase: Phrase) -> list[Aggregate]:
    """Use and return the functions asked for (合计, 平均数和中位数)."""
    found = [cast("Aggregate", t.value("aggregate")) for t in phrase.take("aggregate")]
    return list(dict.fromkeys(found))


def counts_bodies(parts: Parts) -> bool:
    """Tell whether 多少 asks for a number of bodies (多少个镇, …的镇有几个), not for a value."""
    phrase = parts.phrase
    for at in phrase.where("how_many"):
        following = phrase.after(at)
        if following is not None and phrase.tokens[following].has("level"):
            return True
        kind = phrase.tokens[at].value("how_many")
        if kind == "value" or not parts.levels.words:
            continue
        if kind == "body" or (parts.bounds and at > max(b.at for b in parts.bounds)):
            shown = [g for g in parts.groups if g.first > at or _just_before(phrase, g, at)]
            if not shown:
                return True
    return False


def _just_before(phrase: Phrase, group: Group, at: int) -> bool:
    return phrase.before(at) == group.last


def read_count(parts: Parts) -> Plan:
    """Read 多少个镇许可超过1000件; the group, if any, counts in each."""
    phrase = parts.phrase
    group = read_group(parts)
    parts = _without_group_level(parts, group)
    _presence(parts)
    conditions, match, shown = pair_up(parts)
    phrase.take("how_many", "which", "weak_sum", "have", "each")
    if not conditions and parts.measures:
        raise unread([m.label for m in parts.measures], "没有说明要数满足什么条件的报告")
    return Plan(
        operation="count",
        measures=tuple(dict.fromkeys(c.measure for c in conditions)),
        scope=build_scope(parts, whole_area=True),
        conditions=conditions,
        match=match,
        group_by=group,
    )


def _presence(parts: Parts) -> None:
    """Read 有行政处罚的镇 and 哪些镇收到了申请 as more than zero."""
    from assistant.understand.conditions import Bound
    from assistant.understand.numerals import Number

    phrase = parts.phrase
    if parts.bounds or not parts.groups:
        return
    led = [i for g in parts.groups if (i := phrase.before(g.first)) is not None]
    if any(phrase.tokens[i].has("have", "has_not") for i in led) or _acts(parts):
        if any(t.text in ("数据", "数字", "数值", "记录") for t in phrase.tokens):
            raise Several(("读出的数大于0的报告", "填写了这一项（包括填0）的报告"))
        phrase.take("have", "has_not")
        from decimal import Decimal

        at = parts.groups[-1].last
        parts.bounds.append(Bound("gt", Number(Decimal(0), "", False, 0), "有", at))
        phrase.note("“有”按读出的数大于0理解")


def _acts(parts: Parts) -> bool:
    """Tell whether a verb says the thing was done (办理了, 收到了, 制发了)."""
    phrase = parts.phrase
    verbs = ("办理了", "作出了", "做出了", "实施了", "开展了", "收取了", "收了", "办理过", "进行了")
    acts = ("收到了", "收到过", "受理了", "接到了", "制发", "废止", "收到")
    return any(t.text in (*verbs, *acts) for t in phrase.tokens)


def read_list(parts: Parts) -> Plan:
    """Read 哪些镇…超过1000件: the reports that meet all conditions."""
    phrase = parts.phrase
    _presence(parts)
    conditions, match, shown = pair_up(parts)
    if not conditions:
        _decline_bare_list(parts)
    phrase.take(
        "which", "which_years", "which_year", "how_many", "have", "each", "weak_sum", "has_not"
    )
    phrase.take("claim")
    measures = tuple(
        dict.fromkeys([c.measure for c in conditions] + [m for g in shown for m in g.measures])
    )
    return Plan(
        operation="list",
        measures=measures,
        scope=build_scope(parts, whole_area=bool(parts.levels.named) or not parts.refs),
        conditions=conditions,
        match=match,
    )


def _decline_bare_list(parts: Parts) -> None:
    labels = "、".join(m.label for m in parts.measures)
    raise Several((f"列出{labels}大于0的报告", f"逐份列出{labels}", f"按{labels}从高到低排名"))


def read_rank(parts: Parts, order: Order) -> Plan:
    """Read 最多的前五个镇; the measure beside the superlative is ranked, the others are shown."""
    phrase = parts.phrase
    descending, limit = order
    conditions, match, shown = pair_up(parts)
    measures = _ranked_first(parts, shown)
    phrase.take(
        "which", "how_many", "which_year", "which_years", "have", "more", "each", "weak_sum"
    )
    scope = build_scope(parts, whole_area=True)
    return Plan(
        operation="rank",
        measures=measures,
        scope=scope,
        conditions=conditions,
        match=match,
        descending=descending,
        limit=limit,
    )


def _ranked_first(parts: Parts, shown: list[Group]) -> tuple[Measure, ...]:
    """Return the ranked measure, then the others shown with it."""
    phrase = parts.phrase
    if not shown:
        raise unread(["排名"], "没有说明按哪个指标排名")
    words = ("superlative", "limit", "ranking", "order")
    marks = [i for i, t in enumerate(phrase.tokens) if t.has(*words)]
    before = [g for g in shown if g.last < marks[0]]
    key = before[-1] if before else shown[0]
    lined_up = [g for g in shown if g is not key]
    if len(key.measures) > 1 or any(abs(_gap(phrase, g, key)) == 0 for g in lined_up):
        measures = tuple(dict.fromkeys(m for g in shown for m in g.measures))
        total = cells.added(measures)
        if total and any(t == "sum" for t in functions(phrase)):
            return (total,)
        raise Several(f"按{m.label}排名" for m in measures)
    if lined_up and not phrase.has("how_many"):
        raise unread([m.label for g in lined_up for m in g.measures])
    return tuple(dict.fromkeys([*key.measures, *(m for g in lined_up for m in g.measures)]))


def _gap(phrase: Phrase, one: Group, other: Group) -> int:
    """Return 0 when two groups are only joined by 和, else 1."""
    from assistant.understand.measures import connected

    first, second = sorted((one, other), key=lambda g: g.first)
    return 0 if connected(phrase, first.last, second.first) else 1


def read_aggregate(parts: Parts, asked: list[Aggregate], order: Order | None) -> Plan:
    """Read 合计, 平均数和中位数, 各县合计, 哪个县合计最多."""
    phrase = parts.phrase
    group = read_group(parts)
    parts = _without_group_level(parts, group)
    conditions, match, shown = pair_up(parts)
    measures = tuple(dict.fromkeys(m for g in shown for m in g.measures)) or tuple(
        dict.fromkeys(c.measure for c in conditions)
    )
    if len(measures) != 1:
        measures = (_one_measure(parts, measures),)
    kinds = {k for w in parts.levels.words for k in w.kinds}
    if group is None and phrase.has("both") and len(kinds) > 1:
        group = "kind"
    phrase.take("which", "how_many", "weak_sum", "each", "more", "who_more", "have", "both")
    _settle_levels(parts)
    if order is not None and group is None:
        raise unread([t.text for t in phrase.tokens if t.has("superlative", "limit", "ranking")])
    descending, limit = order or (True, None)
    return Plan(
        operation="aggregate",
        measures=measures,
        scope=build_scope(parts, whole_area=True, one_each=group is None),
        conditions=conditions,
        match=match,
        aggregate=asked[0],
        also=tuple(asked[1:]),
        group_by=group,
        descending=descending,
        limit=limit,
    )


def _one_measure(parts: Parts, measures: tuple[Measure, ...]) -> Measure:
    if not measures:
        raise unread(["合计"], "没有说明是哪个指标")
    total = cells.added(measures)
    if total and parts.phrase.has("together_sum"):
        return total
    joined = "、".join(m.label for m in measures)
    choices = [f"{m.label}（单独）" for m in measures]
    raise Several([*choices, f"{joined}相加"] if total else choices)


def _settle_levels(parts: Parts) -> None:
    """Ask which bodies to add up when the library holds several levels and none is named."""
    phrase, names = parts.phrase, parts.phrase.names
    if parts.levels.words or parts.levels.without:
        return
    areas = [ref for ref in parts.refs if ref.is_area and not ref.own]
    if parts.refs and not areas:
        return
    held: set[Body] = (
        {b for ref in areas for b in bodies_of(names, ref)} if areas else set(names.bodies)
    )
    levels = {b.level for b in held}
    if len(levels) > 1 and not phrase.has("area"):
        raise Several(
            (
                "只算乡镇街道的报告",
                "只算部门的报告" if "bureau" in levels else "只算县级及以上政府自己的报告",
                "库中全部报告一起算（上级报告可能已含下级，会重复）",
            )
        )


def read_inventory(parts: Parts) -> Plan:
    """Read 库里有多少份报告, 有哪些年份, 有哪些镇."""
    phrase = parts.phrase
    group: GroupBy | None = None
    if phrase.take("which_years", "which_year", "group"):
        group = "year"
    else:
        group = read_group(parts)
    parts = _without_group_level(parts, group)
    phrase.take(
        "inventory", "library", "which", "how_many", "have", "has_not", "each", "weak_sum",
        "overview", "by", "claim",
    )  # fmt: skip
    for token in phrase.take("aggregate"):
        if token.value("aggregate") != "sum":
            raise unread([token.text])
    return Plan(operation="inventory", scope=build_scope(parts, whole_area=True), group_by=group)


Direction = Literal["desc", "asc"]
