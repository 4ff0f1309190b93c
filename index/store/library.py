"""The library: every report with its cells, facts, checks and text, in SQL; one snapshot at a time.

The door to index/library_*.py. Reading needs no lock; see `Library` for the tables SQL sees.
"""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Self

from index.catalogue import load_metrics
from index.errors import MisuseError
from index.model import Report
from index.store.adding import Adding, AddResult, Outcome, Progress
from index.store.database import Database, DatabaseError, Row, StorageError, VanishedError
from index.store.manifest import Manifest, ManifestError, read_manifest
from index.store.rows import metric_id, metric_number
from index.store.sources import Reader, full_path, path_name
from index.store.state import open_state
from index.store.tables import HIDDEN, METRICS, create_table, views
from index.store.warm import WarmCells
from index.store.writer import LockedError, Writer

__all__ = [
    "AddResult",
    "DatabaseError",
    "Library",
    "LockedError",
    "ManifestError",
    "Outcome",
    "Progress",
    "ReportNotFoundError",
    "StorageError",
    "metric_id",
    "metric_number",
]


class ReportNotFoundError(MisuseError):
    """No report, or several, fit what the user typed."""


class _View(NamedTuple):
    """One consistent snapshot, loaded; `warm` when it stays for many questions."""

    database: Database
    manifest: Manifest
    snapshot: str
    warm: WarmCells | None

    def query(
        self, sql: str, params: Sequence[Any] | dict[str, Any], metrics: Collection[int]
    ) -> list[Row]:
        """Return the rows of one statement, from memory as far as its cells are held there."""
        if self.warm is not None and metrics:
            sql = self.warm.over(sql, metrics)
        return self.database.query(sql, params)


class Library:
    """The library in `folder`, as one snapshot; SQL sees these.

    - `reports`: rid, report_id, path, sha256, format, title, agency, level, kind, province, city,
      county, township, code, candidates, year, form, role ('current', 'copy', 'superseded'),
      body_key, group_rid, warnings, and reported, failed (counts), reader, added_at
    - `cells` of current reports: rid, metric (see `metric_number`), status (or 'conflict'
      where copies disagree), value, raw, start, stop, source_rid; `all_cells`: every report as read
    - `facts` of current reports, with `conflict`; `all_facts`; `checks` and, of them, the
      `failed_checks`; `sections`; `texts`
    - `passages`: rid, ordinal, section, heading, start, stop, "group" (none of a report that was
      read before there were passages)
    - `metrics`: the catalogue: number, id, section, row, column, unit
    """

    def __init__(self, folder: Path, *, resident: bool = True) -> None:
        self.folder = folder
        self._resident = resident
        self._view = _load(folder, resident)

    @classmethod
    def open(cls, folder: Path, *, resident: bool = True) -> Self:
        """Return the library at `folder`; an empty one when nothing was stored there yet.

        `resident` keeps the list of reports in memory: slower to open, faster to ask often.
        """
        return cls(folder, resident=resident)

    @property
    def snapshot(self) -> str:
        """The SHA-256 of the manifest: the same content and layout gives the same hash."""
        return self._view.snapshot

    @property
    def manifest(self) -> Manifest:
        """The parts this snapshot consists of."""
        return self._view.manifest

    def query(
        self,
        sql: str,
        params: Sequence[Any] | dict[str, Any] = (),
        metrics: Collection[int] = (),
    ) -> list[Row]:
        """Return the rows of one statement over the snapshot.

        `metrics` may name all cells that a statement reads from `cells`: a resident
        library then keeps them in memory. When a newer library has replaced a file long ago, the
        newest snapshot is loaded, once.
        """
        try:
            return self._view.query(sql, params, metrics)
        except VanishedError:
            if not self.refresh():
                raise
            return self._view.query(sql, params, metrics)

    def write_file(self, sql: str, path: Path, options: str) -> int:
        """Write the rows of a statement to a file; `options` are those of COPY. Return how many."""
        return self._view.database.write_file(sql, path, options)

    def refresh(self) -> bool:
        """Load the newest snapshot if another process stored one; tell whether it did."""
        if read_manifest(self.folder)[1] == self._view.snapshot:
            return False
        self._view = _load(self.folder, self._resident)
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
        return self.find_id(reference.lower(), "编号（至少前 4 位）或文件路径")

    def find_id(self, prefix: str, wanted: str = "编号（至少前 4 位）") -> list[int]:
        """Return the rids of the one report_id that begins with `prefix`, in the order of `find`.

        `wanted` tells in the message of the error what may be given.
        """
        rows = self.query(
            """SELECT report_id, list(rid ORDER BY role = 'current' DESC, rid DESC) FROM reports
            WHERE starts_with(report_id, ?) GROUP BY report_id ORDER BY report_id""",
            [prefix],
        )
        if len(prefix) < 4 or not rows:
            raise ReportNotFoundError(
                f"库里没有 {prefix!r} 这份报告。请给出{wanted}；编号可用 nianbao list 查看。"
            )
        if len(rows) > 1:
            ids = "、".join(row[0] for row in rows[:5])
            raise ReportNotFoundError(
                f"编号 {prefix!r} 对应 {len(rows)} 份报告：{ids}。请多写几位。"
            )
        return list(rows[0][1])

    def add(
        self, paths: Sequence[Path], progress: Progress | None = None, read: Reader | None = None
    ) -> AddResult:
        """Read files and folders into the library; what is reported as added is durable.

        Raises LockedError when another process writes, StorageError when the disk refuses.
        """
        from index.report import READER_VERSION, read_report_file

        with Writer(self.folder) as writer:
            self._index_words(writer, check=True)
            adding = Adding(writer, READER_VERSION, progress, lambda: self._index_words(writer))
            result = adding.run(paths, read or read_report_file)
        self.refresh()
        return result

    def add_reports(self, reports: Sequence[Report], reader: str = "0") -> None:
        """Store reports that were read already, in one commit."""
        with Writer(self.folder) as writer:
            writer.store(reports, reader)
            self._index_words(writer)
        self.refresh()

    def remove(self, rids: Sequence[int]) -> None:
        """Take reports out; versions of theirs that stay come back."""
        with Writer(self.folder) as writer:
            writer.remove(rids)
            self._index_words(writer)
        self.refresh()

    def index_words(self) -> str:
        """Bring the lexical index in step with the library; return why it was built anew, or ''."""
        with Writer(self.folder) as writer:
            return self._index_words(writer, check=True)

    def _index_words(self, writer: Writer, *, check: bool = False) -> str:
        """Bring the lexical index in step with what `writer` has committed."""
        from index.search.keeping import keep_lexical, lexical_folder
        from index.search.lexical import LexicalError

        try:
            return keep_lexical(writer, lexical_folder(self.folder), check=check).rebuilt
        except (OSError, LexicalError) as error:
            raise StorageError(
                f"报告的数据已入库，但词语索引没有写成：{error}。按数字提问不受影响；"
                "请检查磁盘后重新运行 nianbao add。"
            ) from error


def _load(folder: Path, resident: bool) -> _View:
    """Load the live snapshot into a fresh database."""
    database = Database()
    manifest, snapshot = open_state(folder, database, resident=resident)
    database.query(HIDDEN)
    tables = ("hidden", "dead", "overlay", "fact_conflicts")
    filled = {t for t in tables if database.query(f"SELECT 1 FROM {t} LIMIT 1")}
    for statement in (create_table("metrics", METRICS), *views(filled, resident=resident)):
        database.query(statement)
    catalogue = load_metrics().values()
    rows = [(i, m.id, m.section, m.row, m.column, m.unit) for i, m in enumerate(catalogue)]
    database.insert("metrics", METRICS, rows)
    return _View(database, manifest, snapshot, WarmCells(database) if resident else None)
