"""The reader held to the gold tables, cell by cell: values, places, why there is no value."""

from collections.abc import Sequence
from pathlib import Path

from evals.scoring.rates import TABLE_RATES
from evals.suite.run import CaseResult
from evals.tasks.gold_reports import gold_files, gold_reports
from evals.tasks.table_result import Given, report_cases, table_result
from evals.tasks.task import Case, Setting
from index.catalogue import load_metrics
from index.model import Cell, LoadError
from index.report import read_report_file


class Read:
    """The task `read`: all cells of the catalogue, by the program's own reader."""

    name = "read"
    title = "读表程序"
    needs_model = False
    prompts: tuple[str, ...] = ()
    rates = TABLE_RATES
    items = tuple(load_metrics())

    def cases(self) -> Sequence[Case]:
        """Return a case for each report with gold."""
        return report_cases(gold_reports())

    def files(self) -> Sequence[Path]:
        """Return gold tables and reports."""
        return gold_files()

    def run(self, case: Case, setting: Setting) -> CaseResult:
        """Return the marks of every cell; `setting` is not looked at."""
        try:
            given = read_cells(case.given.path)
        except LoadError as error:
            return table_result(case, self.items, {}, reason=str(error))
        return table_result(case, self.items, given)


def read_cells(path: Path) -> dict[str, Given]:
    """Return what the reader gives for each cell of a report; raises LoadError."""
    return {cell.metric: _given(cell) for cell in read_report_file(path).reading.cells}


def _given(cell: Cell) -> Given:
    value = cell.value if cell.status == "reported" else None
    placed = cell.start is not None and cell.end is not None
    return Given(value, (cell.start or 0, cell.end or 0) if placed else None, "", cell.status)
