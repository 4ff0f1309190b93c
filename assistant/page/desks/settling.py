"""Settles what becomes of each file handed in: kept as the library's own copy, read, or refused.

The same content is not read twice; what no report stands for in the end is deleted again.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, NamedTuple

from assistant.page.desks.following import Tell
from assistant.page.desks.limits import ADDED_BYTES, ADDED_FILES
from index.loading.load import MAX_DOCX_BYTES, MAX_TEXT_BYTES
from index.model import LoadError
from index.store.library import Library, Outcome
from index.store.own_files import Kept, drop_copy, keep_copy, safe_name
from index.store.sources import SUFFIXES, path_name

Status = Literal["waiting", "added", "replaced", "unchanged", "failed", "ignored"]


class Given(NamedTuple):
    """A file that a visitor handed in: where it lies now, and what they call it."""

    path: Path
    name: str


class Settled(NamedTuple):
    """What became of one file; the fields behind `reason` only when it is in the library."""

    name: str
    status: Status
    reason: str = ""
    report_id: str = ""
    agency: str = ""
    year: int | None = None


class Step(NamedTuple):
    """How far an upload is: what became of each file, in the order they were given.

    `note` says what else a visitor must know, such as what became of the report to be replaced.
    """

    files: tuple[Settled, ...]
    finished: bool = False
    note: str = ""
    changed: bool = False

    @property
    def done(self) -> int:
        """How many files are settled."""
        return sum(file.status != "waiting" for file in self.files)

    def count(self, status: str) -> int:
        """Return how many files came to `status`."""
        return sum(file.status == status for file in self.files)


class Settling:
    """One upload: its files, and what became of them so far."""

    def __init__(self, library: Library, files: Sequence[Given]) -> None:
        self._library, self._given = library, files
        self.settled = [Settled(one.name, "waiting") for one in files]
        self._kept: dict[str, int] = {}
        self._known: dict[str, Settled] = {}

    def settle(self, tell: Tell[Step]) -> None:
        """Settle every file, telling on the way; who calls must hold the library's copies."""
        self._library.refresh()
        self._refuse()
        try:
            self._keep(tell)
            paths = [Path(path) for path in self._kept]
            if paths:
                self._library.add(paths, lambda done, total, new: self._follow(new, tell))
        finally:
            self._drop_unread()

    def step(self, *, finished: bool = False, note: str = "") -> Step:
        """Return how far it is."""
        changed = any(file.status in ("added", "replaced") for file in self.settled)
        return Step(tuple(self.settled), finished, note, changed)

    def _refuse(self) -> None:
        """Settle what is over the limits or of no known type."""
        total = 0
        for number, one in enumerate(self._given):
            size = _size(one.path)
            total += size
            if reason := _refusal(one.name, number, size, total):
                self.settled[number] = Settled(one.name, "ignored", reason)
                total -= size

    def _keep(self, tell: Tell[Step]) -> None:
        """Copy what is new into the library; the same content is not read twice."""
        held = _held(self._library)
        self._known = {one.name: one for same in held.values() for one in same}
        for number, one in enumerate(self._given):
            if self.settled[number].status != "waiting":
                continue
            try:
                kept = keep_copy(self._library.folder, one.path, one.name, _limit(one.name))
            except LoadError as error:
                self.settled[number] = Settled(one.name, "failed", str(error))
                continue
            self._note(number, kept, held)
            tell(self.step())

    def _note(self, number: int, kept: Kept, held: dict[str, list[Settled]]) -> None:
        """Note a copy as one to be read, or that its content is there already."""
        path, name = path_name(kept.path), self._given[number].name
        same = held.get(kept.sha256, [])
        if not same or any(one.name == path for one in same):
            twin = self._kept.setdefault(path, number)
            if twin != number:
                reason = f"与同时上传的 {self._given[twin].name!r} 内容相同"
                self.settled[number] = Settled(name, "unchanged", reason)
            elif not same:
                held[kept.sha256] = [Settled(path, "waiting", name)]
            return
        drop_copy(self._library.folder, path)
        first = same[0]
        if first.status == "waiting":
            reason = f"与同时上传的 {first.reason!r} 内容相同"
            self.settled[number] = Settled(name, "unchanged", reason)
            return
        reason = f"库里已有内容相同的文件：{Path(first.name).name}"
        self.settled[number] = first._replace(name=name, reason=reason)

    def _follow(self, outcomes: Sequence[Outcome], tell: Tell[Step]) -> None:
        """Note what became of files, under the visitors' own names for them."""
        for outcome in outcomes:
            number = self._kept[outcome.path]
            name, report_id = self._given[number].name, outcome.report_id or ""
            told = Settled(name, outcome.status, _reason(outcome, self._given[number]), report_id)
            # Of what was not read again only the library knows whose it is.
            same = self._known.get(outcome.path, told) if outcome.status == "unchanged" else outcome
            self.settled[number] = told._replace(agency=same.agency or "", year=same.year)
        tell(self.step())

    def _drop_unread(self) -> None:
        """Delete the copies of this upload that no report of the library stands for."""
        self._library.refresh()
        known = {path for (path,) in self._library.query("SELECT path FROM reports")}
        for path in self._kept:
            if path not in known:
                drop_copy(self._library.folder, path)


def _held(library: Library) -> dict[str, list[Settled]]:
    """Return what the library holds by the hash of its bytes; `name` is the path."""
    held: dict[str, list[Settled]] = {}
    for sha256, path, report_id, agency, year in library.query(
        """SELECT sha256, path, report_id, agency, year FROM reports WHERE replaced_by IS NULL
        ORDER BY role = 'current' DESC, rid"""
    ):
        one = Settled(path, "unchanged", "", report_id, agency or "", year)
        held.setdefault(sha256, []).append(one)
    return held


def _refusal(name: str, number: int, size: int, total: int) -> str:
    """Return why a file is not taken, "" when it is."""
    if number >= ADDED_FILES:
        return f"一次最多上传 {ADDED_FILES} 个文件，这个没有读。请分批上传。"
    if name.rpartition("/")[2].startswith((".", "~$")):
        return "隐藏文件或临时文件"
    suffix = Path(safe_name(name)).suffix.lower()
    if suffix not in SUFFIXES:
        return f"不是能读的格式（{' '.join(sorted(SUFFIXES))}）"
    if size > _limit(name):
        return f"文件过大（{size / 1e6:.1f} MB），这种格式每个不超过 {_limit(name) // 1_000_000} MB"
    if total > ADDED_BYTES:
        return f"一次上传合计不超过 {ADDED_BYTES // 1_000_000} MB，这个没有读。请分批上传。"
    return ""


def _limit(name: str) -> int:
    """Return how many bytes the loader takes of a file so called."""
    return MAX_DOCX_BYTES if safe_name(name).lower().endswith(".docx") else MAX_TEXT_BYTES


def _size(path: Path) -> int:
    try:
        return path.lstat().st_size
    except OSError:
        return 0


def _reason(outcome: Outcome, file: Given) -> str:
    """Return the reason of an outcome without the folder of the library in it."""
    said = outcome.reason
    for path in (outcome.path, str(Path(outcome.path).parent)):
        said = said.replace(repr(path), repr(file.name)).replace(path, file.name)
    if outcome.status == "failed" and _is_no_word(file):
        said += "（扩展名是 .docx，内容却不是 Word 文件；文件可能损坏或改过扩展名。）"
    return said


def _is_no_word(file: Given) -> bool:
    """Tell whether a .docx file does not begin as one."""
    if not file.name.lower().endswith(".docx"):
        return False
    try:
        with file.path.open("rb") as stream:
            return stream.read(2) != b"PK"
    except OSError:
        return False
