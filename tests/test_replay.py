"""Model replies kept by content: what is replayed, what is never kept, what never calls out."""

import json
import threading
from pathlib import Path

import pytest
from scripted_server import Cut, Refuse, ScriptedServer

from assistant.model.door import EndpointModel
from assistant.model.wire import Request
from assistant.model_reply import ModelError
from assistant.prompts import Message
from assistant.settings import Settings
from evals.replay.door import Replies, Tally, tallied
from evals.replay.exchange import key_of
from evals.replay.model import open_taped_model, provider_of
from evals.replay.tape import Tape
from index.errors import MisuseError

ASKED = (Message("system", "只答数字"), Message("user", "大河镇受理了几件？"))
SCHEMA = {
    "type": "object",
    "properties": {"count": {"type": ["integer", "null"]}},
    "required": ["count"],
    "additionalProperties": False,
}
KEY = "test-key-0123456789"


def settings_of(server: ScriptedServer) -> Settings:
    return server.settings().model_copy(update={"api_key": Settings(api_key=KEY).api_key})


def open_model(folder: Path, server: ScriptedServer | None, replies: Replies) -> EndpointModel:
    settings = settings_of(server) if server else Settings(base_url=None)
    return open_taped_model(settings, Tape(folder), replies)


def lines(folder: Path) -> list[dict[str, object]]:
    return [
        json.loads(line)
        for path in sorted(folder.glob("*/*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]


def record(folder: Path, server: ScriptedServer, tally: Tally | None = None) -> Tally:
    model = open_model(folder, server, "record")
    with tallied(tally or Tally("case", "p@1")) as counted:
        assert model.ask(ASKED, SCHEMA).data == {"count": 3}
    return counted


def test_a_recorded_reply_is_replayed_with_the_time_and_tokens_it_took_then(tmp_path: Path) -> None:
    with ScriptedServer(data={"count": 3}) as server:
        then = record(tmp_path, server)
    model = open_model(tmp_path, None, "replay")
    with tallied(Tally("case", "p@1")) as now:
        assert model.ask(ASKED, SCHEMA).data == {"count": 3}
    assert (now.prompt_tokens, now.completion_tokens, now.calls) == (
        then.prompt_tokens,
        then.completion_tokens,
        1,
    )
    assert now.seconds == pytest.approx(then.seconds, abs=0.001)
    assert now.wall == 0.0 and now.keys == then.keys


def test_replay_never_calls_out_and_says_what_is_missing(tmp_path: Path) -> None:
    with ScriptedServer(data={"count": 3}) as server:
        record(tmp_path, server)
        asked = len(server.asked)
        model = open_taped_model(settings_of(server), Tape(tmp_path), "replay")
        with tallied(Tally("case")) as tally, pytest.raises(ModelError):
            model.ask((Message("user", "另一个问题"),), SCHEMA)
        assert len(server.asked) == asked
    assert "没有录制" in tally.failure


def test_recording_again_asks_nothing_that_is_kept(tmp_path: Path) -> None:
    with ScriptedServer(data={"count": 3}) as server:
        record(tmp_path, server)
        asked = len(server.asked)
        record(tmp_path, server)
        assert len(server.asked) == asked


def test_a_repeat_is_another_exchange(tmp_path: Path) -> None:
    with ScriptedServer(data={"count": 3}) as server:
        first = record(tmp_path, server)
        second = record(tmp_path, server, Tally("case", repeat=1))
    assert first.keys != second.keys


def test_live_keeps_nothing(tmp_path: Path) -> None:
    with ScriptedServer(data={"count": 3}) as server:
        model = open_model(tmp_path, server, "live")
        with tallied(Tally("case")):
            model.ask(ASKED, SCHEMA)
    assert not any(tmp_path.rglob("*"))


@pytest.mark.parametrize("fault", [Refuse(401), Refuse(500), Cut("{")])
def test_failures_are_never_kept(tmp_path: Path, fault: Refuse | Cut) -> None:
    with ScriptedServer(data={"count": 3}) as server:
        record(tmp_path, server)
    kept = lines(tmp_path)
    with ScriptedServer([fault] * 9) as server:
        settings = settings_of(server).model_copy(update={"model": "test-model"})
        settings = settings.model_copy(update={"model": Tape(tmp_path).models()[0]})
        model = open_taped_model(settings, Tape(tmp_path), "record")
        with tallied(Tally("case")) as tally, pytest.raises(ModelError):
            list(model.stream((Message("user", "别的"),)))
        assert server.asked, "the endpoint was asked"
    assert tally.failure
    assert lines(tmp_path) == kept


def test_keys_are_taken_out_of_what_is_kept(tmp_path: Path) -> None:
    with ScriptedServer(data={"count": 3}) as server:
        model = open_model(tmp_path, server, "record")
        with tallied(Tally("case")):
            model.ask((Message("user", f"我的密钥是 {KEY}"),), SCHEMA)
    text = "".join(path.read_text(encoding="utf-8") for path in tmp_path.rglob("*.json*"))
    assert "我的密钥是 ***" in text and KEY not in text and server.settings().base_url not in text


def test_messages_of_a_private_report_are_kept_only_as_hashes(tmp_path: Path) -> None:
    with ScriptedServer(data={"count": 3}) as server:
        record(tmp_path, server, Tally("case", private=True))
    (kept,) = (line for line in lines(tmp_path) if "key" in line)
    assert [m["text"] for m in kept["messages"]] == [None, None]  # type: ignore[union-attr]
    assert open_model(tmp_path, None, "replay").ask(ASKED, SCHEMA).data == {"count": 3}


def test_a_reply_that_copies_a_private_report_is_not_kept(tmp_path: Path) -> None:
    prose = "全镇干部认真学习贯彻有关政务公开的各项规定要求"
    messages = (Message("user", prose),)
    with ScriptedServer(text=f"报告说：{prose}") as server:
        model = open_model(tmp_path, server, "record")
        with tallied(Tally("case", private=True)) as tally:
            model.ask(messages)
    assert tally.withheld == 1
    assert not any("key" in line for line in lines(tmp_path))


def test_a_line_cut_by_a_crash_is_left_out_and_named(tmp_path: Path) -> None:
    with ScriptedServer(data={"count": 3}) as server:
        record(tmp_path, server)
    (path,) = tmp_path.glob("*/*.jsonl")
    with path.open("a", encoding="utf-8") as file:
        file.write('{"key": "abc", "prov')
    tape = Tape(tmp_path)
    assert len(tape) == 1 and tape.broken == [f"{path.name}:3"]


def test_a_reply_kept_after_a_cut_line_is_not_lost_with_it(tmp_path: Path) -> None:
    with ScriptedServer(data={"count": 3}) as server:
        record(tmp_path, server)
        (path,) = tmp_path.glob("*/*.jsonl")
        with path.open("ab") as file:
            file.write(b'{"key": "abc", "prov\xff')
        record(tmp_path, server, Tally("case", repeat=1))
    tape = Tape(tmp_path)
    assert len(tape) == 2 and tape.broken == [f"{path.name}:3"]


def test_a_reply_with_a_line_separator_is_kept_whole(tmp_path: Path) -> None:
    said = "一行\u2028又一行\u2029再一行\x85完"
    with ScriptedServer(text=said) as server, tallied(Tally("case", "p@1")):
        open_model(tmp_path, server, "record").ask(ASKED)
    with tallied(Tally("case", "p@1")):
        assert open_model(tmp_path, None, "replay").ask(ASKED).text == said


def test_thirty_threads_may_record_at_once(tmp_path: Path) -> None:
    tape = Tape(tmp_path)
    with ScriptedServer(data={"count": 3}) as server:
        settings = settings_of(server).model_copy(update={"concurrency": 30})
        model = open_taped_model(settings, tape, "record")

        def ask(number: int) -> None:
            with tallied(Tally(f"case {number}", "p@1")):
                model.ask((Message("system", "只答数字"), Message("user", f"第{number}问")), SCHEMA)

        threads = [threading.Thread(target=ask, args=(number,)) for number in range(30)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    again = Tape(tmp_path)
    assert len(again) == 30 and not again.broken
    assert sum("digest" in line for line in lines(tmp_path)) == 1, "the system message stands once"


def test_the_address_is_made_of_content_and_not_of_transport() -> None:
    request = Request(ASKED, {"temperature": 0, "max_tokens": 9})
    key = key_of("local", "m", request, 0)
    assert key == key_of("local", "m", request._replace(stream=False), 0)
    assert key == key_of("local", "m", Request(ASKED, {"max_tokens": 9, "temperature": 0}), 0)
    others = [
        key_of("else", "m", request, 0),
        key_of("local", "n", request, 0),
        key_of("local", "m", request, 1),
        key_of("local", "m", Request(ASKED, {"temperature": 1, "max_tokens": 9}), 0),
        key_of("local", "m", Request(ASKED[:1], request.extras), 0),
    ]
    assert len({key, *others}) == 6


def test_nothing_to_replay_and_nothing_to_call_is_said(tmp_path: Path) -> None:
    with pytest.raises(MisuseError, match="0 个模型"):
        open_model(tmp_path, None, "replay")
    with pytest.raises(MisuseError, match="NIANBAO_BASE_URL"):
        open_taped_model(Settings(model="m"), Tape(tmp_path), "record")


def test_this_machine_is_one_provider_whatever_its_port() -> None:
    assert provider_of("http://127.0.0.1:8088/v1") == provider_of("http://localhost:1/v1")
    assert provider_of("https://user:pw@models.example/v1") == "models.example"


def test_a_stream_that_is_left_early_is_kept_whole(tmp_path: Path) -> None:
    text = "第一句。" * 30
    with ScriptedServer(text=text) as server:
        model = open_model(tmp_path, server, "record")
        with tallied(Tally("case")):
            reading = model.stream(ASKED)
            next(reading)
            reading.close()  # type: ignore[attr-defined]
    assert "".join(open_model(tmp_path, None, "replay").stream(ASKED)) == text
