"""A free schema filled from every report, each number held to the hand-labelled tables.

The items are the schema's fields. A field that gold does not settle is not scored; the report's
words that a field may hold are not either.
"""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from assistant.extraction.extract import extract
from assistant.extraction.record import Extraction, FieldResult
from evals.retrieval import ROOT
from evals.scoring.rates import TABLE_RATES
from evals.suite.run import CaseResult
from evals.tasks.field_gold import LAYOUTS, Fields, layout_files, load_gold
from evals.tasks.gold_reports import GOLD, GoldReport, gold_files, gold_reports
from evals.tasks.table_result import Given, table_result
from evals.tasks.task import Case, Setting
from evals.tasks.unquoted import unquoted
from evals.tasks.witness import Witness
from index.report import read_report_file

SCHEMA = ROOT / "evals" / "cases" / "extraction.json"
_UNTOLD = ("status",)  # an extraction gives no status of its own for what is not printed


class _Asked(NamedTuple):
    report: GoldReport
    fields: Fields


class ExtractSchema:
    """The task `extract.schema`: one request after another for a report, all fields of a schema."""

    name = "extract.schema"
    title = "按字段表取值"
    needs_model = True
    prompts = ("extract_schema",)
    rates = tuple(rate for rate in TABLE_RATES if rate.name not in _UNTOLD)

    def __init__(self, schema: Path = SCHEMA) -> None:
        self._path = schema
        said: Mapping[str, Any] = json.loads(schema.read_text(encoding="utf-8"))
        self._schema = said["schema"]
        self._gold = load_gold(said["gold"])
        self.items = tuple(said["gold"])

    def cases(self) -> Sequence[Case]:
        """Return a case for each report: samples, seeds, and the real layouts where they are."""
        reports = [
            *gold_reports(),
            *(GoldReport(path, "layouts", {"corpus": "layouts", "layout": "real"}, {}, True)
              for path in layout_files()),
        ]  # fmt: skip
        return [
            Case(f"{report.corpus}/{report.name}", f"{report.corpus}/{report.name}",
                 report.traits, _Asked(report, self._gold.get(report.name, {})), report.private)
            for report in reports
        ]  # fmt: skip

    def files(self) -> Sequence[Path]:
        """Return the schema, the reports and their gold tables."""
        layouts = [LAYOUTS / "gold.jsonl", *layout_files()] if layout_files() else []
        return (self._path, *gold_files(), GOLD / "facts.jsonl", *layouts)

    def run(self, case: Case, setting: Setting) -> CaseResult:
        """Return the marks of the fields; warnings and reasons without what they quote."""
        asked: _Asked = case.given
        model = Witness(setting.model) if setting.model else None
        report = read_report_file(asked.report.path)
        found = extract(report, self._schema, model, setting.prompts)
        if model:
            model.check()
        given = {field.path: _given(field) for field in found.fields if field.path in self.items}
        chosen = {
            path: gold
            for path, field in asked.fields.items()
            if (gold := field.held_to(given[path].value if path in given else None))
        }
        held = case._replace(given=asked.report._replace(cells=chosen))
        result = table_result(held, self.items, given, unquoted("；".join(found.warnings))[:200])
        return result.model_copy(update={"shown": _filled(found)})


def _given(field: FieldResult) -> Given:
    value = None if field.value is None else Decimal(str(field.value))
    span = (field.spans[0].start, field.spans[0].end) if field.spans else None
    return Given(value, span, unquoted(field.reason))


def _filled(found: Extraction) -> str:
    filled = sum(field.value is not None for field in found.fields)
    return f"{len(found.fields)} 项中取到 {filled} 项"
