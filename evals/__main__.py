"""`nianbao eval`: how well search and the chains do, case by case; the command line of it."""

from pathlib import Path
from typing import Annotated

import typer

from assistant.commands.console import PromptOption, read_prompts, say, warn
from evals.chains.outcome import ChainRun, Outcome, totals_table
from evals.chains.run import CHAINS, run_chains
from index.model import NianbaoError

RESULTS = Path(__file__).parent / "results"

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@app.callback()
def suite() -> None:
    """评测：检索、提示词和模型做得怎样，逐例给出对、不答、错。"""  # noqa: D415


@app.command("run")
def run(
    chains: Annotated[
        list[str] | None, typer.Argument(metavar="链", help=f"{'、'.join(CHAINS)}；不给则全部")
    ] = None,
    prompt: PromptOption = None,
    most: Annotated[int, typer.Option("--most", help="每条链最多多少例")] = 10**9,
    write: Annotated[bool, typer.Option("--write", help="把结果写进 evals/results")] = False,
    json_: Annotated[bool, typer.Option("--json", help="在标准输出只打印 JSON")] = False,
) -> None:
    """用设置的模型逐例运行各条链。"""  # noqa: D415
    chosen = chains or list(CHAINS)
    if unknown := [name for name in chosen if name not in CHAINS]:
        raise typer.BadParameter(f"没有 {unknown[0]!r}；可用：{'、'.join(CHAINS)}")
    runs = []
    for found in run_chains(chosen, read_prompts(prompt or ()), most, _tell):
        runs.append(found)
        if write:
            _keep(found)
    say(*(one.model_dump_json() for one in runs) if json_ else [totals_table(runs)])
    if any(outcome.verdict == "wrong" for one in runs for outcome in one.outcomes):
        raise typer.Exit(1)


def _keep(found: ChainRun) -> None:
    """Keep a chain's outcomes, and the totals of all chains that are kept."""
    folder = RESULTS / "chains"
    folder.mkdir(exist_ok=True)
    path = folder / f"{found.chain}.json"
    path.write_text(found.model_dump_json(indent=1) + "\n", encoding="utf-8")
    kept = [folder / f"{chain}.json" for chain in CHAINS if (folder / f"{chain}.json").exists()]
    runs = [ChainRun.model_validate_json(path.read_bytes()) for path in kept]
    (RESULTS / "chains.md").write_text(totals_table(runs), encoding="utf-8")


def _tell(outcome: Outcome) -> None:
    """Say one outcome as it comes."""
    shown = " ".join((outcome.reason or outcome.shown).split())[:100]
    warn(f"{outcome.chain}\t{outcome.verdict}\t{outcome.seconds:.1f}s\t{outcome.case}\t{shown}")


def main() -> None:
    """Run the evaluation's command line; project errors end with their exit code."""
    from assistant.cli import explain

    try:
        app(prog_name="nianbao eval")
    except NianbaoError as error:
        raise SystemExit(explain(error)) from None


if __name__ == "__main__":
    main()
