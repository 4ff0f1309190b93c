"""The baselines of a run, over the same cases: what its scores are worth."""

from assistant.prompts import Prompts
from evals.suite.run import EvalRun
from evals.suite.runner import Plan, run_task
from evals.tasks.registry import baseline_names, open_baseline
from evals.tasks.task import Task

BASELINE = "baseline-"  # begins the name of a run of one


def baseline_runs(task: Task, found: EvalRun) -> list[EvalRun]:
    """Return a run of each baseline of a task; none for a run that is a baseline itself."""
    if found.header.name.startswith(BASELINE):
        return []
    plan = Plan(
        None,
        Prompts(),
        most=found.header.cases,
        corpora=tuple(sorted({r.traits.get("corpus", "") for r in found.results} - {""})),
        code=found.header.code,
    )
    return [
        run_task(open_baseline(task, name), plan._replace(name=BASELINE + name))
        for name in baseline_names(task.name)
    ]
