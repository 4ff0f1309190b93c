"""Runs a task over its cases: some at a time, resumable, each case counted; judges nothing."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from assistant.model_reply import Model, ModelError
from assistant.prompts import Prompts
from evals.replay.door import Tally, tallied
from evals.suite.prices import Price
from evals.suite.provenance import code_version, data_hash, versions
from evals.suite.run import CaseResult, EvalRun, Header
from evals.suite.run_file import line_of, read_part, write_run
from evals.tasks.task import Case, Setting, Task
from index.errors import MisuseError

Tell = Callable[[CaseResult], None]


class Plan(NamedTuple):
    """How to run: with which model and prompts, how often, how many cases at a time.

    `out` is the results file: what it holds already of the same run is not run again. `corpora`
    keeps only cases over these, when given. `code` is the revision, by default the checkout's;
    `versions` are hashes of what else the results come from.
    """

    model: Model | None
    prompts: Prompts
    replies: str = ""
    provider: str = ""
    price: Price | None = None
    repeats: int = 1
    most: int | None = None
    corpora: tuple[str, ...] = ()
    at_once: int = 1
    out: Path | None = None
    name: str = ""
    command: str = ""
    code: str = ""
    versions: Mapping[str, str] = {}


def run_task(task: Task, plan: Plan, tell: Tell = lambda _: None) -> EvalRun:
    """Return the run of a task; raises MisuseError when its model or a corpus is not there.

    A case whose model could not be reached has a `failure` and no score; it is run again when the
    same run is resumed.
    """
    if task.needs_model and plan.model is None:
        raise MisuseError(f"任务 {task.name!r} 要用语言模型，但没有设置，也没有录制的回答。")
    cases = chosen_cases(task, plan)
    header = header_of(task, plan, len(cases))
    done = _done(plan.out, header)
    wanted = [
        (case, repeat)
        for repeat in range(plan.repeats)
        for case in cases
        if (case.id, repeat) not in done
    ]
    for result in _run_all(task, plan, wanted, header):
        done[result.case, result.repeat] = result
        tell(result)
    results = tuple(done[case.id, repeat] for repeat in range(plan.repeats) for case in cases)
    run = EvalRun(header=header, results=results)
    if plan.out is not None:
        write_run(plan.out, run)
    return run


def chosen_cases(task: Task, plan: Plan) -> Sequence[Case]:
    """Return the cases to run; raises MisuseError for a corpus over which the task has none."""
    cases = task.cases()
    known = dict.fromkeys(case.traits.get("corpus", "") for case in cases)
    if unknown := [corpus for corpus in plan.corpora if corpus not in known]:
        raise MisuseError(
            f"任务 {task.name!r} 没有语料 {unknown[0]!r} 的例子；"
            f"可用：{'、'.join(filter(None, known)) or '没有'}。"
        )
    held = [c for c in cases if not plan.corpora or c.traits.get("corpus") in plan.corpora]
    return held[: plan.most]


def header_of(task: Task, plan: Plan, cases: int) -> Header:
    """Return what the run is made of."""
    model = plan.model if task.needs_model else None
    prompts = tuple(plan.prompts[name].id for name in task.prompts)
    made = (*prompts, *([model.name] if model else ()))
    code = plan.code or code_version()
    return Header(
        task=task.name, name=plan.name or "、".join(made) or f"{task.name}@{code}",
        items=task.items, rates=task.rates, prompts=prompts, model=model.name if model else None,
        provider=plan.provider or None if model else None, replies=plan.replies if model else "",
        parameters={"temperature": 0.0, "context": float(model.context)} if model else {},
        data=data_hash(task.files()), files=len(set(task.files())),
        code=code, versions=versions() | dict(plan.versions),
        currency=plan.price.currency if model and plan.price else None,
        repeats=plan.repeats, cases=cases, command=plan.command,
        started=datetime.now(UTC).isoformat(timespec="seconds"),
    )  # fmt: skip


def _done(out: Path | None, header: Header) -> dict[tuple[str, int], CaseResult]:
    """Return what a results file holds of this very run; begin it anew when it is another's."""
    kept: dict[tuple[str, int], CaseResult] = {}
    if out is None:
        return kept
    out.parent.mkdir(parents=True, exist_ok=True)
    if out.exists():
        old = read_part(out)
        if _same(old.header, header):
            kept = {(r.case, r.repeat): r for r in old.results if not r.failure}
    write_run(out, EvalRun(header=header, results=tuple(kept.values())))
    return kept


def _same(old: Header, new: Header) -> bool:
    """Tell whether two headers are of one run; when it was started does not matter."""
    free = {"started": "", "command": "", "name": "", "cases": 0}
    # A tree that was changed has no name: what it gave before is not to be trusted.
    settled = not new.code.endswith("+")
    return settled and old.model_copy(update=free) == new.model_copy(update=free)


def _run_all(
    task: Task, plan: Plan, wanted: Sequence[tuple[Case, int]], header: Header
) -> Iterator[CaseResult]:
    """Yield the results as they come, each first added to the results file."""
    setting = Setting(plan.model, plan.prompts)

    def one(case: Case, repeat: int) -> CaseResult:
        tally = Tally(case.id, " ".join(header.prompts), repeat, case.private)
        return run_case(task, case, setting, tally, plan.price)

    if plan.at_once < 2:
        yield from _kept(plan.out, (one(case, repeat) for case, repeat in wanted))
        return
    with ThreadPoolExecutor(plan.at_once) as pool:
        yield from _kept(plan.out, _as_done(pool, one, wanted, plan.at_once))


def _as_done(
    pool: ThreadPoolExecutor, one: Callable[[Case, int], CaseResult],
    wanted: Sequence[tuple[Case, int]], at_once: int,
) -> Iterator[CaseResult]:  # fmt: skip
    """Yield results in the order they are done; only a few are handed in ahead."""
    waiting = iter(wanted)
    running: set[Future[CaseResult]] = set()
    while True:
        while len(running) < 2 * at_once and (pair := next(waiting, None)):
            running.add(pool.submit(one, *pair))
        if not running:
            return
        done, running = wait(running, return_when=FIRST_COMPLETED)
        for future in done:
            yield future.result()


def _kept(out: Path | None, results: Iterable[CaseResult]) -> Iterator[CaseResult]:
    for result in results:
        if out is not None:
            with out.open("a", encoding="utf-8") as file:
                file.write(line_of(result))
        yield result


def run_case(
    task: Task, case: Case, setting: Setting, tally: Tally, price: Price | None
) -> CaseResult:
    """Return the result of one case with what it took; a model that is away is a failure."""
    started = time.perf_counter()
    with tallied(tally):
        try:
            result = task.run(case, setting)
            failure = tally.failure
        except ModelError as error:
            result = CaseResult(case=case.id, cluster=case.cluster, traits=case.traits)
            failure = tally.failure or str(error)
    took: dict[str, object] = {
        "repeat": tally.repeat,
        "seconds": round(time.perf_counter() - started - tally.wall + tally.seconds, 3),
        "calls": tally.calls,
        "prompt_tokens": tally.prompt_tokens,
        "completion_tokens": tally.completion_tokens,
        "keys": tuple(key[:16] for key in tally.keys),
        "failure": failure,
    }
    if failure:
        # What came of a chain whose model was away is no result of prompt or model.
        took |= {"marks": "", "counts": {}, "details": (), "verdict": ""}
    if tally.withheld:
        took["reason"] = (
            f"{result.reason} {tally.withheld} 个回答照抄了他人的原文，没有录下".strip()
        )
    if price is not None and not failure:
        took["cost"] = price.cost(tally.prompt_tokens, tally.completion_tokens)
    return result.model_copy(update=took)
