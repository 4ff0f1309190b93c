"""Ask the model how it reads a declined question; act only on what tables and the rules confirm."""

from typing import NamedTuple

from assistant.model_reply import ContextError, Model, UnusableReplyError
from assistant.names import Names
from assistant.plan import Plan, Understanding
from assistant.planner.agree import contradicts, says_the_same
from assistant.planner.evidence import (
    MEASURE_KINDS,
    Meaning,
    Unread,
    asks_an_operation,
    unread_words,
)
from assistant.planner.filled import UNKNOWN, Filled, filled_from, schema_for
from assistant.planner.menu import NOTHING, Menu, build_menu
from assistant.planner.shapes import ranked_with_another
from assistant.prompts import Prompts
from assistant.understand import LONGEST, understand
from assistant.understand.lexer import Token, segment
from assistant.understand.years import settle_bare_years

PROMPT = "read_question"
_MOST_WORDS = 3
_MOST_TOKENS = 200
# Words the rules know and never answer; the model is not asked to think otherwise.
_FINAL = ("refuse", "unsupported", "ours", "approximate", "relative_year")
_CHECK = "请核对"


class _Case(NamedTuple):
    """A declined question: its tokens, where it was not read, and the menu for it."""

    question: str
    names: Names
    declined: Understanding
    tokens: tuple[Token, ...]
    unread: list[Unread]
    menu: Menu


def plan_with_model(
    question: str, names: Names, declined: Understanding, model: Model, prompts: Prompts
) -> Understanding:
    """Return the reading of a question that the rules declined, or their refusal with a note.

    Only what was unread is asked about; every other refusal stands without the model being asked.
    Raises ModelError when the endpoint gives nothing.
    """
    case = _case(question, names, declined)
    if case is None:
        return declined
    try:
        filled = _ask(case, model, prompts)
    except (UnusableReplyError, ContextError) as error:
        return _with_note(declined, f"语言模型没有给出可用的解读（{error}）。")
    return _accepted(case, filled)


def _case(question: str, names: Names, declined: Understanding) -> _Case | None:
    """Return what the model can be asked, None when there is nothing it may decide."""
    if declined.refusal is None or declined.refusal.code != "unread" or len(question) > LONGEST:
        return None
    tokens = settle_bare_years(segment(question, names))
    if any(token.has(*_FINAL) for token in tokens):
        return None
    unread = unread_words(tokens)
    menu = build_menu(tokens, unread, names)
    places = (_is_place(*pair) for pair in zip(unread, menu.backed, strict=True))
    if len(unread) > _MOST_WORDS or any(places):
        return None
    return _Case(question, names, declined, tokens, unread, menu)


def _is_place(word: Unread, backed: tuple[Meaning, ...]) -> bool:
    """Tell whether an unread word is a place's name: an ending follows it (李家沟镇)."""
    return word.after is not None and word.after.has("level") and not backed


def _ask(case: _Case, model: Model, prompts: Prompts) -> Filled:
    words = [
        f"word_{n}={word.text}（{'、'.join((*choices, UNKNOWN))}）"
        for n, (word, choices) in enumerate(
            zip(case.unread, case.menu.choices, strict=True), start=1
        )
    ]
    messages = prompts[PROMPT].fill(
        question=_plain(case.question),
        words=" ".join(words) or "无",
        menu="、".join(case.menu.shown),
    )
    schema = schema_for(case.menu.choices, case.menu.shown)
    reply = model.ask(messages, schema, _MOST_TOKENS)
    if reply.data is None:
        raise UnusableReplyError("模型的回答里没有填好的表")
    return filled_from(reply.data, len(words))


def _plain(question: str) -> str:
    """Return a question on one line that cannot close the marks around it."""
    return " ".join(question.replace("<", "＜").replace(">", "＞").split())


def _accepted(case: _Case, filled: Filled) -> Understanding:
    """Return the reading that the filled form leads to, if all checks pass."""
    if case.unread:
        return _with_words(case, filled)
    if (plan := ranked_with_another(filled, case.menu, case.tokens, case.names)) is not None:
        return _read(plan, f"由语言模型解读：{_roles(plan)}；{_CHECK}。")
    return _reworded(case, filled)


def _roles(plan: Plan) -> str:
    ranked, *shown = plan.measures
    return f"按{ranked.label}排名，并列出{'、'.join(m.label for m in shown)}"


def _with_words(case: _Case, filled: Filled) -> Understanding:
    """Read the question with each unread word put into the known word the model chose."""
    chosen = [case.menu.named(said) for said in filled.words]
    told = [entry.word for entry in chosen if entry is not None]
    if len(told) < len(case.unread):
        return case.declined
    text = _put(case, told)
    found = understand(text, case.names)
    if found.refusal is not None or found.refused_part is not None or not _keeps(case, told, text):
        return case.declined
    backed = zip(case.menu.backed, told, strict=True)
    if not all(any(m.word == word for m in known) for known, word in backed):
        return _suggested(case, told, text) if _sensible(case, filled) else case.declined
    operation = any(asks_an_operation(word) for word in told)
    if found.plan and contradicts(filled, found.plan, case.menu, case.tokens, operation=operation):
        return case.declined
    return _with_note(found, f"由语言模型解读：{_taken(case, told)}；{_CHECK}。")


def _sensible(case: _Case, filled: Filled) -> bool:
    """Tell whether the model asks about what it takes an unread word for, itself no modifier."""
    beside = [token for word in case.unread for token in (word.before, word.after) if token]
    narrows = any(token.has(*MEASURE_KINDS) for token in beside)
    return filled.measure in filled.words and NOTHING not in filled.words and not narrows


def _put(case: _Case, told: list[str]) -> str:
    """Return the question with the words put in place of the unread ones."""
    text = "".join(token.text for token in case.tokens)
    for word, known in reversed(list(zip(case.unread, told, strict=True))):
        text = text[: word.start] + known + text[word.end :]
    return text


def _keeps(case: _Case, told: list[str], text: str) -> bool:
    """Tell whether the words around the unread ones are still cut as they were."""
    bounds = {0}
    at = moved = 0
    inside = [(word.start, word.end) for word in case.unread]
    for token in case.tokens:
        at += len(token.text)
        bounds |= {at} if not any(start < at < end for start, end in inside) else set()
    bounds |= {edge for span in inside for edge in span}
    shifted = set()
    for edge in sorted(bounds):
        moved = sum(
            len(known) - len(word.text)
            for word, known in zip(case.unread, told, strict=True)
            if word.end <= edge
        )
        shifted.add(edge + moved)
    cuts, at = {0}, 0
    for token in segment(text, case.names):
        at += len(token.text)
        cuts.add(at)
    return shifted <= cuts


def _taken(case: _Case, told: list[str]) -> str:
    said = [
        f"“{word.text}”按“{known}”理解" if known else f"略去口语词“{word.text}”"
        for word, known in zip(case.unread, told, strict=True)
    ]
    return "，".join(said)


def _suggested(case: _Case, told: list[str], text: str) -> Understanding:
    """Keep the refusal, and say what the model took the words for without any ground."""
    note = f"语言模型猜测{_taken(case, told)}，没有依据，未采用；如果是这个意思，请改问：“{text}”。"
    return _with_note(case.declined, note)


def _reworded(case: _Case, filled: Filled) -> Understanding:
    """Read the model's rewriting when it holds the same words with meaning as the question."""
    text = filled.rewritten
    if not text or not says_the_same(case.question, text, case.names):
        return case.declined
    found = understand(text, case.names)
    if found.refusal is not None or found.refused_part is not None:
        return case.declined
    if found.plan and contradicts(filled, found.plan, case.menu, case.tokens, operation=True):
        return case.declined
    return _with_note(found, f"由语言模型解读：按“{text}”理解；{_CHECK}。")


def _read(plan: Plan, note: str) -> Understanding:
    return Understanding(plan=plan, notes=(note,))


def _with_note(understanding: Understanding, note: str) -> Understanding:
    return understanding.model_copy(update={"notes": (*understanding.notes, note)})
