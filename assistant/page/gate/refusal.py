"""A request that is not let through: its status and what is said of it, in words."""

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import Message, Receive, Scope, Send

from assistant.page.words import words

# The status by which Gradio's framework says, in English, what it misses in a form or a call.
_UNREAD = 422


class Refusal(Exception):  # noqa: N818
    """Raised inside the gate where a request ends; `key` names the text in the tables of words."""

    def __init__(self, status: int, key: str, **values: object) -> None:
        super().__init__(key)
        self.status, self.key, self.values = status, key, values

    def response(self, headers: Headers) -> JSONResponse:
        """Return the answer, in English to a browser that asks for English first."""
        english = headers.get("accept-language", "").lower().startswith("en")
        text = words("en" if english else "zh")(self.key, **self.values)
        return JSONResponse({"detail": text, "error": text}, self.status)


class WordedSender:
    """Passes an answer on; one that only says that the request was not understood, in words.

    `key` names the text that stands in its place.
    """

    def __init__(self, scope: Scope, receive: Receive, send: Send, key: str) -> None:
        self._scope, self._receive, self._send = scope, receive, send
        self._key, self._worded = key, False

    async def send(self, message: Message) -> None:
        """Pass on a piece of the answer, unless it was told in words already."""
        if message["type"] == "http.response.start" and message["status"] == _UNREAD:
            self._worded = True
            told = Refusal(400, self._key).response(Headers(scope=self._scope))
            await told(self._scope, self._receive, self._send)
        elif not self._worded:
            await self._send(message)
