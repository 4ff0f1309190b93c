"""Opens what questions may need, by the settings: the search indexes and the model."""

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, TypeVar

from assistant.ask import Doors
from assistant.chosen_model import chosen_model
from assistant.model_reply import Model
from assistant.prompts import Prompts
from assistant.settings import Settings, load_settings
from index.store.library import Library

if TYPE_CHECKING:
    from index.search.searcher import Searcher

T = TypeVar("T")


def open_doors(
    library: Library,
    *,
    no_model: bool = False,
    prompts: Prompts | None = None,
    settings: Settings | None = None,
) -> Doors:
    """Return the doors of a library; each opens when it is first used, once."""
    chosen = settings or load_settings()

    def model() -> Model | None:
        return None if no_model else chosen_model(chosen)

    return Doors(_once(lambda: open_search(library, chosen)), _once(model), prompts or Prompts())


def open_search(library: Library, settings: Settings | None = None) -> "Searcher":
    """Return the search over `library`, by words and, as far as vectors are there, by meaning.

    Why a dense index cannot be used is told in the warnings of each search.
    """
    from assistant.dense import open_library_dense
    from index.search.searcher import Searcher

    return Searcher(library, open_library_dense(library, settings or load_settings()))


def _once(make: Callable[[], T]) -> Callable[[], T]:
    """Return a function that makes its value at the first call and keeps it."""
    return cache(make)
