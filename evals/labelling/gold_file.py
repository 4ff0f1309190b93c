"""Gold lines on disk: read, and written again after every row, so that nothing labelled is lost."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from index.catalogue import load_metrics
from index.errors import MisuseError, OutsideError
from index.model import Form, Frozen


class GoldCell(Frozen):
    """One labelled cell, in the order of its keys in the file; spans index the report's text."""

    report: str
    metric: str
    value: str | None
    status: str
    raw: str = ""
    start: int | None = None
    end: int | None = None
    labeller: str = ""
    date: str = ""


def read_cells(path: Path) -> tuple[GoldCell, ...]:
    """Return the labelled cells of a file; none where there is no file yet."""
    if not path.exists():
        return ()
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise MisuseError(f"读不了标准表 {str(path)!r}：{error}。") from error
    return tuple(_cell(path, number, line) for number, line in enumerate(lines, 1) if line.strip())


def cells_of(path: Path, report: str) -> dict[str, GoldCell]:
    """Return the cells of one report by metric."""
    return {cell.metric: cell for cell in read_cells(path) if cell.report == report}


def write_report(path: Path, report: str, cells: Mapping[str, GoldCell]) -> None:
    """Put the cells of a report in the place of those it had; other reports stay as they are."""
    others = [cell for cell in read_cells(path) if cell.report != report]
    ours = [cells[metric] for metric in load_metrics() if metric in cells]
    write_lines(path, [_record(cell) for cell in (*others, *ours)])


def write_lines(path: Path, records: Iterable[Mapping[str, Any]]) -> None:
    """Write JSON lines; the file is there whole, as it was or as it is now."""
    draft = path.with_name(f".{path.name}.part")
    lines = [json.dumps(record, ensure_ascii=False) + "\n" for record in records]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text("".join(lines), encoding="utf-8")
        draft.replace(path)
    except OSError as error:
        raise OutsideError(f"写不了 {str(path)!r}：{error.strerror}。请换一个位置。") from error


def form_of(metrics: Sequence[str]) -> Form:
    """Return the form that labelled metrics belong to; unknown when they fit either."""
    known = load_metrics()
    new = any(not known[metric].form_2019 for metric in metrics)
    old = any(not known[metric].form_2021 for metric in metrics)
    return "mixed" if new and old else "2021" if new else "2019" if old else "unknown"


def _record(cell: GoldCell) -> dict[str, Any]:
    """Return a line; who labelled and when is left out where nobody is named."""
    record = cell.model_dump(mode="json")
    return {key: said for key, said in record.items() if key not in ("labeller", "date") or said}


def _cell(path: Path, number: int, line: str) -> GoldCell:
    try:
        return GoldCell.model_validate(json.loads(line))
    except (ValueError, ValidationError) as error:
        raise MisuseError(f"标准表 {str(path)!r} 的第 {number} 行不能用：{error}。") from error
