"""The commands `compare` and `power` of the suite."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.commands.console import (
    ChineseCommand,
    JsonOption,
    PromptOption,
    finish,
    print_json,
    read_prompts,
    say,
    warn,
)
from evals.comparing.comparison import Comparison
from evals.comparing.thresholds import THRESHOLDS, load_thresholds
from evals.replay.door import Replies
from evals.suite.options import RepliesOption, ThresholdsOption
from evals.suite.run import EvalRun, Header

if TYPE_CHECKING:
    from evals.comparing.gate import GateFinding
    from evals.comparing.sources import RunHere
    from evals.comparing.thresholds import Thresholds

_WIDTH = 150  # of what goes to a file or another program
MarkdownOption = Annotated[
    Path | None, typer.Option("--markdown", metavar="文件", help="把摘要写成 Markdown")
]
HtmlOption = Annotated[
    Path | None, typer.Option("--html", metavar="文件", help="把全部写成一个网页文件")
]


def register(app: typer.Typer) -> None:
    """Add the commands to the suite."""
    for name, command, purpose in (
        ("compare", compare, "比较两次运行：变好、变差、相当还是不能断定，以及逐格变了什么。"),
        ("power", power, "量一量比较本身：误报率，以及多少份报告才看得出多大的差别。"),
    ):
        app.command(name, cls=ChineseCommand, help=purpose)(command)


def compare(
    runs: Annotated[
        list[str] | None,
        typer.Argument(metavar="前 后", help="结果文件，或 git:版本（用那一版代码现跑）"),
    ] = None,
    prompt: PromptOption = None,
    task: Annotated[str, typer.Option("--task", help="没有结果文件时，跑哪个任务")] = "",
    model: Annotated[str | None, typer.Option("--model", help="现跑时的模型名称")] = None,
    replies: RepliesOption = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="文件夹", help="现跑的结果文件放在哪里；中断后接着算"),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="不能断定时退出码为 2")] = False,
    json_: JsonOption = False,
    markdown: MarkdownOption = None,
    html: HtmlOption = None,
    thresholds: ThresholdsOption = None,
) -> None:
    """Compare two runs, print or write what came of it, and end with the gate's exit code."""
    from evals.comparing.compare import compare_runs
    from evals.comparing.gate import exit_code, gate
    from evals.comparing.print_comparison import print_comparison
    from evals.comparing.revision import Revisions
    from evals.comparing.sources import Wanted, open_runs
    from evals.suite.provenance import ROOT

    limits = load_thresholds(thresholds or THRESHOLDS)
    options = {"--model": model, "--replies": replies}
    revisions = Revisions(ROOT, [f"{name}={said}" for name, said in options.items() if said])

    def there(revision: str, task: str, like: Header | None) -> EvalRun:
        warn(f"正在用版本 {revision} 的代码运行任务 {task}")
        return revisions.run(revision, task, like)

    wanted = Wanted(runs or (), prompt or (), task)
    before, after = open_runs(wanted, _runner(model, replies, out), there)
    found = compare_runs(before, after, limits)
    findings = (*gate(found, limits), *gate(after, limits), *_failures(before, limits))
    code = exit_code(findings, strict)
    _write(found, markdown, html)
    if json_:
        stumbled = [finding.model_dump(mode="json") for finding in findings]
        print_json({**found.model_dump(mode="json"), "findings": stumbled, "exit_code": code})
    else:
        from rich.console import Console

        width = None if sys.stdout.isatty() else _WIDTH
        print_comparison(found, findings, Console(file=sys.stdout, width=width))
    finish(code)


def power(
    write: Annotated[bool, typer.Option("--write", help="写进 evals/results/power.md")] = False,
    runs: Annotated[
        list[Path] | None,
        typer.Option("--run", metavar="结果文件", help="误报率用这两次真实的运行来量；给两次"),
    ] = None,
) -> None:
    """Print or keep the null test and the power curve."""
    from evals.comparing.power import RESULTS, measure_power

    text = measure_power(load_thresholds(), runs or ())
    if write:
        RESULTS.write_text(text, encoding="utf-8")
    say(text)


def _runner(model: str | None, replies: Replies | None, out: Path | None) -> "RunHere":
    """Return what runs a task now, with the settings' model or the replies that were kept."""
    from assistant.settings import library_folder

    folder = out or library_folder() / "evals"

    def here(task: str, prompts: Sequence[str], like: Header | None) -> EvalRun:
        from evals.suite.door import TAPE, Door
        from evals.suite.runner import run_task
        from evals.tasks.registry import open_task

        opened = open_task(task)
        door = Door(replies, TAPE, model or (like.model if like else None))
        path = folder / f"{task}.compare-{'replaced' if prompts else 'current'}.jsonl"
        warn(f"正在运行任务 {task}{''.join(f' {one}' for one in prompts)}；结果文件：{path}")
        plan = door.plan(opened, read_prompts(prompts))
        repeats = like.repeats if like else 1
        return run_task(opened, plan._replace(repeats=repeats, out=path))

    return here


def _failures(before: EvalRun, limits: "Thresholds") -> "list[GateFinding]":
    """Return whether too much of the first run failed; its other limits are not in question."""
    from evals.comparing.gate import gate

    return [finding for finding in gate(before, limits) if finding.kind == "failed"]


def _write(found: Comparison, markdown: Path | None, html: Path | None) -> None:
    """Write the summary and the page, where they are wanted."""
    if markdown:
        from evals.pages.markdown import render_markdown

        _keep(markdown, render_markdown, found)
    if html:
        from evals.pages.comparison_page import render_html

        _keep(html, render_html, found)


def _keep(path: Path, render: Callable[[Comparison], str], found: Comparison) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(render(found), encoding="utf-8")
