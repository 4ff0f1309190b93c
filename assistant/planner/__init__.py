"""The model as planner where the rules declined: it points and fills, code checks and reads.

A plan leaves here only when the rules read the question whole after every unread word was put
into known words, each word backed by a table or by its sound, and when nothing the model filled
in contradicts what was read. Otherwise the refusal of the rules stands.
"""

from assistant.planner.planner import plan_with_model

__all__ = ["plan_with_model"]
