"""Ranks with ties for the reference executor."""

from collections.abc import Iterable
from fractions import Fraction

from assistant.plan import Plan
from evals.reference_result import Row


def ranked(rows: Iterable[Row], plan: Plan) -> list[Row]:
    """Number rows by value, ties sharing a rank (1, 1, 3); with a limit keep ranks up to it."""
    ordered = sorted(rows, key=lambda row: row.exact or Fraction(0), reverse=plan.descending)
    numbered: list[Row] = []
    for place, row in enumerate(ordered, 1):
        tied = numbered and numbered[-1].exact == row.exact
        numbered.append(row._replace(rank=numbered[-1].rank if tied else place))
    if plan.limit is None:
        return numbered
    return [row for row in numbered if row.rank is not None and row.rank <= plan.limit]
