"""The one door to DuckDB: an in-memory database over parquet files; knows nothing of reports."""

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from index.errors import OutsideError

Row = tuple[Any, ...]

MEMORY_LIMIT = "1200MB"
THREADS = 2


class DatabaseError(OutsideError):
    """A statement that DuckDB could not run."""


class VanishedError(DatabaseError):
    """A parquet file that the statement needs is gone: a newer library has replaced it."""


class StorageError(OutsideError):
    """The disk refused: full, read-only or failing. What was stored before stays valid."""


class Database:
    """An in-memory DuckDB; safe for several threads, each call takes a cursor of its own.

    `spill` is the folder where sorting may overflow; without it nothing is ever written to disk.
    """

    def __init__(self, spill: Path | None = None) -> None:
        self._connection = duckdb.connect(
            ":memory:",
            config={
                "memory_limit": MEMORY_LIMIT,
                "threads": THREADS,
                "temp_directory": str(spill) if spill else "",
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
            },
        )
        # The footers of the segments are read once, not at each statement.
        self._connection.execute("SET parquet_metadata_cache = true")
        self._guard = threading.Lock()

    def query(self, sql: str, params: Sequence[Any] | dict[str, Any] = ()) -> list[Row]:
        """Return the rows of one statement; raises VanishedError, StorageError or DatabaseError."""
        with self._guard:
            cursor = self._connection.cursor()
        try:
            rows: list[Row] = cursor.execute(sql, params or None).fetchall()
            return rows
        except duckdb.Error as error:
            raise _translated(error) from error
        finally:
            cursor.close()

    def insert(self, table: str, columns: Sequence[tuple[str, str]], rows: Sequence[Row]) -> None:
        """Add `rows` to `table`, whose columns are (name, type), in one statement."""
        if not rows:
            return
        names = ", ".join(f'"{name}"' for name, _ in columns)
        lists = ", ".join(f"unnest(?::{kind}[])" for _, kind in columns)
        self.query(
            f"INSERT INTO {table} ({names}) SELECT {lists}",
            [list(values) for values in zip(*rows, strict=True)],
        )

    def write_parquet(self, sql: str, path: Path, row_group: int) -> int:
        """Write the rows of `sql` to a new parquet file; return how many they are."""
        options = f"FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {row_group}"
        return self.write_file(sql, path, options)

    def write_file(self, sql: str, path: Path, options: str) -> int:
        """Write the rows of `sql` to a file in the format that `options` name; return how many."""
        target = str(path).replace("'", "''")
        return int(self.query(f"COPY ({sql}) TO '{target}' ({options})")[0][0])

    def close(self) -> None:
        """Free the memory; later calls fail."""
        self._connection.close()


class Sandbox(Database):
    """A database of its own for statements that somebody else wrote: they only read its tables.

    One SELECT at a time, without files, network, extensions or settings, for `seconds` at most.
    """

    def __init__(self, seconds: float = 5.0) -> None:
        super().__init__()
        self._seconds = seconds

    def lock(self) -> None:
        """Refuse files and changed settings from now on; call it once the tables are filled."""
        self.query("SET memory_limit = '256MB'")
        self.query("SET enable_external_access = false")
        self.query("SET lock_configuration = true")

    def foreign(self, sql: str, most: int = 1000) -> tuple[tuple[str, ...], list[Row]]:
        """Return names of columns and the first `most` rows; raises DatabaseError."""
        cursor = self._connection.cursor()
        timer = threading.Timer(self._seconds, cursor.interrupt)
        timer.start()
        try:
            given = cursor.extract_statements(sql)
            if [one.type for one in given] != [duckdb.StatementType.SELECT]:
                raise DatabaseError("只能运行一条 SELECT 语句；这条没有运行。")
            cursor.execute(given[0])
            names = tuple(str(column[0]) for column in cursor.description or ())
            return names, cursor.fetchmany(most)
        except duckdb.InterruptException as error:
            raise DatabaseError(f"语句超过 {self._seconds:g} 秒，已停止。") from error
        except duckdb.Error as error:
            raise _translated(error) from error
        finally:
            timer.cancel()
            cursor.close()


def parquet_source(paths: Sequence[Path]) -> str:
    """Return the SQL table expression that reads `paths`, at least one."""
    quoted = ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths)
    return f"read_parquet([{quoted}])"


def _translated(error: duckdb.Error) -> OutsideError:
    """Sort DuckDB's errors by what a caller can do about them."""
    text = str(error)
    if isinstance(error, duckdb.IOException):
        if "No files found" in text or "No such file" in text:
            return VanishedError(f"库里的数据文件不见了：{text}。请运行 nianbao doctor 查看。")
        what = "磁盘已满" if "No space left" in text else f"磁盘读写失败：{text}"
        return StorageError(f"{what}。这一步没有写入，此前入库的报告不受影响；请检查磁盘后重试。")
    return DatabaseError(f"数据库语句没有执行成功：{text}")
