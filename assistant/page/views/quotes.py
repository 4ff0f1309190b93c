"""Numbers inside quotes: whether a quote holds a number, and where."""

import re

from assistant.result import Citation
from index.normalise import normalise

_COMMA = re.compile(r"(?<=\d)[,，](?=\d{3}(?!\d))")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def holds_number(citation: Citation, digits: str) -> bool:
    """Tell whether a quote prints a number: a cell nothing else, a sentence among others."""
    plain = _COMMA.sub("", "".join(normalise(citation.quote).split()))
    found = [_bare(number) for number in _NUMBER.findall(plain)]
    return found == [_bare(digits)] if citation.kind == "cell" else _bare(digits) in found


def place_of(citation: Citation, text: str) -> tuple[int, int]:
    """Return where in the report a part of a quote stands; the whole quote unless it is certain."""
    if text and citation.quote.count(text) == 1:
        start = citation.start + citation.quote.index(text)
        return start, start + len(text)
    return citation.start, citation.end


def number_place(citation: Citation, digits: str) -> tuple[int, int] | None:
    """Return where a number stands in a quoted sentence; None where it does not stand once."""
    found = [one for one in _NUMBER.finditer(normalise(citation.quote)) if one[0] == digits]
    if len(found) != 1:
        return None
    return citation.start + found[0].start(), citation.start + found[0].end()


def _bare(digits: str) -> str:
    """Return digits without zeros that say nothing."""
    whole, _, rest = digits.partition(".")
    return f"{whole.lstrip('0') or '0'}.{rest.rstrip('0')}".rstrip(".")
