"""The command that holds the program to its peers: peers."""

from pathlib import Path
from typing import Annotated

import typer

from assistant.commands.console import ChineseCommand, PromptOption, read_prompts, say, warn
from evals.replay.door import Replies
from evals.suite.run import CaseResult, EvalRun
from index.errors import MisuseError

_HELP = (
    "同样的例子、同一个模型，把本程序与 langextract、instructor、普通检索（前 4 段）、写 SQL "
    "放在一张表里比较。langextract 和 instructor 不随程序安装，且与锁定的版本不相容：另建一个环境，"
    "装 requirements-peers.txt，在其中运行这条命令；没装的不给名称时跳过，并说明。"
)


def register(app: typer.Typer) -> None:
    """Add the command to the evaluation."""
    app.command("peers", cls=ChineseCommand, help=_HELP)(peers)


def peers(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="名称", help="对照的名称；不给则全部")
    ] = None,
    replies: Annotated[
        Replies, typer.Option("--replies", help="replay 只用录制的，record 补录，live 不录")
    ] = "replay",
    tape: Annotated[Path, typer.Option("--tape", metavar="文件夹", help="模型回答的录制")] = Path(
        "evals/replies"
    ),
    most: Annotated[int, typer.Option("--most", min=1, help="每个对照最多多少例")] = 10**9,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="文件夹", help="把逐例结果写进这里")
    ] = None,
    prompt: PromptOption = None,
) -> None:
    """Run peers over their cases and print one table of each task."""
    from assistant.settings import load_settings
    from evals.peers.registry import chosen_names
    from evals.peers.running import peer_tables
    from evals.replay.model import open_taped_model
    from evals.replay.tape import Tape
    from evals.tasks.task import Setting

    chosen = chosen_names(tuple(names or ()))
    prompts = read_prompts(prompt or ())
    model = open_taped_model(load_settings(), Tape(tape), replies)
    runs = [
        run
        for name in chosen
        if (run := _run(name, Setting(model, prompts), most, named=bool(names))) is not None
    ]
    if out is not None:
        _keep(out, runs)
    say(peer_tables(runs))


def _run(name: str, setting: object, most: int, *, named: bool) -> EvalRun | None:
    """Return the run of a peer; one that is not installed is skipped unless it was named."""
    from evals.peers.registry import PEERS, open_peer
    from evals.peers.running import run_peer

    try:
        return run_peer(open_peer(name), setting, most, _tell)  # type: ignore[arg-type]
    except MisuseError as error:
        if named or not PEERS[name].extra:
            raise
        warn(f"跳过 {name}：{error}")
        return None


def _tell(result: CaseResult) -> None:
    """Say one result as it comes."""
    said = result.failure or result.reason or result.verdict
    warn(f"{result.seconds:.1f}s\t{result.case}\t{result.verdict}\t{' '.join(said.split())[:100]}")


def _keep(folder: Path, runs: list[EvalRun]) -> None:
    from evals.suite.run_file import write_run

    for run in runs:
        write_run(folder / f"{run.header.task}.jsonl", run)
