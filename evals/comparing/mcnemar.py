"""Exact McNemar: of the reports right in one run only, is it more than a fair coin would give."""

from evals.comparing.comparison import Paired
from evals.comparing.distributions import binomial_test
from evals.comparing.pairing import Pairs
from evals.comparing.sums import all_right


def compare_exact(pairs: Pairs) -> Paired | None:
    """Return the table of clusters that were right as a whole; None without any verdict."""
    found = all_right(pairs)
    if found is None:
        return None
    before, after = found
    only_before, only_after = int((before & ~after).sum()), int((after & ~before).sum())
    return Paired(
        both=int((before & after).sum()),
        only_before=only_before,
        only_after=only_after,
        neither=int((~before & ~after).sum()),
        p=mcnemar_p(only_before, only_after),
    )


def mcnemar_p(only_before: int, only_after: int) -> float:
    """Return the exact two-sided p of the pairs that disagree."""
    return binomial_test(only_after, only_before + only_after)
