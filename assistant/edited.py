"""Answers to a reading that the user edited: the plan runs as it is, and the answer says whose."""

from assistant.explain import explain
from assistant.library_view import LibraryView
from assistant.plan import PROSE, Plan, Understanding
from assistant.result import Answer, Limits
from index.errors import MisuseError

EDITED = "这个理解由使用者修改过，不是从问题里读出的。"
_CONTEXTS = 40


def answer_edited(
    plan: Plan,
    question: str,
    library: LibraryView,
    limits: Limits = Limits(contexts=_CONTEXTS),  # noqa: B008 - a constant
) -> Answer:
    """Return the answer to a plan that the user made of the reading of `question`.

    `resolved` is the plan in words, which a follow-up is about. Raises MisuseError for a plan that
    the prose answers.
    """
    from assistant.answer import answer_plan

    if plan.operation in PROSE:
        raise MisuseError("从正文里找的问题不能改理解后重新查询。请换一种问法重新提问。")
    found = answer_plan(read_as_edited(plan), library, question, limits)
    return found.model_copy(update={"edited": True, "resolved": words_of(plan, library)})


def read_as_edited(plan: Plan) -> Understanding:
    """Return an edited plan as the reading of a question."""
    return Understanding(plan=plan, notes=(EDITED,))


def words_of(plan: Plan, library: LibraryView) -> str:
    """Return a question that the rules read as the plan, the plan in words where there is none."""
    from assistant.conversation.readback import read_back
    from assistant.names import Names

    said = explain(plan)
    return read_back(plan, Names.of(library, said)) or said
