"""One question from start to end: history, the rules, the model as reader, the reports' prose.

The rules keep precedence wherever they read the whole question; the search engines and the model
are opened only when a question needs them, and the model never sees an answer in numbers.
"""

import time
from collections.abc import Callable
from typing import NamedTuple

from assistant.answer import answer_plan
from assistant.conversation import Conversation, resolve
from assistant.library_view import LibraryView
from assistant.model_reply import Model, ModelError, Usage, model_record
from assistant.names import Names
from assistant.plan import Understanding
from assistant.prompts import Prompts
from assistant.result import Answer, Limits
from assistant.understand import understand
from index.errors import OutsideError
from index.search.hit import PassageSearch

OnText = Callable[[str], None]
_NO_LIMITS = Limits()


class Doors(NamedTuple):
    """What a question may need besides the library; `search` and `model` open theirs when called.

    `model` gives None when none is set: everything then works by rules and quotes alone.
    """

    search: Callable[[], PassageSearch]
    model: Callable[[], Model | None]
    prompts: Prompts


class _Asked(NamedTuple):
    """A question made whole, with what answering it may need."""

    question: str
    library: LibraryView
    names: Names
    doors: Doors
    limits: Limits
    on_text: OnText | None


def ask(
    question: str,
    library: LibraryView,
    doors: Doors,
    limits: Limits = _NO_LIMITS,
    conversation: Conversation | None = None,
    on_text: OnText | None = None,
) -> Answer:
    """Return the answer to a question; `on_text` gets prose as it is written and checked.

    In a `conversation` a follow-up is made whole first, which `resolved` and `note` show.
    """
    started = time.perf_counter()
    said = conversation or Conversation()
    names = Names.of(library, said.around(question))
    model = doors.model() if said.last else None
    before = model.usage if model is not None else Usage()
    resolved = resolve(said, question, names, model, doors.prompts)
    rewriting = model is not None and (model.usage.calls > before.calls or bool(resolved.failed))
    if resolved.question != question:
        names = Names.of(library, resolved.question)
    asked = _Asked(resolved.question, library, names, doors, limits, on_text)
    if resolved.asked_back is not None:
        found = answer_plan(resolved.asked_back, library, question, limits)
    else:
        found = _answered(asked, understand(resolved.question, names))
    if model is not None and rewriting:
        record = model_record(model, _prompts_of(found, doors.prompts), before)
        found = _with_rewriting(found, record, resolved.failed)
    return found.model_copy(
        update={
            "question": question,
            "resolved": resolved.question if resolved.question != question else "",
            "note": resolved.note,
            "elapsed_ms": round((time.perf_counter() - started) * 1000),
        }
    )


def _prompts_of(found: Answer, prompts: Prompts) -> list[str]:
    """Return the prompt that rewrites follow-ups, and those the answer itself took."""
    from assistant.conversation.rewrite import PROMPT

    return [prompts[PROMPT].id, *(found.model or {}).get("prompts", ())]


def _with_rewriting(found: Answer, record: dict[str, object], failed: str) -> Answer:
    """Return the answer with what the model did, or could not do, to make the question whole."""
    whole = (found.model or {}) | record
    if failed:
        return _without_help(found, whole, failed)
    return found.model_copy(update={"model": whole})


def _without_help(found: Answer, record: dict[str, object], error: str) -> Answer:
    """Return an answer that the model was asked for in vain, with the reason."""
    warnings = (*found.warnings, f"语言模型没有帮上忙：{error}")
    return found.model_copy(update={"model": record | {"error": error}, "warnings": warnings})


def _answered(asked: _Asked, understanding: Understanding) -> Answer:
    """Return the answer by what the rules understood, or failing that by what a model reads."""
    refused = understanding.refusal or understanding.refused_part
    if refused is None or understanding.choices:
        return _planned(asked, understanding)
    # Only here: a question on numbers does not wait for it.
    from assistant.prose.topic import is_about_prose

    if refused.code == "prose" or is_about_prose(asked.question, understanding, asked.names):
        return _told(asked, understanding)
    if understanding.plan is None and refused.code == "unread":
        return _read_by_model(asked, understanding)
    return _planned(asked, understanding)


def _planned(asked: _Asked, understanding: Understanding) -> Answer:
    return answer_plan(understanding, asked.library, asked.question, asked.limits)


def _told(asked: _Asked, understanding: Understanding) -> Answer:
    """Return what the prose says, beside the numbers when the question also asks for these."""
    from assistant.prose.answering import answer_prose

    alone = understanding.model_copy(update={"refused_part": None})
    numbers = _planned(asked, alone) if understanding.plan is not None else None
    try:
        return answer_prose(
            asked.question,
            understanding,
            asked.names,
            asked.library,
            asked.doors.search(),
            asked.doors.model(),
            asked.doors.prompts,
            asked.on_text,
            numbers=numbers,
            limits=asked.limits,
        )
    except OutsideError as error:  # such as a damaged index: the numbers need none
        if numbers is None:
            raise
        warnings = (*numbers.warnings, f"只答了数字，没有查正文：{error}")
        return numbers.model_copy(update={"status": "partial", "warnings": warnings})


def _read_by_model(asked: _Asked, declined: Understanding) -> Answer:
    """Return the answer to the plan that a model filled, else the refusal of the rules."""
    model = asked.doors.model()
    if model is None:
        return _planned(asked, declined)
    from assistant.planner import plan_with_model

    before, prompt = model.usage, asked.doors.prompts["read_question"]
    try:
        read = plan_with_model(asked.question, asked.names, declined, model, asked.doors.prompts)
    except ModelError as error:
        found = _planned(asked, declined)
        return _without_help(found, _record(model, prompt.id, before), str(error))
    found = _planned(asked, read)
    return found.model_copy(update={"model": _record(model, prompt.id, before)})


def _record(model: Model, prompt: str, before: Usage) -> dict[str, object]:
    return model_record(model, [prompt], before)
