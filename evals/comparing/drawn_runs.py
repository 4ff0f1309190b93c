"""Runs drawn at random, whose truth is known: for the speed, the null test and the power curve."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from evals.scoring import marks
from evals.scoring.rates import TABLE_RATES
from evals.suite.run import CaseResult, Detail, EvalRun, Header, Rate

if TYPE_CHECKING:
    from numpy.random import Generator

NONZERO, BLANK = 0.07, 0.08  # of all cells; the others print a zero
CELLS = 12  # cells that are not zero, of a report in a run that counts
ALIKE = 4.0  # how much the cells of one report share its luck: the smaller, the more
COUNTED = (
    Rate(name="nonzero_recall", title="非零召回", headline=True),
    Rate(name="exact_report", title="整份全对", headline=True),
)


def drawn_tables(name: str, reports: int, items: int, wrong: float, seed: int) -> EvalRun:
    """Return a run over tables in which a share `wrong` of the cells not zero is not right.

    The same `seed` prints the same reports, whatever the run called `name` does with them.
    """
    import numpy

    printed = numpy.random.default_rng(seed).random((reports, items))
    luck = numpy.random.default_rng([seed, *name.encode()]).random((reports, items))
    signs = numpy.full((reports, items), marks.ZERO_RIGHT)
    nonzero, blank = printed < NONZERO, (printed >= NONZERO) & (printed < NONZERO + BLANK)
    signs[~nonzero & ~blank & (luck < wrong / 40)] = marks.ZERO_WRONG
    signs[blank] = marks.NOTHING_RIGHT
    signs[blank & (luck < wrong / 20)] = marks.NOTHING_INVENTED
    signs[nonzero] = marks.RIGHT
    signs[nonzero & (luck < wrong)] = marks.MISSED
    signs[nonzero & (luck < wrong / 2)] = marks.WRONG
    metrics = tuple(f"item_{at:03}" for at in range(items))
    results = tuple(_table(at, "".join(row), metrics) for at, row in enumerate(signs.tolist()))
    return EvalRun(header=_header(name, metrics, TABLE_RATES, reports), results=results)


def _table(at: int, signs: str, metrics: tuple[str, ...]) -> CaseResult:
    case = f"report_{at:05}.txt"
    return CaseResult(
        case=case, cluster=case, traits={"layout": f"layout_{at % 30}"}, marks=signs,
        details=tuple(_details(case, metrics, signs)),
        verdict="inexact" if marks.BAD & set(signs) else "exact",
    )  # fmt: skip


def _details(case: str, metrics: tuple[str, ...], signs: str) -> Iterator[Detail]:
    plain = (marks.ZERO_RIGHT, marks.NOTHING_RIGHT)
    for at, sign in enumerate(signs):
        if sign not in plain:
            given = None if sign == marks.MISSED else str(at + (sign != marks.RIGHT))
            none = sign == marks.NOTHING_INVENTED
            yield Detail(
                item=metrics[at], mark=sign, report=case, expected=None if none else str(at),
                got=given, expected_status="blank" if none else "reported",
                expected_span=(at * 9, at * 9 + 3),
                got_span=(at * 9, at * 9 + 3) if given else None,
            )  # fmt: skip


def drawn_counts(name: str, reports: int, right: float, rng: "Generator") -> EvalRun:
    """Return a run that counts: a share `right` of the cells, whose luck reports share."""
    shares = rng.beta(ALIKE * right, ALIKE * (1 - right), reports)
    hits = rng.binomial(CELLS, shares)
    results = tuple(
        CaseResult(
            case=f"report_{at:05}", cluster=f"report_{at:05}",
            counts={"nonzero_recall": (hit, CELLS), "exact_report": (float(hit == CELLS), 1.0)},
            verdict="exact" if hit == CELLS else "inexact",
        )
        for at, hit in enumerate(hits.tolist())
    )  # fmt: skip
    return EvalRun(header=_header(name, (), COUNTED, reports), results=results)


def _header(name: str, items: tuple[str, ...], rates: tuple[Rate, ...], cases: int) -> Header:
    return Header(
        task="drawn", name=name, items=items, rates=rates, data="drawn", code="drawn", cases=cases
    )
