"""Runs of measure words: the rows, columns and whole numbers that each run names."""

from dataclasses import dataclass, field

from assistant.plan import Measure
from assistant.understand import cells
from assistant.understand.phrase import AmbiguousError, Phrase, unread

_KINDS = (
    "row", "column", "cell", "fact", "request", "rate", "applicants", "outcome_context",
    "prose_source", "breakdown",
)  # fmt: skip


@dataclass
class Segment:
    """The measure words of one run."""

    first: int
    last: int
    rows: list[str] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    whole: list[Measure] = field(default_factory=list)
    cell_rows: list[str] = field(default_factory=list)
    request: bool = False
    applicants: bool = False
    prose: bool = False
    context: bool = False
    row_first: bool = True


def connected(phrase: Phrase, first: int, second: int) -> bool:
    """Tell whether only fillers and 和 or 、 stand between two places."""
    between = range(first + 1, second)
    return all(
        phrase.is_filler(i) or phrase.tokens[i].has("and", "or") or phrase.tokens[i].text in ',()"'
        for i in between
    )


def read_segments(phrase: Phrase) -> list[Segment]:
    """Use the measure words and return their runs."""
    segments: list[Segment] = []
    for at in phrase.where(*_KINDS):
        if segments and _runs_on(phrase, segments[-1].last, at):
            segments[-1].last = at
        else:
            segments.append(Segment(at, at))
        _add_word(phrase, segments[-1], at)
        phrase.use(at)
    return segments


def _runs_on(phrase: Phrase, last: int, at: int) -> bool:
    """Tell whether two measure words belong to one run."""
    return all(
        not phrase.tokens[i].has("and")
        and (
            phrase.is_filler(i)
            or phrase.tokens[i].has("within")
            or phrase.tokens[i].text in '()":·而'
        )
        for i in range(last + 1, at)
    )


def _add_word(phrase: Phrase, segment: Segment, at: int) -> None:
    token = phrase.tokens[at]
    if (row := token.value("row")) is not None:
        segment.row_first = segment.row_first and not segment.columns
        segment.rows.append(row)
    elif (column := token.value("column")) is not None:
        segment.columns.append(column)
    elif (cell := token.value("cell")) is not None:
        _add_cell(segment, cell)
    elif (fact := token.value("fact")) is not None:
        segment.whole.append(cells.fact_measure(fact))
    elif (group := token.value("breakdown")) is not None:
        segment.whole += cells.breakdown(group)
    elif (rate := token.value("rate")) is not None:
        segment.whole.append(_rate(rate, segment, token.text))
    else:
        segment.request |= token.has("request")
        segment.applicants |= token.has("applicants")
        segment.prose |= token.has("prose_source")
        segment.context |= token.has("outcome_context")


def _add_cell(segment: Segment, cell: str) -> None:
    row, _, column = cell.partition(":")
    if row in segment.rows:
        segment.rows.remove(row)
    measure = cells.cell_measure(row, column)
    assert measure is not None, cell
    segment.whole.append(measure)
    segment.cell_rows.append(row)


def _rate(key: str, segment: Segment, text: str) -> Measure:
    """Return a rate; 纠错率 and 维持率 take their row from the segment or are asked."""
    head, _, column = key.partition(":")
    if key == "ambiguous":
        raise AmbiguousError(
            ("予以公开占办结的比例", "部分公开占办结的比例", "予以公开与部分公开合计的比例")
        )
    if head == "column":
        rows = [r for r in segment.rows if cells.section_of(r) == "4"]
        if len(rows) != 1:
            raise AmbiguousError((f"行政复议{text}", f"行政诉讼{text}"))
        segment.rows.remove(rows[0])
        key = f"{rows[0]}:{column}"
    measure = cells.rate(key)
    if measure is None:
        raise unread([text])
    return measure
