"""Attacks on a real page of Gradio behind the gate; one server for all of them."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urlsplit

import httpx
import pytest

ROOT = Path(__file__).parents[1]
API = "/gradio_api"
FORM = {"content-type": "multipart/form-data; boundary=XyZ"}


class Served(NamedTuple):
    """A real page behind the gate: its address, its folder, the numbers of its events."""

    url: str
    own: Path
    numbers: dict[str, int]

    def raw(self, method: str, path: str, headers: dict[str, str], body: object = None) -> int:
        """Send a request as it is written, no path tidied; return the status."""
        link = HTTPConnection(urlsplit(self.url).netloc, timeout=10)
        try:
            link.request(method, path, body, headers)
            return link.getresponse().status
        finally:
            link.close()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    pytest.importorskip("gradio")
    program = [sys.executable, str(ROOT / "tests/page_behind_gate.py")]
    with subprocess.Popen(
        [*program, str(tmp_path_factory.mktemp("page"))], cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)}, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as running:  # fmt: skip
        said = json.loads(running.stdout.readline())
        yield Served(said["url"].rstrip("/"), Path(said["own"]), said["numbers"])
        running.stdin.close()


@pytest.fixture(scope="module")
def visitor(served: Served) -> Iterator[httpx.Client]:
    """Return a browser that has logged in."""
    origin = {"origin": served.url, "sec-fetch-site": "same-origin"}
    with httpx.Client(base_url=served.url, headers=origin, timeout=10) as client:
        wrong = client.post("/login", data={"username": "甲", "password": "错"})
        assert wrong.status_code == 400
        right = client.post("/login", data={"username": "甲", "password": "密码"})
        assert right.status_code == 200
        yield client


def run_event(served: Served, visitor: httpx.Client, name: str, *data: object) -> str:
    """Run an event of the page as its browser does; return all that the server tells of it."""
    body = {"data": data, "fn_index": served.numbers[name], "session_hash": f"s{time.time_ns()}"}
    assert visitor.post(f"{API}/queue/join", json=body).status_code == 200
    told = visitor.get(f"{API}/queue/data", params={"session_hash": body["session_hash"]})
    return told.text


def test_the_real_page_refuses_who_has_not_logged_in(served: Served) -> None:
    with httpx.Client(base_url=served.url) as stranger:
        for path in ("/config", f"{API}/info", f"{API}/file={served.own}", f"{API}/heartbeat/a"):
            assert stranger.get(path).status_code == 401
        page = stranger.get("/")
        assert page.status_code == 200
        for secret in ("/ask", "table", str(served.own), "走"):
            assert secret not in page.text
        join = {"data": ["问"], "fn_index": served.numbers["ask"], "session_hash": "s"}
        assert stranger.post(f"{API}/queue/join", json=join).status_code == 401
        assert stranger.post(f"{API}/call/ask", json={"data": ["问"]}).status_code == 401
        assert stranger.post(f"{API}/upload", files={"files": b"x"}).status_code == 401


def test_the_real_page_does_what_it_is_for(served: Served, visitor: httpx.Client) -> None:
    assert "走" in visitor.get("/config").text
    event = visitor.post(f"{API}/call/ask", json={"data": ["问"]}).json()["event_id"]
    assert "\\u7b54\\uff1a\\u95ee" in visitor.get(f"{API}/call/ask/{event}").text
    told = run_event(served, visitor, "table")
    file = served.own / "downloads/k/表.csv"
    assert json.dumps(str(file))[1:-1] in told or str(file) in told
    assert visitor.get(f"{API}/file={quote(str(file))}").text == "甲,6181"


def test_the_real_page_serves_no_other_file(served: Served, visitor: httpx.Client) -> None:
    run_event(served, visitor, "table")
    uploaded = visitor.post(f"{API}/upload", files={"files": ("报告.txt", b"6181")}).json()[0]
    assert "6181" in run_event(
        served, visitor, "read", {"path": uploaded, "meta": {"_type": "gradio.FileData"}}
    )
    outside = served.own.parent / "library.duckdb"
    outside.write_text("数据", "utf-8")
    downloads = served.own / "downloads"
    (downloads / "k" / "link").symlink_to(outside)
    headers = {"cookie": "; ".join(f"{k}={v}" for k, v in visitor.cookies.items())}
    names = [
        quote(uploaded), outside, downloads / "k/link", f"{downloads}/../../library.duckdb",
        f"{downloads}/%2e%2e/%2e%2e/library.duckdb", f"{downloads}/%252e%252e/library.duckdb",
        f"{downloads}/k/..%2f..%2f..%2flibrary.duckdb", f"{downloads}%5c..%5c..%5clibrary.duckdb",
        "/etc/passwd", "%2fetc%2fpasswd", "/etc/passwd%00.csv", "README.md", ROOT / "README.md",
        "http://127.0.0.1:1/x", "https%3a//127.0.0.1:1/x", "file:///etc/passwd",
    ]  # fmt: skip
    for name in names:
        for route in (f"{API}/file=", f"{API}/file/", "/file=", f"{API}/proxy="):
            assert served.raw("GET", f"{route}{name}", headers) == 404, (route, name)
    assert served.raw("GET", f"{API}/file={quote(str(downloads / 'k/表.csv'))}", headers) == 200


def test_the_real_page_reads_no_file_that_was_not_uploaded(
    served: Served, visitor: httpx.Client
) -> None:
    outside = served.own.parent / "secret.txt"
    outside.write_text("hidden", "utf-8")
    for path in (str(outside), "/etc/passwd", f"{served.own}/../secret.txt"):
        for more in ({"meta": {"_type": "gradio.FileData"}}, {}):
            told = run_event(served, visitor, "read", {"path": path, **more})
            assert '"success":false' in told
            assert "hidden" not in told and "root:" not in told


def test_the_real_page_lets_only_itself_run_its_events(
    served: Served, visitor: httpx.Client
) -> None:
    private = {"data": [], "fn_index": served.numbers["table"], "session_hash": "s"}
    for headers in ({"origin": "http://evil.example"}, {"sec-fetch-site": "cross-site"},
                    {"host": "evil.example"}):  # fmt: skip
        for path in (f"{API}/queue/join", f"{API}/call/ask", f"{API}/upload"):
            assert visitor.post(path, json=private, headers=headers).status_code in (403, 421)
    with httpx.Client(base_url=served.url, cookies=visitor.cookies) as program:
        assert program.post(f"{API}/queue/join", json=private).status_code == 403
        for path in ("call/table", "call/v2/table", "run/table", "api/table", "run/ask"):
            assert program.post(f"{API}/{path}", json={"data": []}).status_code == 404
        for path in ("vibe-code", "token", "deep_link?session_hash=s", "runs", "openapi.json"):
            assert program.get(f"{API}/{path}").status_code == 404
        assert "table" not in program.get(f"{API}/info?all_endpoints=true").text


def test_the_real_page_keeps_nothing_of_a_refused_upload(
    served: Served, visitor: httpx.Client
) -> None:
    def files() -> set[Path]:
        return {one for one in served.own.rglob("*") if one.is_file()}

    before = files()
    head = b'--XyZ\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\n'

    def endless() -> Iterator[bytes]:
        yield head
        for _ in range(40):
            yield b"x" * 5000

    large = visitor.post(f"{API}/upload", content=endless(), headers=FORM)
    assert (large.status_code, "太大" in large.text) == (413, True)
    many = {"files": [("files", (f"{n}.txt", b"x")) for n in range(4)]}
    assert visitor.post(f"{API}/upload", **many).status_code == 413
    assert visitor.post(f"{API}/call/ask", json={"data": ["问" * 9000]}).status_code == 413
    cookie = "; ".join(f"{k}={v}" for k, v in visitor.cookies.items())
    place = urlsplit(served.url)
    with socket.create_connection((place.hostname, place.port)) as cut:
        lines = f"POST {API}/upload HTTP/1.1\r\nHost: {place.netloc}\r\nCookie: {cookie}\r\n"
        kind = f"Content-Type: {FORM['content-type']}\r\nContent-Length: 5000\r\n\r\n"
        cut.sendall((lines + kind).encode() + head + b"x" * 100)
        deadline = time.monotonic() + 5
        while files() == before and time.monotonic() < deadline:
            time.sleep(0.02)
        assert files() != before, "the part never came to lie on the disk"
    while files() != before and time.monotonic() < deadline:
        time.sleep(0.02)
    assert files() == before
