"""How visitors judged answers, as counts: what one wrote is not shown to the others."""

from assistant.feedback import Kept
from assistant.markup import Html, tag
from assistant.page.views.parts import block
from assistant.page.words import Words


def feedback_view(kept: Kept, say: Words) -> Html:
    """Return how many thumbs there are, and where their questions and comments can be read."""
    up = sum(one.thumb == "up" for one in kept.records)
    counts = say("evaluate.feedback_counts", up=up, down=len(kept.records) - up)
    unread = say("evaluate.feedback_unread", count=kept.unread) if kept.unread else None
    return block(
        tag("p", counts),
        tag("p", unread) if unread else None,
        tag("p", say("evaluate.feedback_where"), class_="dim"),
    )
