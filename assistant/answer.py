"""From an understood question to a proven answer: judge in SQL, sketch, cite, certify, guard."""

import time
from collections.abc import Callable, Mapping

from assistant.caution import cautions
from assistant.certificate import certify
from assistant.data import read_rows
from assistant.draft import Draft
from assistant.explain import explain
from assistant.hints import hint
from assistant.library_view import LibraryView
from assistant.operations.aggregate import aggregate
from assistant.operations.change import changes
from assistant.operations.comparable import comparable
from assistant.operations.compare import compare
from assistant.operations.holdings import inventory, unfiled
from assistant.operations.listing import list_reports
from assistant.operations.lookup import look_up, say_claim
from assistant.operations.quality import checks, incomplete
from assistant.operations.sketch import Sketch
from assistant.plan import PROSE, Operation, Plan, Understanding
from assistant.result import EVERYTHING, Answer, Coverage, Limits
from assistant.trace import guarded
from index.catalogue import load_metrics
from index.model import NianbaoError

__all__ = ["EVERYTHING", "Answer", "Limits", "answer", "answer_plan", "warm_up"]

_OPERATIONS: Mapping[Operation, Callable[[Plan, Draft], Sketch]] = {
    "lookup": look_up,
    "list": list_reports,
    "count": list_reports,
    "rank": list_reports,
    "aggregate": aggregate,
    "compare": compare,
    "change": changes,
    "check": checks,
    "inventory": inventory,
    "comparable": comparable,
}
_SIMPLE = ("库里有哪些年份的报告", "库里有多少份报告")
_ONE_BY_ONE = ("lookup", "missing", "check", "inventory", "comparable")
_NEEDS_MEASURE = ("lookup", "rank", "compare", "change")


def answer(question: str, library: LibraryView, limits: Limits = Limits()) -> Answer:  # noqa: B008
    """Return the answer to a question in Chinese, read by the rules."""
    from assistant.names import Names
    from assistant.understand import understand

    started = time.perf_counter()
    understanding = understand(question, Names.of(library, question))
    found = answer_plan(understanding, library, question, limits)
    return _timed(found, started)


def warm_up(library: LibraryView) -> None:
    """Load what the first questions of a process would wait for: words, names, the usual cells.

    For a process that stays, such as the page; a single command is quicker without.
    """
    usual = [
        number
        for number, metric in enumerate(load_metrics().values())
        if metric.form_2021 and (metric.section == "二" or metric.column == "总计")
    ]
    library.query("SELECT 1", (), usual)
    for question in _SIMPLE:
        answer(question, library)


def answer_plan(
    understanding: Understanding,
    library: LibraryView,
    question: str = "",
    limits: Limits = Limits(),  # noqa: B008 - a constant
) -> Answer:
    """Return the answer to a question that was read already."""
    started = time.perf_counter()
    if understanding.plan is None:
        return _timed(_unplanned(understanding, question, library), started)
    plan = understanding.plan
    draft = Draft(library, limits)
    sketch = _sketch(plan, draft)
    found = _assemble(understanding, plan, draft, sketch, question)
    return _timed(guarded(found), started)


def _unitless(plan: Plan) -> str:
    """Return why the numbers of a plan cannot be added up or compared; "" when they can."""
    if plan.operation in _ONE_BY_ONE:
        return ""
    measures = (*plan.measures, *(condition.measure for condition in plan.conditions))
    why = {row["metric"]: row["why"] for row in read_rows("unitless.csv")}
    terms = (t for m in measures for t in (*m.terms, *m.over))
    return next((f"{why[t]}。" for t in terms if t in why), "")


def _sketch(plan: Plan, draft: Draft) -> Sketch:
    """Run the operation; a plan that lacks its measure is asked back."""
    if why := _unitless(plan):
        return Sketch("refused", (why,))
    if plan.operation in PROSE:
        return Sketch("refused", ("这个问题要从报告的正文里找，不能只用表格数字回答。",))
    if plan.operation in _NEEDS_MEASURE and not plan.measures:
        return Sketch("clarify", ("请说明要问哪一项数字，例如行政许可、行政处罚、新收申请。",))
    if plan.operation == "missing":
        if plan.missing == "report":
            return unfiled(plan, draft)
        whole = plan.missing == "section" or not plan.measures
        return incomplete(plan, draft) if whole else list_reports(plan, draft)
    return say_claim(plan, _OPERATIONS[plan.operation](plan, draft))


def _assemble(
    understanding: Understanding, plan: Plan, draft: Draft, sketch: Sketch, question: str
) -> Answer:
    """Return the answer with its warnings, citations and certificate."""
    status, sentences = sketch.status, list(sketch.sentences)
    left_out = understanding.refused_part
    if left_out is not None:
        sentences.append(left_out.message)
        status = "partial" if status == "answered" else status
    warnings = (*sketch.warnings, *_cut(sketch), *cautions(draft))
    return Answer(
        question=question,
        status=status,
        text="\n".join(sentences),
        explanation="\n".join((explain(plan), *understanding.notes)),
        plan=plan,
        value=sketch.value,
        unit=sketch.unit,
        ratio=sketch.ratio,
        rows=sketch.rows,
        undecided=sketch.undecided,
        rejected=sketch.rejected,
        coverage=sketch.coverage,
        citations=draft.citations(),
        choices=sketch.choices or understanding.choices,
        warnings=tuple(dict.fromkeys(warnings)),
        figures=sketch.figures,
        certificate=certify(draft, sketch),
    )


def _cut(sketch: Sketch) -> list[str]:
    """Say which lists are not shown whole."""
    lists = (
        ("不符合的", sketch.coverage.rejected, len(sketch.rejected)),
        ("无法判定的", sketch.coverage.undecidable, len(sketch.undecided)),
    )
    return [
        hint("cut", name=name, whole=whole, shown=shown)
        for name, whole, shown in lists
        if 0 < shown < whole
    ]


def _unplanned(understanding: Understanding, question: str, library: LibraryView) -> Answer:
    """Return a refusal or a question back, in the words of the reading."""
    if understanding.choices:
        return Answer(
            question=question,
            status="clarify",
            text="这个问题有几种读法，请指明是哪一种：" + "；".join(understanding.choices) + "。",
            explanation="".join(understanding.notes),
            choices=understanding.choices,
        )
    refusal = understanding.refusal
    if refusal is None:
        raise NianbaoError("问题没有读懂，也没有说明原因；请换一种问法。")
    rows = library.query("SELECT count(*) FROM reports WHERE role = 'current'")
    return Answer(
        question=question,
        status="refused",
        text=refusal.message,
        explanation="".join(understanding.notes),
        coverage=Coverage(reports=0),
        figures={"library": rows[0][0]},
    )


def _timed(found: Answer, started: float) -> Answer:
    elapsed = round((time.perf_counter() - started) * 1000)
    return found.model_copy(update={"elapsed_ms": elapsed})
