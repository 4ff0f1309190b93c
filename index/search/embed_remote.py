"""The one door to embedding providers: any OpenAI-compatible endpoint, through LangChain."""

import re
import time
from collections.abc import Callable, Sequence
from functools import cached_property, partial
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlsplit

from index.endpoint import authorization, checked_address, only_needed, retry_after, shown_address
from index.search.embed import PROBES, EmbeddingError, Vectors, checked, clean

# Some endpoints take no more texts in one request.
_CHUNK = 10
_ATTEMPTS = 4
_PATIENCE = 60.0
_T = TypeVar("_T")

_REFUSALS = {
    401: "密钥不对或已失效；请检查 NIANBAO_EMBED_API_KEY（不设则用 NIANBAO_API_KEY）",
    403: "这个密钥没有权限用这个模型；请换密钥或模型",
    404: "地址或模型名不对；请检查 NIANBAO_EMBED_BASE_URL 和 NIANBAO_EMBED_MODEL",
    429: "请求太频繁或额度已用完；请稍后再运行 nianbao index 继续",
}


class RemoteEmbedder:
    """The model `name` at an OpenAI-compatible endpoint; the key never leaves this object.

    A failed request is tried again with growing pauses, or after the pause the server asks for.
    Neither silence nor a pause may last longer than `patience` seconds; `wait` is how to pause.
    Raises MisuseError when `base_url` is no address.
    """

    batch = _CHUNK

    def __init__(
        self,
        base_url: str,
        api_key: str | None,
        name: str,
        *,
        patience: float = _PATIENCE,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self.name = name
        self._url = checked_address(base_url, "NIANBAO_EMBED_BASE_URL")
        self._key = api_key or ""
        self._patience, self._wait = patience, wait
        self._dimension: int | None = None

    @property
    def dimension(self) -> int:
        """How many numbers a vector has: what the endpoint gave for the first text."""
        if self._dimension is None:
            self._vectors(PROBES[:1])
        assert self._dimension is not None
        return self._dimension

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of passages."""
        return self._vectors(texts)

    def query(self, text: str) -> Vectors:
        """Return the vector of a query."""
        vector: Vectors = self._vectors([text])[0]
        return vector

    def close(self) -> None:
        """Do nothing: no process is held."""

    def _vectors(self, texts: Sequence[str]) -> Vectors:
        """Return checked vectors, each chunk tried a few times."""
        # An empty input is refused by many endpoints.
        cleaned = [clean(text) or "无" for text in texts]
        found: list[Any] = []
        for start in range(0, len(cleaned), _CHUNK):
            found += self._tried(partial(self._embed, cleaned[start : start + _CHUNK]))
        vectors = checked(found, len(cleaned), self._dimension)
        self._dimension = vectors.shape[1]
        return vectors

    def _embed(self, texts: list[str]) -> list[Any]:
        """Return the vectors of one chunk as the endpoint gives them."""
        found: list[Any] = self._engine.embed_documents(texts)
        return found

    @cached_property
    def _engine(self) -> Any:
        """The LangChain object; untyped, for `langchain_openai` is imported only here."""
        import openai
        from langchain_openai import OpenAIEmbeddings

        strip = only_needed(authorization(self._url, self._key))
        # Neither the key nor the texts go to another place than the one named.
        client = openai.DefaultHttpxClient(
            timeout=self._patience, follow_redirects=False, event_hooks={"request": [strip]}
        )
        plain = openai.OpenAI(
            api_key="none",  # the client wants one; see `only_needed`
            base_url=shown_address(self._url),
            default_query=dict(parse_qsl(urlsplit(self._url).query)),
            timeout=self._patience,
            max_retries=0,
            http_client=client,
        )
        return OpenAIEmbeddings(
            model=self.name,
            client=_InOrder(plain.embeddings),
            openai_api_key="none",
            openai_api_base=shown_address(self._url),
            check_embedding_ctx_length=False,
            chunk_size=_CHUNK,
        )

    def _tried(self, call: Callable[[], _T]) -> _T:
        """Return what `call` gives; raises EmbeddingError when it keeps failing."""
        import openai

        for attempt in range(_ATTEMPTS):
            try:
                return call()
            except EmbeddingError:
                raise
            except (openai.OpenAIError, ValueError, TypeError, KeyError, AttributeError) as error:
                pause = _pause(error, attempt, self._patience)
                if pause is None or attempt + 1 == _ATTEMPTS:
                    raise EmbeddingError(self._explained(error)) from None
            self._wait(pause)
        raise AssertionError("unreachable")

    def _explained(self, error: Exception) -> str:
        """Return in Chinese what went wrong, without the key."""
        import openai

        where = f"向量端点 {shown_address(self._url)!r}（模型 {self.name!r}）"
        if isinstance(error, openai.APIStatusError):
            code = error.status_code
            advice = _REFUSALS.get(code, "端点内部出错；请稍后再试" if code >= 500 else "")
            return f"{where}拒绝了请求，状态码 {code}：{advice or self._said(error)}。"
        if isinstance(error, openai.APITimeoutError):
            return f"{where}在 {self._patience:g} 秒内没有回应。请稍后再运行 nianbao index 继续。"
        if isinstance(error, openai.APIConnectionError):
            return f"{where}连不上。请检查 NIANBAO_EMBED_BASE_URL 和网络。"
        return f"{where}的回复不是向量。请检查 NIANBAO_EMBED_BASE_URL 和 NIANBAO_EMBED_MODEL。"

    def _said(self, error: Exception) -> str:
        """Return what the endpoint said, shortened, with whatever looks like a key blanked."""
        said = str(error).replace(self._key, "***") if self._key else str(error)
        return re.sub(r"\b(sk|key|Bearer)[-_ ]\S+", "***", said)[:200]


class _InOrder:
    """The provider's `embeddings`, whose items are put in the order of the texts."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def create(self, *, input: Sequence[str], **options: Any) -> dict[str, Any]:
        """Return the reply as LangChain reads it; raises EmbeddingError for missing items."""
        reply = self._inner.create(input=input, **options)
        items = sorted(reply.data, key=lambda item: item.index)
        if [item.index for item in items] != list(range(len(input))):
            raise EmbeddingError(
                f"向量端点应返回 {len(input)} 个向量，实际返回 {len(items)} 个，或编号不对。"
                "请检查向量端点和模型。"
            )
        return {"data": [{"embedding": item.embedding} for item in items]}


def _pause(error: Exception, attempt: int, patience: float) -> float | None:
    """Return how many seconds to wait before the next attempt; None when there is no use."""
    import openai

    if isinstance(error, openai.APITimeoutError):
        # A silent endpoint has already cost its time once.
        return 1.0 if attempt == 0 else None
    if isinstance(error, openai.APIConnectionError):
        return 0.5 * 2.0**attempt
    if not isinstance(error, openai.APIStatusError):
        return None
    if error.status_code not in (408, 409, 429) and error.status_code < 500:
        return None
    asked = retry_after(error.response.headers.get("retry-after"))
    if asked is None:
        return 0.5 * 2.0**attempt
    return asked if asked <= patience else None
