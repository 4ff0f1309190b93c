"""What the model filled in against what the rules read: a value that contradicts it is a no."""

from collections import Counter
from collections.abc import Sequence

from assistant.names import Names
from assistant.plan import Plan
from assistant.planner.filled import COMPARATORS, OPERATIONS, Filled
from assistant.planner.menu import Menu
from assistant.understand.lexer import Token, segment
from assistant.understand.numerals import read_number
from assistant.understand.phrase import SILENT
from assistant.understand.years import settle_bare_years
from index.normalise import squeeze

_ROLES = (
    "row", "column", "cell", "fact", "request", "rate", "breakdown", "number", "before", "after",
    "set", "superlative", "order", "limit", "year", "place", "bureau", "aggregate",
)  # fmt: skip
_TURNING = ("none", "not", "except", "outside", "or", "than", "share_of", "to")
_SEVERAL = (("row", "column", "cell", "fact", "request", "rate"), ("number", "set"), ("year",),
            ("place", "bureau"), ("superlative", "limit"))  # fmt: skip


def contradicts(
    filled: Filled, plan: Plan, menu: Menu, tokens: Sequence[Token], *, operation: bool
) -> bool:
    """Tell whether anything the model stated differs from the plan that was read.

    The `operation` counts only where words of it were unread: what the rules read, they decide.
    """
    return any(
        (
            operation and _other_operation(filled.operation, plan),
            _other_measure(filled.measure, plan, menu),
            _other_years(filled.years, tokens),
            _other_places(filled.places, tokens),
            _other_comparator(filled.comparator, plan),
            _other_number(filled.number, tokens),
        )
    )


def _other_operation(operation: str | None, plan: Plan) -> bool:
    if operation is None:
        return False
    operations, function = OPERATIONS[operation]
    if plan.operation not in operations:
        return True
    return function is not None and plan.aggregate != function


def _other_measure(said: str | None, plan: Plan, menu: Menu) -> bool:
    entry = menu.named(said)
    if entry is None:
        return False
    if entry.measure is None:
        return True
    known = (*plan.measures, *(condition.measure for condition in plan.conditions))
    terms = {term for measure in known for term in (*measure.terms, *measure.over)}
    return not set(entry.measure.terms) <= terms


def _other_years(said: str | None, tokens: Sequence[Token]) -> bool:
    if said is None:
        return False
    digits = [int(run) for run in _digit_runs(said)]
    printed = {token.year for token in tokens if token.year}
    return not digits or any(year % 100 not in {y % 100 for y in printed} for year in digits)


def _digit_runs(text: str) -> list[str]:
    return "".join(c if c.isascii() and c.isdigit() else " " for c in squeeze(text)).split()


def _other_places(said: str | None, tokens: Sequence[Token]) -> bool:
    if said is None:
        return False
    return squeeze(said) not in "".join(token.text for token in tokens)


def _other_comparator(said: str | None, plan: Plan) -> bool:
    if said is None:
        return False
    return COMPARATORS[said] not in {condition.comparator for condition in plan.conditions}


def _other_number(said: str | None, tokens: Sequence[Token]) -> bool:
    if said is None:
        return False
    text = squeeze(said)
    found = read_number(text, 0, len(text))
    printed = {t.number.value for t in tokens if t.number} | {t.limit[1] for t in tokens if t.limit}
    return found is None or found.value not in printed


def says_the_same(question: str, rewritten: str, names: Names) -> bool:
    """Tell whether a rewriting holds the very words with meaning of the question, no more, no less.

    Their order may change only where it decides nothing: one measure, one number, no negation.
    """
    before, after = _told(question, names), _told(rewritten, names)
    if Counter(map(_atom, before)) != Counter(map(_atom, after)):
        return False
    return not _order_matters(before) or _in_order(before) == _in_order(after)


def _told(text: str, names: Names) -> list[Token]:
    tokens = settle_bare_years(segment(text, names))
    return [token for token in tokens if not token.kinds & SILENT]


def _atom(token: Token) -> tuple[object, ...]:
    """Return what a token says, whichever of its words says it."""
    number = (token.number.value, token.number.unit) if token.number else None
    entries = frozenset((e.kind, e.value) for e in token.entries)
    text = token.text if token.has("unknown", "refuse") else ""
    return (token.kinds, entries, number, token.year, token.spots, token.limit, text)


def _order_matters(tokens: Sequence[Token]) -> bool:
    if any(token.has(*_TURNING) for token in tokens):
        return True
    return any(sum(token.has(*kinds) for token in tokens) > 1 for kinds in _SEVERAL)


def _in_order(tokens: Sequence[Token]) -> list[tuple[object, ...]]:
    return [_atom(token) for token in tokens if token.has(*_ROLES, *_TURNING)]
