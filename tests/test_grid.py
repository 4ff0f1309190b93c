"""Merged cells expanded: no place of the grid is covered twice, whatever the spans claim."""

from hypothesis import given
from hypothesis import strategies as st

from index.loading.flow import Flow, FlowCell, FlowRow
from index.loading.grid import MAX_COLUMNS, Place, place_cells

spans = st.sampled_from([0, 1, 1, 1, 2, 3, 7, 64, 65, 1000, 65534])
cells = st.builds(FlowCell, st.builds(Flow), spans, spans, st.sampled_from([0, 0, 0, 2]))
rows = st.builds(FlowRow, st.lists(cells, max_size=6), st.just(0))


def row(*spans_of_cells: tuple[int, int], group: int = 0) -> FlowRow:
    return FlowRow([FlowCell(Flow(), *spans_of) for spans_of in spans_of_cells], group)


@given(st.lists(rows, max_size=8))
def test_each_grid_place_is_covered_at_most_once(table: list[FlowRow]) -> None:
    places = place_cells(table)
    if places is None:
        return
    covered = [
        (r, c)
        for line in places
        for p in line
        for r in range(p.row, p.row + p.rowspan)
        for c in range(p.col, p.col + p.colspan)
    ]
    assert len(covered) == len(set(covered))
    assert all(r < len(table) for r, _ in covered)
    assert [len(line) for line in places] == [len(r.cells) for r in table]
    assert all(p.rowspan >= 1 and p.colspan >= 1 for line in places for p in line)


def test_a_tall_cell_moves_the_next_row_right() -> None:
    assert place_cells([row((2, 1), (1, 2)), row((1, 1), (1, 1))]) == [
        [Place(0, 0, 2, 1), Place(0, 1, 1, 2)],
        [Place(1, 1, 1, 1), Place(1, 2, 1, 1)],
    ]


def test_rowspan_zero_and_huge_end_with_the_row_group() -> None:
    table = [row((0, 1), (9999, 1)), row((1, 1)), row((1, 1), group=1)]
    places = place_cells(table)
    assert places and [p.rowspan for p in places[0]] == [2, 2] and places[2][0].col == 0


def test_a_huge_colspan_ends_with_the_table() -> None:
    assert place_cells([row((1, 1), (1, 1), (1, 1)), row((1, 1), (1, 9999))]) == [
        [Place(0, 0, 1, 1), Place(0, 1, 1, 1), Place(0, 2, 1, 1)],
        [Place(1, 0, 1, 1), Place(1, 1, 1, 2)],
    ]


def test_a_table_wider_than_any_form_has_no_grid() -> None:
    assert place_cells([row(*[(1, 1)] * (2 * MAX_COLUMNS + 1))]) is None
