"""The result of a task over the statutory tables: what was given for each cell, held to gold."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from evals.scoring import marks
from evals.scoring.rates import SPAN
from evals.suite.run import CaseResult, Detail
from evals.tasks.gold_reports import GoldReport
from evals.tasks.task import Case

_PLAIN = (marks.ZERO_RIGHT, marks.NOTHING_RIGHT, marks.UNSCORED)


class Given(NamedTuple):
    """What was given for one cell: a value and its place, or why there is none.

    `status` is one of `index.model.Status`, "" where the task tells no reasons apart.
    """

    value: Decimal | None
    span: tuple[int, int] | None = None
    reason: str = ""
    status: str = ""


def report_cases(reports: Sequence[GoldReport]) -> list[Case]:
    """Return one case for each report; the report is its own cluster."""
    return [
        Case(name := f"{report.corpus}/{report.name}", name, report.traits, report, report.private)
        for report in reports
    ]


def table_result(
    case: Case, items: Sequence[str], given: dict[str, Given], reason: str = ""
) -> CaseResult:
    """Return the result of a case over tables: marks, details of what is not a plain zero."""
    report: GoldReport = case.given
    found = {item: given.get(item, Given(None)) for item in items}
    signs = {item: report.mark(item, one.value, one.status) for item, one in found.items()}
    places = [
        _overlap(report.cells[item].span, found[item].span)
        for item, sign in signs.items()
        if sign in (marks.RIGHT, marks.ZERO_RIGHT) and report.cells[item].span
    ]
    scored = set(signs.values()) - {marks.UNSCORED}
    exact = bool(scored) and not marks.BAD & scored
    return CaseResult(
        case=case.id,
        cluster=case.cluster,
        traits=case.traits,
        marks="".join(signs.values()),
        counts={SPAN: (sum(places), len(places))} if places else {},
        details=tuple(_details(report, found, signs)),
        reason=reason,
        verdict="exact" if exact else "inexact",
    )


def _details(
    report: GoldReport, found: Mapping[str, Given], signs: Mapping[str, str]
) -> Iterator[Detail]:
    for item, sign in signs.items():
        if sign in _PLAIN:
            continue
        gold, one = report.cells[item], found[item]
        yield Detail(
            item=item,
            mark=sign,
            report=report.name,
            expected=_text(gold.value),
            got=_text(one.value),
            expected_status=gold.status,
            got_status=one.status,
            expected_span=gold.span,
            got_span=one.span,
            reason=one.reason,
        )


def _text(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")


def _overlap(one: tuple[int, int] | None, two: tuple[int, int] | None) -> bool:
    return bool(one and two and one[0] < two[1] and two[0] < one[1])
