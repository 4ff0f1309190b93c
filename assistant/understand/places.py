"""Places of a question: chains like 湘潭县石鼓镇, lists, exclusions, which body is meant."""

from collections.abc import Iterable
from typing import NamedTuple

from assistant.names import Body, Names, Spot
from assistant.plan import Place
from assistant.understand.phrase import AmbiguousError, Phrase, unread

_FIELDS = ("province", "city", "county", "township")
AREAS = ("province", "city", "county")


class Ref(NamedTuple):
    """A place of the question: what it may be, the words used, and the place of its first token.

    `own` is True when the words name the government itself (湘潭县人民政府).
    """

    said: str
    spots: tuple[Spot, ...]
    at: int
    own: bool = False

    @property
    def level(self) -> str:
        """Return the level of the place; all its spots share it."""
        return self.spots[0].level

    @property
    def is_area(self) -> bool:
        """Tell whether it is a county, city or province and not its own government."""
        return self.level in AREAS


def read_places(phrase: Phrase) -> tuple[tuple[Ref, ...], tuple[Ref, ...]]:
    """Use and return the places asked for and the places left out."""
    wanted: list[Ref] = []
    unwanted: list[Ref] = []
    for chain in _chains(phrase):
        for ref in _refs(phrase, chain):
            (unwanted if _is_left_out(phrase, chain) else wanted).append(ref)
        phrase.use(*chain)
    return _distinct(wanted), _distinct(unwanted)


def _distinct(refs: list[Ref]) -> tuple[Ref, ...]:
    """Return the refs, each place once."""
    found: dict[tuple[Spot, ...], Ref] = {}
    for ref in refs:
        found.setdefault(tuple(s._replace(short=False) for s in ref.spots), ref)
    return tuple(found.values())


def _chains(phrase: Phrase) -> list[list[int]]:
    """Return runs of place and bureau tokens that only fillers and brackets separate."""
    chains: list[list[int]] = []
    for at in phrase.where("place", "bureau"):
        if chains and all(_joins(phrase, i) for i in range(chains[-1][-1] + 1, at)):
            chains[-1].append(at)
        else:
            chains.append([at])
    return chains


def _joins(phrase: Phrase, at: int) -> bool:
    token = phrase.tokens[at]
    return token.text in {"的", "(", ")", "·", "[", "]"} or token.has("gov")


def _spots_at(phrase: Phrase, at: int) -> tuple[Spot, ...]:
    token = phrase.tokens[at]
    if token.has("place"):
        return token.spots
    return (Spot("body", agency=token.text, listed=True),)


def _refs(phrase: Phrase, chain: list[int]) -> list[Ref]:
    """Cut a chain into places: as many tokens as agree on one place belong together."""
    refs: list[Ref] = []
    start = 0
    while start < len(chain):
        end, spots = start + 1, _spots_at(phrase, chain[start])
        while end < len(chain):
            joined = _joined(spots, _spots_at(phrase, chain[end]))
            if not joined:
                _insist_on_lying_inside(phrase, chain[end - 1], chain[end])
                break
            spots, end = joined, end + 1
        ref = _ref(phrase, chain[start:end], spots)
        refs += _counted(phrase, chain[start], ref) or [ref]
        start = end
    return refs


def _counted(phrase: Phrase, first: int, ref: Ref) -> list[Ref]:
    """Return each place of 两个石鼓镇 when exactly so many are held; the words stay unread else."""
    before = phrase.before(first)
    number = phrase.tokens[before].number if before is not None else None
    held = [spot for spot in ref.spots if not spot.listed]
    if before is None or number is None or phrase.used(before) or number.counter not in ("个", ""):
        return []
    if ref.level != "township" or len(held) < 2 or number.value != len(held):
        return []
    phrase.use(before)
    return [Ref(full_name(spot), (spot,), ref.at) for spot in held]


def _insist_on_lying_inside(phrase: Phrase, area: int, inner: int) -> None:
    """Decline 云榉县石鼓镇 where no 石鼓镇 lies in 云榉县, instead of reading two places."""
    if not any(s.level in AREAS for s in _spots_at(phrase, area)) or inner != area + 1:
        return
    if any(s.level == "township" for s in _spots_at(phrase, inner)):
        said = phrase.tokens[area].text + phrase.tokens[inner].text
        places = "、".join(dict.fromkeys(full_name(s) for s in _spots_at(phrase, inner)[:5]))
        raise unread([said], f"没有找到“{said}”；同名的有{places}")


def _ref(phrase: Phrase, places: list[int], spots: tuple[Spot, ...]) -> Ref:
    said = "".join(phrase.tokens[i].text for i in range(places[0], places[-1] + 1))
    said += ")" if said.count("(") > said.count(")") else ""
    own = any(s.own for s in spots)
    following = places[-1] + 1
    if following < len(phrase.tokens) and phrase.tokens[following].has("gov", "own"):
        own = own or spots[0].level in AREAS
        phrase.use(following)
    return Ref(said, _settled(phrase, said, spots), places[0], own)


def _joined(left: Iterable[Spot], right: Iterable[Spot]) -> tuple[Spot, ...]:
    """Return the places that both names can mean together (湘潭 + 石鼓镇), the lower level kept."""
    found: dict[Spot, None] = {}
    for one in left:
        for other in right:
            if (both := _both(one, other)) is not None:
                found[both] = None
    return tuple(found)


def _both(one: Spot, other: Spot) -> Spot | None:
    """Unite two spots on different levels that contradict each other nowhere."""
    if one.level == other.level:
        return None
    fields = {}
    for field in _FIELDS:
        a, b = getattr(one, field), getattr(other, field)
        if a is not None and b is not None and a != b:
            return None
        fields[field] = a or b
    levels = ("province", "city", "county", "township", "body")
    low = max(one, other, key=lambda s: levels.index(s.level))
    if low.level == "body" and low.listed and low.agency:
        high = one if low is other else other
        area = getattr(high, high.level, None) or ""
        return low._replace(**fields, agency=area + low.agency)
    if low.level == "township" and not (low.province or fields["province"]):
        return None
    return low._replace(**fields)


def _settled(phrase: Phrase, said: str, spots: tuple[Spot, ...]) -> tuple[Spot, ...]:
    """Prefer what the library holds; ask when names of different levels remain."""
    held = tuple(s for s in spots if not s.listed) or spots
    # 河镇 written whole is 河镇, not also 河镇街道 with its ending left out.
    held = tuple(s for s in held if not s.short) or held
    unique = tuple(dict.fromkeys(s._replace(short=False) for s in held))
    _ask_area(phrase.names, said, unique)
    levels = {s.level for s in unique}
    _ask_town(said, unique)
    if len(levels) > 1:
        unique = _one_level(phrase.names, said, unique)
    if any(s.short for s in held):
        phrase.note(f"“{said}”按{'、'.join(dict.fromkeys(full_name(s) for s in unique))}理解")
    return unique


def _ask_area(names: Names, said: str, spots: tuple[Spot, ...]) -> None:
    """Ask whether 湖南镇 is a town or the towns of 湖南, when only those are held."""
    if spots[0].level != "township" or not all(s.listed for s in spots):
        return
    for ending in ("镇", "乡", "街道"):
        stem = said.removesuffix(ending)
        if stem != said and any(s.level in AREAS and names.inside(s) for s in names.spots(stem)):
            raise AmbiguousError((f"名叫{said}的地方（库中没有）", f"{stem}的各{ending}"))


def _ask_town(said: str, spots: tuple[Spot, ...]) -> None:
    """Ask which is meant when a name without its ending fits towns of several names (大河)."""
    towns = {s.township for s in spots if s.level == "township" and s.township}
    if len(towns) > 1 and not all((town or "").endswith(said) for town in towns):
        raise AmbiguousError(f"{full_name(s)}（“{said}”指这里）" for s in spots)


def _one_level(names: Names, said: str, spots: tuple[Spot, ...]) -> tuple[Spot, ...]:
    """Keep the widest of nested places that hold the same bodies; otherwise ask."""
    held = [frozenset(names.inside(s)) for s in spots]
    if any(held) and all(bodies == held[0] for bodies in held):
        return (spots[0],)
    raise AmbiguousError(f"{full_name(s)}（“{said}”指这里）" for s in spots)


def full_name(spot: Spot) -> str:
    """Return a spot's name with the areas above it, each once."""
    parts = [getattr(spot, field) for field in _FIELDS]
    if spot.level == "body" and spot.agency:
        areas = [p for p in parts[:3] if p and p not in spot.agency]
        return "".join(dict.fromkeys((*areas, spot.agency)))
    return "".join(dict.fromkeys(filter(None, parts)))


def _is_left_out(phrase: Phrase, chain: list[int]) -> bool:
    """Tell whether 除了 stands before or 除外 after a chain, and use those words."""
    before, after = phrase.before(chain[0]), phrase.after(chain[-1])
    while before is not None and _listed_before(phrase, before):
        before = phrase.before(before)
    marks = [i for i in (before,) if i is not None and phrase.tokens[i].has("except", "not")]
    marks += [i for i in (after,) if i is not None and phrase.tokens[i].has("outside")]
    phrase.use(*marks)
    return bool(marks)


def _listed_before(phrase: Phrase, at: int) -> bool:
    """Tell whether a token continues a list of left-out places (除了甲镇和乙镇)."""
    token = phrase.tokens[at]
    return token.has("place", "bureau") or (token.has("and") and token.text in {"和", "、", "及"})


def as_place(ref: Ref, *, years: tuple[int, ...] = (), agency: str | None = None) -> Place:
    """Return the plan's place: every field the words settle, none that they leave open."""
    fields = {field: {getattr(s, field) for s in ref.spots} for field in _FIELDS}
    settled = {field: next(iter(found)) for field, found in fields.items() if len(found) == 1}
    if ref.level == "township" and (ref.spots[0].township or "").startswith(ref.said):
        settled = {"township": ref.spots[0].township}
    if ref.level == "body":
        agency = ref.spots[0].agency if len(ref.spots) == 1 else ref.said
    return Place(said=ref.said, years=years, agency=agency, **settled)


def bodies_of(names: Names, ref: Ref) -> tuple[Body, ...]:
    """Return the library's bodies a ref covers."""
    return tuple(dict.fromkeys(body for spot in ref.spots for body in names.inside(spot)))


def own_bodies_of(names: Names, ref: Ref) -> tuple[Body, ...]:
    """Return the bodies that file for the area itself."""
    return tuple(dict.fromkeys(body for spot in ref.spots for body in names.own_bodies(spot)))


def insist_on_one(names: Names, ref: Ref) -> None:
    """Ask which body is meant when a township's name fits several of the library."""
    bodies = bodies_of(names, ref)
    if ref.level == "township" and len(bodies) > 1:
        raise AmbiguousError(full_name(s) for s in ref.spots)
    if ref.level == "body" and len(ref.spots) > 1:
        raise AmbiguousError(full_name(s) for s in ref.spots)
    if ref.is_area and len(ref.spots) > 1:
        raise AmbiguousError(full_name(s) for s in ref.spots)
