"""What is not answered: other topics, forecasts, opinions, prose, tampering, orders."""

from functools import cache

from assistant.data import read_rows
from assistant.plan import Refusal
from assistant.understand.lexer import Token

# The gravest first: what decides when one clause holds several.
_ORDER = ("instruction", "tamper", "forecast", "not_in_reports", "prose", "opinion")
_STOPS = frozenset(",。.;?!:")


@cache
def _messages() -> dict[str, str]:
    """Return what is said for each code; `{part}` is the words it is about."""
    return {line["code"]: line["message"] for line in read_rows("refusal_messages.csv")}


def clauses(tokens: tuple[Token, ...]) -> list[tuple[Token, ...]]:
    """Return the question's clauses; what stands in brackets is one clause of its own."""
    found: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        if token.text == "(":
            depth += 1
            if depth == 1:
                found.append([])
        found[-1].append(token)
        depth -= token.text == ")" and depth > 0
        if depth == 0 and (token.text in _STOPS or token.text == ")"):
            found.append([])
    return [tuple(clause) for clause in found if clause]


def refuse(tokens: tuple[Token, ...]) -> Refusal | None:
    """Return the refusal of a clause, None when nothing in it is out of bounds."""
    for code in _ORDER:
        words = [t.text for t in tokens if t.value("refuse") == code]
        if words:
            parts = tuple(dict.fromkeys(words))
            message = _messages()[code].format(part="、".join(parts))
            return Refusal(code=code, message=message, parts=parts)
    return None


def split_refused(tokens: tuple[Token, ...]) -> tuple[tuple[Token, ...], Refusal | None]:
    """Return the tokens left to read and the refusal of the clauses taken out.

    A clause taken out still lends its places and years to the rest when the rest has none.
    """
    kept: list[Token] = []
    dropped: list[Token] = []
    for clause in clauses(tokens):
        (dropped if refuse(clause) else kept).extend(clause)
    refusal = refuse(tuple(dropped))
    if refusal is None or not _asks(kept):
        return (() if refusal else tokens), refusal
    lent = [
        t
        for kind in ("place", "year")
        if not any(k.has(kind) for k in kept)
        for t in dropped
        if t.has(kind)
    ]
    return (*lent, *kept), refusal


def _asks(tokens: list[Token]) -> bool:
    """Tell whether what is left still asks for something."""
    telling = ("row", "column", "cell", "fact", "request", "rate", "level", "weak_sum", "overview")
    return any(t.has(*telling) for t in tokens)
