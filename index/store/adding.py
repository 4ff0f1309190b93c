"""One run of `add`: files found, read in batches, each batch durable before it is reported."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

from index.model import Frozen, LoadError, Report
from index.store.sources import Reader, file_hash, find_files, path_name, read_files
from index.store.writer import Held, Writer

_BATCH = 500
_BATCH_CHARACTERS = 50_000_000
_SECONDS = 3.0


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


# Called as (files settled, files in all, outcomes that just became durable).
Progress = Callable[[int, int, Sequence[Outcome]], None]


class Adding:
    """One run of `add`: batches of reports, each committed before it is reported.

    `follow` brings what is derived from the library in step after each commit, before the report.
    """

    def __init__(
        self,
        writer: Writer,
        version: str,
        progress: Progress | None,
        follow: Callable[[], object],
    ) -> None:
        self._writer, self._version, self._follow = writer, version, follow
        self._progress = progress or _silent
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
            [Outcome(path=path_name(p), status="ignored", reason=r) for p, r in found.ignored]
        )
        changed = [path for path in found.files if self._is_new(path)]
        for path, report, reason in read_files(changed, reader):
            if report is None:
                self._settle([Outcome(path=path_name(path), status="failed", reason=reason)])
            else:
                self._batch.append(report)
            if self._is_due():
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

    def _is_due(self) -> bool:
        """Tell whether the batch has grown or waited enough to be committed."""
        characters = sum(len(report.document.text) for report in self._batch)
        waited = time.monotonic() - self._since
        return len(self._batch) >= _BATCH or characters > _BATCH_CHARACTERS or waited > _SECONDS

    def _flush(self) -> None:
        """Commit the batch, then report it."""
        batch, self._batch = self._batch, []
        self._writer.store(batch, self._version)
        if batch:
            self._follow()
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


def _silent(done: int, total: int, outcomes: Sequence[Outcome]) -> None:
    """Report nothing."""
