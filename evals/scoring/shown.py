"""How scores are written for people; nothing is rounded to perfect, and of nothing is no number."""

from typing import Protocol

NONE = "—"


class _Titled(Protocol):
    """A score as it is named."""

    @property
    def title(self) -> str: ...

    @property
    def better(self) -> str: ...


def percent(ratio: float | None) -> str:
    """Return a ratio as a percentage; 100% and 0% stand only for exactly that."""
    if ratio is None:
        return NONE
    if 0.9995 <= ratio < 1:
        return ">99.9%"
    if 0 < ratio < 0.0005:
        return "<0.1%"
    return f"{ratio * 100:.1f}%" if ratio not in (0.0, 1.0) else f"{ratio:.0%}"


def points(difference: float | None) -> str:
    """Return a difference of ratios in percentage points, with its sign."""
    if difference is None:
        return NONE
    if difference and abs(difference) < 0.0005:
        return "<+0.1" if difference > 0 else ">−0.1"
    return f"{difference * 100:+.1f}".replace("-", "−") if difference else "0"


def points_between(low: float | None, high: float | None) -> str:
    """Return an interval of a difference in percentage points."""
    if low is None or high is None:
        return NONE
    return f"[{points(low)}, {points(high)}]"


def percent_between(low: float | None, high: float | None) -> str:
    """Return an interval of a ratio."""
    return NONE if low is None or high is None else f"{percent(low)}–{percent(high)}"


def chance(p: float | None) -> str:
    """Return a p-value; a tiny one is said to be small, not zero."""
    if p is None:
        return NONE
    return "<0.001" if p < 0.001 else f"{p:.3f}" if p < 1 else "1"


def amount(number: float) -> str:
    """Return a count: whole where it is whole, with thousands apart."""
    return f"{number:,.0f}" if float(number).is_integer() else f"{number:,.2f}"


def share_of(ratio: float | None, hits: float, of: float) -> str:
    """Return a ratio with its counts: 97.3%（146/150）."""
    return NONE if ratio is None else f"{percent(ratio)}（{amount(hits)}/{amount(of)}）"


def duration(seconds: float) -> str:
    """Return seconds for people."""
    if seconds < 10:
        return f"{seconds:.2f} 秒"
    if seconds < 600:
        return f"{seconds:,.0f} 秒"
    return f"{seconds / 60:,.0f} 分" if seconds < 36000 else f"{seconds / 3600:,.1f} 小时"


def money(cost: float | None, currency: str | None) -> str:
    """Return a cost; unknown is no number."""
    if cost is None:
        return NONE
    return f"{cost:.4f} {currency or ''}".strip() if cost < 1 else f"{cost:,.2f} {currency or ''}"


def titled(score: "_Titled") -> str:
    """Return the title of a score; that less is better is said."""
    return f"{score.title}（低为好）" if score.better == "low" else score.title
