"""What goes to an endpoint and what comes back, whoever's client carries it; knows no client."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple, Protocol

from assistant.model.thinking import ThinkingFilter
from assistant.prompts import Message

FaultKind = Literal[
    "key",  # 401, 403
    "missing",  # 404: no such address or no such model
    "quota",  # nothing left to pay with
    "refused",  # 400, 422: the request itself
    "context",  # the messages are too long
    "busy",  # 429
    "broken",  # 5xx
    "unreachable",  # no connection
    "silent",  # nothing came for too long
    "late",  # the whole took too long
    "cut",  # the reply ended in the middle
    "endless",  # far more came than any reply has
    "garbled",  # what came is not this protocol
]


class Fault(Exception):  # noqa: N818 - never shown; `assistant.model.words` turns it into an error
    """A call that failed; `detail` is the endpoint's own message without any key."""

    def __init__(
        self,
        kind: FaultKind,
        detail: str = "",
        status: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(kind, detail)
        self.kind: FaultKind = kind
        self.detail = detail
        self.status = status
        self.retry_after = retry_after


class Request(NamedTuple):
    """One chat request: `extras` are the fields of its body beside model and messages."""

    messages: tuple[Message, ...]
    extras: Mapping[str, Any]
    stream: bool = True
    usage: bool = True


class Piece(NamedTuple):
    """A part of a reply; an unstreamed reply is one piece. Token counts are 0 where not given."""

    text: str = ""
    thought: str = ""
    arguments: str = ""
    finish: str | None = None
    prompt_tokens: int = 0
    completion_tokens: int = 0


class Whole(NamedTuple):
    """A reply put together: thinking text is taken out, `thought` tells whether there was any.

    `opened` tells that the reply began inside its thinking text.
    """

    text: str
    arguments: str
    finish: str | None
    thought: bool
    prompt_tokens: int
    completion_tokens: int
    opened: bool = False
    first_seconds: float = 0.0
    seconds: float = 0.0


class Endpoint(Protocol):
    """A chat endpoint; every method may raise Fault."""

    @property
    def name(self) -> str:
        """The model's name."""

    @property
    def address(self) -> str:
        """The address as it may be shown: without user, password and query."""

    def listed(self) -> Sequence[Mapping[str, Any]]:
        """Return the entries of /models."""

    def send(self, request: Request, deadline: float) -> Iterator[Piece]:
        """Yield the reply; `deadline` is a time of time.monotonic."""


def put_together(pieces: Iterable[Piece], thinking: bool = False) -> Whole:
    """Return the whole reply; `thinking` tells that it begins inside its thinking text."""
    taken = list(pieces)
    shown = ThinkingFilter(thinking)
    text = shown.feed("".join(piece.text for piece in taken)) + shown.end()
    return Whole(
        text=text.strip(),
        arguments="".join(piece.arguments for piece in taken),
        finish=next((piece.finish for piece in reversed(taken) if piece.finish), None),
        thought=shown.thought or any(piece.thought for piece in taken),
        prompt_tokens=max((piece.prompt_tokens for piece in taken), default=0),
        completion_tokens=max((piece.completion_tokens for piece in taken), default=0),
        opened=shown.orphan,
    )
