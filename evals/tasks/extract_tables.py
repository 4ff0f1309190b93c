"""The statutory tables read by the model, as if no reader existed: a stretch of text, cells back.

Nothing of this is in the product, whose reader is exact; it tells what a model is worth here. The
values are held to gold as they come. Where a value stands is settled by code: the nearest print of
its digits after the label of its row.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from assistant.model_reply import ContextError, Model, UnusableReplyError
from assistant.prompts import Prompts
from evals.scoring.rates import TABLE_RATES
from evals.suite.run import CaseResult
from evals.tasks.gold_reports import GoldReport, gold_files, gold_reports
from evals.tasks.table_blocks import Block, load_blocks
from evals.tasks.table_result import Given, report_cases, table_result
from evals.tasks.table_text import (
    NOT_FOUND,
    cells_schema,
    form_of,
    nothing_given,
    number_of,
    stretch_of,
    tight,
)
from evals.tasks.task import Case, Setting
from index.catalogue import Metric
from index.loading.load import load
from index.model import Document, LoadError
from index.normalise import normalise

PROMPT = "extract_table"
_DIGITS = re.compile(r"(?<![\d.,])-?\d[\d,]*(?:\.\d+)?(?![\d.])")


class ExtractTables:
    """The task `extract.tables`: every cell of the blocks, one request for each block."""

    name = "extract.tables"
    title = "模型读法定表格"
    needs_model = True
    prompts = (PROMPT,)
    rates = TABLE_RATES

    def __init__(
        self, blocks: Sequence[str] = (), corpora: Sequence[str] = ("samples", "seeds")
    ) -> None:
        self._reports = tuple(r for r in gold_reports() if r.corpus in corpora)
        self._blocks = tuple(b for b in load_blocks() if (b.name in blocks if blocks else b.always))
        held = {m.id: None for b in self._blocks for m in b.metrics("unknown")}
        self.items = tuple(held)

    def cases(self) -> Sequence[Case]:
        """Return a case for each report of the corpora."""
        return report_cases(self._reports)

    def files(self) -> Sequence[Path]:
        """Return gold tables, reports, and the table of the blocks."""
        return (*gold_files(self._reports), Path(__file__).with_name("table_blocks.toml"))

    def run(self, case: Case, setting: Setting) -> CaseResult:
        """Return the marks of every cell of the blocks."""
        report: GoldReport = case.given
        try:
            document = load(report.path)
        except LoadError as error:
            return table_result(case, self.items, {}, reason=str(error))
        given: dict[str, Given] = {}
        for block in self._blocks:
            given |= self.read(document, block, block.metrics(form_of(report)), setting)
        return table_result(case, self.items, given)

    def read(
        self, document: Document, block: Block, metrics: Sequence[Metric], setting: Setting
    ) -> dict[str, Given]:
        """Return what is given for each cell of a block; a ModelError goes through."""
        assert setting.model is not None
        return extract_block(document, block, metrics, setting.model, setting.prompts)


def extract_block(
    document: Document, block: Block, metrics: Sequence[Metric], model: Model, prompts: Prompts
) -> dict[str, Given]:
    """Return what the model gives for each cell of a block; nothing is asked without a stretch."""
    text, start = stretch_of(document, block, metrics)
    if not text:
        return nothing_given(metrics, NOT_FOUND)
    keys = block.keys(tuple(metrics))
    messages = prompts[PROMPT].fill(fields="\n".join(keys), text=tight(text))
    try:
        reply = model.ask(messages, cells_schema(keys), 32 * len(keys) + 64)
    except (UnusableReplyError, ContextError) as error:
        return nothing_given(metrics, str(error))
    said = reply.data or {}
    return {
        metric.id: _given(said.get(key), metric, normalise(text), start)
        for key, metric in keys.items()
    }


def _given(said: Any, metric: Metric, text: str, offset: int) -> Given:
    """Return the value the model said, with the nearest print of it after its row's label."""
    value = number_of(said)
    if value is None:
        return Given(None, reason="" if said is None else f"不是数：{str(said)[:20]!r}")
    label = metric.row.split("·")[-1].split("、")[-1]
    after = max(text.find(label), 0)
    spans = [m.span() for m in _DIGITS.finditer(text) if number_of(m[0]) == value]
    near = min(spans, key=lambda span: (span[0] < after, abs(span[0] - after)), default=None)
    return Given(value, (near[0] + offset, near[1] + offset) if near else None)
