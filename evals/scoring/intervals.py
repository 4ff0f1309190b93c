"""The interval of a score over clusters; two hundred cells of one report are not 200 experiments.

Wilson's interval, at the number of independent trials that the clusters are worth. That number
comes from how far the clusters lie apart, after one cluster that is right throughout and one that
is wrong throughout were added: a perfect score over few reports keeps a width. Where every cluster
is a single trial it is Wilson's interval as it stands.
"""

from math import sqrt
from statistics import NormalDist
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

LEVEL = 0.95


def interval(
    hits: "ArrayLike", of: "ArrayLike", level: float = LEVEL
) -> tuple[float, float] | None:
    """Return the bounds of sum(hits) / sum(of), one number a cluster; None when of nothing."""
    import numpy

    possible = numpy.asarray(of, dtype=numpy.float64)
    some = possible > 0
    if not some.any():
        return None
    hit, possible = numpy.asarray(hits, dtype=numpy.float64)[some], possible[some]
    total = float(possible.sum())
    share = _bounded(float(hit.sum()) / total)
    # The two clusters that are added, one right and one wrong throughout, have the usual size.
    usual = total / len(possible)
    middle = _bounded((float(hit.sum()) + usual) / (total + 2 * usual))
    apart = float(((hit - middle * possible) ** 2).sum()) + usual**2 * (
        middle**2 + (1 - middle) ** 2
    )
    worth = middle * (1 - middle) * (total + 2 * usual) ** 2 / apart
    return wilson(share, min(total, worth), level)


def wilson(share: float, trials: float, level: float = LEVEL) -> tuple[float, float]:
    """Return Wilson's bounds of a share seen in that many independent trials."""
    z = NormalDist().inv_cdf((1 + level) / 2)
    middle = share + z * z / (2 * trials)
    half = z * sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    whole = 1 + z * z / trials
    low = 0.0 if share == 0 else max(0.0, (middle - half) / whole)
    high = 1.0 if share == 1 else min(1.0, (middle + half) / whole)
    return low, high


def _bounded(share: float) -> float:
    return min(max(share, 0.0), 1.0)
