"""Two runs of one task compared, from their results alone."""

from collections.abc import Iterator

from evals.comparing.changes import list_changes
from evals.comparing.comparison import Comparison, Cost, RateComparison, Verdict
from evals.comparing.distributions import need_scipy
from evals.comparing.families import (
    compare_fields,
    compare_groups,
    compare_rates,
    headline,
)
from evals.comparing.mcnemar import compare_exact
from evals.comparing.pairing import Pairs, pair_runs
from evals.comparing.thresholds import Thresholds
from evals.comparing.verdict import judge_run
from evals.comparing.words import words
from evals.suite.run import EvalRun, Header


def compare_runs(before: EvalRun, after: EvalRun, thresholds: Thresholds) -> Comparison:
    """Return what the second run shows against the first.

    Pairs by case and repeat, clusters by report or group of questions. Raises MisuseError when
    the tasks, or all cases or cells, are different.
    """
    need_scipy()
    pairs = pair_runs(before, after)
    rates = compare_rates(pairs, thresholds)
    verdict, reason = judge_run(_deciding(pairs, rates), same_results(pairs))
    return Comparison(
        before=before.header,
        after=after.header,
        verdict=verdict,
        reason=reason,
        alpha=thresholds.alpha,
        rates=rates,
        groups=compare_groups(pairs, thresholds),
        fields=compare_fields(pairs, thresholds),
        exact=compare_exact(pairs),
        changes=list_changes(pairs),
        cases=len(pairs.before.results),
        left_out=pairs.left_out,
        warnings=(*_unlike(before.header, after.header), *pairs.warnings),
        costs={"before": _cost(before), "after": _cost(after)},
    )


def compare_headline(
    before: EvalRun, after: EvalRun, thresholds: Thresholds
) -> tuple[Verdict, tuple[RateComparison, ...]]:
    """Return only the verdict, and the scores that decide it."""
    pairs = pair_runs(before, after)
    rates = _deciding(pairs, compare_rates(pairs, thresholds))
    return judge_run(rates, same_results(pairs))[0], rates


def _deciding(pairs: Pairs, rates: tuple[RateComparison, ...]) -> tuple[RateComparison, ...]:
    decide = {rate.name for rate in headline(pairs.rates)}
    return tuple(rate for rate in rates if rate.rate in decide)


def same_results(pairs: Pairs) -> bool:
    """Tell whether every paired case came out alike to the last value; times do not count."""
    both = zip(pairs.before.results, pairs.after.results, strict=True)
    return bool(pairs.before.results) and all(
        (one.marks, one.verdict, one.shown, one.counts, one.details)
        == (two.marks, two.verdict, two.shown, two.counts, two.details)
        for one, two in both
    )


def _unlike(before: Header, after: Header) -> Iterator[str]:
    """Yield what differs beside the prompts: it may be the reason for what the figures show."""
    for field, title in words("unlike").items():
        one, two = getattr(before, field), getattr(after, field)
        if one != two:
            yield f"两次运行的{title}不同：前 {_said(one)}，后 {_said(two)}。"


def _said(value: object) -> str:
    return repr(dict(value) if isinstance(value, dict) else value)


def _cost(run: EvalRun) -> Cost:
    """Return what all cases of a run took; no cost when any of those that asked has none."""
    results = run.results
    costs = [result.cost for result in results if result.calls]
    known = [cost for cost in costs if cost is not None]
    return Cost(
        seconds=sum(result.seconds for result in results),
        calls=sum(result.calls for result in results),
        prompt_tokens=sum(result.prompt_tokens for result in results),
        completion_tokens=sum(result.completion_tokens for result in results),
        cost=sum(known) if costs and len(known) == len(costs) else None,
        currency=run.header.currency,
    )
