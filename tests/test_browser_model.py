"""A visitor's own model, in a real browser: a wrong key, and one that dies in mid-stream."""

from typing import Any

from browser_fixtures import Site, Visit
from playwright.sync_api import expect
from scripted_server import Cut, Say, Scripted, ScriptedServer

from evals.browsing.visitor import Visitor

KEY = "key-of-this-test-0123456789"
PROSE = "青栎镇2022年在政务公开方面做了哪些工作"


def dying(body: dict[str, Any]) -> Scripted:
    """Answer what examines the endpoint; die in the middle of an answer about a report."""
    if "青栎镇" in body["messages"][-1]["content"]:
        return Cut("青栎镇")
    return Say("好的。")


def use(visitor: Visitor, server: ScriptedServer, key: str) -> None:
    """Name an endpoint on the page."""
    visitor.tab("settings")
    for name, value in (("address", server.base_url), ("model", "scripted"), ("key", key)):
        visitor.field(f"settings-{name}").fill(value)
    visitor.page.locator("#settings-save").click()
    expect(visitor.page.locator("#settings-own")).to_contain_text(server.base_url)


def test_wrong_key_is_told_and_never_shown(visitors: Visit, site: Site) -> None:
    visitor, other = visitors(), visitors()
    with ScriptedServer(dying, key=KEY) as server:
        use(visitor, server, "wrong-" + KEY)
        visitor.page.locator("#settings-test").click()
        expect(visitor.page.locator("#settings-found")).to_contain_text("密钥")
        expect(visitor.field("settings-key")).to_have_value("")
        assert KEY not in visitor.page.content()
        other.tab("settings")
        other.settle()
        assert server.base_url not in other.page.content()
    assert KEY not in site.served.log.read_text("utf-8")


def test_model_that_dies_in_mid_stream_leaves_an_answer_and_says_so(visitor: Visitor) -> None:
    with ScriptedServer(dying, key=KEY) as server:
        use(visitor, server, KEY)
        visitor.tab("ask")
        visitor.ask(PROSE)
        answer = visitor.page.locator("#ask-answer")
        expect(answer).to_contain_text("原文", timeout=60_000)
        expect(answer).to_contain_text("模型")
        assert any(chat.body.get("stream") for chat in server.chats)
    visitor.ask("青栎镇2022年行政许可多少件")
    expect(visitor.number("1204")).to_be_visible()
