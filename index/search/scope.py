"""A search's scope as SQL over `reports`: which current reports and passages lie in it."""

from typing import Any, NamedTuple

from index.search.hit import SearchScope
from index.search.source import Queryable

_FIELDS = ("province", "city", "county", "township", "agency")


class Within(NamedTuple):
    """The current reports in scope, how many passages they have, and those read without any.

    `whole` tells that no report is left out. `unread` were read by a version that made no passages.
    """

    rids: tuple[int, ...]
    passages: int
    whole: bool
    unread: int


def resolve(library: Queryable, scope: SearchScope, reader: str) -> Within:
    """Return what lies in `scope`; it is never widened, an empty one stays empty."""
    where, params = _conditions(scope)
    rows = library.query(
        f"SELECT rid, reader FROM reports WHERE role = 'current'{where} ORDER BY rid", params
    )
    sections, more = "", []
    if scope.sections:
        sections, more = " AND list_contains(?, section)", [list(scope.sections)]
    counted = library.query(
        f"""SELECT count(*) FROM passages JOIN reports USING (rid)
        WHERE role = 'current'{where}{sections}""",
        [*params, *more],
    )
    old = {rid for rid, version in rows if version != reader}
    unread = _without_passages(library, old) if old else 0
    return Within(tuple(rid for rid, _ in rows), int(counted[0][0]), not where, unread)


def _without_passages(library: Queryable, old: set[int]) -> int:
    """Return how many reports of an older reader have no passages."""
    rows = library.query("SELECT DISTINCT rid FROM passages")
    return len(old - {rid for (rid,) in rows})


def _conditions(scope: SearchScope) -> tuple[str, list[Any]]:
    """Return the conditions on `reports`, each opened by AND, with their parameters."""
    where, params = "", []
    for column, values in (
        ("year", scope.years),
        ("level", scope.levels),
        ("kind", scope.kinds),
        ("rid", scope.rids),
    ):
        if values:
            where += f" AND {column} IN (SELECT unnest(?))"
            params.append(list(values))
    places = [place.model_dump(exclude_none=True) for place in scope.places]
    if places and all(places):
        told = [" AND ".join(f"{field} = ?" for field in place) for place in places]
        where += f" AND ({' OR '.join(f'({one})' for one in told)})"
        params += [value for place in places for value in place.values()]
    return where, params
