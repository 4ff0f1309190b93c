"""Where and when a prose question looks: places, years, levels as the question names them.

A place that is not understood is never left out: the question is declined or asked back.
"""

from typing import NamedTuple, cast

from assistant.plan import Place, Scope
from assistant.understand.lexer import Token
from assistant.understand.phrase import Phrase, unread
from assistant.understand.places import (
    Ref,
    as_place,
    bodies_of,
    full_name,
    own_bodies_of,
    read_places,
)
from assistant.understand.years import read_years
from index.model import Level

_LEADS = ("which", "how_many", "each", "all", "area")
_PLACE_LEVELS = ("township", "county", "city", "province")


class Frame(NamedTuple):
    """The scope, and the question's text with `|` for every place, year and level word.

    `sweeps` tells that reports are asked for (哪些镇, 多少个镇); `said` is the whole question.
    """

    scope: Scope
    text: str
    said: str
    sweeps: bool


def read_frame(phrase: Phrase) -> Frame:
    """Return the frame; raises DeclinedError and AmbiguousError like the rules for numbers."""
    _insist_on_known(phrase)
    years = read_years(phrase).years
    refs, excluded = read_places(phrase)
    said = "".join(token.text for token in phrase.tokens)
    led = _level_words(phrase)
    levels, kinds = _levels_of(phrase, led)
    sweeps = any(phrase.tokens[i].has("which", "how_many") for i in _leads(phrase, led))
    phrase.use(*led, *_leads(phrase, led))
    hidden = _hidden(phrase)
    places = tuple(_place(phrase, ref, bare=not led and not sweeps) for ref in refs)
    scope = Scope(
        years=years,
        places=places,
        levels=levels,
        kinds=kinds,
        excluded=tuple(as_place(ref) for ref in excluded),
    )
    text = "".join("|" if i in hidden else t.text for i, t in enumerate(phrase.tokens))
    return Frame(scope, text, said, sweeps)


def _hidden(phrase: Phrase) -> set[int]:
    return {i for i in range(len(phrase.tokens)) if phrase.used(i)}


def _level_words(phrase: Phrase) -> list[int]:
    """Return the level words that name reports: led by 哪些, 各, 所有, or right after a place."""
    found = []
    for at, token in enumerate(phrase.tokens):
        if not token.has("level") or phrase.used(at):
            continue
        before = _before(phrase, at)
        if before is None or phrase.tokens[before].has("year"):
            # 乡镇街道怎么… opens the question; a single 镇 may open a word (镇务公开).
            if len(token.text) > 1 and _level(token)[0] != "any":
                found.append(at)
            continue
        if phrase.tokens[before].has(*_LEADS) or (
            phrase.tokens[before].has("place") and _level(token)[0] != "any"
        ):
            found.append(at)
    return found


def _leads(phrase: Phrase, led: list[int]) -> list[int]:
    """Return the words before the level words that belong to them."""
    places = [_before(phrase, at) for at in led]
    return [i for i in places if i is not None and phrase.tokens[i].has(*_LEADS)]


def _before(phrase: Phrase, at: int) -> int | None:
    """Return the place before, a 的 or a bracket between left out."""
    at -= 1
    while at >= 0 and phrase.tokens[at].text in ("的", "里", "中", ",", "有"):
        at -= 1
    return at if at >= 0 else None


def _level(token: Token) -> tuple[str, tuple[str, ...]]:
    level, _, kinds = (token.value("level") or "").partition(":")
    return level, tuple(kinds.split())


def _levels_of(phrase: Phrase, led: list[int]) -> tuple[tuple[Level, ...], tuple[str, ...]]:
    """Return levels and kinds of the level words; 报告 and 地方 name none."""
    words = [_level(phrase.tokens[at]) for at in led]
    levels = dict.fromkeys(level for level, _ in words if level != "any")
    bare = any(level == "township" and not kinds for level, kinds in words)
    kinds = dict.fromkeys(kind for _, found in words for kind in found)
    if len(levels) > 1 and kinds:
        raise unread([phrase.tokens[at].text for at in led], "几种单位要分开问")
    return cast("tuple[Level, ...]", tuple(levels)), () if bare else tuple(kinds)


def _place(phrase: Phrase, ref: Ref, *, bare: bool) -> Place:
    """Return a place; a county named bare means its own report where the library has one."""
    if bare and ref.is_area:
        own = own_bodies_of(phrase.names, ref)
        if own:
            if len(bodies_of(phrase.names, ref)) > len(own):
                phrase.note(f"“{ref.said}”按{own[0].agency}自己的报告理解，不是所属各单位")
            return as_place(ref, agency=own[0].agency)
        if bodies_of(phrase.names, ref):
            phrase.note(f"库中没有{full_name(ref.spots[0])}自己的报告，看的是所属各单位的报告")
    return as_place(ref)


def _insist_on_known(phrase: Phrase) -> None:
    """Decline 我镇, and names like 李家沟镇 that are no place of the library or of the list."""
    for token in phrase.tokens:
        if token.has("ours"):
            raise unread([token.text], f"没有说明“{token.text}”是哪个地方")
    for name in unknown_places(phrase):
        raise unread([name], f"没有找到名为“{name}”的地方")


def unknown_places(phrase: Phrase) -> tuple[str, ...]:
    """Return what looks like a place (李家沟镇) and is none of the library or of the list."""
    ends = (
        at
        for at, token in enumerate(phrase.tokens)
        if token.has("level") and _level(token)[0] in _PLACE_LEVELS
    )
    return tuple(filter(None, (_name_before(phrase, at) for at in ends)))


def _name_before(phrase: Phrase, at: int) -> str:
    """Return unknown words with their ending (李家沟镇) where a place is expected, else ""."""
    start = at
    while start and phrase.tokens[start - 1].has("unknown"):
        start -= 1
    if start and start == at - 1 and len(phrase.tokens[start - 1].text) == 1:
        # The first character of a name may be a word of its own: 大 in 大勇镇.
        before = phrase.tokens[start - 1]
        start -= not before.has("filler", "punct", "and", "year", "place", "which", "refuse")
    if start == at or len(phrase.tokens[at].text) > 2:
        return ""
    first = phrase.tokens[start - 1] if start else None
    expected = first is None or first.has("year", "punct", "and", "filler", "place")
    return "".join(t.text for t in phrase.tokens[start : at + 1]) if expected else ""
