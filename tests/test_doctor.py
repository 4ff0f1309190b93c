"""The command `doctor`: the health of the library and of the model endpoint."""

import json
from pathlib import Path
from typing import Any

import pytest
from scripted_server import Page, Refuse, Say, Scripted, ScriptedServer, Silence

from assistant.cli import run

DAYONG = Path(__file__).parents[1] / "evals" / "reports" / "大涌镇2022.html"


@pytest.fixture(autouse=True)
def _own_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("NIANBAO_HOME", str(tmp_path / "home"))
    for name in ("BASE_URL", "API_KEY", "MODEL", "CONTEXT", "TIMEOUT"):
        monkeypatch.delenv(f"NIANBAO_{name}", raising=False)


def test_doctor_tells_sound_from_changed_and_damaged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, library = tmp_path / "甲.html", tmp_path / "库"
    file.write_bytes(DAYONG.read_bytes())
    run(["add", str(file), "--library", str(library)])
    assert run(["doctor", "--library", str(library)]) == 0
    file.write_bytes(b"x")
    assert run(["doctor", "--library", str(library)]) == 1
    file.unlink()
    assert run(["doctor", "--library", str(library)]) == 0
    next(library.rglob("texts.parquet")).unlink()
    capsys.readouterr()
    assert run(["doctor", "--library", str(library), "--json"]) == 1
    record = json.loads(capsys.readouterr().out)
    assert record["healthy"] is False


class Examined:
    """What `doctor` says of a server, with further settings."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch, self._capsys = monkeypatch, capsys

    def __call__(self, server: ScriptedServer, **settings: str) -> tuple[int, str, dict[str, Any]]:
        """Return the exit code, the printed words, and the JSON record."""
        given = {"BASE_URL": server.base_url, "MODEL": "scripted", "API_KEY": "key-1", **settings}
        for name, value in given.items():
            self._monkeypatch.setenv(f"NIANBAO_{name}", value)
        self._capsys.readouterr()
        code = run(["doctor"])
        words = self._capsys.readouterr().out
        assert run(["doctor", "--json"]) == code
        return code, words, json.loads(self._capsys.readouterr().out)


@pytest.fixture
def examined(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Examined:
    return Examined(monkeypatch, capsys)


def test_without_a_model_doctor_says_what_works(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["doctor", "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["model"] is None
    (finding,) = [found for found in record["findings"] if found["name"] == "model"]
    assert finding["status"] == "note"
    assert "NIANBAO_BASE_URL" in finding["message"]


def test_sound_endpoint_is_described(examined: Examined) -> None:
    with ScriptedServer(models=[{"id": "scripted", "max_model_len": 32768}]) as server:
        code, words, record = examined(server)
    assert code == 0
    for said in (server.base_url, "模型列表里", "json_schema", "32768", "流式", "首字", "思考"):
        assert said in words
    assert record["model"]["context"] == 32768
    assert record["healthy"] is True


def test_doctor_asks_anew_each_time(examined: Examined) -> None:
    with ScriptedServer() as server:
        assert examined(server)[0] == 0
        server.models = Refuse(404)
        before = len(server.chats)
        assert examined(server)[2]["model"]["listed"] is None
        assert len(server.chats) > before


@pytest.mark.parametrize(
    ("reply", "code", "said"),
    [
        (Refuse(401, "no", echo=True), 1, "NIANBAO_API_KEY"),
        (Refuse(404, "no such model"), 1, "other-model"),
        (Refuse(402, "pay"), 1, "余额"),
        (Page(), 1, "NIANBAO_BASE_URL"),
        (Refuse(503, "later"), 4, "503"),
        (Silence(), 4, "没有回应"),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(
    examined: Examined, reply: Scripted, code: int, said: str
) -> None:
    with ScriptedServer(lambda body: reply, models=[{"id": "other-model"}]) as server:
        found, words, record = examined(server, TIMEOUT="0.3")
    assert found == code
    assert said in words
    assert "key-1" not in words
    assert record["healthy"] is False


def test_damage_counts_more_than_an_endpoint_that_is_away(
    examined: Examined, tmp_path: Path
) -> None:
    server = ScriptedServer()
    server.close()
    assert examined(server)[0] == 4
    (tmp_path / "home").mkdir(exist_ok=True)
    (tmp_path / "home" / "manifest.json").write_text("{", "utf-8")
    assert examined(server)[0] == 1


@pytest.mark.parametrize(
    ("settings", "named"),
    [({"BASE_URL": "主机"}, "NIANBAO_BASE_URL"), ({"MODEL": " "}, "NIANBAO_MODEL")],
)
def test_settings_that_will_not_do_are_found(
    examined: Examined, settings: dict[str, str], named: str
) -> None:
    with ScriptedServer() as server:
        code, words, _ = examined(server, **settings)
        assert server.asked == []
    assert code == 1
    assert named in words


def test_weak_model_is_told_apart_from_a_broken_one(examined: Examined) -> None:
    with ScriptedServer(lambda body: Say("好")) as server:
        code, words, record = examined(server)
    assert code == 0
    assert record["model"]["modes"] == []
    assert "换大些的模型" in words
