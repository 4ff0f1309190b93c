"""No question of the bank is answered wrongly over the samples; the judge itself is sharp."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import get_args

import pytest

from assistant.answer import Answer, answer
from assistant.plan import Refusal
from evals.cases.bank import Case, expect, load_cases
from evals.cases.gold import load_gold
from evals.cases.judge import judge
from evals.cases.run import Run, open_samples, run_cases
from evals.cases.shown import Names, report_names
from index.store.library import Library

TOWNS_OVER_1000 = "哪些镇2022年行政许可超过1000件？"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return open_samples(tmp_path_factory.mktemp("samples"))


@pytest.fixture(scope="module")
def names(library: Library) -> Names:
    return report_names(library.query("SELECT report_id, path FROM reports"))


@pytest.fixture(scope="module")
def runs(library: Library) -> list[Run]:
    return list(run_cases(library))


def found(question: str) -> Case:
    return next(case for case in load_cases() if question in case.ask)


def test_no_question_of_the_bank_is_answered_wrongly(runs: list[Run]) -> None:
    wrong = [run for run in runs if run.judgement.outcome == "wrong"]
    assert not wrong, "\n".join(f"{r.question}: {r.judgement.reason}" for r in wrong)


def test_most_questions_of_every_kind_are_answered(runs: list[Run]) -> None:
    asked = Counter(run.case.kind for run in runs)
    right = Counter(run.case.kind for run in runs if run.judgement.outcome == "right")
    low = {kind: f"{right[kind]}/{n}" for kind, n in asked.items() if right[kind] < n / 2}
    assert not low
    assert sum(right.values()) >= 0.85 * len(runs)


def test_bank_has_ten_cases_by_hand_of_every_kind() -> None:
    cases = load_cases()
    by_hand = Counter(case.kind for case in cases if case.plan is None)
    assert min(by_hand.values()) >= 10
    assert set(by_hand) == {case.kind for case in cases}
    assert len(cases) >= 260


@pytest.mark.parametrize("code", get_args(Refusal.model_fields["code"].annotation))
def test_every_code_of_refusal_is_met_alone_and_never_missed(code: str, runs: list[Run]) -> None:
    ours = [run for run in runs if run.case.kind == "refusals"]
    alone = [run for run in ours if run.case.refuse == (code,)]
    assert len({run.question.strip() for run in alone}) >= (1 if code == "empty" else 3)
    assert [run.question for run in alone if run.judgement.outcome != "right"] == []


def test_no_question_is_asked_twice_with_different_answers() -> None:
    asked: dict[str, Case] = {}
    for case in load_cases():
        for question in case.ask:
            same = asked.setdefault(question, case)
            assert expect(same)[0] == expect(case)[0], question


def test_gold_counts_a_mirrored_report_once() -> None:
    gold = load_gold()
    assert gold.key("青栎镇2022_转载") == gold.key("青栎镇2022")
    assert len(gold.records) == len(gold.stems) - 1


def test_thirty_people_at_once_get_what_one_gets(library: Library, runs: list[Run]) -> None:
    questions = [run.question for run in runs][::12]
    cold = Library.open(library.folder)

    def told(question: str) -> str:
        found = answer(question, cold)
        return found.model_dump_json(exclude={"elapsed_ms"})

    with ThreadPoolExecutor(30) as people:
        together = list(people.map(told, questions))
    assert together == [told(question) for question in questions]


def test_memory_and_disk_give_the_same_answers(library: Library, runs: list[Run]) -> None:
    on_disk = Library.open(library.folder, resident=False)
    for run in runs[::9]:
        kept, read = answer(run.question, library), answer(run.question, on_disk)
        assert kept.model_copy(update={"elapsed_ms": 0}) == read.model_copy(
            update={"elapsed_ms": 0}
        ), run.question


@pytest.fixture(scope="module")
def good(library: Library) -> Answer:
    return answer(TOWNS_OVER_1000, library)


def test_judge_accepts_a_right_answer(good: Answer, names: Names) -> None:
    assert judge(found(TOWNS_OVER_1000), good, None, names).outcome == "right"


def test_judge_sees_a_changed_number(good: Answer, names: Names) -> None:
    first = good.rows[0].model_copy(update={"value": Decimal(6182)})
    changed = good.model_copy(update={"rows": (first, *good.rows[1:])})
    assert judge(found(TOWNS_OVER_1000), changed, None, names).outcome == "wrong"


def test_judge_sees_a_row_that_is_missing_or_too_many(good: Answer, names: Names) -> None:
    case = found(TOWNS_OVER_1000)
    short = good.model_copy(update={"rows": good.rows[1:]})
    long = good.model_copy(update={"rows": (*good.rows, good.rejected[0])})
    assert judge(case, short, None, names).outcome == "wrong"
    assert judge(case, long, None, names).outcome == "wrong"


def test_judge_sees_an_undecided_report_that_is_dropped_or_misnamed(
    good: Answer, names: Names
) -> None:
    case = found(TOWNS_OVER_1000)
    dropped = good.model_copy(update={"undecided": good.undecided[1:]})
    other = good.undecided[0].model_copy(update={"reason": "blank"})
    misnamed = good.model_copy(update={"undecided": (other, *good.undecided[1:])})
    assert judge(case, dropped, None, names).outcome == "wrong"
    assert judge(case, misnamed, None, names).outcome == "wrong"


def test_judge_sees_a_wrong_order(library: Library, names: Names) -> None:
    question = "2022年行政许可最多的前五个镇？"
    ranked = answer(question, library)
    turned = ranked.model_copy(update={"rows": ranked.rows[::-1]})
    assert judge(found(question), ranked, None, names).outcome == "right"
    assert judge(found(question), turned, None, names).outcome == "wrong"


def test_judge_calls_a_refusal_declined_and_an_answer_to_a_forecast_wrong(
    good: Answer, names: Names
) -> None:
    refused = Answer(question="", status="refused", text="没有读懂")
    assert judge(found(TOWNS_OVER_1000), refused, "unread", names).outcome == "declined"
    forecast = found("预测大涌镇2025年行政许可数。")
    assert judge(forecast, good, None, names).outcome == "wrong"
    assert judge(forecast, refused, "forecast", names).outcome == "right"


def test_judge_sees_a_wrong_total_and_one_left_out(library: Library, names: Names) -> None:
    question = "2022年各镇行政处罚合计多少件"
    summed = answer(question, library)
    assert judge(found(question), summed, None, names).outcome == "right"
    for value in (Decimal(518), None):
        other = summed.model_copy(update={"value": value})
        assert judge(found(question), other, None, names).outcome == "wrong"
