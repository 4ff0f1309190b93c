"""Normalisation that keeps every offset: one character in, one character out.

Full-width forms, Kangxi radicals and traditional characters become their plain simplified
counterparts; pinyin glosses after a character become spaces. Because the length never changes, a
span in the normalised text is the same span in the original.
"""

import re
import unicodedata
from functools import cache, lru_cache

_GLOSS = re.compile(r"\((?=[a-zü]*[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ])[a-zāáǎàēéěèīíǐìōóǒòūúǔùüǖǘǚǜ]{1,7}\)")
_ENCLOSED = {chr(0x3220 + i): c for i, c in enumerate("一二三四五六七八九十")}
_ENCLOSED |= {chr(0x3280 + i): c for i, c in enumerate("一二三四五六七八九十")}
_PLAIN = {
    "〇": "〇", "“": '"', "”": '"', "「": '"', "」": '"', "『": '"', "』": '"', "‘": "'", "’": "'",
    "｜": "|", "│": "|", "┃": "|", "¦": "|", "︱": "|", "║": "|",
    "－": "-", "−": "-", "–": "-", "‐": "-", "‑": "-", "﹣": "-",
    "〔": "[", "〕": "]", "【": "[", "】": "]",
    "\u00a0": " ", "\u3000": " ", "\u2002": " ", "\u2003": " ", "\u2009": " ", "\u202f": " ",
    "\u200b": " ", "\u200c": " ", "\u200d": " ", "\ufeff": " ", "\u2060": " ", "\u00ad": " ",
    "\r": "\n", "\x0b": "\n", "\x0c": "\n", "\x85": "\n", "\u2028": "\n", "\u2029": "\n",
}  # fmt: skip


@cache
def _table() -> dict[int, str]:
    """Build the character map once: compatibility forms first, then simplified characters."""
    import opencc

    table: dict[str, str] = {}
    for code in (*range(0x2E80, 0x2FE0), *range(0xF900, 0xFB00), *range(0xFE30, 0xFFEF)):
        plain = unicodedata.normalize("NFKC", chr(code))
        if len(plain) == 1 and plain != chr(code):
            table[chr(code)] = plain
    ideographs = [chr(c) for c in range(0x4E00, 0x9FFF)]
    simplified = opencc.OpenCC("t2s").convert("\n".join(ideographs)).split("\n")
    change = {
        old: new
        for old, new in zip(ideographs, simplified, strict=True)
        if old != new and len(new) == 1
    }
    table = {old: change.get(new, new) for old, new in table.items()} | change
    return {ord(k): v for k, v in (table | _ENCLOSED | _PLAIN).items()}


@lru_cache(maxsize=8)
def normalise(text: str) -> str:
    """Return `text` in plain simplified characters, the same length, spans unmoved."""
    plain = text.translate(_table())
    if "(" in plain:
        plain = _GLOSS.sub(lambda m: " " * len(m[0]), plain)
    return plain


def squeeze(text: str) -> str:
    """Return normalised `text` without any white space: the form names and labels compare in."""
    return "".join(normalise(text).split())
