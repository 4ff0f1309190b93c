"""The flat form that the model fills: its schema for one question, and the values it gave."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from assistant.plan import Aggregate, Comparator, Operation
from index.model import Frozen

UNKNOWN = "不知道"
# What is done, as the model is told it; the operations (and functions) that each stands for.
OPERATIONS: Mapping[str, tuple[tuple[Operation, ...], Aggregate | None]] = {
    "查数": (("lookup",), None),
    "列出": (("list", "missing", "check", "inventory"), None),
    "计数": (("count", "inventory"), None),
    "排名": (("rank",), None),
    "合计": (("aggregate",), "sum"),
    "平均": (("aggregate",), "mean"),
    "比较": (("compare",), None),
    "变化": (("change",), None),
    "其他": (("missing", "check", "inventory", "comparable", "aggregate"), None),
}
COMPARATORS: Mapping[str, Comparator] = {
    "超过": "gt", "不少于": "ge", "少于": "lt", "不超过": "le", "等于": "eq", "不等于": "ne",
}  # fmt: skip
_TEXT = {"anyOf": [{"type": "string", "maxLength": 60}, {"type": "null"}]}


class Filled(Frozen):
    """What the model filled in; None where it says nothing.

    `words` gives the meaning chosen for each unread word, in order. `measure` is what is compared,
    ranked or computed, `shown` what is only shown beside it: all names of the menu. `years`,
    `places` and `number` are copied from the question.
    """

    words: tuple[str, ...] = ()
    operation: str | None = None
    measure: str | None = None
    shown: str | None = None
    years: str | None = None
    places: str | None = None
    comparator: str | None = None
    number: str | None = None
    rewritten: str | None = None


def schema_for(choices: Sequence[Sequence[str]], menu: Sequence[str]) -> dict[str, Any]:
    """Return the schema for a question: the choices of each unread word, and the menu."""
    fields: dict[str, Any] = {
        f"word_{n}": {"enum": [*words, UNKNOWN]} for n, words in enumerate(choices, start=1)
    }
    fields |= {
        "operation": _choice(OPERATIONS),
        "measure": _choice(menu),
        "shown": _choice(menu),
        "years": _TEXT,
        "places": _TEXT,
        "comparator": _choice(COMPARATORS),
        "number": _TEXT,
    }
    if not choices:
        fields["rewritten"] = {"anyOf": [{"type": "string", "maxLength": 120}, {"type": "null"}]}
    return {
        "type": "object",
        "properties": fields,
        "required": list(fields),
        "additionalProperties": False,
    }


def _choice(words: Iterable[str]) -> dict[str, Any]:
    return {"anyOf": [{"enum": list(words)}, {"type": "null"}]}


def filled_from(data: Mapping[str, Any], words: int) -> Filled:
    """Return the values of a reply that fits the schema; empty text counts as nothing."""
    chosen = tuple(str(data[f"word_{n}"]) for n in range(1, words + 1))
    named = {key: data.get(key) or None for key in Filled.model_fields if key != "words"}
    return Filled(words=chosen, **named)
