"""`nianbao mcp`: exactly three tools, right answers, and errors in Chinese that end nothing."""

import json
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import anyio
import pytest

from tests.published_library import DAYONG, FLAGSHIP, few_reports, publish

pytest.importorskip("mcp")

from mcp import Client, StdioServerParameters, stdio_client
from mcp_types import CallToolResult

from assistant.published.mcp_server import build_server
from index.store.library import Library

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return few_reports(tmp_path_factory.mktemp("库"), DAYONG.name, "青栎镇2022.txt")


def with_client(library: Library, work: Callable[[Client], Awaitable[None]]) -> None:
    """Run `work` with a client of a server in this process."""

    async def main() -> None:
        async with Client(build_server(publish(library))) as client:
            await work(client)

    anyio.run(main)


def said(result: CallToolResult) -> str:
    """The text of a result."""
    (content,) = result.content
    return str(getattr(content, "text", ""))


async def called(client: Client, name: str, /, **arguments: Any) -> CallToolResult:
    result = await client.call_tool(name, arguments)
    assert isinstance(result, CallToolResult)
    return result


def test_a_client_over_stdio_asks_five_questions_at_once(library: Library) -> None:
    program = ["-m", "assistant.cli", "mcp", "--library", str(library.folder), "--no-model"]
    started = StdioServerParameters(command=sys.executable, args=program, cwd=ROOT)
    answers: list[CallToolResult] = []

    async def ask(client: Client) -> None:
        answers.append(await called(client, "ask", question=FLAGSHIP))

    async def main() -> None:
        async with Client(stdio_client(started), mode="legacy") as client:
            assert client.server_info.name == "nianbao"
            capable = client.server_capabilities
            assert capable.tools and not (capable.resources or capable.prompts or capable.logging)
            listed = await client.list_tools()
            assert [tool.name for tool in listed.tools] == ["ask", "extract", "source"]
            async with anyio.create_task_group() as group:
                for _ in range(5):
                    group.start_soon(ask, client)
            first = answers[0].structured_content or {}
            cited = first["citations"][0]
            place = {key: cited[key] for key in ("report_id", "start", "end")}
            source = await called(client, "source", **place)
            assert (source.structured_content or {})["quote"] == "6181"

    anyio.run(main)
    assert len(answers) == 5 and not any(answer.is_error for answer in answers)
    values = [
        [row["value"] for row in (answer.structured_content or {})["rows"]] for answer in answers
    ]
    assert values == [[6181, 1204]] * 5


def test_the_text_of_a_result_is_the_data_as_json(library: Library) -> None:
    async def work(client: Client) -> None:
        answer = await called(client, "ask", question=FLAGSHIP)
        assert json.loads(said(answer)) == answer.structured_content
        found = await called(client, "extract", name="a.html", text=DAYONG.read_text("utf-8"))
        assert len((found.structured_content or {})["cells"]) == 200

    with_client(library, work)


def test_a_schema_that_a_client_wrote_as_a_text_is_understood(library: Library) -> None:
    schema = json.dumps({"type": "object", "properties": {"行政许可": {"type": "integer"}}})

    async def work(client: Client) -> None:
        page = DAYONG.read_text("utf-8")
        found = await called(client, "extract", name="a.html", text=page, schema=schema)
        assert (found.structured_content or {})["data"] == {"行政许可": 6181}

    with_client(library, work)


def test_tools_say_in_chinese_what_they_take_and_are_read_only(library: Library) -> None:
    async def work(client: Client) -> None:
        for tool in (await client.list_tools()).tools:
            assert "。" in (tool.description or "")
            assert tool.input_schema["additionalProperties"] is False
            assert all("description" in shape for shape in tool.input_schema["properties"].values())
            assert tool.output_schema and tool.annotations and tool.annotations.read_only_hint

    with_client(library, work)


@pytest.mark.parametrize(
    ("tool", "arguments", "message"),
    [
        ("source", {"report_id": "../../../etc/passwd", "start": 0, "end": 1}, "不是报告编号"),
        ("source", {"report_id": "/etc/passwd", "start": 0, "end": 1}, "不是报告编号"),
        ("source", {"report_id": "144ec200", "start": -1, "end": 1}, "至少要 0"),
        ("source", {"report_id": "144ec200", "start": 0, "end": 10**12}, "不在全文之内"),
        ("source", {"report_id": "144ec200", "start": 0}, "缺少参数 'end'"),
        ("ask", {"question": "问" * 100_000}, "最多 500"),
        ("ask", {"question": "问", "self": 1}, "没有 'self'"),
        ("ask", {"question": "问", "previous": {"certificate": {"a": 1}}}, "不合回答的格式"),
        ("extract", {"name": "/etc/passwd", "text": "x"}, "不能作文件名"),
        ("extract", {"name": "a.txt", "text": "x", "schema": "{"}, "应当是 JSON 对象"),
        ("extract", {"report_id": "144ec200", "schema": {"type": 3}}, "不是有效的 JSON Schema"),
        ("extract", {"file": {"path": "/etc/passwd"}}, "没有 'file'"),
        ("nothing", {}, "没有 'nothing' 这个工具"),
    ],
)
def test_hostile_calls_are_declined_and_the_next_one_works(
    library: Library, tool: str, arguments: dict[str, Any], message: str
) -> None:
    async def work(client: Client) -> None:
        declined = await client.call_tool(tool, arguments)
        assert isinstance(declined, CallToolResult)
        assert declined.is_error and message in said(declined)
        assert declined.structured_content is None
        assert not (await called(client, "ask", question="有哪些报告")).is_error

    with_client(library, work)


def test_the_server_starts_without_loading_the_page(library: Library) -> None:
    code = (
        "import sys; from assistant.cli import run\n"
        f"code = run(['mcp', '--library', {str(library.folder)!r}])\n"
        "print(code, *sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, input="",
        check=True, timeout=60,
    )  # fmt: skip
    assert done.stdout == ""
    ready, _, rest = done.stderr.partition("\n")
    code_said, *loaded = rest.split()
    assert "MCP 服务已就绪" in ready and code_said == "0"
    assert "mcp" in loaded
    assert not {"gradio", "chromadb", "langchain_openai", "openai", "numpy"} & set(loaded)


def hear_interrupts() -> None:
    """Let a program hear Ctrl-C though the tests run in the background, where it is ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_an_interrupt_ends_the_server_at_once(library: Library) -> None:
    program = [sys.executable, "-m", "assistant.cli", "mcp", "--library", str(library.folder)]
    with subprocess.Popen(
        program, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, preexec_fn=hear_interrupts,
    ) as running:  # fmt: skip
        assert running.stdin and running.stdout and running.stderr
        assert "已就绪" in running.stderr.readline()
        running.stdin.write('{"jsonrpc": "2.0", "id": 1, "method": "ping"}\n')
        running.stdin.flush()
        assert running.stdout.readline()  # now it waits for the next line
        running.send_signal(signal.SIGINT)
        assert running.wait(timeout=10) != 0


def test_without_the_sdk_the_command_says_what_to_install(library: Library) -> None:
    code = (
        "import sys; sys.modules['mcp'] = None; from assistant.cli import run\n"
        f"sys.exit(run(['mcp', '--library', {str(library.folder)!r}]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, input="",
        timeout=60,
    )  # fmt: skip
    assert done.returncode == 2
    assert "没有安装 MCP" in done.stderr and "nianbao[app]" in done.stderr


def test_what_is_not_of_the_protocol_does_not_end_the_server(library: Library) -> None:
    ping = json.dumps({"jsonrpc": "2.0", "id": 7, "method": "ping"})
    start = json.dumps(
        {
            "jsonrpc": "2.0", "id": 1, "method": "initialize",
            "params": {
                "protocolVersion": "2025-06-18", "capabilities": {},
                "clientInfo": {"name": "t", "version": "0"},
            },
        }
    )  # fmt: skip
    with subprocess.Popen(
        [sys.executable, "-m", "assistant.cli", "mcp", "--library", str(library.folder)],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        text=True,
    ) as running:  # fmt: skip
        assert running.stdin and running.stdout
        running.stdin.write(f"{start}\nnot json\n[]\n{ping}\n")
        running.stdin.flush()
        # What is still being answered when the input ends may stay without an answer.
        replied = (json.loads(line).get("id") for line in running.stdout)
        assert 7 in replied
        running.stdin.close()
        assert running.wait(timeout=30) == 0
