"""What every task gives: its cases, and one result for each; knows neither files nor statistics."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from assistant.model_reply import Model
from assistant.prompts import Prompts
from evals.suite.run import CaseResult, Rate


class Case(NamedTuple):
    """One case: `cluster` and `traits` as in `CaseResult`; `given` is the task's own business.

    `private` marks a case over a report whose text must not be kept with the replies.
    """

    id: str
    cluster: str
    traits: Mapping[str, str]
    given: Any
    private: bool = False


class Setting(NamedTuple):
    """What a case is run with; `model` is None for tasks that ask none."""

    model: Model | None
    prompts: Prompts


class Task(Protocol):
    """A task: `items` are the metrics of its marks, empty when it counts.

    `prompts` names the prompts it fills; `files` are the reports, cases and gold behind it.
    """

    name: str
    title: str
    needs_model: bool
    items: tuple[str, ...]
    prompts: tuple[str, ...]
    rates: tuple[Rate, ...]

    def cases(self) -> Sequence[Case]:
        """Return the cases, in the same order each time."""

    def run(self, case: Case, setting: Setting) -> CaseResult:
        """Return what became of one case; a ModelError goes through."""

    def files(self) -> Sequence[Path]:
        """Return every file that the cases and their gold come from."""
