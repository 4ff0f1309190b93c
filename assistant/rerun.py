"""A saved answer against the answer that the same question gets now, field by field.

The question is read afresh by the rules and the plan compiled afresh: nothing of the saved file is
run. Only on the same snapshot of the library can the two be held against each other.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

from assistant.edited import EDITED, read_as_edited, words_of
from assistant.library_view import LibraryView
from assistant.plan import PROSE, Plan, Understanding
from assistant.proof.arithmetic import Json
from assistant.result import Answer
from index.search.hit import PassageSearch

Reader = Callable[[str, LibraryView], Understanding]

_ASIDE = ("elapsed_ms", "model", "certificate", "citations")
# How a follow-up was made whole rests on what was said before, which the file does not hold.
_HISTORY = ("question", "resolved", "note", "edited")
_PARTS = {
    "status": "状态",
    "text": "文字",
    "explanation": "对问题的理解",
    "plan": "查询计划",
    "prose": "正文部分的查询计划",
    "value": "数值",
    "unit": "单位",
    "ratio": "比值",
    "rows": "结果清单",
    "undecided": "无法判定清单",
    "rejected": "不符合清单",
    "coverage": "覆盖情况",
    "citations": "引文",
    "choices": "可选的读法",
    "warnings": "提醒",
    "figures": "附带的数",
}


_WARNED = "重新得出的提醒与保存的不同"


def read_by_rules(question: str, library: LibraryView) -> Understanding:
    """Return how the rules read a question."""
    from assistant.names import Names
    from assistant.understand import understand

    return understand(question, Names.of(library, question))


def comparable_now(answer: Json, library: LibraryView) -> bool:
    """Return whether the library is the one asked; a refusal names none and is asked of any."""
    snapshot = str((answer.get("certificate") or {}).get("snapshot") or "")
    return snapshot == library.snapshot or (not snapshot and not _has_proof(answer))


def rerun_problems(answer: Json, library: LibraryView, read: Reader) -> list[str]:
    """Return every part that differs from the answer to the same question now."""
    question = question_read(answer)
    understanding = read_again(answer, library, read)
    if _plan_json(understanding.plan) != _canonical(answer.get("plan")):
        return [f"问题{question!r}按规则读出的计划与回答里的计划不同"]
    found = [
        list(_differences(answer, _as_told(answer, one)))
        for one in _fresh(question, understanding, library)
    ]
    return min(found, key=len)


def _as_told(answer: Json, fresh: Json) -> Json:
    """Return a fresh refusal with what a model was of no help with: that cannot come again."""
    if answer.get("model") is None or fresh.get("plan") is not None:
        return fresh
    told = {name: answer.get(name) for name in ("explanation", "warnings")}
    return {**fresh, **told}


def question_read(answer: Json) -> str:
    """Return the question that was answered: made whole by a conversation, or as it was asked."""
    return str(answer.get("resolved") or answer.get("question") or "")


def read_again(answer: Json, library: LibraryView, read: Reader) -> Understanding:
    """Return how the question reads now; what a model read, or a user edited, stays."""
    if answer.get("edited") and answer.get("plan"):
        return read_as_edited(Plan.model_validate(answer["plan"]))
    understanding = read(question_read(answer), library)
    if not planned_by_model(answer) or understanding.plan is not None:
        return understanding
    said = str(answer.get("explanation") or "").split("\n")[1:]
    return Understanding(
        plan=Plan.model_validate(answer["plan"]),
        notes=tuple(said),
    )


def planned_by_model(answer: Json) -> bool:
    """Tell whether the answer says that a model read the question into a plan of numbers."""
    plan = answer.get("plan") or {}
    return bool(answer.get("model") and plan) and plan.get("operation") not in PROSE


def prose_rerun_problems(answer: Json, library: LibraryView, read: Reader) -> Iterator[str]:
    """Yield where the question reads otherwise now, or other reports are in scope.

    The search is not run again; of a question that also asks for numbers their half is answered
    afresh.
    """
    from assistant.names import Names
    from assistant.proof.prose import listed_reports
    from assistant.prose.reach import reach_of
    from assistant.prose.topic import read_topic

    question = question_read(answer)
    understanding = read(question, library)
    mixed = answer.get("prose") is not None
    if mixed:
        yield from _numbers_half(answer, understanding, library)
    plan = understanding.plan
    if mixed or plan is None or plan.operation not in PROSE:
        plan = read_topic(question, understanding, Names.of(library, question)).plan
    saved = answer.get("prose") if mixed else answer.get("plan")
    if plan is None or _plan_json(plan) != _canonical(saved):
        yield f"问题{question!r}读出的正文计划与回答里的不同"
        return
    reach = reach_of(plan, library)
    statements = (answer.get("certificate") or {}).get("statements") or ()
    if json.loads(reach.run.model_dump_json()) not in statements:
        yield "证书里所看报告的范围不是这个问题的范围"
    if plan.operation == "mention" and (answer.get("certificate") or {}).get("complete"):
        ids = library.query(
            "SELECT report_id FROM reports WHERE rid IN (SELECT unnest($1::INTEGER[]))",
            [list(reach.rids)],
        )
        if {str(report) for (report,) in ids} != listed_reports(answer):
            yield "清单里的报告不是所问范围内的全部报告"


def _numbers_half(
    answer: Json, understanding: Understanding, library: LibraryView
) -> Iterator[str]:
    """Yield where the first half of a joined answer is not what the numbers give now."""
    alone = understanding.model_copy(update={"refused_part": None})
    question = question_read(answer)
    found = [
        list(_differences(_half(answer, fresh), fresh))
        for fresh in _fresh(question, alone, library)
    ]
    yield from min(found, key=len)


def prose_again_problems(
    answer: Json, library: LibraryView, search: Callable[[], PassageSearch]
) -> list[str]:
    """Return every part that differs when the question is searched and answered again, by rules.

    Only for answers no model wrote in. Raises OutsideError when the search cannot be opened.
    """
    from assistant.answer import EVERYTHING, Limits
    from assistant.ask import Doors, ask
    from assistant.prompts import Prompts

    doors = Doors(search, lambda: None, Prompts())
    question = question_read(answer)
    found = [
        [
            problem
            for problem in _differences(answer, as_json(ask(question, library, doors, limits)))
            if answer.get("model") is None or problem != _WARNED
        ]
        for limits in (Limits(contexts=EVERYTHING.contexts), EVERYTHING)
    ]
    return min(found, key=len)


def numbers_lines(answer: Json, library: LibraryView, read: Reader) -> set[str]:
    """Return the lines that the numbers half of a joined answer says now; none without one."""
    if answer.get("prose") is None:
        return set()
    question = question_read(answer)
    alone = read(question, library).model_copy(update={"refused_part": None})
    return {line for one in _fresh(question, alone, library) for line in one["text"].split("\n")}


def frame_problems(answer: Json, library: LibraryView, read: Reader) -> list[str]:
    """Return what code works out otherwise of an answer in which a model wrote sentences."""
    from assistant.proof.framed import framed_problems

    if answer.get("prose") is None:
        return list(framed_problems(answer, library, None))
    question = question_read(answer)
    alone = read(question, library).model_copy(update={"refused_part": None})
    halves = _fresh(question, alone, library)
    return min((list(framed_problems(answer, library, one)) for one in halves), key=len)


def _half(answer: Json, fresh: Json) -> Json:
    """Return a joined answer cut to the lengths of its numbers' half."""
    half = dict(answer)
    for name in ("rows", "undecided", "rejected", "citations", "choices"):
        half[name] = list(answer.get(name) or ())[: len(fresh[name])]
    half["text"] = str(answer.get("text") or "")[: len(fresh["text"])]
    half["figures"] = {
        k: v for k, v in (answer.get("figures") or {}).items() if not k.startswith("prose:")
    }
    certificate = dict(answer.get("certificate") or {})
    for name in ("statements", "support"):
        certificate[name] = list(certificate.get(name) or ())[: len(fresh["certificate"][name])]
    certificate["complete"] = fresh["certificate"]["complete"]
    # What the halves share, or the prose adds to, is not told apart.
    for name in ("status", "explanation", "warnings", "prose"):
        half[name] = fresh[name]
    return {**half, "certificate": certificate}


def edited_problems(answer: Json, library: LibraryView) -> Iterator[str]:
    """Yield where an answer and its words disagree on whether the user edited the reading."""
    said = EDITED in str(answer.get("explanation") or "").split("\n")
    edited = bool(answer.get("edited"))
    if said != edited:
        yield "理解是否由使用者修改过，回答里前后不一"
    if not edited:
        return
    plan = Plan.model_validate(answer["plan"]) if answer.get("plan") else None
    if plan is None or plan.operation in PROSE or answer.get("prose"):
        yield "回答称理解由使用者修改过，但这种回答的理解不能修改"
    elif comparable_now(answer, library) and words_of(plan, library) != answer.get("resolved"):
        yield f"修改后的计划说成{answer.get('resolved')!r}，与计划不符"


def explanation_problems(answer: Json) -> Iterator[str]:
    """Yield when the first line of the explanation does not say the plan."""
    from assistant.explain import explain

    if not answer.get("plan"):
        return
    said = str(answer.get("explanation") or "").split("\n", 1)[0]
    meant = explain(Plan.model_validate(answer["plan"]))
    if said != meant:
        yield f"对问题的理解写的是{said!r}，按计划应为{meant!r}"


def _has_proof(answer: Json) -> bool:
    certificate: Json = answer.get("certificate") or {}
    return bool(certificate.get("statements") or certificate.get("support"))


def _fresh(question: str, reading: Understanding, library: LibraryView) -> Iterator[Json]:
    """Yield the answer with the usual limits and with none, both with contexts."""
    from assistant.answer import EVERYTHING, Limits, answer_plan

    for limits in (Limits(contexts=EVERYTHING.contexts), EVERYTHING):
        yield as_json(answer_plan(reading, library, question, limits))
    if reading.plan is None and reading.refusal and reading.refusal.code in ("prose", "unread"):
        from assistant.names import Names
        from assistant.prose.answering import unread_answer
        from assistant.prose.topic import read_topic

        topic = read_topic(question, reading, Names.of(library, question))
        if topic.plan is None:
            yield as_json(unread_answer(question, topic))


def as_json(answer: Answer) -> Json:
    """Return an answer as a file of it is read."""
    found: dict[str, Any] = json.loads(answer.model_dump_json())
    return found


def _differences(saved: Json, fresh: Json) -> Iterator[str]:
    for name, one in fresh.items():
        if name not in (*_ASIDE, *_HISTORY) and _canonical(saved.get(name)) != _canonical(one):
            yield f"重新得出的{_PARTS[name]}与保存的不同"
    if not _same_citations(saved.get("citations") or [], fresh["citations"]):
        yield f"重新得出的{_PARTS['citations']}与保存的不同"
    yield from _certificate_differences(saved.get("certificate") or {}, fresh["certificate"])


def _certificate_differences(saved: Json, fresh: Json) -> Iterator[str]:
    def shape(certificate: Json) -> list[tuple[Any, Any]]:
        return [(s.get("sql"), s.get("params")) for s in certificate.get("statements") or ()]

    if shape(saved) != shape(fresh):
        yield "证书里的查询语句不是这个问题的查询语句"
    elif saved.get("statements") != fresh["statements"]:
        yield "重新运行查询，结果与证书不同"
    if _canonical(saved.get("support")) != _canonical(fresh["support"]):
        yield "重新运行查询，原文数字与证书不同"
    for name in ("version", "snapshot", "complete"):
        if saved.get(name) != fresh[name]:
            yield f"证书的{name}写{saved.get(name)!r}，应为{fresh[name]!r}"


def _same_citations(saved: list[Json], fresh: list[Json]) -> bool:
    """Return whether the places are the same; the words before one may be left out, not changed."""
    if len(saved) != len(fresh):
        return False
    return all(
        one.get("context") in ("", None, other["context"])
        and _canonical({**one, "context": ""}) == _canonical({**other, "context": ""})
        for one, other in zip(saved, fresh, strict=True)
    )


def _plan_json(plan: Plan | None) -> str:
    return _canonical(None if plan is None else json.loads(plan.model_dump_json()))


def _canonical(value: Any) -> str:  # Any: JSON
    """Return JSON as text, so that true is not 1."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
