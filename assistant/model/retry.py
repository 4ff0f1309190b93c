"""How long to wait before the same request is sent again, and when not to."""

import random

from assistant.model.wire import Fault

AGAIN = ("busy", "broken", "unreachable")
MOST_WAIT = 60.0  # a longer Retry-After is not waited for
_FIRST, _LONGEST = 0.5, 8.0


def pause_before(fault: Fault, attempt: int) -> float | None:
    """Return the seconds to wait after failed attempt number `attempt`; None: do not try again."""
    if fault.kind not in AGAIN:
        return None
    if fault.retry_after is not None:
        return fault.retry_after if fault.retry_after <= MOST_WAIT else None
    return float(min(_FIRST * 2 ** (attempt - 1), _LONGEST) * random.uniform(1.0, 1.25))
