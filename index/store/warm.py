"""The cells that questions ask for again and again, kept in memory metric by metric.

Reading a metric from the segments costs more than judging it. A table only ever grows; when it
holds too much a fresh one takes over, so a statement under way never misses a row.
"""

import threading
from collections.abc import Collection

from index.store.database import Database

# With 100,000 reports a metric takes about 7 MB.
_MOST_METRICS = 48


class WarmCells:
    """Metrics of the view `cells`, copied into memory on first use; safe for several threads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._guard = threading.Lock()
        self._generation = 0
        self._held: set[int] = set()

    def over(self, sql: str, metrics: Collection[int]) -> str:
        """Return a statement so changed that it reads the cells of `metrics` in memory."""
        table = self._table(set(metrics))
        if not table:
            return sql
        head = f"WITH cells AS NOT MATERIALIZED (FROM {table})"
        return f"{head}, {sql[5:]}" if sql.startswith("WITH ") else f"{head} {sql}"

    def _table(self, wanted: set[int]) -> str:
        """Return the table that holds the wanted metrics; "" when they are too many."""
        if not wanted or len(wanted) > _MOST_METRICS:
            return ""
        with self._guard:
            if not self._generation or len(self._held | wanted) > _MOST_METRICS:
                self._begin()
            name = f"warm_{self._generation}"
            if missing := wanted - self._held:
                listed = ", ".join(map(str, sorted(missing)))
                self._database.query(
                    f"INSERT INTO {name} SELECT * FROM cells WHERE metric IN ({listed})"
                    " ORDER BY metric, rid"
                )
                self._held |= missing
            return name

    def _begin(self) -> None:
        """Start an empty table; the one before the last is no longer read by any statement."""
        self._generation += 1
        self._held = set()
        if self._generation > 2:
            self._database.query(f"DROP TABLE IF EXISTS warm_{self._generation - 2}")
        self._database.query(f"CREATE TABLE warm_{self._generation} AS SELECT * FROM cells LIMIT 0")
