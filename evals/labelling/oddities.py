"""What looks odd in the labels of a report: sums that fail, values that are no plain count.

Only a warning: what is printed is gold, however odd.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import get_args

from evals.labelling.gold_file import GoldCell
from index.catalogue import load_metrics
from index.checking.check import check_report
from index.model import Cell, Form, Reading, Status

_COUNTED = ("T3-1", "T3-2", "T3-3", "T4-1", "T4-2", "T4-3", "S-4")
_LACK: Mapping[str, Status] = {"any_missing": "unreadable", "optional": "unreadable"}


def odd_things(cells: Mapping[str, GoldCell], form: Form) -> Iterator[str]:
    """Yield a line for each sum that fails, and how many cells have no value, by status."""
    reading = Reading(form=form, cells=tuple(map(_cell, cells.values())), sections=())
    for check in check_report(reading):
        if check.rule in _COUNTED and check.status == "fail":
            yield f"{check.rule}：{check.message}"
    lacking = Counter(cell.status for cell in cells.values() if cell.status != "reported")
    yield from (f"{status}：{number} 格" for status, number in lacking.items())


def _cell(gold: GoldCell) -> Cell:
    status: Status = _LACK.get(gold.status, "reported")
    if gold.status in get_args(Status):
        status = gold.status  # type: ignore[assignment]
    value = None if gold.value is None or status != "reported" else Decimal(gold.value)
    unit = load_metrics()[gold.metric].unit
    return Cell(gold.metric, value, unit, status, gold.raw, gold.start, gold.end)
