"""Whom a follow-up means: 它, 第二个镇, a place it names; found in the last plan and its rows."""

from assistant.conversation.fragment import Fragment
from assistant.conversation.turns import Turn
from assistant.names import Names
from assistant.plan import Place, Scope
from assistant.result import Row
from assistant.understand import understand
from assistant.understand.phrase import AmbiguousError, unread
from assistant.understand.places import AREAS, Ref, as_place, full_name
from assistant.words import place_name

OWN_LEVELS = (("county",), ("city",), ("province",))
_SHOWN = 8


def row_name(row: Row) -> str:
    """Return the whole name of a row's body, "" when the row is not one body's."""
    if row.group is not None or not (row.agency or row.township):
        return ""
    areas = {"province": row.province, "city": row.city, "county": row.county}
    agency = None if row.township else row.agency
    place = Place(said=row.agency or "", township=row.township, agency=agency, **areas)
    return place_name(place)


def pointed(fragment: Fragment, turn: Turn, names: Names) -> Scope | None:
    """Return the scope of the one body a follow-up points at, None when it points at none.

    Raises AmbiguousError when several may be meant, DeclinedError when there is no such row.
    """
    if fragment.ordinal:
        return _scope_of_row(_row_at(fragment.ordinal, turn), names)
    if not fragment.marked.has("one"):
        return None
    if turn.plan is not None and _is_one(turn.plan.scope, names):
        return turn.plan.scope
    return _scope_of_row(only_row(turn), names)


def only_row(turn: Turn) -> Row:
    """Return the only body of the last answer; raises AmbiguousError when there are several."""
    bodies = {name: row for row in turn.rows if (name := row_name(row))}
    if len(bodies) > 1:
        raise AmbiguousError([*list(bodies)[:_SHOWN], *(["…"] if len(bodies) > _SHOWN else [])])
    if not bodies:
        raise unread(["它"], "上一个回答里没有单独的一个地方，不知道指的是哪里")
    return next(iter(bodies.values()))


def _row_at(ordinal: int, turn: Turn) -> Row:
    """Return the row an ordinal counts, by the order in which they were shown."""
    rows = [row for row in turn.rows if row_name(row)]
    place = ordinal - 1 if ordinal > 0 else len(rows) + ordinal
    if not 0 <= place < len(rows):
        said = f"第{ordinal}" if ordinal > 0 else f"倒数第{-ordinal}"
        raise unread([said], f"上一个回答列出的地方只有{len(rows)}个，没有{said}个")
    ties = [row for row in rows if row.rank is not None and row.rank == rows[place].rank]
    if len(ties) > 1:
        raise AmbiguousError(f"{row_name(row)}（并列第{row.rank}）" for row in ties[:_SHOWN])
    return rows[place]


def _scope_of_row(row: Row, names: Names) -> Scope:
    years = (row.year,) if row.year else ()
    return scope_of(row_name(row), names).model_copy(update={"years": years})


def scope_of(name: str, names: Names) -> Scope:
    """Return the scope that a place's name means in a question about it alone."""
    found = understand(f"{name}行政许可多少件", names)
    if found.choices:
        raise AmbiguousError(found.choices)
    if found.plan is None or not found.plan.scope.places:
        raise unread([name])
    return found.plan.scope.model_copy(update={"years": ()})


def scope_of_refs(refs: tuple[Ref, ...], names: Names) -> Scope:
    """Return the scope of the places a follow-up names, each as if asked about alone."""
    scopes = [scope_of(ref.said, names) for ref in refs]
    levels = {scope.levels for scope in scopes}
    places = tuple(place for scope in scopes for place in scope.places)
    return Scope(places=places, levels=next(iter(levels)) if len(levels) == 1 else ())


def inside(refs: tuple[Ref, ...]) -> tuple[Place, ...]:
    """Return the places as areas to look into."""
    return tuple(as_place(ref) for ref in refs)


def only_bodies(refs: tuple[Ref, ...]) -> bool:
    """Tell whether every place named is a body of its own and no area."""
    return bool(refs) and all(ref.level not in AREAS or ref.own for ref in refs)


def _is_one(scope: Scope, names: Names) -> bool:
    """Tell whether a scope is about one place alone."""
    return is_single(scope) and not scope.kinds


def is_single(scope: Scope) -> bool:
    """Tell whether a scope names one body, or one area's own report."""
    if len(scope.places) != 1:
        return False
    place = scope.places[0]
    own = scope.levels in ((), *OWN_LEVELS)
    return (own and bool(place.township or place.agency)) or (own and bool(scope.levels))


def names_of(refs: tuple[Ref, ...]) -> str:
    """Return the full names of the places."""
    return "、".join(full_name(spot) for ref in refs for spot in ref.spots[:1])
