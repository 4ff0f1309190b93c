"""The head of the page as HTML: its name, and how much it asks."""

from assistant.markup import Html, tag
from assistant.page.views.parts import block
from assistant.page.words import Words


def head_view(say: Words) -> Html:
    """Return the name of the page and what it promises."""
    return block(tag("h1", say("page.title")), tag("p", say("page.subtitle"), class_="dim"))


def library_view(reports: int, say: Words) -> Html:
    """Return how many reports the library holds."""
    said = say("page.library", reports=reports)
    return block(tag("p", said, class_="dim small"))
