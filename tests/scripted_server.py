"""An OpenAI-compatible endpoint on 127.0.0.1 whose every reply, and every fault, is scripted.

    with ScriptedServer([Say("好"), Refuse(429, headers={"Retry-After": "1"})]) as server:
        settings = server.settings()          # base_url, api_key and model of this server
        ...
    server.asked[0].body["messages"]          # what was asked, headers included

`replies` are given to the chat requests in turn (one more request than replies: status 599, so that
a test sees it), or `replies` is a function of the request's JSON body. Without `replies` the server
is an obliging endpoint: structured output in every mode, with `data` as the answer, and `text` for
plain questions. `GET /models` lists `models`, is not scripted and is kept in `asked` too.

Faults: Refuse (any status; `echo` puts the Authorization header into the error body), Cut (the
connection ends in the middle), Silence (nothing more comes), Drip (a few bytes at a time), Page
(HTML with status 200). Silence and Drip end when the client hangs up or the server is closed.
"""

import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, NamedTuple

from assistant.settings import Settings


class Say(NamedTuple):
    """A reply: text, a tool call with `arguments`, or both; `reasoning` is thinking text."""

    text: str = ""
    arguments: str | None = None
    finish: str | None = "stop"
    reasoning: str = ""
    prompt_tokens: int | None = None  # None: an honest count; -1: the reply has no usage
    size: int = 5  # characters in each piece of a stream


class Refuse(NamedTuple):
    """An error status with a message."""

    status: int
    message: str = "refused"
    headers: Mapping[str, str] = {}
    code: str | None = None
    echo: bool = False


class Cut(NamedTuple):
    """The first characters of a reply; then the connection ends."""

    text: str = "半句"


class Silence(NamedTuple):
    """Headers and the first characters, if any; then nothing more."""

    text: str = ""


class Drip(NamedTuple):
    """A reply that comes a few bytes at a time, for ever."""

    pause: float = 0.05


class Page(NamedTuple):
    """An HTML page instead of JSON."""

    html: str = "<html><body>Welcome</body></html>"


Scripted = Say | Refuse | Cut | Silence | Drip | Page
Script = Sequence[Scripted] | Callable[[dict[str, Any]], Scripted]


class Asked(NamedTuple):
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]


class ScriptedServer:
    """The endpoint; a context manager. See the module's docstring."""

    def __init__(
        self,
        replies: Script | None = None,
        *,
        data: dict[str, Any] | None = None,
        text: str = "好的。",
        models: Sequence[Mapping[str, Any]] | Scripted = ({"id": "scripted"},),
        key: str | None = None,
    ) -> None:
        self._replies = replies
        self._data = data if data is not None else {"town": "大河镇", "count": 6}
        self._text = text
        self.models = models
        self.key = key  # any other key is answered with 401
        self.asked: list[Asked] = []
        self.closed = threading.Event()
        self._given = 0
        self._lock = threading.Lock()
        self._server = _Listener(("127.0.0.1", 0), _Talk)
        self._server.script = self
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def __enter__(self) -> "ScriptedServer":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop answering and free the port."""
        self.closed.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    @property
    def chats(self) -> list[Asked]:
        """The chat requests so far."""
        return [asked for asked in self.asked if asked.path.endswith("/chat/completions")]

    def settings(self, **changed: Any) -> Settings:
        """Return settings that name this server."""
        fields = {"base_url": self.base_url, "api_key": "test-key-0123456789", "model": "scripted"}
        return Settings(**{**fields, **changed})

    def reply(self, body: dict[str, Any]) -> Scripted:
        """Return the next reply."""
        if self._replies is None:
            return self._oblige(body)
        if callable(self._replies):
            return self._replies(body)
        with self._lock:
            self._given += 1
            given = self._given
        if given > len(self._replies):
            return Refuse(599, "nothing more was scripted")
        return self._replies[given - 1]

    def _oblige(self, body: dict[str, Any]) -> Say:
        answer = json.dumps(self._data, ensure_ascii=False)
        if body.get("tools"):
            return Say(arguments=answer, finish="tool_calls")
        asks_json = "response_format" in body or "JSON" in body["messages"][0]["content"]
        return Say(answer if asks_json else self._text)


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    script: ScriptedServer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is what many tests are about."""


class _Talk(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Listener

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing on standard error."""

    def do_GET(self) -> None:
        script = self.server.script
        script.asked.append(Asked(self.path, dict(self.headers), {}))
        models = script.models
        if not self._admitted():
            return
        if not isinstance(models, tuple | list) or isinstance(models, Scripted):
            self._give(models, {})  # type: ignore[arg-type]
        else:
            self._json(200, {"object": "list", "data": list(models)})

    def do_POST(self) -> None:
        script = self.server.script
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        script.asked.append(Asked(self.path, dict(self.headers), body))
        if self._admitted():
            self._give(script.reply(body), body)

    def _admitted(self) -> bool:
        key = self.server.script.key
        if key is None or self.headers.get("Authorization") == f"Bearer {key}":
            return True
        self._give(Refuse(401, "bad key", echo=True), {})
        return False

    def _give(self, given: Scripted, body: dict[str, Any]) -> None:
        if isinstance(given, Refuse):
            self._refuse(given)
        elif isinstance(given, Page):
            self._send(200, given.html.encode(), "text/html")
        elif isinstance(given, Say):
            if body.get("stream"):
                self._open("text/event-stream")
                for line in _events(given, body):
                    self._chunk(line)
                self._chunk(b"")
            else:
                self._json(200, _completion(given, body))
        else:
            self._fail(given, body)

    def _fail(self, given: Cut | Silence | Drip, body: dict[str, Any]) -> None:
        """Give the beginning of a reply, and then what the fault is."""
        self._open("text/event-stream" if body.get("stream") else "application/json")
        self.close_connection = True
        if isinstance(given, Drip):
            while not self.server.script.closed.wait(given.pause):
                self._chunk(b": wait\n\n" if body.get("stream") else b" ")
            return
        if body.get("stream"):
            for piece in ({"role": "assistant", "content": ""}, {"content": given.text}):
                self._chunk(_event({"choices": [{"index": 0, "delta": piece}]}))
        else:
            self._chunk(b'{"choices": [')
        if isinstance(given, Silence):
            self.server.script.closed.wait(30)

    def _refuse(self, given: Refuse) -> None:
        message = given.message
        if given.echo:
            message += f" (Authorization: {self.headers.get('Authorization')})"
        error = {"message": message, "type": "error", "code": given.code}
        self._json(given.status, {"error": error}, given.headers)

    def _json(self, status: int, record: Any, headers: Mapping[str, str] | None = None) -> None:
        data = json.dumps(record, ensure_ascii=False).encode()
        self._send(status, data, "application/json", headers)

    def _send(
        self, status: int, data: bytes, kind: str, headers: Mapping[str, str] | None = None
    ) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _open(self, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()


def _usage(given: Say, body: dict[str, Any]) -> dict[str, int] | None:
    """Return what is counted: seven tokens for ten characters, unless scripted otherwise."""
    if given.prompt_tokens == -1:
        return None
    honest = sum(len(message["content"]) for message in body["messages"]) * 7 // 10 + 10
    prompt = honest if given.prompt_tokens is None else given.prompt_tokens
    completion = len(given.text) + len(given.arguments or "")
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
    }


def _call(arguments: str) -> list[dict[str, Any]]:
    function = {"name": "answer", "arguments": arguments}
    return [{"index": 0, "id": "call_1", "type": "function", "function": function}]


def _completion(given: Say, body: dict[str, Any]) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": given.text}
    if given.arguments is not None:
        message["tool_calls"] = _call(given.arguments)
    if given.reasoning:
        message["reasoning_content"] = given.reasoning
    choice = {"index": 0, "message": message, "finish_reason": given.finish}
    record = {"id": "1", "object": "chat.completion", "created": 1, "model": "scripted"}
    return {**record, "choices": [choice], "usage": _usage(given, body)}


def _events(given: Say, body: dict[str, Any]) -> Iterator[bytes]:
    """Yield the lines of a stream."""
    pieces: list[dict[str, Any]] = [{"role": "assistant", "content": ""}]
    pieces += [{"reasoning_content": part} for part in _parts(given.reasoning, given.size)]
    pieces += [{"content": part} for part in _parts(given.text, given.size)]
    if given.arguments is not None:
        pieces.append({"tool_calls": _call("")})
        for part in _parts(given.arguments, given.size):
            pieces.append({"tool_calls": [{"index": 0, "function": {"arguments": part}}]})
    for piece in pieces:
        yield _event({"choices": [{"index": 0, "delta": piece, "finish_reason": None}]})
    if given.finish is not None:
        last = {"index": 0, "delta": {}, "finish_reason": given.finish}
        yield _event({"choices": [last]})
    if body.get("stream_options", {}).get("include_usage"):
        yield _event({"choices": [], "usage": _usage(given, body)})
    yield b"data: [DONE]\n\n"


def _parts(text: str, size: int) -> list[str]:
    return [text[start : start + size] for start in range(0, len(text), size)]


def _event(record: dict[str, Any]) -> bytes:
    head = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "scripted"}
    return f"data: {json.dumps({**head, **record}, ensure_ascii=False)}\n\n".encode()
