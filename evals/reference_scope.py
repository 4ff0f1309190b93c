"""Which reports a plan looks at: yes, no, or unsettled when a report does not say enough."""

from collections.abc import Iterable

from assistant.plan import Place, Plan, Scope
from evals.reference_numbers import Record
from index.model import Agency

_NO_TOWNSHIP = ("bureau", "county", "city", "province")
_NO_COUNTY = ("city", "province")
_SUFFIXES = ("人民政府", "办事处")


def in_scope(record: Record, scope: Scope, *, any_year: bool = False) -> bool | None:
    """Say whether a report is in scope; None when it might be but does not say so."""
    return _all(
        (
            _known(record.agency.level, scope.levels, "unknown"),
            _known(record.agency.kind, scope.kinds, None),
            _known(record.form, scope.forms, "unknown"),
            _not(_any(matches(record.agency, place) for place in scope.excluded)),
            _placed(record, scope, any_year),
        )
    )


def _placed(record: Record, scope: Scope, any_year: bool) -> bool | None:
    """Match place and year together: a place may name years of its own."""
    if not scope.places:
        return any_year or _known(record.year, scope.years, None)
    return _any(
        _all(
            (
                matches(record.agency, place),
                any_year or _known(record.year, place.years or scope.years, None),
            )
        )
        for place in scope.places
    )


def matches(agency: Agency, place: Place) -> bool | None:
    """Say whether a body is the place or lies in it; every field given must match."""
    township_known = agency.level in _NO_TOWNSHIP
    county_known = agency.level in _NO_COUNTY
    return _all(
        (
            _field(agency.province, place.province, absent=False),
            _field(agency.city, place.city, absent=agency.level == "province"),
            _field(agency.county, place.county, absent=county_known),
            _field(agency.township, place.township, absent=township_known),
            _named(agency.name, place.agency),
        )
    )


def is_region(place: Place) -> bool:
    """Say whether a place is more than one body: it names no township and no agency."""
    return place.township is None and place.agency is None


def asked_years(plan: Plan, place: Place | None = None) -> tuple[int, ...]:
    """Return the years asked for at a place."""
    return (place.years if place else ()) or plan.scope.years


def _field(have: str | None, asked: str | None, *, absent: bool) -> bool | None:
    """Compare one field; a body above that level has none (`absent`), else None is unknown."""
    if asked is None:
        return True
    if have is None:
        return False if absent else None
    return have == asked


def _named(have: str | None, asked: str | None) -> bool | None:
    if asked is None:
        return True
    return None if have is None else _short(have).endswith(_short(asked))


def _short(name: str) -> str:
    for suffix in _SUFFIXES:
        name = name.removesuffix(suffix)
    return name


def _known(have: object, asked: tuple[object, ...], unknown: object) -> bool | None:
    if not asked:
        return True
    return None if have == unknown else have in asked


def _all(parts: Iterable[bool | None]) -> bool | None:
    found = list(parts)
    return False if False in found else (None if None in found else True)


def _any(parts: Iterable[bool | None]) -> bool | None:
    found = list(parts)
    return True if True in found else (None if None in found else False)


def _not(part: bool | None) -> bool | None:
    return None if part is None else not part
