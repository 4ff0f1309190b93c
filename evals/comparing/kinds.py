"""Clusters with the same figures are one kind: the distinct rows of an array, and how many each."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpy import float64, int64, intp
    from numpy.typing import NDArray

_MOST = 2.0**62


def kinds_of(rows: "NDArray[float64]") -> "tuple[NDArray[float64], NDArray[intp]]":
    """Return the distinct rows, in order, and how often each stands there."""
    import numpy

    keys = _keys(rows)
    if keys is None:
        found, counts = numpy.unique(rows, axis=0, return_counts=True)
        return found, counts
    _, first, counts = numpy.unique(keys, return_index=True, return_counts=True)
    return rows[first], counts


def _keys(rows: "NDArray[float64]") -> "NDArray[int64] | None":
    """Return one whole number for each row, in the rows' order; None for rows not of whole ones.

    Sorting these is many times as fast as sorting rows.
    """
    import numpy

    if not rows.size or (rows != numpy.floor(rows)).any():
        return None
    least = rows.min(axis=0)
    widths = rows.max(axis=0) - least + 1
    if widths.prod() > _MOST:
        return None
    keys = numpy.zeros(len(rows), dtype=numpy.int64)
    for at, width in enumerate(widths):
        keys = keys * int(width) + (rows[:, at] - least[at]).astype(numpy.int64)
    return keys
