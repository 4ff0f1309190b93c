"""The command `serve`: opens the page, which is a program of its own above this package."""

import runpy
import sys
from typing import Annotated

import typer

from assistant.commands.console import ChineseCommand, LibraryOption

LOCAL = "127.0.0.1"


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command(
        "serve",
        cls=ChineseCommand,
        help="打开网页（默认只在本机），查同一个库；按 Ctrl-C 结束。",
    )(serve)


def serve(
    library: LibraryOption = None,
    port: Annotated[
        int | None, typer.Option("--port", help="端口；不给时从 7860 起找第一个空闲的")
    ] = None,
    host: Annotated[
        str,
        typer.Option(
            "--host",
            help="绑定的地址；不是本机（127.0.0.1）时必须设登录（环境变量 NIANBAO_LOGIN）",
        ),
    ] = LOCAL,
) -> None:
    """Run the page until it is interrupted."""
    # The page stands above this package, so it is started like a program and not imported.
    options = [
        *(["--library", str(library)] if library else []),
        *(["--port", str(port)] if port else []),
        *(["--host", host] if host != LOCAL else []),
    ]
    sys.argv = ["app", *options]
    runpy.run_module("app", run_name="__main__")
