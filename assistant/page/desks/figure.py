"""What of an answer can be drawn: comparable numbers of its rows, never one that is not there."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Literal, NamedTuple

from assistant.result import Answer, Coverage, Row

Kind = Literal["bars", "groups", "lines"]
MOST: dict[Kind, int] = {"bars": 20, "groups": 10, "lines": 8}


class Point(NamedTuple):
    """One number: of whom, of which year, of which measure."""

    name: str
    year: int | None
    label: str
    value: Decimal
    bound: str = "exact"


class Figure(NamedTuple):
    """What is drawn: the first `drawn` of `whole` names; `absent` are undecided and not in it.

    `uneven` groups count different numbers of reports each.
    """

    kind: Kind
    points: tuple[Point, ...]
    unit: str
    drawn: int
    whole: int
    absent: int
    uneven: bool = False

    @property
    def labels(self) -> list[str]:
        """The measures drawn, in order, each once."""
        return list(dict.fromkeys(point.label for point in self.points))

    @property
    def names(self) -> list[str]:
        """The names drawn, in order, each once."""
        return list(dict.fromkeys(point.name for point in self.points))

    @property
    def bounded(self) -> int:
        """How many of the numbers are not exact counts (余, 约)."""
        return sum(point.bound != "exact" for point in self.points)


def figure_of(answer: Answer) -> Figure | None:
    """Return what can be drawn of an answer; None with fewer than two comparable numbers."""
    found = list(_points(answer))
    units = {unit for _, unit in found}
    points = [point for point, _ in found]
    if len(points) < 2 or len(units) != 1 or not units - {""}:
        return None
    kind = _kind(points)
    if kind != "lines":
        points = _dated(points)
    if len({(p.name, p.year, p.label) for p in points}) < len(points):
        return None
    names = list(dict.fromkeys(point.name for point in points))
    if kind == "lines":
        points.sort(key=lambda point: (names.index(point.name), point.year or 0))
    drawn = names[: MOST[kind]]
    shown = tuple(point for point in points if point.name in set(drawn))
    absent = max(len(answer.undecided), _left_out(answer.coverage))
    uneven = len({row.note for row in answer.rows if row.group is not None}) > 1
    return Figure(kind, shown, units.pop(), len(drawn), len(names), absent, uneven)


def _points(answer: Answer) -> Iterator[tuple[Point, str]]:
    """Yield every number of the rows with its unit; of a change the numbers of its years."""
    changes = answer.plan is not None and answer.plan.operation == "change"
    for row, name in zip(answer.rows, _names(answer.rows), strict=True):
        if row.value is not None and not changes:
            yield Point(name, row.year, row.label, row.value, row.bound), row.unit
        for one in row.more:
            if one.value is not None and (one.year is not None or not changes):
                year = one.year or row.year
                yield Point(name, year, one.label, one.value, one.bound), one.unit


def _kind(points: Iterable[Point]) -> Kind:
    """Return lines where something has numbers of several years, groups for several measures."""
    years: dict[tuple[str, str], set[int | None]] = {}
    for point in points:
        years.setdefault((point.name, point.label), set()).add(point.year)
    labels = {label for _, label in years}
    if any(len(found) > 1 for found in years.values()) and len(labels) == 1:
        return "lines"
    return "groups" if len(labels) > 1 else "bars"


def _dated(points: list[Point]) -> list[Point]:
    """Return the points with the year in the name where they are of several years."""
    if len({point.year for point in points}) == 1:
        return points
    return [p._replace(name=f"{p.name} {p.year}年") if p.year else p for p in points]


def _names(rows: tuple[Row, ...]) -> list[str]:
    """Return the shortest name of each row that no other body of the answer bears."""
    bearers: dict[str, set[str]] = {}
    for row in rows:
        for name in _namings(row):
            bearers.setdefault(name, set()).add(_whole(row))
    return [_name(row, bearers) for row in rows]


def _name(row: Row, bearers: dict[str, set[str]]) -> str:
    """Return a group's name, or a body's; groups of years are one thing over the years."""
    if row.group is not None:
        return row.label if row.year is not None and row.agency is None else row.group
    return next((name for name in _namings(row) if len(bearers[name]) == 1), _whole(row))


def _namings(row: Row) -> list[str]:
    """Return the names of a row's body, from the shortest."""
    if not row.township:
        return [row.agency or ""]
    areas = [area for area in (row.province, row.city, row.county) if area]
    return ["".join((*areas[at:], row.township)) for at in range(len(areas), -1, -1)]


def _whole(row: Row) -> str:
    places = (row.province, row.city, row.county, row.township)
    return " ".join((*dict.fromkeys(place for place in places if place), row.agency or ""))


def _left_out(coverage: Coverage) -> int:
    return coverage.undecidable + coverage.unsettled + coverage.no_report
