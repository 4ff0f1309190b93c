"""The options that several commands of the suite share, and what they show while they run."""

import shlex
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from assistant.commands.console import warn
from evals.replay.door import Replies
from evals.suite.run import CaseResult

RepliesOption = Annotated[
    Replies | None,
    typer.Option(
        "--replies",
        help="模型的回答：replay 只用录下的，绝不外呼；record 没录过的才问，并录下；"
        "live 每次都问，不录。不写则设了端点时是 record，没设时是 replay",
    ),
]
TapeOption = Annotated[
    Path | None, typer.Option("--tape", metavar="文件夹", help="录下的回答（默认 evals/replies）")
]
ModelOption = Annotated[
    str | None, typer.Option("--model", metavar="名称", help="模型名称（默认取设置）")
]
MostOption = Annotated[
    int | None, typer.Option("--most", min=1, metavar="数", help="每个任务最多多少例")
]
JobsOption = Annotated[
    int | None,
    typer.Option("--jobs", min=1, metavar="数", help="同时几例（默认取 NIANBAO_CONCURRENCY）"),
]
OutOption = Annotated[
    Path | None,
    typer.Option("--out", metavar="文件夹", help="结果文件放在哪里（默认在库的文件夹里）"),
]
CorpusOption = Annotated[
    list[str] | None,
    typer.Option("--corpus", metavar="名称", help="只用这些报告：samples、seeds、adversarial…"),
]
BaselineOption = Annotated[
    list[str] | None,
    typer.Option("--baseline", metavar="名称", help="改为运行这个基线，留下结果文件；可重复"),
]
GivenOption = Annotated[
    Path | None,
    typer.Option("--given", metavar="文件", help="给另一种读法打分：它读出的单元格，每行一格"),
]
RepeatOption = Annotated[
    int, typer.Option("--repeat", min=1, metavar="数", help="每例运行几遍，看稳不稳")
]
NameOption = Annotated[
    str, typer.Option("--name", metavar="名称", help="给这次运行起的名字，写进文件名")
]
PricesOption = Annotated[
    Path | None, typer.Option("--prices", metavar="文件", help="价格表（TOML）")
]
ThresholdsOption = Annotated[
    Path | None,
    typer.Option("--thresholds", metavar="文件", help="门槛文件（默认 evals/thresholds.toml）"),
]


@contextmanager
def progress(title: str, cases: int) -> Iterator[Callable[[CaseResult], None]]:
    """Yield what is told each result: a bar on a terminal, a line each elsewhere."""
    from assistant.commands.bar import progress_bar

    if not sys.stderr.isatty():
        yield lambda r: warn(f"{r.case}\t{r.failure or r.verdict}\t{r.seconds:.1f}s")
        return
    done = 0
    with progress_bar(title) as move:

        def tell(_: CaseResult) -> None:
            nonlocal done
            done += 1
            move(done, cases)

        yield tell


def command_line() -> str:
    """Return the command line, with no folder of this machine."""
    return shlex.join(["nianbao", "eval", *map(_without_folder, sys.argv[1:])])


def _without_folder(word: str) -> str:
    """Return a word of the command line, of a path in it (also in NAME=FILE) only the file."""
    name, sign, said = word.rpartition("=")
    return name + sign + (Path(said).name if said.startswith(("/", "~")) else said)
