"""What the library holds, by name: bodies, places and years, with the national list beside them.

Built once per library snapshot from rows; answers which places a name may mean. It reads no
question and no report.
"""

import threading
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import Any, Literal, NamedTuple, Protocol, cast

from assistant.data import read_rows
from index.identity import gazetteer
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
    return frozenset(row["word"] for row in read_rows("common_words.csv"))


class Held(Protocol):
    """What is asked of a library: its snapshot and its rows."""

    @property
    def snapshot(self) -> str:
        """The hash of the snapshot."""

    def query(self, sql: str, params: Sequence[Any] = ...) -> list[tuple[Any, ...]]:
        """Return the rows of one statement."""


_FIELDS = "agency, level, kind, province, city, county, township, year"
_ROWS = f"SELECT DISTINCT {_FIELDS} FROM reports WHERE role = 'current'"
# A name in the question begins with two of its characters; a bureau's may begin behind its places.
_BEGINNINGS = f"""SELECT DISTINCT {_FIELDS}, left(township, 2) AS town, left(agency, 2) AS body,
    CASE WHEN level <> 'township' THEN left(replace(replace(replace(agency, coalesce(province, ''),
    ''), coalesce(city, ''), ''), coalesce(county, ''), ''), 2) END AS bureau,
    left(province, 2) AS first, left(city, 2) AS second, left(county, 2) AS third
    FROM reports WHERE role = 'current'"""
_NEAR = f"""SELECT {_FIELDS} FROM {{source}} WHERE town IN (SELECT unnest($1))
    OR body IN (SELECT unnest($1)) OR bureau IN (SELECT unnest($1)) ORDER BY ALL"""
_AREA = """SELECT DISTINCT province, city, county FROM {source} WHERE first IN (SELECT unnest($1))
    OR second IN (SELECT unnest($1)) OR third IN (SELECT unnest($1)) ORDER BY ALL"""
_HELD = """SELECT list(DISTINCT year ORDER BY year), list(DISTINCT level),
    list(DISTINCT kind) FILTER (level = 'township') FROM reports WHERE role = 'current'"""
# Up to here all names of a library are indexed once; beyond, only those near the question are.
_SMALL = 4_000


Area = tuple[str | None, str | None, str | None]


class _Begun(NamedTuple):
    """Rows and areas (province, city, county) by the first two characters of their names."""

    rows: dict[str, dict[Row, None]]
    areas: dict[str, dict[Area, None]]


class _Snapshot:
    """What was indexed of one snapshot; filled once each, whichever thread asks first."""

    def __init__(self) -> None:
        self.guard = threading.Lock()
        self.size: int | None = None
        self.asked = 0
        self.held: tuple[Any, ...] = ()
        self.names: Names | None = None
        self.begun: _Begun | None = None


@lru_cache(maxsize=2)
def _snapshot(_: str) -> _Snapshot:
    return _Snapshot()


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
    def of(cls, library: Held, question: str) -> "Names":
        """Return the names of a library, of a large one those that may stand in the question."""
        known = _snapshot(library.snapshot)
        with known.guard:
            known.asked += 1
            if known.size is None:
                known.size = int(library.query("SELECT count(*) FROM reports")[0][0])
            if known.size > _SMALL:
                return _Near(library, question, known)
            if known.names is None:
                known.names = cls(cast("list[Row]", library.query(f"{_ROWS} ORDER BY ALL")))
            return known.names

    def _index(self, body: Body) -> None:
        for level in (*_AREAS, "township"):
            if name := getattr(body, level):
                self._inside.setdefault((level, name), []).append(body)
        self._name(_body_names(body))

    def _name(self, names: Iterable[tuple[str, Spot]]) -> None:
        for name, spot in names:
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


class _Near(Names):
    """The names of a large library that may stand in one question; more is asked when needed."""

    def __init__(self, library: Held, question: str, known: _Snapshot) -> None:
        text, said = squeeze(question), "".join(question.split())
        grams = sorted({t[i : i + 2] for t in (text, said) for i in range(len(t) - 1)})
        rows, areas = _beginning(library, known, grams)
        super().__init__(rows)
        for area in areas:
            self._name(_body_names(Body(None, "unknown", None, *area, None)))
        self._lengths = _lengths(self._spots)
        years, levels, kinds = known.held
        self.years = tuple(year for year in years or () if year is not None)
        self.levels = frozenset(levels or ())
        self.kinds = frozenset(kind for kind in kinds or () if kind)
        self._library = library
        self._covered: dict[Spot, tuple[Body, ...]] = {}

    def inside(self, spot: Spot) -> tuple[Body, ...]:
        """Return the library's bodies that a spot covers, asked of the library once."""
        if spot not in self._covered:
            fields = ("province", "city", "county", "township", "agency")
            told = [(f, getattr(spot, f)) for f in fields if getattr(spot, f) is not None]
            where = "".join(f" AND {field} = ?" for field, _ in told)
            rows = self._library.query(f"{_ROWS}{where} ORDER BY ALL", [v for _, v in told])
            self._covered[spot] = self._learn(cast("list[Row]", rows))
        return self._covered[spot]

    def _learn(self, rows: list[Row]) -> tuple[Body, ...]:
        for row in rows:
            found = self._body_years.setdefault(Body(*row[:7]), set())
            if row[7] is not None:
                found.add(row[7])
        return tuple(dict.fromkeys(Body(*row[:7]) for row in rows))


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


@lru_cache(maxsize=8192)
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


def _beginning(library: Held, known: _Snapshot, grams: list[str]) -> tuple[list[Row], list[Area]]:
    """Return the rows and areas with a name that begins with one of `grams`.

    The first question asks the library; from the second on a table of beginnings answers.
    """
    if not known.held:
        known.held = library.query(_HELD)[0]
    if known.asked == 1:
        near = _NEAR.format(source=f"({_BEGINNINGS})")
        areas = _AREA.format(source=f"({_BEGINNINGS})")
        return cast("list[Row]", library.query(near, [grams])), library.query(areas, [grams])
    if known.begun is None:
        known.begun = _begin(library)
    rows = dict.fromkeys(row for gram in grams for row in known.begun.rows.get(gram, ()))
    areas_found = dict.fromkeys(a for gram in grams for a in known.begun.areas.get(gram, ()))
    return list(rows), list(areas_found)


def _begin(library: Held) -> _Begun:
    """Return every body and area of the library by how its names begin."""
    begun = _Begun({}, {})
    for *row, town, body, bureau, first, second, third in library.query(_BEGINNINGS):
        for gram in {town, body, bureau} - {None}:
            begun.rows.setdefault(gram, {})[tuple(row)] = None
        for gram in {first, second, third} - {None}:
            begun.areas.setdefault(gram, {})[tuple(row[3:6])] = None
    return begun
