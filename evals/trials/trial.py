"""The versions of prompts from `trials.toml`, run on recorded replies and held to one another."""

import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

from assistant.prompts import Prompts
from evals.comparing.compare import compare_runs
from evals.comparing.comparison import Comparison
from evals.comparing.thresholds import Thresholds
from evals.suite.run import EvalRun
from evals.suite.runner import Plan, run_task
from evals.tasks.registry import open_task
from index.model import Frozen

_FOLDER = Path(__file__).parent


class Trial(Frozen):
    """One version of a prompt; `expect` is what was claimed beforehand of it beside `against`."""

    task: str
    prompt: str
    version: str
    file: str
    why: str
    against: str | None = None
    expect: Literal["improved", "regressed", "unchanged"] | None = None
    current: bool = False

    @property
    def path(self) -> Path:
        """The prompt file of the version."""
        return _FOLDER / self.file


class Tried(NamedTuple):
    """What came of a version; `comparison` is None for the first of a prompt."""

    trial: Trial
    run: EvalRun
    comparison: Comparison | None


@cache
def load_trials() -> tuple[Trial, ...]:
    """Return the versions in the order of the table."""
    table = tomllib.loads((_FOLDER / "trials.toml").read_text(encoding="utf-8"))
    return tuple(Trial(**line) for line in table["trial"])


def try_versions(
    plan: Plan, thresholds: Thresholds, trials: Iterable[Trial] | None = None
) -> Iterator[Tried]:
    """Yield what came of each version, each held to an earlier one; `plan` says the rest."""
    runs: dict[tuple[str, str], EvalRun] = {}
    for trial in load_trials() if trials is None else trials:
        prompts = Prompts({trial.prompt: trial.path})
        own = plan._replace(prompts=prompts, name=f"{trial.prompt} {trial.version}")
        run = runs[trial.prompt, trial.version] = run_task(open_task(trial.task), own)
        comparison = None
        if trial.against is not None:
            comparison = compare_runs(runs[trial.prompt, trial.against], run, thresholds)
        yield Tried(trial, run, comparison)
