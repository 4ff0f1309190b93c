"""The `nianbao` program: its commands, and how errors become messages and exit codes."""

import errno
import os
import sys
from importlib import import_module
from typing import Annotated

import typer

from assistant.commands.console import (
    FOUND,
    MISUSED,
    NO_ANSWER,
    OUTSIDE,
    ChineseGroup,
    in_chinese,
    say,
    warn,
)

# Each module registers its commands; their heavy imports happen when a command runs.
_COMMANDS = (
    "library",
    "index_command",
    "doctor",
    "reports",
    "tables",
    "ask",
    "search",
    "evaluate",
    "serve",
    "mcp",
)


def build_app() -> typer.Typer:
    """Return the program with every command that is there."""
    app = typer.Typer(
        cls=ChineseGroup,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        help="政府信息公开工作年度报告：逐格入库，精确回答，每个数字都指得出原文。",
    )
    app.callback(invoke_without_command=True)(start)
    for name in _COMMANDS:
        import_module(f"assistant.commands.{name}").register(app)
    return app


def start(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="显示版本号")] = False,
) -> None:
    """Show the version, or the help when no command is given."""
    if version:
        say(f"nianbao {_version()}")
    elif context.invoked_subcommand is None:
        say(context.get_help())
        raise typer.Exit(MISUSED)


def _version() -> str:
    """Return the version of the installed package."""
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed

    try:
        return installed("nianbao")
    except PackageNotFoundError:
        return "（从源码运行，没有安装）"


def main(arguments: list[str] | None = None) -> None:
    """Run the program and exit with a code of the contract."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    sys.exit(run(arguments))


def run(arguments: list[str] | None = None) -> int:
    """Run one command line and return its exit code; every foreseen error is said in Chinese."""
    return run_program(build_app(), "nianbao", "已中断。此前报告为已入库的都已保存。", arguments)


def run_program(
    app: typer.Typer, name: str, interrupted: str, arguments: list[str] | None = None
) -> int:
    """Run one command line of a program called `name`; `interrupted` is said on Ctrl-C."""
    try:
        code = int(app(arguments, prog_name=name, standalone_mode=False) or 0)
        sys.stdout.flush()
        return code
    except typer.TyperException as error:
        warn(in_chinese(error.format_message()), "用 --help 查看用法。")
        return MISUSED
    except KeyboardInterrupt:
        warn(interrupted)
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return FOUND
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO):
            raise
        warn(f"错误：写不出结果：{error.strerror}。请检查输出所在的磁盘后重试。")
        # What is left in the buffer cannot be written either; at exit it would fail once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OUTSIDE
    except Exception as error:
        return explain(error)


def explain(error: Exception) -> int:
    """Say a project error and return its exit code; anything else is a defect and is raised."""
    from index.model import NianbaoError

    if not isinstance(error, NianbaoError):
        raise error
    warn(f"错误：{error}")
    return _exit_code(error)


def _exit_code(error: Exception) -> int:
    """Return the contract's exit code of a project error, by its class."""
    from index.errors import MisuseError, OutsideError, UnansweredError

    codes = {OutsideError: OUTSIDE, MisuseError: MISUSED, UnansweredError: NO_ANSWER}
    return next((code for kind, code in codes.items() if isinstance(error, kind)), FOUND)


if __name__ == "__main__":
    main()
