"""What a check of an answer found, and an answer as text to copy, as HTML."""

from assistant.answer_tables import plain_answer
from assistant.markup import Html, tag
from assistant.page.views.parts import block
from assistant.page.views.worded import worded
from assistant.page.words import Words
from assistant.result import Answer
from assistant.verify import Verification


def copy_view(answer: Answer, say: Words) -> Html:
    """Return the button that copies an answer with its sources; the text itself is not shown."""
    button = tag(
        "button", say("keep.copy"), type="button", class_="copy", data_copy="keep-text",
        data_copied=say("page.copied"),
    )  # fmt: skip
    return block(button, tag("pre", plain_answer(worded(answer, say)), id="keep-text", hidden=True))


def verified_view(found: Verification, say: Words) -> Html:
    """Return the outcome of a check: the problems first, then what was not checked."""
    state = "answered" if found.verified else "refused"
    badge = tag("span", say(f"keep.{'verified' if found.verified else 'wrong'}"),
                class_=f"badge {state}")  # fmt: skip
    return block(
        tag("p", badge, " ", found.summary),
        _listed(say("keep.problems"), found.problems),
        _listed(say("keep.not_verified"), found.not_verified),
        role="status",
    )


def _listed(title: str, items: tuple[str, ...]) -> Html | None:
    if not items:
        return None
    return tag("div", tag("h3", title), tag("ul", (tag("li", one) for one in items)))


def thanks_view(said: str) -> Html:
    """Return that an opinion was kept."""
    return block(tag("p", said), role="status")
