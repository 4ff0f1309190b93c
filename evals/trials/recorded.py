"""The kept runs of the small real model, replayed and put beside their baselines."""

import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from assistant.prompts import Prompts
from evals.peers.registry import open_peer
from evals.readme import MORE
from evals.scoring.headline import beside
from evals.scoring.scores import score_run
from evals.scoring.shown import percent
from evals.suite.baselines import baseline_runs
from evals.suite.door import Door
from evals.suite.run import EvalRun
from evals.suite.runner import run_task
from evals.tasks.registry import open_task
from evals.tasks.task import Task
from index.model import Frozen


class Recorded(Frozen):
    """A kept run: of which task, over which corpora (none: all), how many cases (None: all).

    `peers` were recorded over the same cases.
    """

    task: str
    most: int | None = None
    corpora: tuple[str, ...] = ()
    peers: tuple[str, ...] = ()


class Replayed(NamedTuple):
    """A kept run, replayed, with those of its peers."""

    task: Task
    run: EvalRun
    peers: tuple[EvalRun, ...] = ()


def load_recorded() -> tuple[Recorded, ...]:
    """Return the kept runs in the order of the table."""
    path = Path(__file__).with_suffix(".toml")
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return tuple(Recorded(**line) for line in table["run"])


def replay_runs(door: Door) -> Iterator[Replayed]:
    """Yield each kept run, made again from its replies."""
    for recorded in load_recorded():
        task = open_task(recorded.task)
        plan = door.plan(task, Prompts())._replace(most=recorded.most, corpora=recorded.corpora)
        peers = (run_task(open_peer(name), plan._replace(name=name)) for name in recorded.peers)
        yield Replayed(task, run_task(task, plan), tuple(peers))


def model_table(replayed: Sequence[Replayed]) -> str:
    """Return the scores as Markdown: a line for all tasks, then each beside its baselines."""
    model = replayed[0].run.header.model
    shown = "; ".join(_line(one.run) for one in replayed)
    lines = [
        f"### What the small model {model} reaches",
        "",
        f"{shown}. `python -m evals.trials --write`, from recorded replies. {MORE}",
    ]
    for one in replayed:
        table = beside([one.run, *one.peers, *baseline_runs(one.task, one.run)])
        lines += ["", f"#### {one.task.name}：{one.task.title}", "", table.rstrip()]
    return "\n".join(lines) + "\n"


def _line(run: EvalRun) -> str:
    """Return the headline scores of a run in a line."""
    scores = score_run(run)
    shown = ", ".join(f"{s.rate} {percent(s.ratio)}" for s in scores.headline())
    return f"{run.header.task} ({scores.cases}) {shown}"
