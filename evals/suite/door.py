"""The way to the model of a command: settings, tape, price; opened once, when a task wants it."""

from pathlib import Path

from assistant.commands.console import warn
from assistant.model.door import EndpointModel
from assistant.prompts import Prompts
from assistant.settings import Settings, load_settings
from evals.replay.door import Replies
from evals.replay.model import open_taped_model, provider_of
from evals.replay.tape import Tape
from evals.suite.prices import load_prices, price_of
from evals.suite.provenance import ROOT
from evals.suite.runner import Plan
from evals.tasks.task import Task

TAPE = ROOT / "evals" / "replies"


class Door:
    """Gives each task its `Plan`; `replies` default to record with an endpoint, else to replay."""

    def __init__(
        self, replies: Replies | None = None, tape: Path = TAPE, model: str | None = None,
        prices: Path | None = None, jobs: int | None = None, settings: Settings | None = None,
    ) -> None:  # fmt: skip
        self._settings = settings or load_settings()
        self.replies: Replies = replies or ("record" if self._settings.base_url else "replay")
        self._folder, self._name = tape, model
        self._prices, self._jobs = load_prices(prices), jobs
        self._tape: Tape | None = None
        self._model: EndpointModel | None = None

    @property
    def ready(self) -> bool:
        """Whether there is a model to ask or to replay."""
        return self._settings.base_url is not None or any(self._folder.glob("*/*.jsonl"))

    def plan(self, task: Task, prompts: Prompts, name: str = "") -> Plan:
        """Return how to run a task: with the model when it needs one."""
        plan = Plan(None, prompts, name=name)
        if not task.needs_model:
            return plan
        model = self._opened()
        provider = self._provider(model.name)
        at_once = self._jobs or (1 if self.replies == "replay" else self._settings.concurrency)
        return plan._replace(
            model=model, replies=self.replies, provider=provider, at_once=at_once,
            price=price_of(self._prices, provider, model.name),
        )  # fmt: skip

    def _opened(self) -> EndpointModel:
        if self._model is None:
            self._tape = Tape(self._folder)
            if self._tape.broken:
                warn(f"录制的文件里有不能用的行，已跳过：{'、'.join(self._tape.broken[:5])}")
            settings = self._settings
            if self._name:
                settings = settings.model_copy(update={"model": self._name})
            self._model = open_taped_model(settings, self._tape, self.replies, model=self._name)
        return self._model

    def _provider(self, name: str) -> str:
        if self.replies != "replay":
            return provider_of(self._settings.base_url or "")
        profile = self._tape.profile(name) if self._tape else None
        return profile.address if profile else ""
