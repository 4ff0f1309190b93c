"""What an answer needs of a library: a door to its SQL, so that this package opens no database."""

from collections.abc import Collection, Sequence
from typing import Any, Protocol


class LibraryView(Protocol):
    """A snapshot of the library: SQL over its tables and views, and the texts."""

    @property
    def snapshot(self) -> str:
        """The hash of the snapshot."""

    def query(
        self, sql: str, params: Sequence[Any] = ..., metrics: Collection[int] = ...
    ) -> list[tuple[Any, ...]]:
        """Return the rows of one statement; `metrics` are all the cells it reads, when given."""

    def text(self, rid: int) -> str:
        """Return the text of a report, which all spans index."""
