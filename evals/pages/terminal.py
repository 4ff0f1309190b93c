"""Runs of one task beside each other, as a table on a terminal."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from evals.scoring.headline import beside_scores
from evals.scoring.scores import Scores

if TYPE_CHECKING:
    from rich.table import Table


def print_beside(runs: Sequence[Scores]) -> None:
    """Print a row for each run and a column for each headline score, with what to mind."""
    from rich.console import Console

    console = Console(highlight=False)
    found = beside_scores(runs, counts=False)
    # What a run took stands below its own scores; here only they have room.
    narrow = [(line[0], *line[2:-2]) for line in (found.titles, *found.rows)]
    console.print(_table(runs[0].header.task, narrow[0], narrow[1:]))
    for note in found.notes:
        console.print(note, markup=False)


def _table(title: str, titles: Sequence[str], rows: Sequence[Sequence[str]]) -> "Table":
    from rich.markup import escape
    from rich.table import Table

    table = Table(title=escape(title), title_justify="left", show_edge=False)
    for name in titles:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*map(escape, row))
    return table
