"""Questions over many reports: list, count, rank, aggregate, and what the library holds."""

from decimal import Decimal
from typing import cast

from assistant.plan import Aggregate, GroupBy, Measure, Plan
from assistant.understand import cells
from assistant.understand.conditions import ABSENT, Bound
from assistant.understand.measures import Group
from assistant.understand.numerals import Number
from assistant.understand.ordering import (
    GROUP_LEVELS,
    Order,
    functions,
    read_group,
    without_group_level,
)
from assistant.understand.parts import Parts, pair_up
from assistant.understand.phrase import AmbiguousError, Phrase, unread
from assistant.understand.places import bodies_of
from assistant.understand.scopes import LEVEL_NAMES, build_scope, names_bodies
from assistant.understand.segments import connected

_LISTING = (
    "which", "which_years", "which_year", "how_many", "have", "each", "weak_sum", "has_not",
    "claim",
)  # fmt: skip


def read_count(parts: Parts) -> Plan:
    """Read 多少个镇许可超过1000件; the group, if any, counts in each."""
    phrase = parts.phrase
    insist_on_single_numbers(parts)
    group = read_group(parts)
    parts = without_group_level(parts, group)
    _presence(parts)
    conditions, match, shown = pair_up(parts)
    if shown and not conditions and _means_some(parts):
        conditions, match, shown = pair_up(parts)
    if shown and conditions:
        raise unread([m.label for g in shown for m in g.measures])
    phrase.take("how_many", "which", "weak_sum", "have", "each")
    ask_every_year(parts)
    if len(parts.years.years) != 1:
        phrase.note("不限一年时按报告份数计数，同一单位每年一份")
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
    phrase = parts.phrase
    absent = all(bound.text.endswith(ABSENT) for bound in parts.bounds)
    if not absent or not parts.groups:
        return
    led = [i for g in parts.groups if (i := phrase.before(g.first)) is not None]
    each = [g for g in parts.groups if _led_by_have(phrase, g)]
    if parts.bounds:
        _have_beside_absence(parts, each)
    elif any(phrase.tokens[i].has("have", "has_not") for i in led) or _acts(parts):
        if any(t.text in ("数据", "数字", "数值", "记录") for t in phrase.tokens):
            raise AmbiguousError(("读出的数大于0的报告", "填写了这一项（包括填0）的报告"))
        phrase.take("have", "has_not")
        for group in each if len(each) > 1 else parts.groups[-1:]:
            parts.bounds.append(Bound("gt", Number(Decimal(0), "", False, 0), "有", group.last))
        phrase.note("“有”按读出的数大于0理解")


def _have_beside_absence(parts: Parts, groups: list[Group]) -> None:
    """Read the 有 of 有许可没有处罚的镇."""
    if groups:
        parts.phrase.take("have")
        parts.phrase.note("“有”按读出的数大于0理解")
    for group in groups:
        parts.bounds.append(Bound("gt", Number(Decimal(0), "", False, 0), "有", group.last))
    parts.bounds.sort(key=lambda bound: bound.at)


def _led_by_have(phrase: Phrase, group: Group) -> bool:
    before = phrase.before(group.first)
    return before is not None and phrase.tokens[before].has("have")


def _acts(parts: Parts) -> bool:
    """Tell whether a verb says the thing was done (办理了, 收到了, 制发了)."""
    phrase = parts.phrase
    lost = ("败诉", "诉讼败诉", "行政诉讼败诉", "胜诉", "被纠正", "被起诉", "被维持", "复议败诉")
    verbs = (
        *lost,
        "办理了",
        "作出了",
        "做出了",
        "实施了",
        "开展了",
        "收取了",
        "收了",
        "办理过",
        "进行了",
    )
    plain = ("实施", "发生", "作出", "做出", "开展", "被提起", "被提起了", "实施过", "发生过")
    acts = (
        *plain,
        "收了费",
        "收过费",
        "收到了",
        "收到过",
        "受理了",
        "接到了",
        "制发",
        "废止",
        "收到",
    )
    return any(t.text in (*verbs, *acts) for t in phrase.tokens)


def insist_on_single_numbers(parts: Parts) -> None:
    """Decline 合计超过5000件的县, 累计最多的镇: a plan compares single numbers, not sums of them.

    总数 and 总量 are also said of one number, so they stay where one report of one year is meant.
    """
    phrase = parts.phrase
    ends = [bound.at for bound in parts.bounds]
    ends += _said(phrase, "superlative", "ranking", "order", "limit")
    many = len(parts.years.years) != 1 or any(w.level in GROUP_LEVELS for w in parts.levels.words)
    if len(parts.measures) > 1:
        return  # 许可和处罚之和 is one number of one report
    for at in (*phrase.where("aggregate"), *(_said(phrase, "weak_sum") if many else ())):
        if any(at < end for end in ends):
            raise unread(
                [phrase.tokens[at].text],
                "合计、平均数不能再同一个数比较或排名；可以先问各县、各年的合计，再看哪些符合",
            )


def read_list(parts: Parts) -> Plan:
    """Read 哪些镇…超过1000件: the reports that meet all conditions."""
    phrase = parts.phrase
    insist_on_single_numbers(parts)
    _presence(parts)
    conditions, match, shown = pair_up(parts)
    if not conditions and _means_some(parts):
        conditions, match, shown = pair_up(parts)
    if not conditions:
        _decline_bare_list(parts)
    phrase.take(*_LISTING)
    phrase.use(*(i for i in phrase.where("group") if phrase.tokens[i].value("group") == "all"))
    ask_every_year(parts)
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


def _means_some(parts: Parts) -> bool:
    """Read 结果纠正的有哪些镇 as more than zero; a share, or several measures, stay open."""
    if len(parts.measures) != 1 or parts.measures[0].over or parts.phrase.has("both", "all"):
        return False
    last = parts.groups[-1].last
    parts.bounds.append(Bound("gt", Number(Decimal(0), "", False, 0), "大于0", last))
    parts.phrase.note(f"没有写数，按{parts.measures[0].label}大于0理解")
    return True


def ask_every_year(parts: Parts) -> None:
    """Ask about 2021年和2022年都超过: a plan judges each report, not a body over several years."""
    if len(parts.years.years) > 1 and parts.phrase.has("both"):
        raise AmbiguousError(f"{year}年满足条件的（逐年分开问）" for year in parts.years.years)


def _decline_bare_list(parts: Parts) -> None:
    parts.phrase.take(*_LISTING)
    if left := parts.phrase.left_over():
        raise unread(left)
    labels = "、".join(m.label for m in parts.measures)
    raise AmbiguousError(
        (f"列出{labels}大于0的报告", f"逐份列出{labels}", f"按{labels}从高到低排名")
    )


def read_rank(parts: Parts, order: Order) -> Plan:
    """Read 最多的前五个镇; the measure beside the superlative is ranked, the others are shown."""
    phrase = parts.phrase
    insist_on_single_numbers(parts)
    descending, limit = order
    conditions, match, shown = pair_up(parts)
    measures = _ranked_first(parts, shown)
    phrase.take("which", "how_many", "which_year", "which_years", "have", "each", "weak_sum")
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
    before = [g for g in shown if marks and g.last < marks[0]]
    key = before[-1] if before else shown[0]
    lined_up = [g for g in shown if g is not key]
    if len(key.measures) > 1 or any(abs(_gap(phrase, g, key)) == 0 for g in lined_up):
        measures = tuple(dict.fromkeys(m for g in shown for m in g.measures))
        total = cells.added(measures)
        if total and any(t == "sum" for t in functions(phrase)):
            return (total,)
        raise AmbiguousError(f"按{m.label}排名" for m in measures)
    if lined_up:
        raise unread([m.label for g in lined_up for m in g.measures], "一次只按一个指标排名")
    return key.measures


def _gap(phrase: Phrase, one: Group, other: Group) -> int:
    """Return 0 when two groups are only joined by 和, else 1."""
    first, second = sorted((one, other), key=lambda g: g.first)
    return 0 if connected(phrase, first.last, second.first) else 1


def read_aggregate(parts: Parts, asked: list[Aggregate], order: Order | None) -> Plan:
    """Read 合计, 平均数和中位数, 各县合计, 哪个县合计最多."""
    phrase = parts.phrase
    _ask_all_years(parts)
    _insist_on_one_sum(parts)
    group = "year" if phrase.take("which_year", "which_years") else read_group(parts)
    parts = without_group_level(parts, group)
    conditions, match, shown = pair_up(parts)
    measures = tuple(dict.fromkeys(m for g in shown for m in g.measures)) or tuple(
        dict.fromkeys(c.measure for c in conditions)
    )
    if len(measures) != 1:
        measures = (_one_measure(parts, measures),)
    kinds = {k for w in parts.levels.words for k in w.kinds}
    if group is None and phrase.has("both", "apart") and len(kinds) > 1:
        group = "kind"
    phrase.take("which", "how_many", "weak_sum", "each", "who_more", "have", "apart")
    _insist_on_question(parts)
    _insist_on_sort(parts)
    _note_years(parts, group)
    if order is not None and group is None:
        raise unread([t.text for t in phrase.tokens if t.has("superlative", "limit", "ranking")])
    descending, limit = order or (True, None)
    return Plan(
        operation="aggregate",
        measures=measures,
        scope=build_scope(
            parts,
            whole_area=True,
            one_each=group is None,
            usual=group not in ("level", "kind"),
        ),
        conditions=conditions,
        match=match,
        aggregate=asked[0],
        also=tuple(asked[1:]),
        group_by=group,
        descending=descending,
        limit=limit,
    )


def _said(phrase: Phrase, *kinds: str) -> list[int]:
    """Return the places of all tokens of these kinds, whether used by now or not."""
    return [at for at, token in enumerate(phrase.tokens) if token.has(*kinds)]


def _insist_on_one_sum(parts: Parts) -> None:
    """Decline a sum that is compared, and one total where one for each place or year is asked."""
    phrase = parts.phrase
    sums = _said(phrase, "aggregate", "weak_sum")
    bounds = [bound for bound in parts.bounds if any(at < bound.at for at in sums)]
    if bounds and len(parts.measures) == 1:
        raise unread(
            [bounds[0].text],
            "合计、平均数不能再同一个数比较；可以先问各县、各镇的数，再看哪些符合",
        )
    several = len(parts.refs) > 1 or len(parts.years.years) > 1
    last = max(sums, default=0)
    apart = [at for at in phrase.where("apart", "each") if at > last]
    if several and apart:
        raise unread([phrase.tokens[apart[0]].text], "一次只能合计一个范围，请分开问")


def _ask_all_years(parts: Parts) -> None:
    """Ask whether 历年各镇合计 is one number or one for each year; of one body it is one number."""
    if "all" in parts.phrase.values("group") and len(parts.refs) != 1:
        raise AmbiguousError(("按年分别合计", "全部年份加在一起"))


def _one_measure(parts: Parts, measures: tuple[Measure, ...]) -> Measure:
    if not measures:
        raise unread(["合计"], "没有说明是哪个指标")
    total = cells.added(measures)
    if total and parts.phrase.has("together_sum"):
        return total
    joined = "、".join(m.label for m in measures)
    choices = [f"{m.label}（单独）" for m in measures]
    raise AmbiguousError([*choices, f"{joined}相加"] if total else choices)


def _insist_on_question(parts: Parts) -> None:
    """Decline 许可是各乡镇之和吗, which asserts how one number comes about."""
    tokens = parts.phrase.tokens
    for at, token in enumerate(tokens[:-1]):
        if token.text in ("是", "为", "等于") and tokens[at + 1].has(
            "each", "all", "level", "area"
        ):
            raise unread([token.text + tokens[at + 1].text], "没有读懂一个数是不是另一些数的合计")


def _insist_on_sort(parts: Parts) -> None:
    """Ask which of 各单位 are added up: a county's report may hold its towns' numbers already."""
    held = parts.phrase.names.levels
    if parts.levels.words and not parts.levels.named and names_bodies(parts) and len(held) > 1:
        known = [f"只算{LEVEL_NAMES[level]}" for level in LEVEL_NAMES if level in held]
        raise AmbiguousError((*known, "库中全部报告一起算（上级报告可能已含下级，会重复）"))


def _note_years(parts: Parts, group: GroupBy | None) -> None:
    """Say that a number without a year is of all years together."""
    phrase = parts.phrase
    if parts.years.years or group == "year":
        return
    bodies = [b for ref in parts.refs for b in bodies_of(phrase.names, ref)]
    if len(phrase.names.years_of(bodies) if parts.refs else phrase.names.years) > 1:
        phrase.note("没有写年份，各年的报告一起计算")


def read_inventory(parts: Parts) -> Plan:
    """Read 库里有多少份报告, 有哪些年份, 有哪些镇."""
    phrase = parts.phrase
    _insist_on_reports(parts)
    group = _inventory_group(parts)
    parts = without_group_level(parts, group)
    phrase.take(
        "inventory", "library", "which", "how_many", "have", "has_not", "each", "weak_sum",
        "overview", "by", "claim",
    )  # fmt: skip
    for token in phrase.take("aggregate"):
        if token.value("aggregate") != "sum":
            raise unread([token.text])
    return Plan(operation="inventory", scope=build_scope(parts, whole_area=True), group_by=group)


def _insist_on_reports(parts: Parts) -> None:
    """Ask about 有多少个镇 over several years, for which a plan counts reports, and 两年都有."""
    phrase = parts.phrase
    years = parts.years.years or phrase.names.years
    bodies = parts.levels.words and phrase.tokens[parts.levels.words[-1].at].text
    if len(parts.years.years) > 1 and parts.levels.named:
        raise AmbiguousError(f"{year}年有报告的{bodies}（逐年分开问）" for year in years)
    counts = any(t.has("how_many") and "份" not in t.text for t in phrase.tokens)
    if counts and bodies and "报" not in bodies and len(years) > 1:
        said = [f"{year}年有报告的{bodies}（写明一年）" for year in years[-3:]]
        whole = f"库中{bodies}的报告有多少份（同一单位每年一份）"
        areas = [w.level for w in parts.levels.words if w.level in GROUP_LEVELS]
        raise AmbiguousError((f"库中各{bodies}分别有几份报告" if areas else whole, *said))


def _inventory_group(parts: Parts) -> GroupBy | None:
    """Return what the holdings are counted by: 有哪些年份, 有几个省."""
    if parts.phrase.take("which_years", "which_year", "group"):
        return "year"
    areas = [w.level for w in parts.levels.words if w.level in GROUP_LEVELS]
    return cast("GroupBy", areas[0]) if len(set(areas)) == 1 else read_group(parts)
