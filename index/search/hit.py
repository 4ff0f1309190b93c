"""What a search is asked and what it gives; imports no engine."""

from collections.abc import Sequence
from typing import Literal, Protocol

from index.model import Frozen, Level

Mode = Literal["hybrid", "lexical", "dense"]


class PlaceFilter(Frozen):
    """One place or body; every field given must match the report's own, exactly."""

    province: str | None = None
    city: str | None = None
    county: str | None = None
    township: str | None = None
    agency: str | None = None


class SearchScope(Frozen):
    """Hard filters: a passage outside them is never found. An empty tuple does not restrict.

    `places` are alternatives; `sections` are standard section names; `rids` are reports. When
    nothing matches, nothing is found: a search never falls back to a wider scope.
    """

    years: tuple[int, ...] = ()
    places: tuple[PlaceFilter, ...] = ()
    levels: tuple[Level, ...] = ()
    kinds: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    rids: tuple[int, ...] = ()


class Hit(Frozen):
    """One passage found: `text` is exactly the report's `text[start:end]`.

    `score` is that of the fusion, only good for ordering. `same` are the (rid, start, end) of
    near-duplicates in scope that were collapsed into this one.
    """

    rid: int
    report_id: str
    path: str
    agency: str | None
    province: str | None
    city: str | None
    county: str | None
    township: str | None
    year: int | None
    section: str
    heading: str
    start: int
    end: int
    text: str
    score: float
    lexical_rank: int | None = None
    dense_rank: int | None = None
    same: tuple[tuple[int, int, int], ...] = ()


class SearchResult(Frozen):
    """The hits, best first, with what was searched: reports and passages in scope.

    `pending` passages in scope have no vector yet, so they could be found by words only.
    """

    hits: tuple[Hit, ...]
    mode: Mode
    reports: int
    passages: int
    pending: int = 0
    warnings: tuple[str, ...] = ()


class PassageSearch(Protocol):
    """Search over the prose of one snapshot of a library."""

    def search(
        self,
        query: str,
        scope: SearchScope = ...,
        limit: int = ...,
        *,
        mode: Mode = ...,
        per_report: bool = ...,
        also: Sequence[str] = ...,
    ) -> SearchResult:
        """Return the passages that fit `query` best; `per_report` gives one of each report.

        `also` are related words, for the comparison of words only.
        """

    def mentions(self, terms: Sequence[str], scope: SearchScope = ...) -> SearchResult:
        """Return every passage in scope that prints one of `terms`, in reading order by report.

        All and only: spaces, line breaks and traditional characters aside, the term stands there.
        """


class DenseSearch(Protocol):
    """Search by meaning over the vectors of one library."""

    def rank(
        self, query: str, rids: Sequence[int] | None, scope: SearchScope, limit: int
    ) -> list[tuple[int, int, float]]:
        """Return (rid, ordinal, cosine) of the nearest passages, best first.

        `rids` are the reports in scope, None for the whole library; `scope.sections` holds too.
        """

    def pending(self, rids: Sequence[int] | None) -> int:
        """Return how many passages of those reports have no vector yet."""
