"""How long to wait before the same request is sent again, and when not to."""

import math
import random
import time
from email.utils import mktime_tz, parsedate_tz

from assistant.model.wire import Fault

AGAIN = ("busy", "broken", "unreachable")
MOST_WAIT = 60.0  # a longer Retry-After is not waited for
_FIRST, _LONGEST = 0.5, 8.0


def retry_after(header: str | None) -> float | None:
    """Return the seconds of a Retry-After header, in seconds or as a date; None if unreadable."""
    try:
        seconds = float(header or "")
    except ValueError:
        date = parsedate_tz(header) if header else None
        seconds = mktime_tz(date) - time.time() if date else math.nan
    return max(0.0, seconds) if math.isfinite(seconds) else None


def pause_before(fault: Fault, attempt: int) -> float | None:
    """Return the seconds to wait after failed attempt number `attempt`; None: do not try again."""
    if fault.kind not in AGAIN:
        return None
    if fault.retry_after is not None:
        return fault.retry_after if fault.retry_after <= MOST_WAIT else None
    return float(min(_FIRST * 2 ** (attempt - 1), _LONGEST) * random.uniform(1.0, 1.25))
