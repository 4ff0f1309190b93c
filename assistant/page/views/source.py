"""A place in a report's text as HTML, with what was asked for highlighted."""

from assistant.markup import Html, tag
from assistant.page.words import Words


def source_view(title: str, text: str, start: int, end: int, say: Words) -> Html:
    """Return the panel that shows `text` with `text[start:end]` marked."""
    close = tag("button", say("page.close"), type="button", data_close="")
    marked = tag("pre", text[:start], tag("mark", text[start:end]), text[end:])
    head = tag("header", tag("h2", title), close)
    return tag(
        "aside", head, marked, class_="source nb open", role="dialog", tabindex=-1,
        aria_label=say("page.source"),
    )  # fmt: skip
