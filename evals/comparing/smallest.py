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
    away = _influence(rows)
    spread = float(numpy.sqrt(count / (count - 1) * ((away - away.mean()) ** 2).sum()))
    scatter = (normal_quantile(1 - alpha / 2) + normal_quantile(power)) * spread
    return min(1.0, max(scatter, share_reaching(needed, count, power) * _effect(rows, away)))


def _influence(rows: "Rows") -> "Rows":
    """Return by how much each cluster moves the difference."""
    hits_before, before, hits_after, after = rows.sum(axis=0)
    moved_after = (rows[:, 2] - hits_after / after * rows[:, 3]) / after
    found: Rows = moved_after - (rows[:, 0] - hits_before / before * rows[:, 1]) / before
    return found


def _effect(rows: "Rows", away: "Rows") -> float:
    """Return how much a changed cluster changes, as if it were of the mean size."""
    changed = (rows[:, :2] != rows[:, 2:]).any(axis=1)
    seen = float(abs(away[changed]).sum()) * len(rows)
    return (seen + 1.0) / (int(changed.sum()) + 1)
