"""Synthetic reports in which a row has lost its zeros, so that its numbers fit several columns."""

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from evals.scoring.marks import Gold
from evals.synthesise import Rendered, Truth, random_facts, render

_LAYOUT, _COLUMNS, _FEWEST = "tab_grid", 7, 2
_GAP = "\t"


class Shortened(NamedTuple):
    """A report's text with one shortened row, and what truly is printed in that row."""

    name: str
    text: str
    form: str
    cells: Mapping[str, Gold]


def shortened_reports(seed: int) -> Iterator[Shortened]:
    """Yield reports without end; only numbers that are not zero are left of one row of each."""
    number = 0
    while True:
        rng = random.Random(f"{seed}:{number}")
        report = render(random_facts(rng), _LAYOUT, (), number, f"{seed}-{number:04d}")
        rows = [row for row in _rows(report) if _FEWEST <= len(_kept(row)) < len(row)]
        if rows:
            yield _shorten(report, rng.choice(rows))
        number += 1


def _rows(report: Rendered) -> list[list[Truth]]:
    """Return the cells of each whole row of seven columns, in printed order."""
    rows: dict[str, list[Truth]] = defaultdict(list)
    for truth in report.truth:
        if truth.start is not None and truth.end is not None:
            rows[truth.metric.rpartition(".")[0]].append(truth)
    return [row for row in rows.values() if len(row) == _COLUMNS and _is_line(report, row)]


def _is_line(report: Rendered, row: Sequence[Truth]) -> bool:
    assert report.text is not None
    start, end = row[0].start, row[-1].end
    return report.text[start:end].split(_GAP) == [truth.raw for truth in row]


def _kept(row: Sequence[Truth]) -> list[Truth]:
    return [truth for truth in row if truth.value]


def _shorten(report: Rendered, row: Sequence[Truth]) -> Shortened:
    assert report.text is not None
    start, end = row[0].start or 0, row[-1].end or 0
    cells = {truth.metric: Gold(truth.value, truth.status, truth.raw) for truth in row}
    at = start
    for truth in _kept(row):
        cells[truth.metric] = cells[truth.metric]._replace(span=(at, at + len(truth.raw)))
        at += len(truth.raw) + len(_GAP)
    short = _GAP.join(truth.raw for truth in _kept(row))
    text = report.text[:start] + short + report.text[end:]
    return Shortened(f"{report.name}.txt", text, report.form, cells)
