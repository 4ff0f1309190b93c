"""The marks of a cell: what gold prints against what was given, one character each.

Nearly all printed cells are zero, and many are not printed at all, so that the three kinds are told
apart everywhere: a value that is not zero, a zero, nothing.
"""

from decimal import Decimal
from typing import NamedTuple

RIGHT, MISSED, WRONG = "v", "m", "w"
ZERO_RIGHT, ZERO_MISSED, ZERO_WRONG = "z", "o", "x"
NOTHING_RIGHT, NOTHING_STATUS, NOTHING_ZERO, NOTHING_INVENTED = "b", "s", "0", "f"
UNSCORED = "."

MEANING = {
    RIGHT: "非零，读对",
    MISSED: "非零，没有给出",
    WRONG: "非零，给错",
    ZERO_RIGHT: "零，读对",
    ZERO_MISSED: "零，没有给出",
    ZERO_WRONG: "零，给成别的数",
    NOTHING_RIGHT: "没有印出，也没有给出",
    NOTHING_STATUS: "没有印出，也没有给出，但原因不对",
    NOTHING_ZERO: "没有印出，给成了零",
    NOTHING_INVENTED: "没有印出，编造了数",
    UNSCORED: "不计分",
}
BAD = frozenset((MISSED, WRONG, ZERO_MISSED, ZERO_WRONG, NOTHING_ZERO, NOTHING_INVENTED))
FALSE = frozenset((WRONG, ZERO_WRONG, NOTHING_ZERO, NOTHING_INVENTED))


class Gold(NamedTuple):
    """What is printed in one cell: `value` is None unless `status` is reported.

    Two statuses stand beside those of `index.model`: any_missing (every status but reported is
    right) and optional (the value or none is right). `span` is the printed place, where known.
    """

    value: Decimal | None
    status: str
    raw: str = ""
    span: tuple[int, int] | None = None


def mark_of(gold: Gold, value: Decimal | None, status: str) -> str:
    """Return the mark of a cell that was given as `value` (None for none) with `status`."""
    if gold.status == "optional":
        if value in (None, gold.value):
            return UNSCORED
        return NOTHING_INVENTED if value else NOTHING_ZERO
    if gold.value is None:
        if value is not None:
            return NOTHING_INVENTED if value else NOTHING_ZERO
        agreed = gold.status in ("any_missing", status) or not status
        return NOTHING_RIGHT if agreed else NOTHING_STATUS
    if gold.value == 0:
        return ZERO_MISSED if value is None else ZERO_RIGHT if value == 0 else ZERO_WRONG
    return MISSED if value is None else RIGHT if value == gold.value else WRONG
