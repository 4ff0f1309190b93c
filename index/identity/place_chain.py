"""The places at the front of a name: 广州市白云区棠景街道 begins with 广州市, 白云区.

A name reads in several ways (新乡县 is no 新乡 + 县); `chains` yields all of them, and whoever
knows what follows decides. Names match the national list; `with_unlisted` reads places it does not
hold by their form alone.
"""

from collections.abc import Iterator
from typing import NamedTuple

from index.identity.gazetteer import cities_named, counties_named, provinces_named
from index.identity.identity_words import body_words

_LONGEST = 20
_STEM = 2
_UNLISTED_STEM = 5
_UNLISTED_AUTONOMY = 12
_ENDINGS = "省市县区旗州盟"

Division = tuple[str, str | None, str | None]


class Chain(NamedTuple):
    """Places read from the front of a name, and the `rest` that follows them.

    `divisions` are the listed (province, city, county) that its listed part fits, the lower ones
    None where it names none; `listed` is False when places follow that the list does not hold.
    """

    province: str | None = None
    city: str | None = None
    county: str | None = None
    written: str = ""
    rest: str = ""
    divisions: tuple[Division, ...] = ()
    listed: bool = True

    @property
    def depth(self) -> int:
        """How many places it names."""
        return sum(part is not None for part in self[:3])


def chains(text: str, *, short: bool = False) -> Iterator[Chain]:
    """Yield every reading of listed places at the front of `text`, the empty one included."""
    start = Chain(rest=text)
    for province in _with_province(start, short):
        for city in _with_city(province, short):
            yield from _with_county(city, short)


def _fronts(text: str) -> Iterator[tuple[str, str]]:
    """Yield the ways to cut a possible name off the front, longest first."""
    for cut in range(min(len(text), _LONGEST), _STEM - 1, -1):
        yield text[:cut], text[cut:]


def _as_listed(front: str, name: str) -> str:
    """Return a full name in the list's own letters (乾县, which normalises to 干县)."""
    return name if len(name) == len(front) else front


def _with_province(chain: Chain, short: bool) -> Iterator[Chain]:
    yield chain
    for front, rest in _fronts(chain.rest):
        for province in provinces_named(front, short=short):
            yield Chain(
                province=province,
                written=_as_listed(front, province),
                rest=rest,
                divisions=((province, None, None),),
            )


def _with_city(chain: Chain, short: bool) -> Iterator[Chain]:
    yield chain
    for front, rest in _fronts(_after_government(chain)):
        fits = [c for c in cities_named(front, short=short) if chain.province in (None, c[0])]
        if fits:
            yield Chain(
                province=chain.province,
                city=fits[0][1],
                written=chain.written + _as_listed(front, fits[0][1]),
                rest=rest,
                divisions=tuple((province, city, None) for province, city in fits),
            )


def _with_county(chain: Chain, short: bool) -> Iterator[Chain]:
    yield chain
    for front, rest in _fronts(_after_government(chain)):
        fits = [
            c
            for c in counties_named(front, short=short)
            if chain.province in (None, c[0]) and chain.city in (None, c[1])
        ]
        # A short name may mean several counties; which one stays open until the list narrows it.
        if fits:
            yield Chain(
                province=chain.province,
                city=chain.city,
                county=fits[0][2],
                written=chain.written + _as_listed(front, fits[0][2]),
                rest=rest,
                divisions=tuple(fits),
            )


def _after_government(chain: Chain) -> str:
    """Return what follows a government's name: 广州市人民政府白云区 goes on with 白云区."""
    if chain.depth and len(chain.rest) > len("人民政府"):
        return chain.rest.removeprefix("人民政府")
    return chain.rest


def with_unlisted(chain: Chain) -> Iterator[Chain]:
    """Yield `chain` prolonged by places that only their form tells: X省, X市, X县, X区, X旗."""
    while (cut := _unlisted_end(chain)) is not None:
        longer = _prolonged(chain, chain.rest[:cut], chain.rest[cut:])
        if longer is None:
            return
        chain = longer
        yield chain


def _unlisted_end(chain: Chain) -> int | None:
    """Return where the first place by form ends: at its earliest ending with a stem before it.

    One letter is stem enough for a 县 and after another place; 东市街道 holds no 东市.
    """
    words, text = body_words(), chain.rest
    for i, letter in enumerate(text[:_UNLISTED_AUTONOMY]):
        if letter not in _ENDINGS or i < (1 if chain.depth or letter == "县" else _STEM):
            continue
        stem = text[:i]
        autonomous = stem.endswith("自治")
        if letter == "州" and not autonomous:
            continue
        if i > _UNLISTED_STEM and not autonomous:
            return None
        if letter == "区" and stem.endswith(words.zones) and not autonomous:
            return None
        return None if stem in words.nameless or text[i + 1 : i + 2] == "场" else i + 1
    return None


def _prolonged(chain: Chain, name: str, rest: str) -> Chain | None:
    """Put an unlisted name where its ending and the places before it leave room."""
    written = chain.written + name
    given = chain._replace(written=written, rest=rest, listed=False)
    if name.endswith(("省", "自治区")):
        return given._replace(province=name) if not chain.depth else None
    if chain.county is not None:
        if chain.listed or chain.city is not None or not chain.county.endswith("市"):
            return None
        # 示例市示例县: the first is a prefecture only now that a county follows it.
        return given._replace(city=chain.county, county=name)
    if name.endswith(("自治州", "盟")):
        return given._replace(city=name) if chain.city is None else None
    return given._replace(county=name)
