"""The words of an answer as HTML in which each number leads to where it comes from.

A number that is the value of one item said before it opens that item's cell; any other that the
answer counted or computed leads to the list it comes from; numbers of the question lead nowhere.
A number whose place is not certain never opens a cell.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from functools import cache
from itertools import chain
from typing import NamedTuple

from assistant.data import read_rows
from assistant.markup import Html, join, tag
from assistant.numbers import say_number
from assistant.operations.sketch import full_name
from assistant.page.views.parts import number
from assistant.page.views.quoted_text import Span, is_prose, prose_spans
from assistant.page.views.quotes import holds_number
from assistant.result import Answer, Citation, Row, Shown, Undecided
from assistant.tables import reason_words

Item = Row | Undecided
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
# A number that is not part of a code such as T3-1.
_COUNTED = re.compile(r"(?<![A-Za-z\d.])(?<![A-Za-z\d]-)\d+(?:\.\d+)?(?![A-Za-z\d])")
_YEAR = re.compile(r"(\d{4})年")
_QUOTED = re.compile(r"“[^”]*”")
_PARTS = re.compile(r"[^。\n]+")
_DATE = ("年", "月", "日", "版")
_CLOSED = re.compile(r"（[^（）]*）")
_ORDINAL = "第"


class _Said(NamedTuple):
    """One value of an item as the text may say it."""

    item: Item
    listed: str
    digits: str
    unit: str
    label: str
    year: int | None
    cited: tuple[int, ...]


class _Sources(NamedTuple):
    """What numbers may lead to: items by the names they go by, citations, the lists there are."""

    names: dict[str, list[tuple[str, Item]]]
    lengths: tuple[int, ...]
    cited: dict[int, Citation]
    lists: tuple[str, ...]
    asked: frozenset[str]


class _Name(NamedTuple):
    start: int
    end: int
    text: str


def linked_text(answer: Answer) -> Html:
    """Return the text of an answer with its numbers, quotes and marks as buttons."""
    prose = list(prose_spans(answer))
    taken = [range(span.start, span.end) for span in prose]
    sources = _sources_of(answer)
    spans = [s for s in _number_spans(answer, sources) if not _lies_in(s.start, taken)]
    return _laid(answer.text, sorted([*prose, *spans]))


def goto(said: str, listed: str) -> Html:
    """Return a number that leads to the list it was counted or computed from."""
    return tag("button", said, type="button", class_="derived", data_goto=f"ask-{listed}")


def _laid(text: str, spans: Sequence[Span]) -> Html:
    """Return the text with the spans in their places."""
    parts: list[str] = []
    at = 0
    for span in spans:
        if span.start >= at:
            parts += [text[at : span.start], span.html]
            at = span.end
    return join(*parts, text[at:])


def _lies_in(at: int, taken: Iterable[range]) -> bool:
    return any(at in one for one in taken)


def _number_spans(answer: Answer, sources: _Sources) -> Iterator[Span]:
    """Yield every number of the text that leads somewhere."""
    for part in _PARTS.finditer(answer.text):
        text = part[0]
        names = _names_in(text, sources)
        fixed = [range(one.start, one.end) for one in names]
        fixed += [range(*found.span()) for found in _reasons().finditer(text)]
        if not is_prose(answer):
            fixed += [range(*found.span()) for found in _QUOTED.finditer(text)]
        for found in _COUNTED.finditer(text):
            if _lies_in(found.start(), fixed):
                continue
            html = _led(text, found.start(), found[0], names, sources)
            if html is not None:
                yield Span(part.start() + found.start(), part.start() + found.end(), html)


def _led(text: str, at: int, digits: str, names: Sequence[_Name], sources: _Sources) -> Html | None:
    """Return the button of a number, None where it leads nowhere."""
    after = text[at + len(digits) :]
    if after.startswith(_DATE) or text[:at].rstrip().endswith(_ORDINAL):
        return None
    owner = next((name for name in reversed(names) if name.end <= at), None)
    if owner is not None:
        said = _values(text, at, digits, owner, sources)
        if said:
            return _opened(digits, said, owner, sources)
    if digits in sources.asked or not sources.lists:
        return None
    return goto(digits, _list_of(text[:at], sources.lists))


def _opened(digits: str, said: Sequence[_Said], owner: _Name, sources: _Sources) -> Html:
    """Return a button for the one cell that is meant, else for the list that holds it."""
    bodies = {full_name(item) for _, item in sources.names[owner.text]}
    cited = {one.cited for one in said}
    ids = next(iter(cited))
    if len(bodies) == len(cited) == len(ids) == 1 and ids[0] in sources.cited:
        one = sources.cited[ids[0]]
        if holds_number(one, digits):
            return number(digits, one.report_id, one.start, one.end)
    return goto(digits, said[0].listed)


def _values(text: str, at: int, digits: str, owner: _Name, sources: _Sources) -> list[_Said]:
    """Return the values of the named item that the number may be."""
    after = text[at + len(digits) :]
    found = [
        one
        for listed, item in sources.names[owner.text]
        for one in chain(_said(item, listed), _told(item, listed, sources.cited))
        if one.digits == digits and after.startswith(one.unit)
    ]
    return _of_label(_of_year(found, text[owner.end : at]), text[:at])


def _of_year(found: list[_Said], between: str) -> list[_Said]:
    """Keep the values of the year that is said between the name and the number."""
    years = _YEAR.findall(between)
    if not years:
        return found
    return [one for one in found if one.year is None or str(one.year) == years[-1]]


def _of_label(found: list[_Said], before: str) -> list[_Said]:
    """Keep the values whose label is said last before the number, where any is."""
    places = [before.rfind(one.label) if one.label else -1 for one in found]
    last = max(places, default=-1)
    if last < 0:
        return found
    return [one for one, place in zip(found, places, strict=True) if place == last]


def _said(item: Item, listed: str) -> Iterator[_Said]:
    """Yield the values of a row, as the text says them."""
    if isinstance(item, Undecided):
        return
    values: tuple[Row | Shown, ...] = (item, *item.more)
    for one in values:
        if one.value is not None:
            year = one.year if one.year is not None else item.year
            digits = say_number(abs(one.value))
            yield _Said(item, listed, digits, one.unit, one.label, year, one.citations)


def _told(item: Item, listed: str, cited: dict[int, Citation]) -> Iterator[_Said]:
    """Yield the numbers that the reason of an undecided item repeats from its sources."""
    if isinstance(item, Undecided):
        for one in item.citations:
            for digits in set(_NUMBER.findall(item.detail)):
                if one in cited and holds_number(cited[one], digits):
                    yield _Said(item, listed, digits, "", "", None, (one,))


def _names_in(text: str, sources: _Sources) -> list[_Name]:
    """Return the names that the text says, the longest at each place."""
    found: list[_Name] = []
    at = 0
    while at < len(text):
        name = next(
            (n for size in sources.lengths if (n := text[at : at + size]) in sources.names), ""
        )
        if name:
            found.append(_Name(at, at + len(name), name))
        at += len(name) or 1
    return found


def _sources_of(answer: Answer) -> _Sources:
    """Return what the numbers of an answer may lead to."""
    names: dict[str, list[tuple[str, Item]]] = {}
    lists = (("yes", answer.rows), ("no", answer.rejected), ("unknown", answer.undecided))
    for listed, items in lists:
        for item in items:
            for name in _names_of(item):
                names.setdefault(name, []).append((listed, item))
    held = [listed for listed, items in lists if items]
    if answer.coverage.reports:
        held.append("coverage")
    return _Sources(
        names,
        tuple(sorted({len(name) for name in names}, reverse=True)),
        {one.id: one for one in answer.citations},
        tuple(held),
        frozenset(_asked(answer)),
    )


def _names_of(item: Item) -> set[str]:
    """Return the names by which the text may call an item."""
    group = item.group if isinstance(item, Row) else None
    return {name for name in (item.agency, full_name(item), group) if name}


def _asked(answer: Answer) -> Iterator[str]:
    """Yield the numbers of the question: those it says, and those that it was read to hold."""
    yield from _NUMBER.findall(f"{answer.question} {answer.resolved}")
    if answer.plan is None:
        return
    for condition in answer.plan.conditions:
        yield from (say_number(condition.value), say_number(condition.value * 100))
    if answer.plan.claim is not None:
        yield say_number(Decimal(answer.plan.claim))
    yield from map(str, answer.plan.scope.years)


@cache
def _reasons() -> re.Pattern[str]:
    """Return the reasons in words that hold a number of their own (空白不等于0)."""
    return re.compile("|".join(re.escape(w) for w in reason_words().values() if _NUMBER.search(w)))


@cache
def _cues() -> tuple[tuple[str, str], ...]:
    """Return the words before a count with the list that is counted."""
    return tuple((row["cue"], row["list"]) for row in read_rows("count_cues.csv"))


def _list_of(before: str, lists: Sequence[str]) -> str:
    """Return the list that a count comes from, by the last of the cues before it.

    What stands in brackets that were closed again says nothing of what follows.
    """
    before = _CLOSED.sub("", before)
    said = [
        (before.rfind(cue) + len(cue), len(cue), name) for cue, name in _cues() if cue in before
    ]
    wanted = max(said)[2] if said else lists[0]
    return wanted if wanted in lists else lists[-1]
