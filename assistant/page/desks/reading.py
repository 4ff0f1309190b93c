"""The reading of a question as a form, and the form back as a plan.

Only what was changed is put into the plan; what the form has no field for stays as it is, and is
named.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from assistant.conversation.wording import say_places
from assistant.edited import answer_edited
from assistant.library_view import LibraryView
from assistant.page.desks.options import (
    Choices,
    body_choices,
    held_years,
    limit_of,
    measure_choices,
    measure_of,
    number_of,
    place_choices,
    place_of,
    said_number,
    scope_of_bodies,
    years_of,
)
from assistant.page.desks.talk import Talk
from assistant.plan import PROSE, Measure, Plan, Scope
from assistant.words import (
    FUNCTIONS,
    GROUPS,
    LEVELS,
    files_itself,
    place_name,
    say_conditions,
    say_measures,
    say_years,
)
from index.errors import MisuseError

_MEASURED = ("lookup", "list", "count", "rank", "aggregate", "change", "compare", "missing")


class Fields(NamedTuple):
    """What stands in the fields of the form: text as it is shown, and as it was typed."""

    metric: str = ""
    comparator: str = ""
    number: str = ""
    years: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()
    order: str = ""
    limit: str = ""


class Form(NamedTuple):
    """A plan as a form: which fields it has, what they hold and offer, and what is kept as it is.

    `kept` are pairs of the name of a part and the part in words. `places` are at most so many as a
    page can offer; others are typed.
    """

    shown: frozenset[str]
    fields: Fields
    metrics: Choices
    years: tuple[str, ...]
    places: tuple[str, ...]
    bodies: Choices
    kept: tuple[tuple[str, str], ...]


def typed_fields(values: Sequence[Any]) -> Fields:
    """Return what was typed, in the order of `Fields`, whatever the page sent for an empty one."""
    given = zip(Fields._fields, values, strict=True)
    return Fields(**{name: _typed(value) for name, value in given})


def _typed(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return tuple(str(one) for one in value)
    return "" if value is None else str(value)


def form_of(plan: Plan | None, library: LibraryView) -> Form | None:
    """Return the form of a plan; None for what is answered from the prose, or not at all."""
    if plan is None or plan.operation in PROSE or plan.operation == "comparable":
        return None
    fields, shown = _fields(plan), _shown(plan)
    own = tuple(place for place in fields.places)
    offered = tuple(dict.fromkeys((*own, *place_choices(library))))
    years = tuple(dict.fromkeys((*held_years(library), *fields.years)))
    metrics = measure_choices(_subject(plan))
    bodies = body_choices(library, plan.scope)
    return Form(shown, fields, metrics, years, offered, bodies, _kept(plan, shown))


def requery(talk: Talk, typed: Fields, library: LibraryView) -> Talk:
    """Return the talk with the answer to the edited reading.

    Raises MisuseError, having run nothing, where the form does not make a plan.
    """
    if talk.answer is None or talk.answer.plan is None:
        raise MisuseError("没有可以修改的理解。请先提问。")
    plan = edited_plan(talk.answer.plan, typed, library)
    return talk.after(answer_edited(plan, talk.answer.question, library))


def edited_plan(plan: Plan, typed: Fields, library: LibraryView) -> Plan:
    """Return the plan with what was changed in the form; raises MisuseError where it is no plan."""
    was, shown = _fields(plan), _shown(plan)
    changed = {name for name in shown if _plain(getattr(typed, name)) != _plain(getattr(was, name))}
    if not changed:
        raise MisuseError("理解没有改动，不必重新查询。请先改一处。")
    edited = _with_measure(plan, typed, changed)
    edited = _with_condition(edited, typed, changed)
    edited = _with_scope(edited, typed, changed, library)
    edited = _with_order(edited, typed, changed)
    if edited.operation == "compare" and len(edited.scope.places) * len(edited.measures) < 2:
        raise MisuseError("比较至少要有两个地方。请再选一个地方。")
    if edited == plan:
        raise MisuseError("改动后的理解与原来的相同，没有重新查询。")
    return edited


def _plain(value: str | tuple[str, ...]) -> object:
    return value.strip() if isinstance(value, str) else frozenset(value)


def _fields(plan: Plan) -> Fields:
    """Return what the fields hold of a plan."""
    subject = _subject(plan)
    condition = plan.conditions[0] if len(plan.conditions) == 1 else None
    scope = plan.scope
    bodies = tuple(f"kind:{kind}" for kind in scope.kinds) or tuple(
        f"level:{level}" for level in scope.levels
    )
    return Fields(
        metric=measure_choices(subject).chosen if subject else "",
        comparator=condition.comparator if condition else "",
        number=said_number(plan, condition) if condition else "",
        years=tuple(str(year) for year in scope.years),
        places=tuple(place_name(place) or place.said for place in scope.places),
        bodies=bodies,
        order="desc" if plan.descending else "asc",
        limit="" if plan.limit is None else str(plan.limit),
    )


def _subject(plan: Plan) -> Measure | None:
    """Return the number that the plan is about."""
    if plan.measures:
        return plan.measures[0]
    return plan.conditions[0].measure if plan.conditions else None


def _shown(plan: Plan) -> frozenset[str]:
    """Return the fields that can say their part of the plan whole."""
    scope, subject = plan.scope, _subject(plan)
    about = [condition for condition in plan.conditions if condition.measure == subject]
    found = set[str]()
    if subject and plan.operation in _MEASURED and len(about) <= 1:
        found.add("metric")
    if len(plan.conditions) == 1 and about:
        found |= {"comparator", "number"}
    if not any(place.years for place in scope.places):
        found |= {"years", "places"}
    if not any(files_itself(place, scope.levels) for place in scope.places) and not _mixed(scope):
        found.add("bodies")
    if plan.operation == "rank" or plan.limit is not None:
        found |= {"order", "limit"}
    return frozenset(found)


def _mixed(scope: Scope) -> bool:
    """Tell whether a scope has kinds and levels beside the townships'."""
    return bool(scope.kinds) and not set(scope.levels) <= {"township"}


def _kept(plan: Plan, shown: frozenset[str]) -> tuple[tuple[str, str], ...]:
    """Return the parts of a plan that the form has no field for, in words."""
    scope, subject = plan.scope, _subject(plan)
    others = tuple(measure for measure in plan.measures if measure != subject)
    functions = [*([plan.aggregate] if plan.aggregate else []), *plan.also]
    parts = {
        "measure": subject.label if subject and "metric" not in shown else "",
        "measures": say_measures(others),
        "conditions": say_conditions(plan) if "number" not in shown else "",
        "places": say_places(scope) if "places" not in shown else "",
        "years": say_years(scope.years) if "years" not in shown else "",
        "bodies": _said_bodies(scope) if "bodies" not in shown else "",
        "excluded": "、".join(place_name(p) or p.said for p in scope.excluded),
        "forms": "、".join(scope.forms),
        "functions": "、".join(FUNCTIONS[one] for one in functions),
        "group": GROUPS[plan.group_by] if plan.group_by else "",
        "rules": "、".join((*plan.rules, *plan.sections)),
        "claim": str(plan.claim) if plan.claim is not None else "",
    }
    return tuple((name, said) for name, said in parts.items() if said)


def _said_bodies(scope: Scope) -> str:
    return "、".join((*scope.kinds, *(LEVELS[level] for level in scope.levels)))


def _with_measure(plan: Plan, typed: Fields, changed: set[str]) -> Plan:
    """Return the plan about another number, wherever it stands in it."""
    if "metric" not in changed:
        return plan
    old, new = _subject(plan), measure_of(typed.metric)
    if new in plan.measures[1:]:
        raise MisuseError(f"“{new.label}”已经在要列出的指标里。请另选一项。")
    measures = tuple(new if measure == old else measure for measure in plan.measures)
    conditions = tuple(
        one.model_copy(update={"measure": new}) if one.measure == old else one
        for one in plan.conditions
    )
    return plan.model_copy(update={"measures": measures, "conditions": conditions})


def _with_condition(plan: Plan, typed: Fields, changed: set[str]) -> Plan:
    """Return the plan with another comparison; a number is read anew for another measure."""
    if "number" not in _shown(plan) or not changed & {"metric", "comparator", "number"}:
        return plan
    (condition,) = plan.conditions
    update: dict[str, object] = {}
    if changed & {"metric", "number"}:
        update["value"] = number_of(plan, condition, typed.number)
    if "comparator" in changed:
        if typed.comparator not in ("gt", "ge", "lt", "le", "eq", "ne"):
            raise MisuseError(f"没有 {typed.comparator!r} 这种比较。请从列表里选一种。")
        update["comparator"] = typed.comparator
    return plan.model_copy(update={"conditions": (condition.model_copy(update=update),)})


def _with_scope(plan: Plan, typed: Fields, changed: set[str], library: LibraryView) -> Plan:
    """Return the plan over other years, places and bodies."""
    scope, update = plan.scope, dict[str, object]()
    if "years" in changed:
        update["years"] = years_of(typed.years)
    if "places" in changed:
        own = {place_name(place) or place.said: place for place in scope.places}
        named: Sequence[str] = tuple(dict.fromkeys(typed.places))
        update["places"] = tuple(own.get(name) or place_of(name, library) for name in named)
    if "bodies" in changed:
        update |= scope_of_bodies(typed.bodies)
    return plan.model_copy(update={"scope": scope.model_copy(update=update)}) if update else plan


def _with_order(plan: Plan, typed: Fields, changed: set[str]) -> Plan:
    """Return the plan in another order, cut elsewhere."""
    update: dict[str, object] = {}
    if "order" in changed:
        if typed.order not in ("asc", "desc"):
            raise MisuseError(f"没有 {typed.order!r} 这种顺序。请从列表里选一种。")
        update["descending"] = typed.order == "desc"
    if "limit" in changed:
        update["limit"] = limit_of(typed.limit)
    return plan.model_copy(update=update) if update else plan
