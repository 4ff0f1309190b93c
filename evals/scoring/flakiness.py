"""How often the same case comes out differently when it is run again."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from evals.suite.run import CaseResult, EvalRun
from index.model import Frozen


class Flakiness(Frozen):
    """What differs between the repeats of a run.

    Attributes:
        cases: those with two results or more; a failure is no result.
        differing: the cases whose marks, counts or verdict are not the same each time.
        share: differing over cases, None without cases.
        items: the items or counts that flip, with in how many cases, most first.
    """

    cases: int
    differing: tuple[str, ...] = ()
    share: float | None
    items: tuple[tuple[str, int], ...] = ()


def flakiness(run: EvalRun) -> Flakiness:
    """Return what differs between the repeats of a run."""
    again: dict[str, list[CaseResult]] = defaultdict(list)
    for result in run.results:
        if not result.failure:
            again[result.case].append(result)
    repeated = {case: results for case, results in again.items() if len(results) > 1}
    differing = tuple(case for case, results in repeated.items() if _differ(results))
    flips = Counter(
        item for case in differing for item in _flipping(repeated[case], run.header.items)
    )
    return Flakiness(
        cases=len(repeated),
        differing=differing,
        share=len(differing) / len(repeated) if repeated else None,
        items=tuple(flips.most_common()),
    )


def _differ(results: Sequence[CaseResult]) -> bool:
    first = results[0]
    return any(
        (r.marks, dict(r.counts), r.verdict) != (first.marks, dict(first.counts), first.verdict)
        for r in results[1:]
    )


def _flipping(results: Sequence[CaseResult], items: Sequence[str]) -> Iterator[str]:
    """Yield the items whose mark, and the names whose count, is not the same each time."""
    for number, item in enumerate(items):
        if len({r.marks[number : number + 1] for r in results}) > 1:
            yield item
    for name in dict.fromkeys(name for r in results for name in r.counts):
        if len({r.counts.get(name) for r in results}) > 1:
            yield name
