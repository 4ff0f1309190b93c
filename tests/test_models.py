"""The model door against a scripted endpoint: every fault ends in an answer or a clear message."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest
from scripted_server import (
    Cut,
    Drip,
    Page,
    Refuse,
    Say,
    Script,
    Scripted,
    ScriptedServer,
    Silence,
)

from assistant.model.door import EndpointModel
from assistant.model.profile import Profile
from assistant.model_reply import ContextError, ModelError, UnusableReplyError
from assistant.models import open_model
from assistant.prompts import Message
from assistant.settings import Settings
from index.errors import MisuseError

KEY = "test-key-0123456789"
ASKED = (Message("user", "大河镇受理了几件？"),)
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"count": {"type": ["integer", "null"]}},
    "required": ["count"],
    "additionalProperties": False,
}
GOOD = Say('{"count": 6181}')


class Naps:
    """Sleeps that only note how long they would have been."""

    def __init__(self) -> None:
        self.taken: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.taken.append(seconds)


def opened(
    server: ScriptedServer,
    naps: Naps | None = None,
    profile: dict[str, Any] | None = None,
    **settings: Any,
) -> EndpointModel:
    """Return the model of the server, with a profile instead of a probe."""
    known = Profile(address=server.base_url, model="scripted", **(profile or {}))
    model = open_model(server.settings(**settings), profile=known, sleep=naps or Naps())
    assert model is not None
    return model


def asked_for_data(script: Script, **profile: Any) -> tuple[dict[str, Any] | None, ScriptedServer]:
    """Return the data that a script of replies leads to."""
    with ScriptedServer(script) as server:
        return opened(server, profile=profile).ask(ASKED, SCHEMA).data, server


def test_no_endpoint_is_no_model() -> None:
    assert open_model(Settings(base_url=None)) is None


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"model": None}, "NIANBAO_MODEL"),
        ({"base_url": "localhost:8000/v1"}, "NIANBAO_BASE_URL"),
        ({"base_url": "http://主机:端口/v1"}, "NIANBAO_BASE_URL"),
        ({"api_key": "密钥甲乙丙"}, "NIANBAO_API_KEY"),
    ],
)
def test_settings_that_will_not_do_are_named(changed: dict[str, Any], named: str) -> None:
    fields = {"base_url": "http://127.0.0.1:1/v1", "api_key": KEY, "model": "m", **changed}
    with pytest.raises(MisuseError, match=named) as raised:
        open_model(Settings(**fields))
    assert "甲乙丙" not in str(raised.value)


def test_probe_finds_what_the_endpoint_can_do_and_asks_once(tmp_path: Path) -> None:
    models = [{"id": "scripted", "meta": {"n_ctx": 4096}}, {"id": "other", "n_ctx": 1}]
    with ScriptedServer(models=models) as server:
        model = open_model(server.settings(), profiles=tmp_path)
        assert model is not None
        assert server.asked == []
        profile = model.profile
        assert profile.modes == ("json_schema", "tool", "json_object", "plain")
        assert (profile.context, profile.context_from) == (4096, "endpoint")
        assert profile.stream and profile.usage and profile.listed and profile.measured
        probes = len(server.asked)
        again = open_model(server.settings(), profiles=tmp_path)
        assert again is not None
        assert again.profile.model_dump() == profile.model_dump()
        assert len(server.asked) == probes


def test_setting_overrides_the_context(tmp_path: Path) -> None:
    with ScriptedServer(models=[{"id": "scripted", "n_ctx": 4096}]) as server:
        model = open_model(server.settings(context=2048), profiles=tmp_path)
        assert model is not None
        assert model.context == 2048


@pytest.mark.parametrize("damage", [b"", b"{", b'{"address": 1}', b"\xff\xfe"])
def test_damaged_profile_is_found_out_again(tmp_path: Path, damage: bytes) -> None:
    with ScriptedServer() as server:
        first = open_model(server.settings(), profiles=tmp_path)
        assert first is not None and first.context
        (kept,) = tmp_path.iterdir()
        kept.write_bytes(damage)
        second = open_model(server.settings(), profiles=tmp_path)
        assert second is not None
        assert second.profile.modes == first.profile.modes


def test_old_profile_is_found_out_again(tmp_path: Path) -> None:
    with ScriptedServer() as server:
        first = open_model(server.settings(), profiles=tmp_path)
        assert first is not None and first.context
        (kept,) = tmp_path.iterdir()
        old = first.profile.model_copy(update={"probed": 1.0})
        kept.write_text(old.model_dump_json(), "utf-8")
        second = open_model(server.settings(), profiles=tmp_path)
        assert second is not None
        assert second.profile.probed > 1.0


def test_profile_that_cannot_be_kept_costs_only_a_probe(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    with ScriptedServer() as server:
        model = open_model(server.settings(), profiles=tmp_path / "file" / "models")
        assert model is not None
        assert model.ask(ASKED).text == "好的。"


def only(*modes: str) -> Any:
    """Return an endpoint that gives valid data in these modes, and refuses the other ones."""

    def reply(body: dict[str, Any]) -> Scripted:
        kind = body.get("response_format", {}).get("type") or (
            "tool" if "tools" in body else "plain"
        )
        if kind == "plain" and "JSON" not in body["messages"][0]["content"]:
            return Say("好")
        if kind not in modes:
            return Refuse(400, f"{kind} is not supported")
        data = '{"town": "大河镇", "count": 6}'
        return Say(arguments=data, finish="tool_calls") if kind == "tool" else Say(data)

    return reply


@pytest.mark.parametrize(
    "modes", [("json_schema",), ("tool", "plain"), ("json_object",), ("plain",), ()]
)
def test_probe_counts_only_the_modes_that_work(tmp_path: Path, modes: tuple[str, ...]) -> None:
    with ScriptedServer(only(*modes)) as server:
        model = open_model(server.settings(), profiles=tmp_path)
        assert model is not None
        assert model.profile.modes == modes


def test_mode_that_is_accepted_and_ignored_does_not_count(tmp_path: Path) -> None:
    with ScriptedServer(lambda body: Say("大河镇受理六件。")) as server:
        model = open_model(server.settings(), profiles=tmp_path)
        assert model is not None
        assert model.profile.modes == ()
        with pytest.raises(UnusableReplyError):
            model.ask(ASKED, SCHEMA)


@pytest.mark.parametrize(
    ("refused", "expected"),
    [
        ("stream_options", {"stream": True, "usage": False}),
        ("max_tokens", {"limit": "max_completion_tokens", "temperature": True}),
        ("stream", {"stream": False}),
        ("temperature", {"temperature": False, "limit": "max_tokens"}),
    ],
)
def test_probe_leaves_away_what_the_endpoint_refuses(
    tmp_path: Path, refused: str, expected: dict[str, Any]
) -> None:
    def reply(body: dict[str, Any]) -> Scripted:
        return Refuse(400, f"unknown {refused}") if body.get(refused) is not None else GOOD

    def strict(body: dict[str, Any]) -> Scripted:
        return reply({name: value for name, value in body.items() if value is not False})

    with ScriptedServer(strict) as server:
        model = open_model(server.settings(), profiles=tmp_path)
        assert model is not None
        assert expected.items() <= model.profile.model_dump().items()


def test_endpoint_that_counts_only_whole_replies_is_asked_for_those(tmp_path: Path) -> None:
    def reply(body: dict[str, Any]) -> Scripted:
        data = '{"town": "大河镇", "count": 6}'
        return Say(data, prompt_tokens=-1 if body.get("stream") else 90)

    with ScriptedServer(reply) as server:
        model = open_model(server.settings(), profiles=tmp_path)
        assert model is not None
        assert model.ask(ASKED, {"type": "object"}).usage.prompt_tokens == 90
        assert server.chats[-1].body.get("stream") in (None, False)


def thinks(body: dict[str, Any]) -> Scripted:
    """Think unless the template's switch is off; refuse the switches of other endpoints."""
    off = body.get("chat_template_kwargs", {}).get("enable_thinking") is False
    data = '{"town": "大河镇", "count": 6}'
    return Say(data) if off else Say(data, reasoning="我想想……")


def test_probe_switches_thinking_off_where_it_can(tmp_path: Path) -> None:
    with ScriptedServer(thinks) as server:
        model = open_model(server.settings(), profiles=tmp_path)
        assert model is not None
        assert (model.profile.thinking, model.profile.switch) == ("off", "template")
        model.ask(ASKED)
        assert server.chats[-1].body["chat_template_kwargs"] == {"enable_thinking": False}


def test_thinking_that_stays_on_is_taken_out_and_given_room(tmp_path: Path) -> None:
    with ScriptedServer(lambda body: Say('<think>{"count": 1}</think>{"count": 2}')) as server:
        model = open_model(server.settings(), profiles=tmp_path)
        assert model is not None
        assert (model.profile.thinking, model.profile.switch) == ("on", None)
        assert model.ask(ASKED, SCHEMA, most=50).data == {"count": 2}
        assert server.chats[-1].body["max_tokens"] > 1000


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ('{"count": 6181}', 6181),
        ('```json\n{"count": 6181}\n```', 6181),
        ('好的，结果如下：\n{"count": 6181}\n希望有帮助。', 6181),
        ('<think>也许是 {"count": 1} 吧</think>\n{"count": 6181}', 6181),
        ('也许是 {"count": 1} 吧</think>{"count": 6181}', 6181),
        ('{"count": "6,181"}', 6181),
        ('{"count": "６，１８１"}', 6181),
        ('{"count": 6181,}', 6181),
        ("{“count”：6181}", 6181),
        ('{"count": null}', None),
        ('{"count": "无"}', None),
        ('{"count": "null"}', None),
        ('见[1]：{"count": 6181}', 6181),
        ('{"count": 6181} {"count": 6181}', 6181),
    ],
)
def test_wrapped_replies_are_read(text: str, count: int | None) -> None:
    data, server = asked_for_data([Say(text)])
    assert data == {"count": count}
    assert len(server.chats) == 1


@pytest.mark.parametrize(
    "reply",
    [
        Say('{"count": 61', finish="length"),
        Say('{"count": 6181}', finish="length"),
        Say('{"count": 61'),
        Say('{"rows": [{"count": 1}, {"count": 2}'),
        Say('[{"count": 1},'),
        Say('{"count": 1} {"count": 2}'),
        Say('{"count": 1, "count": 2}'),
        Say('{"count": "6,18"}'),
        Say('{"count": "约6181"}'),
        Say('{"count": 61.5}'),
        Say('{"count": NaN}'),
        Say('{"count": 6181, "more": 1}'),
        Say("{}"),
        Say(""),
        Say("6181"),
        Say('<think>{"count": 6181}'),
        Say(arguments="", finish="tool_calls"),
        Say(arguments="{}", finish="tool_calls"),
        Say(arguments='{"count": 61', finish="tool_calls"),
    ],
)
def test_unusable_reply_is_repaired_once_and_then_declined(reply: Say) -> None:
    with ScriptedServer([reply, GOOD, reply, reply]) as server:
        model = opened(server)
        answer = model.ask(ASKED, SCHEMA)
        assert answer.data == {"count": 6181}
        assert answer.usage.calls == 2
        with pytest.raises(UnusableReplyError) as raised:
            model.ask(ASKED, SCHEMA)
        assert "61" not in str(raised.value)
        assert len(server.chats) == 4


def test_repair_turn_says_what_was_wrong() -> None:
    _, server = asked_for_data([Say('{"number": 7}'), GOOD])
    *_, said, problem = server.chats[1].body["messages"]
    assert said == {"role": "assistant", "content": '{"number": 7}'}
    assert "count" in problem["content"]


def test_empty_tool_arguments_are_not_an_answer() -> None:
    reply = Say(arguments="", finish="tool_calls")
    with ScriptedServer([reply, reply]) as server, pytest.raises(UnusableReplyError):
        opened(server, profile={"modes": ("tool",)}).ask(ASKED, SCHEMA)


def test_refused_mode_steps_down_for_good(tmp_path: Path) -> None:
    turned = threading.Event()

    def reply(body: dict[str, Any]) -> Scripted:
        if "response_format" in body and turned.is_set():
            return Refuse(400, "response_format is unavailable now")
        return only("json_schema", "tool")(body)

    with ScriptedServer(reply) as server:
        model = open_model(server.settings(), profiles=tmp_path)
        assert model is not None
        schema = {"type": "object", "required": ["count"]}
        assert model.ask(ASKED, schema).mode == "json_schema"
        turned.set()
        assert model.ask(ASKED, schema).mode == "tool"
        before = len(server.chats)
        assert model.ask(ASKED, schema).mode == "tool"
        assert len(server.chats) == before + 1
        again = open_model(server.settings(), profiles=tmp_path)
        assert again is not None
        assert again.profile.modes[0] == "tool"


def test_refusal_of_every_mode_is_said() -> None:
    script = [Refuse(400, "no")] * 4
    with ScriptedServer(script) as server, pytest.raises(ModelError, match="拒绝了请求"):
        opened(server).ask(ASKED, SCHEMA)


@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_refusals_are_not_sent_again(status: int) -> None:
    with ScriptedServer([Refuse(status)]) as server:
        naps = Naps()
        with pytest.raises(ModelError):
            opened(server, naps).ask(ASKED)
        assert (len(server.chats), naps.taken) == (1, [])


def test_wrong_key_is_said_without_the_key() -> None:
    refusal = Refuse(401, f"Incorrect API key provided: {KEY[:6]}***{KEY[-4:]}", echo=True)
    with ScriptedServer([refusal]) as server, pytest.raises(ModelError) as raised:
        opened(server).ask(ASKED)
    assert "NIANBAO_API_KEY" in str(raised.value)
    assert KEY[:6] not in str(raised.value)


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_passing_faults_are_tried_again(status: int) -> None:
    with ScriptedServer([Refuse(status), Refuse(status), Say("好")]) as server:
        naps = Naps()
        assert opened(server, naps).ask(ASKED).text == "好"
        assert len(naps.taken) == 2
        assert naps.taken[0] < naps.taken[1]


@pytest.mark.parametrize("status", [429, 500])
def test_faults_that_stay_end_in_words(status: int) -> None:
    with ScriptedServer([Refuse(status)] * 9) as server:
        with pytest.raises(ModelError, match=str(status)):
            opened(server).ask(ASKED)
        assert len(server.chats) == 4


def test_retry_after_is_honoured() -> None:
    date = formatdate(time.time() + 30, usegmt=True)
    waits = [Refuse(429, headers={"Retry-After": "7"}), Refuse(503, headers={"Retry-After": date})]
    with ScriptedServer([*waits, Say("好")]) as server:
        naps = Naps()
        opened(server, naps).ask(ASKED)
        assert naps.taken[0] == 7
        assert 25 < naps.taken[1] <= 30


def test_retry_after_that_is_too_long_is_not_waited_for() -> None:
    with ScriptedServer([Refuse(429, headers={"Retry-After": "3600"}), Say("好")]) as server:
        naps = Naps()
        with pytest.raises(ModelError, match="太忙"):
            opened(server, naps).ask(ASKED)
        assert naps.taken == []


def test_spent_quota_is_not_waited_for() -> None:
    with ScriptedServer([Refuse(429, "check your plan", code="insufficient_quota")]) as server:
        with pytest.raises(ModelError, match="余额"):
            opened(server).ask(ASKED)
        assert len(server.chats) == 1


def test_endpoint_that_is_not_there_is_said() -> None:
    server = ScriptedServer()
    server.close()
    with pytest.raises(ModelError, match="连接不上"):
        opened(server).ask(ASKED)


@pytest.mark.parametrize("stream", [True, False])
def test_page_instead_of_json_is_said(stream: bool) -> None:
    with ScriptedServer([Page()]) as server, pytest.raises(ModelError, match="格式"):
        opened(server, profile={"stream": stream}).ask(ASKED)


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize("fault", [Silence(), Silence("半句")])
def test_silence_ends(stream: bool, fault: Scripted) -> None:
    with ScriptedServer([fault]) as server:
        start = time.monotonic()
        with pytest.raises(ModelError, match="没有回应"):
            opened(server, profile={"stream": stream}, timeout=0.4).ask(ASKED)
        assert time.monotonic() - start < 5
        assert len(server.chats) == 1


def test_silence_in_a_shown_stream_ends() -> None:
    with ScriptedServer([Silence("半句")]) as server:
        pieces = opened(server, timeout=0.4).stream(ASKED)
        assert next(pieces) == "半句"
        with pytest.raises(ModelError, match="没有回应"):
            next(pieces)


@pytest.mark.parametrize("stream", [True, False])
def test_endless_drip_ends(stream: bool) -> None:
    with ScriptedServer([Drip()]) as server:
        start = time.monotonic()
        with pytest.raises(ModelError, match="限定的总时间"):
            opened(server, profile={"stream": stream}, timeout=0.15).ask(ASKED)
        assert time.monotonic() - start < 6


def test_cut_reply_is_asked_for_once_more_whole() -> None:
    with ScriptedServer([Cut('{"count": 61'), GOOD]) as server:
        assert opened(server).ask(ASKED, SCHEMA).data == {"count": 6181}
        assert "stream" not in server.chats[1].body or not server.chats[1].body["stream"]


def test_reply_cut_twice_is_said() -> None:
    with ScriptedServer([Cut()] * 9) as server, pytest.raises(ModelError):
        opened(server).ask(ASKED)


def test_stream_without_an_end_is_cut() -> None:
    with ScriptedServer([Say('{"count": 6181}', finish=None), GOOD]) as server:
        assert opened(server).ask(ASKED, SCHEMA).data == {"count": 6181}
        assert len(server.chats) == 2


@pytest.mark.parametrize("fault", [Cut("大河镇公开"), Say("大河镇公开", finish=None)])
def test_shown_stream_that_is_cut_is_said(fault: Scripted) -> None:
    with ScriptedServer([fault]) as server:
        shown: list[str] = []
        with pytest.raises(ModelError, match="断开"):
            shown.extend(opened(server).stream(ASKED))
        assert "".join(shown) == "大河镇公开"


def test_shown_stream_that_is_too_long_is_said() -> None:
    script = [Say("大河镇", finish="length")]
    with ScriptedServer(script) as server, pytest.raises(ModelError, match="不完整"):
        list(opened(server).stream(ASKED))


def test_stream_is_tried_again_before_anything_was_shown() -> None:
    with ScriptedServer([Refuse(500), Say("大河镇公开了三件。")]) as server:
        assert "".join(opened(server).stream(ASKED)) == "大河镇公开了三件。"


def test_stream_leaves_thinking_out_however_it_is_split() -> None:
    text = "<think>先想，a < b</think>甲 < 乙，<b>丙</b>。"
    for size in (1, 2, 3, 5, 8, len(text)):
        with ScriptedServer([Say(text, reasoning="还要想", size=size)]) as server:
            assert "".join(opened(server).stream(ASKED)) == "甲 < 乙，<b>丙</b>。"


def test_stream_with_nothing_but_thinking_is_declined() -> None:
    with ScriptedServer([Say("<think>没想完")]) as server, pytest.raises(UnusableReplyError):
        list(opened(server).stream(ASKED))


def test_stream_that_turns_out_to_be_thinking_is_stopped() -> None:
    with ScriptedServer([Say("先想想</think>甲")]) as server, pytest.raises(UnusableReplyError):
        list(opened(server).stream(ASKED))


def test_endpoint_without_streaming_gives_one_piece() -> None:
    with ScriptedServer([Say("大河镇公开了三件。")]) as server:
        pieces = list(opened(server, profile={"stream": False}).stream(ASKED))
    assert pieces == ["大河镇公开了三件。"]


@pytest.mark.parametrize("reply", [Say(""), Say("<think>x</think>"), Say("半", finish="length")])
def test_plain_reply_that_says_nothing_whole_is_declined(reply: Say) -> None:
    with ScriptedServer([reply]) as server, pytest.raises(UnusableReplyError):
        opened(server).ask(ASKED)


def test_too_long_messages_are_not_sent() -> None:
    long = (Message("user", "公开" * 300),)
    with ScriptedServer([]) as server:
        with pytest.raises(ContextError, match="NIANBAO_CONTEXT"):
            opened(server, profile={"context": 600}).ask(long, most=100)
        assert server.chats == []


def test_context_that_the_endpoint_states_is_said() -> None:
    message = "This model's maximum context length is 4096 tokens"
    refusal = Refuse(400, message, code="context_length_exceeded")
    with ScriptedServer([refusal]) as server, pytest.raises(ContextError):
        opened(server).ask(ASKED, SCHEMA)


@pytest.mark.parametrize("stream", [True, False])
def test_input_that_is_cut_silently_is_noticed(stream: bool) -> None:
    long = (Message("user", "大河镇公开政府信息，答复群众申请。" * 150),)
    replies = [Say('{"count": 1}', prompt_tokens=700)] * 2
    with ScriptedServer(replies) as server:
        model = opened(server, profile={"stream": stream})
        with pytest.raises(UnusableReplyError, match="悄悄截断"):
            model.ask(long, SCHEMA)
        with pytest.raises(ContextError):
            model.ask(long, SCHEMA)


def test_honest_count_is_not_mistaken_for_a_cut() -> None:
    long = (Message("user", "大河镇公开政府信息，答复群众申请。" * 150),)
    with ScriptedServer([GOOD]) as server:
        assert opened(server).ask(long, SCHEMA).data == {"count": 6181}


def test_no_more_requests_at_once_than_allowed() -> None:
    running, most = [0], [0]
    lock = threading.Lock()

    def reply(body: dict[str, Any]) -> Scripted:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        time.sleep(0.05)
        with lock:
            running[0] -= 1
        return Say("好")

    with ScriptedServer(reply) as server:
        model = opened(server, profile={"stream": False}, concurrency=2)
        threads = [threading.Thread(target=model.ask, args=(ASKED,)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert model.usage.calls == 8
    assert most[0] == 2


def test_abandoned_stream_frees_its_place() -> None:
    with ScriptedServer([Say("大河镇公开了三件。"), Say("好")]) as server:
        model = opened(server, concurrency=1)
        pieces: Iterator[str] = model.stream(ASKED)
        next(pieces)
        pieces.close()  # type: ignore[attr-defined]
        assert model.ask(ASKED).text == "好"


def test_usage_adds_up_from_the_endpoint() -> None:
    with ScriptedServer([Say("好", prompt_tokens=30), Say("好", prompt_tokens=12)]) as server:
        model = opened(server)
        assert model.ask(ASKED).usage.prompt_tokens == 30
        list(model.stream(ASKED))
        assert (model.usage.calls, model.usage.prompt_tokens) == (2, 42)


def test_no_tokenizer_is_loaded() -> None:
    with ScriptedServer([Say("好")]) as server:
        opened(server).ask(ASKED)
    import tiktoken.registry

    assert tiktoken.registry.ENCODINGS == {}


def test_error_in_a_stream_is_said_without_the_key() -> None:
    with ScriptedServer([Refuse(422, f"bad {KEY}", echo=True)]) as server:
        model = opened(server)
        with pytest.raises(ModelError) as raised:
            model.ask(ASKED)
        assert KEY not in f"{raised.value!r} {model!r} {model.profile!r} {raised.value.__cause__!r}"


PROGRAM = """
import sys
from assistant.models import open_model
from assistant.prompts import Message
from assistant.settings import load_settings
import logging
logging.basicConfig(level=logging.DEBUG)
model = open_model(load_settings())
assert "langchain_core" not in sys.modules and "openai" not in sys.modules
for _ in range(2):
    try:
        print(model.ask([Message("user", "几件")]), model, repr(model), vars(model))
    except Exception as error:
        print(error, repr(error))
"""

EXAMINE = """
from assistant.cli import run
run(["doctor"])
run(["doctor", "--json"])
"""


def ran(server: ScriptedServer, home: Path, *arguments: str, **more: str) -> str:
    """Return all that a process prints whose environment names the server."""
    environment = {
        **os.environ,
        "NIANBAO_BASE_URL": server.base_url.replace("//", "//user:pass-word-77@"),
        "NIANBAO_API_KEY": KEY,
        "NIANBAO_MODEL": "scripted",
        "XDG_CACHE_HOME": str(home / "cache"),
        "NIANBAO_HOME": str(home / "library"),
        "PYTHONPATH": str(Path(__file__).parents[1]),
        **more,
    }
    done = subprocess.run(
        [sys.executable, *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=120,
    )
    return done.stdout.decode()


def written(folder: Path) -> str:
    return "".join(
        file.read_bytes().decode("latin-1") for file in folder.rglob("*") if file.is_file()
    )


REFUSALS = [Refuse(400, "bad request", echo=True), Refuse(401, KEY, echo=True)]


@pytest.mark.parametrize("script", [None, REFUSALS, lambda _: Refuse(422, KEY, echo=True)])
def test_key_is_nowhere_in_what_is_printed_and_written(script: Any, tmp_path: Path) -> None:
    loud = {"OPENAI_LOG": "debug", "LANGCHAIN_VERBOSE": "true", "PYTHONWARNINGS": "always"}
    with ScriptedServer(script) as server:
        printed = ran(server, tmp_path, "-c", PROGRAM + EXAMINE, **loud)
        assert '"findings"' in printed
        assert server.chats
    for secret in (KEY, "pass-word-77"):
        assert secret not in printed
        assert secret not in written(tmp_path)
    if script is None:
        assert list((tmp_path / "cache").rglob("*.json"))


def test_nothing_is_traced_and_no_other_key_is_sent(tmp_path: Path) -> None:
    with ScriptedServer() as server:
        elsewhere = server.base_url.replace("/v1", "/elsewhere")
        printed = ran(
            server,
            tmp_path,
            "-c",
            PROGRAM,
            LANGSMITH_TRACING="true",
            LANGCHAIN_TRACING_V2="true",
            LANGSMITH_API_KEY="other-key-1",
            LANGSMITH_ENDPOINT=elsewhere,
            LANGSMITH_GATEWAY=elsewhere,
            OPENAI_API_KEY="other-key-2",
            OPENAI_ORG_ID="other-org-3",
            OPENAI_PROJECT_ID="other-project-4",
            OPENAI_CUSTOM_HEADERS="X-Own: other-header-5",
            OPENAI_BASE_URL=elsewhere,
        )
        assert "好的" in printed
        assert {asked.path for asked in server.asked} == {"/v1/models", "/v1/chat/completions"}
        assert {asked.headers["Authorization"] for asked in server.asked} == {f"Bearer {KEY}"}
        assert "other-" not in json.dumps([asked.headers for asked in server.asked])


def test_proxy_of_the_environment_is_used(tmp_path: Path) -> None:
    with ScriptedServer() as proxy, ScriptedServer() as server:
        address = "http://nowhere.invalid/v1"
        through = {"HTTP_PROXY": proxy.base_url.removesuffix("/v1"), "NO_PROXY": "127.0.0.1"}
        printed = ran(server, tmp_path, "-c", PROGRAM, NIANBAO_BASE_URL=address, **through)
        assert "好的" in printed
        assert {asked.headers["Host"] for asked in proxy.asked} == {"nowhere.invalid"}
        before = len(proxy.asked)
        assert "好的" in ran(server, tmp_path, "-c", PROGRAM, **through)
        assert len(proxy.asked) == before


def test_proxy_that_cannot_be_used_is_said(tmp_path: Path) -> None:
    with ScriptedServer() as server:
        printed = ran(server, tmp_path, "-c", PROGRAM, ALL_PROXY="socks9://u:secret@x:1")
    assert "代理" in printed
    assert "secret" not in printed


def test_redirect_to_another_place_is_not_followed() -> None:
    with ScriptedServer() as other:
        away = Refuse(307, headers={"Location": f"{other.base_url}/chat/completions"})
        with ScriptedServer([away]) as server, pytest.raises(ModelError, match="地址"):
            opened(server).ask(ASKED)
        assert other.asked == []


def test_question_for_the_rules_imports_no_client(tmp_path: Path) -> None:
    program = """
import sys
from assistant.cli import run
print(run(["ask", "哪些镇2022年行政许可超过1000件"]))
print(sorted({name.split(".")[0] for name in sys.modules}))
"""
    with ScriptedServer() as server:
        printed = ran(server, tmp_path, "-c", program)
        assert server.asked == []
    modules = printed.splitlines()[-1]
    assert "'assistant'" in modules
    for name in ("langchain", "langchain_core", "langchain_openai", "openai", "chromadb", "numpy"):
        assert f"'{name}'" not in modules


def test_thinking_without_an_opening_tag_is_found_and_never_shown(tmp_path: Path) -> None:
    def reply(body: dict[str, Any]) -> Scripted:
        if body["max_tokens"] < 100:
            return Say("用户要我只回答一个字，让我想想", finish="length")
        return Say('用户要我回答。</think>{"town": "大河镇", "count": 6}', size=3)

    with ScriptedServer(reply) as server:
        model = open_model(server.settings(), profiles=tmp_path)
        assert model is not None
        assert model.profile.thinking == "open"
        shown = "".join(model.stream(ASKED, most=400))
        assert shown == '{"town": "大河镇", "count": 6}'
        assert model.ask(ASKED, {"type": "object"}).data == {"town": "大河镇", "count": 6}


def test_context_of_the_settings_is_not_kept(tmp_path: Path) -> None:
    with ScriptedServer(only("tool")) as server:
        model = open_model(server.settings(context=2048), profiles=tmp_path)
        assert model is not None
        assert model.context == 2048
        again = open_model(server.settings(), profiles=tmp_path)
        assert again is not None
        assert again.context == 8192


def test_setting_that_is_no_number_is_named_without_its_value(tmp_path: Path) -> None:
    with ScriptedServer() as server:
        printed = ran(server, tmp_path, "-m", "assistant.cli", "doctor", NIANBAO_TIMEOUT="sk-abc")
    assert "NIANBAO_TIMEOUT" in printed
    assert "sk-abc" not in printed
    assert "Traceback" not in printed


def test_only_the_door_imports_the_client() -> None:
    package = Path(__file__).parents[1] / "assistant"
    clients = ("import openai", "import langchain_openai", "from langchain_openai", "from openai")
    importing = {
        file.relative_to(package).as_posix()
        for file in package.rglob("*.py")
        if any(line.strip().startswith(clients) for line in file.read_text("utf-8").splitlines())
    }
    assert importing == {"models.py"}
