"""The WHERE clauses of a scope: which reports are in it, and which might be."""

from collections.abc import Iterable, Sequence

from assistant.plan import Place, Scope

Param = str | int
_PLACE_FIELDS = ("province", "city", "county", "township")
# A level that legitimately has no such field: a county's own report names no township, so a
# missing township there is not an unsettled one.
_FIELD_OPTIONAL = {
    "province": "level NOT IN ('')",
    "city": "level NOT IN ('province')",
    "county": "level IN ('township', 'unknown')",
    "township": "level = 'unknown' AND agency IS NULL",
}
# A report that may be unsettled for some scope: any field that `_reach` compares loosely.
DOUBTFUL = """year IS NULL OR level = 'unknown' OR form = 'unknown' OR province IS NULL
  OR (kind IS NULL AND level = 'township') OR (city IS NULL AND level <> 'province')
  OR (county IS NULL AND level = 'township')"""


class Params:
    """Collects the parameters of one statement and hands out their places ($1, $2 …)."""

    def __init__(self) -> None:
        self.values: list[Param] = []

    def __call__(self, value: Param) -> str:
        """Return the place of `value` in the statement."""
        self.values.append(value)
        return f"${len(self.values)}"


def in_scope(scope: Scope, params: Params) -> str:
    """Return the condition that a row of `reports` is in scope for certain."""
    parts = ["role = 'current'", *_reach(scope, params, loose=False)]
    return " AND ".join(parts)


def might_be_in_scope(scope: Scope, params: Params) -> str:
    """Return the condition that a row of `reports` may be in scope, with its unknown fields."""
    parts = ["role = 'current'", *_reach(scope, params, loose=True)]
    return " AND ".join(parts)


def _reach(scope: Scope, params: Params, *, loose: bool) -> list[str]:
    """Return the conditions on level, kind, form, place and year."""
    parts = [
        _among("level", scope.levels, params, "level = 'unknown'" if loose else ""),
        _among(
            "kind",
            scope.kinds,
            params,
            "kind IS NULL AND level IN ('township', 'unknown')" if loose else "",
        ),
        _among("form", scope.forms, params, "form = 'unknown'" if loose else ""),
    ]
    if scope.places:
        parts.append(_any(_at(place, scope.years, params, loose=loose) for place in scope.places))
    else:
        parts.append(_in_years(scope.years, params, loose=loose))
    for place in scope.excluded:
        parts.append(f"NOT coalesce({_at(place, (), params, loose=False)}, false)")
    return [part for part in parts if part]


def _at(place: Place, years: tuple[int, ...], params: Params, *, loose: bool) -> str:
    """Return the condition for one place, in its own years or else the scope's."""
    parts = [_in_years(place.years or years, params, loose=loose)]
    for field in _PLACE_FIELDS:
        said = getattr(place, field)
        if said is not None:
            match = f"{field} = {params(said)}"
            if loose:
                match = f"({match} OR ({field} IS NULL AND {_FIELD_OPTIONAL[field]}))"
            parts.append(match)
    if place.agency is not None:
        parts.append(_named(place.agency, params))
    return " AND ".join(part for part in parts if part) or "true"


def _named(agency: str, params: Params) -> str:
    """Return the condition that the filing body bears this full or short name."""
    said = params(agency)
    bare = "replace(agency, '人民政府', '')"
    return f"(ends_with(agency, {said}) OR ends_with({bare}, replace({said}, '人民政府', '')))"


def _in_years(years: tuple[int, ...], params: Params, *, loose: bool) -> str:
    return _among("year", years, params, "year IS NULL" if loose else "")


def _among(column: str, values: Sequence[Param], params: Params, otherwise: str) -> str:
    """Return `column` IN values, or the looser condition; nothing when there is no restriction."""
    if not values:
        return ""
    listed = f"{column} IN ({', '.join(params(value) for value in values)})"
    return f"({listed} OR ({otherwise}))" if otherwise else listed


def _any(conditions: Iterable[str]) -> str:
    return "(" + " OR ".join(f"({condition})" for condition in conditions) + ")"
