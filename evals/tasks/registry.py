"""The tasks by name; each is imported when it is opened, none before."""

from collections.abc import Sequence
from importlib import import_module
from inspect import signature
from typing import Any

from evals.tasks.task import Task
from index.errors import MisuseError

_TASKS = {
    "read": "evals.tasks.read:Read",
    "extract.tables": "evals.tasks.extract_tables:ExtractTables",
    "extract.schema": "evals.tasks.extract_schema:ExtractSchema",
    "repair": "evals.tasks.repair:RepairRows",
    "ask.rules": "evals.tasks.ask:AskRules",
    "ask.model": "evals.tasks.ask:AskModel",
    "ask.both": "evals.tasks.ask:AskBoth",
    "search": "evals.tasks.search:Search",
    "prose": "evals.tasks.prose:Prose",
}
_TABLES = ("zeros", "majority", "first", "swapped", "reader")
# What a task is shown beside: programs without skill over the same cases, and the reader.
_BASELINES = {
    "read": _TABLES[:-1],
    "extract.tables": _TABLES,
    "ask.rules": ("refuse_all", "zero"),
}
_ASK = {"refuse_all": "RefuseAll", "zero": "Zero"}


def task_names() -> tuple[str, ...]:
    """Return the names of all tasks."""
    return tuple(_TASKS)


def baseline_names(task: str) -> tuple[str, ...]:
    """Return the baselines of a task; none where nothing can be done without skill."""
    return _BASELINES.get(task, ())


def expand(said: Sequence[str]) -> tuple[str, ...]:
    """Return the tasks that names stand for: a task, or the group before its dot (ask, extract).

    Each comes once; nothing said means every task. Raises MisuseError for a name that is neither.
    """
    if not said:
        return tuple(_TASKS)
    found: dict[str, None] = {}
    for name in said:
        members = [one for one in task_names() if name in (one, one.partition(".")[0])]
        if not members:
            raise MisuseError(f"没有评测任务 {name!r}；可用：{'、'.join(task_names())}。")
        found |= dict.fromkeys(members)
    return tuple(found)


def open_task(name: str, **options: Any) -> Task:  # the options are the task's own
    """Return the task of that name, made with `options`.

    Raises MisuseError for a name that is none, or an option that the task does not take.
    """
    place = _TASKS.get(name)
    if place is None:
        raise MisuseError(f"没有评测任务 {name!r}；可用：{'、'.join(task_names())}。")
    module, _, kind = place.partition(":")
    make = getattr(import_module(module), kind)
    try:
        signature(make).bind(**options)
    except TypeError as error:
        raise MisuseError(f"评测任务 {name!r} 没有选项 {sorted(options)!r}：{error}。") from error
    task: Task = make(**options)
    return task


def open_baseline(task: Task, name: str) -> Task:
    """Return a baseline over the cases and cells of a task, under the task's own name.

    Raises MisuseError when the task has no such baseline.
    """
    if name not in baseline_names(task.name):
        raise MisuseError(
            f"任务 {task.name!r} 没有基线 {name!r}；可用："
            f"{'、'.join(baseline_names(task.name)) or '没有'}。"
        )
    if name in _ASK:
        made: Task = getattr(import_module("evals.tasks.ask_baselines"), _ASK[name])()
        return made
    from evals.tasks.baselines import TableBaseline

    return TableBaseline(task, name)
