"""Follow-ups that name only a column or only a row (那企业呢): the other half is the last one's."""

from assistant.conversation.fragment import Fragment, read_fragment
from assistant.conversation.marks import Marked
from assistant.conversation.turns import Turn
from assistant.names import Names
from assistant.plan import Measure
from assistant.understand import cells
from assistant.understand.lexer import segment
from assistant.understand.lexicon import load_columns, load_rows
from assistant.understand.phrase import AmbiguousError, DeclinedError

_ROWS = ("row", "cell", "fact", "request", "rate", "breakdown")


def read_with_row(marked: Marked, turn: Turn, names: Names) -> Fragment:
    """Return the parts of a follow-up, a column without a row taken in the last measure's row."""
    tokens = segment(marked.rest, names)
    last, years = _last_cell(turn), turn.plan.scope.years if turn.plan else ()
    if last and any(t.has("column") for t in tokens) and not any(t.has(*_ROWS) for t in tokens):
        row = cells.row_label(last[0]).partition("（")[0]
        try:
            return read_fragment(marked._replace(rest=f"{row}{marked.rest}"), names, years)
        except (AmbiguousError, DeclinedError):
            return read_fragment(marked, names, years)
    fragment = read_fragment(marked, names, years)
    if last and len(fragment.measures) == 1 and not any(t.has("column") for t in tokens):
        _ask_column(fragment.measures[0], last)
    return fragment


def _last_cell(turn: Turn) -> tuple[str, str] | None:
    """Return row and column of the last measure, None when it was not a single cell."""
    plan = turn.plan
    if plan is None or len(plan.measures) != 1:
        return None
    return _cell_of(plan.measures[0])


def _cell_of(measure: Measure) -> tuple[str, str] | None:
    if measure.over or measure.source != "cells":
        return None
    pairs = ((row, column) for row in load_rows() for _, column in load_columns())
    return next((pair for pair in pairs if cells.cell_measure(*pair) == measure), None)


def _ask_column(measure: Measure, last: tuple[str, str]) -> None:
    """Ask whether 那诉讼呢 after 复议维持 means all cases or those upheld."""
    cell = _cell_of(measure)
    row, column = last
    default = cells.default_measure(row)
    if cell is None or default == cells.cell_measure(row, column) or cell[1] == column:
        return
    same = cells.cell_measure(cell[0], column)
    if same is not None and cells.section_of(cell[0]) == cells.section_of(row):
        raise AmbiguousError((same.label, measure.label))
