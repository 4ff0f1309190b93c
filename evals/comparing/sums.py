"""Hits and possible hits by cluster, before and after: all that the statistics look at.

One array for each score, a row for each cluster that takes part: hits before, of how many before,
hits after, of how many after. What is asked of many cases of one cluster is added up first, so
that a report of 200 cells, asked three times, is one experiment.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from evals.comparing.pairing import Pairs, Side
from evals.scoring import marks
from evals.scoring.rates import Shares, count_shares, is_any, table_shares
from evals.suite.run import Rate

if TYPE_CHECKING:
    from numpy import bool_, float64
    from numpy.typing import NDArray

    from evals.scoring.rates import Marks

    Rows = NDArray[float64]

_RIGHT = ("right", "exact")


def rate_sums(pairs: Pairs) -> "dict[str, Rows]":
    """Return the rows of every score, one for every cluster, also those without possible hits."""
    return {name: _added(rows, pairs) for name, rows in _case_rows(pairs).items()}


def group_sums(pairs: Pairs) -> "Iterator[tuple[str, str, dict[str, Rows]]]":
    """Yield trait, value and rows for every trait that tells the cases apart.

    A case takes part where both runs give it the trait alike.
    """
    import numpy

    rows = _case_rows(pairs)
    labels = list(_traits(pairs))
    for trait in sorted({name for traits in labels for name in traits}):
        values = [traits.get(trait) for traits in labels]
        kinds = sorted({value for value in values if value is not None})
        if len(set(values)) < 2:
            continue
        for kind in kinds:
            inside = numpy.array([value == kind for value in values])[:, None]
            yield trait, kind, {n: _added(row * inside, pairs) for n, row in rows.items()}


def item_sums(pairs: Pairs) -> "dict[str, Rows]":
    """Return the rows of every marked cell: right among scored; none for tasks that count."""
    import numpy

    if pairs.before.marks is None or pairs.after.marks is None or not pairs.clusters:
        return {}
    sums = []
    for found in (pairs.before.marks, pairs.after.marks):
        scored = found != marks.UNSCORED
        right = scored & ~is_any(found, marks.BAD)
        sums += [numpy.add.reduceat(one.astype(float), pairs.starts) for one in (right, scored)]
    stacked = numpy.stack(sums, axis=-1)
    return {item: stacked[:, at, :] for at, item in enumerate(pairs.items)}


def all_right(pairs: Pairs) -> "tuple[NDArray[bool_], NDArray[bool_]] | None":
    """Return for each cluster whether all of it was right, before and after.

    Clusters in which nothing is scored are left out; None for tasks without a verdict.
    """
    import numpy

    if not pairs.clusters:
        return None
    if pairs.before.marks is not None and pairs.after.marks is not None:
        both = [_exact(pairs.before.marks), _exact(pairs.after.marks)]
    else:
        both = [_verdicts(pairs.before), _verdicts(pairs.after)]
    rows = _added(numpy.stack([*both[0], *both[1]], axis=1), pairs)
    rows = rows[(rows[:, 1] > 0) & (rows[:, 3] > 0)]
    if not len(rows):
        return None
    return rows[:, 0] == rows[:, 1], rows[:, 2] == rows[:, 3]


def _shares(side: Side, rates: tuple[Rate, ...]) -> dict[str, Shares]:
    marked = {} if side.marks is None else table_shares(side.marks)
    counted = count_shares(side.results, [r.name for r in rates if r.name not in marked])
    return {rate.name: (marked | counted)[rate.name] for rate in rates}


def _case_rows(pairs: Pairs) -> "dict[str, Rows]":
    import numpy

    before, after = (_shares(side, pairs.rates) for side in (pairs.before, pairs.after))
    return {n: numpy.stack([*before[n], *after[n]], axis=1) for n in before}


def _exact(found: "Marks") -> Shares:
    """Return for each case whether no scored cell is bad, be there any that is not zero or not."""
    scored = (found != marks.UNSCORED).any(axis=1)
    bad = is_any(found, marks.BAD).any(axis=1)
    return Shares((scored & ~bad).astype(float), scored.astype(float))


def _verdicts(side: Side) -> Shares:
    import numpy

    right = [float(result.verdict in _RIGHT) for result in side.results]
    given = [float(bool(result.verdict)) for result in side.results]
    return Shares(numpy.array(right), numpy.array(given))


def _added(rows: "Rows", pairs: Pairs) -> "Rows":
    import numpy

    if not pairs.clusters:
        return rows[:0]
    found: Rows = numpy.add.reduceat(rows, pairs.starts, axis=0)
    return found


def _traits(pairs: Pairs) -> Iterator[dict[str, str]]:
    for one, two in zip(pairs.before.results, pairs.after.results, strict=True):
        yield {n: v for n, v in one.traits.items() if two.traits.get(n) == v}
