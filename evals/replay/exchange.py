"""One kept exchange with a model: what was asked, what came, what it took; and its key."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from assistant.model.wire import Piece, Request
from index.model import Frozen


class Said(Frozen):
    """A message of a kept request: `text` is None where it is kept once for many, or withheld."""

    role: str
    digest: str
    length: int
    text: str | None


class Exchange(Frozen):
    """A request that was answered, and the answer as it came before any parsing.

    Attributes:
        key: the hash of provider, model, parameters, messages and repeat; see `key_of`.
        prompt, case: what asked, to be read by people; no part of the key.
        parameters: the body of the request beside model and messages, the schema included.
        seconds, first_seconds: how long the whole reply and its first piece took then.
    """

    key: str
    provider: str
    model: str
    prompt: str
    case: str
    repeat: int
    parameters: Mapping[str, Any]  # the fields of an endpoint's request body
    messages: tuple[Said, ...]
    text: str
    thought: str
    arguments: str
    finish: str | None
    prompt_tokens: int
    completion_tokens: int
    seconds: float
    first_seconds: float
    recorded: str

    def piece(self) -> Piece:
        """Return the reply as an endpoint would give it whole."""
        return Piece(
            self.text, self.thought, self.arguments, self.finish, self.prompt_tokens,
            self.completion_tokens,
        )  # fmt: skip


def key_of(provider: str, model: str, request: Request, repeat: int) -> str:
    """Return the address of a request; whether it is streamed is transport and does not count."""
    asked = [[message.role, message.content] for message in request.messages]
    content = [provider, model, dict(request.extras), asked, repeat]
    written = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def digest(text: str) -> str:
    """Return a short hash of a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]
