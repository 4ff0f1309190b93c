"""One run beside others of the same task, such as its baselines: what its scores are worth."""

from collections.abc import Sequence
from typing import NamedTuple

from assistant.markup import visible
from evals.scoring.scores import Scores, score_run
from evals.scoring.shown import NONE, amount, duration, money, percent, share_of, titled
from evals.suite.run import EvalRun
from index.errors import MisuseError

_MARKDOWN = str.maketrans({c: f"\\{c}" for c in "\\`*_[]#|~$"} | {"<": "&lt;", "@": "&#64;"})


class Beside(NamedTuple):
    """Runs of one task as the rows of a table, with what makes them unlike each other."""

    titles: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]


def beside(runs: Sequence[EvalRun]) -> str:
    """Return a Markdown table with a row for each run and a column for each headline score."""
    return beside_markdown([score_run(run) for run in runs])


def beside_markdown(runs: Sequence[Scores]) -> str:
    """Return the same table of runs that are scored already."""
    table = beside_scores(runs)
    lines = [table.titles, tuple("---" for _ in table.titles), *table.rows]
    written = ["| " + " | ".join(map(markdown, line)) + " |" for line in lines]
    return "\n".join([*written, *(f"\n{markdown(note)}" for note in table.notes)]) + "\n"


def beside_scores(runs: Sequence[Scores], *, counts: bool = True) -> Beside:
    """Return the runs beside each other; raises MisuseError when their tasks differ.

    `counts` gives the counts with every score; a narrow screen has no room for them.
    """
    tasks = sorted({run.header.task for run in runs})
    if len(tasks) != 1:
        raise MisuseError(f"只能把同一项任务的结果放在一起，这里有 {tasks!r}。请分开给出。")
    titles: dict[str, str] = {}
    for run in runs:
        titles |= {score.rate: titled(score) for score in run.headline()}
    rows = tuple(_row(run, tuple(titles), counts) for run in runs)
    return Beside(("运行", "例数", *titles.values(), "用时", "费用"), rows, tuple(_notes(runs)))


def markdown(text: str) -> str:
    """Return text that Markdown shows as it stands, on one line: no link, mention or markup."""
    plain = visible(" ".join(text.split())).translate(_MARKDOWN)
    return plain.replace("://", ":&#47;/").replace("www.", "www&#46;")


def _row(run: Scores, rates: tuple[str, ...], counts: bool) -> tuple[str, ...]:
    held = {
        s.rate: share_of(s.ratio, s.hits, s.of) if counts else percent(s.ratio) for s in run.rates
    }
    took = run.took
    return (
        run.header.name,
        f"{run.cases}" + (f"（{len(run.failed)} 次没有结果）" if run.failed else ""),
        *(held.get(rate, NONE) for rate in rates),
        duration(took.seconds),
        f"{money(took.cost, took.currency)}" if took.cost is not None
        else f"{amount(took.calls)} 次调用" if took.calls else NONE,
    )  # fmt: skip


def _notes(runs: Sequence[Scores]) -> list[str]:
    notes = []
    if len({run.header.data for run in runs}) > 1:
        notes.append("注意：各次运行的数据（金标准、例题或报告）不是同一版。")
    if len({run.cases for run in runs}) > 1:
        notes.append("注意：各次运行的例数不同，不能逐项相比。")
    if any(run.failed for run in runs):
        notes.append("注意：没有结果的例不计入任何得分。")
    return notes
