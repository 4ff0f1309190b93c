"""The one writer of a library: stores, replaces and removes reports, all or nothing per commit."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

from filelock import FileLock, Timeout

from index.errors import OutsideError
from index.model import Report
from index.store.database import Database, Row, StorageError
from index.store.durable import sync_folder
from index.store.groups import settle_groups
from index.store.manifest import (
    Part,
    delete_parts,
    forget_expired,
    orphans,
    retire,
    switch_manifest,
)
from index.store.rows import ReportRows, report_rows
from index.store.state import attach_segments, open_state, write_segment, write_state
from index.store.tables import REPORTS, SEGMENT, create_table

LOCK = "write.lock"
MAX_SEGMENTS = 12
_DEAD_SHARE = 0.25


class LockedError(OutsideError):
    """Another process is writing this library."""


class Held(NamedTuple):
    """What the library holds of one path: the newest content."""

    rid: int
    sha256: str
    reader: str


class Writer:
    """Write access to the library at `folder`; hold it in a `with` block.

    Raises LockedError at once when another process writes. After a StorageError nothing of the
    failed commit is stored, and the writer must not be used again.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = _locked(folder)
        try:
            self._open()
        except BaseException:
            self._lock.release()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._database.close()
        shutil.rmtree(self._folder / "spill", ignore_errors=True)
        self._lock.release()

    def query(self, sql: str, params: Sequence[Any] | dict[str, Any] = ()) -> list[Row]:
        """Return the rows of one statement over `reports` and the `stored_*` views."""
        return self._database.query(sql, params)

    def held(self) -> dict[str, Held]:
        """Return the newest content of every path in the library."""
        rows = self._database.query(
            "SELECT path, rid, sha256, reader FROM reports WHERE replaced_by IS NULL"
        )
        return {path: Held(rid, sha256, reader) for path, rid, sha256, reader in rows}

    def store(self, reports: Sequence[Report], reader: str) -> None:
        """Commit `reports`, each of another path; they replace what those paths held before."""
        first = self._manifest.next_rid
        rows = [report_rows(report, first + i, reader) for i, report in enumerate(reports)]
        if not rows:
            return
        touched = self._replace(rows)
        self._stage(rows)
        named = {_named(r.report, key) for r in rows for key in ("group_key", "family")}
        settle_groups(self._database, touched | named)
        name = f"segments/{self._manifest.generation + 1:08d}"
        with _new_part(self._folder, name):
            sources = {table: f"SELECT * FROM staged_{table}" for table in SEGMENT}
            part = write_segment(self._folder, name, sources, self._database)
            self._commit((*self._manifest.segments, part), (), first + len(rows))
        self._unstage()
        self._compact_if_needed()

    def remove(self, rids: Sequence[int]) -> None:
        """Commit the removal of reports; older versions of theirs that stay come back."""
        settle_groups(self._database, set().union(*(self._bury(rid) for rid in rids)))
        self._commit(self._manifest.segments, (), self._manifest.next_rid)
        self._compact_if_needed()

    def compact(self) -> None:
        """Merge all segments into one, and let removed reports leave the disk."""
        self._compact(self._manifest.segments)

    def _open(self) -> None:
        """Load the state and clear what a crashed writer left behind."""
        spill = self._folder / "spill"
        shutil.rmtree(spill, ignore_errors=True)
        self._database = Database(spill)
        self._manifest, _ = open_state(self._folder, self._database)
        delete_parts(self._folder, orphans(self._folder, self._manifest))
        for table, (columns, _, _) in SEGMENT.items():
            self._database.query(create_table(f"staged_{table}", columns))

    def _replace(self, rows: Sequence[ReportRows]) -> set[str]:
        """Mark what the new rows' paths held; return the group and family keys touched."""
        self._database.query("CREATE OR REPLACE TABLE arriving (rid INT, path TEXT, sha TEXT)")
        self._database.insert(
            "arriving",
            (("rid", "INTEGER"), ("path", "VARCHAR"), ("sha", "VARCHAR")),
            [(r.report[0], _named(r.report, "path"), _named(r.report, "sha256")) for r in rows],
        )
        # The same bytes at the same path, read anew: the old reading goes. Other bytes: it stays.
        reread = self._database.query(
            """SELECT o.rid, n.rid, group_key, family FROM reports o JOIN arriving n USING (path)
            WHERE sha256 = sha"""
        )
        self._database.query(
            """DELETE FROM reports USING arriving n
            WHERE reports.path = n.path AND reports.sha256 = n.sha"""
        )
        self._heirs([(rid, heir) for rid, heir, *_ in reread])
        replaced = self._database.query(
            """UPDATE reports SET replaced_by = n.rid FROM arriving n
            WHERE reports.path = n.path AND replaced_by IS NULL RETURNING group_key, family"""
        )
        return _keys([row[2:] for row in reread] + replaced)

    def _heirs(self, pairs: Sequence[Row]) -> set[str]:
        """Bury (rid, heir) pairs; what they replaced passes to the heir, or comes back."""
        self._database.query("CREATE OR REPLACE TABLE leaving (rid INT, heir INT)")
        self._database.insert("leaving", (("rid", "INTEGER"), ("heir", "INTEGER")), pairs)
        self._database.query("INSERT INTO dead SELECT rid FROM leaving")
        inherited = self._database.query(
            """UPDATE reports SET replaced_by = l.heir FROM leaving l
            WHERE reports.replaced_by = l.rid RETURNING group_key, family"""
        )
        return _keys(inherited)

    def _bury(self, rid: int) -> set[str]:
        """Take one report out of the state; return the group and family keys touched."""
        gone = self._database.query(
            "DELETE FROM reports WHERE rid = ? RETURNING rid, replaced_by, group_key, family", [rid]
        )
        touched = self._heirs([(rid, heir) for rid, heir, *_ in gone])
        return touched | _keys([row[2:] for row in gone])

    def _stage(self, rows: Sequence[ReportRows]) -> None:
        """Put the rows of a batch into the staged tables and the state."""
        self._database.insert("reports", REPORTS, [row.report for row in rows])
        staged: dict[str, list[Row]] = {
            "cells": [cell for row in rows for cell in row.cells],
            "facts": [fact for row in rows for fact in row.facts],
            "checks": [check for row in rows for check in row.checks],
            "sections": [section for row in rows for section in row.sections],
            "passages": [passage for row in rows for passage in row.passages],
            "texts": [(row.report[0], row.text) for row in rows],
        }
        for table, (columns, _, _) in SEGMENT.items():
            self._database.insert(f"staged_{table}", columns, staged[table])

    def _unstage(self) -> None:
        """Empty the staged tables: their rows are in a segment now."""
        for table in SEGMENT:
            self._database.query(f"TRUNCATE staged_{table}")

    def _commit(self, segments: Sequence[Part], dropped: Sequence[Part], next_rid: int) -> None:
        """Write the state and switch the manifest; only after this does the change exist."""
        old = self._manifest
        generation = old.generation + 1
        name = f"states/{generation:08d}"
        with _new_part(self._folder, name):
            state = write_state(self._folder, name, self._database)
            leaving = [part.name for part in (*dropped, *([old.state] if old.state else ()))]
            fresh = retire(old, leaving).model_copy(
                update={
                    "generation": generation,
                    "next_rid": next_rid,
                    "state": state,
                    "segments": tuple(segments),
                }
            )
            fresh, expired = forget_expired(fresh)
            switch_manifest(self._folder, fresh)
        self._manifest = fresh
        attach_segments(self._folder, fresh.segments, self._database)
        delete_parts(self._folder, expired)

    def _compact_if_needed(self) -> None:
        """Merge segments when there are too many, or too many dead rows in them."""
        segments = sorted(self._manifest.segments, key=_weight)
        ((dead,),) = self._database.query("SELECT count(*) FROM dead")
        stored = sum(_reports(part) for part in segments)
        if dead > max(_DEAD_SHARE * stored, 1):
            self._compact(segments)
        elif len(segments) > MAX_SEGMENTS:
            self._compact(_smallest_run(segments))

    def _compact(self, parts: Sequence[Part]) -> None:
        """Replace `parts` by one sorted segment without dead rows."""
        if not parts:
            return
        files = [part.name for part in parts]
        attach_segments(self._folder, parts, self._database)
        name = f"segments/{self._manifest.generation + 1:08d}"
        with _new_part(self._folder, name):
            sources = {
                table: f"SELECT * FROM stored_{table} WHERE rid NOT IN (SELECT rid FROM dead)"
                for table in SEGMENT
            }
            merged = write_segment(self._folder, name, sources, self._database)
            self._database.query("DELETE FROM dead WHERE rid IN (SELECT rid FROM stored_texts)")
            kept = [part for part in self._manifest.segments if part.name not in files]
            segments = (*kept, merged) if _reports(merged) else kept
            self._commit(segments, parts, self._manifest.next_rid)
            if not _reports(merged):
                delete_parts(self._folder, [name])


@contextmanager
def _new_part(folder: Path, name: str) -> Iterator[None]:
    """Make the folder of a new part for the block; when the block fails, the part goes again."""
    try:
        (folder / name).mkdir(parents=True)
        try:
            yield
        except BaseException:
            delete_parts(folder, [name])
            raise
    except OSError as error:
        raise StorageError(
            f"写不进库 {str(folder)!r}：{error}。这一批没有入库，之前已入库的不受影响；"
            "请检查磁盘空间和权限后重试。"
        ) from error


def _locked(folder: Path) -> FileLock:
    """Return the held write lock of `folder`, which is made when it is not there."""
    try:
        if not folder.exists():
            folder.mkdir(parents=True, exist_ok=True)
            sync_folder(folder.parent)
        lock = FileLock(folder / LOCK)
        lock.acquire(timeout=0)
    except Timeout as error:
        raise LockedError(
            f"另一个程序正在写这个库 {str(folder)!r}。请等它结束后再试；查询不受影响。"
        ) from error
    except OSError as error:
        raise StorageError(
            f"打不开库文件夹 {str(folder)!r}：{error}。请检查路径和权限，或用 --library 换一处。"
        ) from error
    return lock


def _keys(rows: Sequence[Row]) -> set[str]:
    """Return the group and family keys in rows of them; not every report has a family."""
    return {key for row in rows for key in row if key is not None}


def _named(row: Row, column: str) -> str:
    """Return one column of a row of table `reports`."""
    return str(row[[name for name, _ in REPORTS].index(column)])


def _reports(part: Part) -> int:
    """Return how many reports a segment holds, dead ones included."""
    return part.files["texts.parquet"].rows


def _weight(part: Part) -> int:
    """Return how many cells a segment holds."""
    return part.files["cells.parquet"].rows


def _smallest_run(segments: Sequence[Part]) -> list[Part]:
    """Return the smallest segments: four, then on while the next is no larger than their sum."""
    run, total = list(segments[:4]), sum(_weight(part) for part in segments[:4])
    for part in segments[4:]:
        if _weight(part) > total:
            break
        run.append(part)
        total += _weight(part)
    return run
