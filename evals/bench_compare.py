"""Speed of the comparison: `python -m evals.bench_compare [--reports 10000] [--items 200]`.

Draws two results files in a temporary folder, reads both and compares them, prints the seconds.
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
        "changes": len(compared.changes),
        "together (s)": end - start,
    }


def main() -> None:
    """Measure and print."""
    reader = argparse.ArgumentParser(prog="python -m evals.bench_compare", description=__doc__)
    reader.add_argument("--reports", type=int, default=REPORTS)
    reader.add_argument("--items", type=int, default=ITEMS)
    asked = reader.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = measure_compare(Path(folder), asked.reports, asked.items)
    said = ", ".join(f"{name} {value:,.2f}" for name, value in found.items())
    print(f"{asked.reports:,} reports × {asked.items} cells, {machine()['cores']} cores: {said}")


if __name__ == "__main__":
    main()
