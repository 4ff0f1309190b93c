"""Search by meaning as the settings want it: which embedder, which Chroma, how far it is."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Self

from assistant.settings import Settings
from index.errors import MisuseError, OutsideError
from index.model import Frozen, NianbaoError

if TYPE_CHECKING:
    from index.search.dense import Dense
    from index.search.dense_manifest import Versions
    from index.search.dense_update import DenseOutcome, DenseProgress
    from index.search.embed import Embedder
    from index.search.hit import SearchScope
    from index.store.library import Library

CONTINUE = "nianbao index"
_PATIENCE = 60.0


class CaughtUp(Frozen):
    """What `add` says of the dense index: texts embedded now, passages that still wait.

    `failure` is why embedding stopped, "" when nothing went wrong.
    """

    embedded: int = 0
    pending: int = 0
    failure: str = ""


def open_embedder(settings: Settings, patience: float = _PATIENCE) -> "Embedder":
    """Return the embedder of the settings; nothing is loaded or asked before its first use.

    An endpoint may be silent, or ask for a pause, for `patience` seconds.
    """
    if settings.embed_base_url is None:
        if settings.embed_model is not None:
            raise MisuseError(
                f"设了 NIANBAO_EMBED_MODEL（{settings.embed_model!r}），没有设 "
                "NIANBAO_EMBED_BASE_URL。请两项都设，或都不设（用内置的向量模型）。"
            )
        from index.search.embed_local import LocalEmbedder

        return LocalEmbedder()
    if settings.embed_model is None:
        raise MisuseError(
            "设了 NIANBAO_EMBED_BASE_URL，没有设 "
            "NIANBAO_EMBED_MODEL。请写出这个端点上向量模型的名称。"
        )
    from index.search.embed_remote import RemoteEmbedder

    key = settings.embed_api_key or settings.api_key
    secret = key.get_secret_value() if key else None
    return RemoteEmbedder(settings.embed_base_url, secret, settings.embed_model, patience=patience)


def bring_up(
    library: "Library",
    settings: Settings,
    *,
    rebuild: bool = False,
    seconds: float | None = None,
    progress: "DenseProgress | None" = None,
) -> "DenseOutcome":
    """Bring the dense index of a library up to date; see `update_dense`."""
    from index.search.dense_update import update_dense
    from index.search.source import read_passages

    return update_dense(
        library.folder,
        read_passages(library),
        open_embedder(settings, _PATIENCE if seconds is None else min(_PATIENCE, seconds)),
        versions(),
        url=settings.chroma_url,
        rebuild=rebuild,
        seconds=seconds,
        progress=progress,
        snapshot=library.snapshot,
    )


def catch_up(
    library: "Library", settings: Settings, progress: "DenseProgress | None" = None
) -> CaughtUp:
    """Embed for as long as `add` may; a failure is told, never raised: the facts are stored."""
    embedded, failure = 0, ""
    try:
        if settings.embed_seconds > 0 and not _complete(library):
            outcome = bring_up(library, settings, seconds=settings.embed_seconds, progress=progress)
            embedded, failure = outcome.embedded, outcome.failure
    except NianbaoError as error:
        failure = str(error)
    return CaughtUp(embedded=embedded, pending=waiting_passages(library), failure=failure)


class LibraryDense:
    """`DenseSearch` over a library, opened at its first use, which may raise an OutsideError."""

    def __init__(self, library: "Library", settings: Settings) -> None:
        self._library, self._settings = library, settings
        self._embedder = open_embedder(settings)
        self._opened: Dense | None = None

    def rank(
        self, query: str, rids: Sequence[int] | None, scope: "SearchScope", limit: int
    ) -> list[tuple[int, int, float]]:
        """Return the best passages as (rid, ordinal, cosine), best first; see `Dense.rank`."""
        return self._dense().rank(query, rids, scope, limit)

    def pending(self, rids: Sequence[int] | None) -> int:
        """Return how many passages have no vector; all of them when the index cannot be used."""
        try:
            return self._dense().pending(rids)
        except OutsideError:
            return self._count(rids)

    def close(self) -> None:
        """Let go of what was opened."""
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _dense(self) -> "Dense":
        """Return the index, opened."""
        if self._opened is None:
            from index.search.dense import open_dense

            self._opened = open_dense(
                self._library.folder,
                self._embedder,
                versions(),
                url=self._settings.chroma_url,
                count=self._count,
            )
        return self._opened

    def _count(self, rids: Sequence[int] | None) -> int:
        """Return how many passages there are."""
        return len(passage_names(self._library, rids))


def open_library_dense(library: "Library", settings: Settings) -> LibraryDense | None:
    """Return search by meaning over a library, None where no index was ever built; loads nothing.

    Raises MisuseError when the settings name half an embedding model.
    """
    from index.search.dense_manifest import FOLDER, MANIFEST

    if not (library.folder / FOLDER / MANIFEST).exists():
        return None
    return LibraryDense(library, settings)


def passage_names(library: "Library", rids: Sequence[int] | None = None) -> list[tuple[int, int]]:
    """Return the (rid, ordinal) of every passage that is searched, or of those of `rids`."""
    sql = """SELECT rid, ordinal FROM passages
        WHERE rid IN (SELECT rid FROM reports WHERE role = 'current')"""
    if rids is None:
        return [(rid, ordinal) for rid, ordinal in library.query(sql)]
    rows = library.query(f"{sql} AND list_contains($rids, rid)", {"rids": list(rids)})
    return [(rid, ordinal) for rid, ordinal in rows]


def waiting_passages(library: "Library") -> int:
    """Return how many passages have no vector yet; all of them when the index cannot be read."""
    from index.search.dense_update import waiting

    names = passage_names(library)
    try:
        return waiting(library.folder, names)
    except (NianbaoError, OSError, ValueError, KeyError):
        return len(names)


def versions() -> "Versions":
    """Return the versions of what makes the passages today."""
    from index.passages import SPLITTER_VERSION
    from index.report import READER_VERSION
    from index.search.dense_manifest import Versions

    return Versions(SPLITTER_VERSION, READER_VERSION)


def _complete(library: "Library") -> bool:
    """Tell whether the index is of this very snapshot, with nothing pending."""
    from index.search.dense_manifest import read_dense_manifest

    manifest = read_dense_manifest(library.folder)
    return bool(
        manifest
        and manifest.snapshot == library.snapshot
        and not manifest.pending
        and (manifest.made.splitter, manifest.made.reader) == versions()
    )
