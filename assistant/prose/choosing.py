"""Which passages answer, and which of their sentences: by words of the topic and cue words."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from assistant.plan import Plan
from assistant.prose.found import Candidate, Found, has_cue, likely_section
from assistant.prose.sheet import Sheet
from assistant.prose.terms import strength
from assistant.prose.words import any_of, cues
from assistant.sentences import Sentence
from index.normalise import normalise
from index.passages.words import passage_words

_LONGEST_HEADING = 40


class Chosen(NamedTuple):
    """A passage of which something answers: the spans of the answering sentences in it.

    `sure` is false when no sentence says all that is asked: it prints a part of the topic, or
    stands where the answer would.
    """

    one: Candidate
    spans: tuple[tuple[int, int], ...]
    sure: bool = True


def lacking(plan: Plan, candidates: Sequence[Candidate]) -> tuple[str, ...]:
    """Return the words of the topic that even the best of the passages does not speak of."""
    if not plan.terms or any(one.complete for one in candidates):
        return ()
    if plan.match == "any":
        return tuple(group[0] for group in plan.terms)
    best = max(candidates, key=lambda one: sum(map(bool, one.groups)))
    pairs = zip(plan.terms, best.groups, strict=True)
    return tuple(group[0] for group, found in pairs if not found)


def choose(plan: Plan, found: Found, sheet: Sheet) -> dict[int, list[Chosen]]:
    """Return for each report the passages that answer, best first; without one, the nearest.

    Nearest are those that print most of the topic, never one that prints nothing of it.
    """
    chosen: dict[int, list[Chosen]] = {}
    for one in found.candidates:
        if not one.sentences or (plan.terms and not one.any) or not sheet.holds(one.hit):
            continue
        spans = tuple(answering(plan, one))
        whole = one.complete or not plan.terms
        if spans and (whole or plan.asks != "why"):
            chosen.setdefault(one.hit.rid, []).append(Chosen(one, spans, sure=whole))
        elif plan.asks != "why" and whole and _likely(plan, one):
            every = ((one.sentences[0].start, one.sentences[-1].end),)
            chosen.setdefault(one.hit.rid, []).append(Chosen(one, every, sure=False))
    return {rid: _best(passages) for rid, passages in chosen.items()}


def _best(passages: list[Chosen]) -> list[Chosen]:
    """Return the passages that surely answer, else those that speak of most of the topic."""
    if sure := [one for one in passages if one.sure]:
        return sure
    most = max(sum(map(bool, chosen.one.groups)) for chosen in passages)
    return [chosen for chosen in passages if sum(map(bool, chosen.one.groups)) == most]


def _likely(plan: Plan, one: Candidate) -> bool:
    """Tell whether a passage stands where the answer would: it prints the topic, or the section."""
    return bool(plan.terms) or one.hit.section in (likely_section(plan), *plan.sections)


def answering(plan: Plan, one: Candidate) -> Iterator[tuple[int, int]]:
    """Yield the spans of the sentences of a passage that answer; neighbours are joined."""
    marked = _with_bodies(plan, one, [answers(plan, one, at) for at in range(len(one.sentences))])
    start: int | None = None
    for at, sentence in enumerate(one.sentences):
        if marked[at] and start is None:
            start = sentence.start
        last = at + 1 == len(marked) or not marked[at + 1]
        if start is not None and last:
            yield start, sentence.end
            start = None


def _with_bodies(plan: Plan, one: Candidate, marked: list[bool]) -> list[bool]:
    """Mark what stands under a sub-heading that answers: the heading alone says nothing."""
    if plan.asks == "why":
        return marked
    under = False
    found = []
    for sentence, answers_itself in zip(one.sentences, marked, strict=True):
        if _is_heading(sentence):
            under = answers_itself
        found.append(answers_itself or under)
    return found


def _is_heading(sentence: Sentence) -> bool:
    return len(sentence.text) <= _LONGEST_HEADING and bool(
        passage_words().opening.match(normalise(sentence.text))
    )


def answers(plan: Plan, one: Candidate, at: int) -> bool:
    """Tell whether a sentence says what is asked about the topic."""
    sentence = one.sentences[at]
    if plan.asks == "why":
        return has_cue(plan, sentence.text) and _on_topic(plan, one, at)
    if plan.terms:
        return _speaks(plan, sentence)
    if plan.asks == "problems":
        return not _plans(sentence.text) or has_cue(plan, sentence.text)
    return plan.asks != "plans" or _plans(sentence.text)


def _on_topic(plan: Plan, one: Candidate, at: int) -> bool:
    """Tell whether a reason is about the topic: every group in it or in the sentence beside it."""
    near = " ".join(s.text for s in one.sentences[max(0, at - 1) : at + 2])
    return all(strength(group, near) >= 0.6 for group in plan.terms)


def _speaks(plan: Plan, sentence: Sentence) -> bool:
    return any(strength(group, sentence.text) for group in plan.terms)


def _plans(text: str) -> bool:
    return bool(any_of(cues("plan")).search(text))


def reason_given(plan: Plan, found: Found) -> bool:
    """Tell whether some passage states a reason on the topic."""
    return any(any(answers(plan, one, at) for at in range(len(one.sentences)))
               for one in found.candidates)  # fmt: skip
