"""Peers run over their cases, and one table of what they reached."""

from collections.abc import Callable, Sequence

from assistant.model_reply import ModelError
from evals.replay.door import Tally, tallied
from evals.scoring.rates import SPAN, Shares, count_shares, marks_of, ratio, table_shares
from evals.suite.run import CaseResult, EvalRun, Header
from evals.tasks.task import Case, Setting, Task


def run_peer(
    task: Task, setting: Setting, most: int, tell: Callable[[CaseResult], object]
) -> EvalRun:
    """Return the results of a peer over its first cases, `most` at most.

    A case whose reply the endpoint did not give is kept with the failure, and scores nothing.
    """
    results = []
    for case in task.cases()[:most]:
        results.append(_result(task, case, setting))
        tell(results[-1])
    header = Header(
        task=task.name, name=task.title, items=task.items, rates=task.rates,
        prompts=tuple(setting.prompts[name].id for name in task.prompts),
        model=setting.model.name if setting.model and task.needs_model else None,
        data="", code="", cases=len(results),
    )  # fmt: skip
    return EvalRun(header=header, results=tuple(results))


def _result(task: Task, case: Case, setting: Setting) -> CaseResult:
    tally = Tally(case=case.id, prompt=task.name, private=case.private)
    failure = ""
    with tallied(tally):
        try:
            found = task.run(case, setting)
        except ModelError as error:
            failure = tally.failure or str(error)
            found = CaseResult(case=case.id, cluster=case.cluster, traits=case.traits)
    return found.model_copy(
        update={
            "failure": failure or tally.failure,
            "seconds": round(tally.seconds, 3),
            "calls": tally.calls,
            "prompt_tokens": tally.prompt_tokens,
            "completion_tokens": tally.completion_tokens,
            "keys": tuple(tally.keys),
        }
    )


def shares_of(run: EvalRun) -> dict[str, Shares]:
    """Return hits and possible hits of every rate of a run."""
    held = [result for result in run.results if not result.failure]
    if not run.header.items:
        return count_shares(held, [rate.name for rate in run.header.rates])
    return {
        **table_shares(marks_of(held, len(run.header.items))),
        **count_shares(held, [SPAN]),
    }


def peer_tables(runs: Sequence[EvalRun]) -> str:
    """Return Markdown tables, one for each kind of task: a line a peer, a column a score."""
    groups: dict[tuple[str, ...], list[EvalRun]] = {}
    for run in runs:
        groups.setdefault(tuple(rate.title for rate in run.header.rates), []).append(run)
    return "\n".join(_table(titles, held) for titles, held in groups.items())


def _table(titles: Sequence[str], runs: Sequence[EvalRun]) -> str:
    head = ("对照", *titles, "例", "失败", "请求", "词元（入/出）", "秒")
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    return "\n".join([*lines, *(f"| {' | '.join(_cells(run))} |" for run in runs)]) + "\n"


def _cells(run: EvalRun) -> list[str]:
    shares = shares_of(run)
    failed = sum(bool(result.failure) for result in run.results)
    tokens = [sum(getattr(result, f"{side}_tokens") for result in run.results)
              for side in ("prompt", "completion")]  # fmt: skip
    return [
        run.header.name,
        *(_score(shares[rate.name]) for rate in run.header.rates),
        f"{len(run.results)}",
        f"{failed}",
        f"{sum(result.calls for result in run.results)}",
        f"{tokens[0]}/{tokens[1]}",
        f"{sum(result.seconds for result in run.results):.0f}",
    ]


def _score(shares: Shares) -> str:
    """Return a score in percent with its counts, so that a small sample shows as one."""
    value = ratio(shares)
    if value is None:
        return "—"
    return f"{100 * value:.1f}%（{shares.hits.sum():.0f}/{shares.of.sum():.0f}）"
