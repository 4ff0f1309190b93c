"""Speed of the comparison: `python -m evals.bench_compare [--reports 10000] [--items 200]`.

Draws two results files in a temporary folder, reads both and compares them, prints the seconds;
`--write` keeps them in evals/results.
"""

import argparse
import tempfile
import time
from pathlib import Path

from evals.bench import machine
from evals.comparing.compare import compare_runs
from evals.comparing.drawn_runs import drawn_tables
from evals.comparing.thresholds import load_thresholds
from evals.suite.run_file import read_run, write_run

REPORTS, ITEMS = 10_000, 200
RESULTS = Path(__file__).parent / "results" / "compare.md"


def measure_compare(folder: Path, reports: int, items: int) -> dict[str, float]:
    """Return seconds of reading two drawn files and of comparing them, with their megabytes."""
    paths = [folder / f"{name}.jsonl" for name in ("before", "after")]
    for path, wrong in zip(paths, (0.05, 0.06), strict=True):
        write_run(path, drawn_tables(path.stem, reports, items, wrong, seed=1))
    start = time.perf_counter()
    before, after = (read_run(path) for path in paths)
    read = time.perf_counter()
    compared = compare_runs(before, after, load_thresholds())
    end = time.perf_counter()
    return {
        "MB": sum(path.stat().st_size for path in paths) / 1e6,
        "read (s)": read - start,
        "compare (s)": end - read,
        "changed cells": len(compared.changes),
        "together (s)": end - start,
    }


def render_figures(found: dict[str, float], reports: int, items: int) -> str:
    """Return the figures as Markdown."""
    ran_on = machine()
    said = ", ".join(f"{name} {value:,.1f}" for name, value in found.items())
    return (
        f"### Comparing two runs of {reports:,} reports × {items} cells\n\n"
        f"`python -m evals.bench_compare --write`, {ran_on['cores']} cores, {ran_on['date']}: "
        f"{said}.\n"
    )


def main() -> None:
    """Measure and print."""
    reader = argparse.ArgumentParser(prog="python -m evals.bench_compare", description=__doc__)
    reader.add_argument("--reports", type=int, default=REPORTS)
    reader.add_argument("--items", type=int, default=ITEMS)
    reader.add_argument("--write", action="store_true", help="keep the figures in evals/results")
    asked = reader.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = measure_compare(Path(folder), asked.reports, asked.items)
    text = render_figures(found, asked.reports, asked.items)
    print(text)
    if asked.write:
        RESULTS.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
