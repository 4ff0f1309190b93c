"""Checks the gold tables against their second look and the print, and tells how far looks agree.

`python -m evals.gold_check` ends with 1 when a cell that is not a plain zero has no second look, a
disagreement is not settled, or a span does not hold what it says; `--write` puts the figures into
evals/gold/README.md.
"""

import argparse
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from evals.labelling.second_look import (
    Agreement,
    Look,
    agreement_of,
    needs_look,
    problems,
    read_looks,
    read_zeros,
)
from evals.tasks.gold_reports import GOLD, gold_reports, read_lines

TABLES = ("cells", "seeds")
README = GOLD / "README.md"
_PART = re.compile(r"(<!-- generated: agreement -->\n).*?(<!-- end -->)", re.DOTALL)


def gold_lines() -> list[dict[str, Any]]:
    """Return the lines of gold that two labellers have read."""
    return [line for name in TABLES for line in read_lines(GOLD / f"{name}.jsonl")]


def find_problems() -> Iterator[str]:
    """Yield everything that is wrong with the gold tables, in words."""
    yield from problems(gold_lines(), read_looks(GOLD))
    yield from _zero_problems()
    yield from _span_problems()


def render_agreement() -> str:
    """Return the figures of the second look as a Markdown table."""
    looks = read_looks(GOLD)
    kinds: tuple[tuple[str, Sequence[Look]], ...] = (
        ("value printed, not a plain 0", [look for look in looks if look.first.value is not None]),
        ("no value", [look for look in looks if look.first.value is None]),
        ("all", looks),
    )
    lines = [f"| {name} | {_figures(agreement_of(group))} |" for name, group in kinds]
    zeros = read_zeros(GOLD)
    same = sum(count.first == count.second for count in zeros)
    printed = sum(count.second for count in zeros)
    return "\n".join(
        (
            "| cells looked at one by one | cells | agreed | share | Cohen's kappa |",
            "|---|--:|--:|--:|--:|",
            *lines,
            "",
            f"Zeros were counted by table: {printed:,} printed in {len(zeros)} tables, "
            f"{same} tables as gold has them.",
            *(f"- {z.report} {z.section}: {z.note}" for z in zeros if z.first != z.second),
            *(f"- {_settled(group)}" for group in _groups(looks)),
            "",
        )
    )


def _figures(found: Agreement) -> str:
    kappa = "—" if found.kappa is None else f"{found.kappa:.4f}"
    share = int(found.share * 1e4) / 100
    return f"{found.cells:,} | {found.agreed:,} | {share:.2f} % | {kappa}"


def _groups(looks: Sequence[Look]) -> list[tuple[Look, int]]:
    """Return the settled disagreements, alike ones of a report once, with their number."""
    groups = Counter((x.report, x.first, x.second, x.note) for x in looks if not x.agreed)
    kept = {(x.report, x.first, x.second, x.note): x for x in looks if not x.agreed}
    return [(kept[key], number) for key, number in groups.items()]


def _settled(group: tuple[Look, int]) -> str:
    look, number = group
    one, two = (f"{x.status} {x.value or ''}".strip() for x in (look.first, look.second))
    kept = f"{look.settled} kept: {look.note}"
    return f"{look.report}, {number} cells: first {one}, second {two}; {kept}"


def _zero_problems() -> Iterator[str]:
    for count in read_zeros(GOLD):
        if count.first != count.second and not count.note:
            yield f"{count.report} {count.section}：零有 {count.first} 格，印出 {count.second} 个"
    counted = {count.report for count in read_zeros(GOLD)}
    for report in {str(line["report"]) for line in gold_lines() if not needs_look(line)}:
        if report not in counted:
            yield f"{report}：没有数过零"


def _span_problems() -> Iterator[str]:
    """Yield the cells whose span does not hold their raw print, for the reports that are here."""
    from index.loading.load import load

    for report in gold_reports():
        text = load(report.path).text if any(c.span for c in report.cells.values()) else ""
        for metric, cell in report.cells.items():
            if cell.span and text[slice(*cell.span)] != cell.raw:
                yield f"{report.name} {metric}：{cell.span} 处不是 {cell.raw!r}"


def with_figures(text: str) -> str:
    """Return the README with its generated part written anew."""
    return _PART.sub(lambda found: found[1] + render_agreement() + found[2], text)


def main() -> int:
    """Print agreement and problems; 1 when there are any."""
    parser = argparse.ArgumentParser(prog="python -m evals.gold_check", description=main.__doc__)
    parser.add_argument("--write", action="store_true", help="put the figures into the README")
    asked = parser.parse_args()
    found = list(find_problems())
    print(render_agreement())
    print(*found, sep="\n", file=sys.stderr)
    if asked.write:
        _write(README)
    return int(bool(found))


def _write(path: Path) -> None:
    path.write_text(with_figures(path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    raise SystemExit(main())
