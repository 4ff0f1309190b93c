"""The scores of one run: over all cases and by field, section and trait, with what it took.

Every score is a ratio of sums with its counts and its interval over clusters; one that is of
nothing has no ratio. A case that failed is in no score; it is counted and listed.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from evals.comparing.comparison import Cost
from evals.scoring.flakiness import Flakiness, flakiness
from evals.scoring.intervals import interval
from evals.scoring.rates import Shares, count_shares, marks_of, table_shares
from evals.scoring.shown import amount, duration, money, percent_between, share_of, titled
from evals.suite.run import CaseResult, EvalRun, Header, Rate
from index.catalogue import load_metrics
from index.model import Frozen

if TYPE_CHECKING:
    from numpy import intp
    from numpy.typing import NDArray

    from evals.scoring.rates import Marks

WHOLE = ("exact_report", "exact_zero_report")  # over one field they repeat the other rates
_LISTED = 20
_JOINED = "+"  # joins the values of a trait that a case has several of: two defects in one report


class Score(Frozen):
    """One rate; `group` what of: "" all, else trait=value, section=name or item=metric."""

    rate: str
    title: str
    better: str
    headline: bool
    group: str = ""
    hits: float
    of: float
    ratio: float | None
    low: float | None
    high: float | None
    clusters: int


class Scores(Frozen):
    """A run as its scores.

    Attributes:
        cases, clusters: how many different cases and clusters the run has; `results` with repeats.
        rates: over all cases; `groups` by trait and section; `fields` by item.
        failed: the cases without a result, and why.
        verdicts: how many results had each verdict.
        took: seconds, calls, tokens and cost in all; no cost where a call has no price.
    """

    header: Header
    cases: int
    clusters: int
    results: int
    rates: tuple[Score, ...]
    groups: tuple[Score, ...] = ()
    fields: tuple[Score, ...] = ()
    failed: tuple[tuple[str, str], ...] = ()
    verdicts: Mapping[str, int] = {}
    took: Cost = Cost()
    flakiness: Flakiness | None = None

    def headline(self) -> tuple[Score, ...]:
        """Return the scores over all cases that decide."""
        return tuple(score for score in self.rates if score.headline)


class _Counted(NamedTuple):
    """What the scores are made from: the shares of each rate, a number a result; its clusters."""

    rates: Mapping[str, Rate]
    shares: Mapping[str, Shares]
    clusters: "NDArray[intp]"


def score_run(run: EvalRun) -> Scores:
    """Return the scores of a run; raises MisuseError when marks and items do not fit."""
    import numpy

    header, results = run.header, run.results
    rates = _rates(header)
    _, clusters = numpy.unique([r.cluster for r in results], return_inverse=True)
    found = marks_of(results, len(header.items))
    counted = _Counted(rates, _shares(found, results, rates), clusters.astype(numpy.intp))
    sections = _by_section(found, header.items, counted) if header.items else ()
    return Scores(
        header=header,
        cases=len({result.case for result in results}),
        clusters=len({result.cluster for result in results}),
        results=len(results),
        rates=tuple(_scores(counted, "")),
        groups=(*_by_trait(results, counted), *sections),
        fields=tuple(_by_field(found, header.items, counted)) if header.items else (),
        failed=tuple((_named(r, header.repeats), r.failure) for r in results if r.failure),
        verdicts=Counter(r.verdict for r in results if r.verdict and not r.failure),
        took=took(results, header.currency),
        flakiness=flakiness(run) if header.repeats > 1 else None,
    )


def scores_table(scores: Scores) -> str:
    """Return the scores over all cases for a terminal, with what the run took and what failed."""
    from rich.cells import cell_len

    rows = [
        (
            ("* " if s.headline else "  ") + titled(s),
            share_of(s.ratio, s.hits, s.of),
            percent_between(s.low, s.high),
        )
        for s in scores.rates
    ]
    lines = [("  得分（* 决定结论）", "值（中/共）", "95% 区间"), *rows]
    widths = [max(cell_len(line[column]) for line in lines) for column in range(3)]
    shown = [
        "  ".join(
            cell + " " * (width - cell_len(cell)) for cell, width in zip(line, widths, strict=True)
        )
        for line in lines
    ]
    return "\n".join([scores.header.name, *(line.rstrip() for line in shown), *_notes(scores)])


def _notes(scores: Scores) -> Iterator[str]:
    took, flaky = scores.took, scores.flakiness
    yield (
        f"{scores.cases} 例，{duration(took.seconds)}，{amount(took.calls)} 次调用，词元 "
        f"{amount(took.prompt_tokens)} + {amount(took.completion_tokens)}，费用 "
        f"{money(took.cost, took.currency)}。"
    )
    if flaky is not None:
        share = share_of(flaky.share, len(flaky.differing), flaky.cases)
        yield f"重复 {scores.header.repeats} 次，结果不一样的例：{share}。"
    if scores.failed:
        yield f"没有结果、不计分的 {len(scores.failed)} 例："
        yield from (f"  {case}：{reason}" for case, reason in scores.failed[:_LISTED])
    if len(scores.failed) > _LISTED:
        yield f"  …另有 {len(scores.failed) - _LISTED} 例，用 --json 可全部列出"


def took(results: Sequence[CaseResult], currency: str | None) -> Cost:
    """Return what the results took; the cost is None where a case that called has none."""
    priced = [r for r in results if r.cost is not None]
    unpriced = any(r.calls and r.cost is None for r in results)
    return Cost(
        seconds=sum(r.seconds for r in results),
        calls=sum(r.calls for r in results),
        prompt_tokens=sum(r.prompt_tokens for r in results),
        completion_tokens=sum(r.completion_tokens for r in results),
        cost=None if unpriced or not priced else sum(r.cost or 0.0 for r in priced),
        currency=currency,
    )


def values_of(results: Sequence[CaseResult]) -> dict[str, tuple[str, ...]]:
    """Return the values of every trait that has more than one, both in their order."""
    held: dict[str, dict[str, None]] = {}
    for result in results:
        for trait, value in result.traits.items():
            held.setdefault(trait, {}).update(dict.fromkeys(value.split(_JOINED)))
    return {trait: tuple(sorted(values)) for trait, values in held.items() if len(values) > 1}


def _rates(header: Header) -> dict[str, Rate]:
    """Return the rates by name; all of them decide where none is said to."""
    some = any(rate.headline for rate in header.rates)
    every = {} if some else {"headline": True}
    return {rate.name: rate.model_copy(update=every) for rate in header.rates}


def _shares(
    found: "Marks", results: Sequence[CaseResult], rates: Mapping[str, Rate]
) -> dict[str, Shares]:
    marked = table_shares(found) if found.shape[1] else {}
    shares = marked | count_shares(results, [name for name in rates if name not in marked])
    return {name: shares[name] for name in rates}


def _by_trait(results: Sequence[CaseResult], counted: _Counted) -> Iterator[Score]:
    """Yield the scores by trait; a case with two values, as of two defects, counts with both."""
    import numpy

    for trait, values in values_of(results).items():
        held = [frozenset(r.traits.get(trait, "").split(_JOINED)) for r in results]
        for value in values:
            rows = numpy.array([value in one for one in held], dtype=bool)
            part = {n: Shares(s.hits[rows], s.of[rows]) for n, s in counted.shares.items()}
            some = _Counted(counted.rates, part, counted.clusters[rows])
            yield from _scores(some, f"{trait}={value}")


def _by_section(
    found: "Marks", items: Sequence[str], counted: _Counted
) -> Iterator[Score]:  # fmt: skip
    """Yield the scores by the section of the form that prints the items."""
    metrics = load_metrics()
    columns: dict[str, list[int]] = {}
    for number, item in enumerate(items):
        section = metrics[item].section if item in metrics else ""
        columns.setdefault(section, []).append(number)
    if len(columns) > 1:
        for section, numbers in columns.items():
            yield from _marked(found[:, numbers], counted, f"section={section}")


def _by_field(found: "Marks", items: Sequence[str], counted: _Counted) -> Iterator[Score]:
    for number, item in enumerate(items):
        for score in _marked(found[:, [number]], counted, f"item={item}"):
            if score.rate not in WHOLE and score.of:
                yield score


def _marked(found: "Marks", counted: _Counted, group: str) -> Iterator[Score]:
    yield from _scores(counted._replace(shares=table_shares(found)), group)


def _scores(counted: _Counted, group: str) -> Iterator[Score]:
    import numpy

    for name, rate in counted.rates.items():
        if name not in counted.shares:
            continue
        shares = counted.shares[name]
        of = numpy.bincount(counted.clusters, weights=shares.of)
        hits = numpy.bincount(counted.clusters, weights=shares.hits)
        bounds = interval(hits, of)
        total = float(of.sum())
        yield Score(
            rate=name, title=rate.title, better=rate.better, headline=rate.headline, group=group,
            hits=float(hits.sum()), of=total, ratio=float(hits.sum()) / total if total else None,
            low=bounds[0] if bounds else None, high=bounds[1] if bounds else None,
            clusters=int((of > 0).sum()),
        )  # fmt: skip


def _named(result: CaseResult, repeats: int) -> str:
    return f"{result.case}（第 {result.repeat + 1} 次）" if repeats > 1 else result.case
