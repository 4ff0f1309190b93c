"""Cells that any other reader gave, from a file: scored like the program's own reader.

The file has one JSON object a line, as gold has: report (the file's name), metric, value, and
status, start, end where the reader tells them. A cell that is not in the file was not given.
"""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from evals.scoring.rates import TABLE_RATES
from evals.suite.run import CaseResult
from evals.tasks.gold_reports import gold_files, gold_reports
from evals.tasks.table_result import Given, report_cases, table_result
from evals.tasks.task import Case, Setting
from index.catalogue import load_metrics
from index.errors import MisuseError

_MOST_DIGITS = 30  # more than any count or sum of money; 1e999999 would be written out in full


class GivenCells:
    """The task `read` with the cells of a file; reports that the file never names are left out.

    Raises MisuseError when a line cannot be used, names a report or cell that does not exist, or
    gives a cell again; and when the file gives none.
    """

    name = "read"
    needs_model = False
    prompts: tuple[str, ...] = ()
    rates = TABLE_RATES
    items = tuple(load_metrics())

    def __init__(self, path: Path) -> None:
        self.title = f"另一种读法 {path.name}"
        self._given = _read(path)

    def left_out(self) -> Sequence[str]:
        """Return the reports that the file never names, which are not scored."""
        return [report.name for report in gold_reports() if report.name not in self._given]

    def cases(self) -> Sequence[Case]:
        """Return a case for each report that the file names."""
        return report_cases([r for r in gold_reports() if r.name in self._given])

    def files(self) -> Sequence[Path]:
        """Return gold tables and reports."""
        return gold_files()

    def run(self, case: Case, setting: Setting) -> CaseResult:
        """Return the marks of every cell; `setting` is not looked at."""
        return table_result(case, self.items, dict(self._given[case.given.name]))


def _read(path: Path) -> Mapping[str, Mapping[str, Given]]:
    known = {report.name for report in gold_reports()}
    found: dict[str, dict[str, Given]] = {}
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise MisuseError(f"读不了 {str(path)!r}：{error}。") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            said = json.loads(line, parse_float=Decimal)
            report, metric = Path(said["report"]).name, str(said["metric"])
            given = _given(said)
        except (ValueError, KeyError, TypeError, ArithmeticError, AttributeError) as error:
            raise MisuseError(f"{str(path)!r} 第 {number} 行不能用：{error!r}。") from error
        if report not in known or metric not in load_metrics():
            raise MisuseError(
                f"{str(path)!r} 第 {number} 行的报告 {report!r} 或单元格 {metric!r}"
                " 不在人工核对的表里。"
            )
        if metric in found.setdefault(report, {}):
            raise MisuseError(
                f"{str(path)!r} 第 {number} 行的 {report!r} {metric!r} 前面已经给过。"
                "一格只能有一个值，请只留一行。"
            )
        found[report][metric] = given
    if not found:
        raise MisuseError(f"{str(path)!r} 里没有一格。")
    return found


def _given(said: Mapping[str, Any]) -> Given:
    value = said["value"]
    place = said.get("start"), said.get("end")
    span = (int(place[0]), int(place[1])) if None not in place else None  # type: ignore[arg-type]
    number = None if value is None else Decimal(str(value))
    if number is not None and not (number.is_finite() and number.adjusted() < _MOST_DIGITS):
        raise ValueError(f"not a number: {str(value)[:40]!r}")
    return Given(number, span, "", str(said.get("status") or ""))
