"""Scores as counts: for each case (hits, possible hits) by name, which add up over cases.

Every score of every task is a ratio of sums, so that one comparison serves all. For tables the
counts follow from the marks, many cases at once.
"""

import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from evals.scoring import marks
from evals.suite.run import CaseResult, Rate
from index.errors import MisuseError

if TYPE_CHECKING:
    from numpy import bool_, float64, str_
    from numpy.typing import NDArray

    Marks = NDArray[str_]

SPAN = "span"  # the name of the count that a table task adds to its marks


class Shares(NamedTuple):
    """Hits and possible hits of one rate, one number for each case."""

    hits: "NDArray[float64]"
    of: "NDArray[float64]"


TABLE_RATES: tuple[Rate, ...] = (
    Rate(name="nonzero_recall", title="非零召回", better="high", headline=True),
    Rate(name="nonzero_precision", title="非零精确", better="high", headline=True),
    Rate(name="fabrication", title="没有印出却给了数", better="low", headline=True),
    Rate(name="exact_report", title="有非零数的报告整份全对", better="high", headline=True),
    Rate(name="exact_zero_report", title="全零的报告整份全对", better="high"),
    Rate(name="zero_recall", title="零值召回", better="high"),
    Rate(name="missing_as_zero", title="没有印出当成零", better="low"),
    Rate(name="status", title="没有数的原因说对", better="high"),
    Rate(name="span", title="位置在正确的格子", better="high"),
)
_HITS = {
    "nonzero_recall": (marks.RIGHT, marks.RIGHT + marks.MISSED + marks.WRONG),
    "zero_recall": (marks.ZERO_RIGHT, marks.ZERO_RIGHT + marks.ZERO_MISSED + marks.ZERO_WRONG),
    "fabrication": (
        marks.NOTHING_ZERO + marks.NOTHING_INVENTED,
        marks.NOTHING_RIGHT + marks.NOTHING_STATUS + marks.NOTHING_ZERO + marks.NOTHING_INVENTED,
    ),
    "missing_as_zero": (
        marks.NOTHING_ZERO,
        marks.NOTHING_RIGHT + marks.NOTHING_STATUS + marks.NOTHING_ZERO + marks.NOTHING_INVENTED,
    ),
    "status": (marks.NOTHING_RIGHT, marks.NOTHING_RIGHT + marks.NOTHING_STATUS),
    "nonzero_precision": (
        marks.RIGHT,
        marks.RIGHT + marks.WRONG + marks.ZERO_WRONG + marks.NOTHING_INVENTED,
    ),
}


def marks_of(results: Sequence[CaseResult], items: int) -> "Marks":
    """Return the marks of all cases as an array [case, item] of characters.

    A case that failed has only `UNSCORED`. Raises MisuseError when marks and items do not fit, and
    for a mark that is none: it would be in no score.
    """
    import numpy

    if odd := next((r for r in results if len(r.marks) not in (0, items)), None):
        raise MisuseError(
            f"结果里 {odd.case!r} 有 {len(odd.marks)} 个记号，表头列了 {items} 个项目，对不上。"
            "请重新运行评测。"
        )
    joined = "".join(result.marks.ljust(items, marks.UNSCORED) for result in results)
    flat = numpy.frombuffer(joined.encode("utf-32-le"), dtype="<U1")
    found = flat.reshape(len(results), items)
    if (unknown := ~is_any(found, marks.MEANING)).any():
        at = int(unknown.any(axis=1).argmax())
        raise MisuseError(
            f"结果里 {results[at].case!r} 有不认识的记号 {str(found[at][unknown[at]][0])!r}。"
            "请重新运行评测。"
        )
    return found


def table_shares(found: "Marks") -> dict[str, Shares]:
    """Return hits and possible hits of every rate of the marks, one row of `found` each.

    A report counts as exact when no printed cell is missed or wrong and nothing is given where
    nothing is printed; reports of zeros alone are counted apart, for they prove no skill.
    """
    import numpy

    rates = {}
    for name, (hits, of) in _HITS.items():
        rates[name] = Shares(_count(found, hits), _count(found, of))
    bad = _count(found, "".join(sorted(marks.BAD)))
    scored = (found != marks.UNSCORED).any(axis=1)
    printed = rates["nonzero_recall"].of > 0
    for name, among in (("exact_report", printed), ("exact_zero_report", scored & ~printed)):
        exact = among & (bad == 0)
        rates[name] = Shares(exact.astype(numpy.float64), among.astype(numpy.float64))
    return rates


def count_shares(results: Sequence[CaseResult], names: Sequence[str]) -> dict[str, Shares]:
    """Return hits and possible hits of the counted rates, one entry for each case."""
    import numpy

    shares = {}
    for name in names:
        pairs = [result.counts.get(name, (0.0, 0.0)) for result in results]
        array = numpy.array(pairs, dtype=numpy.float64).reshape(len(results), 2)
        shares[name] = Shares(array[:, 0], array[:, 1])
    return shares


def is_any(found: "Marks", wanted: Iterable[str]) -> "NDArray[bool_]":
    """Tell of each mark whether it is one of those wanted."""
    import numpy

    # Looking up code points is many times as fast as comparing characters.
    known = numpy.zeros(sys.maxunicode + 1, dtype=numpy.bool_)
    known[[ord(one) for one in wanted]] = True
    return known[numpy.ascontiguousarray(found).view(numpy.uint32)]


def _count(found: "Marks", wanted: str) -> "NDArray[float64]":
    import numpy

    hits: NDArray[float64] = is_any(found, wanted).sum(axis=1).astype(numpy.float64)
    return hits


def ratio(shares: Shares) -> float | None:
    """Return the score over all cases, None when nothing could be hit."""
    of = float(shares.of.sum())
    return float(shares.hits.sum()) / of if of else None
