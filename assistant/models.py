"""The model door: the only module that imports a provider's client (langchain_openai, openai).

`open_model` gives the `Model` of the settings. The client is imported at the first request, so
that a question which needs no model does not wait for it.
"""

import logging
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from assistant.model.door import EndpointModel
from assistant.model.line import Limits, Line
from assistant.model.probe import probe
from assistant.model.profile import Profile, keep_profile, kept_profile, profiles_folder
from assistant.model.refusal import RefusalReader
from assistant.model.wire import Fault, Piece, Request
from assistant.settings import Settings
from index.endpoint import authorization, checked_address, only_needed, shown_address
from index.errors import MisuseError

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage
    from langchain_openai import ChatOpenAI

_CONNECT = 10.0
_MOST = 64_000_000  # bytes of one response: a token of a stream may take 300
_CALM = 10  # silences that a whole call may take
# No switch of the environment may send questions and reports to anyone else.
_LEAKS = (
    "LANGSMITH_TRACING",
    "LANGSMITH_TRACING_V2",
    "LANGCHAIN_TRACING",
    "LANGCHAIN_TRACING_V2",
    "LANGSMITH_GATEWAY",
)
_THOUGHT, _ARGUMENTS = "nianbao_thought", "nianbao_arguments"
_deadline: ContextVar[float] = ContextVar("deadline")


def open_model(
    settings: Settings,
    *,
    profile: Profile | None = None,
    profiles: Path | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> EndpointModel | None:
    """Return the model that the settings name; None when they name no endpoint.

    Nothing is sent before the first use; then the endpoint is probed once, unless `profile` is
    given or the folder `profiles` (the user's cache by default) holds one. Raises MisuseError when
    the settings are incomplete.
    """
    if settings.base_url is None:
        return None
    line = open_line(
        settings,
        Limits(settings.timeout, _CALM * settings.timeout, at_once=settings.concurrency),
        sleep,
    )
    folder = profiles or profiles_folder()
    address = settings.base_url

    def found() -> Profile:
        known = profile or kept_profile(folder, address, line.endpoint.name)
        if known is None:
            known = probe(line)
            keep_profile(folder, address, known)
        return known.with_context(settings.context)

    def keep(changed: Profile) -> None:
        stored = kept_profile(folder, address, changed.model)
        if stored is not None:  # what the settings say is not kept
            stored = stored.model_copy(update={"modes": changed.modes})
            keep_profile(folder, address, stored)

    return EndpointModel(line, found, keep)


def open_line(
    settings: Settings, limits: Limits, sleep: Callable[[float], None] = time.sleep
) -> Line:
    """Return a line to the endpoint of the settings; raises MisuseError when they will not do."""
    for switch in _LEAKS:
        os.environ[switch] = "false"
    base_url = checked_address(settings.base_url or "", "NIANBAO_BASE_URL")
    if settings.model is None or not settings.model.strip():
        raise MisuseError(
            "设了 NIANBAO_BASE_URL，但没有设模型名称。请设 NIANBAO_MODEL，例如 qwen-plus。"
        )
    key = settings.api_key.get_secret_value().strip() if settings.api_key else ""
    if not (key.isascii() and key.isprintable()):
        raise MisuseError("NIANBAO_API_KEY 里有不能用于密钥的字符（如中文或换行）。请重新复制。")
    return Line(ChatEndpoint(base_url, key, settings.model.strip(), limits.silence), limits, sleep)


class ChatEndpoint:
    """An OpenAI-compatible endpoint through LangChain's ChatOpenAI; every method may raise Fault.

    Everything of the request beside model and messages goes as it is (`extra_body`): ChatOpenAI
    would rename max_tokens, which many endpoints know only by that name, and take another way for
    response_format, which loses the text of replies that do not parse.
    """

    def __init__(self, base_url: str, key: str, name: str, silence: float) -> None:
        parts = urlsplit(base_url)
        self.name = name
        self.address = shown_address(base_url)
        self._reader = RefusalReader(key, parts.password or "", parts.query)
        self._chat = cache(lambda: _chat(base_url, key, name, silence))

    def _client(self) -> "ChatOpenAI":
        try:
            return self._chat()
        except Exception as error:  # such as a proxy of the environment that cannot be used
            raise Fault("unreachable", type(error).__name__) from None

    def listed(self) -> Sequence[Mapping[str, Any]]:
        """Return the entries of /models."""
        _deadline.set(time.monotonic() + _CONNECT * 2)
        try:
            page = self._client().root_client.models.list()
            return [entry.model_dump() for entry in page.data or ()]
        except Exception as error:  # a client meets any answer; see _fault
            raise self._fault(error, started=False) from None

    def send(self, request: Request, deadline: float) -> Iterator[Piece]:
        """Yield the reply; `deadline` is a time of time.monotonic."""
        _deadline.set(deadline)
        messages = [(message.role, message.content) for message in request.messages]
        started = False
        try:
            client = self._client()
            if not request.stream:
                yield _piece(client.invoke(messages, extra_body=dict(request.extras)))
                return
            for chunk in client.stream(
                messages, extra_body=dict(request.extras), stream_usage=request.usage
            ):
                piece = _piece(chunk)
                started = started or bool(piece.text or piece.thought or piece.arguments)
                yield piece
                _deadline.set(deadline)
        except Exception as error:  # a client meets any answer; see _fault
            raise self._fault(error, started) from None

    def _fault(self, error: Exception, started: bool) -> Fault:
        """Return what an exception of the client means; its own text may hold the key."""
        import openai

        fault = next((one for one in _chain(error) if isinstance(one, Fault)), None)
        if fault is not None:
            return fault
        if isinstance(error, openai.APIStatusError):
            code = str(error.code or error.type or "")
            return self._reader.fault(
                error.status_code, str(error.message), code, error.response.headers
            )
        causes = [type(one).__name__ for one in _chain(error)]
        if any("Timeout" in cause for cause in causes):
            connecting = "ConnectTimeout" in causes or "PoolTimeout" in causes
            late = time.monotonic() >= _deadline.get()
            return Fault("unreachable" if connecting else "late" if late else "silent")
        if isinstance(error, openai.APIConnectionError):
            return Fault("cut" if started or "RemoteProtocolError" in causes else "unreachable")
        if isinstance(error, openai.APIError):
            return self._reader.said(str(error.message))
        # Anything else that a client raises comes from an answer that is not this protocol.
        return Fault("garbled", type(error).__name__)


def _chain(error: BaseException | None) -> list[BaseException]:
    """Return an exception and what it came from."""
    found: list[BaseException] = []
    while error is not None and len(found) < 12:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found


def _piece(message: "BaseMessage") -> Piece:
    """Return what a LangChain message holds."""
    extra = message.additional_kwargs
    calls = getattr(message, "tool_call_chunks", ())
    usage = getattr(message, "usage_metadata", None) or {}
    content = message.content
    return Piece(
        text=content if isinstance(content, str) else "",
        thought=extra.get(_THOUGHT) or "",
        arguments=extra.get(_ARGUMENTS) or "".join(call.get("args") or "" for call in calls),
        finish=message.response_metadata.get("finish_reason"),
        prompt_tokens=usage.get("input_tokens", 0),
        completion_tokens=usage.get("output_tokens", 0),
    )


def _thought(part: Mapping[str, Any]) -> str:
    """Return the thinking text of a message, under whichever name the endpoint gives it."""
    found = (part.get(name) for name in ("reasoning_content", "reasoning", "thinking"))
    return next((text for text in found if isinstance(text, str) and text), "")


def _chat(base_url: str, key: str, name: str, silence: float) -> "ChatOpenAI":
    """Return the client: it logs nothing, sends nothing of its own, and is watched for lateness."""
    import openai
    from pydantic import SecretStr

    for logger in ("openai", "httpx2", "httpcore2"):  # they would log the address, password and all
        logging.getLogger(logger).setLevel(logging.WARNING)
    timeout = openai.Timeout(silence, connect=min(_CONNECT, silence))
    strip = only_needed(authorization(base_url, key))
    hooks: dict[str, list[Callable[[Any], None]]] = {"request": [strip], "response": [_watch]}
    return _chat_class()(
        model=name,
        base_url=shown_address(base_url),
        api_key=SecretStr("none"),  # the client wants one; see `only_needed`
        default_query=dict(parse_qsl(urlsplit(base_url).query)),
        openai_proxy="",
        max_retries=0,
        timeout=timeout,
        use_responses_api=False,
        cache=False,
        http_client=openai.DefaultHttpxClient(
            timeout=timeout, follow_redirects=False, event_hooks=hooks
        ),
    )


def _watch(response: Any) -> None:
    """Make a response end at the deadline or when it is endless, however few bytes come at once."""
    import httpx2

    class Watched(httpx2.SyncByteStream):
        def __init__(self, stream: httpx2.SyncByteStream) -> None:
            self._stream = stream

        def __iter__(self) -> Iterator[bytes]:
            length = 0
            for data in self._stream:
                length += len(data)
                if length > _MOST:
                    raise Fault("endless")
                if time.monotonic() > _deadline.get():
                    raise httpx2.ReadTimeout("late")
                yield data

        def close(self) -> None:
            self._stream.close()

    response.stream = Watched(response.stream)


@cache
def _chat_class() -> "type[ChatOpenAI]":
    """Return ChatOpenAI, made to keep what it drops: thinking text, and arguments as they came."""
    import warnings

    from langchain_core.outputs import ChatGenerationChunk, ChatResult
    from langchain_openai import ChatOpenAI

    warnings.filterwarnings("ignore", module="langchain_openai")

    class Chat(ChatOpenAI):
        def _convert_chunk_to_generation_chunk(
            self, chunk: dict[str, Any], *arguments: Any
        ) -> ChatGenerationChunk | None:
            given = super()._convert_chunk_to_generation_chunk(chunk, *arguments)
            for choice in (chunk.get("choices") or ())[:1]:
                if given is not None and choice.get("delta"):
                    given.message.additional_kwargs[_THOUGHT] = _thought(choice["delta"])
            return given

        def _create_chat_result(self, response: Any, *arguments: Any) -> ChatResult:
            given = super()._create_chat_result(response, *arguments)
            part = response if isinstance(response, dict) else response.model_dump(warnings=False)
            message = part["choices"][0]["message"]
            kept = given.generations[0].message.additional_kwargs
            kept[_THOUGHT] = _thought(message)
            calls = message.get("tool_calls") or ()
            kept[_ARGUMENTS] = "".join(
                (c.get("function") or {}).get("arguments") or "" for c in calls
            )
            return given

    return Chat
