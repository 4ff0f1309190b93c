"""What models are shown of the statutory tables, and how their numbers are taken; asks nothing."""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from evals.tasks.gold_reports import GoldReport
from evals.tasks.table_blocks import Block, window_of
from evals.tasks.table_result import Given
from index.catalogue import Metric
from index.model import Document, Form

NOT_FOUND = "没有找到这张表格"


class Stretch(NamedTuple):
    """The text that prints a block of the tables, and where it starts; empty when none does."""

    text: str
    start: int


def stretch_of(document: Document, block: Block, metrics: Sequence[Metric]) -> Stretch:
    """Return the text that is shown for a block."""
    start, end = window_of(document, block, tuple(metrics))
    return Stretch(document.text[start:end], start)


def form_of(report: GoldReport) -> Form:
    """Return the form that gold tells of a report."""
    form = report.traits.get("form")
    return form if form in ("2021", "2019") else "unknown"  # type: ignore[return-value]


def tight(text: str) -> str:
    """Return the text with runs of blanks and empty lines made one: they only cost tokens."""
    lines = (re.sub(r"[ \t　]+", " ", line).strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def cells_schema(keys: Iterable[str]) -> dict[str, Any]:
    """Return the JSON Schema of a reply: a number or null for each cell."""
    names = list(keys)
    return {
        "type": "object",
        "properties": {name: {"type": ["number", "null"]} for name in names},
        "required": names,
        "additionalProperties": False,
    }


def number_of(said: Any) -> Decimal | None:
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


def nothing_given(metrics: Sequence[Metric], reason: str) -> dict[str, Given]:
    """Return no value for any of the cells, for one reason."""
    return {metric.id: Given(None, reason=reason[:120]) for metric in metrics}
