"""Could luck have done it: the two labels of whole clusters are swapped, again and again.

Clusters that changed by the same amount, in either direction, are one kind; only how many of a
kind are swapped matters. So few states are gone through exactly that a score of yes or no is the
sign test, and ten thousand clusters are drawn fast.
"""

from math import prod
from typing import TYPE_CHECKING, NamedTuple

from evals.comparing.distributions import fair_coin
from evals.comparing.kinds import kinds_of

if TYPE_CHECKING:
    from numpy import bool_, float64
    from numpy.random import Generator
    from numpy.typing import NDArray

    from evals.comparing.sums import Rows

    Array = NDArray[float64]

_TIE = 1e-12
_CELLS = 4_000_000  # numbers drawn at a time


class _Kinds(NamedTuple):
    """The steps (hits, possible hits) by which clusters changed, and how many took each."""

    steps: "Array"
    counts: "NDArray[float64]"


def permutation_p(rows: "Rows", permutations: int, seed: int) -> float:
    """Return the two-sided p of the difference of the ratios of sums.

    Exact when the swaps have no more states than `permutations`, else drawn, and then never below
    1 / (permutations + 1). A swap that leaves one side without possible hits counts against.
    """
    import numpy

    kinds = _kinds(rows)
    totals = rows.sum(axis=0)
    observed = abs(totals[2] / totals[3] - totals[0] / totals[1])
    both = totals[:2] + totals[2:]
    if not len(kinds.counts):
        return 1.0
    if prod(int(count) + 1 for count in kinds.counts) <= permutations + 1:
        moved, weights = _every_state(kinds)
        return min(1.0, float(weights[_as_far(moved, both, observed)].sum()))
    rng = numpy.random.default_rng(seed)
    far, left = 0, permutations
    while left:
        size = min(left, max(1, _CELLS // len(kinds.counts)))
        far += int(_as_far(_drawn(kinds, size, rng), both, observed).sum())
        left -= size
    return (far + 1) / (permutations + 1)


def _kinds(rows: "Rows") -> _Kinds:
    steps = rows[:, 2:] - rows[:, :2]
    steps = steps[(steps != 0).any(axis=1)]
    # A cluster and its mirror image are swapped alike, so that the sign does not tell kinds apart.
    back = (steps[:, 0] < 0) | ((steps[:, 0] == 0) & (steps[:, 1] < 0))
    steps[back] = -steps[back]
    kinds, counts = kinds_of(steps)
    return _Kinds(kinds, counts.astype(float))


def _every_state(kinds: _Kinds) -> "tuple[Array, Array]":
    """Return the sum of the steps in every state, and the state's probability."""
    import numpy

    moved, weights = numpy.zeros((1, 2)), numpy.ones(1)
    for step, count in zip(kinds.steps, kinds.counts, strict=True):
        turns = 2 * numpy.arange(count + 1) - count
        moved = (moved[:, None, :] + turns[None, :, None] * step).reshape(-1, 2)
        weights = (weights[:, None] * fair_coin(int(count))).reshape(-1)
    return moved, weights


def _drawn(kinds: _Kinds, size: int, rng: "Generator") -> "Array":
    """Return the sum of the steps in `size` states drawn at random."""
    import numpy

    single = kinds.counts == 1
    moved: Array = numpy.zeros((size, 2))
    if single.any():
        turns = rng.integers(0, 2, (size, int(single.sum())), dtype=numpy.int8) * 2.0 - 1.0
        moved += turns @ kinds.steps[single]
    if not single.all():
        counts = kinds.counts[~single].astype(int)
        swapped = rng.binomial(counts, 0.5, (size, len(counts)))
        moved += (2.0 * swapped - counts) @ kinds.steps[~single]
    return moved


def _as_far(moved: "Array", both: "Array", observed: float) -> "NDArray[bool_]":
    """Tell of every state whether its difference is as large as the one observed."""
    import numpy

    after, before = (both + moved) / 2, (both - moved) / 2
    with numpy.errstate(divide="ignore", invalid="ignore"):
        found = numpy.abs(after[:, 0] / after[:, 1] - before[:, 0] / before[:, 1])
    far: NDArray[bool_] = ~(found < observed - _TIE)
    return far
