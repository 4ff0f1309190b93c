"""How far the comparison itself can be trusted: `python -m evals.comparing.power --write`.

False alarms: two runs that differ only by luck are compared two hundred times, each time with the
two labels of every cluster drawn anew. Power: runs whose true difference is known are drawn and
compared, for several sizes.
"""

import argparse
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from evals.comparing.compare import compare_headline
from evals.comparing.distributions import binomial_tail
from evals.comparing.drawn_runs import COUNTED, drawn_counts
from evals.comparing.pairing import pair_runs
from evals.comparing.thresholds import Thresholds, load_thresholds
from evals.readme import MORE
from evals.suite.run import CaseResult, EvalRun
from evals.suite.run_file import read_run
from index.errors import MisuseError

if TYPE_CHECKING:
    from numpy.random import Generator

RESULTS = Path(__file__).resolve().parents[1] / "results" / "power.md"
TIMES = 200
REPORTS = (30, 100, 300, 1000)
EFFECTS = (0.0, -0.01, -0.02, -0.05, -0.10, -0.20)
SIMULATED = 60
RIGHT = 0.85
_SURE = 0.01  # a count of false alarms is too high when luck alone gives it less often
_BAR = "▁▂▃▄▅▆▇█"


class NullTest(NamedTuple):
    """Comparisons under shuffled labels: how many, how many alarmed, scores below alpha."""

    times: int
    alarms: int
    tests: int
    below: int

    def sound(self, alpha: float) -> bool:
        """Tell whether luck at the nominal rate explains the number of alarms."""
        return binomial_tail(self.alarms, self.times, alpha) >= _SURE


class Power(NamedTuple):
    """What became of simulated comparisons of one size and true effect, as shares."""

    reports: int
    effect: float
    regressed: float
    improved: float
    smallest: float | None


def null_test(
    before: EvalRun, after: EvalRun, thresholds: Thresholds, times: int = TIMES
) -> NullTest:
    """Compare the two runs with their labels shuffled, cluster by cluster, again and again."""
    import numpy

    rng = numpy.random.default_rng(thresholds.seed)
    alarms = tests = below = 0
    for _ in range(times):
        verdict, rates = compare_headline(*shuffle_labels(before, after, rng), thresholds)
        found = [rate.p for rate in rates if rate.p is not None]
        alarms += verdict in ("regressed", "improved") or any(
            rate.adjusted is not None and rate.adjusted <= thresholds.alpha for rate in rates
        )
        tests += len(found)
        below += sum(p <= thresholds.alpha for p in found)
    return NullTest(times, alarms, tests, below)


def shuffle_labels(before: EvalRun, after: EvalRun, rng: "Generator") -> tuple[EvalRun, EvalRun]:
    """Return the two runs with the results of every second cluster or so exchanged."""
    import numpy

    if before.header.items != after.header.items:
        raise MisuseError("两次运行核对的格子或其次序不同，不能互换。请用同一版代码各运行一次。")
    pairs = pair_runs(before, after)
    swapped = rng.integers(0, 2, len(pairs.clusters)).astype(bool)
    sizes = numpy.diff([*pairs.starts, len(pairs.before.results)])
    one: list[CaseResult] = []
    two: list[CaseResult] = []
    both = zip(pairs.before.results, pairs.after.results, strict=True)
    for swap, (mine, theirs) in zip(numpy.repeat(swapped, sizes), both, strict=True):
        one.append(theirs if swap else mine)
        two.append(mine if swap else theirs)
    return (
        before.model_copy(update={"results": tuple(one)}),
        after.model_copy(update={"results": tuple(two)}),
    )


def simulate_power(thresholds: Thresholds, times: int = SIMULATED) -> Iterator[Power]:
    """Yield the power for every size and effect."""
    import numpy

    for reports in REPORTS:
        for effect in EFFECTS:
            rng = numpy.random.default_rng([thresholds.seed, reports, round(-effect * 1000)])
            yield _simulated(reports, effect, thresholds, times, rng)


def _simulated(
    reports: int, effect: float, thresholds: Thresholds, times: int, rng: "Generator"
) -> Power:
    verdicts, smallest = [], []
    for _ in range(times):
        before = drawn_counts("before", reports, RIGHT, rng)
        after = drawn_counts("after", reports, RIGHT + effect, rng)
        verdict, rates = compare_headline(before, after, thresholds)
        verdicts.append(verdict)
        smallest.append(rates[0].smallest)
    known = [found for found in smallest if found is not None]
    return Power(
        reports, effect, verdicts.count("regressed") / times, verdicts.count("improved") / times,
        sum(known) / len(known) if known else None,
    )  # fmt: skip


def measure_power(thresholds: Thresholds, runs: Sequence[Path] = (), times: int = TIMES) -> str:
    """Return null test and power curve as Markdown; `runs` are two results files for the first."""
    import numpy

    if len(runs) not in (0, 2):
        raise MisuseError(f"误报率要用两次运行来量，给了 {len(runs)} 个结果文件。")
    start = time.process_time()
    rng = numpy.random.default_rng(thresholds.seed)
    if runs:
        before, after = (read_run(path) for path in runs)
    else:
        before, after = (drawn_counts(name, 100, RIGHT, rng) for name in ("before", "after"))
    light = thresholds.model_copy(update={"permutations": 1999, "resamples": 1000})
    null = null_test(before, after, light, times)
    return render_power(null, list(simulate_power(light)), light, time.process_time() - start)


def render_power(
    null: NullTest, curve: Sequence[Power], thresholds: Thresholds, seconds: float
) -> str:
    """Return the figures as Markdown: the telling ones, then the whole curve."""
    sound = "within" if null.sound(thresholds.alpha) else "**above**"
    sure = {
        reports: max((p.effect for p in curve if p.reports == reports
                      and p.regressed >= thresholds.power), default=None)
        for reports in sorted({power.reports for power in curve})
    }  # fmt: skip
    shown = "; ".join(
        f"{n:,} reports: {'none tried' if e is None else f'{-e * 100:.0f} points'}"
        for n, e in sure.items()
    )
    lines = [
        "### Can the comparison be trusted\n",
        f"`nianbao eval power --write`: false alarms in {null.times} comparisons of a run with "
        f"itself under shuffled labels: {null.alarms} ({sound} the nominal "
        f"{thresholds.alpha:.0%}); single scores {null.below} of {null.tests}. A loss called "
        f"regressed with {thresholds.power:.0%} power: {shown}. {MORE}\n",
        f"Each figure of the curve: {SIMULATED} simulated pairs of runs, drawn apart, of "
        f"{RIGHT:.0%} of the cells right, reports alike in their luck; "
        f"{len(COUNTED)} scores decide. {seconds:.0f} s of processor time.\n",
        "| reports | true effect (points) | regressed | | improved | smallest effect told |",
        "|--:|--:|--:|---|--:|--:|",
        *(_row(power) for power in curve),
    ]
    return "\n".join(lines) + "\n"


def _row(power: Power) -> str:
    bar = _BAR[min(len(_BAR) - 1, int(power.regressed * len(_BAR)))]
    told = "—" if power.smallest is None else f"{power.smallest * 100:.1f}"
    return (
        f"| {power.reports:,} | {power.effect * 100:+.0f} | {power.regressed:.0%} | {bar} "
        f"| {power.improved:.0%} | {told} |"
    )


def main() -> None:
    """Measure and print; `--write` keeps the figures."""
    reader = argparse.ArgumentParser(prog="python -m evals.comparing.power", description=__doc__)
    reader.add_argument("--write", action="store_true", help="keep the figures in evals/results")
    reader.add_argument("runs", nargs="*", type=Path, help="two results files for the null test")
    asked = reader.parse_args()
    text = measure_power(load_thresholds(), asked.runs)
    print(text)
    if asked.write:
        RESULTS.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
