"""Questions on the prose, answered: read, search, quote or let a model write, prove.

Text is composed by code or has passed the checks of `claims`; a report's text is quoted, its
orders are never followed.
"""

import re
import time
from collections.abc import Callable
from decimal import Decimal

from assistant.draft import Draft
from assistant.explain import explain
from assistant.library_view import LibraryView
from assistant.model_reply import Model
from assistant.names import Names
from assistant.operations.nothing import nothing_there
from assistant.operations.places import absent_rows, ambiguity_warnings, named_bodies
from assistant.plan import Plan, Understanding
from assistant.prompts import Prompts
from assistant.prose.asked import Asked
from assistant.prose.composing import Attempt, quoted_answer, swept_answer, written_answer
from assistant.prose.found import find_passages
from assistant.prose.joining import join
from assistant.prose.reach import reach_of
from assistant.prose.sheet import Sheet
from assistant.prose.topic import read_topic
from assistant.result import Answer, Limits
from assistant.trace import guarded
from index.normalise import normalise
from index.search.hit import PassageSearch

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
Tell = Callable[[str], None]


def answer_prose(
    question: str,
    understanding: Understanding,
    names: Names,
    library: LibraryView,
    search: PassageSearch,
    model: Model | None,
    prompts: Prompts,
    on_text: Tell | None = None,
    *,
    numbers: Answer | None = None,
    limits: Limits = Limits(),  # noqa: B008 - a constant
) -> Answer:
    """Return what the prose of the reports says; `numbers` is the answer to the other part.

    `understanding` is how the rules read the question. `on_text` gets the text of the prose part as
    it grows: together the pieces are that part, and nothing of it is taken back.
    """
    started = time.perf_counter()
    reading = read_topic(question, understanding, names)
    tell = on_text or (lambda _: None)
    if reading.plan is None:
        found = unread_answer(question, reading)
        tell(found.text)
    else:
        asked = _asked(question, reading.plan, names, library, search, limits)
        found = _answered(asked, library, model, prompts, tell)
        explanation = "\n".join((explain(reading.plan), *reading.notes))
        found = found.model_copy(update={"explanation": explanation})
    if numbers is not None:
        found = join(numbers, found, understanding.refused_part)
    elapsed = round((time.perf_counter() - started) * 1000)
    total = elapsed + (numbers.elapsed_ms if numbers is not None else 0)
    return guarded(found).model_copy(update={"elapsed_ms": total})


def _asked(
    question: str,
    plan: Plan,
    names: Names,
    library: LibraryView,
    search: PassageSearch,
    limits: Limits,
) -> Asked:
    absent = tuple(absent_rows(named_bodies(plan, Draft(library, limits))))
    sheet, reach = Sheet(library), reach_of(plan, library)
    return Asked(question, plan, reach, sheet, search, names, limits, absent)


def unread_answer(question: str, reading: Understanding) -> Answer:
    """Return a question back, or a refusal, in the words of the reading."""
    if reading.choices:
        text = "这个问题有几种读法，请指明是哪一种：" + "；".join(reading.choices) + "。"
        return Answer(question=question, status="clarify", text=text, choices=reading.choices)
    message = reading.refusal.message if reading.refusal else "问题没有读懂；请换一种问法。"
    # The message repeats the user's own words, and with them their numbers.
    said = _NUMBER.findall(question)
    figures = {f"said:{n}": Decimal(n) for n in said}
    return Answer(question=question, status="refused", text=message, figures=figures)


def _answered(
    asked: Asked, library: LibraryView, model: Model | None, prompts: Prompts, tell: Tell
) -> Answer:
    """Return the answer to a plan: swept, written or quoted."""
    draft = Draft(library, asked.limits)
    if not asked.reach.rids:
        found = _nothing_held(asked, draft)
        tell(found.text)
    elif asked.plan.operation == "mention":
        found = swept_answer(asked)
        tell(found.text)
    else:
        found = _from_passages(asked, model, prompts, tell)
    several = ambiguity_warnings(named_bodies(asked.plan, draft))
    warnings = tuple(dict.fromkeys((*found.warnings, *_unprinted(asked.plan, found), *several)))
    return found.model_copy(update={"warnings": warnings})


def _unprinted(plan: Plan, found: Answer) -> list[str]:
    """Say which numbers of the question stand in none of the quotes: a premise may be wrong."""
    if not found.rows:
        return []
    printed = {n for c in found.citations for n in _NUMBER.findall(normalise(c.quote))}
    return [
        f"问题里写的“{number}”，所引的原文里没有，请对照原文。"
        for number in dict.fromkeys(_NUMBER.findall(normalise(plan.topic)))
        if number not in printed
    ]


def _from_passages(asked: Asked, model: Model | None, prompts: Prompts, tell: Tell) -> Answer:
    """Return what a model writes from the passages, else the passages themselves."""
    found = find_passages(asked.plan, asked.question, asked.search, asked.reach)
    attempt = Attempt(None, ())
    if model is not None:
        attempt = written_answer(asked, found, model, prompts, tell)
        if attempt.answer is not None:
            return attempt.answer
    answer = quoted_answer(asked, found)
    tell(answer.text)
    warnings = (*attempt.warnings, *answer.warnings)
    return answer.model_copy(update={"warnings": warnings, "model": attempt.record})


def _nothing_held(asked: Asked, draft: Draft) -> Answer:
    """Return a refusal that says which places and years are there."""
    sketch = nothing_there(asked.plan, draft)
    return Answer(
        question=asked.question,
        status="refused",
        text="\n".join(sketch.sentences),
        plan=asked.plan,
        undecided=sketch.undecided,
        coverage=sketch.coverage,
        figures=sketch.figures,
        certificate=asked.sheet.certificate(asked.reach.run),
    )
