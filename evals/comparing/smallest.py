"""The smallest difference that the data could have shown, and what it could not see at all.

Two things limit it: how much clusters scatter, and that a test of swapped labels needs some
clusters to change at all. Where few changed, one imagined cluster that turns over as a whole is
counted with them, so that a run in which nothing moved does not pass for proof of anything.
"""

from math import ceil, log2
from typing import TYPE_CHECKING

from evals.comparing.distributions import normal_quantile, share_reaching

if TYPE_CHECKING:
    from evals.comparing.sums import Rows


def least_changed(alpha: float) -> int:
    """Return how many clusters must change, all in one direction, for p to fall to `alpha`."""
    return ceil(1 + log2(1 / alpha) - 1e-9)


def smallest_effect(rows: "Rows", alpha: float, power: float) -> float | None:
    """Return the smallest difference found with `power` at `alpha`; None when there is none.

    There is none when even a change of every cluster would not be enough.
    """
    import numpy

    count, needed = len(rows), least_changed(alpha)
    if count < needed:
        return None
    totals = rows.sum(axis=0)
    away = _moved(rows, totals[0] / totals[1], totals[2] / totals[3])
    spread = float(numpy.sqrt(count / (count - 1) * ((away - away.mean()) ** 2).sum()))
    scatter = (normal_quantile(1 - alpha / 2) + normal_quantile(power)) * spread
    return min(1.0, max(scatter, share_reaching(needed, count, power) * _effect(rows)))


def _moved(rows: "Rows", before: float, after: float) -> "Rows":
    """Return by how much each cluster moves the difference away from that of two ratios."""
    _, of_before, _, of_after = rows.sum(axis=0)
    there = (rows[:, 2] - after * rows[:, 3]) / of_after
    found: Rows = there - (rows[:, 0] - before * rows[:, 1]) / of_before
    return found


def _effect(rows: "Rows") -> float:
    """Return how much a changed cluster changes, as if it were of the mean size."""
    changed = (rows[:, :2] != rows[:, 2:]).any(axis=1)
    totals = rows.sum(axis=0)
    both = (totals[0] + totals[2]) / (totals[1] + totals[3])
    seen = float(abs(_moved(rows, both, both)[changed]).sum()) * len(rows)
    return (seen + 1.0) / (int(changed.sum()) + 1)
