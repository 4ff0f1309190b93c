"""The only door to scipy: tails and quantiles of the normal and binomial distributions."""

from importlib.util import find_spec
from typing import TYPE_CHECKING

from index.errors import MisuseError

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray


def need_scipy() -> None:
    """Raise MisuseError when scipy is not installed: only comparisons want it."""
    if find_spec("scipy") is None:
        raise MisuseError(
            "比较两次运行要用 scipy，这里没有安装。请运行 pip install 'nianbao[evals]'，"
            "或用 make test 准备的环境。"
        )


def binomial_test(hits: int, of: int) -> float:
    """Return the exact two-sided p of `hits` heads in `of` throws of a fair coin."""
    from scipy import stats

    return float(stats.binomtest(hits, of, 0.5).pvalue) if of else 1.0


def binomial_tail(hits: int, of: int, share: float) -> float:
    """Return the probability of `hits` or more among `of` at a given share."""
    from scipy import stats

    return float(stats.binom.sf(hits - 1, of, share))


def fair_coin(throws: int) -> "NDArray[float64]":
    """Return the probabilities of 0 … `throws` heads."""
    import numpy
    from scipy import stats

    found: NDArray[float64] = stats.binom.pmf(numpy.arange(throws + 1), throws, 0.5)
    return found


def share_reaching(hits: int, of: int, power: float) -> float:
    """Return the share at which `hits` or more among `of` come about with probability `power`."""
    from scipy import special

    return float(special.betaincinv(hits, of - hits + 1, power))


def unseen_share(of: int, alpha: float) -> float:
    """Return the largest share, by Clopper and Pearson, of what was not seen once among `of`.

    Two-sided, so that 0.05 gives about 3.7 / `of`; the rule of three is its one-sided kin.
    """
    return float(1.0 - (alpha / 2) ** (1.0 / of)) if of else 1.0


def normal_quantile(share: float) -> float:
    """Return the point of the standard normal distribution below which `share` lies."""
    from scipy import special

    return float(special.ndtri(share))


def normal_share(point: float) -> float:
    """Return the share of the standard normal distribution below `point`."""
    from scipy import special

    return float(special.ndtr(point))
