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
_BASELINES = {
    "baseline.refuse_all": "evals.tasks.ask_baselines:RefuseAll",
    "baseline.zero": "evals.tasks.ask_baselines:Zero",
}


def task_names() -> tuple[str, ...]:
    """Return the names of all tasks; the baselines, which are no tasks to get better at, last."""
    return (*_TASKS, *_BASELINES)


def expand(said: Sequence[str]) -> tuple[str, ...]:
    """Return the tasks that names stand for: a task, or the group before its dot (ask, extract).

    Each comes once; nothing said means every task but the baselines. Raises MisuseError for a name
    that is neither.
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
    place = (_TASKS | _BASELINES).get(name)
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
