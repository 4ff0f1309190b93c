"""Rows that the reader could not settle, settled by the model's pointing and the sums together.

The hand-labelled reports have no such rows; synthetic ones, in which one row has lost its zeros,
make up for it. Whoever points at every number rightly has all of them repaired.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from assistant.repair import Repair, askable_rows, repair_rows
from evals.scoring.marks import MISSED, RIGHT, WRONG, Gold
from evals.suite.run import CaseResult, Count, Detail, Rate
from evals.tasks.dropped_zeros import shortened_reports
from evals.tasks.gold_reports import ROOT, gold_files, gold_reports
from evals.tasks.task import Case, Setting
from evals.tasks.witness import Witness
from index.loading.load import load_bytes
from index.model import NianbaoError, Report
from index.report import read_report

SYNTHETIC = 24
_SEED = 7


class Damaged(NamedTuple):
    """A report with unsettled rows and what is printed there; `name` ends in the format."""

    name: str
    data: bytes
    corpus: str
    traits: Mapping[str, str]
    cells: Mapping[str, Gold]
    private: bool = False


class RepairRows:
    """The task `repair`: every report with rows that a model may be asked about."""

    name = "repair"
    title = "没读定的表格行"
    needs_model = True
    items: tuple[str, ...] = ()
    prompts = ("repair_row",)
    rates = (
        Rate(name="repaired", title="非零格补对", headline=True),
        Rate(name="wrong", title="补出的数中错的", better="low", headline=True),
        Rate(name="span", title="位置在正确的格子"),
        Rate(name="rows", title="有格子补上的行"),
    )

    def __init__(self, synthetic: int = SYNTHETIC) -> None:
        self._synthetic = synthetic

    def cases(self) -> Sequence[Case]:
        """Return the hand-labelled reports with such rows, then the synthetic ones."""
        damaged = [*_labelled(), *_drawn(self._synthetic)]
        return [
            Case(f"{one.corpus}/{one.name}", f"{one.corpus}/{one.name}", one.traits, one,
                 one.private)
            for one in damaged
        ]  # fmt: skip

    def files(self) -> Sequence[Path]:
        """Return the labelled reports with their gold, and what synthetic reports are made of."""
        parts = sorted((ROOT / "evals" / "synthesis").glob("*"))
        return (*gold_files(), *(path for path in parts if path.suffix in (".py", ".toml")))

    def run(self, case: Case, setting: Setting) -> CaseResult:
        """Return what was settled, each cell held to what is printed there."""
        one: Damaged = case.given
        report = read_report(load_bytes(one.data, one.name))
        model = Witness(setting.model) if setting.model else None
        found = repair_rows(report, model, setting.prompts)
        if model:
            model.check()
        repairs = {repair.metric: repair for repair in found.repairs}
        details = tuple(_details(one, report, repairs))
        signs = [detail.mark for detail in details]
        verdict = "wrong" if WRONG in signs else "right" if RIGHT in signs else "declined"
        return CaseResult(
            case=case.id, cluster=case.cluster, traits=case.traits, verdict=verdict,
            counts=_counts(report, repairs, details), details=details,
            reason="；".join(f"{left.row}：{left.reason}" for left in found.left)[:200],
        )  # fmt: skip


def _details(one: Damaged, report: Report, repairs: Mapping[str, Repair]) -> Iterator[Detail]:
    """Yield each cell of the rows that prints a number other than zero, or that was settled."""
    for metric in (metric for row in askable_rows(report) for metric in row.metrics):
        gold, repair = one.cells.get(metric, Gold(None, "any_missing")), repairs.get(metric)
        if not gold.value and repair is None:
            continue
        right = repair is not None and gold.value == repair.value
        yield Detail(
            item=metric, mark=RIGHT if right else WRONG if repair else MISSED, report=one.name,
            expected=None if gold.value is None else str(gold.value),
            got=None if repair is None else str(repair.value), expected_span=gold.span,
            got_span=None if repair is None else (repair.start, repair.end),
        )  # fmt: skip


def _counts(
    report: Report, repairs: Mapping[str, Repair], details: Sequence[Detail]
) -> dict[str, Count]:
    rows = askable_rows(report)
    settled = sum(any(metric in repairs for metric in row.metrics) for row in rows)
    right = [d for d in details if d.mark == RIGHT]
    due = sum(d.expected not in (None, "0") for d in details)
    counts: dict[str, Count] = {"rows": (float(settled), float(len(rows)))}
    if due:
        counts["repaired"] = (float(len(right)), float(due))
    if repairs:
        wrong = sum(d.mark == WRONG for d in details)
        counts["wrong"] = (float(wrong), float(len(repairs)))
    placed = [d for d in right if d.expected_span]
    if placed:
        counts["span"] = (float(sum(d.expected_span == d.got_span for d in placed)),
                          float(len(placed)))  # fmt: skip
    return counts


@cache
def _labelled() -> tuple[Damaged, ...]:
    every = (
        Damaged(one.name, one.path.read_bytes(), one.corpus, one.traits, one.cells, one.private)
        for one in gold_reports()
    )
    return tuple(one for one in every if _is_damaged(one.name, one.data))


@cache
def _drawn(count: int) -> tuple[Damaged, ...]:
    """Return the first shortened reports whose row a model may be asked about."""
    drawn = (
        Damaged(one.name, one.text.encode(), "synthetic",
                {"corpus": "synthetic", "form": one.form, "defect": "zeros_dropped"}, one.cells)
        for one in shortened_reports(_SEED)
    )  # fmt: skip
    return tuple(islice((one for one in drawn if _is_damaged(one.name, one.data)), count))


def _is_damaged(name: str, data: bytes) -> bool:
    try:
        return bool(askable_rows(read_report(load_bytes(data, name))))
    except NianbaoError:
        return False
