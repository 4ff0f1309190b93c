"""What a run would take, before anything is asked: from recorded replies, else from lengths."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from assistant.model.tokens import upper
from assistant.page.desks.evaluating import MOST_CASES, Basis, Estimate, Part, Wanted
from assistant.prompts import Prompt, Prompts
from assistant.settings import Settings
from evals.pages.way import Way, find_way
from evals.replay.exchange import Exchange
from evals.replay.tape import Tape
from evals.suite.door import TAPE
from evals.suite.prices import load_prices, price_of
from evals.suite.runner import Plan, chosen_cases
from evals.tasks.task import Case
from index.errors import MisuseError


class _Each(NamedTuple):
    """What one case took on average; None where that is not known."""

    calls: float
    prompt_tokens: float
    completion_tokens: float | None
    seconds: float | None


def estimate(wanted: Wanted, prompts: Prompts, settings: Settings, runs: Path) -> Estimate:
    """Return what the runs would take; raises MisuseError for a task or set that is not there."""
    if wanted.most is not None and not 1 <= wanted.most <= MOST_CASES:
        raise MisuseError(f"例数不能是 {wanted.most!r}：请填 1 到 {MOST_CASES}。")
    way = find_way(wanted, settings, runs)
    cases = chosen_cases(way.task, plan_of(wanted))
    if not cases:
        raise MisuseError("选的范围里没有例子。请另选范围。")
    title = way.task.title
    if not way.task.needs_model:
        part = Part("", len(cases), 0, 0, 0, 0, None, None, None)
        return Estimate(wanted, title, (part,), "none")
    asked = wanted.prompt or way.task.prompts[0]
    tried = [Prompts()[asked], *([prompts[asked]] if wanted.prompt else [])]
    tapes = {folder: Tape(folder).exchanges(asked) for folder in (TAPE, runs / "replies")}
    basis: Basis = "recorded" if any(tapes.values()) else "length"
    parts = tuple(_part(prompt, cases, way, tapes, settings) for prompt in tried)
    return Estimate(wanted, title, parts, basis, way.said)


def plan_of(wanted: Wanted) -> Plan:
    """Return the choice of cases that is wanted."""
    return Plan(None, Prompts(), most=wanted.most, corpora=wanted.sets)


def _part(
    prompt: Prompt, cases: Sequence[Case], way: Way,
    tapes: Mapping[Path, Sequence[Exchange]], settings: Settings,
) -> Part:  # fmt: skip
    known = {
        e.case for e in tapes[way.tape]
        if (e.prompt, e.provider, e.model) == (prompt.id, way.provider, way.model)
    }  # fmt: skip
    recorded = sum(case.id in known for case in cases)
    if not way.calls:
        return Part(prompt.id, len(cases), recorded, 0, 0, 0, None, None, None)
    kept = [exchange for exchanges in tapes.values() for exchange in exchanges]
    each, due = _each(prompt, kept), len(cases) - recorded
    said = round(each.prompt_tokens * due)
    given = None if each.completion_tokens is None else round(each.completion_tokens * due)
    price = price_of(load_prices(), way.provider, way.model)
    return Part(
        prompt.id, len(cases), recorded, round(each.calls * due), said, given,
        price.cost(said, given) if price and given is not None else None,
        price.currency if price else None,
        None if each.seconds is None else each.seconds * due / settings.concurrency,
    )  # fmt: skip


def _each(prompt: Prompt, kept: Sequence[Exchange]) -> _Each:
    """Return what a case takes: by the replies to this prompt, else to another version of it."""
    if not kept:
        return _Each(1, upper(prompt.system + prompt.user), None, None)
    own = Prompts()[prompt.name]
    made_by = Counter(e.prompt for e in kept)
    best = next((p for p in (prompt.id, own.id) if p in made_by), made_by.most_common(1)[0][0])
    held = [e for e in kept if e.prompt == best]
    cases = len({(e.case, e.repeat, e.model) for e in held})
    calls = len(held) / cases
    longer = _length(prompt) - _length(own) if best == own.id else 0
    return _Each(
        calls,
        sum(e.prompt_tokens for e in held) / cases + calls * longer,
        sum(e.completion_tokens for e in held) / cases,
        sum(e.seconds for e in held) / cases,
    )


def _length(prompt: Prompt) -> int:
    return upper(prompt.system + prompt.user, 1.0)
