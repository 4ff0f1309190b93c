"""Which passages the dense index knows, as arrays: their vectors, and what filters look at."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from index.search.hit import PlaceFilter, SearchScope
from index.search.source import PassageRow

Numbers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

PLACE_FIELDS = ("province", "city", "county", "township", "agency")
_TEXT_FIELDS = (*PLACE_FIELDS, "level", "kind")
UNKNOWN_YEAR = 0


class PassageTable(NamedTuple):
    """Passages by rid and ordinal; `vector` is -1 where there is none yet.

    `report` indexes `rids` and the columns of `reports`, in which "" stands for None; `section`
    indexes `sections`.
    """

    ordinal: Numbers
    vector: Numbers
    report: Numbers
    section: Numbers
    rids: Numbers
    years: Numbers
    sections: npt.NDArray[np.str_]
    reports: dict[str, npt.NDArray[np.str_]]

    @property
    def rid(self) -> Numbers:
        """The report of each passage."""
        rid: Numbers = self.rids[self.report]
        return rid

    def within(self, rids: Sequence[int] | None, scope: SearchScope) -> Mask:
        """Tell for each passage whether it may be found.

        `rids` given are what the scope means already; the sections are looked at in any case.
        """
        mask: Mask = self._reports_within(rids, scope)[self.report]
        if scope.sections:
            mask &= np.isin(self.sections, scope.sections)[self.section]
        return mask

    def held(self, rids: Sequence[int] | None) -> int:
        """Return how many passages of `rids` (None: all) have a vector."""
        return int(np.sum(self.within(rids, SearchScope()) & (self.vector >= 0)))

    def _reports_within(self, rids: Sequence[int] | None, scope: SearchScope) -> Mask:
        """Tell for each report whether it is in scope."""
        if rids is not None:
            return np.isin(self.rids, np.fromiter(rids, np.int64))
        mask = np.ones(len(self.rids), np.bool_)
        for column, wanted in (
            (self.rids, scope.rids),
            (self.years, scope.years),
            (self.reports["level"], scope.levels),
            (self.reports["kind"], scope.kinds),
        ):
            if wanted:
                mask &= np.isin(column, wanted)
        if scope.places:
            mask &= np.any([self._at(place) for place in scope.places], axis=0)
        return mask

    def _at(self, place: PlaceFilter) -> Mask:
        """Tell for each report whether it is of one place."""
        mask = np.ones(len(self.rids), np.bool_)
        for field in PLACE_FIELDS:
            wanted = getattr(place, field)
            if wanted is not None:
                mask &= self.reports[field] == wanted
        return mask


def table_of(rows: Iterable[tuple[PassageRow, int]]) -> PassageTable:
    """Return the table of rows, each with the position of its vector (-1: none)."""
    ordered = sorted(rows, key=lambda pair: (pair[0].rid, pair[0].ordinal))
    first: dict[int, PassageRow] = {}
    for row, _ in ordered:
        first.setdefault(row.rid, row)
    at = {rid: i for i, rid in enumerate(first)}
    sections, section = np.unique([row.section for row, _ in ordered], return_inverse=True)
    columns = {
        name: np.array([getattr(row, name) or "" for row in first.values()], np.str_)
        for name in _TEXT_FIELDS
    }
    return PassageTable(
        ordinal=_numbers(row.ordinal for row, _ in ordered),
        vector=_numbers(position for _, position in ordered),
        report=_numbers(at[row.rid] for row, _ in ordered),
        section=section.astype(np.int64),
        rids=_numbers(first),
        years=_numbers(row.year or UNKNOWN_YEAR for row in first.values()),
        sections=sections.astype(np.str_),
        reports=columns,
    )


def save_table(table: PassageTable, path: Path) -> None:
    """Write a table to a file."""
    plain = {name: value for name, value in table._asdict().items() if name != "reports"}
    columns = {f"report_{name}": value for name, value in table.reports.items()}
    with path.open("wb") as out:
        np.savez(out, allow_pickle=False, **plain, **columns)


def load_table(path: Path) -> PassageTable:
    """Return the table in a file; raises OSError, ValueError or KeyError when it is damaged."""
    with np.load(path, allow_pickle=False) as stored:
        plain = {name: stored[name] for name in PassageTable._fields if name != "reports"}
        columns = {name: stored[f"report_{name}"] for name in _TEXT_FIELDS}
    return PassageTable(**plain, reports=columns)


def _numbers(values: Iterable[int]) -> Numbers:
    """Return numbers as an array."""
    return np.fromiter(values, np.int64)
