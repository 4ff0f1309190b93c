"""Kinds of question that a plan can say and the rules have no grammar for, by filled roles.

Each takes the parts the rules read, and accepts only when the roles the model gave them are the
ones their places in the question leave open, and when no word with meaning is left over.
"""

from assistant.names import Names
from assistant.plan import Plan
from assistant.planner.filled import Filled
from assistant.planner.menu import Menu
from assistant.understand.lexer import Token
from assistant.understand.measures import Group
from assistant.understand.ordering import read_order
from assistant.understand.parts import Parts, read_parts
from assistant.understand.phrase import AmbiguousError, DeclinedError, Phrase
from assistant.understand.scopes import build_scope
from assistant.understand.segments import connected

_QUIET = ("which", "how_many", "have")


def ranked_with_another(
    filled: Filled, menu: Menu, tokens: tuple[Token, ...], names: Names
) -> Plan | None:
    """Read 许可最多的镇的处罚是多少: one number ranks, the other is shown of those it finds."""
    roles = (filled.measure, filled.shown)
    if filled.operation != "排名" or None in roles:
        return None
    phrase = Phrase(tokens, names)
    try:
        parts = read_parts(phrase)
        plan = _ranked(parts)
    except (DeclinedError, AmbiguousError):
        return None
    if plan is None or phrase.left_over():
        return None
    chosen = [entry.measure for said in roles if (entry := menu.named(said))]
    return plan if tuple(chosen) == plan.measures else None


def _ranked(parts: Parts) -> Plan | None:
    phrase, groups = parts.phrase, parts.groups
    marks = [at for at, token in enumerate(phrase.tokens) if token.has("superlative")]
    if len(groups) != 2 or len(marks) != 1 or parts.bounds or parts.claims or parts.refs:
        return None
    first, second = groups
    if not _in_place(parts, first, marks[0], second):
        return None
    descending, limit = read_order(phrase) or (True, None)
    phrase.take(*_QUIET)
    return Plan(
        operation="rank",
        measures=(*first.measures, *second.measures),
        scope=build_scope(parts, whole_area=True),
        descending=descending,
        limit=limit,
    )


def _in_place(parts: Parts, first: Group, mark: int, second: Group) -> bool:
    """Tell whether they stand as ranked number, 最多, body, the other number."""
    words = parts.levels.words
    if len(words) != 1 or len(first.measures) != 1 or len(second.measures) != 1:
        return False
    in_turn = first.last < mark < words[0].at < second.first
    return in_turn and connected(parts.phrase, first.last, mark)
