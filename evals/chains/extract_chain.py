"""A schema filled from every report; each number held to the hand-labelled tables."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from assistant.extraction.extract import extract
from assistant.extraction.record import FieldResult
from assistant.repair import repair_rows
from evals.chains.outcome import Outcome
from evals.chains.setting import SHARED, Judged, Setting, timed, unquoted
from evals.retrieval import ROOT, read_lines
from index.report import read_report_file

CASES = ROOT / "evals" / "cases" / "extraction.json"
GOLD = ROOT / "evals" / "gold"
Gold = Mapping[str, Mapping[str, set[Decimal | None]]]


def report_files(setting: Setting) -> list[Path]:
    """Return the seeds, the real layouts, and the samples, as far as they are there."""
    layouts = sorted((SHARED / "corpus" / "layouts").glob("*.txt"))
    return [*(f for c in reversed(setting.corpora) for f in c.files), *layouts]


def run_extract(setting: Setting, most: int) -> Iterator[Outcome]:
    """Yield one outcome for each field with gold of each report, most reports at most."""
    case = json.loads(CASES.read_text(encoding="utf-8"))
    gold = load_gold(case["gold"])
    for path in report_files(setting)[:most]:
        fields: dict[str, FieldResult] = {}

        def run(path: Path = path, fields: dict[str, FieldResult] = fields) -> Judged:
            found = extract(read_report_file(path), case["schema"], setting.model, setting.prompts)
            fields |= {field.path: field for field in found.fields}
            filled = sum(field.value is not None for field in found.fields)
            return (
                "answered",
                unquoted("; ".join(found.warnings))[:200],
                f"{filled} of {len(fields)} fields",
            )

        yield timed("extract (report)", path.name, setting.model, run)
        for place in case["gold"]:
            yield _judge(path.name, fields.get(place), place, gold)


def _judge(report: str, field: FieldResult | None, place: str, gold: Gold) -> Outcome:
    """Return the outcome of one field."""
    name, known = f"{report} {place}", gold.get(report, {}).get(place)
    if field is None or field.value is None:
        reason = unquoted(field.reason) if field else "missing"
        return Outcome(chain="extract (field)", case=name, verdict="declined", reason=reason)
    value = Decimal(str(field.value))
    if known is None:
        return Outcome(chain="extract (field)", case=name, verdict="beside", shown=str(value),
                       reason="not in the gold tables")  # fmt: skip
    right = value in known
    return Outcome(chain="extract (field)", case=name, verdict="answered" if right else "wrong",
                   reason="" if right else f"gold {sorted(map(str, known))}",
                   shown=str(value))  # fmt: skip


def run_repair(setting: Setting, most: int) -> Iterator[Outcome]:
    """Yield one outcome for each report: what the model and the sums settled together."""
    for path in report_files(setting)[:most]:

        def run(path: Path = path) -> Judged:
            found = repair_rows(read_report_file(path), setting.model, setting.prompts)
            if not found.repairs:
                return "declined", f"{len(found.left)} rows left", ""
            return "beside", "to be looked at", str(found.repairs)[:300]

        yield timed("repair", path.name, setting.model, run)


def load_gold(places: Mapping[str, Mapping[str, str]]) -> Gold:
    """Return, for each report file, the right values of each path; seeds by their file names."""
    found: dict[str, dict[str, set[Decimal | None]]] = defaultdict(lambda: defaultdict(set))
    for place, named in places.items():
        for file, key in (("cells", "metric"), ("seeds", "metric"), ("facts", "fact")):
            for line in read_lines(GOLD / f"{file}.jsonl"):
                if line["name" if key == "fact" else "metric"] == named.get(key):
                    value = _value(line)
                    if value is not None:
                        found[Path(line["report"]).name][place].add(value)
    for line in _layouts():
        for place, label in (("/行政许可件数", "行政许可"), ("/行政处罚件数", "行政处罚")):
            if (value := line["table2"].get(label)) is not None:
                found[f"{line['id']}.txt"][place].add(Decimal(str(value)))
    return found


def _layouts() -> Iterator[dict[str, Any]]:
    path = SHARED / "corpus" / "layouts" / "gold.jsonl"
    if path.exists():
        yield from read_lines(path)


def _value(line: Mapping[str, Any]) -> Decimal | None:
    value = line.get("value")
    return None if value is None else Decimal(str(value))
