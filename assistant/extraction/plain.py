"""The values of fields that plainly name a cell or a stated number: read by code alone."""

from collections.abc import Sequence
from decimal import Decimal
from functools import cache

from assistant.data import read_rows
from assistant.extraction.claims import Grounds, Verdict, refused, text_span
from assistant.extraction.named import plain_measure
from assistant.extraction.record import Outcome, Span
from assistant.extraction.schema import Leaf
from assistant.plan import Measure
from index.model import Cell
from index.report import plain_number


def plain_verdict(leaf: Leaf, grounds: Grounds) -> Verdict | None:
    """Return the value of a field that plainly names a number, None when it does not."""
    measure = plain_measure(leaf, grounds.report.identity.year)
    if measure is None:
        return None
    found = _stated(measure, grounds) if measure.source == "fact" else _cells(measure, grounds)
    if leaf.kind == "integer" and isinstance(found.value, float):
        return refused(f"原文的数 {found.value!r} 不是整数")
    return found


def _cells(measure: Measure, grounds: Grounds) -> Verdict:
    """Return a cell, or the sum of several; without a value the reason is its status."""
    cells = {c.metric: c for c in grounds.report.reading.cells}
    options = (measure.terms, *measure.alternatives)
    terms = next((t for t in options if all(m in cells for m in t)), measure.terms)
    added = [cells[m] for m in terms if m in cells]
    lacking = next((c for c in added if c.value is None), None)
    if lacking is not None:
        status: Outcome = "unreadable" if lacking.status == "reported" else lacking.status
        return refused(_reasons()[status], status)
    if len(added) < len(terms):
        return refused(_reasons()["section_absent"], "section_absent")
    if len(added) == 1:
        return Verdict(plain_number(added[0].value), "supported", "", _spans(added))
    total = sum((c.value or Decimal(0) for c in added), start=Decimal(0))
    return Verdict(plain_number(total), "computed", f"{len(added)} 个格子之和", _spans(added))


def _stated(measure: Measure, grounds: Grounds) -> Verdict:
    """Return a number that the prose states exactly and only once, or with one value."""
    facts = [f for f in grounds.report.facts if f.name in measure.terms]
    if not facts:
        return refused(_reasons()["not_stated"], "not_found")
    if len({f.value for f in facts}) > 1:
        said = "、".join(f"“{f.quote}”" for f in facts[:4])
        return refused(f"原文几处的数不同：{said}", "conflict")
    exact = [f for f in facts if f.bound == "exact"]
    if not exact:
        return refused(f"原文写的是约数：“{facts[0].quote}”")
    span = text_span(grounds, exact[0].start, exact[0].end)
    return Verdict(plain_number(exact[0].value), "supported", "", (span,))


def _spans(cells: Sequence[Cell]) -> tuple[Span, ...]:
    return tuple(
        Span(start=c.start, end=c.end, quote=c.raw, kind="cell", metric=c.metric)
        for c in cells
        if c.start is not None and c.end is not None
    )


@cache
def _reasons() -> dict[str, str]:
    return {row["reason"]: row["words"] for row in read_rows("reasons.csv")}
