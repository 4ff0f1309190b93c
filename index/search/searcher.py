"""Search over the prose of a library: words and meaning fused, hard filters, duplicates collapsed.

Only current reports are found. A filter is never widened; what could not be searched is said.
"""

from collections.abc import Sequence

from index.search.fusion import Fused
from index.search.hit import DenseSearch, Mode, SearchResult, SearchScope
from index.search.run import DenseMissingError, Run, Searched, Shown
from index.search.words import squeezed_form
from index.store.library import Library

__all__ = ["DenseMissingError", "Searcher"]

_EVERYWHERE = SearchScope()


class Searcher:
    """`PassageSearch` over a library; `dense` adds the search by meaning."""

    def __init__(self, library: Library, dense: DenseSearch | None = None) -> None:
        self._searched = Searched(library, dense)

    def search(
        self,
        query: str,
        scope: SearchScope = _EVERYWHERE,
        limit: int = 10,
        *,
        mode: Mode = "hybrid",
        per_report: bool = False,
        also: Sequence[str] = (),
    ) -> SearchResult:
        """Return the passages that fit `query` best, near-duplicates collapsed into one.

        `also` are related words, for the comparison of words only. `per_report`
        gives the best passage of each report instead. Raises LexicalError when there is no index
        that could answer, DenseMissingError when `mode` is dense and no vectors are.
        """
        run = Run(self._searched, query, scope, mode, also=also, need_index=True)
        shown = run.each_report(limit) if per_report else run.distinct(limit)
        hits = run.hits(shown)
        return run.result(hits)

    def mentions(self, terms: Sequence[str], scope: SearchScope = _EVERYWHERE) -> SearchResult:
        """Return every passage in scope that prints one of `terms`, in reading order by report."""
        run = Run(self._searched, "", scope, "lexical", need_index=False)
        wanted = [term for term in dict.fromkeys(map(squeezed_form, terms)) if term]
        keys = run.candidates(wanted)
        rows = run.finder.rows(keys) if keys is not None else run.finder.all_rows(run.within.rids)
        sections = set(scope.sections)
        found = [
            row
            for row in rows
            if (not sections or row.section in sections)
            and any(term in squeezed_form(row.text) for term in wanted)
        ]
        found.sort(key=lambda row: (row.rid, row.ordinal))
        shown = [Shown(Fused((r.rid, r.ordinal), 0.0, None, None), r, []) for r in found]
        return run.result(run.hits(shown))
