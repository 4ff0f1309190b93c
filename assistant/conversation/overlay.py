"""The last plan with the parts that a follow-up names put in their places; runs nothing.

Where the parts fit in several ways the readings are named, where they do not fit nothing is
guessed: both by raising what the question rules raise.
"""

from assistant.conversation.filtering import filtered, measured
from assistant.conversation.fragment import Fragment
from assistant.conversation.insisting import (
    FILTERING,
    insist_on_kind,
    insist_on_named,
    insist_on_one_step,
)
from assistant.conversation.operating import changed, operated
from assistant.conversation.scoping import scoped
from assistant.conversation.subjects import only_row, row_name, scope_of
from assistant.conversation.turns import Turn
from assistant.names import Names
from assistant.plan import Plan
from assistant.understand.conditions import in_unit
from assistant.understand.phrase import AmbiguousError, unread


def overlay(fragment: Fragment, turn: Turn, names: Names) -> Plan:
    """Return the plan that the follow-up asks for."""
    plan = turn.plan
    if plan is None or (fragment.names_nothing and not fragment.marked.has("one")):
        raise unread([fragment.marked.rest or "…"], "没有说明接着上一问问什么")
    insist_on_one_step(fragment)
    insist_on_kind(fragment, plan)
    claimed = _claims(fragment, plan)
    plan = plan.model_copy(update={"claim": None})
    plan = scoped(plan, fragment, turn, names)
    plan = measured(plan, fragment)
    plan = changed(plan, fragment)
    plan = filtered(plan, fragment, claimed)
    plan = operated(plan, fragment)
    plan = _asserted(plan, fragment, turn, names) if claimed else plan
    insist_on_named(fragment, plan)
    return plan


def _claims(fragment: Fragment, plan: Plan) -> bool:
    """Tell whether the follow-up asserts a number (你刚才说是8161件, 不是8161件吗)."""
    asserted = fragment.marked.has("said") or "hearsay" in fragment.words
    equal = len(fragment.bounds) == 1 and fragment.bounds[0].comparator in ("eq", "ne")
    if not (fragment.number or equal):
        if asserted:
            raise unread([fragment.marked.rest], "没有读懂要核对的是哪个数")
        return False
    asks = fragment.marked.has("asks") or "claim" in fragment.words
    bare = fragment.number is not None and plan.operation not in FILTERING
    return asserted or bare or (equal and asks and plan.operation not in FILTERING)


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
