"""The measures and conditions of the last plan with those of a follow-up in their places."""

from decimal import Decimal

from assistant.conversation.fragment import Fragment, comparator_of
from assistant.conversation.insisting import FILTERING
from assistant.conversation.scoping import WITH_MEASURE
from assistant.plan import Comparator, Condition, Measure, Plan
from assistant.understand.conditions import Bound, as_condition
from assistant.understand.phrase import AmbiguousError, unread

_INVERSE: dict[Comparator, Comparator] = {
    "gt": "le", "ge": "lt", "lt": "ge", "le": "gt", "eq": "ne", "ne": "eq",
}  # fmt: skip


def measured(plan: Plan, fragment: Fragment) -> Plan:
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


def filtered(plan: Plan, fragment: Fragment, claimed: bool) -> Plan:
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
    narrows = fragment.marked.has("many") and plan.operation in FILTERING
    kept = plan.conditions if narrows else ()
    if narrows and not fragment.measures:
        raise AmbiguousError(("在上一问的结果里再筛选", "改用新的条件重新找"))
    operation = plan.operation if plan.operation in (*FILTERING, "rank", "aggregate") else "list"
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
    if plan.operation not in FILTERING or not plan.conditions:
        raise unread(["没有"], "上一问没有条件，没有读懂指的是哪些")
    turned = tuple(
        one.model_copy(update={"comparator": _INVERSE[one.comparator]}) for one in plan.conditions
    )
    match = "any" if plan.match == "all" and len(turned) > 1 else "all"
    return plan.model_copy(
        update={"operation": "list", "conditions": turned, "match": match, "group_by": None}
    )
