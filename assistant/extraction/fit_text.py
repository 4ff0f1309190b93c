"""Whether a printed text is that of a field: problems, plans, narratives and short entries.

Being printed is no proof that it answers the field. A short entry needs the field's name beside it
in its clause; a problem or a plan needs the words that open one, and must not be the other.
"""

import re

from assistant.extraction.evidence import clause_of
from assistant.extraction.fit import Label, label_of
from assistant.extraction.schema import Leaf
from assistant.extraction.sources import Source
from assistant.extraction.wording import covered, negated, pattern_of, says
from index.normalise import squeeze

_THIRD, _HALF, _MOST = 0.33, 0.5, 0.66
_LONGEST_ENTRY, _SHORTEST_SAYING = 40, 5


def text_problem(span: tuple[int, int], source: Source, leaf: Leaf, plain: str) -> str:
    """Return what speaks against a printed string being that of a field, "" when nothing does."""
    label = label_of(leaf)
    if not label.keys:
        return "字段没有可以与原文核对的中文说明"
    start, end = span
    if _torn(plain, start, end):
        return "只是一个更长的词或数的一部分"
    first, last = clause_of(plain, start, end, (source.start, max(source.end, end)))
    before, after = squeeze(plain[first:start]), squeeze(plain[end:last])
    if denied := negated(before) or negated(after):
        return f"引文所在的句子有“{denied}”，截取后意思会变"
    if squeeze(plain[start:end]) in label.text:
        return "只是字段本身的名称"
    said = says("other_time", squeeze(source.heading) + before)
    if said and said not in label.text:
        return f"原文这里说的是“{said}”"
    wish, ask = says("wish", label.text), says("ask_problem", label.text)
    if wish or ask:
        return _one_sided(span, source, label, plain, bool(wish), bool(ask))
    if planned := says("plan", squeeze(plain[first:last])):
        return f"原文这里说的是“{planned}”"
    sentence = squeeze(plain[source.start : max(source.end, end)]) + squeeze(source.heading)
    if leaf.kind == "enum":
        return _missing(label, sentence, _THIRD)
    if says("narrative", label.text) or label.item:
        return _missing(label, sentence, _MOST)
    return _entry(span, source, label, plain)


def _entry(span: tuple[int, int], source: Source, label: Label, plain: str) -> str:
    """Return why a short entry (a name, a telephone) is not labelled as the field right there."""
    start, end = span
    if end - start > _LONGEST_ENTRY:
        return "文字太长，不像这个字段的值"
    first, last = clause_of(plain, start, end, (source.start, source.end))
    if first > source.start and plain[first - 1] in ":：":
        first, _ = clause_of(plain, first - 1, first - 1, (source.start, source.end))
    return _missing(label, squeeze(plain[first:start] + " " + plain[end:last]), _MOST)


def _missing(label: Label, text: str, least: float) -> str:
    """Return the key of a field that a text does not print."""
    keys = label.keys if not label.item else (*label.own, *label.around)
    lacking = [key for key in keys if covered(key, text) < least]
    if label.item:
        return f"原文这里没有提到“{keys[-1]}”" if len(lacking) == len(keys) else ""
    return f"原文这里没有提到“{lacking[0]}”" if lacking else ""


def _one_sided(
    span: tuple[int, int], source: Source, label: Label, plain: str, wish: bool, ask: bool
) -> str:
    """Tell problems from what is to be done about them, by the words that open either."""
    start, end = span
    if end - start < _SHORTEST_SAYING:
        return "只是半句话"
    bounds = (source.start, max(source.end, end))
    opened = squeeze(plain[source.first : start])
    _, first_end = clause_of(plain, start, start, bounds)
    said = squeeze(plain[source.start : min(first_end, end) if first_end > start else end])
    last = _last_side(opened + squeeze(plain[start : min(first_end, end)]))
    headed = squeeze(source.section) + squeeze(source.heading)
    if ask and not wish:
        if last == "plan" or says("plan", squeeze(plain[slice(*clause_of(plain, *span, bounds))])):
            return "原文这里说的是打算或措施，不是问题"
        stands = last == "problem" or says("ask_problem", headed)
        return "" if stands else "原文这里不是在说问题或不足"
    if wish and not ask:
        sentence = squeeze(plain[slice(*bounds)])
        planned = says("plan", said) if says("lack", sentence) else last == "plan"
        about = any(covered(key, sentence + headed) >= _THIRD for key in label.keys)
        return "" if planned and about else "原文这里说的不是打算或措施"
    return "" if says("ask_problem", headed) or last else "原文这里没有提到字段的词"


def _last_side(text: str) -> str:
    """Return which of the words that open problems and plans stands last."""
    marks = [(m.start(), k) for k in ("plan", "problem") for m in pattern_of(k).finditer(text)]
    return max(marks)[1] if marks else ""


def _torn(plain: str, start: int, end: int) -> bool:
    """Tell whether a quote begins or ends inside a number or a Latin word."""

    def solid(a: str, b: str) -> bool:
        return bool(re.fullmatch(r"[0-9A-Za-z]{2}|[0-9][.,%-]|[.,-][0-9]", a + b))

    left = start > 0 and solid(plain[start - 1], plain[start])
    return left or (end < len(plain) and solid(plain[end - 1], plain[end]))
