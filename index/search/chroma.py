"""The one door to Chroma: a collection of kept vectors, in a folder or on a server."""

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeVar
from urllib.parse import urlsplit

from index.errors import OutsideError
from index.search.embed import Vectors

_SPACE = "cosine"
# Chroma refuses more than 5,461 at a time, and fails to read more than about 32,000.
_BATCH = 5_000
_PAGE = 5_000
# Untyped, for Chroma's own type would have to be imported with it.
_HNSW: Any = {"space": _SPACE, "ef_construction": 100, "ef_search": 200, "max_neighbors": 16}
_T = TypeVar("_T")


class ChromaError(OutsideError):
    """Chroma could not be opened, read or written, or does not measure by cosine."""


class Entry(NamedTuple):
    """One vector with the few facts that Chroma may filter by; `position` is that of the vector."""

    position: int
    year: int
    section: str
    level: str

    @property
    def key(self) -> str:
        """The id in Chroma."""
        return f"{self.position}|{self.year}|{self.section}|{self.level}"


# Hands out the kept vectors at positions.
Take = Callable[[Sequence[int]], Vectors]


class ChromaStore:
    """One collection; open it with `create_store` or `open_store`, and close it."""

    def __init__(self, client: Any, collection: str, take: Take, *, create: bool) -> None:
        from langchain_chroma import Chroma

        self._client = client
        self._store = Chroma(
            collection_name=collection,
            client=client,
            embedding_function=_kept(take),
            collection_configuration={"hnsw": _HNSW} if create else None,
            create_collection_if_not_exists=create,
        )
        # `get` gives ids and settings that LangChain's object does not hand out.
        self._collection = self._store._collection
        space = (self._collection.configuration.get("hnsw") or {}).get("space")
        if space != _SPACE:
            raise ChromaError(
                f"Chroma 集合 {collection!r} 的距离是 {space!r}，应为 'cosine'，其排序不可信。"
                "请运行 nianbao index --rebuild。"
            )

    def add(self, entries: Sequence[Entry]) -> None:
        """Add entries that are not there: adding onto an old one would merge the two."""
        for batch in _batches(entries):
            facts = [{"year": e.year, "section": e.section, "level": e.level} for e in batch]
            texts = [str(entry.position) for entry in batch]
            keys = [entry.key for entry in batch]
            _told(lambda: self._store.add_texts(texts, facts, keys))  # noqa: B023

    def delete(self, keys: Sequence[str]) -> None:
        """Take entries out."""
        for batch in _batches(keys):
            _told(lambda: self._store.delete(list(batch)))  # noqa: B023

    def count(self) -> int:
        """Return how many entries there are."""
        return int(_told(self._collection.count))

    def keys(self) -> Iterator[str]:
        """Yield the id of every entry."""
        for start in range(0, self.count(), _PAGE):
            page = _told(
                lambda: self._collection.get(limit=_PAGE, offset=start, include=[])  # noqa: B023
            )
            yield from page["ids"]

    def nearest(
        self, query: Vectors, limit: int, where: dict[str, Any] | None = None
    ) -> list[tuple[int, float]]:
        """Return the nearest (position, cosine), best first, at most `limit`; may be approximate.

        `where` restricts by the facts of an entry. It costs 80 ms and more at 100,000 entries.
        """
        found = _told(
            lambda: self._store.similarity_search_by_vector_with_relevance_scores(
                query.tolist(), k=limit, filter=where
            )
        )
        return [(int(document.page_content), 1.0 - distance) for document, distance in found]

    def close(self) -> None:
        """Let go of the collection's files, or of the connection."""
        self._client.close()


def create_store(place: Path | str, collection: str, take: Take) -> ChromaStore:
    """Return the collection in a folder, or at the address of a server; made when not there."""
    return _opened(place, collection, take, create=True)


def open_store(place: Path | str, collection: str, take: Take) -> ChromaStore:
    """Return the collection, which must be there and measure by cosine; raises ChromaError."""
    return _opened(place, collection, take, create=False)


def drop_collections(url: str, prefix: str, keep: Sequence[str]) -> list[str]:
    """Delete from a server the collections of `prefix` that are not kept; return their names."""
    client = _told(lambda: _client(url))
    try:
        names = [item.name for item in _told(lambda: _all_collections(client))]
        gone = [name for name in names if name.startswith(prefix) and name not in keep]
        for name in gone:
            _told(lambda: client.delete_collection(name))  # noqa: B023
        return gone
    finally:
        client.close()


def _all_collections(client: Any) -> list[Any]:
    """Return every collection of a server, page by page."""
    found: list[Any] = []
    while page := client.list_collections(limit=100, offset=len(found)):
        found += page
    return found


def _opened(place: Path | str, collection: str, take: Take, *, create: bool) -> ChromaStore:
    """Open a store; what fails half way is closed again."""
    client = _told(lambda: _client(place))
    try:
        return _told(lambda: ChromaStore(client, collection, take, create=create))
    except BaseException:
        client.close()
        raise


def _client(place: Path | str) -> Any:
    """Return a client for a folder or a server, without telemetry."""
    import chromadb
    from chromadb.config import Settings

    settings = Settings(anonymized_telemetry=False)
    if isinstance(place, Path):
        return chromadb.PersistentClient(str(place), settings=settings)
    address = urlsplit(place if "//" in place else f"http://{place}")
    if not address.hostname:
        raise ChromaError(f"Chroma 服务器的地址 {place!r} 不完整。请检查 NIANBAO_CHROMA_URL。")
    secure = address.scheme == "https"
    return chromadb.HttpClient(
        host=address.hostname,
        port=address.port or (443 if secure else 8000),
        ssl=secure,
        settings=settings,
    )


def _told(call: Callable[[], _T]) -> _T:
    """Return what `call` gives; whatever Chroma raises becomes a ChromaError.

    Its errors share no class: ValueError, its own, those of Rust and of the HTTP client.
    """
    try:
        return call()
    except OutsideError:
        raise
    except Exception as error:
        said = re.sub(r"\s+", " ", str(error))[:200]
        raise ChromaError(
            f"Chroma 出错（{type(error).__name__}：{said}）。"
            "请检查磁盘，设了 NIANBAO_CHROMA_URL 的请检查服务器；"
            "仍不行请运行 nianbao index --rebuild。"
        ) from error


def _batches(items: Sequence[_T]) -> Iterator[Sequence[_T]]:
    """Yield the items in runs that Chroma accepts."""
    for start in range(0, len(items), _BATCH):
        yield items[start : start + _BATCH]


def _kept(take: Take) -> Any:
    """Return LangChain embeddings that look vectors up and never compute one."""
    from langchain_core.embeddings import Embeddings

    class Kept(Embeddings):
        """Vectors by position, written as text."""

        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            """Return the kept vectors."""
            # Rows of an array are accepted as they are, and far quicker than lists of floats.
            return list(take([int(text) for text in texts]))

        def embed_query(self, text: str) -> list[float]:
            """Refuse: a query is embedded before it comes here."""
            raise NotImplementedError(text)

    return Kept()
