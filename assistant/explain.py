"""A plan in Chinese words, whole: every field that restricts or computes can be read off it.

For the user to see how the question was taken; it knows no library and no answer.
"""

from assistant.numbers import say_number
from assistant.plan import Condition, Measure, Place, Plan, Scope
from assistant.words import FUNCTIONS, GROUPS, LEVELS, place_name

_COMPARATORS = {
    "gt": "大于",
    "ge": "大于或等于",
    "lt": "小于",
    "le": "小于或等于",
    "eq": "等于",
    "ne": "不等于",
}
_MISSING = {"value": "没有读出数值", "report": "没有报告", "section": "不完整"}
_VERDICTS = {
    "fail": "不满足",
    "pass": "全部满足",
    "uncertain": "因缺数值而无法检验",
    "not_assessable": "因缺表格而无法检验",
}

_ASKS = {
    "what": "叙述",
    "how": "做法",
    "why": "原因",
    "problems": "问题",
    "plans": "改进措施和打算",
}


def explain(plan: Plan) -> str:
    """Return the reading of a plan as one Chinese sentence."""
    parts = [f"范围：{_scope(plan.scope)}", _conditions(plan), _operation(plan), _claim(plan)]
    return "理解为：" + "；".join(part for part in parts if part) + "。"


def _measure(measure: Measure) -> str:
    return measure.label


def _measures(plan: Plan) -> str:
    return "、".join(_measure(m) for m in plan.measures)


def _years(years: tuple[int, ...]) -> str:
    return "、".join(f"{year}年" for year in years)


def _place(place: Place) -> str:
    named = place_name(place) or place.said
    said = f"（问题中说“{place.said}”）" if place.said and place.said not in named else ""
    return f"{named}{said}{_years(place.years)}"


def _scope(scope: Scope) -> str:
    others = [LEVELS[level] for level in scope.levels if level != "township" or not scope.kinds]
    bodies = "、".join((*scope.kinds, *others))
    parts = [
        f"{_years(scope.years)}报告" if scope.years else "各年报告",
        "、".join(_place(place) for place in scope.places),
        bodies,
        f"{'、'.join(scope.forms)}版表格" if scope.forms else "",
        f"不含{'、'.join(_place(place) for place in scope.excluded)}" if scope.excluded else "",
    ]
    return "，".join(part for part in parts if part)


def _condition(condition: Condition, plan: Plan) -> str:
    measure, value = condition.measure, condition.value
    unit = measure.unit
    subject = measure.label
    if plan.operation == "change":
        subject += "的增减幅度" if plan.basis == "ratio" else "的增减数"
    if measure.over or (plan.operation == "change" and plan.basis == "ratio"):
        value, unit = value * 100, "%"
    return f"{subject}{_COMPARATORS[condition.comparator]}{say_number(value)}{unit}"


def _conditions(plan: Plan) -> str:
    if not plan.conditions:
        return ""
    joined = "，并且" if plan.match == "all" else "，或者"
    return "条件：" + joined.join(_condition(c, plan) for c in plan.conditions)


def _functions(plan: Plan) -> str:
    names = [*([plan.aggregate] if plan.aggregate else []), *plan.also]
    return "、".join(FUNCTIONS[name] for name in names)


def _order(plan: Plan) -> str:
    return "从高到低" if plan.descending else "从低到高"


def _top(plan: Plan) -> str:
    return f"取前{plan.limit}名（并列都列出）" if plan.limit is not None else ""


def _operation(plan: Plan) -> str:
    """Say what is done, with the group, order and cut that belong to it."""
    what = _purposes(plan)[plan.operation]
    group = f"按{GROUPS[plan.group_by]}分组" if plan.group_by else ""
    ordered = plan.operation in ("rank", "change") or (plan.group_by and plan.limit is not None)
    order = _order(plan) if ordered or not plan.descending else ""
    return "，".join(part for part in (what, group, order, _top(plan)) if part)


def _purposes(plan: Plan) -> dict[str, str]:
    measures, by = _measures(plan), "幅度" if plan.basis == "ratio" else "数"
    known = {condition.measure for condition in plan.conditions}
    if plan.operation == "rank":
        known |= set(plan.measures[:1])
    shown = f"，列出{measures}" if set(plan.measures) - known else ""
    return {
        "lookup": f"查{measures}",
        "list": f"列出符合条件的报告{shown}",
        "count": "数出符合条件的报告",
        "rank": f"按{plan.measures[0].label if plan.measures else ''}排序{shown}",
        "aggregate": f"计算{measures}的{_functions(plan)}",
        "compare": f"比较{measures}的多少和差额",
        "change": f"计算{measures}{_compared(plan.scope)}的增减{by}",
        "missing": f"找出{measures}{_tables(plan)}{_MISSING[plan.missing]}的报告或地方",
        "check": f"找出{_VERDICTS[plan.verdict]}勾稽规则{_rules(plan)}的报告",
        "inventory": "列出库中有哪些报告",
        "comparable": f"判断{measures}能否直接比较",
        "passages": _passages(plan),
        "mention": _mention(plan),
    }


def _compared(scope: Scope) -> str:
    """Say between which years: a single one is compared with the year before."""
    years = scope.named_years()
    return f"{years[0] - 1}年到{years[0]}年" if len(years) == 1 else "首尾两年"


def _passages(plan: Plan) -> str:
    about = f"与“{plan.topic}”有关的" if plan.topic else ""
    wanted = _ASKS.get(plan.asks or "what", "叙述")
    return f"从正文{_named_sections(plan)}查找{about}{wanted}{_terms(plan)}"


def _mention(plan: Plan) -> str:
    verb = "没有提到" if plan.absent else "提到"
    return (
        f"逐份查看正文{_named_sections(plan)}是否提到“{plan.topic}”，找出{verb}的报告{_terms(plan)}"
    )


def _terms(plan: Plan) -> str:
    """Say which words count, each group in brackets of its own."""
    groups = ["、".join(f"“{term}”" for term in group) for group in plan.terms]
    joined = "，并且" if plan.match == "all" else "，或者"
    return f"（查的词：{joined.join(groups)}）" if groups else ""


def _named_sections(plan: Plan) -> str:
    return f"（只看{'、'.join(plan.sections)}一节）" if plan.sections else ""


def _rules(plan: Plan) -> str:
    return "、".join(plan.rules) or "（全部）"


def _tables(plan: Plan) -> str:
    return "".join(f"表{section}" for section in plan.sections)


def _claim(plan: Plan) -> str:
    if plan.claim is None:
        return ""
    unit = plan.measures[0].unit if plan.measures else ""
    return f"核对说法：{say_number(plan.claim)}{unit}"
