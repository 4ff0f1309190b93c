"""An answer as HTML: status, words, how it was read, what it rests on, warnings, the model."""

from collections.abc import Mapping
from typing import Any

from assistant.markup import Html, join, tag
from assistant.page.views.chat import asked_view
from assistant.page.views.linked_text import linked_text
from assistant.page.views.worded import worded
from assistant.page.words import Words
from assistant.result import Answer, Coverage

_INSIDE = ("reports", "decidable", "qualified", "rejected", "undecidable")
_BESIDES = ("duplicates", "superseded", "unsettled", "no_report")


def answer_view(answer: Answer, say: Words) -> Html:
    """Return an answer without its lists; a clarification has its readings as buttons."""
    answer = worded(answer, say)
    return tag(
        "div",
        asked_view(answer.question, say("ask.edited") if answer.edited else ""),
        _head(answer, say),
        tag("div", linked_text(answer), class_="text", id="ask-text"),
        _choices(answer, say),
        _reading(answer, say),
        coverage_view(answer.coverage, say),
        _warnings(answer.warnings, say),
        _record(answer.model, say),
        class_="nb turn",
        data_asked=answer.resolved or answer.question,
    )


def _head(answer: Answer, say: Words) -> Html:
    """Return the status in words, how long it took, and the button that copies the text."""
    status = tag("span", say(f"ask.status_{answer.status}"), class_=f"badge {answer.status}")
    took = tag("span", say("ask.took", seconds=f"{answer.elapsed_ms / 1000:.2f}"), class_="dim")
    copy = tag(
        "button", say("page.copy"), type="button", class_="link", data_copy="ask-text",
        data_copied=say("page.copied"),
    )  # fmt: skip
    return tag("p", status, took, copy, class_="head")


def _choices(answer: Answer, say: Words) -> Html | None:
    """Return each reading as a button that asks it."""
    if not answer.choices:
        return None
    buttons = (
        tag(
            "button", choice, type="button", class_="chip", data_do="choose",
            data_choice=choice, data_question=answer.resolved or answer.question,
        )
        for choice in answer.choices
    )  # fmt: skip
    return tag("div", tag("p", say("ask.choose"), class_="dim"), buttons, class_="chips")


def _reading(answer: Answer, say: Words) -> Html | None:
    """Return how the question was made whole and read."""
    note = tag("p", answer.note) if answer.note else None
    lines = [tag("p", line) for line in answer.explanation.splitlines()]
    if note is None and not lines:
        return None
    return tag("div", tag("h3", say("ask.reading")), note, lines, class_="reading")


def coverage_view(coverage: Coverage, say: Words) -> Html | None:
    """Return on how many reports an answer rests, with every count; None where it rests on none."""
    counts = coverage.model_dump()
    if not any(counts.values()):
        return None
    pairs = (
        tag("div", tag("dt", say(f"ask.count_{key}")), tag("dd", str(counts[key])), class_=key)
        for key in _INSIDE
    )
    besides = " · ".join(f"{say(f'ask.count_{key}')} {counts[key]}" for key in _BESIDES)
    return tag(
        "div", tag("h3", say("ask.coverage")), tag("dl", pairs),
        tag("p", say("ask.besides"), besides, class_="dim"),
        id="ask-coverage", class_="coverage", tabindex=-1,
    )  # fmt: skip


def _warnings(warnings: tuple[str, ...], say: Words) -> Html | None:
    """Return what to mind; many are folded behind how many there are."""
    if not warnings:
        return None
    items = tag("ul", (tag("li", one) for one in warnings))
    title = say("ask.warnings", count=len(warnings))
    return tag("details", tag("summary", title), items, open=len(warnings) <= 2, class_="warnings")


def _record(model: Mapping[str, Any] | None, say: Words) -> Html | None:
    """Return what a language model took part with, None where none did."""
    if not model:
        return None
    said = say(
        "ask.record",
        name=model.get("name", ""),
        prompts="、".join(model.get("prompts", ())) or "—",
        calls=model.get("calls", 0),
        given=model.get("prompt_tokens", 0),
        written=model.get("completion_tokens", 0),
    )
    error = tag("p", str(model["error"])) if model.get("error") else None
    return tag("details", tag("summary", say("ask.model")), join(tag("p", said), error),
               class_="record")  # fmt: skip
