"""A follow-up made whole: by the rules, and where they cannot and a model is there, by it.

What the history changes is always a question in words that the rules read whole, and it is shown.
A question that stands on its own is left as it is. The first question of a conversation loads
nothing of what follow-ups need.
"""

from assistant.conversation.marks import strip_marks, words_of
from assistant.conversation.turns import Conversation, Resolved, Turn
from assistant.model_reply import ContextError, Model, ModelError, UnusableReplyError
from assistant.names import Names
from assistant.plan import Refusal, Understanding
from assistant.prompts import Prompts
from assistant.understand.lexer import segment
from assistant.understand.lexicon import VARIANTS
from assistant.understand.phrase import AmbiguousError, DeclinedError, several_readings
from assistant.understand.years import settle_bare_years
from index.normalise import squeeze

LONGEST = 60


def resolve(
    conversation: Conversation,
    question: str,
    names: Names,
    model: Model | None = None,
    prompts: Prompts | None = None,
) -> Resolved:
    """Return the question made whole by what was said before, the question itself otherwise.

    With a model and prompts, a follow-up that the rules could not place is put to the model.
    """
    turn = conversation.last
    if not question.strip() or len(question) > LONGEST:
        return Resolved(question=question)
    if turn is None:
        return _first(question, names)
    found = _by_rules(turn, question, names)
    declined = found.asked_back is not None and found.asked_back.refusal is not None
    if not declined or model is None or prompts is None:
        return found
    return _rewritten(found, turn, names, model, prompts)


def _first(question: str, names: Names) -> Resolved:
    """Ask back what 它 means where nothing was said before."""
    text = squeeze(question).translate(VARIANTS)
    if not any(word in text for word in words_of("one")):
        return Resolved(question=question)
    marked = strip_marks(question)
    tokens = settle_bare_years(segment(marked.rest, names))
    named = any(token.has("place", "bureau", "level") for token in tokens)
    if not marked.has("one") or named:
        return Resolved(question=question)
    message = "前面还没有问过，不知道指的是哪个地方。请写出地名再问。"
    refusal = Refusal(code="unread", message=message)
    return _asked_back(question, Understanding(refusal=refusal))


def _by_rules(turn: Turn, question: str, names: Names) -> Resolved:
    """Return what the rules make of a question after a turn."""
    from assistant.conversation.asked import read_asked, stands
    from assistant.conversation.following import followed

    asked = read_asked(question, names)
    try:
        text = followed(asked, turn, names)
    except AmbiguousError as several:
        return _asked_back(question, several_readings(several))
    except DeclinedError as declined:
        if stands(asked, names):
            return Resolved(question=question)
        return _asked_back(question, Understanding(refusal=declined.refusal))
    if text in ("", question):
        return Resolved(question=question)
    return Resolved(question=text, note=f"接着上一问，按“{text}”理解。")


def _rewritten(
    found: Resolved, turn: Turn, names: Names, model: Model, prompts: Prompts
) -> Resolved:
    """Return a declined follow-up as a model puts it; what the rules found when it cannot."""
    from assistant.conversation.rewrite import rewrite

    try:
        text = rewrite(turn, found.question, names, model, prompts)
    except ModelError as error:
        return found.model_copy(update={"failed": str(error)})
    except (UnusableReplyError, ContextError) as error:
        return found.model_copy(update={"note": f"语言模型没有帮上忙：{error}"})
    if not text:
        return found
    return Resolved(question=text, note=f"由语言模型接着上一问改写为“{text}”；请核对。")


def _asked_back(question: str, understanding: Understanding) -> Resolved:
    return Resolved(question=question, asked_back=understanding)
