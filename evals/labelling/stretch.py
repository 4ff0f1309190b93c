"""Where the print of a row stands in a report, found by its words alone: gold is no reader's view.

The text is compared without white space, bars and unseen characters; spans index the report.
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from evals.labelling.words import other_prints, section_blocks
from evals.tasks.table_blocks import window_of
from index.catalogue import Metric, form_metrics, load_metrics
from index.model import Document, Form
from index.normalise import normalise

_NUMBERING = re.compile(r"^(?:[一二三四五六七八九十]、|\([一二三四五六七八九十]\)|\d\.)")
_BRACKETS = re.compile(r"\(.*")
_LEAD = re.compile(r"(?:\(?[一二三四五六七八九十]\)|[一二三四五六七八九十]、|\d[.、])\Z")
_APPEALS, _APPEALS_LABEL = "四", "行政复议、行政诉讼"
_PREFIX = 6


class Row(NamedTuple):
    """What is asked for at once: the cells of one printed row; `only` is the form that has it."""

    section: str
    label: str
    metrics: tuple[Metric, ...]
    only: str = ""


class Stretch(NamedTuple):
    """The print of a row: from its label to the next; `found` is False where no label was found.

    `values` is where the label ends.
    """

    start: int
    values: int
    end: int
    found: bool


class _Plain(NamedTuple):
    text: str
    places: tuple[int, ...]


def rows_of(form: Form) -> tuple[Row, ...]:
    """Return the rows of a form, their cells in printed order; section 四 is one row of fifteen.

    Where both forms are printed, what only one of them has is a row of its own.
    """
    known = load_metrics()
    rows: dict[tuple[str, str, str], list[Metric]] = {}
    for metric in (known[name] for name in form_metrics(form)):
        label = _APPEALS_LABEL if metric.section == _APPEALS else metric.row
        only = _only(metric) if form in ("mixed", "unknown") else ""
        rows.setdefault((metric.section, label, only), []).append(metric)
    return tuple(
        Row(section, label, tuple(sorted(held, key=_is_decisions)), only)
        for (section, label, only), held in rows.items()
    )


def _only(metric: Metric) -> str:
    return "" if metric.form_2021 and metric.form_2019 else "2021" if metric.form_2021 else "2019"


def _is_decisions(metric: Metric) -> bool:
    """Tell whether a cell is the last of its row; the catalogue has it first."""
    return metric.id.endswith(".decisions")


def form_by_words(document: Document) -> Form:
    """Return the form whose columns stand in the text: 2021, 2019, mixed, or unknown."""
    text = _plain(document.text, 0, len(document.text)).text
    held = [metric for metric in load_metrics().values() if metric.section == "二"]
    new = {_label(metric.column) for metric in held if not metric.form_2019}
    either = {_label(metric.column) for metric in held if metric.form_2021}
    old = {_label(metric.column) for metric in held if not metric.form_2021}
    old = {column for column in old if not any(column in other for other in either)}
    has_new, has_old = any(c in text for c in new), any(c in text for c in old)
    if has_new and has_old:
        return "mixed"
    return "2021" if has_new else "2019" if has_old else "unknown"


def stretches(document: Document, rows: Sequence[Row]) -> tuple[Stretch, ...]:
    """Return the print of each row, the whole section where its label is not found."""
    found: dict[Row, Stretch] = {}
    for block in section_blocks():
        held = [row for row in rows if row.section == block.section]
        metrics = tuple(metric for row in held for metric in row.metrics)
        window = window_of(document, block, metrics)
        if window == (0, 0):
            window = (0, len(document.text))
        found |= zip(held, _in_section(document.text, window, held), strict=True)
    return tuple(found[row] for row in rows)


def _in_section(text: str, window: tuple[int, int], rows: Sequence[Row]) -> list[Stretch]:
    plain = _plain(text, *window)
    at, places = 0, []
    for row in rows:
        place = _find(plain, row, at)
        places.append(place)
        at = place[1] if place else at
    starts = sorted({place[0] for place in places if place})
    following = dict(pairwise((*starts, len(plain.text))))
    return [_stretch(plain, place, following, window) for place in places]


def _stretch(
    plain: _Plain,
    place: tuple[int, int] | None,
    following: dict[int, int],
    window: tuple[int, int],
) -> Stretch:
    if place is None:
        return Stretch(window[0], window[0], window[1], False)
    start, values = place
    end = following[start]
    last = plain.places[end] if end < len(plain.places) else window[1]
    return Stretch(plain.places[start], plain.places[values - 1] + 1, last, True)


def _find(plain: _Plain, row: Row, after: int) -> tuple[int, int] | None:
    """Return where a row's label stands: behind the row before it, or else anywhere."""
    if row.section == _APPEALS:
        at = plain.text.rfind(_label(row.metrics[-1].column))
        return None if at < 0 else (0, at + len(row.metrics[-1].column))
    for origin in (after, 0):
        for label in _prints(row.label):
            at = plain.text.find(label, origin)
            if at >= 0:
                lead = _LEAD.search(plain.text, max(0, at - 4), at)
                return (lead.start() if lead else at), at + len(label)
    return None


def _prints(label: str) -> list[str]:
    """Return the ways to look for a row's label, the surest first."""
    whole = _label(label.split(" ")[-1])
    stem = _BRACKETS.sub("", _NUMBERING.sub("", whole))
    others = [_label(other) for other in other_prints(stem)]
    # A label that its values cut in two is known by how it begins.
    return [whole, stem, *others, *([whole[:_PREFIX]] if len(whole) > _PREFIX else [])]


def _label(words: str) -> str:
    return "".join(normalise(words).split())


def _plain(text: str, start: int, end: int) -> _Plain:
    """Return the normalised text without blanks and bars, and where each character stood."""
    kept = [
        (character, start + offset)
        for offset, character in enumerate(normalise(text)[start:end])
        if not character.isspace() and character != "|"
    ]
    return _Plain("".join(c for c, _ in kept), tuple(place for _, place in kept))
