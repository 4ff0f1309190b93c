"""What a conversation remembers, and what became of a question in it; reads no question."""

from assistant.plan import PROSE, Plan, Understanding
from assistant.result import Answer, Row
from index.model import Frozen

_KEPT = 6
_NAMED = 200


class Turn(Frozen):
    """One question with its answer; `resolved` is the question as it was read, made whole."""

    question: str
    resolved: str
    answer: Answer

    @property
    def plan(self) -> Plan | None:
        """The plan that was answered by cells.

        None when the question was refused or asked back, and for one that the prose answered,
        whose follow-ups stay questions in words.
        """
        plan = self.answer.plan
        return None if plan is None or plan.operation in PROSE else plan

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows of the answer in the order they were shown."""
        return self.answer.rows


class Resolved(Frozen):
    """A question made whole.

    `question` is what is to be read and answered; it is the question itself, with an empty `note`,
    where the history changes nothing. `asked_back` is set, and nothing is to be answered, when the
    follow-up fits in several ways or in none; `failed` is then why the model was of no help.
    """

    question: str
    note: str = ""
    asked_back: Understanding | None = None
    failed: str = ""


class Conversation(Frozen):
    """The last turns, oldest first."""

    turns: tuple[Turn, ...] = ()

    def after(self, question: str, resolved: str, answer: Answer) -> "Conversation":
        """Return the conversation with one more turn; only the last few are kept."""
        turn = Turn(question=question, resolved=resolved, answer=answer)
        return Conversation(turns=(*self.turns, turn)[-_KEPT:])

    def around(self, question: str) -> str:
        """Return the text whose places must be known to resolve `question` (see `Names.of`)."""
        if self.last is None:
            return question
        rows = self.last.rows[:_NAMED]
        names = (f"{r.province}{r.city}{r.county}{r.township or ''}{r.agency}" for r in rows)
        return "，".join((question, self.last.resolved, *names))

    @property
    def last(self) -> Turn | None:
        """The turn that a follow-up is about."""
        return self.turns[-1] if self.turns else None


def conversation_from(answer: Answer, resolved: str = "") -> Conversation:
    """Return the conversation in which `answer` (a saved one, say) was the last."""
    return Conversation().after(answer.question, resolved or answer.question, answer)
