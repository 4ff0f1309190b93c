"""Chinese questions as plans, by rules alone: every word with meaning is used, or named as unread.

`understand` is the only door; it guesses nothing, knows no report text and asks no model.
"""

from assistant.names import Names
from assistant.plan import Plan, Refusal, Understanding
from assistant.understand.audit import insist_on_all, named
from assistant.understand.lexer import Token, segment
from assistant.understand.operations import read_operation
from assistant.understand.parts import read_parts
from assistant.understand.phrase import (
    AmbiguousError,
    DeclinedError,
    Phrase,
    several_readings,
    unread,
)
from assistant.understand.refusing import split_refused
from assistant.understand.scopes import build_scope
from assistant.understand.single import overview_measures
from assistant.understand.years import settle_bare_years

__all__ = ["understand"]

LONGEST = 500


def understand(question: str, names: Names) -> Understanding:
    """Return the reading of a question: a plan, a refusal, or the readings to choose from."""
    if not question.strip():
        return _refused("empty", "没有收到问题。请输入一个关于政府信息公开年报的问题。")
    if len(question) > LONGEST:
        message = f"问题有{len(question)}字，超过{LONGEST}字，没有读。请缩短后再问。"
        return _refused("unread", message, (question[:20] + "…",))
    tokens = settle_bare_years(segment(question, names))
    kept, refusal = split_refused(tokens)
    if refusal is not None and not kept:
        return Understanding(refusal=refusal)
    return _read(kept, refusal, names)


def _refused(code: str, message: str, parts: tuple[str, ...] = ()) -> Understanding:
    refusal = Refusal(code=code, message=message, parts=parts)
    return Understanding(refusal=refusal)


def _read(tokens: tuple[Token, ...], refusal: Refusal | None, names: Names) -> Understanding:
    """Read the tokens; `refusal` is what was taken out before."""
    phrase = Phrase(tokens, names)
    try:
        _insist_on_known(phrase)
        plan = _whole(phrase, refusal)
    except DeclinedError as declined:
        if refusal is not None:
            return Understanding(refusal=refusal, notes=_notes(phrase))
        return Understanding(refusal=declined.refusal, notes=_notes(phrase))
    except AmbiguousError as several:
        found = several_readings(several).model_copy(update={"notes": _notes(phrase)})
        if refusal is None:
            return found
        return found.model_copy(update={"refused_part" if found.choices else "refusal": refusal})
    return Understanding(plan=plan, refused_part=refusal, notes=_notes(phrase))


def _notes(phrase: Phrase) -> tuple[str, ...]:
    """Return the notes as whole sentences."""
    return tuple(f"{note}。" for note in phrase.notes)


def _whole(phrase: Phrase, refusal: Refusal | None) -> Plan:
    """Return the plan when every word with meaning is in it."""
    parts = read_parts(phrase)
    asked = named(parts)
    if refusal is not None and refusal.code == "tamper" and not parts.measures and parts.refs:
        phrase.take("weak_sum", "how_many", "overview")
        phrase.take_sums()
        phrase.note("没有说明指标，列出主要数字的真实值")
        plan = Plan(operation="lookup", measures=overview_measures(), scope=build_scope(parts))
    else:
        plan = read_operation(parts)
    if left := phrase.left_over():
        raise unread(left)
    insist_on_all(asked, plan)
    return plan


def _insist_on_exact(phrase: Phrase, at: int) -> None:
    """Decline 约1000件 and 三百来件; 大概多少件 asks for the exact number all the same."""
    tokens, text = phrase.tokens, phrase.tokens[at].text
    beside = tokens[max(0, at - 1) : at] + tokens[at + 1 : at + 2]
    if read_approximation_inside(text) or any(t.has("number", "set", "after") for t in beside):
        raise unread([text], f"“{text}”不是确切的数，无法据此判断")
    phrase.use(at)


def read_approximation_inside(text: str) -> bool:
    """Tell whether the word itself holds a number (三百来件)."""
    return any(char.isdigit() or char in "一二三四五六七八九十百千万两" for char in text)


def _around(phrase: Phrase, at: int) -> str:
    """Return unknown words with what seems to belong to them: 大 in 大勇镇, and its ending."""
    tokens = phrase.tokens
    before = tokens[at - 1] if at else None
    joined = before is not None and len(before.text) == 1
    loose = joined and before is not None and not before.has("filler", "punct", "and", "but", "or")
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    ending = following.text if following and following.has("level") else ""
    start = before.text if loose and before is not None else ""
    return start + tokens[at].text + (ending if len(ending) <= 2 else "")


def _insist_on_known(phrase: Phrase) -> None:
    """Decline when words are in no table, naming them with the ending that follows (李家沟镇)."""
    parts: list[str] = []
    for at, token in enumerate(phrase.tokens):
        if token.kinds == {"approximate"}:
            _insist_on_exact(phrase, at)
        if token.has("ours"):
            raise unread([token.text], f"没有说明“{token.text}”是哪个地方")
        if token.has("unsupported"):
            parts.append(token.text)
        elif token.has("unknown"):
            parts.append(_around(phrase, at))
    if parts:
        raise unread(parts)
