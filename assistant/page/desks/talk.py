"""What one visitor's session remembers of a conversation: the turns, and the last answer."""

from assistant.conversation import Conversation
from assistant.result import Answer
from index.model import Frozen


class Talk(Frozen):
    """A conversation with its last answer, None before the first and after a failure."""

    conversation: Conversation = Conversation()
    answer: Answer | None = None

    def after(self, answer: Answer) -> "Talk":
        """Return the talk with one more answer."""
        turns = self.conversation.after(
            answer.question, answer.resolved or answer.question, answer
        )
        return Talk(conversation=turns, answer=answer)
