"""Speed and memory, measured by name and kept in evals/results/bench.json and bench.md.

`python -m evals.bench [NAME…]` runs all or the named benchmarks. Every figure is the median of its
runs (p95 where it says so), taken in this process for reading and in a fresh one for everything a
user starts. Synthetic libraries are built in the user's cache folder and deleted at the end.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import NamedTuple

import platformdirs

from evals.bench_inside import Figure
from evals.demo import PROGRAM, QUESTION, ROOT
from evals.readme import MORE

RESULTS = ROOT / "evals" / "results"
SIZES = (1_000, 10_000, 100_000)
SEED = 20240131


class Settings(NamedTuple):
    """What is measured: reports to read, library sizes, runs; `folder` holds the libraries."""

    reports: int
    sizes: tuple[int, ...]
    runs: int
    folder: Path


class Benchmark(NamedTuple):
    """One named measurement and what it says in the table's heading."""

    says: str
    run: Callable[[Settings], list[Figure]]


def timed(work: Callable[[], object], runs: int) -> list[float]:
    """Return the seconds of each of `runs` runs."""
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return seconds


def measure_reading(settings: Settings) -> list[Figure]:
    """Read synthetic reports of each format, bytes to checked report, on one core."""
    from evals.synthesise import corpus

    by_format: dict[str, list[tuple[str, bytes]]] = {}
    for sample in corpus(settings.reports, SEED):
        by_format.setdefault(sample.suffix, []).append((sample.name + sample.suffix, sample.data))
    figures = []
    for suffix, files in sorted(by_format.items()):
        read_all(files)
        speed = len(files) / statistics.median(timed(partial(read_all, files), settings.runs))
        figures.append(Figure(name=f"read {suffix}", value=speed, unit="reports/s/core"))
    return figures


def read_all(files: Iterable[tuple[str, bytes]]) -> None:
    """Read every (name, bytes) whole: text, identity, cells, prose, checks."""
    from index.loading.load import load_bytes
    from index.report import read_report

    for name, data in files:
        read_report(load_bytes(data, name))


def library_of(size: int, settings: Settings) -> Path:
    """Return a library of `size` synthetic reports, built once in a run."""
    from evals.big_library import build_big_library

    folder = settings.folder / str(size)
    if not folder.exists():
        build_big_library(folder, size)
    return folder


def measure_cold(settings: Settings) -> list[Figure]:
    """Start the program anew for one question, from the shell's view, at every library size."""
    figures = []
    for size in settings.sizes:
        command = (*PROGRAM, "ask", QUESTION, "--library", str(library_of(size, settings)))
        ask = partial(subprocess.run, command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        ask()
        seconds = statistics.median(timed(ask, settings.runs))
        figures.append(Figure(name="cold ask", value=seconds, unit="s", reports=size))
    return figures


def measure_answers(settings: Settings) -> list[Figure]:
    """Ask many questions in one fresh process for each library size: p50, p95, peak memory."""
    figures: list[Figure] = []
    for size in settings.sizes:
        folder = library_of(size, settings)
        command = (sys.executable, "-m", "evals.bench_inside", str(folder), str(settings.runs))
        done = subprocess.run(
            command, cwd=ROOT, check=True, stdout=subprocess.PIPE, encoding="utf-8"
        )
        inside = [Figure.model_validate(row) for row in json.loads(done.stdout)]
        figures.extend(figure.model_copy(update={"reports": size}) for figure in inside)
        stored = sum(f.stat().st_size for f in folder.rglob("*") if f.is_file()) / 2**20
        figures.append(Figure(name="on disk", value=stored, unit="MB", reports=size))
    return figures


BENCHMARKS = {
    "reading": Benchmark("Reading synthetic reports", measure_reading),
    "cold": Benchmark("`nianbao ask` from the shell", measure_cold),
    "answers": Benchmark("Answers in one process", measure_answers),
}


def machine() -> dict[str, str | int]:
    """Return what the figures were measured on, without naming the machine."""
    return {
        "python": platform.python_version(),
        "system": platform.system(),
        "architecture": platform.machine(),
        "cores": os.cpu_count() or 0,
        "date": date.today().isoformat(),
    }


# What the README shows of the figures that grow with the library.
TELLING = ("cold ask", "answer p95", "peak memory")


def render_table(figures: list[Figure], ran_on: dict[str, str | int]) -> str:
    """Return the figures as Markdown: single ones in a line, growing ones in a column per size."""
    single = [f for f in figures if not f.reports]
    growing = [f for f in figures if f.reports]
    lines = ["### Speed and memory", ""]
    lines.append(f"Python {ran_on['python']}, {ran_on['cores']} cores, {ran_on['date']}.")
    if single:
        lines.append("; ".join(f"{f.name}: {rounded(f.value)} {f.unit}" for f in single) + ".")
    first = [f for f in growing if f.name in TELLING]
    rest = [f for f in growing if f.name not in TELLING]
    for heading, part in (("reports in the library", first), ("more", rest)):
        if part:
            lines += [MORE] if first and heading == "more" else []
            lines += ["", *_columns(heading, part)]
    return "\n".join(lines) + "\n"


def _columns(heading: str, figures: list[Figure]) -> Iterator[str]:
    """Yield the lines of a table with one column for each size."""
    sizes = sorted({f.reports for f in figures})
    yield f"| {heading} | " + " | ".join(f"{s:,}" for s in sizes) + " |"
    yield "|---|" + "--:|" * len(sizes)
    for name, unit in dict.fromkeys((f.name, f.unit) for f in figures):
        at = {f.reports: rounded(f.value) for f in figures if f.name == name}
        yield f"| {name} ({unit}) | " + " | ".join(at.get(s, "") for s in sizes) + " |"


def rounded(value: float) -> str:
    """Return a figure with two decimals below ten, one below a hundred, else whole."""
    return f"{value:,.{2 if value < 10 else 1 if value < 100 else 0}f}"


def keep(figures: list[Figure], ran_on: dict[str, str | int]) -> None:
    """Write the figures of a whole run to evals/results, as data and as a table."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    rows = [figure.model_dump() for figure in figures]
    text = json.dumps({"machine": ran_on, "figures": rows}, ensure_ascii=False, indent=1)
    (RESULTS / "bench.json").write_text(text + "\n", encoding="utf-8")
    (RESULTS / "bench.md").write_text(render_table(figures, ran_on), encoding="utf-8")


def main() -> None:
    """Run the named benchmarks and print their figures; without a name run all and keep them."""
    reader = argparse.ArgumentParser(prog="python -m evals.bench", description=main.__doc__)
    reader.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    reader.add_argument("--reports", type=int, default=400, help="reports to read")
    reader.add_argument("--sizes", default=",".join(map(str, SIZES)), help="library sizes")
    reader.add_argument("--runs", type=int, default=5, help="runs per figure")
    asked = reader.parse_args()
    if unknown := set(asked.names) - BENCHMARKS.keys():
        reader.error(f"没有名为 {sorted(unknown)!r} 的测量，可选：{', '.join(BENCHMARKS)}")
    sizes = tuple(map(int, asked.sizes.split(",")))
    cache = platformdirs.user_cache_path("nianbao", ensure_exists=True)
    figures: list[Figure] = []
    ran_on = machine()
    with tempfile.TemporaryDirectory(dir=cache) as folder:
        settings = Settings(asked.reports, sizes, asked.runs, Path(folder))
        for name in asked.names or BENCHMARKS:
            print(f"{BENCHMARKS[name].says} …", file=sys.stderr, flush=True)
            figures += BENCHMARKS[name].run(settings)
    if not asked.names:
        keep(figures, ran_on)
    print(render_table(figures, ran_on))


if __name__ == "__main__":
    main()
