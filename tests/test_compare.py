"""Two runs compared: pairing, verdicts, families, and what holds for any two runs."""

import random

import pytest
from drawn_comparisons import ANSWERED, FAST, answer_run, run_of, table_run
from hypothesis import given, settings
from hypothesis import strategies as st

from evals.comparing.compare import compare_runs
from evals.comparing.comparison import Comparison, RateComparison
from evals.suite.run import CaseResult, EvalRun, Rate
from index.errors import MisuseError

GOOD, BAD = "vvvvvvzzbb", "vvwwmmzzbb"
MIRROR = {
    "improved": "regressed", "regressed": "improved",
    "equivalent": "equivalent", "inconclusive": "inconclusive",
}  # fmt: skip
TURNED = {"worse": "better", "better": "worse", "other": "other"}
# A cell that is not zero, one that is, one that is not printed: what gold prints does not change.
CELLS = st.tuples(*(st.sampled_from(kind) for kind in ("vmw", "vmw", "zox", "bs0f", ".b")))
RUNS = st.lists(st.tuples(CELLS, CELLS), min_size=2, max_size=9)


def _many(marks: str, count: int) -> dict[str, str]:
    return {f"r{at:03}": marks for at in range(count)}


def _rate(found: Comparison, name: str) -> RateComparison:
    return next(rate for rate in found.rates if rate.rate == name)


def _compared(cells: list[tuple[tuple[str, ...], tuple[str, ...]]]) -> tuple[EvalRun, EvalRun]:
    return (
        table_run({f"r{at}": "".join(one) for at, (one, _) in enumerate(cells)}),
        table_run({f"r{at}": "".join(two) for at, (_, two) in enumerate(cells)}),
    )


@given(RUNS)
@settings(max_examples=25, deadline=None)
def test_exchanging_the_runs_mirrors_the_comparison(cells) -> None:
    before, after = _compared(cells)
    there, back = compare_runs(before, after, FAST), compare_runs(after, before, FAST)
    assert back.verdict == MIRROR[there.verdict]
    every = zip(
        (*there.rates, *there.groups, *there.fields), (*back.rates, *back.groups, *back.fields),
        strict=True,
    )  # fmt: skip
    for one, two in every:
        assert (two.p, two.adjusted, two.clusters, two.changed) == (
            one.p, one.adjusted, one.clusters, one.changed,
        )  # fmt: skip
        assert two.verdict == MIRROR[one.verdict]
        if one.difference is not None:
            assert two.difference == pytest.approx(-one.difference)
            assert (two.low, two.high) == pytest.approx((-one.high, -one.low), abs=1e-9)
        assert two.smallest == (None if one.smallest is None else pytest.approx(one.smallest))
    turned = [(c.case, c.item, TURNED[c.direction], c.after, c.before) for c in there.changes]
    changes = [(c.case, c.item, c.direction, c.before, c.after) for c in back.changes]
    assert sorted(turned, key=str) == sorted(changes, key=str)


@given(RUNS)
@settings(max_examples=25, deadline=None)
def test_a_run_against_itself_is_neither_better_nor_worse(cells) -> None:
    before, _ = _compared(cells)
    found = compare_runs(before, before, FAST)
    assert found.verdict in ("equivalent", "inconclusive")
    assert found.reason.startswith("两次运行逐例逐格完全相同")
    assert not found.changes
    every = (*found.rates, *found.groups, *found.fields)
    assert not {rate.verdict for rate in every} & {"improved", "regressed"}


@given(RUNS, st.integers(0, 100))
@settings(max_examples=25, deadline=None)
def test_the_order_of_the_cases_does_not_matter(cells, seed: int) -> None:
    before, after = _compared(cells)
    shuffled = list(after.results)
    random.Random(seed).shuffle(shuffled)
    other = after.model_copy(update={"results": tuple(shuffled)})
    assert compare_runs(before, other, FAST) == compare_runs(before, after, FAST)


def test_a_run_with_many_lost_values_is_regressed() -> None:
    found = compare_runs(table_run(_many(GOOD, 20)), table_run(_many(BAD, 20)), FAST)
    assert found.verdict == "regressed"
    recall = _rate(found, "nonzero_recall")
    assert (recall.before, recall.after) == (1.0, pytest.approx(2 / 6))
    assert (recall.clusters, recall.changed) == (20, 20)
    assert recall.high is not None and recall.high < 0
    assert not recall.not_inferior
    assert found.exact is not None
    assert (found.exact.only_before, found.exact.only_after) == (20, 0)


def test_200_cells_of_a_few_reports_are_not_200_experiments() -> None:
    one, two = "v" * 200, "v" * 100 + "w" * 100
    found = compare_runs(table_run(_many(one, 4)), table_run(_many(two, 4)), FAST)
    assert found.verdict == "inconclusive"
    assert _rate(found, "nonzero_recall").p == pytest.approx(0.125)
    assert _rate(found, "nonzero_recall").smallest is None
    assert "任何差别都显示不出" in found.reason


def test_repeats_and_phrasings_of_one_cluster_are_one_experiment() -> None:
    before = answer_run({f"c/{at}": (1, 0) for at in range(60)})
    after = answer_run({f"c/{at}": (0, 0) for at in range(60)})
    found = compare_runs(before, after, FAST)
    assert _rate(found, "right").clusters == 1
    assert _rate(found, "right").p == 1.0
    assert found.verdict == "inconclusive"
    assert found.exact is not None
    assert found.exact.only_before == 1


def test_repeats_are_paired_with_the_same_repeat() -> None:
    results = [
        CaseResult(case="r", cluster="r", marks=marks, repeat=at)
        for at, marks in enumerate(("v", "w"))
    ]
    found = compare_runs(run_of(results, items=("m",)), run_of(results[::-1], items=("m",)), FAST)
    assert found.cases == 2
    assert not found.changes


def test_few_reports_without_a_change_are_no_proof_of_equivalence() -> None:
    few, many = table_run(_many(GOOD, 30)), table_run(_many(GOOD, 4000))
    found = compare_runs(few, few, FAST)
    assert found.verdict == "inconclusive"
    recall = _rate(found, "nonzero_recall")
    assert recall.high == pytest.approx(1 - 0.025 ** (1 / 30))
    assert recall.smallest is not None and 0.2 < recall.smallest < 0.5
    assert compare_runs(many, many, FAST).verdict == "equivalent"


def test_one_small_change_among_few_reports_proves_no_more_than_none() -> None:
    one = _many(GOOD, 30)
    found = compare_runs(table_run(one), table_run(one | {"r000": "vvvvvwzzbb"}), FAST)
    assert found.verdict == "inconclusive"
    assert not _rate(found, "nonzero_recall").not_inferior


def test_a_loss_beyond_luck_but_within_the_margin_is_told_as_such() -> None:
    signs = _many(GOOD * 10, 4000)
    worse = {case: GOOD * 9 + GOOD[:-1] + "s" for case in list(signs)[::20]}
    found = compare_runs(table_run(signs), table_run(signs | worse), FAST)
    status = _rate(found, "status")
    assert status.adjusted is not None and status.adjusted < 0.05
    assert (status.verdict, status.not_inferior) == ("equivalent", True)
    assert "变差" in status.reason


def test_more_invented_values_are_a_regression_though_recall_rises() -> None:
    before = table_run(_many("vmmm" + "bbbb", 20))
    after = table_run(_many("vvvv" + "bbff", 20))
    found = compare_runs(before, after, FAST)
    assert _rate(found, "nonzero_recall").verdict == "improved"
    assert _rate(found, "fabrication").verdict == "regressed"
    assert found.verdict == "regressed"


def test_fields_and_groups_are_families_of_their_own() -> None:
    signs = {f"r{at:02}": "vvvv" for at in range(24)}
    results = [
        CaseResult(case=c, cluster=c, marks="vvvv", traits={"layout": "a" if at < 12 else "b"})
        for at, c in enumerate(signs)
    ]
    worse = [
        r.model_copy(update={"marks": "wvvv" if r.traits["layout"] == "a" else "vvvv"})
        for r in results
    ]
    items = ("m0", "m1", "m2", "m3")
    found = compare_runs(run_of(results, items=items), run_of(worse, items=items), FAST)
    fields = {field.group: field for field in found.fields}
    assert fields["item=m0"].verdict == "regressed"
    assert fields["item=m0"].adjusted == pytest.approx(4 * (fields["item=m0"].p or 0))
    assert fields["item=m1"].p == 1.0
    groups = {(g.group, g.rate): g for g in found.groups}
    assert groups["layout=a", "nonzero_recall"].verdict == "regressed"
    assert groups["layout=a", "nonzero_recall"].clusters == 12
    assert groups["layout=b", "nonzero_recall"].changed == 0


def test_what_cannot_be_paired_is_listed_with_its_reason() -> None:
    def case(name: str, **more: object) -> CaseResult:
        return CaseResult.model_validate({"case": name, "cluster": name, "marks": "v"} | more)

    before = run_of(
        [case("both"), case("one"), case("twice"), case("twice"), case("short", marks="vv"),
         case("down")], items=("m",),
    )  # fmt: skip
    after = run_of(
        [case("both"), case("two"), case("twice"), case("short"),
         case("down", marks="", failure="端点没有回答")], items=("m",),
    )  # fmt: skip
    found = compare_runs(before, after, FAST)
    assert found.cases == 1
    reasons = dict(found.left_out)
    assert set(reasons) == {"one", "two", "twice", "short", "down"}
    assert "只有前一次有" in reasons["one"]
    assert "只有后一次有" in reasons["two"]
    assert "同名" in reasons["twice"]
    assert "端点没有回答" in reasons["down"]


def test_items_are_paired_by_name_and_the_rest_is_told() -> None:
    before = table_run({"r": "vwz"}, items=("a", "b", "c"))
    after = table_run({"r": "zvw"}, items=("c", "a", "d"))
    found = compare_runs(before, after, FAST)
    assert {field.group for field in found.fields} == {"item=a", "item=c"}
    assert not found.changes
    assert any("'b'" in warning or "b" in warning for warning in found.warnings)
    assert sum("格不比较" in warning for warning in found.warnings) == 2


def test_items_in_another_order_are_the_same_items() -> None:
    before = table_run({"r": "vzw"}, items=("a", "b", "c"))
    after = table_run({"r": "wvz"}, items=("c", "a", "b"))
    assert not compare_runs(before, after, FAST).changes


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (table_run({"r": "v"}, task="elsewhere"), "任务不同"),
        (table_run({"r": "v"}, items=("x",)), "没有一个相同"),
        (run_of([CaseResult(case="r", cluster="r")]), "没有一个相同"),
        (table_run({"else": "v"}), "没有一例相同"),
    ],
)
def test_runs_that_do_not_compare_are_refused(other: EvalRun, said: str) -> None:
    with pytest.raises(MisuseError, match=said):
        compare_runs(table_run({"r": "v"}), other, FAST)


def test_what_is_unlike_beside_the_prompt_is_warned_of() -> None:
    signs = _many(GOOD, 3)
    other = table_run(signs, data="e", model="another", prompts=("p@2",))
    said = compare_runs(table_run(signs, prompts=("p@1",)), other, FAST).warnings
    assert len(said) == 2
    assert any("'d'" in warning and "'e'" in warning for warning in said)
    assert any("'another'" in warning for warning in said)


def test_clusters_that_share_a_case_are_merged_and_told() -> None:
    before = run_of([CaseResult(case=c, cluster=c, marks="v") for c in "ab"], items=("m",))
    after = run_of([CaseResult(case=c, cluster="a", marks="v") for c in "ab"], items=("m",))
    found = compare_runs(before, after, FAST)
    assert _rate(found, "nonzero_recall").clusters == 1
    assert any("分组不同" in warning for warning in found.warnings)


def test_a_run_that_gives_nothing_has_no_precision_and_is_still_regressed() -> None:
    found = compare_runs(table_run(_many(GOOD, 20)), table_run(_many("m" * 6 + "oobb", 20)), FAST)
    precision = _rate(found, "nonzero_precision")
    assert (precision.after, precision.difference, precision.p) == (None, None, None)
    assert precision.verdict == "inconclusive"
    assert found.verdict == "regressed"


def test_scores_that_one_run_lacks_are_not_compared_but_told() -> None:
    less = answer_run({f"q{at}": (1, 0) for at in range(8)})
    more = run_of(less.results, rates=(*ANSWERED, Rate(name="x", title="x")))
    found = compare_runs(less, more, FAST)
    assert {rate.rate for rate in found.rates} == {"right", "invented"}
    assert any("x" in warning for warning in found.warnings)


def test_a_comparison_is_whole_after_a_round_trip_through_json() -> None:
    found = compare_runs(table_run(_many(GOOD, 9)), table_run(_many(BAD, 9)), FAST)
    assert Comparison.model_validate_json(found.model_dump_json()) == found


def test_runs_whose_every_case_failed_show_nothing() -> None:
    failed = [CaseResult(case=c, cluster=c, failure="没有回答") for c in "abc"]
    found = compare_runs(
        table_run({c: "vz" for c in "abc"}), run_of(failed, items=("m0", "m1")), FAST
    )
    assert (found.cases, found.verdict, found.exact) == (0, "inconclusive", None)
    assert len(found.left_out) == 3
    assert "什么也不能断定" in found.reason


def test_costs_are_those_of_the_whole_runs() -> None:
    before = run_of(
        [CaseResult(case=c, cluster=c, marks="v", calls=2, cost=cost, seconds=1.5)
         for c, cost in (("a", 0.5), ("b", None))], items=("m",), currency="CNY",
    )  # fmt: skip
    costs = compare_runs(before, before, FAST).costs
    assert (costs["before"].calls, costs["before"].seconds) == (4, 3.0)
    assert costs["before"].cost is None
