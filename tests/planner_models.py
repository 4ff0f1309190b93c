"""Scripted models that fill the form of a declined question: honest, lazy, and at will."""

import re
from collections.abc import Callable, Mapping, Sequence

from assistant.planner.filled import UNKNOWN, schema_for
from assistant.prompts import Message
from assistant.scripted_model import ScriptedModel

_WORD = re.compile(r"word_(\d)=([^（]+)（([^）]*(?:（[^）]*）[^）]*)*)）")
EMPTY = dict.fromkeys(
    ("operation", "measure", "shown", "years", "places", "comparator", "number", "rewritten")
)


def choices_in(messages: Sequence[Message]) -> list[tuple[str, list[str]]]:
    """Return the unread words of the last question with their choices."""
    asked = messages[-1].content.rpartition("没读懂的词：")[2].partition("\n")[0]
    return [(word, shown.split("、")) for _, word, shown in _WORD.findall(asked)]


def menu_in(messages: Sequence[Message]) -> list[str]:
    """Return the menu of the last question."""
    return messages[-1].content.rpartition("指标：")[2].partition("\n")[0].split("、")


def filled(messages: Sequence[Message], words: Sequence[str], **fields: str | None) -> dict:
    """Return a form that fits the schema, the fields not named null."""
    found = choices_in(messages)
    data = {f"word_{n}": word for n, word in enumerate(words, start=1)} | EMPTY | fields
    known = schema_for([shown for _, shown in found], menu_in(messages))["properties"]
    return {key: value for key, value in data.items() if key in known}


def honest(meant: Mapping[str, str] | None = None, **fields: str | None) -> ScriptedModel:
    """Return a model that picks what `meant` says, else the first choice a table backs."""

    def reply(messages: Sequence[Message]) -> dict:
        menu = menu_in(messages)
        words = [
            (meant or {}).get(word) or (UNKNOWN if shown[:-1] == menu else shown[0])
            for word, shown in choices_in(messages)
        ]
        return filled(messages, words, **fields)

    return ScriptedModel(reply)


def at_will(draw: Callable[[Sequence[str]], str], **fields: str | None) -> ScriptedModel:
    """Return a model whose every choice is drawn by the caller."""

    def reply(messages: Sequence[Message]) -> dict:
        words = [draw(shown) for _, shown in choices_in(messages)]
        return filled(messages, words, **fields)

    return ScriptedModel(reply)
