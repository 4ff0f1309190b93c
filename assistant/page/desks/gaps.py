"""What is missing: places by years, from the library's own bodies or the national list."""

import threading
from collections.abc import Iterable, Sequence
from typing import Any, Literal, NamedTuple

from assistant.operations.gaps import lacking
from assistant.page.desks.shelf import county_of, reports
from index.identity.gazetteer import Township, all_townships
from index.store.library import Library

PAGE = 100
State = Literal["reported", "unread", "missing", "doubtful"]
STATES: tuple[State, ...] = ("reported", "unread", "missing", "doubtful")


class Spot(NamedTuple):
    """One place in one year; `others` counts its copies and old versions."""

    state: State
    rid: int | None = None
    others: int = 0


class PlaceRow(NamedTuple):
    """One place over the years; `listed_only` when only the national list knows it."""

    county: str
    name: str
    spots: tuple[Spot, ...]
    listed_only: bool = False


class Gaps(NamedTuple):
    """A page of the map: `places` of the rows of all pages, with the states counted over all.

    `unplaced` reports have no body that was recognised, `undated` no year: they stand in no column.
    `national` is None when the national list was asked for and the county is not one of it.
    """

    years: tuple[int, ...]
    rows: tuple[PlaceRow, ...]
    places: int
    counts: dict[State, int]
    unplaced: int
    undated: int
    page: int
    pages: int
    national: bool | None = False


def warm() -> None:
    """Read the national list ahead of the first click that needs it; nobody waits."""
    threading.Thread(target=all_townships, name="townships", daemon=True).start()


def find_gaps(library: Library, county: str = "", *, national: bool = False, page: int = 0) -> Gaps:
    """Return what there is and what is missing, of one county or of all.

    With `national` the townships of the county that only the national list knows stand in it too.
    """
    records = [one for one in reports(library) if county in ("", county_of(one))]
    years = tuple(sorted({one["year"] for one in reports(library) if one["year"]}))
    bodies = _bodies(records)
    rows = [_row(held, years) for held in bodies.values()]
    known: bool | None = False
    if national:
        absent = _only_listed(records, years) if county else None
        known = None if absent is None else True
        rows += absent or []
    rows.sort(key=lambda row: (row.county, row.name))
    counts = {state: sum(s.state == state for r in rows for s in r.spots) for state in STATES}
    pages = max(1, -(-len(rows) // PAGE))
    page = min(page, pages - 1)
    return Gaps(
        years,
        tuple(rows[page * PAGE : (page + 1) * PAGE]),
        len(rows),
        counts,
        sum(one["role"] == "current" and not one["body_key"] for one in records),
        sum(one["role"] == "current" and not one["year"] for one in records),
        page,
        pages,
        known,
    )


def _bodies(records: Iterable[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Return the reports of each body, by current report for copies and old versions."""
    records = list(records)
    current = {one["rid"]: one["body_key"] for one in records if one["role"] == "current"}
    bodies: dict[str, list[dict[str, Any]]] = {}
    for one in records:
        key = current.get(one["group_rid"]) or one["body_key"]
        if key:
            bodies.setdefault(key, []).append(one)
    return bodies


def _row(held: Sequence[dict[str, Any]], years: tuple[int, ...]) -> PlaceRow:
    """Return one body over the years."""
    current = [one for one in held if one["role"] == "current"]
    lacked = lacking((one["year"] for one in current), years)
    first = (current or held)[0]
    spots = []
    for year in years:
        mine = [one for one in current if one["year"] == year]
        others = sum(one["role"] != "current" and one["year"] == year for one in held)
        if year in lacked.years:
            spots.append(Spot("doubtful" if lacked.doubtful else "missing", None, others))
        else:
            read = max(mine, key=lambda one: one["reported"])
            state: State = "reported" if read["reported"] else "unread"
            spots.append(Spot(state, read["rid"], others + len(mine) - 1))
    return PlaceRow(county_of(first), first["agency"] or first["file"], tuple(spots))


def _only_listed(
    records: Sequence[dict[str, Any]], years: tuple[int, ...]
) -> list[PlaceRow] | None:
    """Return the townships of a county that no report is of; None when it is not in the list."""
    townships = [one for one in records if one["level"] == "township"]
    codes = {one["code"] for one in townships}
    names = {one["township"] for one in townships}
    listed = _listed_in(records[0]) if records else ()
    spots = tuple(Spot("missing") for _ in years)
    rows = [
        PlaceRow(county_of(records[0]), t.township, spots, listed_only=True)
        for t in listed
        if t.code not in codes and t.township not in names
    ]
    return rows if listed else None


def _listed_in(record: dict[str, Any]) -> Sequence[Township]:
    """Return the townships of a report's county, none unless the list has just one so named."""
    found = [t for t in all_townships() if t.county == record["county"]]
    for part, known in (("province", record["province"]), ("city", record["city"])):
        counties = {t[1:4] for t in found}
        if len(counties) > 1 or (part == "province" and known):
            found = [t for t in found if getattr(t, part) == known]
    return found if len({t[1:4] for t in found}) == 1 else ()
