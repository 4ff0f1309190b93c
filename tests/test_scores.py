"""The scores of a run: worked out by hand, over all and by group, with nothing that flatters."""

import pytest

from evals.scoring.headline import beside
from evals.scoring.intervals import interval, wilson
from evals.scoring.scores import Score, Scores, score_run
from evals.scoring.shown import chance, money, percent, points
from evals.suite.run import CaseResult, EvalRun, Rate
from index.errors import MisuseError
from tests.eval_runs import counted_run, header, make_run, table_run

ITEMS = ("regulations.issued", "licensing.decisions", "requests.granted.total", "fees.total")
F1 = Rate(name="f1", title="名单 F1", headline=True)
COVERAGE = Rate(name="coverage", title="覆盖如实")


def of(scores: Scores, rate: str, group: str = "") -> Score:
    every = (*scores.rates, *scores.groups, *scores.fields)
    return next(s for s in every if (s.rate, s.group) == (rate, group))


def test_rates_are_ratios_of_sums_over_all_reports() -> None:
    # 非零: v v m w → 2 of 4. 零: z z x o → 2 of 4. 没有印出: b 0 f s → 2 of 4 given.
    scores = score_run(table_run(["vzbz", "vx0m", "wofs"], ITEMS))
    counts = {s.rate: (s.hits, s.of) for s in scores.rates}
    assert counts["nonzero_recall"] == (2, 4)
    assert counts["zero_recall"] == (2, 4)
    assert counts["nonzero_precision"] == (2, 5)
    assert counts["fabrication"] == (2, 4)
    assert counts["missing_as_zero"] == (1, 4)
    assert counts["status"] == (1, 2)
    assert counts["exact_report"] == (1, 3)
    assert of(scores, "nonzero_recall").ratio == 0.5


def test_a_score_of_nothing_is_no_number() -> None:
    scores = score_run(table_run(["zz", "zo"], ITEMS[:2]))
    empty = of(scores, "nonzero_recall")
    assert (empty.hits, empty.of) == (0, 0)
    assert (empty.ratio, empty.low, empty.high) == (None, None, None)
    assert "—" in beside([table_run(["zz"], ITEMS[:2])])


def test_scores_by_field_section_and_trait() -> None:
    traits = [{"form": "2021", "corpus": "a"}, {"form": "2019", "corpus": "a"}]
    scores = score_run(table_run(["vvmz", "wmvb"], ITEMS, traits))
    assert of(scores, "nonzero_recall", "item=regulations.issued").ratio == 0.5
    assert of(scores, "nonzero_recall", "item=requests.granted.total").hits == 1
    assert of(scores, "nonzero_recall", "section=二").of == 4
    assert of(scores, "nonzero_recall", "section=三").of == 2
    assert of(scores, "nonzero_recall", "form=2021").hits == 2
    groups = {s.group for s in scores.groups}
    assert not any(group.startswith("corpus") for group in groups), "one value tells nothing"


def test_a_report_with_two_defects_counts_with_both() -> None:
    traits = [{"defect": "chrome+wrap"}, {"defect": "chrome"}, {"defect": "none"}]
    scores = score_run(table_run(["v", "m", "v"], ITEMS[:1], traits))
    assert of(scores, "nonzero_recall", "defect=chrome").of == 2
    assert of(scores, "nonzero_recall", "defect=wrap").of == 1


def test_a_failed_case_is_listed_and_in_no_score() -> None:
    run = make_run(6, 8, failing=2)
    scores = score_run(run)
    assert scores.cases == 6
    assert [case for case, _ in scores.failed] == ["samples/00004.txt", "samples/00005.txt"]
    assert of(scores, "exact_report").of == 4


def test_counts_add_up_with_fractions() -> None:
    run = counted_run(
        [{"f1": (0.5, 1)}, {"f1": (1, 1), "coverage": (1, 2)}, {}], (F1, COVERAGE),
        ("right", "wrong", "right"),
    )  # fmt: skip
    scores = score_run(run)
    assert (of(scores, "f1").hits, of(scores, "f1").of) == (1.5, 2)
    assert of(scores, "coverage").ratio == 0.5
    assert scores.verdicts == {"right": 2, "wrong": 1}
    assert scores.fields == ()


def test_all_scores_decide_where_none_is_said_to() -> None:
    scores = score_run(counted_run([{"coverage": (1, 2)}], (COVERAGE,)))
    assert [score.rate for score in scores.headline()] == ["coverage"]
    both = score_run(counted_run([{"coverage": (1, 2)}], (F1, COVERAGE)))
    assert [score.rate for score in both.headline()] == ["f1"]


def test_repeats_that_differ_are_counted_with_the_items_that_flip() -> None:
    rows = [("a", 0, "vz"), ("a", 1, "vz"), ("b", 0, "vz"), ("b", 1, "mz"), ("c", 0, "vz")]
    results = [CaseResult(case=c, cluster=c, repeat=r, marks=m) for c, r, m in rows]
    results.append(CaseResult(case="c", cluster="c", repeat=1, failure="超时"))
    run = EvalRun(header=header(items=ITEMS[:2], repeats=2, cases=3), results=tuple(results))
    found = score_run(run).flakiness
    assert found is not None
    assert (found.cases, found.differing, found.share) == (2, ("b",), 0.5)
    assert found.items == (("regulations.issued", 1),)


def test_a_run_without_repeats_says_nothing_about_flakiness() -> None:
    assert score_run(make_run(3, 4)).flakiness is None


def test_what_a_run_took_adds_up_and_an_unknown_price_is_no_cost() -> None:
    priced = CaseResult(case="a", cluster="a", calls=1, cost=0.2, prompt_tokens=5, seconds=1)
    free = CaseResult(case="b", cluster="b", seconds=2)
    unknown = CaseResult(case="c", cluster="c", calls=1, seconds=3)
    head = header(rates=(F1,))
    took = score_run(EvalRun(header=head, results=(priced, free))).took
    assert (took.seconds, took.calls, took.prompt_tokens, took.cost) == (3, 1, 5, 0.2)
    assert score_run(EvalRun(header=head, results=(priced, unknown))).took.cost is None


def test_single_trials_have_the_interval_of_wilson() -> None:
    low, high = interval([1, 1, 1, 0], [1, 1, 1, 1]) or (0, 0)
    assert (low, high) == pytest.approx((0.3006, 0.9544), abs=1e-4)  # published for 3 of 4
    assert (low, high) == wilson(0.75, 4)


def test_cells_of_one_report_are_not_so_many_experiments() -> None:
    apart = interval([10] * 10 + [0] * 10, [10] * 20) or (0, 0)
    mixed = interval([5] * 20, [10] * 20) or (0, 0)
    assert apart[1] - apart[0] > 1.5 * (mixed[1] - mixed[0])
    assert apart == pytest.approx(wilson(0.5, 22), abs=1e-9)


def test_a_perfect_score_over_few_reports_keeps_a_width() -> None:
    low, high = interval([200, 200, 200], [200, 200, 200]) or (0, 0)
    assert high == 1
    assert low < 0.6
    nearly = interval([200, 200, 199], [200, 200, 200]) or (0, 0)
    assert nearly[0] == pytest.approx(low, abs=0.01)


def test_only_perfect_is_written_as_perfect() -> None:
    assert [percent(x) for x in (1.0, 0.99999, 0.9994, 0.0, 0.00001, None)] == [
        "100%", ">99.9%", "99.9%", "0%", "<0.1%", "—",
    ]  # fmt: skip
    assert [points(x) for x in (0.0, 0.012, -0.012, 0.0001, -0.0001)] == [
        "0", "+1.2", "−1.2", "<+0.1", ">−0.1",
    ]  # fmt: skip
    assert [chance(p) for p in (0.0, 0.0432, 1.0, None)] == ["<0.001", "0.043", "1", "—"]
    assert money(None, "CNY") == "—"


def test_runs_stand_beside_each_other_with_their_headline_scores() -> None:
    good = table_run(["vz", "vz"], ITEMS[:2], name="读表程序")
    zeros = table_run(["wz", "wz"], ITEMS[:2], name="全零|基线", data="d2")
    text = beside([good, zeros])
    lines = text.splitlines()
    assert "非零召回" in lines[0]
    assert "没有印出却给了数（低为好）" in lines[0]
    assert "100%（2/2）" in lines[2]
    assert "0%（0/2）" in lines[3]
    assert "全零\\|基线" in lines[3]
    assert "不是同一版" in text


def test_runs_of_different_tasks_do_not_stand_beside_each_other() -> None:
    with pytest.raises(MisuseError, match="同一项任务"):
        beside([table_run(["v"], ITEMS[:1]), counted_run([{}], (F1,))])


def test_marks_that_do_not_fit_the_items_are_refused() -> None:
    with pytest.raises(MisuseError, match="对不上"):
        score_run(table_run(["vz", "v"], ITEMS[:2]))
    with pytest.raises(MisuseError, match="对不上"):
        score_run(table_run(["v"], ()))


def test_a_run_of_no_cases_has_scores_of_nothing() -> None:
    scores = score_run(table_run([], ITEMS))
    assert {score.ratio for score in scores.rates} == {None}
    assert scores.fields == ()
