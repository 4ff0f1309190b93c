"""Conversations: follow-ups made whole against the last plan, in words that are shown.

`resolve` gives the question to answer; `conversation_from` starts from a saved answer.
"""

from assistant.conversation.resolve import resolve
from assistant.conversation.turns import Conversation, Resolved, Turn, conversation_from

__all__ = ["Conversation", "Resolved", "Turn", "conversation_from", "resolve"]
