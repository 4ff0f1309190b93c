"""Segments to row events: which statutory row a run of values belongs to, under which columns.

The section in force is known from the labels met so far, never from the position in the file.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from index.catalogue import load_metrics
from index.data import read_rows
from index.reading.heads import is_foreign, is_other_column
from index.reading.labels import Label, is_piece, is_unit, label_key, standard_terms
from index.reading.lex import Token
from index.reading.rows import Segment

COLUMNS_THREE = (
    "natural_person", "business", "research", "welfare", "legal_service", "other", "total",
)  # fmt: skip
_NUMBERED = {("total", "七"): "outcomes_total", ("other", "3"): "other.other"}
COLUMNS_FOUR = ("upheld", "corrected", "other_result", "pending", "total")
LITIGATION = "litigation"
PARTS_FOUR = ("reconsideration", "litigation_direct", "litigation_after_reconsideration")
# A printed column that is none of the statutory ones.
UNKNOWN = "?"
# A printed column that names something else: another year, another unit.
FOREIGN = "!"
# Every event carries its header, so that one without end would fill the memory.
_MOST_IN_HEADER = 200
_FEW = 12  # characters of words that stand where a number should
_NUMERAL = re.compile("[〇零一二三四五六七八九十百千万两]+")
_LAST_WORD = re.compile(r"\s(\S+)\s*$")
_LEAD_IN = ("info", "header", "column", "total")


class Event(NamedTuple):
    """A statutory row that is printed: its slots, the columns in force, where its label ends.

    `row` is '' for values behind no row label: a section 四, values printed before their labels, or
    an unknown label (`labelled`). `strong` is False while only a heading, no table label, has been
    met. `text` is a short text that stands where the values should, such as 暂缺. `header` counts
    the table headers met, `parts` are the parts of section 四 the header names, `places` says in
    which cell of its row each column stands. `unsettled` are values behind the label and then some
    text that is no part of it.
    """

    section: str
    row: str
    columns: tuple[str, ...]
    slots: tuple[Token, ...]
    at: int
    strong: bool
    text: Token | None = None
    line: int = -1
    labelled: bool = True
    header: int = 0
    parts: tuple[str, ...] = ()
    places: tuple[int, ...] = ()
    unsettled: tuple[Token, ...] = ()


@dataclass(slots=True)
class _State:
    section: str = ""
    columns: list[str] = field(default_factory=list)
    fresh: bool = True
    strong: bool = False
    last_row: str = ""
    header: int = 0
    parts: list[str] = field(default_factory=list)
    closed: bool = True
    places: list[int] = field(default_factory=list)
    plain: str = ""
    year: int | None = None
    legal: Token | None = None


@cache
def block_columns() -> dict[tuple[str, str], tuple[str, ...]]:
    """Return the columns of section 二 by (row, form)."""
    return {(r["row"], r["form"]): tuple(r["columns"].split("|")) for r in read_rows("blocks.csv")}


@cache
def rows_three() -> tuple[str, ...]:
    """Return the rows of section 三 in printed order, without the prefix `requests.`."""
    names = [m.id.split(".", 1)[1].rsplit(".", 1)[0] for m in load_metrics().values()
             if m.section == "三"]  # fmt: skip
    return tuple(dict.fromkeys(names))


def find_events(
    segments: Sequence[Segment], plain: str = "", year: int | None = None
) -> Iterator[Event]:
    """Yield the row events of all segments in reading order.

    With `plain`, the normalised text, columns of another unit or another year than the report's
    `year` are told from the statutory ones.
    """
    state = _State(plain=plain, year=year)
    for current in segments:
        yield from _walk(current, state)


def _walk(current: Segment, state: _State) -> Iterator[Event]:
    labels = [la for la in current.labels if la.start >= current.skip]
    before: Label | None = None
    for i, label in enumerate(labels):
        if before is not None and before.end < label.start and before.role in _LEAD_IN:
            _note_foreign(current, before, label, state)
        before = label
        _enter(label, state)
        odd = label.section == "二" and is_foreign(
            label, current, labels[i + 1 :], state.plain, state.year
        )
        if odd and label.role == "column" and state.section == "二":
            state.columns[-1] = FOREIGN
        _note_legal_first(label, current.token_at(label.start), state)
        if len(state.places) < len(state.columns):
            state.places.append(current.token_at(label.start).col)
        row = _row_of(label, current, state)
        if row is None:
            continue
        state.last_row, state.fresh = row, True
        if row == current.owner and _is_split(current, labels[-1]):
            continue
        owns = i == len(labels) - 1 and current.owner == label.id
        slots = tuple(current.slots) if owns else ()
        event = _event(current, state, label, row, slots, labels[i + 1 :])
        if odd:
            event = event._replace(columns=(FOREIGN,))
        unclear = i == len(labels) - 1 and not current.owner
        yield event._replace(unsettled=tuple(current.slots)) if unclear else event
    if _is_split(current, labels[-1] if labels else None):
        yield from _repaired(current, state)
    elif current.slots and not _owned(current, labels, state):
        yield from _unowned(current, labels, state)


def _note_legal_first(label: Label, token: Token, state: _State) -> None:
    """Put a mark for 自然人 drawn behind 法人或其他组织: its columns stand in another order."""
    legal = state.legal
    if label.id == "legal_persons":
        state.legal = token
    elif label.id == "natural_person" and state.columns and legal is not None:
        behind = token.row == legal.row and token.col > legal.col >= 0
        state.columns[-1] = FOREIGN if behind else state.columns[-1]


def _is_split(current: Segment, label: Label | None) -> bool:
    """Tell whether the values belong to a label that was split by them or misspelt."""
    whole = label is not None and label.id == current.owner
    return bool(current.owner and current.slots and not whole)


def _note_foreign(current: Segment, before: Label, label: Label, state: _State) -> None:
    """Put a mark into the columns for each text of a header that is no statutory column."""
    if label.role not in ("column", "total", "row") or state.fresh:
        return
    if label.section not in ("", state.section):
        return
    inside = [t.key for t in current.texts_between(before.end, label.start)]
    for key in inside or [current.key[before.end : label.start]]:
        bare = key.strip("0123456789")
        if not is_piece(bare) and not is_unit(bare):
            other = label.role == "row" and is_other_column(label.id, bare)
            _add_column(FOREIGN if other else UNKNOWN, state)
            if len(state.places) < len(state.columns):
                state.places.append(-1)


def _unowned(current: Segment, labels: list[Label], state: _State) -> Iterator[Event]:
    """Yield the event of values behind no row label: section 四, or what nobody can place."""
    if state.section == "四":
        yield Event("四", state.parts[-1] if state.parts else "", tuple(state.columns),
                    tuple(current.slots), current.start, state.strong, header=state.header,
                    parts=tuple(state.parts), places=tuple(state.places))  # fmt: skip
        state.fresh = state.closed = True
    elif state.section and state.strong:
        end = labels[-1].end if labels else 0
        labelled = len(current.key) - end >= 2
        yield Event(state.section, "", tuple(state.columns), tuple(current.slots), current.start,
                    True, labelled=labelled, header=state.header)  # fmt: skip


def _owned(current: Segment, labels: list[Label], state: _State) -> bool:
    roles = ("row",) if state.section == "四" else ("row", "total", "group")
    return bool(current.owner) and bool(labels) and labels[-1].role in roles


def _enter(label: Label, state: _State) -> None:
    """Move the state to the section a label belongs to, and keep the header in force."""
    section = label.section
    if label.role == "heading":
        _open_header(state)
        state.section, state.strong, state.parts = section, False, []
        state.fresh = True
        return
    if label.id == "other" and state.section != "三":
        return
    if section and (section != state.section) and _switches(label, state):
        _open_header(state)
        state.section, state.fresh, state.strong, state.parts = section, True, False, []
    if section != state.section and label.role != "total":
        return
    if label.role in ("block", "info", "header", "column"):
        state.strong = True
    if state.section == "四":
        _enter_part(label, state)
    elif label.role in ("block", "info"):
        _open_header(state)
    if label.role == "column" or (label.role == "total" and _may_total(state)):
        if state.fresh:
            _open_header(state)
        _add_column(label.id, state)


def _add_column(column: str, state: _State) -> None:
    """Keep a column of the header; one without end, which no form has, stays cut and unknown."""
    if len(state.columns) < _MOST_IN_HEADER:
        state.columns.append(column)
    else:
        state.columns[-1] = UNKNOWN


def _open_header(state: _State) -> None:
    """Forget the columns: a new header begins."""
    state.columns, state.places, state.fresh = [], [], False
    state.header += 1


def _may_total(state: _State) -> bool:
    """Tell whether 总计 is a column here; before the columns of section 二 it is some heading."""
    return bool(state.columns) or state.section == "三" or bool(state.parts)


def _enter_part(label: Label, state: _State) -> None:
    """Keep which parts of section 四 the header names; values before it close the last header."""
    if label.role == "block" or label.id == LITIGATION:
        if state.closed:
            state.parts, state.closed = [], False
        state.parts = [*state.parts[: _MOST_IN_HEADER - 1], label.id]


def _switches(label: Label, state: _State) -> bool:
    """Tell whether a label opens its section: names of rows of section 二 are too common to."""
    return not (label.role == "row" and label.section == "二")


def _row_of(label: Label, current: Segment, state: _State) -> str | None:
    """Return the row a label names in the section in force, or None."""
    if label.role == "row":
        return label.id if label.section == state.section else None
    if state.section != "三":
        return None
    if state.last_row and (label.id, label.number) in _NUMBERED:
        return _NUMBERED[label.id, label.number]
    if label is not current.labels[-1] or not current.slots:
        return None
    if label.id == "other_handling":
        return "other"
    if label.id == "other" and state.last_row == "other.fee_unpaid":
        return "other.other"
    return "outcomes_total" if label.id == "total" and state.last_row and _alone(current) else None


def _alone(current: Segment) -> bool:
    """Tell whether no column label stands in the text: then 总计 is the row, not the column."""
    return not any(la.role == "column" for la in current.labels)


def _event(
    current: Segment,
    state: _State,
    label: Label,
    row: str,
    slots: tuple[Token, ...],
    later: list[Label],
) -> Event:
    token = current.token_at(label.end - 1)
    text = None if slots else _words_behind(current, label, token, later[:1], state)
    return Event(state.section, row, tuple(state.columns), slots, token.end, state.strong, text,
                 token.row, header=state.header, places=tuple(state.places))  # fmt: skip


def _words_behind(
    current: Segment, label: Label, token: Token, later: list[Label], state: _State
) -> Token | None:
    """Return the words without a number that stand behind a row's label, such as 暂缺.

    `token` is the one the label ends in, `later` the label behind it, if any.
    """
    key = standard_terms(token.key)
    name = current.key[label.start + len(label.number) : label.end]
    tail = key[key.find(name) + len(name) :] if name in key else ""
    if tail and not is_unit(tail):
        return _last_word(token, tail, state) if len(tail) <= _FEW else None
    at = label.end + len(tail)
    stop = later[0].start if later else len(current.key)
    if 0 < stop - at <= _FEW:
        return current.token_at(at)
    if later and _is_alone(later[0], current.token_at(stop), state):
        return current.token_at(stop)
    return None


def _last_word(token: Token, tail: str, state: _State) -> Token | None:
    """Return the word that stands apart behind a label in its token, None where it is part of it.

    行政许可 三十二件 on a line: what is written there has no number, but the row is not blank.
    """
    word = _LAST_WORD.search(state.plain, token.start, token.end)
    said = standard_terms(label_key(word[1])) if word else ""
    unit = tail.removesuffix(said)
    if word is None or unit == tail or (unit and not is_unit(unit)):
        return None
    if is_piece(said) and not _NUMERAL.fullmatch(said):
        return None
    return token._replace(key="", start=word.start(1), end=word.end(1))


def _is_alone(label: Label, token: Token, state: _State) -> bool:
    """Tell whether what counts as a label's number stands alone and bare: 十二 in a cell.

    It may be what the row before it reports, so that row is not blank.
    """
    bare = state.plain[token.start : token.end].strip()
    return bool(label.number) and token.key == label.number == bare


def _repaired(current: Segment, state: _State) -> Iterator[Event]:
    """Yield the event of a row whose label was split by its values or misspelt."""
    row = current.owner or ""
    section = "二" if (row, "2019") in block_columns() else "三"
    if section == "三" and state.section != "三":
        _open_header(state)
        state.section, state.strong = "三", True
    if section == state.section:
        state.last_row, state.fresh = row, True
        at = current.texts[-1].end if current.texts else current.start
        yield Event(section, row, tuple(state.columns), tuple(current.slots), at, state.strong,
                    header=state.header, places=tuple(state.places))  # fmt: skip
