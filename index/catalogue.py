"""The statutory cells of both forms, in catalogue order, from `data/metrics.csv`."""

from functools import cache
from typing import NamedTuple

from index.data import read_rows
from index.model import Form


class Metric(NamedTuple):
    """One statutory cell: its id, where the form prints it, its unit ('' where none is printed)."""

    id: str
    section: str
    row: str
    column: str
    unit: str
    form_2021: bool
    form_2019: bool


@cache
def load_metrics() -> dict[str, Metric]:
    """Return the 226 cells by id, in catalogue order."""
    return {
        row["metric"]: Metric(
            row["metric"],
            row["section"],
            row["row"],
            row["column"],
            row["unit"],
            row["form_2021"] == "1",
            row["form_2019"] == "1",
        )
        for row in read_rows("metrics.csv")
    }


@cache
def form_metrics(form: Form) -> tuple[str, ...]:
    """Return the ids of one form in catalogue order; all when the form is mixed or unknown."""
    metrics = load_metrics().values()
    if form == "2021":
        return tuple(m.id for m in metrics if m.form_2021)
    if form == "2019":
        return tuple(m.id for m in metrics if m.form_2019)
    return () if form == "pre2019" else tuple(m.id for m in metrics)
