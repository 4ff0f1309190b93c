"""The library: every report with its cells, facts, checks and text, in SQL; one snapshot at a time.

The door to index/library_*.py. Reading needs no lock; see `Library` for the tables SQL sees.
"""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple, Self

from index.catalogue import load_metrics
from index.database import Database, DatabaseError, Row, StorageError, VanishedError
from index.errors import MisuseError
from index.library_manifest import Manifest, ManifestError, read_manifest
from index.library_rows import metric_id, metric_number
from index.library_sources import (
    Reader,
    file_hash,
    find_files,
    full_path,
    path_name,
    read_files,
)
from index.library_state import open_state
from index.library_tables import METRICS, VIEWS, create_table
from index.library_writer import Held, LockedError, Writer
from index.model import Frozen, LoadError, Report

__all__ = [
    "AddResult",
    "DatabaseError",
    "Library",
    "LockedError",
    "ManifestError",
    "Outcome",
    "ReportNotFoundError",
    "StorageError",
    "metric_id",
    "metric_number",
]

_BATCH = 500
_SECONDS = 3.0


class ReportNotFoundError(MisuseError):
    """No report, or several, fit what the user typed."""


class Outcome(Frozen):
    """What became of one file; `report_id`, `agency` and `year` only when it is in the library."""

    path: str
    status: Literal["added", "replaced", "unchanged", "failed", "ignored"]
    report_id: str | None = None
    agency: str | None = None
    year: int | None = None
    reason: str = ""


class AddResult(Frozen):
    """What became of every file, in the order it was settled."""

    outcomes: tuple[Outcome, ...]

    def of(self, status: str) -> tuple[Outcome, ...]:
        """Return the outcomes of one status."""
        return tuple(outcome for outcome in self.outcomes if outcome.status == status)


class _View(NamedTuple):
    """One consistent snapshot, loaded."""

    database: Database
    manifest: Manifest
    snapshot: str


# Called as (files settled, files in all, outcomes that just became durable).
Progress = Callable[[int, int, Sequence[Outcome]], None]


class Library:
    """The library in `folder`, as one snapshot; SQL sees these.

    - `reports`: rid, report_id, path, sha256, format, title, agency, level, kind, province, city,
      county, township, code, candidates, year, form, role ('current', 'copy', 'superseded'),
      body_key, group_rid, warnings, and reported, failed (counts), reader, added_at
    - `cells` of current reports: rid, metric (see `metric_number`), status (or 'conflict'
      where copies disagree), value, raw, start, stop, source_rid; `all_cells`: every report as read
    - `facts` of current reports, with `conflict`; `all_facts`; `checks`; `sections`; `texts`
    - `metrics`: the catalogue: number, id, section, row, column, unit
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._view = _load(folder)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Return the library at `folder`; an empty one when nothing was stored there yet."""
        return cls(folder)

    @property
    def snapshot(self) -> str:
        """The SHA-256 of the manifest: the same content and layout gives the same hash."""
        return self._view.snapshot

    @property
    def manifest(self) -> Manifest:
        """The parts this snapshot consists of."""
        return self._view.manifest

    def query(self, sql: str, params: Sequence[Any] | dict[str, Any] = ()) -> list[Row]:
        """Return the rows of one statement over the snapshot.

        When a newer library has replaced a file long ago, the newest snapshot is loaded, once.
        """
        try:
            return self._view.database.query(sql, params)
        except VanishedError:
            if not self.refresh():
                raise
            return self._view.database.query(sql, params)

    def write_file(self, sql: str, path: Path, options: str) -> int:
        """Write the rows of a statement to a file; `options` are those of COPY. Return how many."""
        return self._view.database.write_file(sql, path, options)

    def refresh(self) -> bool:
        """Load the newest snapshot if another process stored one; tell whether it did."""
        if read_manifest(self.folder)[1] == self._view.snapshot:
            return False
        self._view = _load(self.folder)
        return True

    def text(self, rid: int) -> str:
        """Return the text of a report, which all its spans index."""
        rows = self.query("SELECT text FROM texts WHERE rid = ?", [rid])
        if not rows:
            raise ReportNotFoundError(f"库里没有编号 {rid!r} 的报告。请用 nianbao list 查看。")
        return str(rows[0][0])

    def find(self, reference: str) -> list[int]:
        """Return the rids that a report_id prefix (4 digits or more) or a path names.

        The current report comes first, then the newest. There are several only when one content
        lies at several paths, or one path held several contents.
        """
        named = Path(reference)
        rows = self.query(
            """SELECT rid FROM reports WHERE path = ? OR path = ?
            ORDER BY role = 'current' DESC, rid DESC""",
            [path_name(named), path_name(full_path(named))],
        )
        if rows:
            return [rid for (rid,) in rows]
        return self._find_id(reference.lower())

    def add(
        self, paths: Sequence[Path], progress: Progress | None = None, read: Reader | None = None
    ) -> AddResult:
        """Read files and folders into the library; what is reported as added is durable.

        Raises LockedError when another process writes, StorageError when the disk refuses.
        """
        from index.report import READER_VERSION, read_report_file

        with Writer(self.folder) as writer:
            adding = _Adding(writer, READER_VERSION, progress or _silent)
            result = adding.run(paths, read or read_report_file)
        self.refresh()
        return result

    def add_reports(self, reports: Sequence[Report], reader: str = "0") -> None:
        """Store reports that were read already, in one commit."""
        with Writer(self.folder) as writer:
            writer.store(reports, reader)
        self.refresh()

    def remove(self, rids: Sequence[int]) -> None:
        """Take reports out; versions of theirs that stay come back."""
        with Writer(self.folder) as writer:
            writer.remove(rids)
        self.refresh()

    def _find_id(self, prefix: str) -> list[int]:
        """Return the rids of the one report_id that begins with `prefix`."""
        rows = self.query(
            """SELECT report_id, list(rid ORDER BY role = 'current' DESC, rid DESC) FROM reports
            WHERE starts_with(report_id, ?) GROUP BY report_id ORDER BY report_id""",
            [prefix],
        )
        if len(prefix) < 4 or not rows:
            raise ReportNotFoundError(
                f"库里没有 {prefix!r} 这份报告。请给出编号（至少前 4 位）或文件路径；"
                "编号可用 nianbao list 查看。"
            )
        if len(rows) > 1:
            ids = "、".join(row[0] for row in rows[:5])
            raise ReportNotFoundError(
                f"编号 {prefix!r} 对应 {len(rows)} 份报告：{ids}。请多写几位。"
            )
        return list(rows[0][1])


class _Adding:
    """One run of `add`: batches of reports, each committed before it is reported."""

    def __init__(self, writer: Writer, version: str, progress: Progress) -> None:
        self._writer, self._version, self._progress = writer, version, progress
        self._held: dict[str, Held] = {}
        self._outcomes: list[Outcome] = []
        self._batch: list[Report] = []
        self._total = 0
        self._since = time.monotonic()

    def run(self, paths: Sequence[Path], reader: Reader) -> AddResult:
        """Settle every file under `paths`."""
        self._held = self._writer.held()
        found = find_files(paths)
        self._total = len(found.files) + len(found.failed) + len(found.ignored)
        self._settle(
            [Outcome(path=path_name(p), status="failed", reason=r) for p, r in found.failed]
        )
        self._settle(
            [
                Outcome(
                    path=path_name(p),
                    status="ignored",
                    reason="不是能读的格式（txt、md、html、docx）",
                )
                for p in found.ignored
            ]
        )
        changed = [path for path in found.files if self._is_new(path)]
        for path, report, reason in read_files(changed, reader):
            if report is None:
                self._settle([Outcome(path=path_name(path), status="failed", reason=reason)])
            else:
                self._batch.append(report)
            if len(self._batch) >= _BATCH or time.monotonic() - self._since > _SECONDS:
                self._flush()
            self._progress(len(self._outcomes) + len(self._batch), self._total, ())
        self._flush()
        return AddResult(outcomes=tuple(self._outcomes))

    def _is_new(self, path: Path) -> bool:
        """Tell whether a file must be read; settle it when it is unchanged or unreadable."""
        held = self._held.get(path_name(path))
        if held is None:
            return True
        try:
            digest = file_hash(path)
        except LoadError as error:
            self._settle([Outcome(path=path_name(path), status="failed", reason=str(error))])
            return False
        if digest != held.sha256 or self._version != held.reader:
            return True
        self._settle([Outcome(path=path_name(path), status="unchanged", report_id=digest[:16])])
        return False

    def _flush(self) -> None:
        """Commit the batch, then report it."""
        batch, self._batch = self._batch, []
        self._writer.store(batch, self._version)
        self._settle([self._stored(report) for report in batch])
        self._since = time.monotonic()

    def _stored(self, report: Report) -> Outcome:
        """Return what became of a stored report."""
        path = report.document.path
        held = self._held.get(path)
        reason = ""
        if held is not None:
            same = held.sha256 == report.document.sha256
            reason = "读取程序已更新，重新读取" if same else "文件内容已变，旧版本保留为历史版本"
        return Outcome(
            path=path,
            status="replaced" if held else "added",
            report_id=report.report_id,
            agency=report.identity.agency.name,
            year=report.identity.year,
            reason=reason,
        )

    def _settle(self, outcomes: Sequence[Outcome]) -> None:
        """Note final outcomes and report them."""
        if outcomes:
            self._outcomes += outcomes
            self._progress(len(self._outcomes) + len(self._batch), self._total, outcomes)


def _load(folder: Path) -> _View:
    """Load the live snapshot into a fresh database."""
    database = Database()
    manifest, snapshot = open_state(folder, database)
    for statement in (create_table("metrics", METRICS), *VIEWS):
        database.query(statement)
    catalogue = load_metrics().values()
    rows = [(i, m.id, m.section, m.row, m.column, m.unit) for i, m in enumerate(catalogue)]
    database.insert("metrics", METRICS, rows)
    return _View(database, manifest, snapshot)


def _silent(done: int, total: int, outcomes: Sequence[Outcome]) -> None:
    """Report nothing."""
