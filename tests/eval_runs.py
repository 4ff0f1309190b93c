"""Made-up runs of the evaluation: the same arguments give the same run; no file, no model."""

from collections.abc import Sequence
from random import Random

from evals.comparing.comparison import Comparison, RateComparison
from evals.scoring import marks
from evals.scoring.rates import TABLE_RATES
from evals.suite.run import CaseResult, Detail, EvalRun, Header, Rate
from index.catalogue import load_metrics

FORMS, LAYOUTS = ("2021", "2019"), ("tab_grid", "docx", "bar_rows_plain")
_RIGHT = {"nonzero": marks.RIGHT, "zero": marks.ZERO_RIGHT, "nothing": marks.NOTHING_RIGHT}
_BAD = {
    "nonzero": (marks.MISSED, marks.WRONG),
    "zero": (marks.ZERO_MISSED, marks.ZERO_WRONG),
    "nothing": (marks.NOTHING_ZERO, marks.NOTHING_INVENTED),
}
_EXPECTED = {"nonzero": "7", "zero": "0", "nothing": None}


def header(task: str = "extract.tables", name: str = "手造", **changed: object) -> Header:
    fields = {"task": task, "name": name, "rates": TABLE_RATES, "data": "d1", "code": "c1"}
    return Header.model_validate(fields | changed)


def table_run(
    rows: Sequence[str], items: Sequence[str], traits: Sequence[dict[str, str]] = (),
    clusters: Sequence[str] = (), **changed: object,
) -> EvalRun:  # fmt: skip
    """Return a run over tables with these marks, one string a report."""
    results = tuple(
        CaseResult(
            case=f"samples/{number}", cluster=clusters[number] if clusters else str(number),
            traits=traits[number] if traits else {}, marks=row,
        )
        for number, row in enumerate(rows)
    )  # fmt: skip
    return EvalRun(header=header(items=tuple(items), cases=len(rows), **changed), results=results)


def counted_run(counts: Sequence[dict[str, tuple[float, float]]], rates: Sequence[Rate],
                verdicts: Sequence[str] = (), **changed: object) -> EvalRun:  # fmt: skip
    """Return a run of a task that counts, one mapping a case."""
    results = tuple(
        CaseResult(
            case=f"q/{number}", cluster=f"g{number // 2}", counts=one,
            verdict=verdicts[number] if verdicts else "",
        )
        for number, one in enumerate(counts)
    )  # fmt: skip
    head = header("ask", rates=tuple(rates), cases=len(counts), **changed)
    return EvalRun(header=head, results=results)


def make_run(
    reports: int = 30, items: int = 24, seed: int = 1, *, right: float = 0.9, name: str = "",
    gold: int = 0, repeats: int = 1, failing: int = 0,
) -> EvalRun:  # fmt: skip
    """Return a run over tables; runs with the same `gold` are over the same reports.

    `right` is the share of right cells; the last `failing` reports have no result.
    """
    metrics = tuple(load_metrics())[:items]
    kinds = _kinds(reports, items, gold)
    results = [
        _result(number, kinds[number], metrics, Random(f"{seed}-{repeat}-{number}"), right, repeat)
        if number < reports - failing
        else CaseResult(case=f"samples/{number:05}.txt", cluster=f"samples/{number:05}.txt",
                        traits=_traits(number), repeat=repeat, failure="端点没有回答")
        for repeat in range(repeats)
        for number in range(reports)
    ]  # fmt: skip
    head = header(
        name=name or f"造{seed}", items=metrics, repeats=repeats, cases=reports, files=reports,
        prompts=(f"extract_table@{seed:06}",), model="造出来的模型", replies="replay",
    )  # fmt: skip
    return EvalRun(header=head, results=tuple(results))


def _kinds(reports: int, items: int, gold: int) -> list[list[str]]:
    random = Random(f"gold-{gold}")
    weights = {"nonzero": 20, "zero": 60, "nothing": 20}
    return [random.choices(list(weights), list(weights.values()), k=items) for _ in range(reports)]


def _traits(number: int) -> dict[str, str]:
    return {
        "corpus": "samples",
        "form": FORMS[number % 2],
        "layout": LAYOUTS[number % 3],
        "defect": ("none", "chrome", "chrome+wrap")[number % 3],
    }


def _result(
    number: int, kinds: Sequence[str], metrics: Sequence[str], random: Random, right: float,
    repeat: int,
) -> CaseResult:  # fmt: skip
    report = f"{number:05}.txt"
    signs = [
        _RIGHT[kind] if random.random() < right else random.choice(_BAD[kind]) for kind in kinds
    ]
    details = tuple(
        Detail(item=item, mark=sign, report=report, expected=_EXPECTED[kind], got=_got(kind, sign))
        for item, kind, sign in zip(metrics, kinds, signs, strict=True)
        if sign in marks.BAD or sign == marks.RIGHT
    )
    return CaseResult(
        case=f"samples/{report}", cluster=f"samples/{report}", traits=_traits(number),
        marks="".join(signs), details=details,
        verdict="inexact" if marks.BAD & set(signs) else "exact",
        counts={"span": (1, 1)}, repeat=repeat, seconds=1.5, calls=3, prompt_tokens=900,
        completion_tokens=80,
    )  # fmt: skip


def _got(kind: str, sign: str) -> str | None:
    if sign in (marks.MISSED, marks.ZERO_MISSED):
        return None
    return "0" if sign == marks.NOTHING_ZERO else _EXPECTED[kind] if sign == marks.RIGHT else "5"


def rate_comparison(rate: str = "nonzero_recall", **changed: object) -> RateComparison:
    fields = {
        "rate": rate, "title": "非零召回", "before": 0.9, "after": 0.85, "difference": -0.05,
        "low": -0.08, "high": -0.02, "p": 0.004, "adjusted": 0.012, "smallest": 0.03,
        "margin": 0.02, "verdict": "regressed", "clusters": 12, "changed": 5,
    }  # fmt: skip
    return RateComparison.model_validate(fields | changed)


def comparison(**changed: object) -> Comparison:
    """Return a comparison of two made-up runs, with one score."""
    items = tuple(load_metrics())[:4]
    fields = {
        "before": header(name="现行提示词", items=items), "verdict": "regressed",
        "after": header(name="新提示词", items=items), "reason": "非零召回变差。", "alpha": 0.05,
        "rates": (rate_comparison(),), "cases": 12,
    }  # fmt: skip
    return Comparison.model_validate(fields | changed)
