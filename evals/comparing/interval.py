"""The BCa interval of a difference: clusters drawn with replacement, corrected for bias and skew.

Clusters with the same row are one kind and are drawn together, by multinomial weights.
"""

from typing import TYPE_CHECKING

from evals.comparing.distributions import normal_quantile, normal_share
from evals.comparing.kinds import kinds_of

if TYPE_CHECKING:
    from numpy import float64, intp
    from numpy.random import Generator
    from numpy.typing import NDArray

    from evals.comparing.sums import Rows

    Array = NDArray[float64]

_TIE = 1e-12
_EACH = 15  # clusters to a kind, below which drawing clusters one by one is faster
_CELLS = 4_000_000  # clusters drawn at a time


def difference(rows: "Rows") -> float | None:
    """Return the ratio of sums after less the one before; None when either has none."""
    hits_before, before, hits_after, after = rows.sum(axis=0)
    if not before or not after:
        return None
    return float(hits_after / after - hits_before / before)


def bca_interval(rows: "Rows", alpha: float, resamples: int, seed: int) -> tuple[float, float]:
    """Return the interval at 1 − `alpha`; both ends are the difference when no cluster changed.

    Half of the resamples are drawn from the mirror image, so that swapping the runs mirrors the
    interval exactly.
    """
    import numpy

    observed = difference(rows)
    assert observed is not None
    if (rows[:, :2] == rows[:, 2:]).all() or len(rows) < 2:
        return observed, observed
    half = (resamples + 1) // 2
    kinds, counts = kinds_of(rows)
    there = _resampled(kinds, counts, half, seed)
    mirrored = kinds[:, [2, 3, 0, 1]]
    order = numpy.lexsort(mirrored.T[::-1])
    back = _resampled(mirrored[order], counts[order], half, seed)
    drawn = numpy.concatenate([there, -back])
    drawn = drawn[numpy.isfinite(drawn)]
    low, high = (_corrected(drawn, observed, _skew(rows), at) for at in (alpha / 2, 1 - alpha / 2))
    return float(numpy.quantile(drawn, low)), float(numpy.quantile(drawn, high))


def _corrected(drawn: "Array", observed: float, skew: float, share: float) -> float:
    """Return the share of the resamples at which the end of the interval lies."""
    below = (drawn < observed - _TIE).mean()
    tied = (abs(drawn - observed) <= _TIE).mean()
    least = 0.5 / len(drawn)
    bias = normal_quantile(float(min(max(below + tied / 2, least), 1 - least)))
    moved = bias + normal_quantile(share)
    # Past this point the correction turns back on itself; the outermost resample is the end.
    if 1 - skew * moved <= 0:
        return float(moved > 0)
    return normal_share(bias + moved / (1 - skew * moved))


def _resampled(kinds: "Rows", counts: "NDArray[intp]", size: int, seed: int) -> "Array":
    """Return the difference in `size` resamples; not finite where one side has no hits."""
    import numpy

    rng, clusters = numpy.random.default_rng(seed), int(counts.sum())
    if len(kinds) * _EACH <= clusters:
        totals = rng.multinomial(clusters, counts / clusters, size) @ kinds
    else:
        totals = _one_by_one(numpy.repeat(kinds, counts, axis=0), size, rng)
    with numpy.errstate(divide="ignore", invalid="ignore"):
        found: Array = totals[:, 2] / totals[:, 3] - totals[:, 0] / totals[:, 1]
    return found


def _one_by_one(rows: "Rows", size: int, rng: "Generator") -> "Array":
    """Return the sums of `size` resamples of single clusters."""
    import numpy

    count = len(rows)
    totals, step = [], max(1, _CELLS // count)
    for start in range(0, size, step):
        some = min(step, size - start)
        drawn: NDArray[intp] = rng.integers(0, count, (some, count))
        drawn += numpy.arange(some)[:, None] * count
        weights = numpy.bincount(drawn.ravel(), minlength=some * count).reshape(some, count)
        totals.append(weights @ rows)
    return numpy.concatenate(totals)


def _skew(rows: "Rows") -> float:
    """Return the acceleration, from leaving out one cluster at a time."""
    import numpy

    rest = rows.sum(axis=0) - rows
    with numpy.errstate(divide="ignore", invalid="ignore"):
        left = rest[:, 2] / rest[:, 3] - rest[:, 0] / rest[:, 1]
    left = left[numpy.isfinite(left)]
    away = left.mean() - left if len(left) else left
    spread = float((away**2).sum())
    return float((away**3).sum()) / (6 * spread**1.5) if spread > _TIE**2 else 0.0
