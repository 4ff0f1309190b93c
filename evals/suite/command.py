"""The command `nianbao eval run`: tasks, with any prompt, model and way to its replies."""

import shlex
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from assistant.commands.console import (
    DONE,
    OUTSIDE,
    ChineseCommand,
    JsonOption,
    PromptOption,
    finish,
    read_prompts,
    say,
    warn,
)
from assistant.model.door import EndpointModel
from assistant.settings import Settings, library_folder, load_settings
from evals.replay.door import Replies
from evals.replay.model import open_taped_model, provider_of
from evals.replay.tape import Tape
from evals.scoring.scores import score_run, scores_table
from evals.suite.prices import load_prices, price_of
from evals.suite.provenance import ROOT
from evals.suite.run import CaseResult, EvalRun
from evals.suite.runner import Plan, run_task
from evals.tasks.baselines import BASELINES, TableBaseline
from evals.tasks.registry import open_task, task_names, tasks_named
from evals.tasks.task import Task
from index.errors import MisuseError

TAPE = ROOT / "evals" / "replies"
RepliesOption = Annotated[
    Replies | None,
    typer.Option(
        "--replies",
        help="模型的回答：replay 只用录下的，绝不外呼；record 没录过的才问，并录下；"
        "live 每次都问，不录。"
        "不写则设了端点时是 record，没设时是 replay",
    ),
]
TapeOption = Annotated[
    Path | None, typer.Option("--tape", metavar="文件夹", help="录下的回答（默认 evals/replies）")
]
ModelOption = Annotated[str | None, typer.Option("--model", help="模型名称（默认取设置）")]


def register(app: typer.Typer) -> None:
    """Add the command to the suite."""
    purpose = "运行评测任务，留下结果文件；中断后再运行同一条命令就接着算。"
    app.command("run", cls=ChineseCommand, help=purpose)(run)


def run(
    tasks: Annotated[
        list[str] | None,
        typer.Argument(metavar="任务", help="read、extract、ask、search、prose…；不给则全部"),
    ] = None,
    prompt: PromptOption = None,
    model: ModelOption = None,
    replies: RepliesOption = None,
    tape: TapeOption = None,
    baseline: Annotated[
        list[str] | None,
        typer.Option("--baseline", help=f"表格任务改用基线：{'、'.join(BASELINES)}；可重复"),
    ] = None,
    repeat: Annotated[int, typer.Option("--repeat", min=1, help="每例运行几遍，看稳不稳")] = 1,
    most: Annotated[int | None, typer.Option("--most", min=1, help="每个任务最多多少例")] = None,
    jobs: Annotated[
        int | None, typer.Option("--jobs", min=1, help="同时几例（默认取 NIANBAO_CONCURRENCY）")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="文件夹", help="结果文件放在哪里")
    ] = None,
    name: Annotated[str, typer.Option("--name", help="给这次运行起的名字，写进文件名")] = "",
    prices: Annotated[
        Path | None, typer.Option("--prices", metavar="文件", help="价格表（TOML）")
    ] = None,
    json_: JsonOption = False,
) -> None:
    """Run tasks over their cases; see the help of each option."""
    chosen = tasks_named(tasks or task_names())
    folder = out or library_folder() / "evals"
    door = Door(replies, tape or TAPE, model, prices, jobs)
    prompts = read_prompts(prompt or ())
    failed = 0
    for opened, label in _opened(chosen, baseline or (), name):
        if opened.needs_model and not tasks and not door.ready:
            warn(f"{opened.name}：要用语言模型，没有设置，也没有录制的回答；跳过")
            continue
        path = folder / f"{opened.name}{'.' + label if label else ''}.jsonl"
        plan = door.plan(opened, repeat, most)._replace(
            prompts=prompts, out=path, name=label, command=_command()
        )
        with _progress(opened.title) as tell:
            found = run_task(opened, plan, tell)
        failed += sum(bool(result.failure) for result in found.results)
        _report(found, path, json_)
    if failed:
        warn(f"{failed} 例因模型没有回答或没有录制而没有结果，不计分；再运行同一条命令就补算。")
    finish(OUTSIDE if failed else DONE)


class Door:
    """The way to the model of a command: opened once, when a task wants it."""

    def __init__(
        self, replies: Replies | None, tape: Path, model: str | None = None,
        prices: Path | None = None, jobs: int | None = None, settings: Settings | None = None,
    ) -> None:  # fmt: skip
        self.settings = settings or load_settings()
        self.replies: Replies = replies or ("record" if self.settings.base_url else "replay")
        self._folder, self._name = tape, model
        self._prices, self._jobs = load_prices(prices), jobs
        self._tape: Tape | None = None
        self._model: EndpointModel | None = None

    @property
    def ready(self) -> bool:
        """Whether there is a model to ask or to replay."""
        return self.settings.base_url is not None or any(self._folder.glob("*/*.jsonl"))

    def plan(self, task: Task, repeats: int = 1, most: int | None = None) -> Plan:
        """Return how to run a task, with the model when it needs one."""
        from assistant.prompts import Prompts

        plan = Plan(None, Prompts(), repeats=repeats, most=most)
        if not task.needs_model:
            return plan
        model = self._opened()
        provider = self._provider(model.name)
        at_once = self._jobs or (1 if self.replies == "replay" else self.settings.concurrency)
        return plan._replace(
            model=model, replies=self.replies, provider=provider, at_once=at_once,
            price=price_of(self._prices, provider, model.name),
        )  # fmt: skip

    def _opened(self) -> EndpointModel:
        if self._model is None:
            self._tape = Tape(self._folder)
            if self._tape.broken:
                warn(f"录制的文件里有不能用的行，已跳过：{'、'.join(self._tape.broken[:5])}")
            settings = self.settings
            if self._name:
                settings = settings.model_copy(update={"model": self._name})
            self._model = open_taped_model(settings, self._tape, self.replies, model=self._name)
        return self._model

    def _provider(self, name: str) -> str:
        if self.replies != "replay":
            return provider_of(self.settings.base_url or "")
        profile = self._tape.profile(name) if self._tape else None
        return profile.address if profile else ""


def _opened(
    chosen: Sequence[str], baselines: Sequence[str], name: str
) -> Iterator[tuple[Task, str]]:
    """Yield the tasks to run, each with the label of its results file."""
    if unknown := [one for one in baselines if one not in BASELINES]:
        raise MisuseError(f"没有基线 {unknown[0]!r}；现有：{'、'.join(BASELINES)}。")
    for one in chosen:
        task = open_task(one)
        if not baselines:
            yield task, name
        for baseline in baselines:
            if not task.items:
                raise MisuseError(f"任务 {one!r} 不是表格任务，没有基线 {baseline!r}。")
            yield TableBaseline(task.name, task.items, baseline), f"baseline-{baseline}"


def _report(found: EvalRun, path: Path, json_: bool) -> None:
    scores = score_run(found)
    if json_:
        say(scores.model_dump_json())
        return
    say(scores_table(scores), f"结果文件：{path}", "")


@contextmanager
def _progress(title: str) -> Iterator[Callable[[CaseResult], None]]:
    """Yield what is told each result: a bar on a terminal, a line each elsewhere."""
    from rich.console import Console
    from rich.progress import Progress

    terminal = Console(stderr=True)
    if not terminal.is_terminal:
        yield lambda r: warn(f"{r.case}\t{r.failure or r.verdict}\t{r.seconds:.1f}s")
        return
    with Progress(console=terminal, transient=True) as bar:
        task = bar.add_task(title, total=None)
        yield lambda _: bar.advance(task)


def _command() -> str:
    """Return the command line, with no folder of this machine."""
    words = [Path(word).name if word.startswith(("/", "~")) else word for word in sys.argv[1:]]
    return shlex.join(["nianbao", "eval", *words])
