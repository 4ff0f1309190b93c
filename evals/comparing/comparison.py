"""What a comparison of two runs of one task says; computes nothing."""

from collections.abc import Mapping
from typing import Literal

from evals.suite.run import Header
from index.model import Frozen

Verdict = Literal["improved", "regressed", "equivalent", "inconclusive"]


class RateComparison(Frozen):
    """One score before and after, over the cases that both runs have.

    Attributes:
        rate, title: the score; `group` what of: "" all, else trait=value or item=metric.
        better: which end of the score is good; differences are after − before, as they stand.
        before, after, difference: ratios; None when nothing could be hit.
        low, high: the BCa interval of the difference at 1 − alpha; where no cluster changed, how
            far the difference may go by a change that was not seen once in so many clusters.
        p: two-sided, from the clustered permutation test; `adjusted` after Holm over its family.
        clusters: reports or question groups that took part; `changed` those that differ.
        smallest: the smallest difference that this data could have shown (80 % power); None when
            the clusters are too few to show any.
        margin: what counts as no worse; `not_inferior` whether that is proven.
    """

    rate: str
    title: str
    group: str = ""
    better: Literal["high", "low"] = "high"
    before: float | None = None
    after: float | None = None
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    adjusted: float | None = None
    clusters: int = 0
    changed: int = 0
    smallest: float | None = None
    margin: float = 0.0
    not_inferior: bool = False
    verdict: Verdict = "inconclusive"
    reason: str = ""


class Paired(Frozen):
    """Exact McNemar on whole reports (or questions): right in both, one, neither.

    What is counted is clusters: one is right when all its phrasings are, each time.
    """

    both: int
    only_before: int
    only_after: int
    neither: int
    p: float


class Change(Frozen):
    """One cell or answer that got worse or better; spans index the report's text."""

    direction: Literal["worse", "better", "other"]
    case: str
    report: str
    item: str
    mark_before: str = ""
    mark_after: str = ""
    expected: str | None = None
    before: str | None = None
    after: str | None = None
    expected_span: tuple[int, int] | None = None
    before_span: tuple[int, int] | None = None
    after_span: tuple[int, int] | None = None
    reason_before: str = ""
    reason_after: str = ""


class Cost(Frozen):
    """What one run took."""

    seconds: float = 0.0
    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: float | None = None
    currency: str | None = None


class Comparison(Frozen):
    """Two runs of one task, compared: the verdict over its headline scores, then everything.

    Attributes:
        verdict: regressed when any headline score regressed; improved when one improved and none
            regressed; equivalent when all are; else inconclusive.
        reason: the verdict in words, with the smallest effect that the data could have shown.
        rates: the scores over all cases; `groups` the same by trait; `fields` by item.
        changes: every cell or answer that differs, worse first.
        left_out: cases that only one run has or that failed, with the reason; never silent.
        warnings: what makes the two unlike beside what is compared (data, code, model).
    """

    before: Header
    after: Header
    verdict: Verdict
    reason: str
    alpha: float
    rates: tuple[RateComparison, ...]
    groups: tuple[RateComparison, ...] = ()
    fields: tuple[RateComparison, ...] = ()
    exact: Paired | None = None
    changes: tuple[Change, ...] = ()
    cases: int = 0
    left_out: tuple[tuple[str, str], ...] = ()
    warnings: tuple[str, ...] = ()
    costs: Mapping[str, Cost] = {}
