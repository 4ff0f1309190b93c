"""The command `mcp`: the published functions for other programs, over stdin and stdout."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from assistant.commands.console import (
    ChineseCommand,
    LibraryOption,
    NoModelOption,
    PromptOption,
    read_prompts,
    warn,
)

if TYPE_CHECKING:
    from assistant.published.published import Published

_PARTS = ("mcp", "mcp_types", "anyio")


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command(
        "mcp",
        cls=ChineseCommand,
        help="作为 MCP 服务（stdio）运行，供别的程序提问、抽取、看原文。",
    )(mcp)


def mcp(
    library: LibraryOption = None,
    no_model: NoModelOption = False,
    prompt: PromptOption = None,
) -> None:
    """Serve the three tools over standard input and output until the client leaves."""
    from assistant.doors import open_doors
    from assistant.published.published import Published
    from assistant.settings import library_folder
    from index.store.library import Library

    serve = _server()
    opened = Library.open(library_folder(library))
    doors = open_doors(opened, no_model=no_model, prompts=read_prompts(prompt or ()))
    warn(f"MCP 服务已就绪（stdio），库：{opened.folder}。由客户端启动和结束；按 Ctrl-C 也可结束。")

    def newest() -> Library:
        opened.refresh()
        return opened

    with _interruptible():
        serve(Published(newest, lambda: doors))


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let Ctrl-C end the program at once: the thread that waits for a line could not be told."""
    before = signal.getsignal(signal.SIGINT)
    if before is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _server() -> "Callable[[Published], None]":
    """Return what serves; raises MisuseError where the SDK is not installed."""
    from index.errors import MisuseError

    try:
        from assistant.published.mcp_server import serve
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _PARTS:
            raise
        raise MisuseError(
            "没有安装 MCP 的官方 SDK（Python 包 mcp）。请运行 make app 安装网页和它，"
            "或者 pip install 'nianbao[app]'。"
        ) from error
    return serve
