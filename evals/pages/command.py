"""`report`: the scores of results files, each and beside each other, on a terminal or as a page."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from assistant.commands.console import ChineseCommand, JsonOption, print_json, say, warn

if TYPE_CHECKING:
    from evals.pages.sources import WithSource
    from evals.scoring.scores import Scores
    from evals.suite.run import EvalRun

    Scored = tuple[EvalRun, Scores]


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("report", cls=ChineseCommand, help="结果文件的得分；同一项任务的放在一起。")(report)


def report(
    results: Annotated[list[Path], typer.Argument(metavar="结果文件...", help="评测的结果文件")],
    html: Annotated[
        Path | None, typer.Option("--html", metavar="文件", help="写成一个网页文件")
    ] = None,
    markdown: Annotated[
        Path | None, typer.Option("--markdown", metavar="文件", help="写成 Markdown")
    ] = None,
    source: Annotated[
        Literal["all", "own", "none"],
        typer.Option("--source", help="网页里显示原文：all 全部，own 只有自备样例，none 不显示"),
    ] = "all",
    json_: JsonOption = False,
) -> None:
    """Show the scores of runs; write them as a page or as Markdown where that is asked for."""
    from evals.scoring.scores import score_run
    from evals.suite.run_file import read_run

    runs = [read_run(path) for path in results]
    scored = [(run, score_run(run)) for run in runs]
    if json_:
        print_json({"runs": [scores.model_dump(mode="json") for _, scores in scored]})
    else:
        _print(scored)
    shown: dict[str, WithSource] = {"all": True, "own": "own", "none": False}
    if html:
        _write(html, _page(scored, shown[source]))
    if markdown:
        _write(markdown, _markdown(scored))


def _page(scored: Sequence["Scored"], source: "WithSource") -> str:
    from evals.pages.run_page import render_runs_html

    return render_runs_html(scored, source)


def _markdown(scored: Sequence["Scored"]) -> str:
    from evals.pages.markdown import scores_markdown
    from evals.scoring.headline import beside_markdown

    tables = [beside_markdown(held) for held in _of_one_task(scored)]
    return "\n".join([*tables, *(scores_markdown(run, scores) for run, scores in scored)])


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    warn(f"已写到 {str(path)!r}。")


def _of_one_task(scored: Sequence["Scored"]) -> list[list["Scores"]]:
    """Return the runs of each task that has several."""
    tasks = dict.fromkeys(run.header.task for run, _ in scored)
    held = [[scores for run, scores in scored if run.header.task == task] for task in tasks]
    return [one for one in held if len(one) > 1]


def _print(scored: Sequence["Scored"]) -> None:
    from evals.pages.terminal import print_beside
    from evals.scoring.scores import scores_table

    for held in _of_one_task(scored):
        print_beside(held)
    for _, scores in scored:
        say(scores_table(scores), "")
