"""One fresh process that asks a library many questions and prints how long and how much memory.

`python -m evals.bench_inside LIBRARY RUNS` prints a JSON list of `Figure`s on standard output.
"""

import json
import math
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from index.model import Frozen

GENERAL = (
    "哪些镇2022年行政许可超过1000件",
    "2022年行政许可最多的前五个镇",
    "2022年乡镇的行政处罚合计多少件",
    "2022年各省行政许可合计",
    "2022年各镇行政许可的平均数和中位数",
    "2022年有多少个镇行政处罚不少于100件",
    "哪些镇2022年行政许可在100到500件之间",
    "2022年哪些报告缺少行政许可",
    "库里有哪些年份的报告",
    "哪些报告的表三不满足勾稽关系",
)
LOCAL = ("{place}{year}年行政许可多少件", "{place}{year}年新收政府信息公开申请多少件")
PLACES = 20
_SAMPLE = """
    SELECT county || township, year FROM reports
    WHERE role = 'current' AND county IS NOT NULL AND township IS NOT NULL AND year IS NOT NULL
    ORDER BY hash(rid) LIMIT ?
"""


class Figure(Frozen):
    """One measured number; `reports` is the size of the library it was taken on, 0 for none."""

    name: str
    value: float
    unit: str
    reports: int = 0


class Asked(NamedTuple):
    """One question, the status of its answer, the milliseconds of each run (the first too)."""

    question: str
    status: str
    milliseconds: tuple[float, ...]


def quantile(values: Sequence[float], share: float) -> float:
    """Return the smallest of `values` that at least `share` of them do not exceed."""
    return sorted(values)[max(0, math.ceil(len(values) * share) - 1)]


def peak_memory() -> float:
    """Return the most memory this process has held, in MB."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(x for x in status.read_text().splitlines() if x.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2 ** (
        20 if sys.platform == "darwin" else 10
    )


def ask_all(ask: Callable[[str], str], questions: Sequence[str], runs: int) -> list[Asked]:
    """Ask every question `runs` times; `ask` returns the answer's status."""
    asked = []
    for question in questions:
        times, status = [], ""
        for _ in range(runs):
            start = time.perf_counter()
            status = ask(question)
            times.append((time.perf_counter() - start) * 1000)
        asked.append(Asked(question, status, tuple(times)))
    return asked


def figures_of(asked: Sequence[Asked]) -> list[Figure]:
    """Return p50, p95 and the slowest over all runs, and the share of questions answered."""
    times = [ms for one in asked for ms in one.milliseconds]
    answered = sum(one.status == "answered" for one in asked) / len(asked)
    return [
        Figure(name="answer p50", value=quantile(times, 0.5), unit="ms"),
        Figure(name="answer p95", value=quantile(times, 0.95), unit="ms"),
        Figure(name="answer slowest", value=max(times), unit="ms"),
        Figure(name="questions answered", value=answered * 100, unit="%"),
    ]


def main() -> None:
    """Open the library named on the command line, ask, print the figures."""
    from assistant.answer import answer, warm_up
    from index.store.library import Library

    folder, runs = Path(sys.argv[1]), int(sys.argv[2])
    start = time.perf_counter()
    library = Library.open(folder)
    opened = (time.perf_counter() - start) * 1000
    start = time.perf_counter()
    warm_up(library)
    warmed = (time.perf_counter() - start) * 1000
    places = library.query(_SAMPLE, [PLACES])
    local = [text.format(place=place, year=year) for place, year in places for text in LOCAL]
    asked = ask_all(lambda question: answer(question, library).status, [*GENERAL, *local], runs)
    for one in asked:
        print(one.question, one.status, f"{max(one.milliseconds):.1f} ms", file=sys.stderr)
    figures = [
        Figure(name="open library", value=opened, unit="ms"),
        Figure(name="warm up", value=warmed, unit="ms"),
        *figures_of(asked),
        Figure(name="peak memory", value=peak_memory(), unit="MB"),
    ]
    print(json.dumps([figure.model_dump() for figure in figures]))


if __name__ == "__main__":
    main()
