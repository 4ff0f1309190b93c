"""A model's claim to a proven value: code finds it printed at the sources named, or refuses it.

A claim is a value and ids. Nothing of it is believed: the number is parsed from the report, the
string is cut from it, a cell is read by code, and each must fit its field (`fit`, `named`).
"""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from assistant.extraction.claims import Claim, Grounds, Verdict, refused, text_span
from assistant.extraction.evidence import Figure, find_dates, find_figures
from assistant.extraction.fit import amount_of, figure_problem, label_of
from assistant.extraction.named import cell_agrees
from assistant.extraction.record import Span
from assistant.extraction.schema import Leaf
from assistant.extraction.sources import Source
from assistant.extraction.support_text import judge_boolean, judge_string
from assistant.extraction.wording import pattern_of
from index.facts.quantity import parse_number
from index.normalise import normalise, squeeze
from index.report import plain_number


def judge(leaf: Leaf, claim: Claim, grounds: Grounds) -> Verdict:
    """Return what is proven of a claim."""
    named = [s for id_ in claim.sources for s in grounds.sources.named(id_)]
    found = tuple(dict.fromkeys(named))
    if not found:
        ids = "、".join(claim.sources) or "（无）"
        return refused(f"模型指出的来源 {ids[:60]} 不存在")
    texts = [s for s in found if s.kind == "text"]
    if leaf.kind in ("integer", "number"):
        return _number(leaf, claim, found, grounds)
    if leaf.kind == "date":
        return _date(leaf, claim, texts, grounds)
    if leaf.kind == "boolean":
        return judge_boolean(leaf, claim, texts, grounds)
    return judge_string(leaf, claim, texts, grounds)


def _number(leaf: Leaf, claim: Claim, found: tuple[Source, ...], grounds: Grounds) -> Verdict:
    wanted = read_number(claim.value)
    if wanted is None:
        return refused(f"模型给出的 {claim.value!r:.40} 不是数字")
    cells = [s for s in found if s.kind == "cell"]
    objections = {
        s.metric: cell_agrees(s.metric, leaf, grounds.report.identity.year) for s in cells
    }
    if "*" in leaf.path:
        objections = dict.fromkeys(objections, "数组中的项目不能取自表格的格子")
    agreed = [metric for metric, objection in objections.items() if not objection]
    if len(agreed) == 1:
        return _cell(leaf, agreed[0], grounds)
    verdict = _figure(leaf, wanted, [s for s in found if s.kind == "text"], grounds)
    if verdict.value is None and objections and not any(s.kind == "text" for s in found):
        return refused(next(iter(objections.values())) or "指向了几个格子")
    return verdict


def _cell(leaf: Leaf, metric: str, grounds: Grounds) -> Verdict:
    """Return the value that stands in a cell, whatever the model said it is."""
    cell = next(c for c in grounds.report.reading.cells if c.metric == metric)
    assert cell.start is not None and cell.end is not None, "only printed cells are sources"
    value = plain_number(cell.value)
    if leaf.kind == "integer" and not isinstance(value, int):
        return refused(f"格子里的 {cell.raw!r} 不是整数")
    span = Span(start=cell.start, end=cell.end, quote=cell.raw, kind="cell", metric=metric)
    return Verdict(value, "supported", "", (span,))


def _figure(leaf: Leaf, wanted: Decimal, texts: list[Source], grounds: Grounds) -> Verdict:
    """Return a number printed in the prose named, when it is the only one that fits the field."""
    label = label_of(leaf)
    reason = "指出的原文没有印着这个数"
    for source in texts:
        figures = find_figures(grounds.plain, source.start, source.end)
        for figure in figures:
            if wanted not in (amount_of(figure, label), figure.value, figure.scaled):
                continue
            reason = _problem(figure, source, leaf, grounds, figures)
            amount = amount_of(figure, label)
            if not reason and amount != wanted:
                reason = "换算成字段的单位后与模型给出的数不同"
            if not reason and leaf.kind == "integer" and wanted != wanted.to_integral_value():
                reason = "不是整数"
            if not reason and (other := _elsewhere(leaf, wanted, grounds)):
                return refused(f"原文几处的数不同：{other}", "conflict")
            if not reason:
                span = text_span(grounds, figure.start, figure.end)
                return Verdict(plain_number(wanted), "supported", "", (span,))
    return refused(reason)


def _problem(
    figure: Figure, source: Source, leaf: Leaf, grounds: Grounds, figures: list[Figure]
) -> str:
    year = grounds.report.identity.year
    return figure_problem(figure, source, leaf, grounds.plain, figures, year)


def _elsewhere(leaf: Leaf, wanted: Decimal | date, grounds: Grounds) -> str:
    """Return the other values that fit the field as well; an item of an array has its own place."""
    if "*" in leaf.path:
        return ""
    label = label_of(leaf)
    others = {
        str(amount)
        for source in grounds.sources.text
        for figure, figures in _printed(leaf, source, grounds)
        if (amount := amount_of(figure, label)) not in (None, wanted)
        and not _problem(figure, source, leaf, grounds, figures)
    }
    return "、".join(sorted({*others, str(wanted)})) if others else ""


def _printed(leaf: Leaf, source: Source, grounds: Grounds) -> Iterator[tuple[Figure, list[Figure]]]:
    find = find_dates if leaf.kind == "date" else find_figures
    figures = find(grounds.plain, source.start, source.end)
    yield from ((figure, figures) for figure in figures)


def _date(leaf: Leaf, claim: Claim, texts: list[Source], grounds: Grounds) -> Verdict:
    said = find_dates(text := normalise(str(claim.value)), 0, len(text))
    if len(said) != 1 or not isinstance(said[0].value, date):
        return refused(f"模型给出的 {claim.value!r:.40} 不是日期")
    wanted, reason = said[0].value, "指出的原文没有印着这个日期"
    for source in texts:
        for figure, figures in _printed(leaf, source, grounds):
            if figure.value != wanted:
                continue
            reason = _problem(figure, source, leaf, grounds, figures)
            if not reason and (other := _elsewhere(leaf, wanted, grounds)):
                return refused(f"原文几处的日期不同：{other}", "conflict")
            if not reason:
                span = text_span(grounds, figure.start, figure.end)
                return Verdict(wanted.isoformat(), "supported", "", (span,))
    return refused(reason)


def read_number(said: Any) -> Decimal | None:
    """Return the number a model wrote: 6181, "6,181", "６１８１件", "三百"; None for all else."""
    if isinstance(said, bool):
        return None
    if isinstance(said, int | float):
        said = repr(said)
    if not isinstance(said, str):
        return None
    counter = pattern_of("label_counter").pattern
    text = re.sub(rf"(?:{counter}|万元|元|%)+$", "", squeeze(said))
    try:
        if re.fullmatch(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?|-?\d+(?:\.\d+)?", text):
            return Decimal(text.replace(",", ""))
        if re.fullmatch(r"[零〇一二两三四五六七八九十百千万]+|\d[\d.]*万", text):
            return parse_number(text)
    except InvalidOperation:
        return None
    return None
