"""The outer safety of the page: which requests reach Gradio, and with what."""

import asyncio
import json
import os
import re
import shutil
import socket
from pathlib import Path
from typing import NamedTuple

import pytest
from starlette.formparsers import MultiPartException

from assistant.page.gate import Gate, Limits, Rules, hosts_of
from assistant.page.gate.policy import policy_of

API = "/gradio_api"
OWN = "127.0.0.1:7860"
PAGE = {"host": OWN, "origin": f"http://{OWN}", "sec-fetch-site": "same-origin"}
EVENT = "a" * 32
FORM = {"content-type": "multipart/form-data; boundary=XyZ"}
HTML = (
    '<script>window.gradio_config = {"head": "<script>\\u4e00()</script>"};</script>'
    '<script>window.gradio_api_info = {"named_endpoints": {"/ask": 1}};</script>'
    '<script src="./a.js"></script>'
)


class Reply(NamedTuple):
    """What came back: status, headers, body."""

    status: int
    headers: dict[str, str]
    body: bytes


class FakeGradio:
    """Stands where Gradio stands: notes what reaches it; knows a visitor by a cookie."""

    def __init__(self, login: bool) -> None:
        self.login = login
        self.reached: list[dict] = []
        self.bodies: list[bytes] = []
        self.removed = 0
        self.status = 200

    async def __call__(self, scope, receive, send) -> None:
        if scope["path"] == f"{API}/login_check":
            known = not self.login or (b"cookie", b"good") in scope["headers"]
            await self.answer(send, 200 if known else 401, b"")
            return
        self.reached.append(scope)
        body = b""
        try:
            more = scope["method"] == "POST"
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    break
                body += message["body"]
                more = message.get("more_body", False)
        except MultiPartException:
            self.removed += 1
            await self.answer(send, 400, b"too much")
            return
        self.bodies.append(body)
        await self.answer(send, self.status, HTML.encode() if scope["path"] == "/" else b"ok")

    async def answer(self, send, status: int, body: bytes) -> None:
        length = (b"content-length", str(len(body)).encode())
        await send({"type": "http.response.start", "status": status, "headers": [length]})
        await send({"type": "http.response.body", "body": body})


class House:
    """A gate around a fake, with a folder of downloads; `ask` sends one raw request."""

    def __init__(self, folder: Path, **rules: object) -> None:
        self.downloads = folder / "downloads"
        self.downloads.mkdir()
        self.inner = FakeGradio(bool(rules.get("login")))
        given = {
            "hosts": hosts_of("127.0.0.1"),
            "published": ("ask", "extract", "source"),
            "public_events": lambda: {7, 8, 9},
            "downloads": self.downloads,
        }
        self.gate = Gate(self.inner, Rules(**(given | rules)))
        self.taken = 0

    def ask(
        self,
        method: str,
        path: str,
        headers: dict[str, str] | None = None,
        body: object = None,
        query: str = "",
        pieces: list[bytes] | None = None,
        cut: bool = False,
    ) -> Reply:
        if pieces is None:
            pieces = [b"" if body is None else json.dumps(body).encode()]
        sent = [(k.encode(), v.encode()) for k, v in ({"host": OWN} | (headers or {})).items()]
        scope = {
            "type": "http", "method": method, "path": path, "raw_path": path.encode(),
            "query_string": query.encode(), "headers": sent, "scheme": "http",
        }  # fmt: skip
        return asyncio.run(self._run(scope, pieces, cut))

    async def _run(self, scope, pieces: list[bytes], cut: bool) -> Reply:
        waiting = [
            {"type": "http.request", "body": piece, "more_body": cut or place < len(pieces) - 1}
            for place, piece in enumerate(pieces)
        ]
        told: list[dict] = []

        async def receive():
            if not waiting:
                return {"type": "http.disconnect"}
            self.taken += 1
            return waiting.pop(0)

        async def send(message) -> None:
            told.append(message)

        await self.gate(scope, receive, send)
        if not told:
            return Reply(0, {}, b"")
        assert [one["type"] for one in told].count("http.response.start") == 1
        headers = {k.decode(): v.decode() for k, v in told[0]["headers"]}
        return Reply(told[0]["status"], headers, b"".join(m.get("body", b"") for m in told[1:]))


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


OPEN = [
    "/", "/config", "/assets/index-a.js", "/static/js/a.min.js", "/svelte/svelte.js", "/theme.css",
    "/favicon.ico", "/manifest.json", "/logout", f"{API}/login_check", f"{API}/info",
    f"{API}/queue/data", f"{API}/call/ask/{EVENT}", f"{API}/call/v2/extract/{EVENT}",
    f"{API}/upload_progress", f"{API}/heartbeat/k3j9-x", f"{API}/startup-events", f"{API}/app_id",
]  # fmt: skip
CLOSED = [
    f"{API}/proxy=https://a.hf.space/x", f"{API}/file=http://169.254.169.254/",
    f"{API}/file/etc/passwd",
    f"{API}/vibe-code", f"{API}/vibe-code/", "/monitoring", "/monitoring/summary", "/monitoring/k",
    f"{API}/deep_link", "/gradio_api/profiling", f"{API}/runs", f"{API}/run-history/buckets",
    f"{API}/token", f"{API}/user", f"{API}/queue/status", f"{API}/openapi.json",
    f"{API}/dev/reload",
    f"{API}/custom_component/a/client/b/c", f"{API}/stream/a/b/1/playlist.m3u8", "/pwa_icon",
    f"{API}/mcp/", f"{API}/mcp/schema", f"{API}/call/private/{EVENT}", f"{API}/call/ask/../x",
    f"{API}/call/ask/victims-session", "/docs", "/openapi.json", "//config", "/config/../config",
    "/assets/../config", "/assets/..\\x", "/assets/a\x00", "/assets//etc/passwd", "/Config",
    "/x/config",
    f"{API}/heartbeat/a/b", f"{API}/call/v3/ask/{EVENT}",
]  # fmt: skip
CLOSED_POSTS = [
    f"{API}/run/ask", f"{API}/api/ask", f"{API}/call/private", f"{API}/call/ask2",
    f"{API}/call/v2/x",
    f"{API}/component_server", f"{API}/process_recording", f"{API}/stream/{EVENT}", "/", "/config",
    f"{API}/stream/{EVENT}/close", f"{API}/vibe-edit", f"{API}/run-history/connect",
    f"{API}/undo-vibe-edit", f"{API}/info", f"{API}/call/ask%2e",
]  # fmt: skip


@pytest.mark.parametrize("path", OPEN)
def test_what_the_page_needs_is_there(house: House, path: str) -> None:
    assert house.ask("GET", path).status == 200


@pytest.mark.parametrize("path", CLOSED)
def test_every_other_route_is_not_there(house: House, path: str) -> None:
    assert house.ask("GET", path, PAGE).status == 404
    assert house.inner.reached == []


@pytest.mark.parametrize("path", CLOSED_POSTS)
def test_nothing_else_can_be_called(house: House, path: str) -> None:
    assert house.ask("POST", path, PAGE, {"data": [], "fn_index": 7}).status == 404
    assert house.inner.reached == []


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_other_methods_are_not_there(house: House, method: str) -> None:
    assert house.ask(method, "/config").status == 404


def test_a_page_that_publishes_nothing_has_no_calls(tmp_path: Path) -> None:
    house = House(tmp_path, published=())
    assert house.ask("POST", f"{API}/call/", PAGE, {"data": []}).status == 404
    assert house.ask("POST", f"{API}/call/ask", PAGE, {"data": []}).status == 404


@pytest.mark.parametrize("path", [f"{API}/call/ask", f"{API}/call/v2/source"])
def test_published_endpoints_need_no_browser(house: House, path: str) -> None:
    assert house.ask("POST", path, body={"data": ["问"]}).status == 200
    assert json.loads(house.inner.bodies[0]) == {"data": ["问"]}


def test_a_published_event_may_be_queued_by_a_program(house: House) -> None:
    body = {"data": [], "fn_index": 8, "session_hash": "s"}
    assert house.ask("POST", f"{API}/queue/join", body=body).status == 200


@pytest.mark.parametrize("number", [3, None, "8", 8.0, True, [8], "ask"])
def test_a_private_event_is_not_queued_by_a_program(house: House, number: object) -> None:
    reply = house.ask("POST", f"{API}/queue/join", body={"data": [], "fn_index": number})
    assert reply.status == 403
    assert house.inner.reached == []


def test_the_last_of_two_numbers_counts_as_it_does_for_gradio(house: House) -> None:
    twice = b'{"data": [], "fn_index": 7, "fn_index": 3}'
    assert house.ask("POST", f"{API}/queue/join", pieces=[twice]).status == 403


def test_a_private_event_comes_from_the_page(house: House) -> None:
    body = {"data": [], "fn_index": 3}
    assert house.ask("POST", f"{API}/queue/join", PAGE, body).status == 200
    only = {"origin": f"http://{OWN}"}
    assert house.ask("POST", f"{API}/queue/join", only, body).status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:8000"},
        {"origin": "http://127.0.0.1"},
        {"origin": "http://127.0.0.1:7860.evil.example"},
        {"origin": "http://x@127.0.0.1:7860"},
        {"origin": "file://127.0.0.1:7860"},
        {"origin": "http://[::1"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": f"http://{OWN}", "sec-fetch-site": "cross-site"},
    ],
)
@pytest.mark.parametrize(
    "path", [f"{API}/queue/join", f"{API}/call/ask", f"{API}/upload", "/login"]
)
def test_another_site_posts_nothing(house: House, path: str, headers: dict[str, str]) -> None:
    reply = house.ask("POST", path, headers | FORM, {"data": [], "fn_index": 8})
    assert reply.status == 403
    assert house.inner.reached == []


def test_another_site_reads_nothing(house: House) -> None:
    for path in ("/config", "/logout", f"{API}/info", f"{API}/queue/data", "/"):
        assert house.ask("GET", path, {"sec-fetch-site": "cross-site"}).status == 403
        assert house.ask("GET", path, {"origin": "http://evil.example"}).status == 403


def test_a_link_from_another_site_opens_the_page_only(house: House) -> None:
    visit = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    document = visit | {"sec-fetch-dest": "document"}
    assert house.ask("GET", "/", document).status == 200
    assert house.ask("GET", "/logout", document).status == 403
    assert house.ask("GET", "/", visit | {"sec-fetch-dest": "iframe"}).status == 403


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:7860", "127.0.0.1.evil.example", "localhost.", "",
     "10.0.0.5:7860",
     "127.0.0.1:7860/x", "x@127.0.0.1", "[::1", "::1", "127.0.0.1 ", "0.0.0.0:7860"],
)  # fmt: skip
def test_a_name_that_is_not_the_servers_is_refused(house: House, host: str) -> None:
    assert house.ask("GET", "/config", {"host": host}).status == 421


@pytest.mark.parametrize("host", ["localhost:7860", "LOCALHOST", "127.0.0.1", "[::1]:7860"])
def test_the_names_of_this_machine_are_known(house: House, host: str) -> None:
    assert house.ask("GET", "/config", {"host": host}).status == 200


def test_a_server_for_everyone_is_called_by_address_or_set_name(tmp_path: Path) -> None:
    house = House(tmp_path, hosts=hosts_of("0.0.0.0", ["nianbao.example.cn", " 年报.example", ""]))
    names = ("nianbao.example.cn", "xn--hwt46g.example", socket.gethostname())
    for host in ("10.0.0.5:7860", "[fe80::1]", *names):
        assert house.ask("GET", "/config", {"host": host}).status == 200
    assert house.ask("GET", "/config", {"host": "evil.example"}).status == 421


def test_a_request_without_host_or_with_two_is_refused(house: House) -> None:
    for hosts in ([], [OWN, "evil.example"], [OWN, OWN]):
        scope = {
            "type": "http", "method": "GET", "path": "/config", "query_string": b"",
            "headers": [(b"host", one.encode()) for one in hosts],
        }  # fmt: skip
        assert asyncio.run(house._run(scope, [b""], False)).status == 421


def test_headers_that_would_move_the_page_do_not_reach_gradio(house: House) -> None:
    moved = {"x-forwarded-host": "evil.example", "x-gradio-server": "http://evil.example/"}
    house.ask("GET", f"{API}/info", moved | {"forwarded": "host=evil.example", "accept": "a/b"})
    assert {name for name, _ in house.inner.reached[0]["headers"]} == {b"host", b"accept"}


def test_only_the_query_that_a_route_needs_reaches_gradio(house: House) -> None:
    house.ask("GET", f"{API}/info", query="all_endpoints=true")
    house.ask("GET", "/", query="deep_link=abc&page=x&__theme=dark")
    house.ask("GET", f"{API}/queue/data", query="session_hash=a%20b&x=1")
    queries = [scope["query_string"] for scope in house.inner.reached]
    assert queries == [b"", b"", b"session_hash=a+b"]


def laid(house: House, name: str = "表.xlsx") -> Path:
    folder = house.downloads / "k"
    folder.mkdir(exist_ok=True)
    file = folder / name
    file.write_text("内容", "utf-8")
    return file


@pytest.mark.parametrize("name", ["表.xlsx", "100%.csv", "a b=c.json", "…..txt", "a?b#c"])
def test_what_the_page_laid_out_is_served(house: House, name: str) -> None:
    file = laid(house, name)
    assert house.ask("GET", f"{API}/file={file}").status == 200
    assert house.ask("HEAD", f"{API}/file={file}").status == 200
    assert house.inner.reached[0]["path"] == f"{API}/file={file.resolve()}"


def test_no_other_file_is_served(house: House, tmp_path: Path) -> None:
    file, outside = laid(house), tmp_path / "library.duckdb"
    outside.write_text("数据", "utf-8")
    upload = tmp_path / ("0" * 64) / "上传.txt"
    upload.parent.mkdir()
    upload.write_text("别人的", "utf-8")
    (house.downloads / "link").symlink_to(outside)
    (house.downloads / "folder").symlink_to(tmp_path)
    (house.downloads / "loop").symlink_to(house.downloads / "loop")
    beside = tmp_path / "downloads2"
    beside.mkdir()
    shutil.copy(outside, beside / "a")
    os.mkfifo(house.downloads / "pipe")
    inside = house.downloads
    names = [
        outside, upload, beside / "a", inside / "link", inside / "folder" / "library.duckdb",
        inside / "loop", inside / "pipe", inside, f"{inside}/../library.duckdb", inside / "none",
        f"{inside}/k/../../library.duckdb", f"{inside}/%2e%2e/library.duckdb", f"{file}\x00.txt",
        f"{inside}/%252e%252e/library.duckdb", f"{inside}\\..\\library.duckdb", "表.xlsx", "",
        "k/表.xlsx", "/etc/passwd", "/proc/self/environ", "~/x", f"file://{file}", f"{file}/",
        f"http://127.0.0.1/{file}", f"/{file}/../表.xlsx", str(file)[1:], "/" * 5000, "甲" * 5000,
    ]  # fmt: skip
    for name in names:
        assert house.ask("GET", f"{API}/file={name}", PAGE).status == 404, name
    assert house.inner.reached == []


def test_a_call_cannot_make_the_server_fetch_an_address(house: House) -> None:
    meta = {"_type": "gradio.FileData"}
    for path in ("http://169.254.169.254/x", "https://evil.example/x", "ftp://evil.example/x"):
        deep = {"data": [[{"files": [{"path": path, "meta": meta}]}]], "fn_index": 3}
        assert house.ask("POST", f"{API}/queue/join", PAGE, deep).status == 403
        named = {"file": {"path": path, "meta": meta}}
        assert house.ask("POST", f"{API}/call/v2/extract", PAGE, named).status == 403
    assert house.inner.reached == []
    own = {"data": [{"path": str(house.downloads), "meta": meta}], "fn_index": 3}
    assert house.ask("POST", f"{API}/queue/join", PAGE, own).status == 200


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b"null", b"[" * 100_000, b'{"a":' * 50_000, b"\xff"]
)
def test_a_call_that_is_no_object_is_refused(house: House, body: bytes) -> None:
    assert house.ask("POST", f"{API}/call/ask", PAGE, pieces=[body]).status == 400
    assert house.inner.reached == []


@pytest.mark.parametrize(
    "path", [f"{API}/queue/join", f"{API}/call/ask", f"{API}/cancel", "/login"]
)
def test_a_body_is_refused_at_the_first_byte_too_many(tmp_path: Path, path: str) -> None:
    house = House(tmp_path, limits=Limits(body=1000))
    reply = house.ask("POST", path, PAGE, pieces=[b"x" * 100] * 50)
    assert reply.status == 413
    assert house.taken == 11
    assert house.inner.reached == []


def test_a_request_that_breaks_off_reaches_nobody(house: House) -> None:
    assert (
        house.ask("POST", f"{API}/call/ask", PAGE, pieces=[b'{"data": []}'], cut=True).status == 400
    )
    assert house.inner.reached == []


def part(name: str, content: bytes) -> bytes:
    head = f'--XyZ\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'
    return head.encode() + content + b"\r\n"


def test_an_upload_within_the_limits_passes_whole(tmp_path: Path) -> None:
    house = House(tmp_path, limits=Limits(parts=2, free=0))
    pieces = [part("甲", b"1" * 99), part("乙", b"2"), b"--XyZ--\r\n"]
    assert house.ask("POST", f"{API}/upload", PAGE | FORM, pieces=pieces).status == 200
    assert house.inner.bodies == [b"".join(pieces)]


def test_a_large_upload_is_refused_before_it_is_read(tmp_path: Path) -> None:
    house = House(tmp_path, limits=Limits(upload=1000, free=0))
    stated = PAGE | FORM | {"content-length": "1001"}
    assert house.ask("POST", f"{API}/upload", stated, pieces=[b"x" * 1001]).status == 413
    assert house.taken == 0


@pytest.mark.parametrize("length", [{}, {"content-length": "5"}, {"content-length": "-1"}])
def test_an_upload_is_refused_at_the_first_byte_too_many(tmp_path: Path, length: dict) -> None:
    house = House(tmp_path, limits=Limits(upload=1000, free=0))
    pieces = [part("甲", b"x" * 100)] + [b"x" * 100] * 50
    reply = house.ask("POST", f"{API}/upload", PAGE | FORM | length, pieces=pieces)
    assert reply.status == 413
    assert "太大" in reply.body.decode()
    assert house.taken <= 11
    assert house.inner.removed == 1


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_parts_are_counted_however_the_body_is_split(tmp_path: Path, size: int) -> None:
    house = House(tmp_path, limits=Limits(parts=3, free=0))
    for count, status in ((3, 200), (4, 413)):
        body = b"".join(part(str(n), b"--Xy--XyY") for n in range(count)) + b"--XyZ--\r\n"
        pieces = [body[at : at + size] for at in range(0, len(body), size)]
        assert house.ask("POST", f"{API}/upload", PAGE | FORM, pieces=pieces).status == status


def test_an_upload_that_breaks_off_is_removed(tmp_path: Path) -> None:
    house = House(tmp_path, limits=Limits(free=0))
    house.ask("POST", f"{API}/upload", PAGE | FORM, pieces=[part("甲", b"1")], cut=True)
    assert house.inner.removed == 1


def test_an_upload_that_would_fill_the_disk_is_refused(tmp_path: Path) -> None:
    house = House(tmp_path, limits=Limits(free=1 << 62))
    assert house.ask("POST", f"{API}/upload", PAGE | FORM, pieces=[b""]).status == 507
    assert house.ask("POST", f"{API}/upload", PAGE, pieces=[b"{}"]).status in (400, 507)


def test_an_upload_that_is_no_form_is_refused(tmp_path: Path) -> None:
    house = House(tmp_path, limits=Limits(free=0))
    for kind in ("application/json", "multipart/form-data", "multipart/form-data; boundary="):
        reply = house.ask("POST", f"{API}/upload", PAGE | {"content-type": kind}, pieces=[b"x"])
        assert reply.status == 400
    assert house.inner.reached == []


def test_every_answer_carries_the_headers_of_safety(house: House) -> None:
    for reply in (house.ask("GET", "/config"), house.ask("GET", "/nothing"), house.ask("GET", "/")):
        policy = reply.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
        assert re.search(r"script-src [^;]*", policy)[0].count("unsafe-inline") == 0
        assert "http" not in policy and "*" not in policy
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert reply.headers["referrer-policy"] == "no-referrer"
        assert "camera=()" in reply.headers["permissions-policy"]


def test_the_pages_own_scripts_are_named_and_no_other() -> None:
    one, other = policy_of(HTML.encode()), policy_of(HTML.replace("/ask", "/x").encode())
    assert one.count("'sha256-") == 3  # two of the page, one of the head that it configures
    assert one != other
    assert policy_of(b"<p>") == policy_of(b'<script src="x"></script>')
    assert policy_of(b"<script>a\r\nb</script>") == policy_of(b"<script>a\nb</script>")


def test_the_page_keeps_its_length_honest(house: House) -> None:
    reply = house.ask("GET", "/")
    assert int(reply.headers["content-length"]) == len(reply.body)
    assert reply.body == HTML.encode()


def test_with_a_login_nothing_but_its_form_is_there(tmp_path: Path) -> None:
    house = House(tmp_path, login=True)
    file = laid(house)
    for path in ("/config", f"{API}/info", f"{API}/file={file}", f"{API}/heartbeat/a",
                 f"{API}/queue/data", f"{API}/call/ask/{EVENT}"):  # fmt: skip
        assert house.ask("GET", path, PAGE).status == 401
        assert house.ask("GET", path, PAGE | {"cookie": "good"}).status == 200
    for path in (f"{API}/queue/join", f"{API}/call/ask", f"{API}/cancel", f"{API}/reset"):
        assert house.ask("POST", path, PAGE, {"data": [], "fn_index": 7}).status == 401
    assert house.ask("POST", f"{API}/upload", PAGE | FORM).status == 401
    for path in ("/assets/a.js", "/theme.css", f"{API}/login_check", f"{API}/startup-events"):
        assert house.ask("GET", path, PAGE).status in (200, 401)
    assert house.ask("GET", "/theme.css", PAGE).status == 200
    assert house.ask("POST", "/login", PAGE, pieces=[b"username=a"]).status == 200


def test_the_login_page_does_not_tell_the_endpoints(tmp_path: Path) -> None:
    house = House(tmp_path, login=True)
    hidden = house.ask("GET", "/")
    assert b"/ask" not in hidden.body and b"gradio_config" in hidden.body
    assert int(hidden.headers["content-length"]) == len(hidden.body)
    assert b"/ask" in house.ask("GET", "/", {"cookie": "good"}).body


def test_a_refusal_is_in_chinese_unless_english_is_asked_for(house: House) -> None:
    assert "没有" in house.ask("GET", "/x").body.decode()
    english = house.ask("GET", "/x", {"accept-language": "en-GB,en;q=0.9"})
    assert house.ask("GET", "/x", {"accept-language": "zh-CN,en"}).body != english.body
    assert english.body.isascii()


@pytest.mark.parametrize(
    ("path", "said"), [("/login", "用户名和密码"), (f"{API}/call/ask", "读不懂")]
)
def test_a_form_that_gradio_cannot_read_is_told_in_words(
    house: House, path: str, said: str
) -> None:
    house.inner.status = 422
    reply = house.ask("POST", path, PAGE, {"data": []})
    assert reply.status == 400 and said in json.loads(reply.body)["detail"]
    assert reply.headers["x-frame-options"] == "DENY"


def test_a_websocket_is_closed(house: House) -> None:
    told: list[dict] = []

    async def send(message) -> None:
        told.append(message)

    asyncio.run(house.gate({"type": "websocket", "path": "/"}, None, send))
    assert told == [{"type": "websocket.close", "code": 1008}]
    assert house.inner.reached == []
