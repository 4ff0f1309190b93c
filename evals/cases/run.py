"""The bank's questions put to the program over a library of the sample reports: `run_cases`."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from assistant.answer import answer
from assistant.names import Names
from assistant.understand import understand
from evals.cases.bank import Case, load_cases
from evals.cases.gold import REPORTS
from evals.cases.judge import Judgement, Outcome, judge
from evals.cases.shown import report_names
from index.store.library import Library

__all__ = ["Outcome", "Run", "open_samples", "run_cases"]


class Run(NamedTuple):
    """One phrasing of a case, how it was judged, and how the program read it."""

    case: Case
    question: str
    judgement: Judgement
    explanation: str


def open_samples(folder: Path) -> Library:
    """Return a new library in `folder` that holds every sample report."""
    library = Library.open(folder)
    library.add(sorted(path for path in REPORTS.iterdir() if path.is_file()))
    return library


def run_cases(library: Library, cases: Sequence[Case] | None = None) -> Iterator[Run]:
    """Yield every phrasing of every case with its judgement."""
    names = report_names(library.query("SELECT report_id, path FROM reports"))
    for case in load_cases() if cases is None else cases:
        for question in case.ask:
            found = answer(question, library)
            code = _code(question, library) if found.status == "refused" else None
            judgement = judge(case, found, code, names)
            yield Run(case, question, judgement, found.explanation)


def _code(question: str, library: Library) -> str | None:
    """Return why a question was refused; the answer itself only says it in words."""
    refusal = understand(question, Names.of(library, question)).refusal
    return refusal.code if refusal else None
