"""The statistics of comparison, against hand-worked values, enumeration and scipy."""

from itertools import product

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evals.comparing.distributions import binomial_tail, share_reaching, unseen_share
from evals.comparing.holm import holm, holm_levels
from evals.comparing.interval import bca_interval, difference
from evals.comparing.kinds import kinds_of
from evals.comparing.mcnemar import mcnemar_p
from evals.comparing.permutation import permutation_p
from evals.comparing.smallest import least_changed, smallest_effect

PS = st.lists(st.floats(0, 1), max_size=12)
ROW = st.tuples(*(st.integers(0, 4), st.integers(1, 5)) * 2)


def _rows(found: list[tuple[int, ...]]) -> numpy.ndarray:
    return numpy.array(found, dtype=float).reshape(-1, 4)


@pytest.mark.parametrize(
    ("only_before", "only_after", "p"),
    [(0, 0, 1.0), (0, 5, 0.0625), (0, 6, 0.03125), (1, 9, 22 / 1024), (8, 2, 112 / 1024)],
)
def test_mcnemar_gives_the_values_worked_by_hand(
    only_before: int, only_after: int, p: float
) -> None:
    assert mcnemar_p(only_before, only_after) == pytest.approx(p)


def test_holm_gives_the_values_worked_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_a_test_is_held_to_a_milder_level_where_others_of_its_family_are_significant() -> None:
    assert holm_levels([0.01, 0.01, 0.5], 0.05) == pytest.approx([0.025, 0.025, 0.05])
    assert holm_levels([0.5, 1.0], 0.05) == pytest.approx([0.025, 0.025])
    assert holm_levels([], 0.05) == []


@given(PS)
def test_holm_keeps_the_order_and_never_lowers_a_p(found: list[float]) -> None:
    adjusted = holm(found)
    assert all(after >= before for before, after in zip(found, adjusted, strict=True))
    assert all(0 <= p <= 1 for p in adjusted)
    order = sorted(range(len(found)), key=lambda at: found[at])
    assert [adjusted[at] for at in order] == sorted(adjusted)


@given(PS, st.integers(0, 11), st.floats(0, 1))
def test_holm_is_monotone_in_every_p(found: list[float], at: int, lower: float) -> None:
    if at < len(found):
        less = [p * lower if place == at else p for place, p in enumerate(found)]
        for before, after in zip(holm(found), holm(less), strict=True):
            assert after <= before + 1e-12


def _enumerated(rows: numpy.ndarray) -> float:
    """Return the p by going through every swap of every cluster, one by one."""
    observed, far, states = abs(difference(rows) or 0.0), 0, 0
    for swaps in product((False, True), repeat=len(rows)):
        swapped = rows.copy()
        for at, swap in enumerate(swaps):
            if swap:
                swapped[at] = rows[at][[2, 3, 0, 1]]
        found = difference(swapped)
        far += found is None or abs(found) >= observed - 1e-12
        states += 1
    return far / states


@given(st.lists(ROW, min_size=1, max_size=7))
@settings(max_examples=60, deadline=None)
def test_permutation_p_is_that_of_every_swap(found: list[tuple[int, ...]]) -> None:
    rows = _rows(found)
    assert permutation_p(rows, 10**6, 1) == pytest.approx(_enumerated(rows))


def test_permutation_p_is_never_too_small_under_the_null() -> None:
    """Every relabelling of one data set is as likely: p ≤ a in at most a share a of them."""
    rows = _rows([(3, 5, 1, 4), (0, 2, 2, 2), (1, 3, 3, 3), (4, 4, 1, 5), (2, 2, 0, 1)])
    found = []
    for swaps in product((False, True), repeat=len(rows)):
        swapped = [
            row[[2, 3, 0, 1]] if swap else row for row, swap in zip(rows, swaps, strict=True)
        ]
        found.append(permutation_p(numpy.array(swapped), 10**6, 1))
    for alpha in found:
        assert numpy.mean([p <= alpha + 1e-12 for p in found]) == pytest.approx(alpha)


def test_permutation_p_of_yes_and_no_is_the_sign_test() -> None:
    rows = _rows([(0, 1, 1, 1)] * 9 + [(1, 1, 0, 1)] + [(1, 1, 1, 1)] * 50)
    assert permutation_p(rows, 9999, 1) == pytest.approx(mcnemar_p(1, 9))


def test_drawn_permutation_p_is_near_the_exact_one() -> None:
    rng = numpy.random.default_rng(3)
    found = [(rng.integers(0, 9), 9, rng.integers(0, 9), 9 + at) for at in range(15)]
    rows = _rows(found)
    exact, drawn = permutation_p(rows, 10**6, 1), permutation_p(rows, 9999, 1)
    assert drawn != exact
    assert drawn == pytest.approx(exact, abs=0.02)


def test_drawn_permutation_p_is_never_zero() -> None:
    rows = _rows([(0, at + 1, at + 1, at + 1) for at in range(60)])
    assert permutation_p(rows, 99, 1) == pytest.approx(1 / 100)


def test_bca_interval_is_scipys_on_small_data() -> None:
    from scipy import stats

    rng = numpy.random.default_rng(5)
    of = rng.integers(3, 12, 25)
    rows = numpy.stack(
        [rng.binomial(of, 0.7), of, rng.binomial(of, 0.85), of + rng.integers(0, 2, 25)], axis=1
    ).astype(float)

    def ratio_gap(*columns: numpy.ndarray, axis: int = -1) -> numpy.ndarray:
        one, two, three, four = (column.sum(axis=axis) for column in columns)
        return three / four - one / two

    theirs = stats.bootstrap(
        tuple(rows.T), ratio_gap, paired=True, n_resamples=20_000, method="BCa",
        confidence_level=0.95, rng=numpy.random.default_rng(1), batch=2000,
    ).confidence_interval  # fmt: skip
    mine = bca_interval(rows, 0.05, 20_000, 1)
    assert mine == pytest.approx((theirs.low, theirs.high), abs=0.004)


def test_bca_interval_by_kinds_and_one_by_one_agree() -> None:
    rng = numpy.random.default_rng(8)
    few = _rows([(1, 2, 2, 2), (2, 2, 1, 2), (2, 2, 2, 2)] * 30 + [(1, 2, 2, 2)] * 20)
    shaken = few + rng.random(few.shape) * 1e-9
    assert len(kinds_of(few)[0]) == 3
    assert len(kinds_of(shaken)[0]) == len(few)
    mine, one_by_one = bca_interval(few, 0.05, 8000, 1), bca_interval(shaken, 0.05, 8000, 1)
    assert mine == pytest.approx(one_by_one, abs=0.01)


@given(st.lists(ROW, min_size=2, max_size=12))
@settings(max_examples=40, deadline=None)
def test_swapping_the_runs_mirrors_interval_and_keeps_p(found: list[tuple[int, ...]]) -> None:
    rows = _rows(found)
    back = rows[:, [2, 3, 0, 1]]
    low, high = bca_interval(rows, 0.05, 200, 1)
    assert bca_interval(back, 0.05, 200, 1) == pytest.approx((-high, -low), abs=1e-9)
    assert permutation_p(back, 499, 1) == permutation_p(rows, 499, 1)


@given(st.lists(st.tuples(st.integers(-5, 5), st.integers(0, 3)), min_size=1, max_size=30))
def test_kinds_are_the_distinct_rows_in_order(found: list[tuple[int, int]]) -> None:
    rows = numpy.array(found, dtype=float)
    kinds, counts = kinds_of(rows)
    expected, how_many = numpy.unique(rows, axis=0, return_counts=True)
    assert kinds.tolist() == expected.tolist()
    assert counts.tolist() == how_many.tolist()


@pytest.mark.parametrize(("alpha", "least"), [(0.05, 6), (0.0125, 8), (0.5, 2), (0.25, 3)])
def test_exact_test_needs_so_many_changed_clusters(alpha: float, least: int) -> None:
    assert least_changed(alpha) == least
    assert mcnemar_p(0, least) <= alpha < mcnemar_p(0, least - 1)


def test_too_few_clusters_show_no_effect_at_all() -> None:
    assert smallest_effect(_rows([(0, 1, 1, 1)] * 5), 0.05, 0.8) is None
    assert smallest_effect(_rows([(1, 1, 1, 1)] * 6), 0.05, 0.8) is not None


def test_smallest_effect_of_data_in_which_nothing_moved_is_that_of_the_exact_test() -> None:
    found = smallest_effect(_rows([(7, 9, 7, 9)] * 40), 0.05, 0.8)
    assert found == pytest.approx(share_reaching(6, 40, 0.8))
    assert binomial_tail(6, 40, found) == pytest.approx(0.8)


def test_smallest_effect_counts_changes_that_are_all_alike() -> None:
    """Where every report turned over, a change of a report is the whole of it."""
    found = smallest_effect(_rows([(9, 9, 0, 9)] * 40), 0.05, 0.8)
    assert found == pytest.approx(share_reaching(6, 40, 0.8))


def test_smallest_effect_shrinks_with_more_reports() -> None:
    some = [(7, 9, 8, 9), (8, 9, 7, 9), (9, 9, 9, 9)]
    sizes = [smallest_effect(_rows(some * count), 0.05, 0.8) or 1 for count in (4, 20, 100)]
    assert sizes == sorted(sizes, reverse=True)
    assert len(set(sizes)) == 3


def test_unseen_share_is_what_clopper_and_pearson_leave_open() -> None:
    assert (1 - unseen_share(30, 0.05)) ** 30 == pytest.approx(0.025)
    assert unseen_share(300, 0.05) == pytest.approx(3.69 / 300, rel=0.01)
