"""The command that holds the program to its peers: peers."""

from typing import Annotated

import typer

from assistant.commands.console import (
    DONE,
    OUTSIDE,
    ChineseCommand,
    PromptOption,
    finish,
    read_prompts,
    warn,
)
from evals.suite.door import TAPE, Door
from evals.suite.options import (
    JobsOption,
    ModelOption,
    MostOption,
    OutOption,
    RepliesOption,
    TapeOption,
    command_line,
    progress,
)
from evals.tasks.task import Task
from index.errors import MisuseError

_HELP = (
    "同样的例子、同一个模型，把本程序与 langextract、instructor、普通检索（前 4 段）、写 SQL "
    "放在一张表里比较。langextract 和 instructor 不随程序安装，且与锁定的版本不相容：另建一个环境，"
    "装 requirements-peers.txt，在其中运行这条命令；没装的不给名称时跳过，并说明。"
)


def register(app: typer.Typer) -> None:
    """Add the command to the evaluation."""
    app.command("peers", cls=ChineseCommand, help=_HELP)(peers)


def peers(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="名称", help="对照的名称；不给则全部")
    ] = None,
    prompt: PromptOption = None,
    model: ModelOption = None,
    replies: RepliesOption = None,
    tape: TapeOption = None,
    most: MostOption = None,
    jobs: JobsOption = None,
    out: OutOption = None,
) -> None:
    """Run peers over their cases and print one table of each task."""
    from assistant.settings import library_folder
    from evals.pages.terminal import print_beside
    from evals.peers.registry import chosen_names
    from evals.scoring.scores import score_run
    from evals.suite.runner import run_task

    door = Door(replies, tape or TAPE, model, jobs=jobs)
    folder = out or library_folder() / "evals"
    prompts = read_prompts(prompt or ())
    runs = []
    for name in chosen_names(tuple(names or ())):
        task = _opened(name, bool(names))
        if task is not None:
            plan = door.plan(task, prompts, name)._replace(
                most=most, command=command_line(), out=folder / f"{task.name}.{name}.jsonl"
            )
            with progress(task.title, len(task.cases())) as tell:
                runs.append(run_task(task, plan, tell))
    for family in dict.fromkeys(run.header.task for run in runs):
        print_beside([score_run(run) for run in runs if run.header.task == family])
    failed = sum(bool(result.failure) for run in runs for result in run.results)
    if failed:
        warn(f"{failed} 例因模型没有回答或没有录制而没有结果，不计分。")
    finish(OUTSIDE if failed else DONE)


def _opened(name: str, named: bool) -> Task | None:
    """Return a peer; one that is not installed is skipped, and said, unless it was named."""
    from evals.peers.registry import PEERS, open_peer

    try:
        return open_peer(name)
    except MisuseError as error:
        if named or not PEERS[name].extra:
            raise
        warn(f"跳过 {name}：{error}")
        return None
