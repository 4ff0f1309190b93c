"""A saved answer is re-derived from raw text; whatever was changed afterwards is found."""

import json
from collections.abc import Callable
from copy import deepcopy
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest
from plan_library import PlanLibrary, Printed

from assistant.answer import answer as answer_question
from assistant.answer import answer_plan
from assistant.library_view import LibraryView
from assistant.plan import Condition, Measure, Plan, Understanding
from assistant.verify import Verification, verify_answer
from evals.fuzz import random_plan, random_records
from index.errors import MisuseError

LICENSING = Measure(terms=("licensing.decisions",), label="行政许可", unit="件")
REPORTS = tuple(
    Printed(name, 2022, {"licensing.decisions": cell}, "甲县", township=name)
    for name, cell in (
        ("多镇", ("reported", Decimal(6181))),
        ("少镇", ("reported", Decimal(12))),
        ("空镇", ("blank", None)),
    )
)
MORE = Plan(
    operation="list",
    measures=(LICENSING,),
    conditions=(Condition(measure=LICENSING, comparator="gt", value=Decimal(1000)),),
)
SUM = Plan(operation="aggregate", aggregate="sum", measures=(LICENSING,))
Json = dict[str, Any]


def saved_answer(plan: Plan, library: PlanLibrary) -> Json:
    reading = Understanding(plan=plan)
    answer = answer_plan(reading, library, plan.model_dump_json())
    found: Json = json.loads(answer.model_dump_json())
    return found


def verified(answer: Json, folder: Path, library: PlanLibrary) -> Verification:
    path = folder / "answer.json"
    path.write_text(json.dumps(answer, ensure_ascii=False), encoding="utf-8")
    return verify_answer(path, library, read_asked)


def read_asked(question: str, library: LibraryView) -> Understanding:
    """Return the plan that a test wrote down as its question."""
    return Understanding(plan=Plan.model_validate_json(question))


@pytest.mark.parametrize("plan", [MORE, SUM])
def test_untouched_answer_is_verified(plan: Plan, tmp_path: Path) -> None:
    library = PlanLibrary(REPORTS)
    found = verified(saved_answer(plan, library), tmp_path, library)
    assert found.verified, found.problems
    assert found.numbers == 3


def _digit(answer: Json) -> None:
    answer["rows"][0]["value"] = 6182


def _support(answer: Json) -> None:
    answer["certificate"]["support"][0]["value"] = "6182"


def _both(answer: Json) -> None:
    _digit(answer)
    _support(answer)
    answer["text"] = answer["text"].replace("6181", "6182")


def _row_dropped(answer: Json) -> None:
    answer["rows"].pop(0)


def _row_added(answer: Json) -> None:
    answer["rows"].append({**answer["rows"][0], "report_id": "f" * 16, "agency": "假镇"})


def _moved(answer: Json) -> None:
    answer["rows"].append(answer["rejected"].pop(0))


def _quote(answer: Json) -> None:
    answer["citations"][0]["start"] -= 1


def _undecided_dropped(answer: Json) -> None:
    answer["undecided"].pop(0)


def _coverage(answer: Json) -> None:
    answer["coverage"]["reports"] += 1


def _words(answer: Json) -> None:
    answer["text"] += "另有99887件。"


@pytest.mark.parametrize("same_snapshot", [True, False])
@pytest.mark.parametrize(
    "change",
    [_digit, _support, _both, _row_dropped, _row_added, _moved, _quote, _undecided_dropped,
     _coverage, _words],
)  # fmt: skip
def test_changed_answer_is_found_out(
    change: Callable[[Json], None], same_snapshot: bool, tmp_path: Path
) -> None:
    library = PlanLibrary(REPORTS)
    answer = deepcopy(saved_answer(MORE, library))
    change(answer)
    later = library if same_snapshot else PlanLibrary(REPORTS, snapshot="later")
    assert verified(answer, tmp_path, later).problems


def _moved_citation(answer: Json) -> None:
    answer["citations"][0].update(start=0, end=2, quote="多镇")


@pytest.mark.parametrize(
    "change",
    [
        lambda a: a.update(explanation="理解为：范围：2023年报告。"),
        lambda a: a.update(citations=a["citations"][1:]),
        lambda a: a.update(citations=a["citations"][:-1]),
        lambda a: a["citations"][0].update(path="别处.txt"),
        lambda a: a["rows"][0].update(citations=[2]),
        lambda a: a["rows"][0].update(citations=[]),
        _moved_citation,
    ],
)
def test_citations_and_reading_are_checked_without_the_snapshot(
    change: Callable[[Json], None], tmp_path: Path
) -> None:
    library = PlanLibrary(REPORTS)
    answer = saved_answer(MORE, library)
    change(answer)
    later = PlanLibrary(REPORTS, snapshot="later")
    assert verified(answer, tmp_path, later).problems


@pytest.mark.parametrize("plan", [MORE, Plan(operation="inventory")])
@pytest.mark.parametrize(
    "change",
    [
        lambda a: a.update(question=SUM.model_dump_json()),
        lambda a: a.update(status="partial"),
        lambda a: a.update(warnings=["没有问题"]),
        lambda a: a.update(choices=["别的读法"]),
        lambda a: a.update(figures={**a["figures"], "more": 5}),
        lambda a: a.update(unit="万元"),
        lambda a: a["certificate"].update(complete=not a["certificate"]["complete"]),
        lambda a: a.update(plan=None),
    ],
)
def test_changed_field_is_found_out_on_the_same_snapshot(
    plan: Plan, change: Callable[[Json], None], tmp_path: Path
) -> None:
    library = PlanLibrary(REPORTS)
    answer = saved_answer(plan, library)
    change(answer)
    assert verified(answer, tmp_path, library).problems


def test_nothing_checked_is_no_pass(tmp_path: Path) -> None:
    library = PlanLibrary(REPORTS)
    answer = saved_answer(Plan(operation="inventory"), library)
    assert verified(answer, tmp_path, library).verified
    answer["certificate"]["snapshot"] = "other"
    found = verified(answer, tmp_path, library)
    assert any("没有任何内容可以核对" in problem for problem in found.problems)


def test_other_snapshot_is_said(tmp_path: Path) -> None:
    library = PlanLibrary(REPORTS)
    later = PlanLibrary(REPORTS, snapshot="later")
    found = verified(saved_answer(MORE, library), tmp_path, later)
    assert found.verified
    assert any("没有重新读问题" in note for note in found.not_verified)


@pytest.mark.parametrize(
    "ask", ["2022年行政许可超过1000件的镇有哪些", "2022年明天的天气", "哪些镇没有2021年报告"]
)
def test_question_is_read_again_by_the_rules(ask: str, tmp_path: Path) -> None:
    library, path = PlanLibrary(REPORTS), tmp_path / "answer.json"
    saved = answer_question(ask, library).model_dump(mode="json")
    path.write_text(json.dumps(saved, ensure_ascii=False), encoding="utf-8")
    assert verify_answer(path, library).verified
    saved["question"] = "2021年行政许可超过500件的镇有哪些"
    path.write_text(json.dumps(saved, ensure_ascii=False), encoding="utf-8")
    assert verify_answer(path, library).problems


@pytest.mark.parametrize("part", ["citations", "warnings"])
def test_answer_without_a_field_is_refused(part: str, tmp_path: Path) -> None:
    library = PlanLibrary(REPORTS)
    answer = saved_answer(MORE, library)
    del answer[part]
    with pytest.raises(MisuseError, match=part):
        verified(answer, tmp_path, library)


def test_wrong_total_is_found_out(tmp_path: Path) -> None:
    library = PlanLibrary(REPORTS)
    answer = saved_answer(SUM, library)
    answer["value"] = 6194
    answer["text"] = answer["text"].replace("6193", "6194")
    found = verified(answer, tmp_path, PlanLibrary(REPORTS, snapshot="later"))
    assert any("6194" in problem for problem in found.problems)


def test_changed_file_is_found_out(tmp_path: Path) -> None:
    library = PlanLibrary(REPORTS)
    answer = saved_answer(MORE, library)
    path = tmp_path / "report.txt"
    path.write_text(library.text(1).replace("6181", "9181"), encoding="utf-8")
    for one in answer["certificate"]["support"]:
        if one["about"] == answer["rows"][0]["report_id"]:
            one["path"] = str(path)
    found = verified(answer, tmp_path, PlanLibrary(REPORTS, snapshot="later"))
    assert any("SHA-256" in problem for problem in found.problems)
    assert any("6181" in problem for problem in found.problems)


def test_sql_of_the_file_is_never_run(tmp_path: Path) -> None:
    library = PlanLibrary(REPORTS)
    answer = saved_answer(MORE, library)
    answer["certificate"]["statements"][0]["sql"] = "DROP TABLE reports"
    assert any("查询语句" in p for p in verified(answer, tmp_path, library).problems)
    assert library.query("SELECT count(*) FROM reports") == [(3,)]


@pytest.mark.parametrize("content", ["不是JSON", "[1, 2]", '{"a": 1}'])
def test_what_is_no_answer_is_refused(content: str, tmp_path: Path) -> None:
    path = tmp_path / "answer.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(MisuseError):
        verify_answer(path, PlanLibrary([]))


@pytest.mark.parametrize("seed", range(20))
def test_answers_to_random_plans_are_verified(seed: int, tmp_path: Path) -> None:
    random = Random(seed)
    records, plan = random_records(random), random_plan(random)
    reports = [
        Printed(r.agency.name or "", r.year, dict(r.cells), r.agency.county, r.agency.city,
                r.agency.province, r.agency.township, "township", r.agency.kind, r.form,
                tuple((f.name, f.value, f.bound) for f in r.facts))
        for r in records
    ]  # fmt: skip
    answer = saved_answer(plan, PlanLibrary(reports))
    for snapshot in (None, "later"):
        found = verified(answer, tmp_path, PlanLibrary(reports, snapshot))
        quoted = any(one["start"] is not None for one in answer["certificate"]["support"])
        assert found.verified == (quoted or snapshot is None), found.problems
