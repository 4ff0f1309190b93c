"""How well the bank's questions are answered: `python -m evals.cases`, exit 1 when any is wrong."""

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from evals.cases.bank import load_cases
from evals.cases.run import Outcome, Run, open_samples, run_cases


def main() -> int:
    """Print one line for each kind, then every wrong and every declined question."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kind", help="only kinds whose name holds this")
    parser.add_argument("--quiet", action="store_true", help="only the table")
    parser.add_argument("--write", action="store_true", help="keep the totals in evals/results")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        cases = [case for case in load_cases() if (options.kind or "") in case.kind]
        runs = list(run_cases(open_samples(Path(folder)), cases))
    _print_table(runs)
    if not options.quiet:
        _print_outcome(runs, "wrong")
        _print_outcome(runs, "declined")
    if options.write:
        path = Path(__file__).parents[1] / "results" / "questions.md"
        path.write_text(_results(runs), encoding="utf-8")
    return int(any(run.judgement.outcome == "wrong" for run in runs))


def _print_table(runs: list[Run]) -> None:
    counts = Counter((run.case.kind, run.judgement.outcome) for run in runs)
    print(f"{'kind':24}{'right':>8}{'declined':>10}{'wrong':>8}")
    for kind in (*dict.fromkeys(run.case.kind for run in runs), "all"):
        row = [_count(counts, kind, outcome) for outcome in ("right", "declined", "wrong")]
        print(f"{kind:24}{row[0]:8}{row[1]:10}{row[2]:8}")


def _results(runs: list[Run]) -> str:
    """Return the totals in a line of Markdown."""
    counts = Counter((run.case.kind, run.judgement.outcome) for run in runs)
    outcomes: tuple[Outcome, ...] = ("right", "declined", "wrong")
    said = ", ".join(f"{outcome} {_count(counts, 'all', outcome)}" for outcome in outcomes)
    kinds = len({run.case.kind for run in runs})
    return (
        f"### {len(runs)} questions of {kinds} kinds over the sample reports\n\n"
        f"`python -m evals.cases --write`: {said}.\n"
    )


def _count(counts: Counter[tuple[str, Outcome]], kind: str, outcome: str) -> int:
    return sum(n for (k, o), n in counts.items() if kind in (k, "all") and o == outcome)


def _print_outcome(runs: Iterable[Run], outcome: str) -> None:
    for run in runs:
        if run.judgement.outcome == outcome:
            print(f"\n{outcome} · {run.case.kind} · {run.question!r}\n    {run.judgement.reason}")
            print(f"    {run.explanation}")


if __name__ == "__main__":
    sys.exit(main())
