"""langextract and instructor through the program's own model; only where they are installed."""

from collections.abc import Sequence

import pytest

from assistant.model_reply import ModelError, UnusableReplyError
from assistant.prompts import Message, Prompts
from assistant.scripted_model import Scripted, ScriptedModel
from evals.peers.registry import open_peer
from evals.scoring import marks
from evals.suite.run import CaseResult
from evals.tasks.table_blocks import load_blocks
from evals.tasks.task import Setting
from index.loading.load import load

REPORT = "samples/槿塘镇2022.txt"
CELL = "行政许可·处理"


def run(name: str, model: ScriptedModel) -> tuple[CaseResult, dict[str, str]]:
    """Return the result of a peer on one report, and the mark of each cell."""
    pytest.importorskip(name)
    task = open_peer(f"peer.{name}")
    case = next(case for case in task.cases() if case.id == REPORT)
    found = task.run(case, Setting(model, Prompts()))
    return found, dict(zip(task.items, found.marks, strict=True))


def keys_of(messages: Sequence[Message]) -> list[str]:
    """Return the names of the cells that a prompt asks for."""
    asked = "\n".join(message.content for message in messages)
    blocks = [list(block.keys(block.metrics("2021"))) for block in load_blocks()]
    return next(keys for keys in blocks if "\n".join(keys) in asked)


def extractions(messages: Sequence[Message]) -> Scripted:
    """Return one extraction for the cell, as langextract wants it, and one for an unknown cell."""
    held = [key for key in keys_of(messages) if key == CELL]
    listed = [{"数": "2,045", "数_attributes": {"栏": key}} for key in (*held, "c99")]
    return {"extractions": listed}


def cells(messages: Sequence[Message]) -> Scripted:
    return {key: 2045 if key == CELL else None for key in keys_of(messages)}


def test_langextract_gives_the_value_and_only_the_place_that_it_found() -> None:
    found, mark = run("langextract", model := ScriptedModel(extractions))
    assert mark["licensing.decisions"] == marks.RIGHT
    assert mark["penalties.decisions"] == marks.MISSED
    placed = next(d for d in found.details if d.item == "licensing.decisions")
    assert placed.got_span is not None
    text = load(next(p for p in open_peer("peer.langextract").files() if p.name in REPORT)).text
    assert text[slice(*placed.got_span)] == "2,045"
    assert len(model.asked) == sum(block.always for block in load_blocks())
    assert "1,206" in model.asked[0][-1].content


def test_instructor_fills_one_field_for_each_cell() -> None:
    found, mark = run("instructor", model := ScriptedModel(cells))
    assert mark["licensing.decisions"] == marks.RIGHT
    assert mark["penalties.decisions"] == marks.MISSED
    assert len(model.asked) == sum(block.always for block in load_blocks())
    assert all(detail.got_span is None for detail in found.details)


@pytest.mark.parametrize("name", ["langextract", "instructor"])
def test_an_unusable_reply_leaves_its_block_empty_and_says_why(name: str) -> None:
    replies: list[Scripted] = [UnusableReplyError("不能用")] * 9
    found, mark = run(name, ScriptedModel(replies))
    assert mark["licensing.decisions"] == marks.MISSED
    assert "不能用" in {detail.reason for detail in found.details}


@pytest.mark.parametrize("name", ["langextract", "instructor"])
def test_a_broken_endpoint_is_the_model_s_own_error(name: str) -> None:
    with pytest.raises(ModelError, match="断了"):
        run(name, ScriptedModel([ModelError("断了")] * 9))


def test_langextract_s_value_that_stands_nowhere_has_no_place() -> None:
    def invented(messages: Sequence[Message]) -> Scripted:
        held = [key for key in keys_of(messages) if key == CELL]
        return {"extractions": [{"数": "70707", "数_attributes": {"栏": key}} for key in held]}

    found, _ = run("langextract", ScriptedModel(invented))
    wrong = next(d for d in found.details if d.item == "licensing.decisions")
    assert (wrong.mark, wrong.got, wrong.got_span) == (marks.WRONG, "70707", None)
