"""The passages that speak of a topic: searched, weighed by the words they print, best first.

A passage counts by its words, never by a score of the search: similar vectors claim nothing.
"""

from typing import NamedTuple

from assistant.obedience import obedient
from assistant.plan import Plan
from assistant.prose.reach import Reach
from assistant.prose.terms import related_terms, strength
from assistant.prose.words import any_of, cues, section_hints, without
from assistant.sentences import Sentence, sentences_of
from assistant.synonyms import related_words
from index.search.hit import Hit, PassageSearch, SearchResult, SearchScope

_LIMIT = 24
# Of many reports the best are read more closely: one passage does not tell what a report lacks.
_READ = 12
# Up to so many reports are searched one by one, so that none is crowded out by another.
APART = 6
_HINTED = {"problems": 4, "plans": 4, "what": 0, "how": 0}


class Candidate(NamedTuple):
    """A passage with its sentences; `groups` is how strongly each group of terms stands in it."""

    hit: Hit
    sentences: tuple[Sentence, ...]
    groups: tuple[float, ...]
    place: int

    @property
    def complete(self) -> bool:
        """Tell whether every group of the topic is there."""
        return bool(self.groups) and all(self.groups)

    @property
    def any(self) -> bool:
        """Tell whether any group of the topic is there."""
        return any(self.groups)


class Found(NamedTuple):
    """The candidates, best first, by report in the order of `rids`; `warnings` of the search."""

    candidates: tuple[Candidate, ...]
    warnings: tuple[str, ...]

    def of(self, rid: int) -> list[Candidate]:
        """Return the candidates of one report."""
        return [one for one in self.candidates if one.hit.rid == rid]


def find_passages(plan: Plan, question: str, search: PassageSearch, reach: Reach) -> Found:
    """Return the passages of the reports in reach that may answer."""
    if not reach.rids:
        return Found((), ())
    results: list[SearchResult] = []
    inside, chosen = set(reach.rids), list(reach.rids)
    if len(reach.rids) > APART:
        results += _searched(plan, question, search, reach.scope, per_report=True)
        best = [hit.rid for result in results for hit in result.hits if hit.rid in inside]
        chosen = list(dict.fromkeys(best))[:_READ]
    for rid in chosen:
        results += _searched(plan, question, search, reach.of((rid,)), per_report=False)
    hits: dict[tuple[int, int, int], Hit] = {}
    for result in results:
        for hit in result.hits:
            if hit.rid in inside:
                hits.setdefault((hit.rid, hit.start, hit.end), hit)
    weighed = [weigh(plan, hit, place) for place, hit in enumerate(hits.values())]
    weighed.sort(key=lambda one: _order(plan, one))
    warnings = [w for result in results for w in result.warnings]
    return Found(tuple(weighed), tuple(dict.fromkeys(warnings)))


def _searched(
    plan: Plan, question: str, search: PassageSearch, scope: SearchScope, *, per_report: bool
) -> list[SearchResult]:
    """Search the likely section first when there is no topic, and for the words when there is."""
    query, also = _subject(plan, question), _also(plan, question)
    hinted = likely_section(plan)
    if not plan.terms and hinted and not plan.sections:
        near = scope.model_copy(update={"sections": (hinted,)})
        result = search.search(query, near, _LIMIT, per_report=per_report, also=also)
        if result.hits:
            return [result]
    found = [search.search(query, scope, _LIMIT, per_report=per_report, also=also)]
    if plan.terms and not per_report:
        words = [w for group in plan.terms for w in (*group, *related_terms(group))]
        found.append(search.mentions(words, scope))
    return found


def _subject(plan: Plan, question: str) -> str:
    """Return the question without the places and years that are filters already."""
    text = question
    for said in (*(p.said for p in plan.scope.places), *(f"{y}年" for y in plan.scope.years)):
        text = text.replace(said, " ")
    return text.strip() or question


def _also(plan: Plan, question: str) -> tuple[str, ...]:
    """Return what print may say instead of the words of the question."""
    hints = section_hints()[_HINTED[plan.asks]].hints if plan.asks in ("problems", "plans") else ()
    words = [word for group in plan.terms for word in group[:3]]
    return tuple(dict.fromkeys((*words, *hints, *related_words(question))))


def likely_section(plan: Plan) -> str:
    """Return the section that most likely answers; "" for no preference."""
    at = _HINTED.get(plan.asks or "")
    if plan.terms and plan.asks not in ("problems", "plans"):
        said = {term for group in plan.terms for term in group}
        return next((h.section for h in section_hints() if said & set(h.hints)), "")
    return section_hints()[at].section if at is not None else ""


def weigh(plan: Plan, hit: Hit, place: int) -> Candidate:
    """Return a passage with what it says of each group; text that looks like orders counts not."""
    clean = obedient(hit.text)
    sentences = tuple(
        s for s in sentences_of(hit.text) if clean[s.start : s.end].strip("　 ") == s.text
    )
    text = f"{hit.heading} {' '.join(s.text for s in sentences)}"
    groups = tuple(strength(group, text) for group in plan.terms)
    if plan.match == "any" and groups:
        groups = (max(groups),)
    return Candidate(hit, sentences, groups, place)


def _order(plan: Plan, one: Candidate) -> tuple[object, ...]:
    return (
        not one.complete,
        -sum(one.groups),
        -has_cue(plan, " ".join(s.text for s in one.sentences)),
        one.hit.section != likely_section(plan),
        one.place,
    )


def has_cue(plan: Plan, text: str) -> bool:
    """Tell whether a text prints what the question asks for: a reason, a problem, a plan."""
    if plan.asks == "why":
        return bool(any_of(cues("reason")).search(without(text, cues("not_reason"))))
    kind = {"problems": "problem", "plans": "plan", "how": "how"}.get(plan.asks or "")
    return bool(kind and any_of(cues(kind)).search(text))
