"""A labeller for tests: types what stands in a script, and leaves at its end."""

from collections.abc import Iterable, Iterator

from evals.labelling.desk import LeftError
from evals.labelling.places import prints_zeros
from evals.labelling.stretch import rows_of, stretches
from evals.scoring.marks import Gold
from evals.tasks.gold_reports import GoldReport
from index.loading.load import load
from index.model import Form

NOTHING = Gold(None, "any_missing")
ROW_WORDS = {"row_absent": "x", "not_in_form": "n", "blank": "-", "any_missing": "~"}
WIDE = 4


class ScriptedDesk:
    """Types the answers in order; `shown` is everything that was told."""

    def __init__(self, answers: Iterable[str]) -> None:
        self._answers: Iterator[str] = iter(answers)
        self.shown: list[str] = []
        self.asked: list[str] = []

    def tell(self, *lines: str) -> None:
        self.shown.extend(lines)

    def ask(self, question: str) -> str:
        self.asked.append(question)
        answer = next(self._answers, None)
        if answer is None:
            raise LeftError
        return answer

    @property
    def done(self) -> bool:
        """Tell whether the script was typed to its end."""
        return next(self._answers, None) is None


def script_of(report: GoldReport, form: Form) -> Iterator[str]:
    """Yield what a labeller types who reads in every cell what gold has."""
    yield form
    document = load(report.path)
    asked = rows_of(form)
    gone: set[str] = set()
    ordered: set[str] = set()
    for row, stretch in zip(asked, stretches(document, asked), strict=True):
        cells = [report.cells.get(metric.id, NOTHING) for metric in row.metrics]
        if row.section in gone:
            continue
        if {cell.status for cell in cells} == {"section_absent"}:
            gone.add(row.section)
            yield from ("X", "是")
            continue
        yield _typed(cells, prints_zeros(document.text, stretch, len(cells)))
        if len(cells) >= WIDE and any(c.raw for c in cells) and row.section not in ordered:
            ordered.add(row.section)
            yield "是"


def _typed(cells: list[Gold], short: bool) -> str:
    statuses = {cell.status for cell in cells}
    if len(statuses) == 1 and (word := ROW_WORDS.get(cells[0].status)):
        return word
    if (
        short
        and len(cells) > 1
        and {cell.raw for cell in cells} == {"0"}
        and statuses == {"reported"}
    ):
        return "0"
    return " ".join(map(_piece, cells))


def _piece(cell: Gold) -> str:
    raw = f'"{cell.raw}"' if " " in cell.raw else cell.raw
    if cell.status in ROW_WORDS:
        return ROW_WORDS[cell.status]
    if cell.status == "text":
        return f'"{cell.raw}"'
    value = f"{raw}={cell.value:f}" if cell.value is not None else raw
    return f"~{value}" if cell.status == "optional" else value
