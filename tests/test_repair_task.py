"""Repaired cells held to what was printed before a row lost its zeros."""

from collections.abc import Mapping
from typing import Any

import pytest

from assistant.model_reply import ModelError
from assistant.prompts import Prompts
from assistant.repair import Row, askable_rows
from assistant.scripted_model import ScriptedModel
from evals.suite.run import CaseResult
from evals.tasks.repair import Damaged, RepairRows
from evals.tasks.task import Case, Setting
from index.loading.load import load_bytes
from index.report import read_report

Pointing = Mapping[str, str | None]


@pytest.fixture(scope="module")
def task() -> RepairRows:
    return RepairRows(synthetic=6)


def row_of(one: Damaged) -> Row:
    (row,) = askable_rows(read_report(load_bytes(one.data, one.name)))
    return row


def truly(one: Damaged) -> Pointing:
    """Point at the number that truly stands in each column."""
    row = row_of(one)
    spans = {(token.start, token.end): f"T{n}" for n, token in enumerate(row.tokens, 1)}
    found = (one.cells[metric].span for metric in row.metrics)
    return {f"c{n}": spans.get(span) if span else None for n, span in enumerate(found, 1)}


def drawn(task: RepairRows) -> list[Case]:
    """Return the drawn cases: each has one row that a model may be asked about."""
    return [case for case in task.cases() if case.traits["corpus"] == "synthetic"]


def run(task: RepairRows, case: Case, said: Pointing | Exception) -> CaseResult:
    reply: Any = said
    return task.run(case, Setting(ScriptedModel(lambda _: reply), Prompts()))


def test_who_points_rightly_repairs_every_number_that_is_not_zero(task: RepairRows) -> None:
    for case in drawn(task):
        result = run(task, case, truly(case.given))
        hits, of = result.counts["repaired"]
        assert result.verdict == "right" and hits == of > 1
        assert result.counts["span"] == (hits, of)
        assert result.counts["wrong"] == (0, of)


def test_who_points_at_the_first_columns_repairs_less_and_nothing_wrongly(
    task: RepairRows,
) -> None:
    results = [run(task, case, first(case.given)) for case in drawn(task)]
    assert all(result.counts.get("wrong", (0, 0))[0] == 0 for result in results)
    assert any(result.verdict == "declined" for result in results)


def first(one: Damaged) -> Pointing:
    row = row_of(one)
    tokens = [f"T{n}" for n in range(1, len(row.tokens) + 1)]
    tokens += [""] * len(row.metrics)
    return {f"c{n}": tokens[n - 1] or None for n in range(1, len(row.metrics) + 1)}


def test_a_repair_that_differs_from_what_was_printed_is_wrong(task: RepairRows) -> None:
    case = task.cases()[0]
    pointing = truly(case.given)
    cells = {m: g._replace(value=(g.value or 0) + 1) for m, g in case.given.cells.items()}
    lying = case._replace(given=case.given._replace(cells=cells))
    result = run(task, lying, pointing)
    assert result.verdict == "wrong"
    assert result.counts["wrong"][0] == result.counts["wrong"][1] > 0
    assert result.counts["repaired"][0] == 0
    wrong = next(detail for detail in result.details if detail.mark == "w")
    assert wrong.expected != wrong.got is not None


def test_a_failing_endpoint_is_no_row_left(task: RepairRows) -> None:
    with pytest.raises(ModelError, match="断了"):
        run(task, task.cases()[0], ModelError("断了"))


def test_no_pointing_makes_a_hostile_row_show_a_wrong_number(task: RepairRows) -> None:
    hostile = [case for case in task.cases() if case.traits["corpus"] == "adversarial"]
    assert hostile, "some hostile reports have rows that a model may be asked about"
    for case in hostile:
        for shift in range(4):
            said: Pointing = {f"c{n}": f"T{n + shift}" for n in range(1, 23)}
            result = run(task, case, said)
            assert not [d for d in result.details if d.mark == "w"], (case.id, shift)
            assert result.verdict != "wrong"
