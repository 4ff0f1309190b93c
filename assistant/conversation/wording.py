"""A plan as a Chinese question that the rules read back as the same plan; knows no library.

What is written here is shown to the user and read again: a plan that does not come back the same
is never answered, so a kind of plan without a wording is declined, not guessed.
"""

import re
from collections.abc import Callable, Mapping

from assistant.numbers import say_number
from assistant.plan import Comparator, Condition, Measure, Operation, Place, Plan, Scope
from assistant.words import FUNCTIONS, place_name
from index.model import Level

_COMPARATORS: dict[Comparator, str] = {
    "gt": "大于", "ge": "不少于", "lt": "小于", "le": "不超过", "eq": "等于", "ne": "不等于",
}  # fmt: skip
_KINDS = {
    ("镇",): "镇",
    ("乡", "民族乡"): "乡",
    ("街道",): "街道",
    ("乡", "民族乡", "苏木", "镇"): "乡镇",
    ("街道", "镇"): "镇街",
    ("民族乡",): "民族乡",
    ("苏木",): "苏木",
    (): "乡镇街道",
}
_LEVELS = {"bureau": "部门", "county": "县", "city": "市", "province": "省"}
_GROUPS = {
    "county": "按县统计", "city": "按市统计", "province": "按省统计", "year": "按年统计",
    "kind": "按类型统计", "level": "按级别统计", "form": "按表格版本统计",
}  # fmt: skip
_RANKED = {"county": "县", "city": "市", "province": "省"}
_VERDICTS = {
    "fail": "不通过", "pass": "通过", "uncertain": "无法判断", "not_assessable": "无法判断",
}  # fmt: skip
_OWN: tuple[tuple[Level, ...], ...] = (("county",), ("city",), ("province",))
# What a label adds for a reader and the rules do not need; a total is what a row means by itself.
_ASIDE = re.compile(r"（[^（）]*）|·总计|[“”]")


def write_question(plan: Plan) -> str:
    """Return a question that asks for what the plan says."""
    return _WRITERS[plan.operation](plan)


def say_measure(measure: Measure) -> str:
    """Return a measure in words that the rules know."""
    plain = _ASIDE.sub("", measure.label)
    if "＋" in plain and not measure.over:
        return "和".join(plain.split("＋")) + "之和"
    return plain.replace("＋", "和")


def say_place_name(place: Place) -> str:
    """Return the whole name of a place, its areas in front."""
    return place_name(place) or place.said


def say_years(years: tuple[int, ...]) -> str:
    """Return report years as a question names them."""
    if len(years) > 2 and years == tuple(range(years[0], years[-1] + 1)):
        return f"{years[0]}年至{years[-1]}年"
    return "和".join(f"{year}年" for year in years)


def _place(place: Place) -> str:
    return f"{say_years(place.years)}{say_place_name(place)}"


def say_places(scope: Scope) -> str:
    """Return the places of a scope, each with its own years."""
    return "和".join(_place(place) for place in scope.places)


def _where(scope: Scope) -> str:
    """Return years, places, forms and what is left out."""
    out = f"除{'和'.join(_place(p) for p in scope.excluded)}外" if scope.excluded else ""
    forms = "和".join(f"{form}版" for form in scope.forms)
    return f"{out}{say_years(scope.years)}{say_places(scope)}{forms}"


def _bodies(scope: Scope) -> str:
    """Return what the reports are called: 镇, 乡镇街道, 部门; "" when the scope does not say."""
    own = len(scope.places) == 1 and scope.levels in _OWN
    if not scope.levels or (own and not scope.places[0].township):
        return ""
    if "township" in scope.levels:
        return _KINDS.get(tuple(sorted(scope.kinds)), "、".join(scope.kinds))
    return "和".join(_LEVELS.get(level, "") for level in scope.levels)


def _number(condition: Condition, *, ratio: bool = False) -> str:
    value, unit = condition.value, condition.measure.unit
    if condition.measure.over or ratio:
        value, unit = value * 100, "%"
    return f"{say_number(value)}{unit}"


def _condition(condition: Condition) -> str:
    words = _COMPARATORS[condition.comparator]
    return f"{say_measure(condition.measure)}{words}{_number(condition)}"


def _conditions(plan: Plan) -> str:
    joined = "且" if plan.match == "all" else "或"
    return joined.join(_condition(condition) for condition in plan.conditions)


def _measures(plan: Plan) -> str:
    return "、".join(say_measure(m) for m in plan.measures)


def _shown(plan: Plan, ranked: tuple[Measure, ...] = ()) -> str:
    """Return the measures shown beside those that are compared or ranked."""
    known = {c.measure for c in plan.conditions} | set(ranked)
    more = [say_measure(m) for m in plan.measures if m not in known]
    return f"，{'、'.join(more)}分别是多少" if more else ""


def _lookup(plan: Plan) -> str:
    bodies = _bodies(plan.scope)
    each = f"各{bodies}" if bodies else ""
    head = f"{_where(plan.scope)}{each}{_measures(plan)}"
    if plan.claim is not None:
        unit = plan.measures[0].unit if plan.measures else ""
        return f"{head}是{say_number(plan.claim)}{unit}，对吗"
    return f"{head}是多少" if len(plan.measures) == 1 else f"{head}分别是多少"


def _list(plan: Plan) -> str:
    bodies, tail = _bodies(plan.scope), _shown(plan)
    asked = f"的{bodies}有哪些" if bodies else "的有哪些"
    if not bodies and plan.scope.places:
        asked = "吗"
    return f"{_where(plan.scope)}{_conditions(plan)}{asked}{tail}"


def _count(plan: Plan) -> str:
    bodies = _bodies(plan.scope)
    noun = f"{bodies}有多少个" if bodies else "报告有多少份"
    return f"{_group(plan)}{_where(plan.scope)}{_conditions(plan)}的{noun}"


def _group(plan: Plan) -> str:
    return _GROUPS.get(plan.group_by or "", "")


def _rank(plan: Plan) -> str:
    bodies = _bodies(plan.scope)
    filters = f"{_conditions(plan)}的{bodies or '报告'}中" if plan.conditions else ""
    measure = say_measure(plan.measures[0])
    head = f"{_where(plan.scope)}{filters}"
    if plan.limit is None:
        order = "从高到低排名" if plan.descending else "从低到高排名"
        return f"{head}{'各' if bodies else ''}{bodies}{measure}{order}"
    most = "最多" if plan.descending else "最少"
    noun = f"{plan.limit}个{bodies}" if bodies else f"前{plan.limit}名"
    return f"{head}{measure}{most}的{noun}"


def _aggregate(plan: Plan) -> str:
    names = [plan.aggregate, *plan.also] if plan.aggregate else []
    functions = "和".join(FUNCTIONS[name] for name in names)
    bodies, where = _bodies(plan.scope), _where(plan.scope)
    number = f"{say_measure(plan.measures[0])}{functions}"
    most = "最多" if plan.descending else "最少"
    if plan.group_by == "year" and plan.limit == 1:
        return f"{where}哪一年各{bodies}{number}{most}"
    filters = f"{_conditions(plan)}的" if plan.conditions else ""
    if plan.group_by in _RANKED and plan.limit is not None:
        group = _RANKED[plan.group_by]
        if plan.limit == 1:
            return f"{where}哪个{group}的{bodies}{number}{most}"
        return f"{where}{filters}{bodies}{number}{most}的前{plan.limit}个{group}"
    each = bodies if filters or not bodies else f"各{bodies}"
    return f"{_group(plan)}{where}{filters}{each}{number}"


def _change(plan: Plan) -> str:
    """Write a change over two years, plain, ranked or compared with a number."""
    scope = plan.scope.model_copy(update={"years": ()})
    bodies, years, measure = _bodies(scope), plan.scope.years, say_measure(plan.measures[0])
    over = f"{years[1]}年比{years[0]}年" if len(years) == 2 else ""
    down = not plan.descending
    verb = "减少" if down else "增加"
    head = f"{_where(scope)}{bodies}{measure}{over}"
    ratio = plan.basis == "ratio"
    if plan.limit is not None:
        most = f"{'降幅' if down else '增幅'}最大" if ratio else f"{verb}最多"
        return f"{head}{most}的{plan.limit}个{bodies}"
    if plan.conditions:
        return f"{_where(scope)}{measure}{over}{verb}{_change_bounds(plan, down)}的{bodies}有哪些"
    return f"{head}变化{'率' if ratio else ''}是多少"


def _change_bounds(plan: Plan, down: bool) -> str:
    """Write the number of a change; a decline by more than v stands in the plan as below -v."""
    mirror: dict[Comparator, Comparator] = {"gt": "lt", "ge": "le", "lt": "gt", "le": "ge"}
    said = []
    for one in plan.conditions:
        if one.value == 0:
            continue
        comparator = mirror.get(one.comparator, one.comparator) if down else one.comparator
        value = -one.value if down else one.value
        shown = one.model_copy(update={"value": value})
        ratio = plan.basis == "ratio"
        said.append(f"{_COMPARATORS[comparator]}{_number(shown, ratio=ratio)}")
    return "且".join(said)


def _compare(plan: Plan) -> str:
    bodies = _bodies(plan.scope)
    return f"{_where(plan.scope)}{bodies}{'和'.join(map(say_measure, plan.measures))}相差多少"


def _missing(plan: Plan) -> str:
    bodies = _bodies(plan.scope) or "报告"
    if plan.missing == "report":
        return f"{_where(plan.scope)}没有报告的{bodies}有哪些"
    if plan.missing == "section":
        tables = "和".join(f"表{section}" for section in plan.sections)
        return f"{_where(plan.scope)}{tables}不完整的{bodies}有哪些"
    return f"{_where(plan.scope)}没有填写{_measures(plan)}的{bodies}有哪些"


def _check(plan: Plan) -> str:
    bodies = _bodies(plan.scope) or "报告"
    rules = "、".join(plan.rules)
    return f"{_where(plan.scope)}{rules}{_VERDICTS[plan.verdict]}的{bodies}有哪些"


def _inventory(plan: Plan) -> str:
    bodies = _bodies(plan.scope)
    if plan.group_by == "year":
        return f"库里有哪些年份的{say_places(plan.scope)}{bodies}报告"
    if group := _group(plan):
        return f"库里{group}各有多少份{_where(plan.scope)}{bodies}报告"
    return f"库里{_where(plan.scope)}{bodies}有哪些报告"


def _comparable(plan: Plan) -> str:
    return f"{_where(plan.scope)}{'和'.join(map(say_measure, plan.measures))}能直接比较吗"


_WRITERS: Mapping[Operation, Callable[[Plan], str]] = {
    "lookup": _lookup,
    "list": _list,
    "count": _count,
    "rank": _rank,
    "aggregate": _aggregate,
    "compare": _compare,
    "change": _change,
    "missing": _missing,
    "check": _check,
    "inventory": _inventory,
    "comparable": _comparable,
}
