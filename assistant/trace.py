"""The last guard: every number in an answer's text must stand in its rows, counts or plan."""

import re
from collections.abc import Iterator
from decimal import Decimal

from assistant.numbers import rounded, say_number
from assistant.plan import PROSE
from assistant.result import Answer, Ratio, Row, Shown, Undecided

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_QUOTE = re.compile(r"“([^”]*)”")
_MARKS = re.compile(r"(?:\[\d+\])+")
_SENTENCE = re.compile(r"[^。；\n]*(?:[。；\n]|$)")


def guarded(found: Answer) -> Answer:
    """Return the answer, or a refusal when its text holds a number that nothing accounts for."""
    loose = untraced_numbers(found)
    if not loose:
        return found
    numbers = "、".join(loose)
    text = f"程序自检没有通过：数字{numbers}找不到出处，所以不给出回答。请把问题报给开发者。"
    return Answer(question=found.question, status="refused", text=text, plan=found.plan,
                  explanation=found.explanation)  # fmt: skip


def untraced_numbers(answer: Answer) -> list[str]:
    """Return the numbers of the text that nothing in the answer accounts for; best none."""
    said = _NUMBER.findall(_uncited(answer))
    left = set(said)
    for known in _known(answer) if left else ():
        left.discard(known)
        if not left:
            return []
    return [number for number in said if number in left]


def _known(answer: Answer) -> Iterator[str]:
    """Yield every number that the answer's data holds, as text shows it."""
    yield from _numbers(answer.value, answer.ratio)
    for row in (*answer.rows, *answer.rejected):
        yield from _row(row)
    for one in answer.undecided:
        yield from _undecided(one)
    for count in answer.coverage.model_dump().values():
        yield str(count)
    for figure in answer.figures.values():
        yield from _decimal(figure)
    for length in (len(answer.rows), len(answer.rejected), len(answer.undecided)):
        yield str(length)
    yield from _plan(answer)
    for text in answer.choices:
        yield from _NUMBER.findall(text)


def _uncited(answer: Answer) -> str:
    """Return the text without what the citations themselves say.

    Out go quotes that a citation holds word for word, marks of citations that are there, and the
    numbers of a marked sentence that stand in what its marks cite.
    """
    quotes = {c.id: c.quote for c in answer.citations if c.kind == "text"}
    if not quotes or not (answer.prose or (answer.plan and answer.plan.operation in PROSE)):
        return answer.text
    every = [bare(quote) for quote in quotes.values()]

    def known(found: re.Match[str]) -> str:
        return "" if any(bare(found[1]) in quote for quote in every) else found[0]

    text = _QUOTE.sub(known, answer.text)
    return "".join(_left(sentence, quotes) for sentence in _SENTENCE.findall(text))


def _left(sentence: str, quotes: dict[int, str]) -> str:
    """Return a sentence without its marks and the numbers that they prove."""
    cited = [int(n) for found in _MARKS.findall(sentence) for n in _NUMBER.findall(found)]
    if not cited or any(n not in quotes for n in cited):
        return sentence
    proven = set(_NUMBER.findall(bare(" ".join(quotes[n] for n in cited))))
    body = _MARKS.sub("", sentence)
    return _NUMBER.sub(lambda found: "" if found[0] in proven else found[0], body)


def bare(text: str) -> str:
    """Return text as quotes are compared: without white space and quotation marks."""
    return re.sub(r"[\s“”‘’「」『』\"']", "", text)


def _plan(answer: Answer) -> Iterator[str]:
    """Yield the numbers of the question as read: years, limits, asked values, names."""
    if answer.prose is not None:
        yield from _NUMBER.findall(answer.prose.model_dump_json())
    if answer.plan is None:
        return
    yield from _NUMBER.findall(answer.plan.model_dump_json())
    for condition in answer.plan.conditions:
        yield from _decimal(condition.value)
        yield from _decimal(condition.value * 100)
    if answer.plan.claim is not None:
        yield from _decimal(answer.plan.claim)
    for place in answer.plan.scope.places:
        yield from _NUMBER.findall(place.said)


def _row(row: Row) -> Iterator[str]:
    yield from _numbers(row.value, row.ratio)
    for text in (row.agency, row.label, row.group, row.note, row.county, row.city, row.metric):
        yield from _NUMBER.findall(text or "")
    yield str(row.year)
    yield str(row.rank)
    for more in row.more:
        yield from _shown(more)


def _shown(more: Shown) -> Iterator[str]:
    yield from _numbers(more.value, more.ratio)
    yield str(more.year)
    yield from _NUMBER.findall(f"{more.label} {more.note}")


def _undecided(one: Undecided) -> Iterator[str]:
    yield str(one.year)
    yield from _NUMBER.findall(f"{one.agency} {one.label} {one.detail}")


def _numbers(value: Decimal | None, ratio: Ratio | None) -> Iterator[str]:
    if value is not None:
        yield from _decimal(value)
    if ratio is not None:
        yield from _decimal(ratio.numerator)
        yield from _decimal(ratio.denominator)


def _decimal(value: Decimal) -> Iterator[str]:
    """Yield a number as text may show it: exact, or rounded to two decimals."""
    from fractions import Fraction

    yield say_number(abs(value))
    yield say_number(abs(rounded(Fraction(value))))
