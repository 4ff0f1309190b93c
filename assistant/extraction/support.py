"""A model's claim to a proven value: code finds it printed at the sources named, or refuses it.

A claim is a value and ids. Nothing of it is believed: the number is parsed from the report, the
string is cut from it, a cell is read by code, and each must fit its field (`fit`, `named`).
"""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from assistant.extraction.evidence import Figure, find_dates, find_figures, find_string
from assistant.extraction.fit import amount_of, figure_problem, label_of, text_problem
from assistant.extraction.named import cell_agrees
from assistant.extraction.record import Outcome, Span
from assistant.extraction.schema import Leaf
from assistant.extraction.sources import Source, Sources
from assistant.extraction.wording import negated, pattern_of, says, words_of
from index.facts.quantity import parse_number
from index.model import Report
from index.normalise import normalise, squeeze
from index.report import plain_number

_MOST_IDS, _LONGEST = 12, 600
_EDGES = " \t\n,.;:!?、。;\"'()[]-—"
_UNITS = re.compile(r"(?:[件条次场期个份篇人户名项宗起例家]|万元|元|%)+$")


class Claim(NamedTuple):
    """What the model says of a field: a value, and the ids of the sources that print it."""

    value: Any
    sources: tuple[str, ...]


class Grounds(NamedTuple):
    """What claims are held against: the report, its normalised text, its sources."""

    report: Report
    plain: str
    sources: Sources


class Verdict(NamedTuple):
    """A value with its spans, or None with the reason."""

    value: str | int | float | bool | None
    status: Outcome
    reason: str = ""
    spans: tuple[Span, ...] = ()


def grounds_of(report: Report, sources: Sources) -> Grounds:
    """Return what claims on a report are held against."""
    return Grounds(report, normalise(report.document.text), sources)


def claim_of(said: Any) -> Claim | None:
    """Return the claim in a model's reply, None for null and for words that mean nothing."""
    if not isinstance(said, dict) or said.get("value") is None:
        return None
    value, ids = said["value"], said.get("sources") or []
    if isinstance(value, str) and squeeze(value).strip(_EDGES).lower() in (*words_of("empty"), ""):
        return None
    ids = ids if isinstance(ids, list) else [ids]
    return Claim(value, tuple(str(i) for i in ids[:_MOST_IDS]))


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
        return _boolean(leaf, claim, texts, grounds)
    return _string(leaf, claim, texts, grounds)


def refused(reason: str, status: Outcome = "unsupported") -> Verdict:
    """Return the verdict on a claim that is not kept."""
    return Verdict(None, status, reason)


def text_span(grounds: Grounds, start: int, end: int) -> Span:
    """Return the span of a stretch of prose."""
    quote = grounds.report.document.text[start:end]
    return Span(start=start, end=end, quote=quote, kind="text")


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


def _string(leaf: Leaf, claim: Claim, texts: list[Source], grounds: Grounds) -> Verdict:
    """Return a string (or a word of an enum) cut from the prose named."""
    wanted = squeeze(str(claim.value)).strip(_EDGES)
    if leaf.kind == "enum" and claim.value not in leaf.enum:
        return refused(f"模型给出的 {claim.value!r:.40} 不在可选的值里")
    if not 2 <= len(wanted) <= _LONGEST:
        return refused("文字太短或太长，无法核对")
    reason = "指出的原文没有印着这段文字"
    for source in _joined(texts):
        for start, end in find_string(grounds.plain, wanted, source.start, source.end):
            passage = _passage_start(source, grounds)
            reason = text_problem((start, end), source, leaf, grounds.plain, passage)
            reason = reason or _other_choice(leaf, wanted, source, grounds)
            if not reason:
                span = text_span(grounds, start, end)
                value = str(claim.value) if leaf.kind == "enum" else _as_printed(span.quote)
                return Verdict(value, "supported", "", (span,))
    return refused(reason)


def _joined(texts: list[Source]) -> list[Source]:
    """Return the sources, and those of one passage that follow each other as one."""
    joined: list[Source] = []
    for source in texts:
        last = joined[-1] if joined else source
        same = last.id.partition(".")[0] == source.id.partition(".")[0]
        if joined and same and last.end <= source.start:
            joined[-1] = last._replace(end=source.end)
        else:
            joined.append(source)
    return list(dict.fromkeys([*texts, *joined]))


def _passage_start(source: Source, grounds: Grounds) -> int:
    number = source.id.partition(".")[0]
    return min(s.start for s in grounds.sources.text if s.id.partition(".")[0] == number)


def _other_choice(leaf: Leaf, wanted: str, source: Source, grounds: Grounds) -> str:
    """Return another word of the enum that the sentence prints too."""
    sentence = squeeze(grounds.plain[source.start : source.end])
    for word in leaf.enum:
        other = squeeze(word)
        if other != wanted and other in sentence and other not in wanted:
            return f"同一句里还有“{word}”"
    return ""


def _as_printed(quote: str) -> str:
    """Return a quote with its line breaks and the spaces between characters taken out."""
    return re.sub(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])", "", " ".join(quote.split()))


def _boolean(leaf: Leaf, claim: Claim, texts: list[Source], grounds: Grounds) -> Verdict:
    """Return yes or no only where the field's own words are printed, or printed as denied."""
    if not isinstance(claim.value, bool):
        return refused(f"模型给出的 {claim.value!r:.40} 不是“是”或“否”")
    phrases = [pattern_of("yes_no").sub("", squeeze(t)).strip(_EDGES) for t in leaf.words.own]
    for source in texts:
        for phrase in (p for p in phrases if len(p) >= 3 and not p.isascii()):
            for start, end in find_string(grounds.plain, phrase, source.start, source.end):
                if _affirmed(start, end, source, grounds) is claim.value:
                    first = start if claim.value else max(source.start, start - 4)
                    return Verdict(claim.value, "supported", "",
                                   (text_span(grounds, first, end),))  # fmt: skip
    return refused("原文没有写着字段的原话，程序无法证明是或否")


def _affirmed(start: int, end: int, source: Source, grounds: Grounds) -> bool | None:
    """Tell whether a phrase is said plainly, denied right before, or neither."""
    plain = grounds.plain
    first = max(plain.rfind(mark, source.start, start) for mark in ",;:。\n") + 1
    before = squeeze(plain[max(first, source.start) : start])
    stops = [at for mark in ",;:。\n" if (at := plain.find(mark, end, source.end)) >= 0]
    after = squeeze(plain[end : min([*stops, source.end])])
    if any(says(k, before + after) for k in ("other_time", "others", "plan", "supposed")):
        return None
    if re.search(r"(?:未|没有|未曾|从未|并未|尚未|不存在|无)$", before):
        return None if negated(after) else False
    return None if negated(before) or negated(after) else True


def read_number(said: Any) -> Decimal | None:
    """Return the number a model wrote: 6181, "6,181", "６１８１件", "三百"; None for all else."""
    if isinstance(said, bool):
        return None
    if isinstance(said, int | float):
        said = repr(said)
    if not isinstance(said, str):
        return None
    text = _UNITS.sub("", squeeze(said))
    try:
        if re.fullmatch(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?|-?\d+(?:\.\d+)?", text):
            return Decimal(text.replace(",", ""))
        if re.fullmatch(r"[零〇一二两三四五六七八九十百千万]+|\d[\d.]*万", text):
            return parse_number(text)
    except InvalidOperation:
        return None
    return None
