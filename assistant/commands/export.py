"""Writes the library's facts with their provenance to xlsx, csv or parquet."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from assistant.spreadsheet import MOST_ROWS, Sheet, harmless_sql, write_workbook
from index.errors import MisuseError, OutsideError
from index.store.library import Library

_T = TypeVar("_T")
_REPORTS_AT_ONCE = 500

COLUMNS = (
    "report_id", "path", "sha256", "title", "agency", "level", "kind", "province", "city",
    "county", "township", "code", "year", "form", "source", "metric", "section", "row", "column",
    "unit", "value", "bound", "status", "raw", "start", "end", "source_report_id", "source_path",
)  # fmt: skip

_REPORT = """r.report_id, r.path, r.sha256, r.title, r.agency, r.level, r.kind, r.province, r.city,
  r.county, r.township, r.code, r.year, r.form"""
_FACTS = f"""SELECT {_REPORT}, 'cell' AS source, m.id AS metric, m.section, m.row, m."column",
    m.unit, c.value, 'exact' AS bound, c.status, c.raw, c.start, c.stop AS "end",
    s.report_id AS source_report_id, s.path AS source_path, r.rid, m.number AS place
  FROM cells c JOIN reports r USING (rid) JOIN metrics m ON m.number = c.metric
  JOIN reports s ON s.rid = c.source_rid
  UNION ALL BY NAME
  SELECT {_REPORT}, 'text' AS source, f.name AS metric, f.unit,
    CASE WHEN f.conflict THEN NULL ELSE f.value END AS value, f.bound,
    CASE WHEN f.conflict THEN 'conflict' ELSE 'reported' END AS status, f.quote AS raw, f.start,
    f.stop AS "end", r.report_id AS source_report_id, r.path AS source_path, r.rid,
    1000 + f.start AS place
  FROM facts f JOIN reports r USING (rid)"""
# Columns with words of files and reports; the others hold numbers and words of our own tables.
_FOREIGN = frozenset((
    "path", "title", "agency", "kind", "province", "city", "county", "township", "raw",
    "source_path",
))  # fmt: skip
# A decimal as people write it: without the zeros that fill its column.
_PLAIN = """CASE WHEN value = trunc(value) THEN value::DECIMAL(38,0)::VARCHAR
  ELSE rtrim(value::VARCHAR, '0') END"""


def export_facts(library: Library, target: Path) -> int:
    """Write every cell and prose number of the current reports to `target`; return the row count.

    `source` tells cells from prose; `source_report_id` is the file in which `raw` stands at
    `start:end`, which may be a copy. The file appears whole or not at all.
    """
    writers: dict[str, Callable[[Library, Path], int]] = {
        ".csv": _write_csv,
        ".parquet": _write_parquet,
        ".xlsx": _write_xlsx,
    }
    writer = writers.get(target.suffix.lower())
    if writer is None:
        raise MisuseError(
            f"不会写 {target.suffix!r} 格式的文件 {str(target)!r}。请用 .xlsx、.csv 或 .parquet。"
        )
    return write_whole(target, lambda draft: writer(library, draft))


def write_whole(target: Path, write: Callable[[Path], _T]) -> _T:
    """Let `write` fill a draft beside `target`, then put it in place; no half file stays."""
    draft = target.with_name(f".{target.stem}.part{target.suffix}")
    try:
        draft.touch()
        outcome = write(draft)
        draft.replace(target)
    except OSError as error:
        raise OutsideError(
            f"写不了文件 {str(target)!r}：{error.strerror or error}。请检查文件夹、空间和权限。"
        ) from error
    finally:
        if draft.exists():
            draft.unlink()
    return outcome


def _statement(columns: str) -> str:
    """Return the statement that gives all rows, by report and then in catalogue order."""
    return f"SELECT {columns} FROM ({_FACTS}) ORDER BY rid, place"


def _write_parquet(library: Library, target: Path) -> int:
    """Write parquet; values stay exact decimals."""
    sql = _statement(", ".join(f'"{name}"' for name in COLUMNS))
    return library.write_file(sql, target, "FORMAT parquet, COMPRESSION zstd")


def _write_csv(library: Library, target: Path) -> int:
    """Write CSV in UTF-8; a mark before the first name lets spreadsheets see that it is UTF-8."""
    columns = [_text(name) if name in _FOREIGN else f'"{name}"' for name in COLUMNS]
    columns[0] = f'{columns[0]} AS "\ufeff{COLUMNS[0]}"'
    columns[COLUMNS.index("value")] = f"{_PLAIN} AS value"
    return library.write_file(_statement(", ".join(columns)), target, "FORMAT csv, HEADER")


def _text(name: str) -> str:
    quoted = f'"{name}"'
    return f"{harmless_sql(quoted)} AS {quoted}"


def _write_xlsx(library: Library, target: Path) -> int:
    """Write a workbook of one sheet."""
    ((count,),) = library.query(f"SELECT count(*) FROM ({_FACTS})")
    if count > MOST_ROWS:
        raise MisuseError(
            f"共 {count} 行，超过一张 Excel 工作表的 {MOST_ROWS} 行。请改用 .csv 或 .parquet。"
        )
    write_workbook(target, [Sheet("数值与出处", COLUMNS, _all_rows(library))])
    return int(count)


def _all_rows(library: Library) -> Iterator[tuple[Any, ...]]:
    """Yield the rows report by report, so that memory stays small."""
    columns = ", ".join(f'"{name}"' for name in COLUMNS)
    for low in range(0, library.manifest.next_rid, _REPORTS_AT_ONCE):
        high = low + _REPORTS_AT_ONCE
        yield from library.query(
            f"SELECT {columns} FROM ({_FACTS}) WHERE rid >= ? AND rid < ? ORDER BY rid, place",
            [low, high],
        )
