"""A deterministic model: a real `Model` with prepared replies, so that tests run the chains."""

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from jsonschema import ValidationError, validate

from assistant.model_reply import ModelError, Reply, Schema, UnusableReplyError, Usage
from assistant.prompts import Message

Scripted = str | dict[str, Any] | Exception


class ScriptedModel:
    """Gives `replies` in turn, or what `replies` returns for the messages; keeps what was asked.

    A dict is a structured reply; one that does not fit the schema raises UnusableReplyError, an
    Exception is raised as it is.
    """

    name = "scripted"

    def __init__(
        self,
        replies: Sequence[Scripted] | Callable[[Sequence[Message]], Scripted],
        context: int = 8192,
    ) -> None:
        self._replies = replies
        self.context = context
        self.usage = Usage()
        self.asked: list[tuple[Message, ...]] = []

    def count(self, text: str) -> int:
        """Return one token for each character."""
        return len(text)

    def ask(
        self, messages: Sequence[Message], schema: Schema | None = None, most: int = 1024
    ) -> Reply:
        """Return the next reply."""
        given = self._next(messages)
        if schema is None:
            return Reply(text=given if isinstance(given, str) else json.dumps(given))
        try:
            data = json.loads(given) if isinstance(given, str) else given
            validate(data, schema)
        except (ValueError, ValidationError) as error:
            raise UnusableReplyError(f"模型的回答不合要求的格式：{error}") from error
        return Reply(text=json.dumps(data, ensure_ascii=False), data=data)

    def stream(self, messages: Sequence[Message], most: int = 1024) -> Iterator[str]:
        """Yield the next reply a few characters at a time."""
        given = self._next(messages)
        text = given if isinstance(given, str) else json.dumps(given)
        for start in range(0, len(text), 7):
            yield text[start : start + 7]

    def _next(self, messages: Sequence[Message]) -> str | dict[str, Any]:
        """Return the next prepared reply, or raise it."""
        self.asked.append(tuple(messages))
        self.usage = self.usage + Usage(calls=1)
        if callable(self._replies):
            given = self._replies(messages)
        elif len(self.asked) <= len(self._replies):
            given = self._replies[len(self.asked) - 1]
        else:
            given = ModelError("没有准备更多的回答。")
        if isinstance(given, Exception):
            raise given
        return given
