"""The name of a body, taken apart: 广州市白云区人民政府棠景街道办事处 is a 街道 of 白云区.

Knows names only, nothing of reports. Where a name reads in several ways, the national list decides;
a place that it does not hold is read by its form.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from index.identity.gazetteer import (
    Township,
    cities_named,
    counties_named,
    provinces_named,
    townships_named,
)
from index.identity.identity_words import Kind, body_words, kind_of, number_in_name
from index.identity.place_chain import Chain, Division, chains, with_unlisted
from index.model import Level

_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff〇·-]+")
_ASIDE = re.compile(r"\([^()]*\)")
_LONGEST = 45
_LONGEST_STEM = 14
_SHORTEST = 2
# Endings that a place of the list may have, but that prove no township by themselves.
_VAGUE = ("办事处", "地区")


class Body(NamedTuple):
    """A body's name, read. Places are the list's own where it holds them, else as written.

    `fits` are the townships of the list that the name fits; `divisions` the listed (province, city,
    county) that its listed places fit; `unit` is what it adds to its place (a bureau's own name).
    `listed` is False when a place in it is not in the list. Readings compare by `trust`, then by
    `depth`, the number of places named before the body.
    """

    name: str
    level: Level
    kind: str | None = None
    province: str | None = None
    city: str | None = None
    county: str | None = None
    township: str | None = None
    unit: str = ""
    fits: tuple[Township, ...] = ()
    divisions: tuple[Division, ...] = ()
    listed: bool = True
    trust: int = 0
    depth: int = 0


@lru_cache(maxsize=8192)
def read_body(text: str) -> Body | None:
    """Read a normalised name without white space; None when it names no body."""
    name = _ASIDE.sub("", text).strip("·、-()")
    if not name or len(name) > _LONGEST or not _HAN.fullmatch(number_in_name().sub("", name)):
        return None
    best = _best(_readings(name, short=False))
    if best is None or best.trust <= _UNLISTED:
        # The list bears out 南平建瓯市小松镇; by form alone 南平建瓯市 would be a county.
        best = _best(_readings(name, short=True)) or best
    if best is None or best.trust <= _BARE_BY_FORM:
        best = _by_short_name(name) or best
    return best


_BARE_UNIT, _BARE_BY_FORM, _UNLISTED, _LISTED_BY_FORM, _LISTED_SEAT, _LISTED = range(1, 7)


def _best(readings: Iterator[Body]) -> Body | None:
    return max(readings, key=_weight, default=None)


def _weight(body: Body) -> tuple[int, int, bool, bool]:
    # 中山市 is a prefecture and its only county at once: its government is the prefecture's.
    prefecture = body.county is None and body.city is not None
    return body.trust, body.depth, bool(body.divisions), prefecture


def _readings(name: str, *, short: bool) -> Iterator[Body]:
    """Yield every reading of a name; with `short`, only those that the list bears out."""
    parent = next((p for p in body_words().parents if name.startswith(p) and p != name), "")
    for chain in chains(name.removeprefix(parent), short=short):
        reading = _finish(chain, parent)
        if reading is not None and (not short or _borne_out(chain, reading)):
            yield reading
        if not short:
            for longer in with_unlisted(chain):
                if (reading := _finish(longer, parent)) is not None:
                    yield reading


def _borne_out(chain: Chain, body: Body) -> bool:
    """Tell whether a reading with short names (湘潭石鼓镇) may stand: the list must hold its end.

    中山大学 and 北京街道 are in 广州: a short name with just any unit after it proves nothing.
    """
    if chain.depth == 0:
        return False
    if chain.county is not None and chain.written.endswith(chain.county):
        return body.level != "township" or bool(body.fits)
    return bool(body.fits) and body.level == "township" and len(body.township or "") > _SHORTEST


def _finish(chain: Chain, parent: str) -> Body | None:
    """Read what follows the places: nothing or a government, a township, a bureau."""
    rest = chain.rest
    if not parent:
        body = _government(chain) or _township(chain)
        if body is not None:
            return body
    if chain.depth and rest.startswith("人民政府"):
        rest = rest.removeprefix("人民政府")
    return _bureau(chain, rest, parent)


def _government(chain: Chain) -> Body | None:
    """Read 湘潭县, 湘潭县人民政府, 湘潭县人民政府办公室."""
    words = body_words()
    if chain.depth == 0 or (chain.rest and chain.rest not in words.government + words.offices):
        return None
    unit = chain.rest if chain.rest in words.offices else ""
    chain = _seated(chain)
    level, seat = _seat(chain)
    kind = "办公室" if unit else _division_kind(seat)
    return _placed(chain, chain.written + unit, level, kind)._replace(
        unit=unit, trust=_LISTED_SEAT if chain.listed else _UNLISTED
    )


def _seat(chain: Chain) -> tuple[Level, str]:
    """Return the level of the lowest place named, and its name."""
    if chain.county is not None:
        return "county", chain.county
    if chain.city is not None:
        return "city", chain.city
    return "province", chain.province or ""


def _division_kind(name: str) -> str:
    """Return 县, 区, 市, 旗, 州, 省 … of a division's name."""
    return next((kind for kind in ("自治区", "地区") if name.endswith(kind)), name[-1])


def _seated(chain: Chain) -> Chain:
    """Take an unlisted 示例市 for a prefecture, unless a township shows it holds no county."""
    if not chain.listed and chain.city is None and (chain.county or "").endswith("市"):
        return chain._replace(city=chain.county, county=None)
    return chain


def _placed(chain: Chain, name: str, level: Level, kind: str | None) -> Body:
    """Start a body with the places of its chain, filled up where they leave no choice."""
    divisions = chain.divisions
    provinces = {d[0] for d in divisions}
    cities = {d[:2] for d in divisions}
    return Body(
        name,
        level,
        kind,
        province=provinces.pop() if len(provinces) == 1 else chain.province,
        city=cities.pop()[1] if len(cities) == 1 and chain.city is None else chain.city,
        county=chain.county,
        divisions=divisions,
        listed=chain.listed,
        depth=chain.depth,
    )


def _spellings(rest: str) -> Iterator[str]:
    """Yield what the township may be called in the list, the likeliest first."""
    name = rest
    for word in body_words().government:
        if name.endswith(word) and name != word:
            name = name.removesuffix(word)
            break
    for ending in ("街道办事处", "街道办", "街办", "办事处"):
        if name.endswith(ending) and len(name) > len(ending):
            stem = name.removesuffix(ending)
            if ending == "办事处":
                yield stem
            yield stem + "街道"
            break
    yield name


def lies_in(path: tuple[str | None, ...], divisions: tuple[Division, ...]) -> bool:
    """Tell whether (province, city, county) lies in one of the divisions, if any is given."""
    return not divisions or any(
        all(part in (None, own) for part, own in zip(division, path, strict=True))
        for division in divisions
    )


def _township(chain: Chain) -> Body | None:
    """Read a township: one of the list where it fits the places, else by its form."""
    rest = chain.rest.removeprefix("人民政府") if chain.depth else chain.rest
    spellings = list(_spellings(rest))
    if chain.listed:
        for name in spellings:
            fits = tuple(t for t in townships_named(name) if lies_in(t[1:4], chain.divisions))
            kind = kind_of(name)
            if fits and (chain.depth or kind is not None):
                return _listed_township(chain, name, fits, kind)
    return _township_by_form(chain, spellings)


def _listed_township(
    chain: Chain, name: str, fits: tuple[Township, ...], kind: Kind | None
) -> Body:
    level: Level = kind.level if kind is not None else "unknown"
    town = fits[0].township if len(fits) == 1 else name
    body = _placed(chain, chain.written + name, level, kind.kind if kind else None)
    return body._replace(township=town, fits=fits, trust=_LISTED)


def _township_by_form(chain: Chain, spellings: list[str]) -> Body | None:
    """Read a township that the list does not hold here: its ending alone tells it."""
    for name in spellings:
        kind = kind_of(name)
        if kind is None or kind.level != "township" or kind.suffix in _VAGUE:
            continue
        stem = name.removesuffix(kind.suffix)
        if (
            stem in body_words().nameless
            or stem[-1] in "乡各全等"
            or len(stem) > _LONGEST_STEM
            or "政府" in stem
        ):
            return None
        body = _placed(chain, chain.written + name, "township", kind.kind)
        return body._replace(township=name, trust=_UNLISTED if chain.depth else _BARE_BY_FORM)
    return None


def _bureau(chain: Chain, rest: str, parent: str) -> Body | None:
    """Read a bureau, of a place or of a township: 东至县财政局, 中山市大涌镇财政所."""
    kind = kind_of(rest)
    if kind is None or kind.level != "bureau" or len(rest) <= 1 or rest[0] == "场":
        return None
    town = _township_before(chain, rest)
    chain = _seated(chain) if town is None else chain
    trust = _LISTED_BY_FORM if chain.listed else _UNLISTED
    body = _placed(chain, parent + chain.written + chain.rest, "bureau", kind.kind)
    body = body._replace(unit=parent + rest, trust=trust if chain.depth else _BARE_UNIT)
    if town is None:
        return body
    name, fits = town
    unit = parent + rest.removeprefix(name).removeprefix("人民政府")
    return body._replace(township=name, fits=fits, unit=unit)


def _township_before(chain: Chain, rest: str) -> tuple[str, tuple[Township, ...]] | None:
    """Return the listed township that a bureau's name begins with.

    Without a place before it only 大涌镇人民政府… tells one: 小城镇建设办公室 is not of a 小城镇.
    """
    if not chain.listed:
        return None
    for cut in range(3, len(rest) - 1):
        name, after = rest[:cut], rest[cut:]
        kind = kind_of(name) if chain.depth or after.startswith("人民政府") else None
        if kind is not None and kind.level == "township":
            fits = tuple(t for t in townships_named(name) if lies_in(t[1:4], chain.divisions))
            if fits and kind_of(after) is not None:
                return name, fits
    return None


def _by_short_name(name: str) -> Body | None:
    """Read 景德镇 or 新乡: a whole name that is the short form of a division.

    Where several divisions share it (湘潭 is a city and a county) neither place nor level is told;
    nor where a township bears it too (永兴 may be short for any 永兴镇).
    """
    provinces: list[Division] = [(p, None, None) for p in provinces_named(name, short=True)]
    cities: list[Division] = [(*c, None) for c in cities_named(name, short=True)]
    counties: list[Division] = list(counties_named(name, short=True))
    found = provinces + cities + counties
    if not found:
        return None
    if any(townships_named(name + ending) for ending in ("", "镇", "乡", "街道")):
        return Body(name, "unknown", trust=_BARE_UNIT)
    if len(found) > 1:
        return Body(name, "unknown", divisions=tuple(found), trust=_BARE_UNIT)
    province, city, county = found[0]
    level, seat = _seat(Chain(province, city, county))
    return Body(
        name, level, _division_kind(seat), province, city, county, divisions=tuple(found), trust=4
    )
