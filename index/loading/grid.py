"""Where the cells of a table stand once merged cells are expanded; no place is covered twice."""

from collections.abc import Sequence
from typing import NamedTuple

from index.loading.flow import FlowRow

MAX_COLUMNS = 200
_SANE_SPAN = 64
_HUGE_SPAN = 100


class Place(NamedTuple):
    """The first row and column of a cell in the expanded grid, and its extent."""

    row: int
    col: int
    rowspan: int
    colspan: int


def place_cells(rows: Sequence[FlowRow]) -> list[list[Place]] | None:
    """Return the place of every cell, row by row, as browsers do; None beyond MAX_COLUMNS.

    A rowspan of 0 or beyond its row group ends with the group; a cell that would overlap one from
    above is narrowed; absurd colspans end at the widest column that sane cells reach.
    """
    ends = _group_ends(rows)
    taken: list[int] = []  # for each column, the first row that is free again
    places: list[list[Place]] = []
    for index, row in enumerate(rows):
        if len(row.cells) + len(taken) > 2 * MAX_COLUMNS:
            return None
        places.append(_place_row(index, row, ends[index], taken))
    width = max((p.col + _reach(p) for row in places for p in row), default=0)
    return [[_narrow(place, width) for place in row] for row in places]


def _place_row(index: int, row: FlowRow, end: int, taken: list[int]) -> list[Place]:
    """Place the cells of one row left to right in the columns that no cell from above covers."""
    places: list[Place] = []
    col = 0
    for cell in row.cells:
        col += cell.skip
        while col < len(taken) and taken[col] > index:
            col += 1
        rowspan = end - index if cell.rowspan == 0 else min(max(1, cell.rowspan), end - index)
        wanted = min(max(1, cell.colspan), _HUGE_SPAN)
        taken.extend([0] * (col + wanted - len(taken)))
        colspan = 1
        while colspan < wanted and taken[col + colspan] <= index:
            colspan += 1
        taken[col : col + colspan] = [index + rowspan] * colspan
        places.append(Place(index, col, rowspan, colspan))
        col += colspan
    return places


def _group_ends(rows: Sequence[FlowRow]) -> list[int]:
    """Return for each row the index just past its row group."""
    ends = [len(rows)] * len(rows)
    for index in range(len(rows) - 2, -1, -1):
        same = rows[index].group == rows[index + 1].group
        ends[index] = ends[index + 1] if same else index + 1
    return ends


def _reach(place: Place) -> int:
    """Return how many columns a cell proves to exist."""
    return place.colspan if place.colspan <= _SANE_SPAN else 1


def _narrow(place: Place, width: int) -> Place:
    """Return the place within a grid of `width` columns."""
    return place._replace(colspan=min(place.colspan, width - place.col))
