"""Years, places and bodies of a follow-up put into the scope of the last plan."""

from assistant.conversation.fragment import Fragment
from assistant.conversation.subjects import OWN_LEVELS, inside, only_bodies, pointed, scope_of_refs
from assistant.conversation.turns import Turn
from assistant.names import Names
from assistant.plan import Plan, Scope
from assistant.understand.phrase import AmbiguousError, unread

WITH_MEASURE = ("lookup", "list", "count", "rank", "aggregate", "compare", "change")


def scoped(plan: Plan, fragment: Fragment, turn: Turn, names: Names) -> Plan:
    """Put years, places, levels and forms of the follow-up in the scope."""
    if subject := pointed(fragment, turn, names):
        if fragment.refs and not fragment.compares:
            raise unread(["它"], "既说了地名又说“它”，没有读懂指的是哪里")
        plan = _about(plan, subject)
    elif fragment.refs:
        plan = _at_places(plan, fragment, names)
    scope = plan.scope
    if fragment.level.words:
        scope = _of_levels(scope, fragment)
    if fragment.years and not fragment.compares:
        places = tuple(place.model_copy(update={"years": ()}) for place in scope.places)
        scope = scope.model_copy(update={"years": fragment.years, "places": places})
    if fragment.excluded:
        scope = scope.model_copy(update={"excluded": (*scope.excluded, *inside(fragment.excluded))})
    return _with_years(plan, scope, fragment)


def _with_years(plan: Plan, scope: Scope, fragment: Fragment) -> Plan:
    """Give a change both its years; the year of 那2021年呢 is compared with the one before."""
    if plan.operation == "change" and len(fragment.years) == 1 and not fragment.compares:
        last = plan.scope.years
        if len(last) != 2 or last[1] - last[0] != 1:
            raise AmbiguousError((f"{fragment.years[0]}年与上年相比", f"{fragment.years[0]}年的数"))
        scope = scope.model_copy(update={"years": (fragment.years[0] - 1, fragment.years[0])})
    return plan.model_copy(update={"scope": scope})


def _about(plan: Plan, scope: Scope) -> Plan:
    """Return the look-up of the last measures for one body."""
    years = scope.years or plan.scope.years
    own = scope.model_copy(update={"years": years, "excluded": ()})
    measures = plan.measures
    if plan.operation == "change":
        return plan.model_copy(update={"scope": own, "conditions": (), "limit": None})
    if plan.operation not in WITH_MEASURE:
        raise unread(["它"], "上一问问的不是某一项数字，请把问题说完整")
    return Plan(operation="lookup", measures=measures, scope=own)


def _at_places(plan: Plan, fragment: Fragment, names: Names) -> Plan:
    """Replace the places, as the operation takes them: bodies looked up, areas looked into."""
    refs, scope = fragment.refs, plan.scope
    if plan.operation == "compare" and not fragment.compares:
        raise AmbiguousError(_of_comparison(plan, fragment))
    if fragment.compares:
        return plan
    bodies = only_bodies(refs)
    if bodies and plan.operation in ("rank", "aggregate", "count", "change"):
        return _about(plan, scope_of_refs(refs, names))
    alone = _names_each(scope) and not fragment.level.words
    if plan.operation == "lookup" and alone:
        new = scope_of_refs(refs, names)
        return plan.model_copy(
            update={"scope": scope.model_copy(update={"places": new.places, "levels": new.levels})}
        )
    if plan.operation == "lookup" and not bodies and not fragment.level.words:
        raise AmbiguousError((f"{refs[0].said}自己的报告", f"{refs[0].said}的各个镇"))
    levels = () if bodies else scope.levels
    kinds = () if bodies else scope.kinds
    update = {"places": inside(refs), "levels": levels, "kinds": kinds}
    return plan.model_copy(update={"scope": scope.model_copy(update=update)})


def _names_each(scope: Scope) -> bool:
    """Tell whether a scope is about bodies that it names one by one."""
    return bool(scope.places) and not scope.kinds and "township" not in scope.levels


def _of_comparison(plan: Plan, fragment: Fragment) -> list[str]:
    new = "、".join(ref.said for ref in fragment.refs)
    old = [place.said for place in plan.scope.places]
    return [f"只看{new}", *(f"{place}与{new}相比" for place in old)]


def _of_levels(scope: Scope, fragment: Fragment) -> Scope:
    """Take the bodies a follow-up names (街道呢); single bodies give way to all of the kind."""
    if fragment.level.named == () and not fragment.levels:
        if fragment.counts or fragment.lists:
            return scope
        return scope.model_copy(update={"levels": (), "kinds": ()})
    _ask_inside(scope, fragment)
    places = () if _names_bodies(scope) and not fragment.refs else scope.places
    update = {"levels": fragment.levels, "kinds": fragment.kinds, "places": places}
    return scope.model_copy(update=update)


def _ask_inside(scope: Scope, fragment: Fragment) -> None:
    """Ask whether 各镇呢 after a county's own report means its towns or all of the library."""
    own = [place for place in scope.places if place.agency and not place.township and place.county]
    own = own if scope.levels in OWN_LEVELS else []
    if own and not fragment.refs and "all" not in fragment.words:
        raise AmbiguousError((f"{own[0].county}境内的（请写上地名）", "库中全部的（请写上“所有”）"))


def _names_bodies(scope: Scope) -> bool:
    return any(place.township or place.agency for place in scope.places)
