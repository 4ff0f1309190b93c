"""What the library holds, by name: bodies, places and years, with the national list beside them.

Built once per library snapshot from rows; answers which places a name may mean. It reads no
question and no report.
"""

import csv
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Literal, NamedTuple, Protocol, cast

from index import gazetteer
from index.model import Level
from index.normalise import squeeze

SpotLevel = Literal["province", "city", "county", "township", "body"]
_AREAS: tuple[SpotLevel, ...] = ("province", "city", "county")
_TOWNSHIP_ENDINGS = ("街道办事处", "街道", "民族乡", "苏木", "镇", "乡")
_GOVERNMENT = ("人民政府办公室", "人民政府", "政府办公室", "政府", "办事处")
_SHORTEST, _LONGEST = 2, 24
_LISTED_ENDINGS = frozenset("镇乡道木区县市省旗州盟处场园团")


class Body(NamedTuple):
    """A body that files reports, as the library's `reports` rows tell it."""

    agency: str | None
    level: Level
    kind: str | None
    province: str | None
    city: str | None
    county: str | None
    township: str | None


class Spot(NamedTuple):
    """One place a name may mean; fields above its own level tell where it lies.

    `listed` is True for a place that only the national list knows; `short` when the name left out
    the ending (大涌 for 大涌镇); `own` when it names the government itself (湘潭县人民政府).
    """

    level: SpotLevel
    province: str | None = None
    city: str | None = None
    county: str | None = None
    township: str | None = None
    agency: str | None = None
    listed: bool = False
    short: bool = False
    own: bool = False


Row = tuple[
    str | None, Level, str | None, str | None, str | None, str | None, str | None, int | None
]


@cache
def _common_words() -> frozenset[str]:
    """Return ordinary words that are also towns without their ending (建设, 安全, 文化)."""
    with (files("assistant.data") / "common_words.csv").open(encoding="utf-8") as lines:
        return frozenset(row["word"] for row in csv.DictReader(lines))


class Held(Protocol):
    """What is asked of a library: its snapshot and its rows."""

    @property
    def snapshot(self) -> str:
        """The hash of the snapshot."""

    def query(self, sql: str, params: Sequence[Any] = ...) -> list[tuple[Any, ...]]:
        """Return the rows of one statement."""


_ROWS = """SELECT DISTINCT agency, level, kind, province, city, county, township, year
    FROM reports WHERE role = 'current' ORDER BY ALL"""


class _Latest:
    """The names of the snapshot that was asked last; building them reads every report's row."""

    snapshot: str = ""
    names: "Names | None" = None


_latest = _Latest()


class Names:
    """The bodies, places and years of one library snapshot; every look-up is a dictionary's."""

    def __init__(self, rows: Iterable[Row]) -> None:
        """Index rows of (agency, level, kind, province, city, county, township, year)."""
        years: set[int] = set()
        self._body_years: dict[Body, set[int]] = {}
        for row in rows:
            year = row[7]
            found = self._body_years.setdefault(Body(*row[:7]), set())
            if year is not None:
                years.add(year)
                found.add(year)
        self.years: tuple[int, ...] = tuple(sorted(years))
        self.bodies: tuple[Body, ...] = tuple(self._body_years)
        self.kinds = frozenset(b.kind for b in self.bodies if b.kind and b.level == "township")
        self.levels = frozenset(b.level for b in self.bodies)
        self._spots: dict[str, dict[Spot, None]] = {}
        self._inside: dict[tuple[str, str], list[Body]] = {}
        for body in self.bodies:
            self._index(body)
        self._lengths: dict[str, tuple[int, ...]] = _lengths(self._spots)

    @classmethod
    def of(cls, library: Held) -> "Names":
        """Return the names of a library; those of the last snapshot used are kept."""
        if _latest.snapshot != library.snapshot or _latest.names is None:
            _latest.names = cls(cast("list[Row]", library.query(_ROWS)))
            _latest.snapshot = library.snapshot
        return _latest.names

    def _index(self, body: Body) -> None:
        for level in (*_AREAS, "township"):
            if name := getattr(body, level):
                self._inside.setdefault((level, name), []).append(body)
        for name, spot in _body_names(body):
            self._spots.setdefault(squeeze(name), {})[spot] = None

    def lengths_at(self, text: str, at: int) -> list[int]:
        """Return how long the place names are that start at `at`."""
        room = len(text) - at
        tried = self._lengths.get(text[at : at + 2], ())
        found = [n for n in tried if n <= room and text[at : at + n] in self._spots]
        for length in range(_SHORTEST, min(_LONGEST, room) + 1):
            name = text[at : at + length]
            if name not in self._spots and _listed(name):
                found.append(length)
        return found

    def spots(self, name: str) -> tuple[Spot, ...]:
        """Return what a name may mean: the library's own places first, then the national list's."""
        own = tuple(self._spots.get(name, ()))
        return (*own, *_others(own, name))

    def inside(self, spot: Spot) -> tuple[Body, ...]:
        """Return the library's bodies that a spot covers (for a body: itself)."""
        near = self._inside.get((spot.level, getattr(spot, spot.level, None) or ""), self.bodies)
        return tuple(body for body in near if _covers(spot, body))

    def own_bodies(self, spot: Spot) -> tuple[Body, ...]:
        """Return the bodies that file for an area itself (a county's own report)."""
        return tuple(body for body in self.inside(spot) if _files_for(body, spot))

    def years_of(self, bodies: Iterable[Body]) -> tuple[int, ...]:
        """Return the years for which the library holds a report of any of the bodies."""
        return tuple(sorted({year for body in bodies for year in self._body_years[body]}))


def _lengths(names: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """Return, for the first two characters of the names, the lengths to try, longest first."""
    lengths: dict[str, set[int]] = {}
    for name in names:
        lengths.setdefault(name[:2], set()).add(len(name))
    return {first: tuple(sorted(found, reverse=True)) for first, found in lengths.items()}


def _files_for(body: Body, spot: Spot) -> bool:
    """Tell whether a body is the area's own; a county run by the province is its own city."""
    direct = spot.level == "city" and body.level == "county" and body.county == body.city
    return body.level == spot.level or direct


def _covers(spot: Spot, body: Body) -> bool:
    fields = ("province", "city", "county", "township")
    if any(getattr(spot, f) not in (None, getattr(body, f)) for f in fields):
        return False
    return spot.agency in (None, body.agency)


def _body_names(body: Body) -> Iterable[tuple[str, Spot]]:
    """Yield the names of a body and of the areas around it."""
    province, city, county, township = body.province, body.city, body.county, body.township
    if province:
        yield from _area_names(province, Spot("province", province))
    if city:
        yield from _area_names(city, Spot("city", province, city))
    if county and county != city:
        yield from _area_names(county, Spot("county", province, city, county))
    if township and body.level == "township":
        yield from _township_names(township, Spot("township", *body[3:7]))
    if body.agency:
        yield from _agency_names(body, body.agency)


def _area_names(name: str, spot: Spot) -> Iterable[tuple[str, Spot]]:
    yield name, spot
    short = gazetteer.short_name(name)
    if short and not (spot.level == "county" and short in _common_words()):
        yield short, spot._replace(short=True)


def _township_names(name: str, spot: Spot) -> Iterable[tuple[str, Spot]]:
    yield name, spot
    short = _without_ending(name)
    if short and short not in _common_words():
        yield short, spot._replace(short=True)


def _without_ending(name: str) -> str | None:
    for ending in _TOWNSHIP_ENDINGS:
        stem = name.removesuffix(ending)
        if stem != name:
            return stem if len(stem) >= _SHORTEST else None
    return None


def _agency_names(body: Body, agency: str) -> Iterable[tuple[str, Spot]]:
    """Yield an agency's name, and a bureau's also without the places in front."""
    place = body[3:7]
    if body.level == "township" and body.township:
        yield agency, Spot("township", *place)
        return
    if body.level in _AREAS:
        own = _area_of(body)._replace(agency=agency, own=True)
        plain = (body.county, body.city, body.province)
        if agency not in plain:
            yield agency, own
        return
    yield agency, Spot("body", *place, agency=agency)
    for area in filter(None, (*place,)):
        _, found, rest = agency.partition(area)
        if found and len(rest) > _SHORTEST:
            yield rest, Spot("body", *place, agency=agency)
    if body.level == "unknown":
        for ending in _GOVERNMENT:
            if agency.endswith(ending) and len(agency) - len(ending) >= _SHORTEST:
                yield agency.removesuffix(ending), Spot("body", *place, agency=agency)


def _area_of(body: Body) -> Spot:
    """Return the area a county, city or province body governs."""
    level = cast("SpotLevel", body.level)
    city = None if level == "province" else body.city
    return Spot(level, body.province, city, body.county if level == "county" else None)


@lru_cache(maxsize=65536)
def _listed(name: str) -> bool:
    """Tell whether the national list knows a name (short forms of areas included)."""
    if len(name) < _SHORTEST:
        return False
    if name[-1] in _LISTED_ENDINGS and gazetteer.townships_named(name):
        return True
    return bool(_listed_areas(name))


def _listed_areas(name: str) -> tuple[Spot, ...]:
    """Return the areas of the national list that bear the name, by full or short form."""
    if spots := _areas_named(name, short=False):
        return spots
    if name in _common_words():
        return ()
    return tuple(spot._replace(short=True) for spot in _areas_named(name, short=True))


def _areas_named(name: str, *, short: bool) -> tuple[Spot, ...]:
    provinces = [
        Spot("province", p, listed=True) for p in gazetteer.provinces_named(name, short=short)
    ]
    cities = [Spot("city", *c, listed=True) for c in gazetteer.cities_named(name, short=short)]
    counties = [
        Spot("county", *c, listed=True)
        for c in gazetteer.counties_named(name, short=short)
        if c[1] != c[2]
    ]
    return (*provinces, *cities, *counties)


def _others(own: tuple[Spot, ...], name: str) -> tuple[Spot, ...]:
    """Return the listed places of a name that the library's own do not already tell."""
    listed = [
        *(Spot("township", *t[1:], listed=True) for t in gazetteer.townships_named(name)),
        *_listed_areas(name),
    ]
    known = {(s.level, s.province, s.city, s.county, s.township) for s in own}
    new = [s for s in listed if (s.level, s.province, s.city, s.county, s.township) not in known]
    return tuple(new)
