"""Quotes and marks such as [1] in an answer from the prose: each opens its passage."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from assistant.markup import Html, tag
from assistant.page.views.parts import number
from assistant.page.views.quotes import number_place, place_of
from assistant.plan import PROSE
from assistant.result import Answer, Citation
from assistant.trace import bare

_QUOTE = re.compile(r"“([^”]*)”")
_MARK = re.compile(r"\[(\d+)\]")
_MARKS = re.compile(r"[。！？!?]?((?:\[\d+\])+)")
_SENTENCE = re.compile(r"[^。；\n]*(?:[。；\n](?:\[\d+\])*|$)")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


class Span(NamedTuple):
    """A piece of the text with the HTML that stands for it."""

    start: int
    end: int
    html: Html


def is_prose(answer: Answer) -> bool:
    """Tell whether an answer, or a part of it, was found in the prose of the reports."""
    read = answer.plan is not None and answer.plan.operation in PROSE
    return read or answer.prose is not None


def prose_spans(answer: Answer) -> Iterator[Span]:
    """Yield the quotes, the marks and the numbers of marked sentences, with their passages."""
    cited = {one.id: one for one in answer.citations if one.kind == "text"}
    if not cited or not is_prose(answer):
        return
    text = answer.text
    quotes = [one for one in _QUOTE.finditer(text) if one[1]]
    for found in quotes:
        one = _quoted(found[1], _marks_after(text, found.end()), cited)
        if one is not None:
            yield Span(*found.span(1), _opens(found[1], *place_of(one, found[1]), one))
    inside = [range(*found.span()) for found in quotes]
    for found in _MARK.finditer(text):
        if int(found[1]) in cited and not any(found.start() in one for one in inside):
            one = cited[int(found[1])]
            yield Span(*found.span(), number(found[0], one.report_id, one.start, one.end))
    for sentence in _SENTENCE.finditer(text):
        yield from _numbers(sentence, cited, inside)


def _opens(said: str, start: int, end: int, one: Citation) -> Html:
    """Return words that open their place; they wrap like text, which a button cannot."""
    return tag(
        "span", said, class_="quote", role="button", tabindex=0,
        data_source=one.report_id, data_start=start, data_end=end,
    )  # fmt: skip


def _marks_after(text: str, end: int) -> list[int]:
    """Return the marks that follow a quote."""
    found = _MARKS.match(text, end)
    return [int(number) for number in _MARK.findall(found[1])] if found else []


def _quoted(said: str, marks: Sequence[int], cited: dict[int, Citation]) -> Citation | None:
    """Return the one place that holds a quote; None where several do."""
    held = [one for one in cited.values() if bare(said) and bare(said) in bare(one.quote)]
    held = [one for one in held if one.id in marks] or held
    places = {(one.report_id, one.start, one.end) for one in held}
    return held[0] if len(places) == 1 else None


def _numbers(
    sentence: re.Match[str], cited: dict[int, Citation], inside: Sequence[range]
) -> Iterator[Span]:
    """Yield the numbers of a sentence that stand once in what its marks cite."""
    marked = [cited[n] for n in map(int, _MARK.findall(sentence[0])) if n in cited]
    if not marked:
        return
    marks = [range(*found.span()) for found in _MARK.finditer(sentence[0])]
    for found in _NUMBER.finditer(sentence[0]):
        start = sentence.start() + found.start()
        if any(found.start() in one for one in marks) or any(start in one for one in inside):
            continue
        held = [(one, at) for one in marked if (at := number_place(one, found[0]))]
        if len(held) == 1:
            one, at = held[0]
            yield Span(start, start + len(found[0]), number(found[0], one.report_id, *at))
