"""Whether a printed number is that of a field: by label, clause, unit, year and denial.

"Printed somewhere" is no proof: 上年, 计划, 未, another counter or another topic refuse it. Every
function returns "" when nothing speaks against, else the reason, in Chinese.
"""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from assistant.extraction.evidence import Figure
from assistant.extraction.schema import Leaf
from assistant.extraction.sources import Source
from assistant.extraction.wording import (
    acts_of,
    counters_of,
    covered,
    grams_of,
    is_chinese,
    keys_of,
    negated,
    says,
    words_of,
)
from index.normalise import squeeze

_HALF = 0.5
_YEAR = re.compile(r"(20\d\d)年")
_TURNS = ("other_time", "others", "plan", "supposed")


class Label(NamedTuple):
    """A field's words: its own keys, those of the fields around it, and all its text."""

    own: tuple[str, ...]
    around: tuple[str, ...]
    text: str
    item: bool

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that count for the field itself."""
        return self.own or self.around


def label_of(leaf: Leaf) -> Label:
    """Return the words of a field that code can hold against a text."""
    own = [t for t in leaf.words.own if is_chinese(t)]
    around = [t for t in leaf.words.around if is_chinese(t)]
    return Label(
        tuple(dict.fromkeys(k for t in own for k in keys_of(t))),
        tuple(dict.fromkeys(k for t in around for k in keys_of(t))),
        "".join(squeeze(t) for t in (*around, *own)),
        "*" in leaf.path,
    )


def amount_of(figure: Figure, label: Label) -> Decimal | date | None:
    """Return a figure in the unit that the field asks for, None when the units do not fit."""
    if isinstance(figure.value, date):
        return figure.value
    scale = figure.unit[:1] if figure.unit[:1] in ("万", "亿") else ""
    unit = figure.unit[len(scale) :]
    asked = counters_of(label.text)
    if unit.startswith("元"):
        if "万元" in label.text:
            return figure.scaled / 10_000
        return figure.scaled if "元" in label.text else None
    if "元" in label.text:
        return None
    if unit.startswith("%") != bool(says("rate", label.text)):
        return None
    if asked and not any(unit.startswith(counter) for counter in asked):
        return None
    return figure.scaled


def figure_problem(
    figure: Figure,
    source: Source,
    leaf: Leaf,
    plain: str,
    figures: Sequence[Figure],
    year: int | None,
) -> str:
    """Return what speaks against a number or date being that of a field in its sentence."""
    label = label_of(leaf)
    if figure.vague:
        return f"原文的数是{figure.vague}"
    if not label.keys and not (label.item and counters_of(label.text)):
        return "字段没有可以与原文核对的中文说明"
    if amount_of(figure, label) is None:
        return "单位与字段不符，或字段没有写明单位"
    prefix = squeeze(plain[source.start : figure.clause[1]])
    before = squeeze(source.heading) + prefix
    if problem := _turned(before, squeeze(plain[slice(*figure.clause)]), label, year):
        return problem
    near = figure.lead + figure.tail
    if denied := negated(figure.lead):
        return f"这个数之前有“{denied}”"
    if problem := _other_act(near, label):
        return problem
    if problem := _off_topic(prefix, source, label, _HALF):
        return problem
    return _nearer(figure, figures, label)


def local_hits(figure: Figure, label: Label) -> int:
    """Return how many pairs of characters of the label stand right around a figure."""
    near = figure.lead.rpartition("、")[2] + re.split("[、和及与]", figure.tail)[0]
    return sum(gram in near for key in label.keys for gram in grams_of(key))


def _nearer(figure: Figure, figures: Sequence[Figure], label: Label) -> str:
    """Return the figure of the sentence that stands at least as near to the label."""
    own = local_hits(figure, label)
    if label.item:  # what stands beside it in the item settles which of several it is
        return "" if own or counters_of(label.text) else "数字旁边没有字段的词"
    rivals = [
        g for g in figures
        if amount_of(g, label) is not None and g.value != figure.value and g.vague != "日期"
    ]  # fmt: skip
    if not own:
        return "数字旁边没有字段的词"
    if _listed(figure, label):
        return "这个数可能是几项合计"
    if any(local_hits(g, label) >= own for g in rivals):
        return "同一句里有几个数都可能属于该字段"
    return ""


def _other_act(near: str, label: Label) -> str:
    """Return what a figure counts that the field does not: 废止 for 清理, 办结 for 受理."""
    for word in words_of("other_act"):
        if (word in near) != (word in label.text):
            return f"原文这里数的是“{word}”" if word in near else f"原文这里没有说“{word}”"
    asked, said = acts_of(label.text), acts_of(near)
    return "" if not (asked and said) or asked & said else "原文这里数的是另一种事"


def _listed(figure: Figure, label: Label) -> bool:
    """Tell whether the label is one of several that the clause names before its number."""
    for key in label.keys:
        places = [figure.lead.find(gram) for gram in grams_of(key) if gram in figure.lead]
        before = figure.lead[: min(places)] if places else ""
        after = figure.lead[max(places) + 2 :] if places else ""
        if re.search("[、和及与]$", before) or re.match("[、和及与等]", after):
            return True
    return False


def _turned(prefix: str, clause: str, label: Label, year: int | None) -> str:
    """Return the word by which a clause speaks of another year, body or of what is to come."""
    for kind in _TURNS:
        said = says(kind, prefix if kind == "other_time" else clause)
        if said and said not in label.text:
            return f"原文这里说的是“{said}”"
    years = [int(y) for y in _YEAR.findall(prefix)]
    asked: set[int | None] = {int(y) for y in _YEAR.findall(label.text)} or {year}
    if years and any(y not in asked for y in years):
        return f"原文这里说的是{years[-1]}年"
    return ""


def _off_topic(text: str, source: Source, label: Label, least: float) -> str:
    """Return the key of a field that neither the text nor its headings print."""
    wide = text + squeeze(source.heading) + squeeze(source.section)
    missing = [key for key in label.own if covered(key, text) < least]
    if missing and not (label.item and not label.own):
        return f"原文这里没有提到“{missing[0]}”"
    if label.around and not any(covered(key, wide) >= least for key in label.around):
        return f"原文这里没有提到“{label.around[-1]}”"
    return ""
