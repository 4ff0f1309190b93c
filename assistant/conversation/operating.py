"""What is done with the last plan's numbers changed: compared, ranked, added up, grouped."""

from typing import Literal

from assistant.conversation.fragment import Fragment
from assistant.conversation.subjects import inside, is_single
from assistant.plan import Plan
from assistant.understand.phrase import AmbiguousError, unread


def changed(plan: Plan, fragment: Fragment) -> Plan:
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


def operated(plan: Plan, fragment: Fragment) -> Plan:
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
