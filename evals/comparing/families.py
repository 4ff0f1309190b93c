"""The families of tests: the scores that decide, the others, groups of cases, single cells.

Each family is adjusted by itself, so that looking at two hundred cells does not hide what the
scores say, nor raise an alarm of its own.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from evals.comparing.comparison import RateComparison
from evals.comparing.distributions import unseen_share
from evals.comparing.holm import holm, holm_levels
from evals.comparing.interval import bca_interval, difference
from evals.comparing.pairing import Pairs
from evals.comparing.permutation import permutation_p
from evals.comparing.smallest import smallest_effect
from evals.comparing.sums import group_sums, item_sums, rate_sums
from evals.comparing.thresholds import Thresholds
from evals.comparing.verdict import judge_rate
from evals.suite.run import Rate

if TYPE_CHECKING:
    from evals.comparing.sums import Rows

CORRECT = Rate(name="correct", title="格子正确")


class _Asked(NamedTuple):
    rate: Rate
    group: str
    rows: "Rows"


def compare_rates(pairs: Pairs, thresholds: Thresholds) -> tuple[RateComparison, ...]:
    """Return every score over all cases, in the order of the runs; those that decide first."""
    sums = rate_sums(pairs)
    decide = headline(pairs.rates)
    families = [decide, [rate for rate in pairs.rates if rate not in decide]]
    return tuple(
        found
        for family in families
        for found in _family([_Asked(r, "", sums[r.name]) for r in family], thresholds)
    )


def compare_groups(pairs: Pairs, thresholds: Thresholds) -> tuple[RateComparison, ...]:
    """Return the scores that decide for every value of every trait."""
    return _family(
        [
            _Asked(rate, f"{trait}={value}", sums[rate.name])
            for trait, value, sums in group_sums(pairs)
            for rate in headline(pairs.rates)
        ],
        _for_each(thresholds),
    )


def compare_fields(pairs: Pairs, thresholds: Thresholds) -> tuple[RateComparison, ...]:
    """Return for every cell of the tables how often it was right."""
    asked = [_Asked(CORRECT, f"item={item}", rows) for item, rows in item_sums(pairs).items()]
    return _family(asked, _for_each(thresholds))


def _for_each(thresholds: Thresholds) -> Thresholds:
    return thresholds.model_copy(update={"resamples": thresholds.resamples_each})


def headline(rates: Sequence[Rate]) -> list[Rate]:
    """Return the scores that decide: all of them when none is said to."""
    return [rate for rate in rates if rate.headline] or list(rates)


def _family(asked: Iterable[_Asked], thresholds: Thresholds) -> tuple[RateComparison, ...]:
    measured = [(one, _measured(one, thresholds)) for one in asked]
    adjusted = holm([found.p for _, found in measured if found.p is not None])
    levels = iter(holm_levels(adjusted, thresholds.alpha))
    tested = iter(adjusted)
    return tuple(
        _unmeasured(found, thresholds)
        if found.p is None
        else _judged(one, found, next(tested), next(levels), thresholds)
        for one, found in measured
    )


def _measured(asked: _Asked, thresholds: Thresholds) -> RateComparison:
    """Return the figures of one score, without what depends on its family."""
    rows = _taking_part(asked.rows)
    before, of_before, after, of_after = rows.sum(axis=0)
    rate, gap = asked.rate, difference(rows)
    found = RateComparison(
        rate=rate.name, title=rate.title, group=asked.group, better=rate.better,
        before=before / of_before if of_before else None,
        after=after / of_after if of_after else None,
        clusters=len(rows), changed=int((rows[:, :2] != rows[:, 2:]).any(axis=1).sum()),
        margin=thresholds.margin_of(rate.name), difference=gap,
    )  # fmt: skip
    if gap is None:
        return found
    low, high = _interval(rows, found.changed, thresholds)
    p = permutation_p(rows, thresholds.permutations, thresholds.seed)
    return found.model_copy(update={"low": low, "high": high, "p": p})


def _interval(rows: "Rows", changed: int, thresholds: Thresholds) -> tuple[float, float]:
    """Return the BCa interval; where nothing changed it has none, and the unseen bounds it."""
    if not changed:
        unseen = unseen_share(len(rows), thresholds.alpha)
        return -unseen, unseen
    return bca_interval(rows, thresholds.alpha, thresholds.resamples, thresholds.seed)


def _unmeasured(found: RateComparison, thresholds: Thresholds) -> RateComparison:
    judged = judge_rate(found, thresholds.alpha, thresholds.alpha)
    return found.model_copy(update=judged._asdict())


def _judged(
    asked: _Asked, found: RateComparison, adjusted: float, level: float, thresholds: Thresholds
) -> RateComparison:
    """Return the score with its verdict; `level` is what its p was held to in its family."""
    smallest = smallest_effect(_taking_part(asked.rows), level, thresholds.power)
    found = found.model_copy(update={"adjusted": adjusted, "smallest": smallest})
    return found.model_copy(update=judge_rate(found, thresholds.alpha, level)._asdict())


def _taking_part(rows: "Rows") -> "Rows":
    """Return the clusters in which something could be hit, in either run."""
    taking: Rows = rows[(rows[:, 1] > 0) | (rows[:, 3] > 0)]
    return taking
