"""The gate of a build: what a comparison or a single run must keep, and the exit code."""

from collections.abc import Iterable, Iterator
from typing import Literal

from assistant.commands.console import DONE, FOUND, MISUSED, OUTSIDE
from evals.comparing.comparison import Comparison
from evals.comparing.thresholds import Thresholds
from evals.comparing.words import words
from evals.scoring.rates import count_shares, marks_of, ratio, table_shares
from evals.suite.run import EvalRun
from index.errors import MisuseError
from index.model import Frozen

Kind = Literal["regressed", "floor", "ceiling", "inconclusive", "unmeasured", "failed"]


class GateFinding(Frozen):
    """One thing the gate stumbled over.

    Attributes:
        kind: regressed, floor and ceiling stop a build; inconclusive and unmeasured only a strict
            one; failed says that the run is no ground for anything.
        value, limit: what was found and what was to be kept, for scores and shares.
    """

    kind: Kind
    message: str
    rate: str = ""
    value: float | None = None
    limit: float | None = None


def gate(found: Comparison | EvalRun, thresholds: Thresholds) -> tuple[GateFinding, ...]:
    """Return what stands against passing: of a comparison its verdict, of a run its limits."""
    if isinstance(found, Comparison):
        return tuple(_verdict(found))
    return (*_failed(found, thresholds), *_limits(found, thresholds))


def exit_code(findings: Iterable[GateFinding], strict: bool = False) -> int:
    """Return 4 when a run failed, 1 for a regression or broken limit, 2 for doubt when strict."""
    kinds = {finding.kind for finding in findings}
    if "failed" in kinds:
        return OUTSIDE
    if kinds & {"regressed", "floor", "ceiling"}:
        return FOUND
    return MISUSED if strict and kinds else DONE


def _verdict(found: Comparison) -> Iterator[GateFinding]:
    if found.verdict == "regressed" or found.verdict == "inconclusive":
        title = words("verdict")[found.verdict]
        yield GateFinding(kind=found.verdict, message=f"{title}：{found.reason}")


def _failed(run: EvalRun, thresholds: Thresholds) -> Iterator[GateFinding]:
    failed = sum(bool(result.failure) for result in run.results)
    share = failed / len(run.results) if run.results else 1.0
    if share > thresholds.failed_share:
        yield GateFinding(
            kind="failed", value=share, limit=thresholds.failed_share,
            message=f"{run.header.name}：{len(run.results)} 例中有 {failed} 例运行失败，"
            f"超过容许的 {thresholds.failed_share:.1%}，结果不能作数。",
        )  # fmt: skip


def _limits(run: EvalRun, thresholds: Thresholds) -> Iterator[GateFinding]:
    floors = thresholds.floors.get(run.header.task, {})
    ceilings = thresholds.ceilings.get(run.header.task, {})
    titles = {rate.name: rate.title for rate in run.header.rates}
    if unknown := sorted({*floors, *ceilings} - set(titles)):
        raise MisuseError(
            f"门槛文件给任务 {run.header.task!r} 定了它没有的分数 {unknown[0]!r}；"
            f"可用：{'、'.join(titles)}。"
        )
    values = run_rates(run) if floors or ceilings else {}
    for kind, limits in (("floor", floors), ("ceiling", ceilings)):
        for rate, limit in limits.items():
            if finding := _broken(kind, rate, values[rate], limit, titles[rate]):  # type: ignore[arg-type]
                yield finding


def _broken(
    kind: Literal["floor", "ceiling"], rate: str, value: float | None, limit: float, title: str
) -> GateFinding | None:
    if value is None:
        said = f"{title}没有可以计分的，门槛 {limit:.4g} 无从核对。"
        return GateFinding(kind="unmeasured", rate=rate, limit=limit, message=said)
    if value >= limit if kind == "floor" else value <= limit:
        return None
    side = "低于下限" if kind == "floor" else "高于上限"
    said = f"{title} {value:.4f} {side} {limit:.4g}。"
    return GateFinding(kind=kind, rate=rate, value=value, limit=limit, message=said)


def run_rates(run: EvalRun) -> dict[str, float | None]:
    """Return every score of a run over its cases; failed cases score nothing."""
    results = [result for result in run.results if not result.failure]
    names = [rate.name for rate in run.header.rates]
    marked = table_shares(marks_of(results, len(run.header.items))) if run.header.items else {}
    counted = count_shares(results, [name for name in names if name not in marked])
    return {name: ratio((marked | counted)[name]) for name in names}
