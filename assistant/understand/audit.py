"""The last look before a plan leaves: every part the question names is somewhere in the plan."""

from typing import NamedTuple

from assistant.plan import Measure, Plan
from assistant.understand.conditions import Bound
from assistant.understand.parts import Parts
from assistant.understand.phrase import unread


class Named(NamedTuple):
    """What the question named, kept before an operation takes its parts."""

    years: tuple[int, ...]
    places: int
    excluded: int
    levels: tuple[str, ...]
    forms: tuple[str, ...]
    measures: tuple[Measure, ...]
    bounds: tuple[Bound, ...]
    claims: tuple[str, ...]


def named(parts: Parts) -> Named:
    """Return what the parts name now."""
    tokens = parts.phrase.tokens
    return Named(
        parts.years.years,
        len(parts.refs),
        len(parts.excluded),
        parts.levels.named,
        parts.forms,
        parts.measures,
        tuple(parts.bounds),
        tuple(tokens[at].text for at in parts.claims),
    )


def insist_on_all(asked: Named, plan: Plan) -> None:
    """Decline when something named is not in the plan; a reader that forgot it must not answer."""
    missing = [
        *_years(asked, plan),
        *_measures(asked, plan),
        *_numbers(asked, plan),
        *_levels(asked, plan),
    ]
    if asked.places != len(plan.scope.places) or asked.excluded != len(plan.scope.excluded):
        missing.append("地名")
    if plan.operation != "comparable" and set(asked.forms) - set(plan.scope.forms):
        missing += [f"{form}版" for form in asked.forms]
    if missing:
        raise unread(missing)


def _years(asked: Named, plan: Plan) -> list[str]:
    kept = set(plan.scope.years) | {y for place in plan.scope.places for y in place.years}
    if plan.operation == "change" and kept:
        kept |= set(range(min(kept), max(kept) + 1))
    return [f"{year}年" for year in asked.years if year not in kept]


def _measures(asked: Named, plan: Plan) -> list[str]:
    if plan.operation == "check":
        return []
    kept = [*plan.measures, *(condition.measure for condition in plan.conditions)]
    terms = {term for measure in kept for term in (*measure.terms, *measure.over)}
    return [m.label for m in asked.measures if not {*m.terms, *m.over} <= terms]


def _numbers(asked: Named, plan: Plan) -> list[str]:
    lost = [] if plan.claim is not None else list(asked.claims)
    if len(plan.conditions) + (plan.claim is not None) < len(asked.bounds):
        lost += [bound.text for bound in asked.bounds]
    return lost


def _levels(asked: Named, plan: Plan) -> list[str]:
    kept = {*plan.scope.levels, plan.group_by}
    return ["机构类型" for level in asked.levels if level not in kept]
