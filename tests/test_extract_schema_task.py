"""A free schema held to gold: each field its mark, nothing settled that gold leaves open."""

from decimal import Decimal
from typing import Any

import pytest

from assistant.model_reply import ModelError, UnusableReplyError
from assistant.prompts import Prompts
from assistant.scripted_model import ScriptedModel
from evals.scoring.marks import MISSED, NOTHING_INVENTED, NOTHING_RIGHT, RIGHT, WRONG, Gold
from evals.suite.run import CaseResult
from evals.tasks.extract_schema import ExtractSchema
from evals.tasks.extract_tables import Given, table_result
from evals.tasks.field_gold import FieldGold
from evals.tasks.task import Case, Setting

PRINTED = FieldGold((Gold(Decimal(6), "reported"), Gold(Decimal(0), "reported")), prose=True)
NOWHERE = FieldGold((Gold(None, "any_missing"),), prose=True)


@pytest.fixture(scope="module")
def task() -> ExtractSchema:
    return ExtractSchema()


def case_of(task: ExtractSchema, name: str) -> Case:
    return next(case for case in task.cases() if case.id == f"samples/{name}")


def run(task: ExtractSchema, name: str, *replies: Any) -> CaseResult:
    model = ScriptedModel(lambda _: replies[0])
    return task.run(case_of(task, name), Setting(model, Prompts()))


def test_cells_are_marked_right_and_a_number_of_the_prose_not_found_is_missed(
    task: ExtractSchema,
) -> None:
    result = run(task, "大涌镇2022.html", UnusableReplyError("不成"))
    by_field = dict(zip(task.items, result.marks, strict=True))
    assert by_field["/行政许可件数"] == RIGHT
    assert MISSED in result.marks
    assert WRONG not in result.marks
    assert result.verdict == "inexact"
    missed = next(detail for detail in result.details if detail.mark == MISSED)
    assert missed.expected and missed.got is None


def test_a_failing_endpoint_is_no_empty_field(task: ExtractSchema) -> None:
    with pytest.raises(ModelError, match="断了"):
        run(task, "大涌镇2022.html", ModelError("断了"))


def test_either_print_is_right_and_another_number_is_wrong() -> None:
    assert PRINTED.held_to(Decimal(6)) == PRINTED.held_to(None) == PRINTED.golds[0]
    assert PRINTED.held_to(Decimal(0)) == PRINTED.golds[1]
    assert PRINTED.held_to(Decimal(7)) == PRINTED.golds[0]


def test_a_number_where_the_prose_states_none_is_invented_but_zero_is_not_settled() -> None:
    assert NOWHERE.held_to(Decimal(3)) == NOWHERE.held_to(None) == NOWHERE.golds[0]
    assert NOWHERE.held_to(Decimal(0)) is None
    assert FieldGold((), prose=False).held_to(Decimal(1)) is None


def test_what_no_report_prints_counts_as_invented(task: ExtractSchema) -> None:
    case = case_of(task, "湘潭县石鼓镇2022.docx")
    field = "/微信发布条数"
    gold = case.given.fields[field]
    assert all(one.value is None for one in gold.golds)
    for value, mark in ((Decimal(88), NOTHING_INVENTED), (None, NOTHING_RIGHT)):
        report = case.given.report._replace(cells={field: gold.held_to(value)})
        result = table_result(case._replace(given=report), task.items, {field: Given(value)})
        assert dict(zip(task.items, result.marks, strict=True))[field] == mark
