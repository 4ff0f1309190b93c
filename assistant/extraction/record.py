"""What an extraction gives: values, their spans, what was refused and why; knows no model."""

from typing import Any, Literal

from index.model import Frozen, Report
from index.report import report_json

Outcome = Literal[
    "supported", "computed", "unsupported", "not_found", "conflict", "no_model", "failed",
    "blank", "not_applicable", "text", "unreadable", "row_absent", "section_absent", "not_in_form",
]  # fmt: skip


class Span(Frozen):
    """A place in the report's text: `text[start:end] == quote`; `metric` is set for a cell."""

    start: int
    end: int
    quote: str
    kind: Literal["cell", "text"]
    metric: str | None = None


class FieldResult(Frozen):
    """One field: its value or null, and why; a value has the spans that print it.

    `computed` is a sum of cells; its spans are the addends.
    """

    path: str
    value: str | int | float | bool | None
    status: Outcome
    reason: str = ""
    spans: tuple[Span, ...] = ()


class Dropped(Frozen):
    """An item of an array that the model gave and code did not keep."""

    path: str
    item: Any
    reason: str


class Extraction(Frozen):
    """A report's values in the shape of the schema, and all there is to say of them.

    `complete` is False when some part could not be asked, `valid` when `data` breaks the schema
    (`invalid` says where).
    """

    schema_sha256: str
    data: Any
    fields: tuple[FieldResult, ...]
    dropped: tuple[Dropped, ...] = ()
    complete: bool = True
    valid: bool = True
    invalid: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    model: dict[str, Any] | None = None
    failed: bool = False


def extraction_json(report: Report, found: Extraction) -> dict[str, Any]:
    """Return the record that `extract --schema --json` prints: plain values for `json.dumps`."""
    whole = report_json(report)
    named = {key: whole[key] for key in ("report_id", "source")}
    return named | found.model_dump(mode="json", exclude={"failed"})
