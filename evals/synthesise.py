"""Writes synthetic reports and their truth: `python -m evals.synthesise --count 20 --out DIR`."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from evals.synthesis.defects import DEFECTS
from evals.synthesis.facts import Facts, random_facts
from evals.synthesis.registry import LAYOUTS
from evals.synthesis.render import (
    FactTruth,
    Rendered,
    Truth,
    corpus,
    random_mirror,
    random_report,
    render,
)

__all__ = [
    "DEFECTS",
    "LAYOUTS",
    "FactTruth",
    "Facts",
    "Rendered",
    "Truth",
    "corpus",
    "random_facts",
    "random_mirror",
    "random_report",
    "render",
    "truth_record",
    "write_reports",
]


def truth_record(report: Rendered) -> dict[str, Any]:
    """Return the truth of a report as one JSON object; values are strings, exact."""
    return {
        "report": report.name + report.suffix,
        "layout": report.layout,
        "defects": list(report.defects),
        "agency": report.agency,
        "year": report.year,
        "form": report.form,
        "cells": [_plain(t._asdict()) for t in report.truth],
        "facts": [_plain(f._asdict()) for f in report.facts],
    }


def _plain(fields: dict[str, Any]) -> dict[str, Any]:
    """Return fields with the exact value as text."""
    value = fields["value"]
    return fields | {"value": None if value is None else str(value)}


def write_reports(reports: Iterable[Rendered], folder: Path) -> None:
    """Write each report's file into `folder`, and all truths into its truth.jsonl."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "truth.jsonl").open("w", encoding="utf-8") as truths:
        for report in reports:
            (folder / (report.name + report.suffix)).write_bytes(report.data)
            truths.write(json.dumps(truth_record(report), ensure_ascii=False) + "\n")


def synthesise(
    out: Annotated[Path, typer.Option(help="写到哪个文件夹")],
    count: Annotated[int, typer.Option(help="写多少份")] = 2000,
    seed: Annotated[int, typer.Option(help="随机种子，同一种子得到同样的文件")] = 1,
    real_places: Annotated[bool, typer.Option(help="用真实乡镇名")] = False,
) -> None:
    """写出合成年报及每个单元格的真值。"""  # noqa: D415
    from rich.progress import track

    reports = corpus(count, seed, real_places)
    write_reports(track(reports, description="合成", total=count), out)


if __name__ == "__main__":
    typer.run(synthesise)
