"""From statistics to a verdict: improved, regressed, equivalent or inconclusive, and why."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from evals.comparing.comparison import RateComparison, Verdict
from evals.comparing.distributions import unseen_share
from evals.comparing.smallest import least_changed
from evals.comparing.words import points, size, small_p, words


class Judged(NamedTuple):
    """What became of one score: the verdict, whether it is proven to be no worse, and why."""

    verdict: Verdict
    not_inferior: bool
    reason: str


def judge_rate(found: RateComparison, alpha: float, level: float) -> Judged:
    """Return the verdict on a score whose figures are there; `level` is what its p was held to.

    What does not show in any of n clusters may still befall some share of all others, and turn
    those over as a whole. So an interval is taken to reach at least that far, and a few reports
    in which nothing changed are no proof of equivalence.
    """
    if found.difference is None or found.low is None or found.high is None:
        return Judged("inconclusive", False, _nothing(found))
    unseen = unseen_share(found.clusters, alpha)
    low, high = min(found.low, -unseen), max(found.high, unseen)
    if found.better == "low":
        low, high = -high, -low
    gain = found.difference if found.better == "high" else -found.difference
    not_inferior = low > -found.margin
    within = not_inferior and high < found.margin
    if found.adjusted is not None and found.adjusted <= alpha and gain:
        verdict: Verdict = "improved" if gain > 0 else "regressed"
        small = "，但小于算作差别的 " + size(found.margin) if within else ""
        said = f"{words('verdict')[verdict]} {_figures(found)}{small}"
        return Judged("equivalent" if within else verdict, not_inferior or gain > 0, said + "。")
    if within:
        return Judged("equivalent", True, f"差别不超过 {size(found.margin)}：{_figures(found)}。")
    return Judged("inconclusive", not_inferior, _unsure(found, level, unseen))


def judge_run(rates: Sequence[RateComparison], identical: bool) -> tuple[Verdict, str]:
    """Return the verdict over the scores that decide, and its reason.

    Scores that nothing could be hit in, in both runs, do not count.
    """
    said = "两次运行逐例逐格完全相同。" if identical else ""
    counted = [r for r in rates if r.before is not None or r.after is not None]
    if not counted:
        return "inconclusive", said + "没有一个可以计分的分数，什么也不能断定。"
    verdicts = {rate.verdict for rate in counted}
    if "regressed" in verdicts:
        return "regressed", said + _listed(r for r in counted if r.verdict == "regressed")
    if "improved" in verdicts:
        gained = _listed(r for r in counted if r.verdict == "improved")
        return "improved", said + gained + _doubts(counted)
    if verdicts == {"equivalent"}:
        return "equivalent", said + "各项分数的差别都在容许的范围之内。" + _limits(counted)
    return "inconclusive", said + "差别没有大到不可能是碰巧，也没有小到可以算作相当。" + _limits(
        r for r in counted if r.verdict == "inconclusive"
    )


def _doubts(rates: Sequence[RateComparison]) -> str:
    """Return what an improvement may have cost: first what even the interval speaks against."""
    open_ = [rate for rate in rates if not rate.not_inferior]
    worse = [rate for rate in open_ if _leans_worse(rate)]
    others = "、".join(rate.title for rate in open_ if rate not in worse)
    said = f"代价：{_listed(worse)}" if worse else ""
    return said + (f"尚不能证明没有变差的：{others}。" if others else "")


def _leans_worse(found: RateComparison) -> bool:
    """Tell whether the whole interval lies on the bad side, though the test does not exclude luck.

    Where few clusters can show a score, the exact test has no chance of calling it worse.
    """
    if found.low is None or found.high is None:
        return False
    return found.high < 0 if found.better == "high" else found.low > 0


def _nothing(found: RateComparison) -> str:
    if found.before is None and found.after is None:
        return "两次都没有可以计分的，不作判断。"
    side = "前" if found.before is None else "后"
    return f"{side}一次没有可以计分的，算不出差别。"


def _figures(found: RateComparison) -> str:
    assert found.difference is not None and found.low is not None and found.high is not None
    p = "" if found.adjusted is None else f"，校正后 p {small_p(found.adjusted)}"
    return (
        f"{points(found.difference)}（区间 {found.low * 100:+.2f} 至 {found.high * 100:+.2f}{p}；"
        f"{found.clusters} 组中 {found.changed} 组有变化）"
    )


def _unsure(found: RateComparison, alpha: float, unseen: float) -> str:
    if found.smallest is None:
        least = least_changed(alpha)
        return f"只有 {found.clusters} 组，至少要 {least} 组都变才显示得出：{_figures(found)}。"
    if not found.changed:
        return (
            f"{found.clusters} 组都没有变化；没见到的变化仍可能多达 {unseen * 100:.1f}% 的组，"
            f"能显示的最小差别约 {size(found.smallest)}。"
        )
    return f"不能断定：{_figures(found)}；能显示的最小差别约 {size(found.smallest)}。"


def _listed(rates: Iterable[RateComparison]) -> str:
    return "".join(f"{rate.title}{rate.reason}" for rate in rates)


def _limits(rates: Iterable[RateComparison]) -> str:
    """Return the smallest effect of each score in words."""
    said = [
        f"{rate.title} {'任何差别都显示不出' if rate.smallest is None else size(rate.smallest)}"
        for rate in rates
        if rate.difference is not None
    ]
    return f"这批数据能显示的最小差别：{'、'.join(said)}。" if said else ""
