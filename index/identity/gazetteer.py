"""The national list of townships, looked up by name; knows nothing of reports.

Names match after `normalise`; what comes back is the list's own writing. Where no prefecture
stands between province and county, `city` holds what stands in for it: the municipality for its
districts (北京市, 北京市, 东城区), the county itself where the province runs it directly (湖北省,
仙桃市, 仙桃市). A prefecture without counties fills both columns (广东省, 中山市, 中山市).
"""

import re
import tomllib
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple, TypeVar

from index.normalise import normalise

County = tuple[str, str, str]
City = tuple[str, str]
_Value = TypeVar("_Value", str, City, County)

_SHORTEST = 2
_NAMES_KEPT = 8192  # names come from reports and questions: there is no end to them
_ASIDE = re.compile(r"\([^()]*\)")
_OWN = re.compile(r".+(?:镇|乡|苏木)|..+街道")
_WITH_COUNTY = r".[县区市旗].*[镇乡道木]$"
_PART = re.compile(r"(?:[(-])([^()-]+(?:镇|乡|街道))(?=\)|$)")
_OFFICE = re.compile(r"(?<=..)(?:办事处|筹备处)$")


class Township(NamedTuple):
    """One entry of the national list: its nine-digit code and its full path."""

    code: str
    province: str
    city: str
    county: str
    township: str


class _Tables(NamedTuple):
    """The list's lines, and where each normalised name stands in them."""

    lines: tuple[str, ...]
    townships: dict[str, list[int]]
    counties: dict[str, tuple[County, ...]]
    cities: dict[str, tuple[City, ...]]
    provinces: dict[str, tuple[str, ...]]
    codes: dict[tuple[str, ...], str]


class _Words(NamedTuple):
    """`divisions.toml`: placeholders of the city column, and endings that short names drop."""

    stand_in: dict[str, str]
    autonomous: tuple[str, ...]
    plain: tuple[str, ...]
    peoples: tuple[str, ...]


@cache
def _words() -> _Words:
    data = tomllib.loads((files("index.data") / "divisions.toml").read_text(encoding="utf-8"))
    short = data["short"]
    return _Words(
        data["stand_in"],
        tuple(short["autonomous"]),
        tuple(short["plain"]),
        tuple(short["peoples"]),
    )


def _path(line: str) -> Township:
    """Read one line of the list, the stand-in put where the city column holds a placeholder."""
    code, province, city, county, township = line.split(",")
    stand_in = _words().stand_in.get(city)
    if stand_in is not None:
        city = province if stand_in == "province" else county
    return Township(code, province, city, county, _own_name(city, county, township))


def _own_name(city: str, county: str, township: str) -> str:
    """Return a township's name without the county that some entries print before it (濮阳县徐镇镇).

    Only before a name of its own that ends like one: 七星区街道 and 青县农场 stay as they are.
    """
    for front in (city + county, county):
        name = township.removeprefix(front).removeprefix("人民政府")
        if township.startswith(front) and _OWN.fullmatch(name):
            return name
    return township


def _key_maker(text: str) -> dict[int, str]:
    """Return the few characters of the list that `normalise` changes, for `str.translate`."""
    letters = "".join(sorted(set(text) - {"\n", "\r"}))
    pairs = zip(letters, normalise(letters), strict=True)
    return {ord(old): new for old, new in pairs if old != new}


def _spellings(key: str) -> Iterable[str]:
    """Return the ways a report writes the entry: as listed, and its parts.

    城南经济新区(车逻镇) is 车逻镇 too, 保康街道办事处 is 保康街道.
    """
    spellings = {key: None}
    if "(" in key or "-" in key or key.endswith("处"):
        parts = [_OFFICE.sub("", _ASIDE.sub("", key)), *_PART.findall(key)]
        spellings.update(dict.fromkeys(part for part in parts if len(part) >= _SHORTEST))
    return spellings


def _grouped(pairs: Iterable[tuple[str, _Value]]) -> dict[str, tuple[_Value, ...]]:
    groups: dict[str, dict[_Value, None]] = {}
    for name, value in pairs:
        groups.setdefault(name, {})[value] = None
    return {name: tuple(values) for name, values in groups.items()}


def _township_index(lines: tuple[str, ...], changes: dict[int, str]) -> dict[str, list[int]]:
    """Return where each township's name stands; odd names need a closer look."""
    odd = re.compile(rf"[{''.join(map(chr, changes))}()-]|处$|{_WITH_COUNTY}").search
    index: dict[str, list[int]] = {}
    for number, line in enumerate(lines):
        listed = line[line.rfind(",") + 1 :]
        names = _names(line, listed, changes) if odd(listed) else (listed,)
        for name in names:
            index.setdefault(name, []).append(number)
    return index


def _names(line: str, listed: str, changes: dict[int, str]) -> Iterable[str]:
    """Return every spelling of an odd name, with and without the county before it."""
    full = (listed.translate(changes), _path(line).township.translate(changes))
    return dict.fromkeys(spelling for name in full for spelling in _spellings(name))


def _division_codes(firsts: Iterable[Township]) -> dict[tuple[str, ...], str]:
    """Return the six-digit codes of counties, real prefectures and provinces by their path."""
    codes: dict[tuple[str, ...], str] = {}
    for first in firsts:
        codes.setdefault((first.province,), first.code[:2] + "0000")
        codes[first.province, first.city, first.county] = first.code[:6]
        if _is_prefecture(first):
            codes.setdefault((first.province, first.city), first.code[:4] + "00")
    return codes


def _is_prefecture(path: Township) -> bool:
    """Tell a real prefecture from a stand-in; county codes run 01–89 below one, 90xx outside."""
    return path.city != path.province and path.code[2:4] != "90"


@cache
def _tables() -> _Tables:
    text = (files("index.data") / "townships.csv").read_text(encoding="utf-8")
    changes = _key_maker(text)
    lines = tuple(text.splitlines()[1:])
    # The first line of each county stands for all of it: a path is read 2,978 times, not 41,352.
    firsts = [
        _path(line)
        for line in {line[10 : line.rfind(",")]: line for line in reversed(lines)}.values()
    ]
    return _Tables(
        lines=lines,
        townships=_township_index(lines, changes),
        counties=_grouped((f.county.translate(changes), f[1:4]) for f in firsts),
        cities=_grouped((f.city.translate(changes), f[1:3]) for f in firsts if _is_prefecture(f)),
        provinces=_grouped((f.province.translate(changes), f.province) for f in firsts),
        codes=_division_codes(firsts),
    )


@lru_cache(maxsize=_NAMES_KEPT)
def short_name(name: str) -> str | None:
    """Return a division's usual short form (湘潭 for 湘潭县), None where none is long enough."""
    words = _words()
    for ending in words.autonomous:
        if name.endswith(ending):
            return _without_peoples(name.removesuffix(ending))
    for ending in words.plain:
        stem = name.removesuffix(ending)
        if stem != name and len(stem) >= _SHORTEST:
            return stem
    return None


def _without_peoples(stem: str) -> str | None:
    """Drop the peoples an autonomous division names, but never its whole name (东乡族 → 东乡)."""
    dropped = True
    while dropped:
        dropped = False
        for people in _words().peoples:
            rest = stem.removesuffix(people)
            if rest != stem and len(rest) >= _SHORTEST:
                stem, dropped = rest, True
                break
    if stem.endswith("族") and len(stem) > _SHORTEST:
        stem = stem.removesuffix("族")
    return stem if len(stem) >= _SHORTEST else None


def _with_short(names: dict[str, tuple[_Value, ...]]) -> dict[str, tuple[_Value, ...]]:
    """Return the same index by full and by short names."""
    both: dict[str, dict[_Value, None]] = {}
    for name, values in names.items():
        for key in filter(None, (name, short_name(name))):
            both.setdefault(key, {}).update(dict.fromkeys(values))
    return {name: tuple(values) for name, values in both.items()}


@cache
def _short_counties() -> dict[str, tuple[County, ...]]:
    return _with_short(_tables().counties)


@cache
def _short_cities() -> dict[str, tuple[City, ...]]:
    return _with_short(_tables().cities)


@cache
def _short_provinces() -> dict[str, tuple[str, ...]]:
    return _with_short(_tables().provinces)


@lru_cache(maxsize=_NAMES_KEPT)
def townships_named(name: str) -> tuple[Township, ...]:
    """Return every township of that full name, in the order of the national codes."""
    tables = _tables()
    return tuple(_path(tables.lines[i]) for i in tables.townships.get(normalise(name), ()))


def counties_named(name: str, *, short: bool = False) -> tuple[County, ...]:
    """Return (province, city, county) of every county, district or county-level city so named."""
    return (_short_counties() if short else _tables().counties).get(normalise(name), ())


def cities_named(name: str, *, short: bool = False) -> tuple[City, ...]:
    """Return (province, city) of every prefecture-level division so named; no stand-ins."""
    return (_short_cities() if short else _tables().cities).get(normalise(name), ())


def provinces_named(name: str, *, short: bool = False) -> tuple[str, ...]:
    """Return the province, autonomous region or municipality so named."""
    return (_short_provinces() if short else _tables().provinces).get(normalise(name), ())


def division_code(province: str, city: str | None = None, county: str | None = None) -> str | None:
    """Return the six-digit code of a county, prefecture or province of the list."""
    return _tables().codes.get(tuple(part for part in (province, city, county) if part))


@cache
def all_townships() -> tuple[Township, ...]:
    """Return the whole list, in the order of the national codes."""
    return tuple(map(_path, _tables().lines))
