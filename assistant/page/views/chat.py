"""What surrounds an answer: examples, the text while it is written, a failure, earlier turns."""

from collections.abc import Sequence

from assistant.conversation import Turn
from assistant.markup import Html, join, tag
from assistant.page.views.parts import block
from assistant.page.views.worded import worded
from assistant.page.words import Words


def examples_view(questions: Sequence[str], say: Words) -> Html:
    """Return the examples as buttons that ask them."""
    if not questions:
        return block(tag("p", say("ask.no_examples"), class_="dim"))
    chips = (ask_button(question, "chip") for question in questions)
    return tag("div", tag("span", say("ask.examples"), class_="dim"), chips, class_="nb chips")


def ask_button(question: str, kind: str = "link") -> Html:
    """Return a button that asks a question."""
    return tag(
        "button", question, type="button", class_=kind, lang="zh", data_do="ask",
        data_question=question,
    )  # fmt: skip


def asked_view(question: str, note: str = "") -> Html:
    """Return the question that was asked, as the visitor said it; `note` stands beside it."""
    beside = tag("span", note, class_="dim") if note else None
    return tag("p", question, beside, class_="asked")


def writing_view(question: str, text: str, say: Words) -> Html:
    """Return what was written so far, which is not yet an answer."""
    said = say("ask.writing") if text else say("ask.searching")
    badge = tag("p", tag("span", said, class_="badge writing"))
    body = tag("p", text, class_="text half") if text else None
    return tag("div", asked_view(question), badge, body, class_="nb turn", aria_busy="true")


def failure_view(question: str, message: str, say: Words) -> Html:
    """Return why there is no answer; nothing half-written is left standing."""
    badge = tag("p", tag("span", say("ask.failed"), class_="badge refused"))
    asked = asked_view(question) if question else None
    return tag(
        "div", asked, badge, tag("p", message, class_="text"), class_="nb turn", role="alert"
    )


def notice_view(question: str, message: str) -> Html:
    """Return a remark that is not an answer: stopped, or a sentence to be finished."""
    asked = asked_view(question) if question else None
    return tag("div", asked, tag("p", message, class_="text"), class_="nb turn")


def earlier_view(turns: Sequence[Turn], say: Words) -> Html:
    """Return the turns before the last, newest first, folded to their questions."""
    if not turns:
        return Html("")
    title = tag("h3", say("ask.earlier"))
    return tag("div", title, (_turn(turn, say) for turn in reversed(turns)), class_="nb earlier")


def _turn(turn: Turn, say: Words) -> Html:
    status = tag("span", say(f"ask.status_{turn.answer.status}"), class_="dim")
    lines = (tag("p", line) for line in worded(turn.answer, say).text.splitlines())
    again = tag(
        "button", say("ask.again"), type="button", class_="link", data_do="ask",
        data_question=turn.resolved,
    )  # fmt: skip
    summary = tag("summary", tag("span", turn.question, class_="name"), " ", status)
    whole = tag("p", turn.answer.note, class_="dim") if turn.answer.note else None
    return tag("details", summary, join(whole, lines, again), class_="list")
