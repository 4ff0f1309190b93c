"""`feedback`: what users of the page thought of answers, the questions to look at first."""

from collections.abc import Iterator
from typing import Annotated

import typer

from assistant.commands.console import (
    ChineseCommand,
    JsonOption,
    LibraryOption,
    open_library,
    print_json,
    say,
    warn,
)
from assistant.feedback import Feedback, read_feedback

_THUMBS = {"up": "有用", "down": "不对"}


def register(app: typer.Typer) -> None:
    """Add the command to the suite."""
    purpose = "网页上对回答的评价：哪些问题答得不好，怎样理解的，附了什么意见。"
    app.command("feedback", cls=ChineseCommand, help=purpose)(feedback)


def feedback(
    library: LibraryOption = None,
    down: Annotated[bool, typer.Option("--down", help="只列评为不对的")] = False,
    json_: JsonOption = False,
) -> None:
    """List what users thought of answers, oldest first."""
    kept = read_feedback(open_library(library).folder)
    records = [one for one in kept.records if one.thumb == "down" or not down]
    if json_:
        listed = [one.model_dump(mode="json") for one in records]
        print_json({"count": len(listed), "unread": kept.unread, "feedback": listed})
        return
    for one in records:
        say(*_lines(one))
    if not records:
        say("还没有评价。")
    if kept.unread:
        warn(f"另有 {kept.unread} 行读不出，没有列出。")


def _lines(one: Feedback) -> Iterator[str]:
    """Yield a record in words."""
    yield f"{one.time}\t{_THUMBS[one.thumb]}\t{one.question}"
    if one.resolved:
        yield f"\t{'改为' if one.edited else '补全'}\t{one.resolved}"
    if one.comment:
        yield f"\t意见\t{' '.join(one.comment.split())}"
    yield f"\t回答\t{' '.join(one.text.split())[:200]}"
