"""The citations of an answer against what gold prints in the cells they name."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from assistant.result import Answer, Citation
from evals.suite.run import Count, Detail
from evals.tasks.ask_lists import Scored
from evals.tasks.gold_reports import gold_reports


def citation_counts(answer: Answer) -> Scored:
    """Count rows with a number that cite something, and citations that print their cell's gold."""
    rows = [row for row in answer.rows if row.value is not None and row.group is None]
    counts: dict[str, Count] = {}
    if rows:
        counts["cited"] = (float(sum(bool(row.citations) for row in rows)), float(len(rows)))
    details = []
    known = 0
    for one in answer.citations:
        raw = _raw(one)
        known += bool(raw)
        if raw and one.quote != raw:
            details.append(Detail(item=one.metric, mark="span", report=_name(one), expected=raw,
                                  got=one.quote[:20], got_span=(one.start, one.end)))  # fmt: skip
    if known:
        counts["span"] = (float(known - len(details)), float(known))
    return Scored(counts, tuple(details))


def _raw(citation: Citation) -> str:
    """Return what gold prints in the cited cell; "" where gold does not know the cell."""
    return _cells().get((_name(citation), citation.metric), "")


@cache
def _cells() -> Mapping[tuple[str, str], str]:
    return {
        (report.name, metric): cell.raw
        for report in gold_reports()
        if report.corpus == "samples"
        for metric, cell in report.cells.items()
    }


def _name(citation: Citation) -> str:
    return Path(citation.path).name
