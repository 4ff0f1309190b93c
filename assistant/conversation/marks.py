"""The words that tie a follow-up to what was said: 那, 换成, 它, 这些镇, 你刚才说, 其余的."""

import re
from functools import cache
from typing import NamedTuple

from assistant.data import read_rows
from assistant.understand.lexicon import VARIANTS, expand
from index.normalise import normalise, squeeze

_ENDS = " ,。.;?!:、~…"
_ASKS = "呢啊呀吗嘛么吧"
# 把行政许可换成行政处罚, 不是行政许可，是行政处罚: what is replaced, and by what.
_SWAP = "^(?:请)?(?:把|将)(?P<old>.+?)(?:{switch})(?P<new>.+)$"
_CORRECTION = "^不是(?P<old>[^,]+),?(?:而)?是(?P<new>[^,]+)$"


class Marked(NamedTuple):
    """A follow-up without its ties: what is left of it, and which ties it had.

    `old` is what 把X换成Y replaces.
    """

    rest: str
    kinds: frozenset[str]
    old: str = ""

    def has(self, *kinds: str) -> bool:
        """Tell whether any of the ties was found."""
        return any(kind in self.kinds for kind in kinds)


@cache
def _words() -> dict[str, frozenset[str]]:
    """Return the words of each kind, written as questions are squeezed."""
    found: dict[str, frozenset[str]] = {}
    for row in read_rows("followup_words.csv"):
        patterns = normalise(row["patterns"]).translate(VARIANTS).split()
        words = frozenset(word for pattern in patterns for word in expand(pattern))
        found[row["kind"]] = found.get(row["kind"], frozenset()) | words - {""}
    return found


def words_of(kind: str) -> frozenset[str]:
    """Return the words of one kind."""
    return _words()[kind]


@cache
def _patterns() -> dict[str, str]:
    """Return one regular expression for the words of each kind, longest first."""
    return {
        kind: "|".join(map(re.escape, sorted(words, key=lambda w: (-len(w), w))))
        for kind, words in _words().items()
    }


def strip_marks(question: str) -> Marked:
    """Return the question without its ties to what was said before."""
    text = squeeze(question).translate(VARIANTS).strip(_ENDS)
    kinds: set[str] = set()
    if text.endswith(tuple(_ASKS)):
        kinds.add("asks")
    if text.endswith("呢"):
        kinds.add("goes_on")
    text, old = _without_swap(text, kinds)
    text = _without_leads(text, kinds)
    for kind in ("said", "many", "one", "others", "last", "first"):
        text, count = re.subn(f"(?<!其)(?:{_patterns()[kind]})", "", text)
        if count:
            kinds.add(kind)
            text = _without_leads(text, kinds)
    return Marked(text.strip(_ENDS), frozenset(kinds), old)


def _without_swap(text: str, kinds: set[str]) -> tuple[str, str]:
    switch = _patterns()["switch"]
    if found := re.match(_SWAP.format(switch=switch), text) or re.match(_CORRECTION, text):
        kinds.add("lead")
        return found["new"], found["old"]
    parts = re.split(switch, text, maxsplit=1)
    if len(parts) == 1:
        return text, ""
    kinds.add("lead")
    return parts[1], _without_leads(parts[0], kinds)


def _without_leads(text: str, kinds: set[str]) -> str:
    while found := re.match(rf"(?:{_patterns()['lead']})[,，、]?", text):
        # 那个镇 and 那些 point at something; they are no mere opening.
        if re.match(f"(?:{_patterns()['one']}|{_patterns()['many']})", text):
            break
        kinds.add("lead")
        text = text[found.end() :]
    return text
