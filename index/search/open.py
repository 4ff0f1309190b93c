"""The search of a library, with the search by meaning where it is built."""

from index.search.searcher import Searcher
from index.store.library import Library


def open_search(library: Library) -> Searcher:
    """Return the search over `library`."""
    return Searcher(library, None)
