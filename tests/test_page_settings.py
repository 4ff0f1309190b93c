"""The tab of settings: keys go in and never come out; endpoints are tested in words."""

import logging
import time
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from scripted_server import Page, Refuse, ScriptedServer, Silence
from test_embed_remote import Endpoint, error

from assistant.ask import ask
from assistant.page.desks.embedding import EmbeddingDesk
from assistant.page.desks.settings import (
    library_health,
    list_settings,
    own_shown,
    try_model,
    typed_model,
)
from assistant.page.house import House, OwnModel
from assistant.page.views.settings import embedded_view, findings_view, own_view, settings_view
from assistant.page.words import words
from assistant.settings import Settings
from index.errors import MisuseError
from index.store.library import Library
from tests.passage_library import fill, passage_report

KEY = "sk-very-secret-1234567890"
ZH, EN = words("zh"), words("en")
NAMES = ("端点地址", "密钥")


@pytest.fixture(autouse=True)
def _own_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def house(tmp_path: Path, host: str = "127.0.0.1", **settings: Any) -> House:
    return House(Library.open(tmp_path / "library"), Settings(**settings), host)


def own(server: ScriptedServer, key: str = KEY) -> OwnModel:
    return OwnModel(base_url=server.base_url, model="scripted", api_key=SecretStr(key))


def findings_of(house: House, model: OwnModel | None, patience: float = 30) -> str:
    return findings_view(try_model(house, model, patience), ZH, own=True)


def test_settings_show_of_keys_only_whether_they_are_set(tmp_path: Path) -> None:
    settings = Settings(
        base_url="http://user:pass-word@host:1/v1?token=tok-en", api_key=KEY,
        embed_base_url="no address " + KEY, model="m",
    )  # fmt: skip
    for say in (ZH, EN):
        shown = settings_view(list_settings(settings), say)
        assert "http://host:1/v1" in shown and "NIANBAO_API_KEY" in shown
        assert not any(secret in shown for secret in (KEY, KEY[:8], "pass-word", "tok-en"))
        assert say("settings.set") in shown and say("settings.unset") in shown
    assert {one.name for one in list_settings(settings)} == {
        f"NIANBAO_{name.upper()}" for name in Settings.model_fields
    }


def test_the_environment_comes_first(tmp_path: Path) -> None:
    with ScriptedServer() as server:
        rooms = house(tmp_path, base_url="http://env:1/v1", model="env", api_key="env-key-000")
        assert not rooms.takes_own
        assert rooms.settings_for(own(server)) == rooms.settings
        shown = own_view(own_shown(rooms, own(server)), ZH)
    assert "env" in shown and "scripted" not in shown and "env-key" not in shown
    assert typed_model(rooms, None, ("http://x/v1", "m", KEY), NAMES)[0] is None


@pytest.mark.parametrize(
    ("host", "setting", "allowed"),
    [("127.0.0.1", None, True), ("localhost", None, True), ("0.0.0.0", None, False),
     ("10.0.0.5", None, False), ("0.0.0.0", True, True), ("127.0.0.1", False, False)],
)  # fmt: skip
def test_beyond_this_machine_a_visitor_makes_the_server_call_nobody(
    tmp_path: Path, host: str, setting: bool | None, allowed: bool
) -> None:
    rooms = house(tmp_path, host, own_models=setting)
    with ScriptedServer() as server:
        assert (typed_model(rooms, None, (server.base_url, "m", KEY), NAMES)[0] is not None) is (
            allowed
        )
        assert (rooms.doors(own(server)).model() is not None) is allowed
        assert (rooms.settings_for(own(server)).base_url is not None) is allowed
        if not allowed:
            findings_of(rooms, own(server))
            assert server.asked == []


@pytest.mark.parametrize(
    "typed",
    [
        (f"ftp://{KEY}", "m", KEY),
        (KEY, "m", ""),
        ("http://h/v1", KEY, KEY),
        (f"http://h/v1?key={KEY}", "m", KEY),
        ("http://h/v1", "m", f"{KEY} 密钥"),
        ("http://h/v1", "m", f"a\n{KEY}"),
        ("http://h/v1", "m", KEY * 99),
        ("http://h/v1", "", KEY),
        ("http://[::1", "m", KEY),
    ],
)
def test_what_is_typed_wrong_is_told_without_the_key(
    tmp_path: Path, typed: tuple[str, str, str]
) -> None:
    before = OwnModel(base_url="http://kept/v1", model="kept")
    kept, wrong = typed_model(house(tmp_path), before, typed, NAMES)
    assert kept is before and wrong is not None
    assert KEY not in findings_view([wrong], ZH, own=True)


def test_a_model_typed_in_is_shown_without_key_and_password(tmp_path: Path) -> None:
    typed = ("http://user:pass-word@host:1/v1?a=tok-en", " m ", f" {KEY} ")
    model, wrong = typed_model(house(tmp_path), None, typed, NAMES)
    assert model is not None and wrong is None and model.model == "m"
    assert model.api_key is not None and model.api_key.get_secret_value() == KEY
    shown = own_view(own_shown(house(tmp_path), model), ZH) + repr(model) + str(model)
    assert KEY not in shown and "http://host:1/v1" in own_view(
        own_shown(house(tmp_path), model), ZH
    )
    assert "tok-en" not in own_view(own_shown(house(tmp_path), model), ZH)


def test_a_good_endpoint_is_told_to_be_good(tmp_path: Path) -> None:
    with ScriptedServer(key=KEY) as server:
        shown = findings_of(house(tmp_path), own(server))
    assert "连得上" in shown and KEY not in shown


@pytest.mark.parametrize(
    ("replies", "told"),
    [
        (lambda _: Refuse(401, "Incorrect API key provided", {"X-Key": KEY}, echo=True), "密钥"),
        (lambda _: Refuse(500, "x", echo=True), "出错"),
        (lambda _: Refuse(400, f"bad {KEY}", echo=True), "拒绝"),
        (lambda _: Refuse(404, "model_not_found"), "模型名称"),
        (lambda _: Refuse(302, "moved", {"Location": f"http://127.0.0.1:9/?{KEY}"}), "找不到"),
        (lambda _: Page(f"<html>{KEY}</html>"), "不是 OpenAI 兼容格式"),
    ],
)
def test_what_is_wrong_with_an_endpoint_is_told_and_never_the_key(
    tmp_path: Path, replies: Any, told: str, caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    caplog.set_level(logging.DEBUG)
    with ScriptedServer(replies) as server:
        shown = findings_of(house(tmp_path, timeout=2), own(server))
    assert told in shown and 'class="mark warn"' in shown
    assert "NIANBAO_API_KEY" not in shown and "NIANBAO_BASE_URL" not in shown
    out, err = capfd.readouterr()
    assert not any(KEY in text for text in (shown, caplog.text, out, err))


def test_nobody_there_and_nobody_answering_do_not_hang_the_page(tmp_path: Path) -> None:
    nobody = OwnModel(base_url="http://127.0.0.1:9/v1", model="m")
    assert "连接不上" in findings_of(house(tmp_path), nobody)
    with ScriptedServer(lambda _: Silence()) as server:
        started = time.monotonic()
        shown = findings_of(house(tmp_path), own(server), patience=0.3)
    assert "没有答完" in shown and time.monotonic() - started < 5


def test_no_model_is_no_fault(tmp_path: Path) -> None:
    assert 'class="mark note"' in findings_of(house(tmp_path), None)


def test_after_a_session_the_key_is_nowhere(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    library = fill(Library.open(tmp_path / "library"), passage_report("甲镇", ["加强了培训。"]))
    rooms = House(library, Settings(timeout=5))
    with ScriptedServer(lambda _: Refuse(400, "x", echo=True)) as server:
        model = own(server)
        findings_of(rooms, model)
        answer = ask("甲镇2022年的报告怎么说培训", rooms.library(), rooms.doors(model))
        assert any(KEY in request.headers.get("Authorization", "") for request in server.asked)
    out, err = capfd.readouterr()
    said = [answer.model_dump_json(), caplog.text, out, err]
    files = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert files and not any(KEY.encode() in one for one in files)
    assert not any(KEY in one for one in said)


def test_a_forgotten_key_is_not_kept_in_open_doors(tmp_path: Path) -> None:
    rooms = house(tmp_path)
    with ScriptedServer() as server:
        first = rooms.doors(own(server))
        assert rooms.doors(own(server)) is first
        rooms.reopen()
        assert rooms.doors(own(server)) is not first


def test_a_visitors_key_does_not_go_to_the_environments_embedder(tmp_path: Path) -> None:
    embedder = Endpoint()
    library = fill(Library.open(tmp_path / "library"), passage_report("甲镇", ["加强了培训。"]))
    rooms = House(library, Settings(embed_base_url=embedder.url, embed_model="bge-m3"))
    vectors = EmbeddingDesk(rooms)
    vectors.start(1)
    waited(vectors)
    with ScriptedServer() as server:
        ask("甲镇2022年的报告怎么说培训", rooms.library(), rooms.doors(own(server)))
    assert len(embedder.requests) > 1
    assert not any(KEY in str(request["headers"]) for request in embedder.requests)


def waited(vectors: EmbeddingDesk) -> None:
    until = time.monotonic() + 30
    while vectors.running:
        assert time.monotonic() < until, "embedding does not end"
        time.sleep(0.02)


def test_vectors_are_computed_once_at_a_time_and_told(tmp_path: Path) -> None:
    embedder = Endpoint()

    def slowly(texts: list[str]) -> list[Any]:
        time.sleep(0.2)
        return [{"object": "embedding", "index": i, "embedding": [1.0, 2.0, float(len(t))]}
                for i, t in enumerate(texts)]  # fmt: skip

    embedder.answer = slowly
    lines = [f"第{number}项工作有进展。" for number in range(5)]
    library = fill(Library.open(tmp_path / "library"), passage_report("甲镇", lines))
    rooms = House(library, Settings(embed_base_url=embedder.url, embed_model="bge-m3"))
    vectors = EmbeddingDesk(rooms)
    assert (vectors.state().passages, vectors.state().waiting) == (5, 5)
    vectors.start(1)
    with pytest.raises(MisuseError, match="不能同时算两遍"):
        vectors.start(1)
    assert "正在计算" in embedded_view(vectors.state(), ZH)
    waited(vectors)
    state = vectors.state()
    assert (state.waiting, state.failure) == (0, "")
    shown = embedded_view(state, ZH)
    assert "bge-m3" in shown and "还缺 0 段" in shown
    with pytest.raises(MisuseError):
        vectors.start(600)


def test_an_embedder_that_fails_is_told(tmp_path: Path) -> None:
    library = fill(Library.open(tmp_path / "library"), passage_report("甲镇", ["有进展。"]))
    embedder = Endpoint()
    embedder.script = [error(401, f"bad key {KEY}")]
    settings = Settings(embed_base_url=embedder.url, embed_model="m", embed_api_key=KEY)
    vectors = EmbeddingDesk(House(library, settings))
    vectors.start(1)
    waited(vectors)
    shown = embedded_view(vectors.state(), ZH)
    assert 'class="warn"' in shown and KEY not in shown


def test_the_health_of_the_library_is_told_with_marks(tmp_path: Path) -> None:
    library = fill(Library.open(tmp_path / "library"), passage_report("甲镇", ["有进展。"]))
    shown = findings_view(library_health(House(library, Settings())), ZH)
    assert "正常" in shown and "1 份报告" in shown and "没有向量" in shown
    next((tmp_path / "library").rglob("texts.parquet")).unlink()
    assert "损坏" in findings_view(library_health(House(library, Settings())), ZH)
