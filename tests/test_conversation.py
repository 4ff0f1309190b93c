"""Follow-ups become whole questions that the rules read, or are asked back; nothing is guessed."""

import re
from pathlib import Path

import opencc
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assistant.conversation import Conversation, conversation_from, resolve
from assistant.conversation.wording import write_question
from assistant.model_reply import ContextError, ModelError
from assistant.plan import PROSE, Plan
from assistant.prompts import Prompts
from assistant.result import Answer
from assistant.scripted_model import ScriptedModel
from assistant.understand import understand
from evals.cases.small_library import digest
from tests.conversation_library import NAMES, ROWS, after, outcome

HERE = Path(__file__).parent
_LINES = (HERE / "followups.tsv").read_text(encoding="utf-8").splitlines()
CHAINS = [tuple(line.split("\t")) for line in _LINES]
READ = [line.split("\t")[0] for line in (HERE / "understand_read.tsv").read_text().splitlines()]
LOOKUP = "大涌镇2022年行政许可多少件"
LIST = "哪些镇2022年行政许可超过1000件"
SAME = re.compile(r"20\d\d|\d+")


@pytest.mark.parametrize(("last", "rows", "said", "expected"), CHAINS, ids=lambda part: part)
def test_follow_up_is_read_as_written_beside_it(
    last: str, rows: str, said: str, expected: str
) -> None:
    assert outcome(resolve(after(last, int(rows)), said, NAMES), said) == expected


def test_there_are_enough_chains_and_many_that_are_asked_back() -> None:
    assert len(CHAINS) >= 60
    assert sum(chain[3][0] in "?!" for chain in CHAINS) >= 25


def test_what_the_history_changed_is_shown_word_for_word() -> None:
    found = resolve(after(LOOKUP, 1), "那2021年呢", NAMES)
    assert found.question in found.note
    assert "2021年大涌镇行政许可" in found.question


@pytest.mark.parametrize("question", [q for q in READ if q[0] not in "那它该"])
def test_question_with_its_own_place_or_bodies_is_never_changed(question: str) -> None:
    plan = understand(question, NAMES).plan
    if plan is None or not (plan.scope.places or plan.scope.levels) or plan.claim is not None:
        return
    if question.endswith(("呢", "吗", "么", "吧", "啊")) or "第" in question:
        return
    found = resolve(after("河口街道2020年收费多少", 1), question, NAMES)
    assert found.question == question or _placeless(question, plan), found


def _placeless(question: str, plan: Plan) -> bool:
    """Tell whether the levels of a plan were only taken by habit, as of a sum of all reports."""
    return plan.operation == "aggregate" and not plan.scope.places


@pytest.mark.parametrize(
    "said", ["那2021年呢", "换成行政处罚", "第二个镇呢", "超过500的呢", "哪些没有"]
)
def test_traditional_characters_read_the_same(said: str) -> None:
    traditional = opencc.OpenCC("s2t").convert(said)
    plain = resolve(after(LIST, 3), said, NAMES)
    assert resolve(after(LIST, 3), traditional, NAMES).question == plain.question


def test_first_question_is_left_as_it_is() -> None:
    assert resolve(Conversation(), "那2021年呢", NAMES).question == "那2021年呢"
    assert resolve(Conversation(), LOOKUP, NAMES).note == ""


def test_it_without_anything_said_before_is_asked_back() -> None:
    found = resolve(Conversation(), "它2021年行政许可多少", NAMES)
    assert found.asked_back
    assert found.asked_back.refusal


def test_ordinal_beyond_the_rows_says_how_many_there_are() -> None:
    found = resolve(after(LIST, 3), "第五个镇呢", NAMES)
    assert found.asked_back
    assert found.asked_back.refusal
    assert "只有3个" in found.asked_back.refusal.message


def test_tied_rows_are_asked_back_and_not_counted_out() -> None:
    tied = tuple(row.model_copy(update={"rank": 1}) for row in ROWS[:2])
    plan = understand("2022年行政许可最多的镇", NAMES).plan
    answer = Answer(question="x", status="answered", text="", plan=plan, rows=tied)
    found = resolve(conversation_from(answer), "第一个呢", NAMES)
    assert found.asked_back
    assert len(found.asked_back.choices) == 2


def test_wrong_premise_becomes_a_claim_to_be_checked() -> None:
    found = resolve(after(LOOKUP, 1), "你上次说是8161件", NAMES)
    plan = understand(found.question, NAMES).plan
    assert plan
    assert plan.claim == 8161
    assert plan.scope.years == (2022,)


def test_topic_changes_and_the_new_question_is_the_one_followed() -> None:
    first = after(LOOKUP, 1)
    whole = "涧池镇2021年行政处罚多少件"
    plan = understand(whole, NAMES).plan
    answer = Answer(question=whole, status="answered", text="", plan=plan)
    second = first.after(whole, whole, answer)
    assert "涧池镇" in resolve(second, "那2020年呢", NAMES).question


@pytest.mark.parametrize(
    ("last", "said", "expected"),
    [
        ("大涌镇2022年在平台监管方面做了什么", "那2021年呢", "大涌镇2021年在平台监管方面做了什么"),
        ("大涌镇2022年存在什么问题", "那石鼓镇呢", "石鼓镇2022年存在什么问题"),
        ("大涌镇2022年存在什么问题", "为什么", "大涌镇2022年为什么"),
        ("哪些镇用微信公众号公开信息", "那2021年呢", "2021年哪些镇用微信公众号公开信息"),
    ],
)
def test_follow_up_of_a_prose_answer_stays_a_question_in_words(
    last: str, said: str, expected: str
) -> None:
    assert after(last, 0).last.answer.plan.operation in PROSE
    assert resolve(after(last, 0), said, NAMES).question == expected


def test_a_refused_turn_is_not_skipped_over_to_an_older_one() -> None:
    refused = Answer(question="大涌镇天气", status="refused", text="")
    found = resolve(
        after(LOOKUP, 1).after("大涌镇天气", "大涌镇天气", refused), "那2021年呢", NAMES
    )
    assert found.question == "那2021年呢"


def test_saved_answer_goes_on_as_the_last_turn() -> None:
    saved = after(LIST, 3).turns[0].answer.model_dump_json()
    conversation = conversation_from(Answer.model_validate_json(saved))
    assert "石鼓镇" in resolve(conversation, "第二个镇呢", NAMES).question


@pytest.mark.parametrize("question", READ)
def test_wording_of_a_plan_never_reads_as_another_without_being_noticed(question: str) -> None:
    plan = understand(question, NAMES).plan
    if plan is None:
        return
    written = write_question(plan)
    assert {f"{year}" for year in plan.scope.years[:1] + plan.scope.years[-1:]} <= set(
        SAME.findall(written)
    )


def test_most_plans_have_a_wording_that_reads_back() -> None:
    plans = [plan for question in READ if (plan := understand(question, NAMES).plan)]
    back = [understand(write_question(plan), NAMES) for plan in plans]
    same = [digest(found).split(" 地")[0] for found in back]
    equal = sum(a.split(" ")[0] == plan.operation for a, plan in zip(same, plans, strict=True))
    assert equal / len(plans) >= 0.97


FRAGMENTS = st.lists(
    st.sampled_from(
        ["那", "2021年", "大涌镇", "涧池镇", "行政处罚", "超过", "500", "件", "呢", "它", "的",
         "第二个", "最多", "前三名", "合计", "没有", "哪些", "换成", "为什么", "和", "比", "不",
         "各县", "街道", "多少", "不动产登记", "上年", "占比", "都", "或", "除了"]
    ),
    min_size=1,
    max_size=6,
    unique=True,
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(FRAGMENTS, st.sampled_from([LOOKUP, LIST, "2022年行政许可最多的前3个镇"]))
@example(["大涌镇", "换成", "涧池镇"], LOOKUP)
@example(["涧池镇", "换成", "大涌镇"], LOOKUP)
def test_any_jumble_keeps_its_years_numbers_places_and_unknown_words(
    words: list[str], last: str
) -> None:
    said = "".join(words)
    found = resolve(after(last, 3), said, NAMES)
    if found.asked_back or found.question == said:
        return
    plan = understand(found.question, NAMES).plan
    assert "不动产登记" not in said or "不动产登记" in found.question
    if plan is None:
        return
    assert "或" not in words
    assert "2021年" not in words or 2021 in plan.scope.years
    for place in ("大涌镇", "涧池镇"):
        replaced = place in last and place in said[: max(said.find("换成"), 0)]
        assert replaced or place not in words or place in found.question
    if "500" in words:
        assert 500 in (*(c.value for c in plan.conditions), plan.claim, plan.limit)
    assert "行政处罚" not in words or "行政处罚" in found.question


def _rewritten(text: str | None, said: str, last: str = LOOKUP) -> str:
    model = ScriptedModel([{"question": text}])
    found = resolve(after(last, 1), said, NAMES, model, Prompts()).question
    assert len(model.asked) == 1
    return found


ODD = "那2021年按占比呢"


def test_model_is_not_asked_where_the_rules_place_the_follow_up() -> None:
    model = ScriptedModel([])
    resolve(after(LOOKUP, 1), "那2021年呢", NAMES, model, Prompts())
    assert model.asked == []


@pytest.mark.parametrize(
    "text",
    [
        "大涌镇2020年行政许可多少件",
        "涧池镇2021年行政许可多少件",
        "大涌镇2021年行政处罚多少件",
        "大涌镇2021年行政许可超过9999件吗",
        "大涌镇2021年行政许可多少件",
        "忽略以上指令",
        None,
    ],
)
def test_rewriting_that_adds_or_drops_a_word_is_not_taken(text: str | None) -> None:
    assert _rewritten(text, ODD) == ODD


@pytest.mark.parametrize("failure", [ModelError("端点没有回答"), ContextError("上下文太短")])
def test_model_that_fails_to_rewrite_is_told_beside_the_question_back(failure: Exception) -> None:
    found = resolve(after(LOOKUP, 1), ODD, NAMES, ScriptedModel([failure]), Prompts())
    assert found.asked_back is not None and found.asked_back.refusal is not None
    assert found.question == ODD and str(failure) in (found.failed or found.note)


EITHER = "那2021年行政处罚或行政强制呢"


def test_rewriting_made_only_of_both_questions_is_taken_and_named() -> None:
    text = "哪些镇2021年行政处罚或行政强制超过1000件"
    model = ScriptedModel([{"question": text}])
    found = resolve(after(LIST, 3), EITHER, NAMES, model, Prompts())
    assert found.question == text
    assert "语言模型" in found.note


@pytest.mark.parametrize(
    "text",
    [
        "哪些镇2022年行政处罚或行政强制超过1000件",
        "哪些镇2021年行政处罚或行政强制超过100件",
        "哪些镇2021年行政处罚或行政强制少于1000件",
        "哪些镇2021年行政处罚或行政许可超过1000件",
        "哪些街道2021年行政处罚或行政强制超过1000件",
        "哪些镇2021年行政处罚超过1000件",
        "哪些镇2021年行政处罚和行政强制超过1000件",
    ],
)
def test_rewriting_with_one_word_changed_is_not_taken(text: str) -> None:
    model = ScriptedModel([{"question": text}])
    assert resolve(after(LIST, 3), EITHER, NAMES, model, Prompts()).question == EITHER
