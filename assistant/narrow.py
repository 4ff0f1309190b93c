"""What a search query says of places and years, as hard filters; the rest of it stays words.

A name that fits several places searches them all, one that the library does not hold finds nothing;
both are said. It reads no report.
"""

from collections.abc import Sequence
from typing import NamedTuple

from assistant.names import Held, Names, Spot
from assistant.synonyms import related_words
from assistant.understand.lexer import Token, segment
from assistant.understand.phrase import AmbiguousError, DeclinedError, Phrase
from assistant.understand.places import Ref, full_name, read_places
from assistant.understand.years import read_years, settle_bare_years
from index.data import read_rows
from index.errors import MisuseError
from index.normalise import squeeze
from index.search.hit import PlaceFilter, SearchScope
from index.search.words import storable, word_edges

_LONGEST = 500
_FIELDS = ("province", "city", "county", "township", "agency")


class Narrowed(NamedTuple):
    """A scope with how it came about; `unknown` are names of places that the library lacks.

    `words` is what is left to look for: the query without the places and years that became filters;
    `also` are words that print says instead, or something near.
    """

    words: str
    also: tuple[str, ...]
    scope: SearchScope
    notes: tuple[str, ...]
    unknown: tuple[str, ...]


class _Filters(NamedTuple):
    """The places some words name, and those they leave out."""

    places: tuple[PlaceFilter, ...] = ()
    notes: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    left_out: tuple[PlaceFilter, ...] = ()


def narrow(
    library: Held,
    query: str,
    *,
    years: Sequence[int] = (),
    places: Sequence[str] = (),
    sections: Sequence[str] = (),
) -> Narrowed:
    """Return the scope of a search: what the options say, else what the query itself names."""
    query = storable(query)
    phrase = _phrase(library, query) if len(query) <= _LONGEST else None
    named, notes = _years(phrase) if phrase and not years else (tuple(years), ())
    if phrase is None:
        notes = (f"查询有{len(query)}字，超过{_LONGEST}字，没有从中读地名和年份。",)
    if places:
        where = _together([_option(library, storable(place)) for place in places])
    else:
        where = _of_query(phrase) if phrase else _Filters()
    scope = SearchScope(
        years=named,
        places=where.places,
        sections=_sections(sections),
        rids=_without(library, where.left_out),
    )
    words = _words(phrase, query) if phrase else query
    notes = (*notes, *where.notes, *_strange(phrase))
    return Narrowed(words, related_words(query), scope, notes, where.unknown)


def _strange(phrase: Phrase | None) -> tuple[str, ...]:
    """Return a note for each word that looks like the name of a place and limits nothing."""
    # Only here: the rules of prose load more than a search by option needs.
    from assistant.prose.scope import unknown_places

    names = unknown_places(phrase) if phrase else ()
    return tuple(
        f"没有找到名为“{name}”的地方：只当作词语查找，没有按它限定范围。" for name in names
    )


def _phrase(library: Held, text: str) -> Phrase:
    """Return the text in tokens, names read against the library."""
    names = Names.of(library, text)
    return Phrase(_without_doubtful(settle_bare_years(segment(text, names))), names)


def _words(phrase: Phrase, query: str) -> str:
    """Return the words that became no filter; all of them when nothing else tells."""
    left = [token for i, token in enumerate(phrase.tokens) if not phrase.used(i)]
    telling = any(not token.has("filler", "punct", "and") for token in left)
    return "".join(token.text for token in left) if telling else query


def _without(library: Held, places: Sequence[PlaceFilter]) -> tuple[int, ...]:
    """Return the current reports outside `places`; none named means no restriction."""
    if not places:
        return ()
    fields = [place.model_dump(exclude_none=True) for place in places]
    inside = " OR ".join(" AND ".join(f"{name} = ?" for name in place) for place in fields)
    rows = library.query(
        f"SELECT rid FROM reports WHERE role = 'current' AND NOT coalesce({inside}, false)",
        [value for place in fields for value in place.values()],
    )
    return tuple(rid for (rid,) in rows) or (-1,)


def _years(phrase: Phrase) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Return the report years that the query names."""
    try:
        years = read_years(phrase).years
    except (AmbiguousError, DeclinedError):
        plain = {token.year for token in phrase.tokens if token.year is not None}
        return tuple(sorted(plain)), ("查询里的年份说法不确定，只按写明的年份限定。",)
    if not years:
        return (), ()
    return years, (f"按查询里的年份限定：{'、'.join(f'{year}年' for year in years)}的报告。",)


def _of_query(phrase: Phrase) -> _Filters:
    """Return the places that the query names, as far as they are names and no common words."""
    try:
        wanted, unwanted = read_places(phrase)
    except AmbiguousError:
        return _all_meant(phrase)
    except DeclinedError as declined:
        return _Filters((), (declined.refusal.message,), declined.refusal.parts)
    left_out = tuple(_filter(spot) for ref in unwanted for spot in _held(ref.spots))
    found = _together([_of_ref(ref) for ref in wanted])
    said = "、".join(ref.said for ref in wanted if _held(ref.spots))
    notes = [f"按查询里的地名限定：{said}。"] if said else []
    notes += [f"按查询排除：{ref.said}。" for ref in unwanted]
    return found._replace(notes=(*notes, *found.notes), left_out=left_out)


def _without_doubtful(tokens: Sequence[Token]) -> list[Token]:
    """Return the tokens; a place or body that may be other words is no place.

    平安乡 in 平安乡村 is none, nor is a bureau that the library does not hold.
    """
    edges = word_edges("".join(token.text for token in tokens))
    kept, at = [], 0
    for token in tokens:
        end = at + len(token.text)
        weak = token.has("place") and all(s.listed or s.short for s in token.spots)
        if token.has("bureau") or (weak and not {at, end} <= edges):
            kept.append(Token(token.text, frozenset({"unknown"})))
        else:
            kept.append(token)
        at = end
    return kept


def _option(library: Held, text: str) -> _Filters:
    """Return the places that an option names; all of it must be a name."""
    phrase = _phrase(library, text)
    try:
        wanted, _ = read_places(phrase)
    except AmbiguousError:
        return _all_meant(phrase)
    except DeclinedError:
        wanted = ()
    if not wanted or phrase.left_over():
        return _of_agency(library, text)
    return _together([_of_ref(ref) for ref in wanted])


def _of_agency(library: Held, text: str) -> _Filters:
    """Return a body by its very name; unknown when the library holds none."""
    name = squeeze(text)
    rows = library.query(
        "SELECT DISTINCT agency FROM reports WHERE role = 'current' AND agency = ?", [name]
    )
    return _Filters((PlaceFilter(agency=name),)) if name and rows else _Filters(unknown=(text,))


def _of_ref(ref: Ref) -> _Filters:
    """Return the places one name means, of those that the library holds."""
    held = _held(ref.spots)
    if not held:
        return _Filters(unknown=(ref.said,))
    several = f"“{ref.said}”有{len(held)}处：{'、'.join(full_name(s) for s in held)}，全部搜索。"
    return _Filters(tuple(map(_filter, held)), (several,) if len(held) > 1 else ())


def _all_meant(phrase: Phrase) -> _Filters:
    """Return every place that the names may mean, where they leave it open."""
    spots = [s for t in phrase.tokens if t.has("place") for s in _held(t.spots)]
    if not spots:
        said = tuple(t.text for t in phrase.tokens if t.has("place"))
        return _Filters(unknown=said)
    named = "、".join(dict.fromkeys(full_name(spot) for spot in spots))
    return _Filters(tuple(map(_filter, spots)), (f"地名可以指多处，全部搜索：{named}。",))


def _held(spots: Sequence[Spot]) -> list[Spot]:
    """Return the places that the library holds reports of, each once."""
    return list(dict.fromkeys(s._replace(short=False) for s in spots if not s.listed))


def _filter(spot: Spot) -> PlaceFilter:
    """Return the filter that holds for the reports of a place; its own government files inside."""
    return PlaceFilter(**{field: getattr(spot, field) for field in _FIELDS})


def _together(found: Sequence[_Filters]) -> _Filters:
    """Return several as one; one unknown name leaves the others."""
    return _Filters(
        tuple(dict.fromkeys(place for one in found for place in one.places)),
        tuple(note for one in found for note in one.notes),
        tuple(name for one in found for name in one.unknown),
    )


def _sections(said: Sequence[str]) -> tuple[str, ...]:
    """Return the standard names of sections, by number, name or a part of it."""
    names = [row["name"] for row in read_rows("sections.csv")]
    found: list[str] = []
    for one in map(squeeze, said):
        place = "一二三四五六".find(one) if len(one) == 1 else -1
        place = int(one) - 1 if one.isascii() and one.isdigit() and len(one) == 1 else place
        fitting = names[place : place + 1] if place >= 0 else [n for n in names if one and one in n]
        if not fitting:
            raise MisuseError(f"没有叫 {one!r} 的节。可用：{'、'.join(names)}，或者一到六。")
        found += fitting
    return tuple(dict.fromkeys(found))
