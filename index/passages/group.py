"""What passages that say the same have in common: their words without names, numbers and marks."""

import hashlib
import re
from functools import lru_cache

from index.identity.identity_words import own_words
from index.model import Agency

_NOT_WORDS = re.compile(r"[^一-鿿A-Za-z]+")
_ENDINGS = ("街道办事处", "街道", "民族乡", "苏木", "自治区", "自治州", "自治县")
_SHORTEST = 2


def group_key(plain: str, agency: Agency) -> str:
    """Return the group of a passage of normalised text in a report that `agency` files."""
    words = "".join(plain.split()).lower()
    names = _names(agency)
    if names is not None:
        words = names.sub("", words)
    words = _NOT_WORDS.sub("", _own().sub("", words))
    return hashlib.sha256(words.encode()).hexdigest()[:16]


@lru_cache(maxsize=64)
def _names(agency: Agency) -> re.Pattern[str] | None:
    """Return the pattern of everything that names the body or its places; None without any."""
    places = (agency.province, agency.city, agency.county, agency.township)
    found = {name for name in (agency.name, *places) if name}
    found |= {_stem(name) for name in places if name}
    ordered = sorted((n.lower() for n in found if len(n) >= _SHORTEST), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, ordered))) if ordered else None


def _stem(name: str) -> str:
    """Return a place's name without its ending: 大涌 of 大涌镇."""
    ending = next((e for e in _ENDINGS if name.endswith(e)), name[-1:])
    return name.removesuffix(ending)


@lru_cache(maxsize=1)
def _own() -> re.Pattern[str]:
    """Return the pattern of what a writer calls its own place: 我镇, 本局."""
    words = sorted(own_words(), key=len, reverse=True)
    return re.compile(f"[我本全]({'|'.join(map(re.escape, words))})")
