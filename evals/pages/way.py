"""The way to the replies of a run that is started on the page: a model's, or recorded ones."""

from pathlib import Path
from typing import NamedTuple

from assistant.page.desks.evaluating import Wanted
from assistant.prompts import Prompts
from assistant.settings import Settings
from evals.replay.model import provider_of
from evals.replay.tape import Tape
from evals.suite.door import TAPE, Door
from evals.suite.runner import Plan
from evals.tasks.registry import open_task
from evals.tasks.task import Task
from index.endpoint import shown_address
from index.errors import MisuseError


class Way(NamedTuple):
    """How a task gets its replies; `said` names it, "" for a task that asks no model.

    `tape` is the folder where replies are kept; `calls` tells whether any model is called.
    """

    task: Task
    said: str = ""
    model: str = ""
    provider: str = ""
    tape: Path = TAPE
    calls: bool = False
    settings: Settings | None = None

    def plan(self, prompts: Prompts) -> Plan:
        """Return how to run the task; opens the model, asks it nothing."""
        if not self.task.needs_model:
            return Plan(None, prompts)
        replies, name = ("record", None) if self.calls else ("replay", self.model)
        door = Door(replies, self.tape, name, settings=self.settings)  # type: ignore[arg-type]
        return door.plan(self.task, prompts)


def find_way(wanted: Wanted, settings: Settings, runs: Path) -> Way:
    """Return the way; raises MisuseError where there is no model, or nothing recorded.

    Replies of a model are kept in the folder `runs`, so that what was stopped costs nothing twice.
    """
    task = open_task(wanted.task)
    if wanted.prompt and wanted.prompt not in task.prompts:
        raise MisuseError(f"任务 {task.name!r} 不用提示词 {wanted.prompt!r}。请重新选择。")
    if not task.needs_model:
        return Way(task)
    if wanted.replies == "recorded":
        return _recorded(task, settings)
    if settings.base_url is None or not settings.model:
        raise MisuseError(
            "没有设语言模型。请在“设置”里填端点，或改选“录下的回答”；"
            "不用模型的任务（如 read、ask.rules）照常可以运行。"
        )
    return Way(
        task, f"{settings.model}（{shown_address(settings.base_url)}）", settings.model,
        provider_of(settings.base_url), runs / "replies", True, settings,
    )  # fmt: skip


def _recorded(task: Task, settings: Settings) -> Way:
    kept = [e for name in task.prompts for e in Tape(TAPE).exchanges(name)]
    if not kept:
        raise MisuseError(f"没有任务 {task.name!r} 的录下的回答。请改用语言模型。")
    nobody = settings.model_copy(update={"base_url": None, "model": None, "api_key": None})
    return Way(task, kept[0].model, kept[0].model, kept[0].provider, settings=nobody)
