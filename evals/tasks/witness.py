"""A model that remembers when its endpoint failed, where a chain goes on without it."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from assistant.model_reply import CutReplyError, Model, ModelError, Reply, Schema, Usage
from assistant.prompts import Message

T = TypeVar("T")


class Witness:
    """The model `inner`; the product's chains answer without it when it fails, a score must not.

    One for each case: `check` raises the first ModelError that a chain has swallowed. A reply that
    ran into its limit is no such failure: what the product makes of it is scored.
    """

    def __init__(self, inner: Model) -> None:
        self._inner = inner
        self._failure: ModelError | None = None

    @property
    def name(self) -> str:
        """The endpoint's name of the model."""
        return self._inner.name

    @property
    def context(self) -> int:
        """The number of tokens that prompt and reply may have together."""
        return self._witnessed(lambda: self._inner.context)

    @property
    def usage(self) -> Usage:
        """What all calls so far took."""
        return self._inner.usage

    def count(self, text: str) -> int:
        """Return an upper estimate of the tokens of `text`."""
        return self._witnessed(lambda: self._inner.count(text))

    def ask(
        self, messages: Sequence[Message], schema: Schema | None = None, most: int = 1024
    ) -> Reply:
        """Return the reply."""
        return self._witnessed(lambda: self._inner.ask(messages, schema, most))

    def stream(self, messages: Sequence[Message], most: int = 1024) -> Iterator[str]:
        """Yield the reply in pieces."""
        try:
            yield from self._inner.stream(messages, most)
        except CutReplyError:
            raise  # the model's own doing, which the product has to live with
        except ModelError as error:
            self._failure = self._failure or error
            raise

    def check(self) -> None:
        """Raise the ModelError that was seen, if any."""
        if self._failure is not None:
            raise self._failure

    def _witnessed(self, call: Callable[[], T]) -> T:
        try:
            return call()
        except ModelError as error:
            self._failure = self._failure or error
            raise
