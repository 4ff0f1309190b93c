"""What the evaluation of prose answers counts as wrong, beside and right."""

import pytest

from assistant.model_reply import ModelError
from assistant.prompts import Prompts
from assistant.result import Answer, Citation, Row
from assistant.scripted_model import ScriptedModel
from evals.tasks.prose import Prose, foreign_place, loose_number
from evals.tasks.task import Case, Setting
from evals.tasks.unquoted import unquoted

QUOTE = "全年举办培训12场。"


@pytest.fixture(scope="module")
def task() -> Prose:
    return Prose(embed=False)


def answer(text: str, **changed: object) -> Answer:
    row = Row(agency="示例县青山镇", county="示例县", township="青山镇", year=2022)
    cited = Citation(id=1, report_id="a", path="a.txt", kind="text", quote=QUOTE, start=0, end=9)
    fields = {"question": "青山镇2022年办了多少培训", "status": "answered", "text": text}
    return Answer.model_validate(fields | {"rows": (row,), "citations": (cited,)} | changed)


def in_samples(task: Prose, kind: str = "") -> list[Case]:
    return [
        case
        for case in task.cases()
        if case.traits["corpus"] == "samples" and kind in ("", case.traits["kind"])
    ]


def test_a_number_that_no_quote_prints_is_found() -> None:
    assert loose_number(answer("青山镇2022年举办培训12场[1]。")) == ""
    assert "21" in loose_number(answer("青山镇2022年举办培训21场[1]。"))


def test_a_report_of_another_place_or_year_is_found() -> None:
    found = answer("")
    assert foreign_place(found, {"place": "示例县青山镇", "year": 2022}) == ""
    assert foreign_place(found, {"place": "河口镇", "year": 2022})
    assert foreign_place(found, {"place": None, "year": 2021})


def test_results_keep_no_quoted_prose() -> None:
    assert unquoted("原文写的是约数：“甲“乙”丙”。") == "原文写的是约数：“…”。"
    assert unquoted("原文：“甲”，又“乙被截断") == "原文：“…”"
    assert unquoted("没有引文") == "没有引文"


def test_refusing_what_no_report_says_is_right(task: Prose) -> None:
    absent = [task.run(case, Setting(None, Prompts())) for case in in_samples(task, "absent")[:4]]
    for result in absent:
        refused = result.counts["refusal_recall"] == (1, 1)
        assert refused == (result.verdict == "right")
    assert any(result.verdict == "right" for result in absent)


def test_declining_what_is_marked_misses_its_passages(task: Prose) -> None:
    marked = [case for case in in_samples(task) if case.traits["kind"] != "absent"][:24]
    results = [task.run(case, Setting(None, Prompts())) for case in marked]
    assert {"right", "declined"} <= {result.verdict for result in results}
    for result in results:
        hits, of = result.counts["targets"]
        assert of > 0 and (hits > 0) == (result.verdict == "right")
        assert "“" not in result.shown.replace("“…”", "")
        assert bool(result.details) == (result.verdict != "right")


def test_a_failing_endpoint_is_no_declined_answer(task: Prose) -> None:
    model = ScriptedModel(lambda _: ModelError("断了"))
    raised = 0
    for case in in_samples(task, "what")[:4]:
        try:
            task.run(case, Setting(model, Prompts()))
        except ModelError:
            raised += 1
    assert raised == len(model.asked) > 0
