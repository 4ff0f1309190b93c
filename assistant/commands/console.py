"""What all commands share: words for the user, JSON out, exit codes; holds no command."""

import json
import re
import sys
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from assistant.data import read_rows

if TYPE_CHECKING:
    from assistant.prompts import Prompts
    from index.store.library import Library

DONE, FOUND, MISUSED, NO_ANSWER, OUTSIDE = range(5)

LibraryOption = Annotated[
    Path | None,
    typer.Option(
        "--library",
        metavar="文件夹",
        help="库的文件夹（默认取环境变量 NIANBAO_HOME，再默认用户数据文件夹）",
    ),
]
NoModelOption = Annotated[bool, typer.Option("--no-model", help="不使用语言模型")]
PromptOption = Annotated[
    list[str] | None,
    typer.Option("--prompt", metavar="名称=文件", help="换用另一份提示词文件，可重复"),
]
JsonOption = Annotated[bool, typer.Option("--json", help="在标准输出只打印 JSON")]


def read_prompts(replaced: Sequence[str]) -> "Prompts":
    """Return the prompts, those named NAME=FILE replaced."""
    from assistant.prompts import PromptError, Prompts

    pairs = [item.partition("=") for item in replaced]
    wrong = next((name for name, sign, file in pairs if not (name and sign and file)), None)
    if wrong is not None:
        raise PromptError(
            f"--prompt {wrong!r} 不是“名称=文件”的写法，例如 extract_schema=新.toml。"
        )
    return Prompts({name: Path(file) for name, _, file in pairs})


def open_library(chosen: Path | None) -> "Library":
    """Return the library that the user means."""
    from assistant.settings import library_folder
    from index.store.library import Library

    return Library.open(library_folder(chosen), resident=False)


def print_json(record: Any) -> None:
    """Print one JSON object on one line of standard output."""
    print(json.dumps(record, ensure_ascii=False, allow_nan=False))


def say(*lines: str) -> None:
    """Print lines for the user on standard output."""
    for line in lines:
        print(line)


def warn(*lines: str) -> None:
    """Print lines for the user on standard error."""
    for line in lines:
        print(line, file=sys.stderr)


def finish(code: int) -> None:
    """End the command with an exit code of the contract."""
    if code:
        raise typer.Exit(code)


def label(kind: str, code: str | None) -> str:
    """Return the Chinese word for a code such as ("status", "blank")."""
    return _labels().get((kind, code or ""), code or "")


def shorten(items: Iterable[str], most: int = 20) -> list[str]:
    """Return the first items, and how many more there are."""
    lines = list(items)
    left = len(lines) - most
    return lines if left <= 0 else [*lines[:most], f"  …另有 {left} 项，用 --json 可全部列出"]


def in_chinese(message: str) -> str:
    """Return typer's own wording of help and usage errors in Chinese."""
    for english, chinese in _usage():
        message = english.sub(chinese, message)
    return message


class ChineseCommand(TyperCommand):
    """A command whose help is Chinese throughout."""

    def get_help(self, ctx: Any) -> str:
        """Return the help text."""
        return in_chinese(super().get_help(ctx))


class ChineseGroup(TyperGroup):
    """The program, whose help is Chinese throughout."""

    def get_help(self, ctx: Any) -> str:
        """Return the help text."""
        return in_chinese(super().get_help(ctx))


@cache
def _labels() -> dict[tuple[str, str], str]:
    """Return the words of `data/labels.csv`."""
    return {(row["kind"], row["code"]): row["label"] for row in read_rows("labels.csv")}


@cache
def _usage() -> list[tuple[re.Pattern[str], str]]:
    """Return the patterns of `data/usage.csv`, in order."""
    rows = read_rows("usage.csv")
    return [(re.compile(row["english"], re.MULTILINE), row["chinese"]) for row in rows]
