"""A plain LangChain retrieval chain: the best few chunks stuffed into a prompt; knows no task.

Chunks are held in LangChain's in-memory store, which ranks exactly; the chat model is ours behind
LangChain's own interface.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from assistant.model_reply import Model
from assistant.prompts import Message, Prompt
from evals.peers.chunks import TextEmbedder

if TYPE_CHECKING:
    from langchain_core.documents import Document
    from langchain_core.messages import BaseMessage
    from langchain_core.vectorstores import VectorStoreRetriever

TOP = 4
_ROLES: Mapping[str, Any] = {"human": "user", "ai": "assistant", "system": "system"}


class Chunk(NamedTuple):
    """A chunk and the name of the file it comes from; the name is shown, not searched."""

    text: str
    source: str


class Request(NamedTuple):
    """What goes to the model with the chunks: a schema, and the most tokens of the reply."""

    schema: Mapping[str, Any]
    most: int


def open_retriever(
    chunks: Sequence[Chunk], embedder: TextEmbedder, top: int = TOP
) -> "VectorStoreRetriever":
    """Return a retriever of the `top` chunks nearest to a query."""
    from langchain_core.documents import Document
    from langchain_core.vectorstores import InMemoryVectorStore

    store = InMemoryVectorStore(_embeddings_class()(embedder))
    store.add_documents(
        [Document(chunk.text, metadata={"source": chunk.source}) for chunk in chunks]
    )
    return store.as_retriever(search_kwargs={"k": top})


def ask_chain(
    retriever: "VectorStoreRetriever", model: Model, prompt: Prompt, query: str, request: Request,
    variable: str = "text", **values: str,
) -> str:  # fmt: skip
    """Return the model's reply to `prompt`, its `variable` filled with the chunks found."""
    from langchain_core.output_parsers import StrOutputParser
    from langchain_core.runnables import RunnableLambda

    def fill(found: list["Document"]) -> list[tuple[str, str]]:
        messages = prompt.fill(**{variable: stuffed(found)}, **values)
        return [(message.role, message.content) for message in messages]

    chat = _chat_class()(door=model, request=request)
    chain = retriever | RunnableLambda(fill) | chat | StrOutputParser()
    return str(chain.invoke(query))


def stuffed(found: Sequence["Document"]) -> str:
    """Return chunks as one text, each under the name of its file."""
    return "\n\n".join(f"【{d.metadata['source']}】\n{d.page_content}" for d in found)


@cache
def _embeddings_class() -> Callable[[TextEmbedder], Any]:
    """Return LangChain's embeddings interface over ours."""
    from langchain_core.embeddings import Embeddings

    class Embedded(Embeddings):
        """Hands texts to an embedder."""

        def __init__(self, embedder: TextEmbedder) -> None:
            self._embedder = embedder

        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            vectors: list[list[float]] = self._embedder.passages(texts).tolist()
            return vectors

        def embed_query(self, text: str) -> list[float]:
            vector: list[float] = self._embedder.query(text).reshape(-1).tolist()
            return vector

    return Embedded


@cache
def _chat_class() -> Callable[..., Any]:
    """Return LangChain's chat model interface over ours."""
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessage
    from langchain_core.outputs import ChatGeneration, ChatResult

    class Chat(BaseChatModel):
        """Asks our model with the schema of the request."""

        door: Any  # a Model, which is a protocol that pydantic cannot check
        request: Request

        @property
        def _llm_type(self) -> str:
            return "nianbao-door"

        def _generate(
            self, messages: list["BaseMessage"], stop: list[str] | None = None,
            run_manager: object = None, **_: object,
        ) -> ChatResult:  # fmt: skip
            asked = [Message(_ROLES[m.type], str(m.content)) for m in messages]
            reply = self.door.ask(asked, self.request.schema, self.request.most)
            return ChatResult(generations=[ChatGeneration(message=AIMessage(reply.text))])

    return Chat
