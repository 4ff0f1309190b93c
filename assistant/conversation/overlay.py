"""The last plan with the parts that a follow-up names put in their places; runs nothing.

Where the parts fit in several ways the readings are named, where they do not fit nothing is
guessed: both by raising what the question rules raise.
"""

from decimal import Decimal
from typing import Literal

from assistant.conversation.fragment import Fragment, comparator_of
from assistant.conversation.scoping import WITH_MEASURE, scoped
from assistant.conversation.subjects import (
    inside,
    is_single,
    only_bodies,
    only_row,
    row_name,
    scope_of,
)
from assistant.conversation.turns import Turn
from assistant.names import Names
from assistant.plan import Comparator, Condition, Measure, Plan
from assistant.understand.conditions import Bound, as_condition, in_unit
from assistant.understand.phrase import AmbiguousError, unread
from assistant.words import place_name

_INVERSE: dict[Comparator, Comparator] = {
    "gt": "le", "ge": "lt", "lt": "ge", "le": "gt", "eq": "ne", "ne": "eq",
}  # fmt: skip
_FILTERING = ("list", "count")


def overlay(fragment: Fragment, turn: Turn, names: Names) -> Plan:
    """Return the plan that the follow-up asks for."""
    plan = turn.plan
    if plan is None or (fragment.names_nothing and not fragment.marked.has("one")):
        raise unread([fragment.marked.rest or "…"], "没有说明接着上一问问什么")
    _insist_on_one_step(fragment)
    _insist_on_kind(fragment, plan)
    claimed = _claims(fragment, plan)
    plan = plan.model_copy(update={"claim": None})
    plan = scoped(plan, fragment, turn, names)
    plan = _measured(plan, fragment)
    plan = _changed(plan, fragment)
    plan = _filtered(plan, fragment, claimed)
    plan = _operated(plan, fragment)
    plan = _asserted(plan, fragment, turn, names) if claimed else plan
    _insist_on_named(fragment, plan)
    return plan


def insist_on_old(old: Fragment, plan: Plan) -> None:
    """Decline 把收费换成处罚 where the last question did not ask about 收费."""
    places = {place_name(place) for place in plan.scope.places}
    named = {m.label for m in old.measures} - _labels(plan)
    named |= {f"{year}年" for year in set(old.years) - set(plan.scope.years)}
    named |= {r.said for r in old.refs if not any(r.said in place for place in places)}
    if named:
        raise unread(sorted(named), f"上一问没有问“{'、'.join(sorted(named))}”")


def _labels(plan: Plan) -> set[str]:
    return {m.label for m in (*plan.measures, *(c.measure for c in plan.conditions))}


def _insist_on_named(fragment: Fragment, plan: Plan) -> None:
    """Decline when something the follow-up names did not find its place in the plan."""
    scope = plan.scope
    lost = [m.label for m in fragment.measures if m.label not in _labels(plan)]
    lost += [f"{year}年" for year in fragment.years if year not in scope.years]
    if len(fragment.refs) > len(scope.places) or len(fragment.excluded) > len(scope.excluded):
        lost.append("地名")
    if len(fragment.bounds) > len(plan.conditions) + (plan.claim is not None):
        lost += [bound.text for bound in fragment.bounds]
    if fragment.levels and fragment.levels != scope.levels:
        lost.append("机构类型")
    if lost:
        raise unread(lost)


def _insist_on_one_step(fragment: Fragment) -> None:
    """Decline what is no follow-up but a question of its own that was not read."""
    steps = (
        fragment.order is not None, bool(fragment.functions), bool(fragment.group),
        bool(fragment.changes), fragment.compares, fragment.others, bool(fragment.ordinal),
        bool(fragment.bounds or fragment.comparator),
    )  # fmt: skip
    if sum(steps) > 1 or (any(steps[:6]) and fragment.number):
        raise unread([fragment.marked.rest], "这句话里有几个要求，没有读懂怎样接上一问")
    if (fragment.comparator and fragment.number) or (fragment.comparator and fragment.measures):
        raise unread([fragment.marked.rest])
    if fragment.ordinal and (fragment.level.words or fragment.lists or fragment.counts):
        raise unread([fragment.marked.rest], "没有读懂问的是上一个回答的第几个，还是新的排名")
    if only_bodies(fragment.refs) and any(steps[:3]):
        raise unread([fragment.marked.rest], "没有读懂一个地方怎样排名、合计")
    if len(fragment.measures) > 1 and any(steps):
        raise unread([m.label for m in fragment.measures], "没有读懂几个指标怎样接上一问")


def _insist_on_kind(fragment: Fragment, plan: Plan) -> None:
    """Decline 有几个 and 哪些 where the last question neither filtered nor listed."""
    filters = fragment.bounds or fragment.comparator or fragment.others or fragment.order
    counts = fragment.counts and plan.operation not in (*_FILTERING, "inventory")
    lists = fragment.lists and plan.operation in ("lookup", "compare") and not filters
    if counts or (lists and fragment.level.words):
        raise unread([fragment.marked.rest], "没有读懂要数、要列的是什么")


def _claims(fragment: Fragment, plan: Plan) -> bool:
    """Tell whether the follow-up asserts a number (你刚才说是8161件, 不是8161件吗)."""
    asserted = fragment.marked.has("said") or "hearsay" in fragment.words
    equal = len(fragment.bounds) == 1 and fragment.bounds[0].comparator in ("eq", "ne")
    if not (fragment.number or equal):
        if asserted:
            raise unread([fragment.marked.rest], "没有读懂要核对的是哪个数")
        return False
    asks = fragment.marked.has("asks") or "claim" in fragment.words
    bare = fragment.number is not None and plan.operation not in _FILTERING
    return asserted or bare or (equal and asks and plan.operation not in _FILTERING)


def _measured(plan: Plan, fragment: Fragment) -> Plan:
    """Put the measures of the follow-up where the last ones stood."""
    new = fragment.measures
    if not new:
        return plan
    if plan.operation == "missing" and plan.missing == "value" and len(new) == 1:
        return plan.model_copy(update={"measures": new})
    if plan.operation not in WITH_MEASURE:
        raise unread([m.label for m in new], "上一问问的不是某一项数字，请把问题说完整")
    if plan.operation in ("lookup", "compare"):
        return plan.model_copy(update={"measures": new})
    if fragment.marked.has("many"):
        return _shown_beside(plan, fragment)
    if len(new) > 1 or {"have", "has_not"} & fragment.words:
        raise unread([m.label for m in new], "没有读懂怎样接上一问，请把条件说完整")
    if fragment.bounds:
        return plan.model_copy(update={"measures": new, "conditions": ()})
    conditions = _moved(plan.conditions, new[0])
    measures = new if plan.operation != "count" or conditions else ()
    return plan.model_copy(update={"measures": measures, "conditions": conditions})


def _shown_beside(plan: Plan, fragment: Fragment) -> Plan:
    """Read 它们的行政处罚呢: the same reports, another number of each."""
    if plan.operation != "list":
        raise unread(["它们"], "还不能接着问这个结果里各个地方的另一项数字，请逐个地方问")
    measures = tuple(dict.fromkeys((*plan.measures, *fragment.measures)))
    return plan.model_copy(update={"measures": measures})


def _moved(conditions: tuple[Condition, ...], measure: Measure) -> tuple[Condition, ...]:
    """Return the conditions about another measure of the same unit, numbers unchanged."""
    known = dict.fromkeys(condition.measure for condition in conditions)
    if len(known) > 1:
        raise AmbiguousError(f"把“{m.label}”换成“{measure.label}”" for m in known)
    if any(m.unit != measure.unit and not _only_zero(conditions) for m in known):
        raise unread([measure.label], f"“{measure.label}”的单位与上一问不同，请把要比较的数说完整")
    return tuple(one.model_copy(update={"measure": measure}) for one in conditions)


def _only_zero(conditions: tuple[Condition, ...]) -> bool:
    return all(condition.value == Decimal(0) for condition in conditions)


def _changed(plan: Plan, fragment: Fragment) -> Plan:
    """Read 比上年呢, 和2021年比呢, 和涧池镇比呢."""
    if not (fragment.changes or fragment.compares):
        return plan
    if plan.operation not in ("lookup", "change", "compare") or len(plan.measures) != 1:
        raise unread([fragment.marked.rest], "没有读懂与什么相比")
    if fragment.refs and fragment.compares:
        return _against(plan, fragment)
    words = set(fragment.changes)
    directed = words & {"up", "down", "up_ratio", "down_ratio"} and plan.operation != "lookup"
    if directed or words & {"double", "trend"}:
        raise unread([fragment.marked.rest], "没有读懂怎样接上一问的增减")
    years = tuple(sorted({*plan.scope.years, *fragment.years}))
    if "since" in fragment.words and len(plan.scope.years) == 1 and not fragment.years:
        years = (plan.scope.years[0] - 1, plan.scope.years[0])
    if len(years) != 2:
        raise unread([fragment.marked.rest], "没有读懂是哪两年相比")
    scope = plan.scope.model_copy(update={"years": years})
    ratio = any(word.endswith("_ratio") for word in words)
    basis: Literal["difference", "ratio"] = "ratio" if ratio else "difference"
    return Plan(operation="change", measures=plan.measures, scope=scope, basis=basis)


def _against(plan: Plan, fragment: Fragment) -> Plan:
    if len(plan.scope.places) != 1 or fragment.years:
        raise unread([fragment.marked.rest], "没有读懂谁与谁比")
    places = (*plan.scope.places, *inside(fragment.refs))
    return Plan(
        operation="compare",
        measures=plan.measures,
        scope=plan.scope.model_copy(update={"places": places}),
    )


def _filtered(plan: Plan, fragment: Fragment, claimed: bool) -> Plan:
    """Put the comparison of the follow-up in place of the last one's."""
    if fragment.others:
        return _inverted(plan)
    if claimed or not (fragment.bounds or fragment.comparator or fragment.number):
        return plan
    if plan.operation == "change":
        raise unread([fragment.marked.rest], "没有读懂要比较的是变化还是数字本身")
    measure = _compared(plan)
    if fragment.bounds:
        conditions = tuple(as_condition(measure, bound) for bound in fragment.bounds)
    else:
        conditions = (_half(plan, fragment),)
    narrows = fragment.marked.has("many") and plan.operation in _FILTERING
    kept = plan.conditions if narrows else ()
    if narrows and not fragment.measures:
        raise AmbiguousError(("在上一问的结果里再筛选", "改用新的条件重新找"))
    operation = plan.operation if plan.operation in (*_FILTERING, "rank", "aggregate") else "list"
    return plan.model_copy(
        update={
            "operation": operation,
            "conditions": (*kept, *conditions),
            "measures": _listed(plan, measure, operation),
        }
    )


def _listed(plan: Plan, measure: Measure, operation: str) -> tuple[Measure, ...]:
    return plan.measures if operation in ("rank", "aggregate") else (measure,)


def _compared(plan: Plan) -> Measure:
    """Return the one measure that a number can be about."""
    known = tuple(dict.fromkeys([c.measure for c in plan.conditions] or plan.measures))
    if len(known) != 1:
        raise AmbiguousError(m.label for m in known) if known else unread(["…"], "没有说明指标")
    return known[0]


def _half(plan: Plan, fragment: Fragment) -> Condition:
    """Return 没超过的 with the last number, or 500件 with the last comparator."""
    if len(plan.conditions) != 1:
        raise unread([fragment.marked.rest], "上一问没有唯一的比较条件，请把条件说完整")
    last = plan.conditions[0]
    if fragment.number is not None:
        if fragment.number.counter in ("个", "家", "名", "位", "份"):
            raise unread([fragment.marked.rest])
        bound = Bound(last.comparator, fragment.number, fragment.marked.rest, 0)
        return as_condition(last.measure, bound)
    comparator = comparator_of(fragment.comparator)
    if comparator is None:
        raise unread([fragment.marked.rest])
    return last.model_copy(update={"comparator": comparator})


def _inverted(plan: Plan) -> Plan:
    """Return the reports that do not meet the conditions."""
    if plan.operation not in _FILTERING or not plan.conditions:
        raise unread(["没有"], "上一问没有条件，没有读懂指的是哪些")
    turned = tuple(
        one.model_copy(update={"comparator": _INVERSE[one.comparator]}) for one in plan.conditions
    )
    match = "any" if plan.match == "all" and len(turned) > 1 else "all"
    return plan.model_copy(
        update={"operation": "list", "conditions": turned, "match": match, "group_by": None}
    )


def _operated(plan: Plan, fragment: Fragment) -> Plan:
    """Change what is done: ranked, added up, grouped, counted, listed."""
    if fragment.order is not None:
        return _ranked(plan, fragment.order)
    if fragment.functions:
        return _aggregated(plan, fragment)
    if fragment.group is not None:
        return _grouped(plan, fragment)
    if fragment.counts and plan.operation == "list":
        measures = tuple(dict.fromkeys(c.measure for c in plan.conditions))
        return plan.model_copy(update={"operation": "count", "measures": measures})
    if fragment.lists and plan.operation == "count":
        return plan.model_copy(update={"operation": "list", "group_by": None})
    return plan


def _ranked(plan: Plan, order: tuple[bool, int | None]) -> Plan:
    descending, limit = order
    one = is_single(plan.scope) and len(plan.scope.years) == 1
    if one or len(plan.measures) != 1 or plan.operation not in ("lookup", "list", "rank"):
        raise unread(["排名"], "上一问的结果不能排名，请把问题说完整")
    if plan.operation == "rank" and limit == 1 and plan.limit not in (None, 1):
        most = "最多" if descending else "最少"
        raise AmbiguousError((f"{most}的1个", f"{most}的{plan.limit}个"))
    return plan.model_copy(update={"operation": "rank", "descending": descending, "limit": limit})


def _aggregated(plan: Plan, fragment: Fragment) -> Plan:
    if plan.operation == "rank" and plan.limit is not None:
        raise unread(["合计"], "还不能只对排在前面的几个求合计、平均")
    summed = ("lookup", "list", "count", "rank", "aggregate")
    counted = plan.operation == "count" and plan.group_by is not None
    if plan.operation not in summed or counted or len(plan.measures) != 1:
        raise unread(["合计"], "上一问的结果不能合计、平均，请把问题说完整")
    one = is_single(plan.scope) and len(plan.scope.years) == 1
    if one and plan.operation == "lookup":
        if fragment.functions == ("sum",) and fragment.measures:
            return plan
        raise unread(["合计"], "上一问只有一个地方一年的数，没有可合计的")
    first, *more = fragment.functions
    return plan.model_copy(
        update={
            "operation": "aggregate", "aggregate": first, "also": tuple(more),
            "descending": True, "limit": None,
        }
    )  # fmt: skip


def _grouped(plan: Plan, fragment: Fragment) -> Plan:
    if plan.operation in ("aggregate", "count", "inventory"):
        return plan.model_copy(update={"group_by": fragment.group})
    raise AmbiguousError(("分组后各组的合计", "分组后各组的平均数", "分组后各组有多少个"))


def _asserted(plan: Plan, fragment: Fragment, turn: Turn, names: Names) -> Plan:
    """Put the number the user asserts beside the one body it is about."""
    if plan.operation != "lookup":
        row = only_row(turn)
        scope = scope_of(row_name(row), names)
        years = fragment.years or ((row.year,) if row.year else ())
        plan = Plan(
            operation="lookup",
            measures=fragment.measures or plan.measures[:1],
            scope=scope.model_copy(update={"years": years}),
        )
    if len(plan.measures) != 1:
        raise AmbiguousError(f"{m.label}是否如你所说" for m in plan.measures)
    number = fragment.number or fragment.bounds[0].number
    claim = in_unit(plan.measures[0], number, fragment.marked.rest)
    return plan.model_copy(update={"claim": claim})
