"""The commands that answer and prove: ask, verify."""

from pathlib import Path
from typing import Annotated

import typer

from assistant.commands.console import (
    FOUND,
    NO_ANSWER,
    ChineseCommand,
    JsonOption,
    LibraryOption,
    finish,
    open_library,
    print_json,
    say,
    warn,
)

_CONTEXTS = 40  # citations shown with the words before them, for a person to read


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    for name, command, purpose in (
        ("ask", ask, "向库提问；每个数字都附原文位置，答不了的说明原因。"),
        ("verify", verify, "按原文重新推导一份保存的回答（ask --json 的输出），逐项核对。"),
    ):
        app.command(name, cls=ChineseCommand, help=purpose)(command)


def ask(
    question: Annotated[str, typer.Argument(metavar="问题", help="用中文提问")],
    library: LibraryOption = None,
    json_: JsonOption = False,
    no_model: Annotated[bool, typer.Option("--no-model", help="不使用语言模型")] = False,
    full: Annotated[bool, typer.Option("--full", help="列出每个清单的全部条目")] = False,
) -> None:
    """Answer a question from the library."""
    from assistant.answer import EVERYTHING, Limits, answer

    opened = open_library(library)
    limits = EVERYTHING if full else Limits(contexts=_CONTEXTS)
    found = answer(question, opened, limits)
    if json_:
        print(found.model_dump_json())
    else:
        from rich.console import Console

        from assistant.commands.render import print_answer

        print_answer(found, Console(highlight=False), full=full)
    finish(NO_ANSWER if found.status in ("refused", "clarify") else 0)


def verify(
    saved: Annotated[Path, typer.Argument(metavar="回答.json", help="ask --json 保存的回答")],
    library: LibraryOption = None,
    json_: JsonOption = False,
) -> None:
    """Re-derive a saved answer from the raw reports."""
    from assistant.verify import verify_answer

    opened = open_library(library)
    found = verify_answer(saved, opened)
    if json_:
        print_json(found.model_dump(mode="json"))
    else:
        for problem in found.problems:
            warn(f"不符：{problem}")
        for note in found.not_verified:
            say(f"未核对：{note}")
        say(found.summary)
    finish(FOUND if found.problems else 0)
