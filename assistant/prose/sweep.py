"""Which reports mention a word: every report in scope judged one by one, none by rank.

A report is a yes by a sentence that prints the word, a no only when its whole text lacks the word
and its prose could be searched; everything else is undecided, with what was found.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from assistant.library_view import LibraryView
from assistant.obedience import obedient
from assistant.plan import Plan
from assistant.prose.reach import Reach
from assistant.prose.sheet import Sheet
from assistant.prose.terms import printed
from assistant.prose.words import any_of, cues, without
from assistant.sentences import Sentence, plain, sentences_of
from index.search.hit import Hit, PassageSearch, SearchResult

Verdict = Literal["yes", "denied", "planned", "apart", "outside", "no_prose", "no"]
_BEFORE = 14
_AFTER = 8
# What a sentence of prose looks like: a table or a list of headings has none.
_SENTENCE = r"[^。|\t\n]{8,}。"
_COMMA = re.compile(r"[，,、；;：:]")


class Print(NamedTuple):
    """A sentence of a passage that prints a word of some group, and how it speaks of it."""

    hit: Hit
    sentence: Sentence
    groups: frozenset[int]
    verdict: Verdict


class Judged(NamedTuple):
    """What was decided of one report, with the sentences that decide it."""

    rid: int
    verdict: Verdict
    prints: tuple[Print, ...]


class Sweep(NamedTuple):
    """Every report in scope, judged, with the warnings of the search."""

    judged: tuple[Judged, ...]
    warnings: tuple[str, ...]

    def with_verdict(self, *verdicts: Verdict) -> list[Judged]:
        """Return the reports with one of the verdicts."""
        return [one for one in self.judged if one.verdict in verdicts]


def sweep_reports(plan: Plan, search: PassageSearch, reach: Reach, sheet: Sheet) -> Sweep:
    """Return the verdict of every report in reach, in the order of `reach.rids`."""
    words = [term for group in plan.terms for term in group]
    result = search.mentions(words, reach.scope)
    inside = set(reach.rids)
    prints: dict[int, list[Print]] = {}
    for hit in result.hits:
        if hit.rid in inside and sheet.holds(hit):
            prints.setdefault(hit.rid, []).extend(_prints(plan, hit))
    silent = [rid for rid in reach.rids if not prints.get(rid)]
    bare = set(_without_prose(words, search, reach, result, silent))
    beyond, empty = _in_texts(plan, sheet.library, [rid for rid in silent if rid not in bare])
    bare |= empty
    judged = []
    for rid in reach.rids:
        if found := prints.get(rid):
            judged.append(_judge(plan, rid, found))
        elif rid in bare:
            judged.append(Judged(rid, "no_prose", ()))
        else:
            judged.append(Judged(rid, "outside" if rid in beyond else "no", ()))
    return Sweep(tuple(judged), result.warnings)


def _prints(plan: Plan, hit: Hit) -> list[Print]:
    """Return the sentences of a passage that print a word, orders to a model left aside."""
    found = []
    clean = obedient(hit.text)
    for sentence in sentences_of(hit.text):
        groups = frozenset(
            at for at, group in enumerate(plan.terms) if printed(group, sentence.text)
        )
        if not groups:
            continue
        ordering = clean[sentence.start : sentence.end] != sentence.text
        words = [term for at in groups for term in plan.terms[at]]
        spoken = how_said(without_names(sentence.text, hit), words)
        verdict: Verdict = "planned" if ordering else spoken
        found.append(Print(hit, sentence, groups, verdict))
    return found


def without_names(text: str, hit: Hit) -> str:
    """Return a text with the names of its report blanked: the 无 of 无为市 denies nothing."""
    fields = (hit.agency, hit.township, hit.county, hit.city, hit.province)
    names = sorted(filter(None, fields), key=lambda name: -len(name))
    return without(plain(text), tuple(plain(name) for name in names)) if names else text


def how_said(sentence: str, words: Iterable[str]) -> Verdict:
    """Return whether a sentence affirms one of the words ("yes"), denies it, or only plans it."""
    text = plain(sentence)
    found: set[Verdict] = set()
    for word in {plain(word) for word in words}:
        for match in re.finditer(re.escape(word), text):
            found.add(_near(text, match.start(), match.end()))
    order: tuple[Verdict, ...] = ("yes", "planned", "denied")
    return next((verdict for verdict in order if verdict in found), "no")


def _near(text: str, start: int, end: int) -> Verdict:
    """Judge one print by the words in its own clause: before it up to 14, after it up to 8."""
    before = _COMMA.split(text[max(0, start - _BEFORE) : start])[-1]
    after = _COMMA.split(text[end : end + _AFTER])[0]
    spared = (*cues("not_negation"), *cues("instead"))
    denied = any_of(cues("negation"))
    if denied.search(without(before, spared)) or denied.search(without(after, spared)):
        return "denied"
    lead = text[max(0, start - 2 * _BEFORE) : start]
    return "planned" if any_of(cues("future")).search(lead) else "yes"


def _judge(plan: Plan, rid: int, prints: Sequence[Print]) -> Judged:
    """Decide a report by its best sentence: all groups affirmed in one, else what stands there."""
    needed = 1 if plan.match == "any" else len(plan.terms)
    order: tuple[Verdict, ...] = ("yes", "planned", "denied")
    for verdict in order:
        whole = [p for p in prints if p.verdict == verdict and len(p.groups) >= needed]
        if whole:
            return Judged(rid, verdict, tuple(whole))
    together = frozenset(at for p in prints for at in p.groups)
    if len(together) >= needed:
        return Judged(rid, "apart", tuple(prints))
    return Judged(rid, "no", tuple(prints))


def _without_prose(
    words: Sequence[str],
    search: PassageSearch,
    reach: Reach,
    result: SearchResult,
    silent: Sequence[int],
) -> list[int]:
    """Return the reports without a hit that have no prose to search; found by halving."""
    if result.reports >= len(reach.rids) and result.passages:
        return []
    found: list[int] = []
    left = [list(silent)] if silent else []
    while left:
        group = left.pop()
        counted = search.mentions(words, reach.of(group))
        if counted.reports >= len(group) and counted.passages >= len(group):
            continue
        if counted.passages == 0 or len(group) == 1:
            found += group
        else:
            half = len(group) // 2
            left += [group[:half], group[half:]]
    return found


def _in_texts(plan: Plan, library: LibraryView, rids: Sequence[int]) -> tuple[set[int], set[int]]:
    """Return the reports whose whole text prints the words, and those without any sentence.

    In a question on one section the words elsewhere do not matter.
    """
    if not rids:
        return set(), set()
    every = [_spaced(group) for group in plan.terms]
    tests = [f"regexp_matches(text, ${at})" for at in range(3, len(every) + 3)]
    joined = (" OR " if plan.match == "any" else " AND ").join(tests)
    rows = library.query(
        f"""SELECT rid, regexp_matches(text, $2), {joined} FROM texts
        WHERE rid IN (SELECT unnest($1::INTEGER[]))""",
        [list(rids), _SENTENCE, *every],
    )
    beyond = {rid for rid, _, prints in rows if prints and not plan.sections}
    return beyond, {rid for rid, written, _ in rows if not written}


def _spaced(group: Sequence[str]) -> str:
    """Return the pattern of any of the words, white space between characters allowed."""
    return "|".join(r"\s*".join(re.escape(char) for char in term) for term in group)
