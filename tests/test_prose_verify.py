"""A saved answer from prose is checked against the raw texts; whatever was changed is found."""

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from prose_library import ProseLibrary, WordSearch
from prose_reports import library, told

from assistant.names import Names
from assistant.prompts import Prompts
from assistant.prose.answering import answer_prose
from assistant.scripted_model import ScriptedModel
from assistant.understand import understand
from assistant.verify import Verification, verify_answer
from index.errors import MisuseError

LIBRARY, SEARCH = library()
WEBSITE = "清溪镇2022年网站怎么管理"
SWEEP = "哪些镇提到微信公众号"
Json = dict[str, Any]


def saved(question: str, *replies: str) -> Json:
    names = Names.of(LIBRARY, question)
    model = ScriptedModel(list(replies)) if replies else None
    answer = answer_prose(
        question, understand(question, names), names, LIBRARY, SEARCH, model, Prompts()
    )
    found: Json = json.loads(answer.model_dump_json())
    return found


def verified(answer: Json, folder: Path, held: ProseLibrary = LIBRARY) -> Verification:
    path = folder / "answer.json"
    path.write_text(json.dumps(answer, ensure_ascii=False), encoding="utf-8")
    return verify_answer(path, held)


@pytest.mark.parametrize(
    "question",
    [
        WEBSITE,
        SWEEP,
        "哪些乡镇街道没有提到微信公众号",
        "哪些镇提到区块链",
        "清溪镇2021年为什么行政许可减少了",
        "清溪镇2022年在区块链方面做了什么",
        "清溪镇2019年存在哪些问题",
        "石鼓镇2022年存在哪些问题",
        "各镇存在哪些问题",
        "清溪镇2021年是否提到抖音",
        "我镇做了什么",
    ],
)
def test_an_untouched_answer_is_verified(question: str, tmp_path: Path) -> None:
    found = verified(saved(question), tmp_path)
    assert found.verified, found.problems


def test_what_cannot_be_verified_is_said(tmp_path: Path) -> None:
    reply = "网站栏目由党政办指定两名干部逐日检查[1]。"
    found = verified(saved(WEBSITE, reply), tmp_path)
    assert found.verified and "1处引文" in found.summary
    assert any("意思是否与原文一致" in note for note in found.not_verified)
    assert any("没有重新检索" in note for note in found.not_verified)


def quote(answer: Json) -> None:
    answer["text"] = answer["text"].replace("两名", "三名")


def cited(answer: Json) -> None:
    for one in (answer["citations"][0], answer["certificate"]["support"][0]):
        one["quote" if "quote" in one else "raw"] = "网站栏目由党政办指定九名干部逐日检查"


def moved(answer: Json) -> None:
    answer["citations"][0]["start"] += 1


def plan(answer: Json) -> None:
    answer["plan"]["topic"] = "网"


def scope(answer: Json) -> None:
    answer["certificate"]["statements"][0]["sql"] += " LIMIT 1"


def read(answer: Json) -> None:
    answer["explanation"] = "理解为：别的。"


@pytest.mark.parametrize("change", [quote, cited, moved, plan, scope, read])
def test_a_changed_quote_or_plan_is_found(change: Callable[[Json], None], tmp_path: Path) -> None:
    answer = deepcopy(saved(WEBSITE))
    change(answer)
    assert not verified(answer, tmp_path).verified


def number(answer: Json) -> None:
    answer["text"] = answer["text"].replace("[1]", "，共86人[1]")


def mark(answer: Json) -> None:
    answer["text"] = answer["text"].replace("[1]", "[7]")


@pytest.mark.parametrize("change", [number, mark])
def test_a_number_that_its_own_mark_does_not_hold_is_found(
    change: Callable[[Json], None], tmp_path: Path
) -> None:
    answer = saved(WEBSITE, "网站栏目由党政办指定两名干部逐日检查[1]。")
    change(answer)
    assert not verified(answer, tmp_path).verified


def swap(answer: Json) -> None:
    answer["rows"], answer["rejected"] = answer["rejected"], answer["rows"]


def drop(answer: Json) -> None:
    answer["rejected"].pop()
    answer["coverage"]["rejected"] -= 1
    answer["coverage"]["decidable"] -= 1
    answer["coverage"]["reports"] -= 1


def turn(answer: Json) -> None:
    answer["rejected"].append({**answer["rows"].pop(), "citations": []})
    answer["coverage"]["rejected"] += 1
    answer["coverage"]["qualified"] -= 1


def add(answer: Json) -> None:
    answer["rows"].append({**answer["rejected"].pop(), "citations": [1]})
    answer["coverage"]["rejected"] -= 1
    answer["coverage"]["qualified"] += 1


@pytest.mark.parametrize("change", [swap, drop, turn, add])
def test_a_report_in_the_wrong_list_or_in_none_is_found(
    change: Callable[[Json], None], tmp_path: Path
) -> None:
    answer = deepcopy(saved(SWEEP))
    change(answer)
    assert not verified(answer, tmp_path).verified


def test_a_changed_report_is_found_and_a_changed_library_is_said(tmp_path: Path) -> None:
    answer = saved(SWEEP)
    grown = ProseLibrary([*LIBRARY.told, told("新镇", 2022, "公开。", "无。", "无。")])
    found = verified(answer, tmp_path, grown)
    assert found.verified and any("没有重新读问题" in note for note in found.not_verified)
    other = ProseLibrary([r._replace(text="变" + r.text) for r in LIBRARY.told])
    assert not verified(answer, tmp_path, other).verified


def test_traditional_reports_are_found_by_simplified_words(tmp_path: Path) -> None:
    held = ProseLibrary([told("繁镇", 2022, "通過微信公眾號發布信息。", "无。", "无。")])
    names = Names.of(held, SWEEP)
    answer = answer_prose(
        SWEEP, understand(SWEEP, names), names, held, WordSearch(held), None, Prompts()
    )
    assert answer.value == 1
    assert verified(json.loads(answer.model_dump_json()), tmp_path, held).verified


# With the search at hand the whole answer is worked out again; what a model wrote is checked again.


def searched(answer: Json, folder: Path) -> Verification:
    path = folder / "answer.json"
    path.write_text(json.dumps(answer, ensure_ascii=False), encoding="utf-8")
    return verify_answer(path, LIBRARY, search=lambda: SEARCH)


COPIED = "网站栏目由党政办指定两名干部逐日检查[1]。"


@pytest.mark.parametrize("replies", [(), (COPIED,)], ids=["quoted", "written"])
@pytest.mark.parametrize("question", [WEBSITE, SWEEP, "清溪镇2021年为什么行政许可减少了"])
def test_an_untouched_answer_is_verified_with_search(
    question: str, replies: tuple[str, ...], tmp_path: Path
) -> None:
    found = searched(saved(question, *replies), tmp_path)
    assert found.verified, found.problems


def added(text: str) -> Callable[[Json], None]:
    def change(answer: Json) -> None:
        answer["text"] += text

    return change


def field(name: str, value: object) -> Callable[[Json], None]:
    def change(answer: Json) -> None:
        assert answer["rows"][0][name] != value
        answer["rows"][0][name] = value

    return change


def twice(answer: Json) -> None:
    answer["rows"].append(answer["rows"][0])


def without_rows(answer: Json) -> None:
    answer["rows"] = []


def elsewhere(answer: Json) -> None:
    answer["text"] = answer["text"].replace("清溪镇", "白沙乡")


EDITS = {
    "praise": added("\n全镇表现优秀。"),
    "person": added("\n县长张三负责此事。"),
    "number in words": added("\n存在四千件。"),
    "cited praise": added("\n全镇表现优秀[1]。"),
    "agency": field("agency", "白沙乡"),
    "county": field("county", "乙县"),
    "year": field("year", 2021),
    "label": field("label", "取得的成绩"),
    "note": field("note", "另有说明"),
    "report": field("report_id", "0000000000000000"),
    "twice": twice,
    "no rows": without_rows,
    "another town": elsewhere,
}


@pytest.mark.parametrize("replies", [(), (COPIED,)], ids=["quoted", "written"])
@pytest.mark.parametrize("change", EDITS.values(), ids=EDITS)
def test_every_edit_of_text_and_rows_is_found(
    change: Callable[[Json], None], replies: tuple[str, ...], tmp_path: Path
) -> None:
    answer = deepcopy(saved(WEBSITE, *replies))
    assert (answer["model"] is not None) == bool(replies)
    change(answer)
    assert not searched(answer, tmp_path).verified


def put(*path: str | int, value: object) -> Callable[[Json], None]:
    def change(answer: Json) -> None:
        held: Any = answer
        for step in path[:-1]:
            held = held[step]
        assert path[-1] not in held or held[path[-1]] != value
        held[path[-1]] = value

    return change


def counted(answer: Json) -> None:
    answer["coverage"]["reports"] += 90
    answer["coverage"]["undecidable"] += 90


def once_more(answer: Json) -> None:
    answer["certificate"]["support"].append(answer["certificate"]["support"][0])


FRAME = {
    "counts": counted,
    "duplicates": put("coverage", "duplicates", value=3),
    "unsettled": put("coverage", "unsettled", value=7),
    "no report": put("coverage", "no_report", value=2),
    "unit": put("unit", value="万元"),
    "value": put("value", value=3),
    "choices": put("choices", value=["清溪镇", "白沙乡"]),
    "rejected": put("rejected", value=[{"agency": "白沙乡", "year": 2022}]),
    "undecided": put("undecided", value=[{"agency": "新镇", "reason": "no_report"}]),
    "figure": put("figures", "year:1999", value="1999"),
    "other figure": put("figures", "reports", value="12"),
    "status": put("status", value="refused"),
    "support agency": put("certificate", "support", 0, "agency", value="白沙乡"),
    "support year": put("certificate", "support", 0, "year", value=2019),
    "support path": put("certificate", "support", 0, "path", value="别处.txt"),
    "support about": put("certificate", "support", 0, "about", value="0000000000000000"),
    "support hash": put("certificate", "support", 0, "sha256", value="0" * 64),
    "support twice": once_more,
    "context": put("citations", 0, "context", value="县长张三批示：网站栏目"),
}


@pytest.mark.parametrize("change", FRAME.values(), ids=FRAME)
def test_what_stands_around_a_models_sentences_is_worked_out_again(
    change: Callable[[Json], None], tmp_path: Path
) -> None:
    answer = deepcopy(saved(WEBSITE, COPIED))
    assert verified(answer, tmp_path).verified
    change(answer)
    assert not verified(answer, tmp_path).verified


def test_a_forged_model_record_does_not_excuse_an_edit(tmp_path: Path) -> None:
    answer = deepcopy(saved(WEBSITE))
    answer["model"] = {"name": "gpt", "prompts": []}
    answer["text"] += "\n全镇表现优秀。"
    assert not searched(answer, tmp_path).verified


BROKEN = {
    "deep": "[" * 100_000,
    "deep inside": '{"certificate":' + "[" * 50_000 + "]" * 50_000 + "}",
    "not a number": '{"certificate": {}, "value": NaN}',
    "endless digits": '{"certificate": {}, "value": 1' + "0" * 400 + "}",
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_a_file_that_is_no_answer_is_said_to_be_none(text: str, tmp_path: Path) -> None:
    path = tmp_path / "answer.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(MisuseError, match="JSON"):
        verify_answer(path, LIBRARY)


@pytest.mark.parametrize("value", [1e30, 10**19, -1e300])
def test_a_value_beyond_all_reports_is_found(value: float, tmp_path: Path) -> None:
    answer = deepcopy(saved(WEBSITE))
    answer["value"] = value
    assert not searched(answer, tmp_path).verified
