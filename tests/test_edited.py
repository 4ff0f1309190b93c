"""A reading that the user edited is answered as it is, said to be edited, and verified in full."""

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from plan_library import PlanLibrary, Printed

from assistant.answer import answer
from assistant.conversation import Conversation, resolve
from assistant.edited import EDITED, answer_edited
from assistant.names import Names
from assistant.plan import Plan
from assistant.result import Answer
from assistant.verify import Verification, verify_answer
from index.errors import MisuseError

ASKED = "哪些镇2022年行政许可超过1000件"
LIBRARY = PlanLibrary(
    [
        Printed(
            f"{name}镇", year, {"licensing.decisions": cell, "penalties.decisions": cell},
            "甲县", "乙市", "丙省", township=f"{name}镇",
        )
        for year in (2021, 2022)
        for name, cell in (
            ("多", ("reported", Decimal(6181))),
            ("少", ("reported", Decimal(12))),
            ("空", ("blank", None)),
        )
    ]
)  # fmt: skip
Json = dict[str, Any]


def edited() -> Answer:
    """Return the answer to 超过1000件 that the user made 超过10件."""
    plan = answer(ASKED, LIBRARY).plan
    assert plan is not None
    condition = plan.conditions[0].model_copy(update={"value": Decimal(10)})
    return answer_edited(plan.model_copy(update={"conditions": (condition,)}), ASKED, LIBRARY)


def verified(saved: Json, folder: Path, library: PlanLibrary = LIBRARY) -> Verification:
    path = folder / "answer.json"
    path.write_text(json.dumps(saved, ensure_ascii=False), encoding="utf-8")
    return verify_answer(path, library)


def as_saved(found: Answer) -> Json:
    saved: Json = json.loads(found.model_dump_json())
    return saved


def test_edited_plan_is_answered_and_said_to_be_edited() -> None:
    found = edited()
    assert [row.township for row in found.rows] == ["多镇", "少镇"]
    assert found.edited
    assert EDITED in found.explanation
    assert found.question == ASKED
    assert "10件" in found.resolved


@pytest.mark.parametrize("snapshot", [None, "later"])
def test_edited_answer_verifies_and_says_what_was_not_checked(
    snapshot: str | None, tmp_path: Path
) -> None:
    library = LIBRARY
    if snapshot:
        library = PlanLibrary([], snapshot)
        library.query, library.text = LIBRARY.query, LIBRARY.text  # type: ignore[method-assign]
    found = verified(as_saved(edited()), tmp_path, library)
    assert found.verified, found.problems
    assert found.numbers == 3
    assert any("理解由使用者修改过" in note for note in found.not_verified)


def _value(saved: Json) -> None:
    saved["rows"][0]["value"] = 6182


def _row(saved: Json) -> None:
    saved["rows"].pop()


def _undecided(saved: Json) -> None:
    saved["undecided"].pop()


def _coverage(saved: Json) -> None:
    saved["coverage"]["decidable"] += 1


def _plan(saved: Json) -> None:
    saved["plan"]["conditions"][0]["value"] = "7000"


def _plan_and_words(saved: Json) -> None:
    _plan(saved)
    for name in ("explanation", "text", "resolved"):
        saved[name] = saved[name].replace("10件", "7000件")


def _unmarked(saved: Json) -> None:
    saved["edited"] = False


def _unmarked_whole(saved: Json) -> None:
    saved["edited"] = False
    saved["explanation"] = saved["explanation"].replace(f"\n{EDITED}", "")


def _resolved(saved: Json) -> None:
    saved["resolved"] = ASKED


@pytest.mark.parametrize(
    "change",
    [_value, _row, _undecided, _coverage, _plan, _plan_and_words, _unmarked, _resolved],
)
def test_tampered_edited_answer_is_found_out(
    change: Callable[[Json], None], tmp_path: Path
) -> None:
    saved = as_saved(edited())
    change(saved)
    assert verified(saved, tmp_path).problems


def test_edited_answer_cannot_pass_for_the_question_as_it_was_asked(tmp_path: Path) -> None:
    saved = as_saved(edited())
    _unmarked_whole(saved)
    saved["resolved"] = ""
    assert any("计划" in problem for problem in verified(saved, tmp_path).problems)


def _marked(saved: Json) -> None:
    saved["edited"] = True


def _marked_and_altered(saved: Json) -> None:
    saved["edited"] = True
    saved["explanation"] += f"\n{EDITED}"
    _plan(saved)


@pytest.mark.parametrize("change", [_marked, _marked_and_altered])
def test_ordinary_answer_cannot_be_called_edited_by_hand(
    change: Callable[[Json], None], tmp_path: Path
) -> None:
    saved = as_saved(answer(ASKED, LIBRARY))
    assert verified(saved, tmp_path).verified
    change(saved)
    assert verified(saved, tmp_path).problems


def test_refusal_cannot_be_called_edited(tmp_path: Path) -> None:
    saved = as_saved(answer("2022年明天的天气", LIBRARY))
    saved.update(edited=True, explanation=f"{saved['explanation']}\n{EDITED}")
    assert verified(saved, tmp_path).problems


def test_answer_saved_before_there_was_editing_still_verifies(tmp_path: Path) -> None:
    saved = as_saved(answer(ASKED, LIBRARY))
    del saved["edited"]
    assert verified(saved, tmp_path).verified


def test_follow_up_is_about_the_edited_plan() -> None:
    found = edited()
    talk = Conversation().after(found.question, found.resolved, found)
    whole = resolve(talk, "那2021年呢", Names.of(LIBRARY, talk.around("那2021年呢")))
    assert "10件" in whole.question
    assert "2021年" in whole.question


def test_plan_of_the_prose_is_not_run_by_editing() -> None:
    with pytest.raises(MisuseError, match="正文"):
        answer_edited(Plan(operation="passages", topic="培训"), "问", LIBRARY)


@pytest.mark.parametrize(
    ("years", "said"), [((2022,), "2021年到2022年的增减数"), ((2021, 2022), "首尾两年的增减数")]
)
def test_edited_change_says_which_years_it_compares(years: tuple[int, ...], said: str) -> None:
    plan = answer("多镇2022年的行政许可比2021年增加多少", LIBRARY).plan
    assert plan is not None and plan.operation == "change"
    scope = plan.scope.model_copy(update={"years": years})
    found = answer_edited(plan.model_copy(update={"scope": scope}), ASKED, LIBRARY)
    assert said in found.explanation
    assert sorted(row.year or 0 for row in found.rows) == [2021, 2022]
