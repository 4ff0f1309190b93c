"""What the chains need of a language model: a protocol and its data; imports no provider."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, Protocol

from assistant.prompts import Message
from index.errors import OutsideError
from index.model import Frozen, NianbaoError

Mode = Literal["json_schema", "tool", "json_object", "plain"]
Schema = Mapping[str, Any]


class ModelError(OutsideError):
    """The endpoint gave nothing usable: wrong key, no connection, too slow, cut off (exit 4)."""


class CutReplyError(ModelError):
    """The model wrote until its limit; what came is incomplete, though nothing else failed."""


class UnusableReplyError(NianbaoError):
    """The model answered, but also after one repair turn not in the form asked for; decline."""


class ContextError(NianbaoError):
    """The messages do not fit the model's context; ask with less."""


class Usage(Frozen):
    """What model calls took; adds up. Tokens are 0 where the endpoint does not count them."""

    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    seconds: float = 0.0

    def __add__(self, other: "Usage") -> "Usage":
        """Return the sum."""
        return Usage(
            calls=self.calls + other.calls,
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            completion_tokens=self.completion_tokens + other.completion_tokens,
            seconds=self.seconds + other.seconds,
        )


class Reply(Frozen):
    """A model's whole reply, thinking text taken out; `data` is set when a schema was asked for."""

    text: str
    data: dict[str, Any] | None = None
    usage: Usage = Usage()
    mode: Mode = "plain"


class Model(Protocol):
    """A language model behind some door; every method may raise ModelError.

    `name` is the endpoint's name of the model; `context` how many tokens prompt and reply may have
    together; `usage` what all calls so far took.
    """

    @property
    def name(self) -> str:
        """The endpoint's name of the model."""

    @property
    def context(self) -> int:
        """The number of tokens that prompt and reply may have together."""

    @property
    def usage(self) -> Usage:
        """What all calls so far took."""

    def count(self, text: str) -> int:
        """Return an upper estimate of the tokens of `text`."""

    def ask(
        self, messages: Sequence[Message], schema: Schema | None = None, most: int = 1024
    ) -> Reply:
        """Return the reply of at most `most` tokens; with a JSON Schema, its validated `data`.

        Raises UnusableReplyError when no valid JSON came, ContextError when the messages are too
        long.
        """

    def stream(self, messages: Sequence[Message], most: int = 1024) -> Iterator[str]:
        """Yield the reply in pieces, thinking text left out.

        Raises ModelError when the stream is cut: what came until then is incomplete.
        """


def model_record(model: Model, prompts: Sequence[str], since: Usage) -> dict[str, Any]:
    """Return what an answer says of the model: name, prompt ids, tokens and seconds spent."""
    used = model.usage
    return {
        "name": model.name,
        "prompts": list(dict.fromkeys(prompts)),
        "calls": used.calls - since.calls,
        "prompt_tokens": used.prompt_tokens - since.prompt_tokens,
        "completion_tokens": used.completion_tokens - since.completion_tokens,
        "seconds": round(used.seconds - since.seconds, 3),
    }
