"""The commands that answer and prove: ask, verify."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.commands.console import (
    FOUND,
    NO_ANSWER,
    OUTSIDE,
    ChineseCommand,
    JsonOption,
    LibraryOption,
    PromptOption,
    finish,
    open_library,
    print_json,
    read_prompts,
    say,
    warn,
)

if TYPE_CHECKING:
    from assistant.conversation import Conversation
    from assistant.result import Answer

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
    prompt: PromptOption = None,
    previous: Annotated[
        Path | None,
        typer.Option(
            "--continue",
            metavar="回答.json",
            help="接着上一次的回答（ask --json 保存的）追问，例如“那2021年呢”",
        ),
    ] = None,
) -> None:
    """Answer a question from the library."""
    from assistant.answer import EVERYTHING, Limits
    from assistant.ask import ask as answer_question
    from assistant.doors import open_doors

    conversation = _conversation(previous) if previous else None
    opened = open_library(library)
    doors = open_doors(opened, no_model=no_model, prompts=read_prompts(prompt or ()))
    limits = EVERYTHING if full else Limits(contexts=_CONTEXTS)
    found = answer_question(question, opened, doors, limits, conversation)
    if json_:
        print(found.model_dump_json())
    else:
        from rich.console import Console

        from assistant.commands.render import print_answer

        print_answer(found, Console(highlight=False), full=full)
    finish(_code(found))


def _code(found: "Answer") -> int:
    """Return the exit code of an answer: the model's failure counts where nothing could be said."""
    if found.status not in ("refused", "clarify"):
        return 0
    return OUTSIDE if "error" in (found.model or {}) else NO_ANSWER


def _conversation(saved: Path) -> "Conversation":
    """Return the conversation that a saved answer was the last turn of."""
    from assistant.conversation import conversation_from
    from assistant.saved import read_answer

    answer = read_answer(saved)
    return conversation_from(answer, answer.resolved)


def verify(
    saved: Annotated[Path, typer.Argument(metavar="回答.json", help="ask --json 保存的回答")],
    library: LibraryOption = None,
    json_: JsonOption = False,
) -> None:
    """Re-derive a saved answer from the raw reports."""
    from assistant.doors import open_search
    from assistant.verify import verify_answer

    opened = open_library(library)
    found = verify_answer(saved, opened, search=lambda: open_search(opened))
    if json_:
        print_json(found.model_dump(mode="json"))
    else:
        for problem in found.problems:
            warn(f"不符：{problem}")
        for note in found.not_verified:
            say(f"未核对：{note}")
        say(found.summary)
    finish(FOUND if found.problems else 0)
