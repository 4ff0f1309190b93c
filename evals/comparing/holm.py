"""Holm: many tests at once, so that the chance of one false alarm in the family stays alpha."""

from collections.abc import Sequence


def holm(found: Sequence[float]) -> list[float]:
    """Return the adjusted p of each, in the order given; each is to be held to alpha itself."""
    order = sorted(range(len(found)), key=lambda at: found[at])
    adjusted = [0.0] * len(found)
    most = 0.0
    for rank, at in enumerate(order):
        most = max(most, min(1.0, (len(found) - rank) * found[at]))
        adjusted[at] = most
    return adjusted


def holm_levels(adjusted: Sequence[float], alpha: float) -> list[float]:
    """Return the level that each p had to reach, given how many others of its family did."""
    reached = sum(p <= alpha for p in adjusted)
    return [alpha / (len(adjusted) - reached + (p <= alpha)) for p in adjusted]
