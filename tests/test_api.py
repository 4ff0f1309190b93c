"""The page's API: exactly three endpoints, for clients as they come, and no way past them."""

import json
import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from tests.published_library import FLAGSHIP, REPORTS, few_reports

pytest.importorskip("gradio")

import httpx
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError

from assistant.page import widgets
from assistant.page.desks.embedding import EmbeddingDesk
from assistant.page.frame import Frame
from assistant.page.house import House
from assistant.page.tabs import api
from assistant.settings import Settings

EXAMPLES = tomllib.loads(files("assistant.page.views").joinpath("api.toml").read_text("utf-8"))
WORD = next(REPORTS.glob("*.docx"))
FILE = {"meta": {"_type": "gradio.FileData"}}


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a page that has the tab of the API only."""
    library = few_reports(tmp_path_factory.mktemp("库"))
    made = widgets.Widgets()
    page = widgets.blocks("t")
    with page:
        house = House(library, Settings(base_url=None))
        api.lay(Frame(made, page, house, made.state(), EmbeddingDesk(house), made.state("")))
    widgets.finish(page)
    _, address, _ = page.launch(
        server_name="127.0.0.1", prevent_thread_lock=True, quiet=True, share=False,
        ssr_mode=False, run_history=False, enable_monitoring=False,
    )  # fmt: skip
    yield str(address)
    page.close()


@pytest.fixture(scope="module")
def client(url: str) -> Client:
    return Client(url, verbose=False)


def posted(url: str, name: str, data: list[Any]) -> str:
    """What the two steps of plain HTTP give for positional data."""
    joined = httpx.post(f"{url}gradio_api/call/{name}", json={"data": data})
    event = joined.json()["event_id"]
    return httpx.get(f"{url}gradio_api/call/{name}/{event}", timeout=30).text


def test_exactly_three_endpoints_are_described(client: Client) -> None:
    told = client.view_api(return_format="dict", print_info=False)
    assert list(told["named_endpoints"]) == ["/ask", "/extract", "/source"]
    assert not told["unnamed_endpoints"]
    for endpoint in told["named_endpoints"].values():
        names = [parameter["parameter_name"] for parameter in endpoint["parameters"]]
        assert all(f"- {name}：" in endpoint["description"] for name in names)


def test_a_client_as_it_comes_gets_the_object(client: Client) -> None:
    answer = client.predict(FLAGSHIP, api_name="/ask")
    assert [row["value"] for row in answer["rows"]] == [6181, 2045, 1688, 1317, 1204]
    assert client.predict("那2021年呢", previous=answer, api_name="/ask")["resolved"]
    cited = answer["citations"][0]
    place = client.predict(cited["report_id"], cited["start"], cited["end"], api_name="/source")
    assert place["quote"] == "6181"


def test_an_uploaded_file_is_extracted_under_its_own_name(client: Client) -> None:
    found = client.predict(handle_file(str(WORD)), api_name="/extract")
    assert found["source"]["path_"] == WORD.name and len(found["cells"]) >= 198


def test_many_clients_at_once_get_the_same_answer(client: Client) -> None:
    def ask(_: int) -> str:
        return str(client.predict(FLAGSHIP, api_name="/ask")["text"])

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(ask, range(8)))) == 1


def test_errors_reach_the_client_in_plain_chinese(client: Client) -> None:
    with pytest.raises(AppError, match=r"^参数 'question' 的长度是 501，最多 500"):
        client.predict("问" * 501, api_name="/ask")
    with pytest.raises(AppError, match=r"^'<b>/x' 不是报告编号"):
        client.predict("<b>/x", 0, 1, api_name="/source")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("extract", [{"path": "/etc/passwd"}, "", None]),
        ("extract", [FILE | {"path": "/etc/passwd"}, "", None]),
        ("extract", [FILE | {"path": str(WORD)}, "", None]),
        ("extract", ["/etc/passwd", "", None]),
        ("source", ["/etc/passwd", 0, 1, 200]),
        ("ask", [FILE | {"path": "/etc/passwd"}, False, None]),
    ],
)
def test_no_file_of_the_server_is_read(url: str, name: str, data: list[Any]) -> None:
    said = posted(url, name, data)
    assert said.startswith("event: error") and "root:" not in said


@pytest.mark.parametrize("address", ["http://example.com/x", "https://例子.example/x.docx"])
def test_no_address_is_fetched_wherever_it_is_put(url: str, address: str) -> None:
    named = FILE | {"path": address}
    for data in ([named, False, None], ["问", False, {"certificate": [named]}]):
        said = posted(url, "ask", data)
        assert said.startswith("event: error")
        assert "不收网址" in json.loads(said.partition("data: ")[2])["error"]


def test_nothing_else_answers(url: str) -> None:
    for path in ("mcp/", "mcp/sse", "api/ask", "run/ask"):
        assert httpx.post(f"{url}gradio_api/{path}", json={"data": ["问"]}).status_code >= 400


def test_the_example_in_python_runs_as_it_is_shown(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(WORD, "年报.docx")
    code = EXAMPLES["python"].replace("http://127.0.0.1:7860", url)
    exec(code, {})
    said = capsys.readouterr().out
    assert "6181" in said and "{'行政许可': " in said


@pytest.mark.skipif(not shutil.which("curl"), reason="没有安装 curl")
def test_the_example_with_curl_runs_as_it_is_shown(url: str, tmp_path: Path) -> None:
    shutil.copy(WORD, tmp_path / "年报.docx")
    code = EXAMPLES["curl"].replace("http://127.0.0.1:7860", url.rstrip("/"))
    done = subprocess.run(
        ["bash", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60
    )
    first, second = re.findall(r"^data: (\[.*)$", done.stdout, re.MULTILINE)
    assert "6181" in json.loads(first)[0]["text"]
    assert json.loads(second)[0]["source"]["path_"] == "年报.docx"
