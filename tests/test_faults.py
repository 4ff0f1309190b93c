"""Every command that may ask a model, against every fault of an endpoint, as a user runs them."""

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from scripted_server import Cut, Page, Refuse, Say, Scripted, ScriptedServer, Silence

from assistant.cli import run
from evals.synthesise import random_facts, render

KEY = "test-key-0123456789"
WRONG = "4711"  # in every faulty reply, in no report
AT_ONCE = {"Retry-After": "0"}
LIED = f"网站由{WRONG}人检查[1]。"


def _no_schema(body: dict[str, Any]) -> Scripted:
    if "response_format" in body:
        return Refuse(400, "response_format json_schema is not supported")
    return Say(LIED)


Fault = Scripted | Callable[[dict[str, Any]], Scripted]
# The endpoint gives nothing: what rests on the model alone ends with exit code 4.
FAILING: dict[str, Fault] = {
    "wrong key": Refuse(401, "bad key", echo=True),
    "limited": Refuse(429, "slow down", headers=AT_ONCE),
    "limited for hours": Refuse(429, "slow down", headers={"Retry-After": "9999"}),
    "broken": Refuse(500, "boom", headers=AT_ONCE),
    "cut": Cut(LIED),
    "silent": Silence(WRONG),
    "page": Page(f"<html>{WRONG}</html>"),
    "garbage": Page("\x00\x01{{{"),
    "moved": Refuse(302, "moved", headers={"Location": "http://127.0.0.1:9/v1"}),
    "endless": Say(LIED * 40_000, size=50_000),
}
# The endpoint answers, but not with what was asked for: the chain declines.
USELESS: dict[str, Fault] = {
    "no json_schema": _no_schema,
    "fenced": Say(f'```json\n{{"count": "{WRONG}"}}\n```'),
    "thinking": Say(f"<think>{WRONG}</think>{LIED}"),
    "separators": Say('{"count": "4,711", "v1": "4,711"}'),
    "truncated": Say(f'{{"count": {WRONG}', finish="length"),
    "empty": Say(""),
    "no arguments": Say(arguments="", finish="tool_calls"),
    "null": Say("null"),
    "cut context": Say(LIED, prompt_tokens=5),
}


class Case(NamedTuple):
    """A command line, its exit code when the endpoint fails or is useless, and what it prints."""

    arguments: tuple[str, ...]
    failing: int
    useless: int
    shows: str


CASES = {
    "unread": Case(("ask", "2022年哪个镇罚单最多"), 4, 3, "没有读懂"),
    "prose": Case(("ask", "大涌镇2022年存在哪些问题"), 0, 0, "原文"),
    "mixed": Case(("ask", "大涌镇2022年行政许可多少件，存在哪些问题"), 0, 0, "6181"),
    "continued": Case(
        ("ask", "那2022年行政处罚或行政强制呢", "--continue", "{saved}"), 4, 3, "没有读懂"
    ),
    "schema": Case(("extract", "{report}", "--schema", "{schema}"), 4, 3, "模型没有"),
    "repair": Case(("extract", "{broken}", "--repair"), 4, 0, "没有修复"),
}


class Files(NamedTuple):
    """What the commands work on."""

    library: str
    report: str
    schema: str
    broken: str
    saved: str


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    folder = tmp_path_factory.mktemp("faults")
    found = Files(
        *(str(folder / name) for name in ("库", "a", "schema.json", "broken.txt", "saved.json"))
    )
    found = found._replace(report="evals/reports/大涌镇2022.html")
    assert run(["add", found.report, "--library", found.library, "--no-dense"]) == 0
    field = {"anyOf": [{"type": "string"}, {"type": "null"}], "description": "存在的主要问题"}
    schema = {"type": "object", "properties": {"problem": field}, "required": ["problem"]}
    Path(found.schema).write_text(json.dumps(schema), encoding="utf-8")
    text = render(random_facts(random.Random(3)), "tab_grid", (), 3).text
    row = "（一）予以公开\t\t0\t0\t3\t0\t0\t0\t3"
    assert row in text
    Path(found.broken).write_text(text.replace(row, "（一）予以公开\t3\t3"), encoding="utf-8")
    return found


@pytest.fixture(autouse=True)
def settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, value in (("API_KEY", KEY), ("MODEL", "scripted"), ("TIMEOUT", "0.3")):
        monkeypatch.setenv(f"NIANBAO_{name}", value)
    monkeypatch.delenv("NIANBAO_BASE_URL", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


def _first(body: dict[str, Any]) -> Scripted | None:
    """Return an honest reply to the questions by which an endpoint is first tried."""
    if "大河镇" not in json.dumps(body["messages"], ensure_ascii=False):
        return None
    if body.get("tools"):
        return Say(arguments='{"town": "大河镇", "count": 6}', finish="tool_calls")
    asked = body["messages"][-1]["content"]
    return Say("好" if "只回答一个字" in asked else '{"town": "大河镇", "count": 6}')


def _script(fault: Fault, *, at_first: bool) -> Callable[[dict[str, Any]], Scripted]:
    def reply(body: dict[str, Any]) -> Scripted:
        honest = None if at_first else _first(body)
        return honest or (fault(body) if callable(fault) else fault)

    return reply


def _asked(
    arguments: tuple[str, ...],
    files: Files,
    server: ScriptedServer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> tuple[int, str]:
    """Return the exit code and all that was printed."""
    monkeypatch.delenv("NIANBAO_BASE_URL", raising=False)
    if "{saved}" in arguments:
        capsys.readouterr()
        run(["ask", "大涌镇2022年行政许可多少件", "--library", files.library, "--json"])
        Path(files.saved).write_text(capsys.readouterr().out, encoding="utf-8")
    monkeypatch.setenv("NIANBAO_BASE_URL", server.base_url)
    filled = [one.format(**files._asdict()) for one in arguments]
    library = ["--library", files.library] if filled[0] in ("ask", "doctor") else []
    capsys.readouterr()
    code = run([*filled, *library])
    printed = capsys.readouterr()
    return code, printed.out + printed.err


class Trial(NamedTuple):
    """A case against a fault: from the first request on, or only after the endpoint was tried."""

    case: Case
    fault: Fault
    failing: bool
    at_first: bool


def _trials() -> dict[str, Trial]:
    later = {
        f"{name}-{what}": Trial(case, fault, what in FAILING, False)
        for name, case in CASES.items()
        for what, fault in (FAILING | USELESS).items()
    }
    at_first = {
        f"{name}-{what} at first": Trial(CASES[name], fault, True, True)
        for name in ("unread", "mixed", "schema")
        for what, fault in FAILING.items()
    }
    return later | at_first


@pytest.mark.parametrize("trial", _trials().values(), ids=_trials())
def test_fault_ends_in_an_answer_or_a_message(
    trial: Trial,
    files: Files,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    case, fault, failing, at_first = trial
    with ScriptedServer(_script(fault, at_first=at_first)) as server:
        code, printed = _asked(case.arguments, files, server, monkeypatch, capsys)
        assert server.asked, "a case that never reaches the endpoint proves nothing"
    assert code == (case.failing if failing else case.useless), printed
    assert case.shows in printed
    assert WRONG not in printed and "4,711" not in printed
    assert KEY not in printed and "Traceback" not in printed
    if failing and case.arguments[0] == "ask":
        assert "模型" in printed, "what the model failed in is told"


@pytest.mark.parametrize("fault", FAILING.values(), ids=FAILING)
def test_doctor_says_what_fails(
    fault: Fault,
    files: Files,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with ScriptedServer(_script(fault, at_first=True)) as server:
        code, printed = _asked(("doctor",), files, server, monkeypatch, capsys)
    assert code in (1, 4) and "[注意] 模型端点" in printed and KEY not in printed
