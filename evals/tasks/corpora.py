"""The reports that questions are asked of, each corpus in a library of its own, opened once."""

import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from evals.retrieval import corpora, open_corpus
from index.search.hit import PassageSearch
from index.store.library import Library

SAMPLES = "samples"
_guard = Lock()


class Corpus(NamedTuple):
    """A library of reports with its search; `files` are the reports it was made of.

    `folder` holds the library, and goes with the last that holds the corpus.
    """

    name: str
    files: tuple[Path, ...]
    library: Library
    search: PassageSearch
    folder: "tempfile.TemporaryDirectory[str]"

    def files_by_id(self) -> dict[str, str]:
        """Return the name of each report's file by its report_id."""
        rows = self.library.query("SELECT report_id, path FROM reports")
        return {report_id: Path(path).name for report_id, path in rows}

    def report_files(self) -> dict[int, str]:
        """Return the name of each report's file by its rid."""
        rows = self.library.query("SELECT rid, path FROM reports")
        return {rid: Path(path).name for rid, path in rows}


def opened(name: str, *, embed: bool) -> Corpus:
    """Return the corpus of that name, built when first asked for, once in a process.

    Several threads may ask, and use what they get at once, as library and search allow. Without
    `embed` there is no search by meaning, and opening takes a second, not most of a minute.
    """
    with _guard:
        return _open(name, embed)


@cache
def _open(name: str, embed: bool) -> Corpus:
    folder = tempfile.TemporaryDirectory(prefix="nianbao-eval-")
    files = tuple(corpora()[name])
    library, search = open_corpus(files, Path(folder.name), embed=embed)
    return Corpus(name, files, library, search, folder)


def is_private(name: str) -> bool:
    """Tell whether the texts of a corpus are not ours to keep."""
    return name != SAMPLES


def corpus_files() -> Sequence[Path]:
    """Return the reports of all corpora that are here."""
    return [path for files in corpora().values() for path in files]
