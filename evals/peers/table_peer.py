"""What every peer that reads the statutory tables shares: cases, gold, marks; asks nothing."""

import re
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from evals.suite.run import CaseResult
from evals.tasks.extract_tables import ExtractTables, Given, table_result
from evals.tasks.gold_reports import GoldReport
from evals.tasks.table_blocks import Block, load_blocks, window_of
from evals.tasks.task import Case, Setting
from index.catalogue import Metric
from index.loading.load import load
from index.model import Document, Form, LoadError


class TablePeer(ExtractTables):
    """The cells, cases and scores of `extract.tables`, read in another way.

    A value stands where the peer itself says it does: one that names no place has none.
    """

    baseline_of = ExtractTables.name

    def __init__(self, blocks: Sequence[str] = ()) -> None:
        super().__init__(blocks)
        self._read = [b for b in load_blocks() if (b.name in blocks if blocks else b.always)]

    def run(self, case: Case, setting: Setting) -> CaseResult:
        """Return the marks of every cell of the blocks."""
        report: GoldReport = case.given
        try:
            document = load(report.path)
        except LoadError as error:
            return table_result(case, self.items, {}, reason=str(error))
        given: dict[str, Given] = {}
        for block in self._read:
            given |= self.read(document, block, block.metrics(form_of(report)), setting)
        return table_result(case, self.items, given)

    @abstractmethod
    def read(
        self, document: Document, block: Block, metrics: Sequence[Metric], setting: Setting
    ) -> dict[str, Given]:
        """Return what is given for each cell of a block; a ModelError goes through."""


def form_of(report: GoldReport) -> Form:
    """Return the form that gold tells of a report."""
    form = report.traits.get("form")
    return form if form in ("2021", "2019") else "unknown"  # type: ignore[return-value]


def stretch(document: Document, block: Block, metrics: Sequence[Metric]) -> tuple[str, int]:
    """Return the text that our own extraction is shown for a block, with where it starts."""
    start, end = window_of(document, block, tuple(metrics))
    return document.text[start:end], start


def keyed(metrics: Sequence[Metric]) -> dict[str, Metric]:
    """Return the cells under the short keys that a model is given for them."""
    return {f"c{number}": metric for number, metric in enumerate(metrics, 1)}


def listed(keys: Mapping[str, Metric]) -> str:
    """Return the cells as lines for a prompt."""
    return "\n".join(f"{key}：{metric.row} {metric.column}" for key, metric in keys.items())


def tight(text: str) -> str:
    """Return the text with runs of blanks and empty lines made one: they only cost tokens."""
    lines = (re.sub(r"[ \t　]+", " ", line).strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def nothing(metrics: Sequence[Metric], reason: str) -> dict[str, Given]:
    """Return no value for any of the cells, for one reason."""
    return {metric.id: Given(None, reason=reason[:120]) for metric in metrics}


def number(said: Any) -> Decimal | None:
    """Return what a model said as a number, None when it is none."""
    if said is None or isinstance(said, bool):
        return None
    try:
        value = Decimal(str(said).replace(",", "").replace("，", "").strip())
    except InvalidOperation:
        return None
    if not value.is_finite():
        return None
    # A float says 5.0 where the page prints 5.
    whole = value.to_integral_value()
    return whole if whole == value else value
