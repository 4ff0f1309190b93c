"""The reports that questions are asked of, each corpus in a library of its own, opened once."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from evals.retrieval import corpora, open_corpus
from index.search.hit import PassageSearch
from index.store.library import Library

SAMPLES = "samples"


class Corpus(NamedTuple):
    """A library of reports with its search; `files` are the reports it was made of."""

    name: str
    files: tuple[Path, ...]
    library: Library
    search: PassageSearch

    def files_by_id(self) -> dict[str, str]:
        """Return the name of each report's file by its report_id."""
        rows = self.library.query("SELECT report_id, path FROM reports")
        return {report_id: Path(path).name for report_id, path in rows}

    def report_files(self) -> dict[int, str]:
        """Return the name of each report's file by its rid."""
        rows = self.library.query("SELECT rid, path FROM reports")
        return {rid: Path(path).name for rid, path in rows}


class Corpora:
    """The corpora, built when first asked for, in a folder that goes with this object.

    Several threads may ask; what they get may be used by several at once, as library and search
    are. Without `embed` there is no search by meaning, and opening takes a second, not minutes.
    """

    def __init__(self, *, embed: bool) -> None:
        self._embed = embed
        self._lock = Lock()
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._opened: dict[str, Corpus] = {}

    def __getitem__(self, name: str) -> Corpus:
        """Return the corpus of that name."""
        with self._lock:
            if name not in self._opened:
                self._opened[name] = self._open(name)
            return self._opened[name]

    def _open(self, name: str) -> Corpus:
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="nianbao-eval-")
        files = tuple(corpora()[name])
        folder = Path(self._folder.name) / name
        return Corpus(name, files, *open_corpus(files, folder, embed=self._embed))


def is_private(name: str) -> bool:
    """Tell whether the texts of a corpus are not ours to keep."""
    return name != SAMPLES


def corpus_files() -> Sequence[Path]:
    """Return the reports of all corpora that are here."""
    return [path for files in corpora().values() for path in files]
