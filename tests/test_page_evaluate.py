"""The tab of the evaluation: what it lists and shows, and that nothing runs before the consent."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from scripted_server import Refuse, Say, Scripted, ScriptedServer

from assistant.page.desks.evaluating import (
    Estimate,
    Part,
    Progress,
    TaskChoice,
    Wanted,
    offered,
    wanted_from,
)
from assistant.page.house import House, OwnModel
from assistant.page.views.evaluate import estimate_view, progress_view, runs_view
from assistant.page.words import words
from assistant.prompts import PromptError
from assistant.settings import Settings
from evals.comparing.thresholds import load_thresholds
from evals.pages.desk import EvalDesk
from evals.suite.run_file import write_run
from index.errors import MisuseError
from index.store.library import Library
from tests.eval_runs import make_run

KEY = "sk-very-secret-1234567890"
SAY = words("zh")
HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture(autouse=True)
def _own_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(Library.open(tmp_path / "library"), Settings(concurrency=1))


@pytest.fixture
def desk(house: House) -> EvalDesk:
    fewer = {"permutations": 199, "resamples": 200, "resamples_each": 100}
    return EvalDesk(house, limits=load_thresholds().model_copy(update=fewer))


def edited(desk: EvalDesk, **changed: Any) -> Wanted:
    """Return the wish for a prompt with one more sentence, over two reports."""
    own = desk.text("extract_table", "")
    fields: dict[str, Any] = {
        "task": "extract.tables", "prompt": "extract_table", "sets": ("samples",), "most": 2,
        "text": own.replace('system = """\n', 'system = """\n请仔细。\n'),
    }  # fmt: skip
    return Wanted(**fields | changed)


def own_model(server: ScriptedServer) -> OwnModel:
    return OwnModel(base_url=server.base_url, model="scripted", api_key=SecretStr(KEY))


def ended(desk: EvalDesk, seconds: float = 30) -> Progress:
    until = time.monotonic() + seconds
    while desk.progress().running:
        assert time.monotonic() < until, "the run does not end"
        time.sleep(0.02)
    return desk.progress()


def cells(body: dict[str, Any]) -> Scripted:
    """Answer as a model that finds nothing."""
    return Say('{"cells": []}') if not body.get("tools") else Say(arguments='{"cells": []}')


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer(cells) as made:
        yield made


def test_runs_are_listed_newest_first_and_open_with_their_scores(
    desk: EvalDesk, house: House
) -> None:
    write_run(house.folder / "evals" / "read.新.jsonl", make_run(name="新"))
    lines = desk.runs()
    assert [line.started for line in lines] == sorted((x.started for x in lines), reverse=True)
    mine = next(line for line in lines if line.name == "新")
    assert mine.cases == mine.due == 30 and mine.scores
    assert any(line.key.startswith("shipped/") and line.model == "local" for line in lines)
    shown = desk.run(mine.key)
    assert "按项目" in shown and "分组" in shown and "不对的" in shown


def test_what_is_no_whole_run_is_told_and_does_not_hide_the_others(
    desk: EvalDesk, house: House
) -> None:
    folder = house.folder / "evals"
    write_run(folder / "whole.jsonl", make_run(name=HOSTILE))
    lines = (folder / "whole.jsonl").read_bytes().splitlines(keepends=True)
    (folder / "cut.jsonl").write_bytes(b"".join(lines[:5]))
    (folder / "other.jsonl").write_text("{}\n", encoding="utf-8")
    listed = {line.key: line for line in desk.runs()}
    assert (listed["library/cut.jsonl"].cases, listed["library/cut.jsonl"].due) == (4, 30)
    assert listed["library/other.jsonl"].problem
    shown = runs_view(desk.runs(), SAY)
    assert HOSTILE not in shown and "onerror" in shown
    assert 'data-run="library/whole.jsonl"' in shown
    assert 'data-run="library/cut.jsonl"' not in shown
    with pytest.raises(MisuseError, match=r"cut\.jsonl.*不完整") as told:
        desk.run("library/cut.jsonl")
    assert str(folder) not in str(told.value)


@pytest.mark.parametrize("key", ["library/../../x.jsonl", "/etc/passwd", "library/.x", ""])
def test_only_listed_runs_are_read(desk: EvalDesk, key: str) -> None:
    with pytest.raises(MisuseError):
        desk.run(key)


def test_two_runs_compared_show_verdict_intervals_and_sources(desk: EvalDesk) -> None:
    shown = desk.comparison("shipped/extract_table.2.jsonl", "shipped/extract_table.3-worse.jsonl")
    assert "变差" in shown and "区间" in shown and 'class="listing"' in shown
    assert "<mark" in shown and "<script" not in shown and "<html" not in shown
    assert 'id="evaluate-pair-changes"' in shown
    with pytest.raises(MisuseError, match="同一次"):
        desk.comparison("shipped/extract_table.2.jsonl", "shipped/extract_table.2.jsonl")
    with pytest.raises(MisuseError, match="各选一次"):
        desk.comparison("shipped/extract_table.2.jsonl", None)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda text: text.replace("${text}", ""), "不一致.*|.*text"),
        (lambda text: text.replace("${text}", "${text}${more}"), "more"),
        (lambda text: text.replace('["fields", "text"]', '["text"]').replace("${fields}", ""),
         "fields"),
        (lambda text: text + "x = 1\n", "x"),
        (lambda _: "这不是 TOML", "格式不对"),
        (lambda text: text, "没有改动"),
        (lambda text: text + "#" * 20_000, "最多 20000 字"),
    ],
)  # fmt: skip
def test_a_prompt_that_cannot_be_used_is_declined_before_anything(
    desk: EvalDesk, house: House, change: Callable[[str], str], told: str
) -> None:
    text = change(desk.text("extract_table", ""))
    with pytest.raises(PromptError, match=told):
        desk.estimate(edited(desk, text=text, replies="recorded"), None)
    assert not house.folder.exists()


def test_nothing_is_asked_before_the_consent_and_the_figures_are_stated(
    desk: EvalDesk, server: ScriptedServer
) -> None:
    agreed = desk.estimate(edited(desk), own_model(server))
    assert server.asked == []
    own, tried = agreed.parts
    assert agreed.basis == "recorded" and own.cases == tried.cases == 2
    assert own.calls and own.prompt_tokens and own.completion_tokens
    assert tried.prompt_tokens and tried.prompt_tokens > own.prompt_tokens
    assert own.cost is None
    shown = estimate_view(agreed, SAY)
    assert "未知" in shown and "不是零" in shown and server.base_url in shown and KEY not in shown
    time.sleep(0.1)
    assert server.asked == []


def test_after_the_consent_both_prompts_run_and_are_compared(
    desk: EvalDesk, house: House, server: ScriptedServer
) -> None:
    own = own_model(server)
    agreed = desk.estimate(edited(desk), own)
    desk.start(agreed, own)
    found = ended(desk)
    assert not found.problem and found.shown and "得分" in found.shown
    asked = ["".join(m["content"] for m in chat.body["messages"]) for chat in server.chats]
    assert any("请仔细" in one for one in asked) and any("行名" in one for one in asked)
    assert [line.model for line in desk.runs() if line.key.startswith("library/")] == [
        "scripted", "scripted",
    ]  # fmt: skip
    assert any("请仔细" in p.read_text("utf-8") for p in house.folder.rglob("prompts/*.toml"))
    files = [path for path in house.folder.rglob("*") if path.is_file()]
    assert files and not any(KEY.encode() in path.read_bytes() for path in files)
    assert KEY not in found.shown + progress_view(found, SAY) + runs_view(desk.runs(), SAY)
    before = len(server.chats)
    again = desk.estimate(edited(desk), own)
    assert [part.recorded for part in again.parts] == [2, 2] and again.parts[0].calls == 0
    desk.start(again, own)
    assert not ended(desk).problem
    assert len(server.chats) == before, "what was answered is not asked again"


def test_a_model_that_dies_ends_the_run_with_what_to_do(desk: EvalDesk) -> None:
    def dying(body: dict[str, Any]) -> Scripted:
        told = "".join(message["content"] for message in body["messages"])
        return Refuse(401, "no", echo=True) if "表格文字" in told else cells(body)

    with ScriptedServer(dying) as server:
        own = own_model(server)
        desk.start(desk.estimate(edited(desk, most=9), own), own)
        found = ended(desk)
    assert "连续 3 例没有回答" in found.problem and "接着算" in found.problem
    assert found.failed == 3 and found.done == 3 and KEY not in found.problem
    assert any(line.cases < line.due for line in desk.runs())


def test_a_key_that_is_refused_from_the_start_runs_no_case(desk: EvalDesk) -> None:
    with ScriptedServer(key="another") as server:
        own = own_model(server)
        desk.start(desk.estimate(edited(desk), own), own)
        found = ended(desk)
    assert "不接受密钥" in found.problem and found.done == 0 and KEY not in found.problem


def test_one_run_goes_on_at_a_time_and_can_be_stopped_and_gone_on_with(desk: EvalDesk) -> None:
    def slow(body: dict[str, Any]) -> Scripted:
        time.sleep(0.05)
        return cells(body)

    with ScriptedServer(slow) as server:
        own = own_model(server)
        agreed = desk.estimate(edited(desk, most=9), own)
        desk.start(agreed, own)
        with pytest.raises(MisuseError, match="一次只运行一个"):
            desk.start(agreed, own)
        while desk.progress().done < 2:
            time.sleep(0.01)
        desk.stop()
        assert desk.progress().stopping or not desk.progress().running
        found = ended(desk)
        assert "已停止" in found.problem and found.part == 1 and found.done < 9
        again = desk.estimate(edited(desk, most=9), own)
    assert again.parts[0].recorded >= 2


def test_without_a_model_it_is_said_and_what_needs_none_still_runs(desk: EvalDesk) -> None:
    with pytest.raises(MisuseError, match="没有设语言模型"):
        desk.estimate(edited(desk), None)
    agreed = desk.estimate(Wanted(task="read", sets=("samples",), most=3), None)
    assert agreed.basis == "none" and "不用语言模型" in estimate_view(agreed, SAY)
    desk.start(agreed, None)
    found = ended(desk)
    assert not found.problem and found.shown and "非零召回" in found.shown


def test_recorded_replies_call_nothing(desk: EvalDesk, server: ScriptedServer) -> None:
    wanted = edited(desk, text=desk.text("extract_table", "2"), replies="recorded")
    agreed = desk.estimate(wanted, own_model(server))
    assert [(part.calls, part.recorded) for part in agreed.parts] == [(0, 2), (0, 2)]
    one = desk.estimate(wanted.model_copy(update={"prompt": ""}), own_model(server))
    desk.start(one, own_model(server))
    assert not ended(desk).problem
    assert server.asked == []


def test_another_model_than_the_estimated_one_is_not_asked(
    desk: EvalDesk, server: ScriptedServer
) -> None:
    agreed = desk.estimate(edited(desk), own_model(server))
    other = own_model(server).model_copy(update={"model": "other"})
    with pytest.raises(MisuseError, match="重新估计"):
        desk.start(agreed, other)
    assert server.asked == []


@pytest.mark.parametrize("wrong", [{"task": "none"}, {"sets": ("none",)}, {"most": 0},
                                   {"most": 10**9}, {"prompt": "read_question"}])  # fmt: skip
def test_wishes_that_cannot_be_are_declined(desk: EvalDesk, wrong: dict[str, Any]) -> None:
    with pytest.raises(MisuseError):
        desk.estimate(edited(desk, replies="recorded", **wrong), None)


def test_the_form_says_what_it_wants() -> None:
    assert wanted_from("read", True, None, "x", None, 0, "recorded") == Wanted(
        task="read", replies="recorded"
    )
    assert wanted_from("t", False, "p", "x", ["s"], 3.0, "model").text == ""
    for task, most in ((None, 0), ("read", 1.5)):
        with pytest.raises(MisuseError):
            wanted_from(task, True, None, "", None, most, "model")


def test_a_task_offers_its_sets_and_prompts_and_edits_only_where_there_is_one() -> None:
    task = TaskChoice("t", "题", True, ("a", "b"), {"samples": 3}, 3)
    found = offered(task, edit=True)
    assert found.sets == (("samples (3)", "samples"),) and found.needs_model
    assert (found.prompts, found.prompt, found.edited) == (("a", "b"), "a", True)
    assert not offered(task, edit=False).edited
    bare = offered(task._replace(prompts=(), needs_model=False), edit=True)
    assert (bare.prompt, bare.edited, bare.needs_model) == (None, False, False)


def test_unknown_is_not_written_as_nothing() -> None:
    wanted = Wanted(task="repair")
    part = Part("repair_row@1", 3, 0, 3, 900, None, None, None, None)
    shown = estimate_view(Estimate(wanted, "修", (part,), "length", "m"), SAY)
    assert shown.count("未知") >= 3 and "报告的文字另加" in shown


def test_progress_tells_failures_and_that_it_stops() -> None:
    shown = progress_view(Progress(True, "读", 1, 2, 3, 9, failed=1, stopping=True), SAY)
    assert "3 / 9" in shown and "1 例没有得到回答" in shown and "正在停止" in shown
    assert HOSTILE not in progress_view(Progress(title="读", problem=HOSTILE), SAY)
