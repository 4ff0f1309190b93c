"""Which years a body has no report for: one rule for questions and for the map of the page."""

from collections.abc import Iterable
from typing import NamedTuple


class Lacking(NamedTuple):
    """The years without a report; in doubt when a report of unknown year may be one of theirs."""

    years: tuple[int, ...]
    doubtful: bool


def lacking(held: Iterable[int | None], years: Iterable[int]) -> Lacking:
    """Return which of `years` a body with reports of the years `held` lacks."""
    known = set(held)
    return Lacking(tuple(year for year in years if year not in known), None in known)
