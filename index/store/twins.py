"""Which groups are one report under two writings of its place (石鼓镇, 湘潭县石鼓镇), or may be.

Pure: works on groups handed in, all of one own name, level and year; knows no storage.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

Places = tuple[str | None, str | None, str | None]

# Opens the warning that the library itself gives, and takes back when its cause has gone.
DOUBT = "同名："
_MOST_NAMED = 3
_PLACE_ENDINGS = tuple("省市县区旗州盟")


class Group(NamedTuple):
    """Copies with one identity: (province, city, county), codes, and what each of them prints."""

    key: str
    level: str
    name: str
    report_id: str
    places: Places
    code: str | None
    candidates: frozenset[str]
    content: frozenset[str]

    @property
    def depth(self) -> int:
        """How full the identity is."""
        return depth_of(self.places, self.code)


def depth_of(places: Places, code: str | None) -> int:
    """Return how full an identity is: its places, and the national code."""
    return sum(place is not None for place in places) + (code is not None)


def same_reports(groups: Sequence[Group]) -> list[list[Group]]:
    """Return the groups, those together that are one report: agreeing places, the same content.

    A group whose places agree with two that contradict each other belongs to neither.
    """
    near: dict[str, dict[str, Group]] = defaultdict(dict)
    for one, other in _alike(groups):
        if agree(one, other):
            near[one.key][other.key], near[other.key][one.key] = other, one
    clear = {
        key
        for key, found in near.items()
        if all(agree(*p) for p in combinations(found.values(), 2))
    }
    joined: list[list[Group]] = []
    seen: set[str] = set()
    for group in groups:
        if group.key not in seen:
            others = near[group.key].values() if group.key in clear else ()
            joined.append([group, *(other for other in others if other.key in clear)])
            seen.update(member.key for member in joined[-1])
    return joined


def doubts(clusters: Sequence[Sequence[Group]]) -> dict[str, str]:
    """Return the warning of each group that may be the report of another cluster."""
    home = {group.key: number for number, cluster in enumerate(clusters) for group in cluster}
    rivals: dict[str, dict[int, Group]] = defaultdict(dict)
    for one, other in _near([group for cluster in clusters for group in cluster]):
        apart = home[one.key] != home[other.key] and one.places != other.places
        if apart and one.depth <= other.depth and agree(one, other):
            for group in clusters[home[one.key]]:
                rivals[group.key].setdefault(home[other.key], other)
    return {key: _warning(list(found.values())) for key, found in rivals.items()}


def agree(one: Group, other: Group) -> bool:
    """Tell whether nothing in two identities says that they are two bodies."""
    if one.code and other.code:
        return one.code == other.code
    if not (_among(one, other) and _among(other, one)):
        return False
    if one.level == "bureau" and any(one.places) and any(other.places):
        # A city's bureau names no county because it has none: it is not the county's bureau.
        return _seat(one) == _seat(other) and _fieldwise(one.places, other.places)
    return _fieldwise(one.places, other.places) or _written_alike(one.places, other.places)


def _among(bare: Group, other: Group) -> bool:
    """Tell whether a name that fits several places of the national list may mean the other's."""
    if not bare.candidates:
        return True
    if other.candidates:
        return not bare.candidates.isdisjoint(other.candidates)
    return other.code in bare.candidates


def _fieldwise(one: Places, other: Places) -> bool:
    """Tell whether each place is the same, or unknown on one side."""
    return all(a is None or b is None or a == b for a, b in zip(one, other, strict=True))


def _written_alike(one: Places, other: Places) -> bool:
    """Tell whether one chain ends another: of places not listed 甲市云山县 may stand in one."""
    short, long = sorted(("".join(filter(None, places)) for places in (one, other)), key=len)
    before = long.removesuffix(short)
    return bool(short) and long.endswith(short) and (not before or before.endswith(_PLACE_ENDINGS))


def _seat(group: Group) -> tuple[int, str] | None:
    """Return the rank and name of the smallest place a bureau names."""
    known = [(rank, place) for rank, place in enumerate(group.places) if place is not None]
    return known[-1] if known else None


def _alike(groups: Iterable[Group]) -> Iterator[tuple[Group, Group]]:
    """Yield the pairs of groups that print the same."""
    printing: dict[str, list[Group]] = defaultdict(list)
    for group in groups:
        for content in group.content:
            printing[content].append(group)
    for found in printing.values():
        yield from combinations(found, 2)


def _near(groups: Sequence[Group]) -> Iterator[tuple[Group, Group]]:
    """Yield the (less full, other) pairs whose places might agree, without comparing all pairs."""
    by_seat: dict[tuple[int, str] | None, list[Group]] = defaultdict(list)
    for group in groups:
        by_seat[_seat(group)].append(group)
    for group in groups:
        if None in group.places:
            seated = group.level == "bureau" and any(group.places)
            for other in by_seat[_seat(group)] if seated else groups:
                if other is not group:
                    yield group, other


def _warning(rivals: Sequence[Group]) -> str:
    named = "、".join(f"{g.name}（{g.report_id}）" for g in rivals[:_MOST_NAMED])
    more = f"等 {len(rivals)} 份" if len(rivals) > _MOST_NAMED else ""
    return f"{DOUBT}可能与 {named}{more} 是同一机关的同年报告，内容不同，分别计数；请核对"
