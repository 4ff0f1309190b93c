"""The rows of one compiled statement, sorted into the three lists, the counts and the totals."""

import hashlib
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from assistant.library_view import LibraryView
from assistant.numbers import Value
from assistant.sql.parts import Query


class Item(NamedTuple):
    """A judged report; `base` is the earlier report of a change; values in the query's order."""

    rid: int
    base: int | None
    reason: str | None
    values: tuple[Value, ...]


class Printed(NamedTuple):
    """A cell that came along with its report: where it starts, and in which report it stands."""

    rid: int
    metric: int
    status: str
    start: int | None
    value: Decimal | None
    source: Decimal
    raw: str | None


class Outcome(NamedTuple):
    """What a statement gave: lists up to their limits, counts of everything, totals.

    `rest` holds reports that qualify but stand below the cut of a ranking.
    """

    yes: tuple[Item, ...]
    rest: tuple[Item, ...]
    no: tuple[Item, ...]
    undecided: tuple[Item, ...]
    n_yes: int
    n_no: int
    listed: int
    why: dict[str, int]
    classes: dict[str, int]
    copies: int
    superseded: int
    totals: dict[str, tuple[Value, ...]]
    cells: tuple[Printed, ...]
    query: Query
    digest: str

    @property
    def n_undecided(self) -> int:
        """Return how many reports could not be decided."""
        return sum(self.why.values())

    @property
    def reports(self) -> int:
        """Return how many reports are in scope."""
        return self.n_yes + self.n_no + self.n_undecided


def run(library: LibraryView, query: Query) -> Outcome:
    """Return what the statement gives on this snapshot."""
    rows = library.query(query.sql, list(query.params), query.metrics)
    lists: dict[str, list[Item]] = {"yes": [], "rest": [], "no": [], "undecided": []}
    cells: list[Printed] = []
    totals: dict[str, list[Value]] = {}
    counts: dict[tuple[int | None, str], int] = {}
    single: dict[str, int] = {}
    for part, rid, base, reason, n, *numbers in rows:
        if part in lists:
            lists[part].append(Item(rid, base, reason, _values(numbers)))
        elif part == "cell":
            cells.append(Printed(rid, base, reason, n, *numbers[:3]))
        elif part == "count":
            counts[base, reason or ""] = n
        elif n is not None:
            single[reason or part] = n
        else:
            totals.setdefault(part, []).extend(_values(numbers)[:1])
    n_yes = sum(n for (ok, _), n in counts.items() if ok == 1)
    return Outcome(
        **{part: tuple(items) for part, items in lists.items()},
        n_yes=n_yes,
        n_no=sum(n for (ok, _), n in counts.items() if ok == 0),
        listed=single.get("listed", n_yes),
        why={reason: n for (ok, reason), n in counts.items() if ok is None},
        classes={reason: n for (ok, reason), n in counts.items() if ok == 1 and reason},
        copies=single.get("copy", 0),
        superseded=single.get("superseded", 0),
        totals={part: tuple(values) for part, values in totals.items()},
        cells=tuple(cells),
        query=query,
        digest=digest_rows(rows),
    )


def digest_rows(rows: Sequence[Sequence[Any]]) -> str:
    """Return a hash of the rows in any order; one statement gives one number in one writing."""
    return hashlib.sha256("\n".join(sorted(map(repr, rows))).encode()).hexdigest()


def _values(numbers: Sequence[Any]) -> tuple[Value, ...]:
    """Return the value columns, three to a value."""
    return tuple(Value(*numbers[at : at + 3]) for at in range(0, len(numbers), 3))
