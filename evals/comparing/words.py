"""The words of comparison for people, from one table."""

import tomllib
from functools import cache
from pathlib import Path


@cache
def words(kind: str) -> dict[str, str]:
    """Return the words of a kind by code: verdict, direction, unlike."""
    path = Path(__file__).with_suffix(".toml")
    found: dict[str, str] = tomllib.loads(path.read_text(encoding="utf-8"))[kind]
    return found


def points(share: float) -> str:
    """Return a difference of shares in words: percentage points with their sign."""
    return f"{share * 100:+.2f} 个百分点"


def small_p(p: float) -> str:
    """Return a p in figures; a very small one is not said to be zero."""
    return f"{p:.4f}" if p >= 0.0001 else "<0.0001"


def size(share: float) -> str:
    """Return the size of a difference of shares in words."""
    return f"{abs(share) * 100:.2f} 个百分点"
