"""A follow-up put into a whole question by the model, where the rules could not place it.

Accepted only when it says nothing that neither the follow-up nor the last question says, keeps
every word with meaning of the follow-up, and drops of the last question only what is replaced.
"""

from collections.abc import Sequence

from assistant.conversation.marks import strip_marks
from assistant.conversation.turns import Turn
from assistant.model_reply import Model
from assistant.names import Names
from assistant.prompts import Prompts
from assistant.understand import understand
from assistant.understand.lexer import Token, segment
from assistant.understand.phrase import SILENT
from assistant.understand.years import settle_bare_years

PROMPT = "rewrite_followup"
_MOST_TOKENS = 120
_MEASURES = ("row", "column", "cell", "fact", "request", "rate", "breakdown")
# Words that may replace one another: a new year takes the place of the last question's.
_SLOTS = (
    _MEASURES, ("year",), ("place", "bureau"), ("number", "set"), ("before", "after", "set"),
    ("level", "levels", "group"), ("superlative", "limit", "order"), ("aggregate", "weak_sum"),
    ("which", "how_many"),
)  # fmt: skip
_FINAL = ("unknown", "refuse", "unsupported", "ours", "approximate")
SCHEMA = {
    "type": "object",
    "properties": {"question": {"anyOf": [{"type": "string", "maxLength": 200}, {"type": "null"}]}},
    "required": ["question"],
    "additionalProperties": False,
}


def rewrite(turn: Turn, question: str, names: Names, model: Model, prompts: Prompts) -> str:
    """Return the whole question, "" when the model gave none that can be accepted.

    Raises ModelError, UnusableReplyError or ContextError when no reply can be used.
    """
    marked = strip_marks(question)
    said, last = _told(marked.rest, names), _told(turn.resolved, names)
    if (
        turn.plan is None
        or marked.old
        or not said
        or any(token.has(*_FINAL) for token in (*said, *last))
    ):
        return ""
    if any(sum(token.has(*kinds) for token in last) > 1 for kinds in _SLOTS):
        return ""
    messages = prompts[PROMPT].fill(last=_plain(turn.resolved), question=_plain(question))
    reply = model.ask(messages, SCHEMA, _MOST_TOKENS)
    text = (reply.data or {}).get("question") or ""
    whole = _told(text, names)
    accepted = _keeps(said, last, whole) and understand(text, names).plan is not None
    return text if accepted else ""


def _plain(text: str) -> str:
    return " ".join(text.replace("<", "＜").replace(">", "＞").split())


def _told(text: str, names: Names) -> list[Token]:
    tokens = settle_bare_years(segment(text, names))
    return [token for token in tokens if not token.kinds & SILENT]


def _keeps(said: Sequence[Token], last: Sequence[Token], whole: Sequence[Token]) -> bool:
    """Tell whether a rewriting is made of both, lacking only what the follow-up replaces."""
    new, old, made = ({_atom(t) for t in told} for told in (said, last, whole))
    replaced = {_slot(token) for token in said} - {None}
    stays = {_atom(token) for token in last if _slot(token) not in replaced}
    return len(made) == len(whole) and new <= made and stays <= made and made <= new | old


def _slot(token: Token) -> int | None:
    return next((n for n, kinds in enumerate(_SLOTS) if token.has(*kinds)), None)


def _atom(token: Token) -> tuple[object, ...]:
    """Return what a token says, whichever of its words says it."""
    number = (token.number.value, token.number.unit) if token.number else None
    entries = frozenset((entry.kind, entry.value) for entry in token.entries)
    text = token.text if token.has("unknown", "refuse") else ""
    return (entries, number, token.year, token.spots, token.limit, text)
