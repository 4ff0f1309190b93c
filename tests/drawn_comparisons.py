"""Small runs for the tests of comparison: over tables from marks, over answers from counts."""

from collections.abc import Mapping, Sequence

from evals.comparing.thresholds import Thresholds, load_thresholds
from evals.scoring.rates import TABLE_RATES
from evals.suite.run import CaseResult, EvalRun, Header, Rate

FAST: Thresholds = load_thresholds().model_copy(
    update={"permutations": 499, "resamples": 300, "resamples_each": 100}
)
ANSWERED = (
    Rate(name="right", title="答对", headline=True),
    Rate(name="invented", title="编造", better="low", headline=True),
)


def table_run(
    signs: Mapping[str, str], *, name: str = "run", items: Sequence[str] = (), **more: object
) -> EvalRun:
    """Return a run over tables: the marks of each report, which is its own cluster."""
    length = max((len(marks) for marks in signs.values()), default=0)
    results = [CaseResult(case=case, cluster=case, marks=marks) for case, marks in signs.items()]
    return run_of(
        results, name=name, items=tuple(items) or tuple(f"m{at}" for at in range(length)), **more
    )


def answer_run(counts: Mapping[str, tuple[float, float]], *, name: str = "run") -> EvalRun:
    """Return a run over questions; `counts` are right and invented, of one each."""
    results = [
        CaseResult(
            case=case, cluster=case.split("/")[0], verdict="right" if right else "wrong",
            counts={"right": (right, 1), "invented": (invented, 1)},
        )
        for case, (right, invented) in counts.items()
    ]  # fmt: skip
    return run_of(results, name=name, rates=ANSWERED)


def run_of(results: Sequence[CaseResult], *, name: str = "run", **more: object) -> EvalRun:
    """Return a run of these results."""
    made = {"task": "drawn", "data": "d", "code": "c", "rates": TABLE_RATES} | more
    return EvalRun(
        header=Header.model_validate({"name": name, "cases": len(results)} | made),
        results=tuple(results),
    )
