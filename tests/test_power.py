"""The comparison's own error rates, with fixed seeds and few comparisons."""

from pathlib import Path

import numpy
import pytest
from drawn_comparisons import FAST, answer_run, table_run

from evals.comparing.compare import compare_headline
from evals.comparing.drawn_runs import drawn_counts, drawn_tables
from evals.comparing.power import (
    NullTest,
    Power,
    measure_power,
    null_test,
    render_power,
    shuffle_labels,
)
from index.errors import MisuseError


def test_false_alarms_stay_within_the_nominal_rate() -> None:
    before, after = (drawn_tables(name, 40, 60, 0.3, seed=4) for name in ("one", "two"))
    found = null_test(before, after, FAST, 60)
    assert found.tests >= 180
    assert found.sound(FAST.alpha)
    assert found.alarms <= 7
    assert found.below <= found.tests * 0.12


def test_a_real_loss_is_found_and_a_real_gain_too() -> None:
    rng = numpy.random.default_rng(1)
    better, worse = (
        drawn_counts(name, 150, right, rng) for name, right in (("a", 0.9), ("b", 0.7))
    )
    assert compare_headline(better, worse, FAST)[0] == "regressed"
    assert compare_headline(worse, better, FAST)[0] == "improved"


def test_the_smallest_effect_is_about_what_is_found_four_times_in_five() -> None:
    rng = numpy.random.default_rng(7)
    first = drawn_counts("a", 120, 0.85, rng), drawn_counts("b", 120, 0.85, rng)
    smallest = compare_headline(*first, FAST)[1][0].smallest
    assert smallest is not None
    hits = 0
    for _ in range(40):
        pair = drawn_counts("a", 120, 0.85, rng), drawn_counts("b", 120, 0.85 - smallest, rng)
        rate = compare_headline(*pair, FAST)[1][0]
        hits += rate.adjusted is not None and rate.adjusted <= FAST.alpha
    assert 0.6 <= hits / 40 <= 1.0


def test_shuffling_exchanges_whole_clusters_and_loses_nothing() -> None:
    before = answer_run({f"c{at % 5}/{at}": (1, 0) for at in range(20)})
    after = answer_run({f"c{at % 5}/{at}": (0, 1) for at in range(20)})
    one, two = shuffle_labels(before, after, numpy.random.default_rng(2))
    by_cluster: dict[str, set[str]] = {}
    for result in one.results:
        by_cluster.setdefault(result.cluster, set()).add(result.verdict)
    assert all(len(verdicts) == 1 for verdicts in by_cluster.values())
    assert {v for verdicts in by_cluster.values() for v in verdicts} == {"right", "wrong"}
    assert all(
        {mine.verdict, theirs.verdict} == {"right", "wrong"}
        for mine, theirs in zip(one.results, two.results, strict=True)
    )


def test_runs_over_different_cells_cannot_exchange_labels() -> None:
    one, two = table_run({"r": "vv"}, items=("a", "b")), table_run({"r": "vv"}, items=("b", "a"))
    with pytest.raises(MisuseError, match="不能互换"):
        shuffle_labels(one, two, numpy.random.default_rng(2))


def test_one_results_file_is_not_enough_for_the_null_test() -> None:
    with pytest.raises(MisuseError, match="两次运行"):
        measure_power(FAST, [Path("one.jsonl")])


@pytest.mark.parametrize(("alarms", "sound"), [(0, True), (10, True), (16, True), (25, False)])
def test_too_many_false_alarms_are_not_explained_by_luck(alarms: int, sound: bool) -> None:
    assert NullTest(200, alarms, 400, 20).sound(0.05) is sound


def test_the_page_tells_the_loss_that_is_found_with_the_power_asked_for() -> None:
    curve = [
        Power(30, effect, regressed, 0.0, None if regressed == 1 else 0.2)
        for effect, regressed in ((0.0, 0.0), (-0.05, 0.3), (-0.1, 0.85), (-0.2, 1.0))
    ]
    text = render_power(NullTest(200, 4, 400, 12), curve, FAST, 3.0)
    shown, _, more = text.partition("<!-- more -->")
    assert "30 reports: 10 points" in shown
    assert "4 (within the nominal 5%)" in shown
    assert more.count("\n| 30 |") == 4
