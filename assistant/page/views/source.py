"""Places in a report's text as HTML: what was asked for highlighted, its tables as tables."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from assistant.markup import Attribute, Html, join, tag
from assistant.page.desks.places import WINDOW, Span, joined
from assistant.page.desks.source import Place
from assistant.page.views.layout import Block, Piece, lay_out
from assistant.page.words import Words

_NUMBER = "0123456789.,+-%"
_LISTED = 30


class Marks(NamedTuple):
    """What is to be highlighted: stretches apart from each other, and blank places by piece."""

    stretches: tuple[Span, ...]
    blanks: dict[Piece, tuple[int, ...]]
    focus: Span


def source_view(place: Place, say: Words, *, beside: bool = False, turn: str | None = None) -> Html:
    """Return the panel that shows a report with the places asked for marked.

    `beside` is the panel that opens by itself next to what was opened: never on a narrow screen.
    `turn` makes the same places shown again differ.
    """
    blocks = lay_out(place.text, place.first, place.last, frozenset(place.breaks))
    marks = _marks(place, blocks)
    body = [_block(place.text, block, marks, say) for block in blocks]
    return tag(
        "aside", _head(place, say), _turn(place, say, before=True),
        tag("div", *body, class_="text", lang="zh"), _turn(place, say, before=False),
        class_="source nb open", role="dialog", tabindex=-1, aria_label=say("page.source"),
        data_beside=beside, data_end=place.last <= place.asked.start, data_turn=turn,
    )  # fmt: skip


def _head(place: Place, say: Words) -> Html:
    close = tag("button", say("page.close"), type="button", data_close="")
    text = place.text
    start, end = place.asked
    column = start - (text.rfind("\n", 0, start) + 1) + 1
    where = say("source.where", line=place.line, column=column, start=start, end=end)
    facts = (
        ("source.agency", place.agency or say("source.unknown")),
        ("source.year", str(place.year or say("source.unknown"))),
        ("source.file", place.file),
        ("source.format", place.format),
        ("source.place", where),
    )
    said = [tag("div", tag("dt", say(key)), tag("dd", value)) for key, value in facts]
    return join(
        tag("header", tag("h2", place.title), close),
        tag("dl", *said, class_="facts"),
        tag("p", *_tools(place, say, where), class_="tools"),
        _spans(place, say),
    )


def _tools(place: Place, say: Words, where: str) -> Iterator[Html]:
    """Yield the buttons under the head, and the quote that one of them copies."""
    quote = place.text[place.asked.start : min(place.asked.end, place.asked.start + WINDOW)]
    who = f"{place.agency} {place.year or ''}".strip() or place.title
    said = say(
        "source.quoted", quote=quote or say("source.blank"), who=who, file=place.file,
        where=where, report_id=place.report_id,
    )  # fmt: skip
    yield tag("span", said, id="source-quote", hidden=True)
    yield tag(
        "button", say("source.copy"), type="button",
        data_copy="source-quote", data_copied=say("page.copied"),
    )  # fmt: skip
    yield tag("button", say("source.open"), type="button", data_report=place.report_id)
    if not (place.first <= place.asked.start and place.asked.end <= place.last):
        yield _button(place, say("source.back"), place.focus)


def _spans(place: Place, say: Words) -> Html | None:
    """Return a button for each of several places, and how many are not listed."""
    if len(place.spans) < 2:
        return None
    listed = [
        _button(
            place, say("source.nth", n=n + 1), n, aria_current="true" if n == place.focus else None
        )
        for n in range(min(len(place.spans), _LISTED))
    ]
    count = say("source.spans", n=len(place.spans), listed=len(listed))
    return tag("p", tag("span", count, class_="dim"), *listed, class_="tools")


def _button(place: Place, said: str, focus: int, **more: Attribute) -> Html:
    """Return a button that shows the same places otherwise."""
    return tag(
        "button", said, type="button", data_source=place.report_id, data_focus=focus,
        data_spans=" ".join(f"{s}-{e}" for s, e in place.spans), **more,
    )  # fmt: skip


def _turn(place: Place, say: Words, *, before: bool) -> Html | None:
    """Return how much is cut before or behind what is shown, with a button to go there."""
    if before:
        left, at = place.first, {"data_until": place.first}
    else:
        left, at = len(place.text) - place.last, {"data_from": place.last}
    if not left:
        return None
    key = "source.before" if before else "source.after"
    button = _button(place, say(f"{key}.show"), place.focus, **at)
    return tag("p", tag("span", say(key, n=left), class_="dim"), button, class_="tools cut")


def _block(text: str, block: Block, marks: Marks, say: Words) -> Html:
    """Return lines of text, or a table."""
    if not block.rows:
        return tag("div", *_marked(text, block.text, marks, say), class_="flow")
    rows = [
        tag("tr", *(_field(text, field, marks, say, block.width if len(row) == 1 else 1)
                    for field in row))
        for row in block.rows
    ]  # fmt: skip
    return tag("div", tag("table", tag("tbody", *rows)), class_="wide", tabindex=0)


def _field(text: str, field: Iterable[Piece], marks: Marks, say: Words, colspan: int) -> Html:
    """Return one field of a table with the marks between the fields hidden in it."""
    inside: list[Html] = []
    number = False
    for piece in field:
        said = join(*_marked(text, piece, marks, say))
        inside.append(said if piece.shown else tag("span", said, class_="sep"))
        plain = text[piece.start : piece.end].strip()
        number |= piece.shown and bool(plain) and not plain.strip(_NUMBER)
    wide = colspan if colspan > 1 else None
    return tag("td", *inside, class_="n" if number else None, colspan=wide)


def _marked(text: str, piece: Piece, marks: Marks, say: Words) -> Iterator[Html | str]:
    """Yield a piece of the text, what is asked for in it marked."""
    at = piece.start
    blanks = [Span(place, place) for place in marks.blanks.get(piece, ())]
    inside = (s for s in marks.stretches if s.start < piece.end and s.end > piece.start)
    for start, end in sorted([*inside, *blanks]):
        start, end = max(start, piece.start), min(end, piece.end)
        if at < start:
            yield text[at:start]
        at = max(at, end)
        yield _mark(text, start, end, marks.focus, say)
    if at < piece.end:
        yield text[at : piece.end]


def _mark(text: str, start: int, end: int, focus: Span, say: Words) -> Html:
    """Return a marked stretch, or the sign of a blank place, which is no text."""
    here = focus.start <= start and end <= focus.end and (start < end or focus.start == focus.end)
    if start < end:
        return tag("mark", text[start:end], class_="focus" if here else None)
    said = say("source.blank")
    name = "blank focus" if here else "blank"
    return tag("mark", class_=name, data_said=said, aria_label=said, role="img")


def _marks(place: Place, blocks: Sequence[Block]) -> Marks:
    """Return what to mark in the blocks."""
    blanks: dict[Piece, tuple[int, ...]] = {}
    shown = [piece for block in blocks for piece in block.pieces() if piece.shown]
    for at in sorted({s.start for s in place.spans if s.start == s.end}):
        if shown and place.first <= at <= place.last:
            piece = _around(shown, at)
            blanks[piece] = (*blanks.get(piece, ()), min(max(at, piece.start), piece.end))
    return Marks(tuple(_apart(place.spans, place.asked)), blanks, place.asked)


def _apart(spans: Iterable[Span], focus: Span) -> Iterator[Span]:
    """Yield stretches that cover the same without overlapping, cut where the focus begins, ends."""
    for start, end in joined(span for span in spans if span.start < span.end):
        cuts = sorted({start, end, *(at for at in focus if start < at < end)})
        yield from map(Span, cuts, cuts[1:])


def _around(shown: Sequence[Piece], at: int) -> Piece:
    """Return the piece in which a blank place stands: the one it opens before one it ends."""
    for piece in shown:
        if piece.start <= at < piece.end or piece.start == at == piece.end:
            return piece
    ending = [piece for piece in shown if piece.end <= at]
    return ending[-1] if ending else shown[0]
