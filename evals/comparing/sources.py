"""Which two runs a command means: results files, a revision of the code, a replaced prompt.

Runs nothing itself; what runs a task, here or in another revision, is handed in.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from evals.suite.run import EvalRun, Header
from evals.suite.run_file import read_run
from index.errors import MisuseError

REVISION = "git:"


class RunHere(Protocol):
    """Runs a task with the code and prompts of this checkout, those named NAME=FILE replaced."""

    def __call__(self, task: str, prompts: Sequence[str], like: Header | None) -> EvalRun:
        """Return the run; as often as the run it is held against, when there is one."""


class RunThere(Protocol):
    """Runs a task with the code of a revision."""

    def __call__(self, revision: str, task: str, like: Header | None) -> EvalRun:
        """Return the run; as often as the run it is held against, when there is one."""


class Wanted(NamedTuple):
    """What the command line names: `sources` are files or git:REV, `prompts` NAME=FILE."""

    sources: Sequence[str]
    prompts: Sequence[str] = ()
    task: str = ""


def open_runs(wanted: Wanted, here: RunHere, there: RunThere) -> tuple[EvalRun, EvalRun]:
    """Return the run before and the run after; raises MisuseError when that is not two."""
    sources, prompts = wanted.sources, wanted.prompts
    if len(sources) != (2 if not prompts else min(1, len(sources))):
        raise MisuseError(
            "要两次运行才能比较：给两个结果文件（或 git:版本），"
            "或者用 --prompt 名称=文件 加上一个结果文件或 --task 任务。"
        )
    read = [None if s.startswith(REVISION) else read_run(Path(s)) for s in sources]
    like = next((run.header for run in read if run), None)
    task = _task(wanted.task, like)
    runs = [
        run or there(source.removeprefix(REVISION), task, like)
        for source, run in zip(sources, read, strict=True)
    ]
    if prompts:
        runs = runs or [here(task, (), None)]
        runs.append(here(task, prompts, runs[0].header))
    return runs[0], runs[1]


def _task(named: str, like: Header | None) -> str:
    """Return the task that is run anew: that of the file, or the one named."""
    if like and named and named != like.task:
        raise MisuseError(f"结果文件的任务是 {like.task!r}，不是 --task 给的 {named!r}。")
    if not (like or named):
        raise MisuseError("没有结果文件，不知道比较哪个任务。请用 --task 写明，例如 --task read。")
    return like.task if like else named
