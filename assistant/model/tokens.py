"""Bounds of how many tokens a text has, without a tokenizer: those download their tables."""

import re

_WIDE = re.compile(r"[^\x00-\x7f]")
_DIGIT = re.compile(r"[0-9]")
_LETTER = re.compile(r"[A-Za-z]")
_SPACE = re.compile(r"\s")

# Tokens for each Chinese character of the endpoints in use lie between 0.5 and 1.3.
SAFE_RATE = 1.4
_LEAST_RATE = 0.4
_SURE = 0.6  # of the measured rate; plain prose has down to 0.67 of it
MESSAGE = 8  # tokens that a chat template puts around a message, at most


def upper(text: str, rate: float = SAFE_RATE) -> int:
    """Return more tokens than `text` has, at `rate` tokens for a Chinese character."""
    wide, digits, letters, spaces, rest = _kinds(text)
    return int(rate * wide + digits + 0.5 * letters + spaces + rest) + 1


def lower(text: str, rate: float = 0.0) -> int:
    """Return fewer tokens than `text` has, where a Chinese character was measured at `rate`."""
    wide, digits, letters, _, rest = _kinds(text)
    least = max(_LEAST_RATE, _SURE * rate)
    return int(least * wide + 0.3 * digits + 0.12 * letters + 0.2 * rest)


def measured_rate(text: str, tokens: int) -> float | None:
    """Return the tokens for a Chinese character that a prompt's count tells; None if it cannot.

    The count includes the template's own tokens, some dozens: a little too much.
    """
    wide = _kinds(text)[0]
    rate = tokens / wide if wide and tokens else 0.0
    return round(rate, 3) if _LEAST_RATE <= rate <= 4 else None


def _kinds(text: str) -> tuple[int, int, int, int, int]:
    counts = [len(pattern.findall(text)) for pattern in (_WIDE, _DIGIT, _LETTER, _SPACE)]
    spaces = counts[3]
    return (counts[0], counts[1], counts[2], spaces, max(0, len(text) - sum(counts)))
