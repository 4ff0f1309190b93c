"""The history of the prompts, from recorded replies: `python -m evals.trials [--write]`.

Exit 4 when a reply is not recorded.
"""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

from assistant.prompts import Prompts
from evals.comparing.thresholds import load_thresholds
from evals.pages.markdown import render_markdown
from evals.readme import MORE
from evals.scoring.scores import score_run
from evals.suite.door import Door
from evals.suite.run_file import write_run
from evals.tasks.registry import open_task
from evals.trials.recorded import model_table, replay_runs
from evals.trials.trial import Tried, load_trials, try_versions

RESULTS = Path(__file__).parents[1] / "results"


def main() -> int:
    """Print the table of versions; `--write` keeps it and the runs under evals/results."""
    reader = argparse.ArgumentParser(prog="python -m evals.trials", description=__doc__)
    reader.add_argument("--write", action="store_true", help="keep table and runs")
    reader.add_argument("--record", action="store_true", help="ask the model for what is missing")
    asked = reader.parse_args()
    door = Door("record" if asked.record else "replay")
    plan = door.plan(open_task(load_trials()[0].task), Prompts())
    tried = list(try_versions(plan, load_thresholds()))
    replayed = list(replay_runs(door))
    texts = {"prompts": history_table(tried), "model": model_table(replayed)}
    print("\n".join(texts.values()))
    if asked.write:
        _keep(texts, tried)
    runs = [one.run for one in tried]
    runs += [run for one in replayed for run in (one.run, *one.peers)]
    if any(result.failure for run in runs for result in run.results):
        return 4
    return 0


def _keep(texts: Mapping[str, str], tried: Sequence[Tried]) -> None:
    """Keep the tables, the run of each version, and a page of each comparison."""
    for name, text in texts.items():
        (RESULTS / f"{name}.md").write_text(text, encoding="utf-8")
    folder = RESULTS / "prompts"
    for one in tried:
        name = f"{one.trial.prompt}.{one.trial.version}"
        write_run(folder / f"{name}.jsonl", one.run)
        if one.comparison is not None:
            (folder / f"{name}.md").write_text(render_markdown(one.comparison), encoding="utf-8")


def history_table(tried: Sequence[Tried]) -> str:
    """Return the history as Markdown: what was claimed of each version, and what came."""
    model = tried[0].run.header.model
    verdicts = "; ".join(
        f"{one.trial.prompt} {one.trial.version} beside {one.trial.against}"
        f" {one.comparison.verdict} (expected {one.trial.expect})"
        for one in tried
        if one.comparison is not None
    )
    lines = [
        f"### Prompts tried on the small model {model}",
        "",
        f"{verdicts}. `python -m evals.trials --write`, from recorded replies. {MORE}",
        "",
        "Each version is held to the one named, paired by report: the verdict is over the",
        "headline scores (p after Holm, clustered permutation test). `evals/trials/trials.toml`",
        "says why each version was written and what was expected of it beforehand.",
        "",
    ]
    for prompt in dict.fromkeys(one.trial.prompt for one in tried):
        own = [one for one in tried if one.trial.prompt == prompt]
        lines += _table(own)
    return "\n".join(lines) + "\n"


def _table(tried: Sequence[Tried]) -> list[str]:
    rates = [rate for rate in tried[0].run.header.rates if rate.headline]
    titles = " | ".join(rate.name for rate in rates)
    lines = [
        f"| {tried[0].trial.prompt} | {titles} | held to | expected | verdict | why |",
        f"|---|{'--:|' * len(rates)}---|---|---|---|",
    ]
    for one in tried:
        scores = {score.rate: score.ratio for score in score_run(one.run).rates}
        shown = " | ".join(_share(scores.get(rate.name)) for rate in rates)
        verdict = one.comparison.verdict if one.comparison else "—"
        current = " (current)" if one.trial.current else ""
        lines.append(
            f"| {one.trial.version}{current} `{one.run.header.prompts[0]}` | {shown}"
            f" | {one.trial.against or '—'} | {one.trial.expect or '—'} | **{verdict}**"
            f" | {one.trial.why} |"
        )
    return [*lines, ""]


def _share(ratio: float | None) -> str:
    return "—" if ratio is None else f"{ratio:.3f}"


if __name__ == "__main__":
    raise SystemExit(main())
