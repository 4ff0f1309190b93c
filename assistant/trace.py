"""The last guard: every number in an answer's text must stand in its rows, counts or plan."""

import re
from collections.abc import Iterator
from decimal import Decimal

from assistant.numbers import rounded, say_number
from assistant.result import Answer, Ratio, Row, Shown, Undecided

_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def untraced_numbers(answer: Answer) -> list[str]:
    """Return the numbers of the text that nothing in the answer accounts for; best none."""
    said = _NUMBER.findall(answer.text)
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


def _plan(answer: Answer) -> Iterator[str]:
    """Yield the numbers of the question as read: years, limits, asked values, names."""
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
