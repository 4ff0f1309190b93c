"""What no extractor may score less than, and what must not look good: extractors without skill.

Each reads the cells of one report its own poor way, and is scored like any other. `zeros` is right
on most printed cells of real reports; `majority` gives each cell its most frequent value in the
other reports; `first` copies the first number after the row's label into each cell of the row;
`swapped` is the reader with two columns exchanged; `reader` is the reader itself.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path

from evals.scoring.rates import TABLE_RATES
from evals.suite.run import CaseResult
from evals.tasks.gold_reports import GoldReport, gold_reports
from evals.tasks.read import read_cells
from evals.tasks.table_result import Given, table_result
from evals.tasks.task import Case, Setting, Task
from index.catalogue import load_metrics
from index.loading.load import load
from index.model import LoadError
from index.normalise import normalise

Extractor = Callable[[GoldReport, Sequence[str]], Mapping[str, Given]]
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_NUMBERING = re.compile(r"^.*[、）)]|^\d\.|\s")


class TableBaseline:
    """A task over tables run by an extractor without skill, on the cells of that task."""

    needs_model = False
    prompts: tuple[str, ...] = ()
    rates = TABLE_RATES

    def __init__(self, task: Task, baseline: str) -> None:
        self.name, self.items = task.name, task.items
        self.title = f"基线 {baseline}"
        self._task = task
        self._extract = BASELINES[baseline]

    def cases(self) -> Sequence[Case]:
        """Return the cases of the task."""
        return self._task.cases()

    def files(self) -> Sequence[Path]:
        """Return the files of the task."""
        return self._task.files()

    def run(self, case: Case, setting: Setting) -> CaseResult:
        """Return the marks of every cell; `setting` is not looked at."""
        try:
            given = dict(self._extract(case.given, self.items))
        except LoadError as error:
            return table_result(case, self.items, {}, reason=str(error))
        return table_result(case, self.items, given)


def give_zeros(report: GoldReport, items: Sequence[str]) -> Mapping[str, Given]:
    """Return 0 for every cell."""
    return {item: Given(Decimal(0)) for item in items}


def give_majority(report: GoldReport, items: Sequence[str]) -> Mapping[str, Given]:
    """Return each cell's most frequent outcome in the other reports, nothing printed included."""
    return {item: Given(_majority(item, report.name)) for item in items}


def _majority(item: str, without: str) -> Decimal | None:
    counts = _values(item).copy()
    own = next(
        (r.cells[item] for r in gold_reports() if r.name == without and item in r.cells), None
    )
    if own is not None:
        counts[own.value] -= 1
    return counts.most_common(1)[0][0] if counts.total() else None


@cache
def _values(item: str) -> Counter[Decimal | None]:
    return Counter(r.cells[item].value for r in gold_reports() if item in r.cells)


def give_first(report: GoldReport, items: Sequence[str]) -> Mapping[str, Given]:
    """Return for each cell the first number that is printed after the name of its row."""
    document = load(report.path)
    text = normalise(document.text)
    found = {}
    for item in items:
        label = _NUMBERING.sub("", normalise(load_metrics()[item].row).split("·")[0])
        start = text.find(label, document.body[0])
        number = _NUMBER.search(text, start + len(label)) if start >= 0 else None
        if number:
            found[item] = Given(Decimal(number[0].replace(",", "")), number.span())
    return found


def give_reader(report: GoldReport, items: Sequence[str]) -> Mapping[str, Given]:
    """Return what the reader gives."""
    return read_cells(report.path)


def give_swapped(report: GoldReport, items: Sequence[str]) -> Mapping[str, Given]:
    """Return what the reader gives, the first two columns of every row exchanged."""
    given = read_cells(report.path)
    rows: dict[tuple[str, str], list[str]] = {}
    for item in given:
        metric = load_metrics()[item]
        rows.setdefault((metric.section, metric.row), []).append(item)
    for cells in rows.values():
        if len(cells) > 1:
            first, second = cells[:2]
            given[first], given[second] = given[second], given[first]
    return given


BASELINES: Mapping[str, Extractor] = {
    "zeros": give_zeros,
    "majority": give_majority,
    "first": give_first,
    "swapped": give_swapped,
    "reader": give_reader,
}
