"""The reports with hand-labelled cells: samples, seeds, adversarial ones, real layouts."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from evals.scoring.marks import UNSCORED, Gold, mark_of

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
GOLD = ROOT / "evals" / "gold"
TABLES = ("cells", "seeds", "reports", "adversarial", "adversarial_reports")
_FORMS = {True: "2021", False: "2019"}


class GoldReport(NamedTuple):
    """A report file with the gold of its cells; a metric that gold does not name is not scored.

    `private` tells that its text is not ours to keep.
    """

    path: Path
    corpus: str
    traits: Mapping[str, str]
    cells: Mapping[str, Gold]
    private: bool

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.name

    def mark(self, metric: str, value: Decimal | None, status: str) -> str:
        """Return the mark of what was given for a cell."""
        gold = self.cells.get(metric)
        return UNSCORED if gold is None else mark_of(gold, value, status)


@cache
def gold_reports() -> tuple[GoldReport, ...]:
    """Return the reports in a fixed order; seeds only where they lie beside the checkout."""
    return tuple(_reports())


def gold_files(reports: Sequence[GoldReport] | None = None) -> tuple[Path, ...]:
    """Return the gold tables and the reports, all of them by default."""
    tables = [GOLD / f"{name}.jsonl" for name in TABLES]
    held = gold_reports() if reports is None else reports
    return (*tables, *(report.path for report in held))


def read_lines(path: Path) -> list[dict[str, Any]]:
    """Return the objects of a JSON Lines file."""
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def _reports() -> Iterator[GoldReport]:
    yield from _samples()
    yield from _seeds()
    yield from _adversarial()


def _samples() -> Iterator[GoldReport]:
    traits = {line["report"]: line for line in read_lines(GOLD / "reports.jsonl")}
    layouts = _layouts()
    for name, cells in _cells(GOLD / "cells.jsonl").items():
        said = {
            "corpus": "samples",
            "form": traits[name]["form"],
            "layout": layouts[name][0],
            "defect": layouts[name][1],
        }
        yield GoldReport(ROOT / "evals" / "reports" / name, "samples", said, cells, False)


def _seeds() -> Iterator[GoldReport]:
    for name, cells in _cells(GOLD / "seeds.jsonl").items():
        path = SHARED / name
        form = _FORMS["normative_documents.issued" in cells]
        said = {"corpus": "seeds", "form": form, "layout": "seed", "defect": "real"}
        if path.exists():
            yield GoldReport(path, "seeds", said, cells, True)


def _adversarial() -> Iterator[GoldReport]:
    traits = {line["report"]: line for line in read_lines(GOLD / "adversarial_reports.jsonl")}
    for name, cells in _cells(GOLD / "adversarial.jsonl").items():
        said = {key: traits[name][key] for key in ("form", "layout", "defect")}
        path = ROOT / "evals" / "adversarial" / name
        yield GoldReport(path, "adversarial", {"corpus": "adversarial"} | said, cells, False)


def _cells(path: Path) -> dict[str, dict[str, Gold]]:
    found: dict[str, dict[str, Gold]] = defaultdict(dict)
    for line in read_lines(path):
        value = None if line["value"] is None else Decimal(line["value"])
        span = (line["start"], line["end"]) if line.get("start") is not None else None
        found[line["report"]][line["metric"]] = Gold(value, line["status"], line["raw"], span)
    return found


def _layouts() -> dict[str, tuple[str, str]]:
    """Return layout and defects of each sample, as they were drawn."""
    import tomllib

    table = tomllib.loads((ROOT / "evals" / "synthesis" / "samples.toml").read_text("utf-8"))
    drawn = {}
    for sample in table["sample"]:
        defects = "+".join(sample.get("defects", ())) or "none"
        drawn[sample["file"]] = (sample["layout"], defects)
    return {path.name: drawn[path.stem] for path in (ROOT / "evals" / "reports").iterdir()
            if path.stem in drawn}  # fmt: skip
