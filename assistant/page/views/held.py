"""Buttons that open places of a source, and the view of a text that only one session holds."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from assistant.markup import Html, tag
from assistant.page.desks.held import HeldPlace
from assistant.page.desks.places import WINDOW, Span, joined
from assistant.page.words import Words


class Source(NamedTuple):
    """Where a place lies: in a report of the library, or under a token of the session."""

    id: str
    held: bool


def opener(said: str, source: Source, spans: Sequence[tuple[int, int]], **more: str) -> Html:
    """Return a button that opens places of a source; its words alone when it cannot be opened."""
    if not source.id or not spans:
        return tag("span", said, **more)
    start, end = spans[0]
    listed = " ".join(f"{start}-{end}" for start, end in spans)
    if source.held:
        return tag("button", said, type="button", data_do="place", data_token=source.id,
                   data_spans=listed, **more)  # fmt: skip
    return tag("button", said, type="button", data_source=source.id, data_start=start,
               data_end=end, data_spans=listed if len(spans) > 1 else None, **more)  # fmt: skip


def held_view(place: HeldPlace, say: Words) -> Html:
    """Return the text of a dropped file with the places asked for marked."""
    marked = tag("pre", *_marked(place, say), lang="zh", tabindex=0, aria_label=place.name)
    places = len(_asked(place))
    said = say("held.places", n=places) if places else ""
    before = _turn(place, say, place.first, max(0, place.first - WINDOW), "held.before")
    left = len(place.text) - place.last
    after = _turn(place, say, left, place.last + WINDOW, "held.after")
    title = tag("summary", place.name, " ", tag("span", said, class_="dim"))
    inside = tag("details", title, before, marked, after, open=True)
    return tag("aside", inside, class_="held nb", aria_label=say("page.source"))


def _asked(place: HeldPlace) -> list[Span]:
    """Return the places to mark; (0, 0) only opens the text."""
    return [span for span in place.spans if span != (0, 0)]


def _turn(place: HeldPlace, say: Words, left: int, to: int, key: str) -> Html | None:
    """Return how much is cut on one side, with a button that goes there."""
    if not left:
        return None
    spans = " ".join(f"{start}-{end}" for start, end in place.spans)
    button = tag("button", say(f"{key}.show"), type="button", class_="link", data_do="place",
                 data_token=place.token, data_spans=spans, data_from=to)  # fmt: skip
    return tag("p", say(key, n=left), " ", button, class_="dim")


def _marked(place: HeldPlace, say: Words) -> Iterator[Html | str]:
    """Yield the text that is shown, each place marked once; a blank one by its word."""
    at = place.first
    for start, end in _within(place):
        if start < at:
            continue
        yield place.text[at:start]
        if start == end:
            yield tag("mark", class_="blank", data_said=say("held.blank"))
        else:
            yield tag("mark", place.text[start:end])
        at = end
    yield place.text[at : place.last]


def _within(place: HeldPlace) -> list[Span]:
    """Return the places in what is shown, those that overlap made one."""
    cut = ((max(s, place.first), min(e, place.last)) for s, e in _asked(place))
    return joined(span for span in cut if span[0] <= span[1])
