"""Strings, enum words and booleans: cut from the prose that a claim names, or refused."""

import re

from assistant.extraction.claims import EDGES, Claim, Grounds, Verdict, refused, text_span
from assistant.extraction.evidence import find_string
from assistant.extraction.fit_text import text_problem
from assistant.extraction.schema import Leaf
from assistant.extraction.sources import Source
from assistant.extraction.wording import negated, pattern_of, says
from index.normalise import squeeze

_LONGEST = 600


def judge_string(leaf: Leaf, claim: Claim, texts: list[Source], grounds: Grounds) -> Verdict:
    """Return a string (or a word of an enum) cut from the prose named."""
    wanted = squeeze(str(claim.value)).strip(EDGES)
    if leaf.kind == "enum" and claim.value not in leaf.enum:
        return refused(f"模型给出的 {claim.value!r:.40} 不在可选的值里")
    if not 2 <= len(wanted) <= _LONGEST:
        return refused("文字太短或太长，无法核对")
    reason = "指出的原文没有印着这段文字"
    for source in _joined(texts):
        for start, end in find_string(grounds.plain, wanted, source.start, source.end):
            reason = text_problem((start, end), source, leaf, grounds.plain)
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


def judge_boolean(leaf: Leaf, claim: Claim, texts: list[Source], grounds: Grounds) -> Verdict:
    """Return yes or no only where the field's own words are printed, or printed as denied."""
    if not isinstance(claim.value, bool):
        return refused(f"模型给出的 {claim.value!r:.40} 不是“是”或“否”")
    phrases = [pattern_of("yes_no").sub("", squeeze(t)).strip(EDGES) for t in leaf.words.own]
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
