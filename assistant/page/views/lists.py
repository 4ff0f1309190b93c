"""The lists of an answer as tables: what is, what is not, what cannot be decided, the places.

A list is shown a page at a time; how many items there are in all is always said.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import PurePath

from assistant.markup import Html, join, tag
from assistant.numbers import say_number, say_value
from assistant.page.desks.listing import AT_A_TIME, Item, Part
from assistant.page.views.linked_text import goto
from assistant.page.views.parts import block, cell, number, table
from assistant.page.views.quotes import holds_number
from assistant.page.words import Words
from assistant.result import Citation, Row, Shown, Undecided
from assistant.tables import reason_words
from index.catalogue import load_metrics

_OPERANDS = 6
_SHORT = 24
_Column = tuple[str, Callable[[Item], Html | None]]


def list_view(part: Part, say: Words, opened: bool = False) -> Html:
    """Return a list as a part that unfolds, empty when there is nothing in it."""
    if not part.total:
        return Html("")
    name = say(f"ask.list_{part.listed}")
    count = tag("span", str(part.total), class_="count")
    summary = tag("summary", tag("span", name, class_="name"), count)
    more = say("ask.listed", total=part.total, whole=part.whole) if part.whole else ""
    inside = tag("p", more, say(f"ask.list_{part.listed}_hint"), class_="dim")
    shown = _table(part, name, say)
    return block(
        tag("details", summary, inside, shown, _pages(part, say), open=opened, class_="list"),
        data_list=part.listed,
    )


def _table(part: Part, name: str, say: Words) -> Html:
    """Return the table of a part without the columns that nothing stands in."""
    kinds = {"cited": _citation_columns, "unknown": _undecided_columns}
    columns = kinds.get(part.listed, _row_columns)(part.cited, say)
    cells = [[draw(item) for _, draw in columns] for item in part.items]
    kept = [at for at in range(len(columns)) if any(row[at] for row in cells)]
    rows = ([row[at] or cell("") for at in kept] for row in cells)
    return table([columns[at][0] for at in kept], rows, name, say)


def _row_columns(cited: Mapping[int, Citation], say: Words) -> list[_Column]:
    """Return the columns of reports, groups and changes."""
    drawn: list[tuple[str, Callable[..., Html | None]]] = [
        ("rank", lambda row: None if row.rank is None else cell(str(row.rank), row.rank)),
        ("agency", lambda row: _text(row.group or row.agency)),
        ("year", _year),
        ("value", lambda row: _value(row, cited, say)),
        ("more", lambda row: _more(row, cited, say)),
        ("metric", lambda row: _text(row.label or row.metric)),
        ("place", lambda row: _text(_place(row))),
        ("note", lambda row: _text(row.note)),
    ]
    return [(say(f"ask.column_{key}"), draw) for key, draw in drawn]


def _undecided_columns(cited: Mapping[int, Citation], say: Words) -> list[_Column]:
    """Return the columns of what cannot be decided, with the reason in words."""
    drawn: list[tuple[str, Callable[..., Html | None]]] = [
        ("agency", lambda one: _text(one.agency)),
        ("year", _year),
        ("reason", lambda one: _text(one.detail or reason_words().get(one.reason, one.reason))),
        ("source", lambda one: _sources(one.citations, cited, say)),
        ("metric", lambda one: _text(one.label or one.metric)),
        ("place", lambda one: _text(_place(one))),
    ]
    return [(say(f"ask.column_{key}"), draw) for key, draw in drawn]


def _citation_columns(cited: Mapping[int, Citation], say: Words) -> list[_Column]:
    """Return the columns of places in the reports."""
    drawn: list[tuple[str, Callable[..., Html | None]]] = [
        ("id", lambda one: cell(f"[{one.id}]", one.id)),
        ("metric", lambda one: _text(_metric(one))),
        ("quote", lambda one: tag("td", _place_button(one, one.quote), class_=_width(one.quote))),
        ("file", lambda one: _text(PurePath(one.path).name)),
        ("at", lambda one: cell(f"{one.start}–{one.end}", one.start)),
        ("context", lambda one: _text(" ".join(one.context.split()))),
    ]
    return [(say(f"ask.column_{key}"), draw) for key, draw in drawn]


def _text(text: str | None) -> Html | None:
    """Return a cell of words; many get a wide column, lest a narrow one makes the row tall."""
    if not text:
        return None
    return tag("td", text, class_=_width(text))


def _width(text: str) -> str | None:
    return "long" if len(text) > _SHORT else None


def _year(item: Row | Undecided) -> Html | None:
    return None if item.year is None else cell(str(item.year), item.year)


def _place(item: Row | Undecided) -> str:
    """Return province, city, county, township, each once."""
    parts = (item.province, item.city, item.county, item.township)
    return " ".join(dict.fromkeys(part for part in parts if part))


def _value(row: Row, cited: Mapping[int, Citation], say: Words) -> Html | None:
    """Return a value that opens its place; words open the passage they stand in."""
    if row.value is None:
        return _sources(row.citations, cited, say)
    if not row.citations and cited:  # a group: its numbers are among the places of the answer
        return cell(goto(say_value(row.value, row.unit, row.ratio, row.bound), "cited"), row.value)
    return cell(_shown(row, cited, say), row.value)


def _more(row: Row, cited: Mapping[int, Citation], say: Words) -> Html | None:
    """Return the further numbers of a row, each with what it is."""
    if not row.more:
        return None
    lines = (
        tag("div", tag("span", _named(one, row), class_="dim"), " ", _shown(one, cited, say))
        for one in row.more
    )
    return cell(join(lines))


def _named(one: Shown, row: Row) -> str:
    """Return what a further number is: its label, and its year where that is another."""
    year = "" if one.year in (None, row.year) else f"{one.year}年"
    return f"{year}{one.label}{one.note and f'（{one.note}）'}"


def _shown(one: Row | Shown, cited: Mapping[int, Citation], say: Words) -> Html:
    """Return a number as its own button, or with a button for each number it comes from."""
    said = say_value(one.value, one.unit, one.ratio, one.bound)
    places = [cited[n] for n in one.citations if n in cited]
    alone = one.value is not None and len(places) == 1 and one.ratio is None
    if alone and holds_number(places[0], say_number(abs(one.value or Decimal(0)))):
        return _place_button(places[0], said)
    return join(said, _operands(places, say))


def _operands(places: Sequence[Citation], say: Words) -> Html | None:
    """Return a button for each place, named where they are of several cells; many are folded."""
    if not places:
        return None
    several = len({one.metric for one in places}) > 1
    buttons = [_operand(one, named=several) for one in places]
    if len(places) <= _OPERANDS:
        return tag("div", tag("span", say("ask.from")), buttons, class_="operands")
    summary = tag("summary", say("ask.from_many", count=len(places)))
    return tag("details", summary, buttons, class_="operands")


def _operand(one: Citation, *, named: bool) -> Html:
    name = tag("span", _metric(one)) if named else None
    return tag("span", name, " ", _place_button(one, _short(one.quote)), class_="operand")


def _metric(one: Citation) -> str:
    """Return row and column of the cell that a citation is of, "" for prose."""
    metric = load_metrics().get(one.metric)
    return f"{metric.row}·{metric.column}" if metric else ""


def _sources(ids: Iterable[int], cited: Mapping[int, Citation], say: Words) -> Html | None:
    places = [cited[n] for n in ids if n in cited]
    return tag("td", _operands(places, say), class_="long") if places else None


def _place_button(one: Citation, said: str) -> Html:
    return number(said, one.report_id, one.start, one.end)


def _short(quote: str) -> str:
    """Return a quote on one line, a long one cut where that is seen."""
    line = " ".join(quote.split())
    return f"{line[:_SHORT]}…" if len(line) > _SHORT else line


def _pages(part: Part, say: Words) -> Html | None:
    """Return what part of a list is shown, and the way to the rest."""
    end = part.start + len(part.items)
    if part.start == 0 and end >= part.total:
        return None
    said = say("ask.shown", first=part.start + 1, last=end, total=part.total)
    before = max(part.start - AT_A_TIME, 0) if part.start else None
    after = end if end < part.total - part.beyond else None
    left = say("ask.beyond", count=part.beyond) if part.beyond else None
    turns = (_turn(part, key, at, say) for key, at in (("before", before), ("after", after)))
    return tag("p", tag("span", said, class_="dim"), turns, left, class_="pages")


def _turn(part: Part, key: str, at: int | None, say: Words) -> Html | None:
    if at is None:
        return None
    said = say(f"ask.page_{key}")
    return tag("button", said, type="button", data_do="page", data_list=part.listed, data_at=at)
