"""The command `nianbao eval run`: tasks, with any prompt, model and way to its replies."""

from collections.abc import Iterator, Sequence
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
from evals.suite.baselines import BASELINE
from evals.suite.door import TAPE, Door
from evals.suite.options import (
    BaselineOption,
    CorpusOption,
    GivenOption,
    JobsOption,
    ModelOption,
    MostOption,
    NameOption,
    OutOption,
    PricesOption,
    RepeatOption,
    RepliesOption,
    TapeOption,
    ThresholdsOption,
    command_line,
    progress,
)
from evals.suite.run import EvalRun
from evals.tasks.registry import baseline_names, expand, open_baseline, open_task
from evals.tasks.task import Task
from index.errors import MisuseError

_Opened = tuple[Task, str]  # a task, and the label of its results file


def register(app: typer.Typer) -> None:
    """Add the command to the suite."""
    purpose = "运行评测任务，与基线并列给出得分，留下结果文件；中断后再运行同一条命令就接着算。"
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
    baseline: BaselineOption = None,
    given: GivenOption = None,
    corpus: CorpusOption = None,
    repeat: RepeatOption = 1,
    most: MostOption = None,
    jobs: JobsOption = None,
    out: OutOption = None,
    name: NameOption = "",
    prices: PricesOption = None,
    thresholds: ThresholdsOption = None,
    json_: JsonOption = False,
) -> None:
    """Run tasks over their cases; see the help of each option."""
    from assistant.settings import library_folder
    from evals.suite.provenance import data_hash
    from evals.suite.runner import run_task

    _check_name(name or (given.stem if given else ""))
    folder = out or library_folder() / "evals"
    door = Door(replies, tape or TAPE, model, prices, jobs)
    prompts = read_prompts(prompt or ())
    opened = _given(given, name) if given else _opened(expand(tasks or ()), baseline or (), name)
    runs = []
    for task, label in opened:
        if task.needs_model and not tasks and not door.ready:
            warn(f"{task.name}：要用语言模型，没有设置，也没有录制的回答；跳过")
            continue
        plan = door.plan(task, prompts, label)._replace(
            repeats=repeat, most=most, corpora=tuple(corpus or ()), command=command_line(),
            versions={"given": data_hash([given])} if given else {},
            out=folder / f"{task.name}{'.' + label if label else ''}.jsonl",
        )  # fmt: skip
        with progress(task.title, len(task.cases()) * repeat) as tell:
            runs.append(run_task(task, plan, tell))
        _report(task, runs[-1], plan.out, json_)
    finish(_code(runs, thresholds))


def _given(path: Path, name: str) -> Iterator[_Opened]:
    from evals.tasks.given import GivenCells

    task = GivenCells(path)
    if left_out := task.left_out():
        warn(f"{str(path)!r} 没有提到的 {len(left_out)} 份报告不计分：{'、'.join(left_out)}")
    yield task, name or path.stem


def _check_name(name: str) -> None:
    """Raise MisuseError for a name that leads out of the folder, or passes for a baseline's."""
    if Path(name).name != name or name.startswith(BASELINE):
        raise MisuseError(
            f"运行不能叫 {name!r}：名称会写进文件名，不能有斜杠，也不能以 {BASELINE!r} 开头。"
            "请用 --name 另起一个。"
        )


def _opened(chosen: Sequence[str], baselines: Sequence[str], name: str) -> Iterator[_Opened]:
    """Yield the tasks to run; raises MisuseError for a baseline that none of them has."""
    known = {baseline for task in chosen for baseline in baseline_names(task)}
    if unknown := [one for one in baselines if one not in known]:
        raise MisuseError(
            f"这些任务没有基线 {unknown[0]!r}；可用：{'、'.join(sorted(known)) or '没有'}。"
        )
    for one in chosen:
        task = open_task(one)
        if not baselines:
            yield task, name
        for baseline in baselines:
            if baseline in baseline_names(one):
                yield open_baseline(task, baseline), BASELINE + baseline


def _report(task: Task, found: EvalRun, path: Path | None, json_: bool) -> None:
    """Show the scores, beside those of the baselines over the same cases."""
    from evals.pages.terminal import print_beside
    from evals.scoring.scores import score_run, scores_table
    from evals.suite.baselines import baseline_runs

    scores = score_run(found)
    if json_:
        say(scores.model_dump_json())
        return
    say(f"{task.name}：{task.title}", scores_table(scores))
    others = baseline_runs(task, found)
    if others:
        print_beside([scores, *(score_run(other) for other in others)])
    say(f"结果文件：{path}", "")


def _code(runs: Sequence[EvalRun], thresholds: Path | None) -> int:
    """Return the exit code: 1 where a threshold is broken, 4 where the model gave no reply."""
    from evals.comparing.gate import exit_code, gate
    from evals.comparing.thresholds import THRESHOLDS, load_thresholds

    failed = sum(bool(result.failure) for found in runs for result in found.results)
    if failed:
        warn(f"{failed} 例因模型没有回答或没有录制而没有结果，不计分；再运行同一条命令就补算。")
    limits = load_thresholds(thresholds or THRESHOLDS)
    # A baseline has no skill to keep.
    held = [found for found in runs if not found.header.name.startswith(BASELINE)]
    findings = [finding for found in held for finding in gate(found, limits)]
    warn(*(finding.message for finding in findings))
    return exit_code(findings) or (OUTSIDE if failed else DONE)
