"""Which reports a prose question looks at, and the filter that a search is given for them."""

from collections.abc import Sequence
from typing import NamedTuple

from assistant.library_view import LibraryView
from assistant.operations.sketch import statement
from assistant.outcome import digest_rows
from assistant.plan import Plan, Scope
from assistant.result import Statement
from assistant.sql.scope import Params, in_scope, might_be_in_scope
from index.search.hit import PlaceFilter, SearchScope

# Beyond this many reports a filter on fields is cheaper than the list of them.
_LISTED = 500


class Reach(NamedTuple):
    """The reports in scope, those that may be in it, and the statement that found them."""

    rids: tuple[int, ...]
    unsettled: tuple[int, ...]
    run: Statement
    scope: SearchScope

    def of(self, rids: Sequence[int]) -> SearchScope:
        """Return the search scope of some of the reports."""
        return self.scope.model_copy(update={"rids": tuple(rids)})


def reach_of(plan: Plan, library: LibraryView) -> Reach:
    """Return the reports that a plan looks at."""
    params = Params()
    sql = f"SELECT rid FROM reports WHERE {in_scope(plan.scope, params)} ORDER BY rid"
    rows = library.query(sql, params.values)
    rids = tuple(rid for (rid,) in rows)
    run = statement(sql, tuple(params.values), digest_rows(rows))
    return Reach(rids, _unsettled(plan.scope, library, rids), run, _filter(plan, rids))


def _unsettled(scope: Scope, library: LibraryView, sure: tuple[int, ...]) -> tuple[int, ...]:
    """Return reports that do not say enough to tell whether they are in scope."""
    if scope == Scope():
        return ()
    params = Params()
    sql = f"SELECT rid FROM reports WHERE {might_be_in_scope(scope, params)} ORDER BY rid"
    known = set(sure)
    return tuple(rid for (rid,) in library.query(sql, params.values) if rid not in known)


def _filter(plan: Plan, rids: tuple[int, ...]) -> SearchScope:
    """Return the hard filter; what it lets through beside the reports is left out later."""
    scope = plan.scope
    if len(rids) <= _LISTED:
        return SearchScope(rids=rids, sections=plan.sections)
    fields = ("province", "city", "county", "township")
    places = tuple(
        PlaceFilter(**{field: getattr(place, field) for field in fields}) for place in scope.places
    )
    apart = any(place.years for place in scope.places)
    return SearchScope(
        years=() if apart else scope.years,
        places=places,
        levels=scope.levels,
        kinds=scope.kinds,
        sections=plan.sections,
    )
