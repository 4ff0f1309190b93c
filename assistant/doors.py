"""Opens what questions may need, by the settings: the search indexes and the model."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from assistant.ask import Doors
from assistant.model_reply import Model
from assistant.prompts import Prompts
from assistant.settings import Settings, load_settings
from index.model import NianbaoError
from index.search.hit import SearchScope
from index.store.library import Library

if TYPE_CHECKING:
    from index.search.searcher import Searcher

T = TypeVar("T")


def open_doors(
    library: Library,
    *,
    no_model: bool = False,
    replaced: Mapping[str, Path] | None = None,
    settings: Settings | None = None,
) -> Doors:
    """Return the doors of a library; each opens when it is first used, once.

    `replaced` are prompt files that stand for the program's own, by name.
    """
    chosen = settings or load_settings()

    def model() -> Model | None:
        if no_model or chosen.base_url is None:
            return None
        from assistant.models import open_model

        return open_model(chosen)

    return Doors(_once(lambda: open_search(library, chosen)), _once(model), Prompts(replaced))


def open_search(library: Library, settings: Settings | None = None) -> "Searcher":
    """Return the search over `library`, by words and, as far as vectors are there, by meaning.

    A dense index that cannot be used is told in the warnings of each search by words.
    """
    from assistant.dense import open_library_dense
    from index.search.dense_manifest import DenseError, read_dense_manifest
    from index.search.searcher import Searcher

    try:
        if read_dense_manifest(library.folder) is None:
            return Searcher(library)
        return Searcher(library, open_library_dense(library, settings or load_settings()))
    except DenseError as error:
        return Searcher(library, _Unusable(error))


class _Unusable:
    """A dense index that is there but refused: every use says why."""

    def __init__(self, error: NianbaoError) -> None:
        self._error = error

    def rank(
        self, query: str, rids: Sequence[int] | None, scope: SearchScope, limit: int
    ) -> list[tuple[int, int, float]]:
        """Raise why."""
        raise self._error

    def pending(self, rids: Sequence[int] | None) -> int:
        """Return 0: nothing waits, all of it is refused."""
        return 0


def _once(make: Callable[[], T]) -> Callable[[], T]:
    """Return a function that makes its value at the first call and keeps it."""
    return cache(make)
