"""The published functions as MCP tools over standard input and output: the one door to its SDK."""

import json
import logging
from collections.abc import Mapping
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import anyio
import anyio.to_thread
import mcp_types as types
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel.server import Server
from mcp.server.stdio import stdio_server

from assistant.published.endpoints import Tool, tools
from assistant.published.published import Published
from index.model import NianbaoError

_NAME = "nianbao"
_AT_ONCE = 4
_log = logging.getLogger(__name__)


def serve(published: Published) -> None:
    """Serve the three tools until the client closes standard input."""
    anyio.run(_serve, build_server(published))


def build_server(published: Published) -> "Server[Any]":
    """Return the server: its tools are the published functions, and it offers nothing else."""
    known = {tool.name: tool for tool in tools(published)}
    listed = types.ListToolsResult(tools=[_listed(tool) for tool in known.values()])
    limiter: list[anyio.CapacityLimiter] = []

    async def list_tools(_: "ServerRequestContext[Any]", __: object) -> types.ListToolsResult:
        return listed

    async def call_tool(
        _: "ServerRequestContext[Any]", asked: types.CallToolRequestParams
    ) -> types.CallToolResult:
        if not limiter:  # made inside the loop that it belongs to
            limiter.append(anyio.CapacityLimiter(_AT_ONCE))
        tool = known.get(asked.name)
        if tool is None:
            return _failed(f"没有 {asked.name[:40]!r} 这个工具。可用的是 {'、'.join(known)}。")
        call = partial(_call, tool, asked.arguments or {})
        return await anyio.to_thread.run_sync(call, limiter=limiter[0])

    return Server(_NAME, version=_version(), on_list_tools=list_tools, on_call_tool=call_tool)


async def _serve(server: "Server[Any]") -> None:
    async with stdio_server() as (reading, writing):
        await server.run(reading, writing, server.create_initialization_options())


def _listed(tool: Tool) -> types.Tool:
    """Return a tool as the protocol lists it: it changes nothing, here or elsewhere."""
    hints = types.ToolAnnotations(
        title=tool.title, read_only_hint=True, destructive_hint=False, idempotent_hint=True
    )
    return types.Tool(
        name=tool.name,
        title=tool.title,
        description=tool.description,
        input_schema=tool.input_schema,
        output_schema=tool.output_schema,
        annotations=hints,
    )


def _call(tool: Tool, arguments: Mapping[str, Any]) -> types.CallToolResult:
    """Return what a tool gives, as data and as text; a failure never ends the server."""
    try:
        found = tool.call(**_objects(tool, arguments))
    except NianbaoError as error:
        return _failed(str(error))
    except Exception as error:  # the edge: a defect costs one call, its details stay in the log
        _log.exception("tool %r failed", tool.name)
        return _failed(f"程序出错（{type(error).__name__}），没有结果。请把做法报给开发者。")
    text = json.dumps(found, ensure_ascii=False, allow_nan=False)
    return types.CallToolResult(
        content=[types.TextContent(type="text", text=text)], structured_content=found
    )


def _objects(tool: Tool, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments; an object that a client wrote as a text is read as the object."""
    read = dict(arguments)
    for name, value in arguments.items():
        shape = tool.input_schema["properties"].get(name, {})
        if isinstance(value, str) and shape.get("type") != "string":
            try:
                given = json.loads(value)
            except (ValueError, RecursionError):
                continue
            read[name] = given if isinstance(given, dict) else value
    return read


def _failed(message: str) -> types.CallToolResult:
    return types.CallToolResult(
        content=[types.TextContent(type="text", text=message)], is_error=True
    )


def _version() -> str:
    try:
        return version(_NAME)
    except PackageNotFoundError:
        return "0"
