"""What one visitor's session remembers of a conversation: the turns, and the last answer."""

from assistant.conversation import Conversation, Turn
from assistant.result import Answer, Certificate
from index.model import Frozen


class Talk(Frozen):
    """A conversation with its last answer, None before the first and after a failure."""

    conversation: Conversation = Conversation()
    answer: Answer | None = None

    def after(self, answer: Answer) -> "Talk":
        """Return the talk with one more answer; of the earlier ones only the words are kept."""
        earlier = Conversation(turns=tuple(_slim(turn) for turn in self.conversation.turns))
        turns = earlier.after(answer.question, answer.resolved or answer.question, answer)
        return Talk(conversation=turns, answer=answer)

    def without_answer(self) -> "Talk":
        """Return the same conversation while no answer is shown."""
        return Talk(conversation=self.conversation)


def _slim(turn: Turn) -> Turn:
    """Return a turn without its lists: a follow-up looks only at those of the last."""
    lists = {"rows": (), "rejected": (), "undecided": (), "citations": ()}
    answer = turn.answer.model_copy(update=lists | {"certificate": Certificate()})
    return turn.model_copy(update={"answer": answer})
