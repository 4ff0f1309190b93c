"""The parts of a question put side by side: years, places, bodies, measures, conditions, claim."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from assistant.plan import Condition, Measure
from assistant.understand import cells
from assistant.understand.conditions import Bound, as_condition, read_bounds
from assistant.understand.levels import Levels, read_levels
from assistant.understand.measures import Group, read_measures
from assistant.understand.numerals import Number
from assistant.understand.phrase import AmbiguousError, Phrase, unread
from assistant.understand.places import Ref, read_places
from assistant.understand.segments import connected
from assistant.understand.shares import read_shares
from assistant.understand.years import Years, read_years

_MEASURES = (
    "row",
    "column",
    "cell",
    "fact",
    "request",
    "rate",
    "applicants",
    "claim",
    "hearsay",
    "have",
)
_COUNTERS = ("件", "条", "项", "宗", "起", "次", "例", "元", "%", "")
# What several measures together are counted by, where they are listed by name.
_SUMMING_UP = ("项", "类", "种", "个")
_WANTS = (
    "how_many", "aggregate", "weak_sum", "superlative", "ranking", "order", "change", "difference",
    "has_not",
)  # fmt: skip


@dataclass
class Parts:
    """What a question holds, before it is known what to do with it."""

    phrase: Phrase
    years: Years
    refs: tuple[Ref, ...]
    excluded: tuple[Ref, ...]
    levels: Levels
    bounds: list[Bound]
    groups: list[Group]
    forms: tuple[str, ...]
    claims: list[int] = field(default_factory=list)

    @property
    def measures(self) -> tuple[Measure, ...]:
        """Return every measure once, in the order they stand."""
        return tuple(dict.fromkeys(m for group in self.groups for m in group.measures))

    @property
    def single(self) -> bool:
        """Tell whether the question is about named bodies, not about all of a kind."""
        return bool(self.refs) and not self.levels.named and not self.phrase.has("area")


def read_parts(phrase: Phrase) -> Parts:
    """Read everything but the operation; every word used is marked."""
    years = read_years(phrase)
    refs, excluded = read_places(phrase)
    levels = read_levels(phrase)
    bounds = read_bounds(phrase)
    loose = _loose_numbers(phrase)
    groups = read_shares(phrase, read_measures(phrase))
    forms = tuple(dict.fromkeys(t.value("form") or "" for t in phrase.take("form")))
    parts = Parts(phrase, years, refs, excluded, levels, bounds, groups, forms)
    _place_loose(parts, loose)
    _insist_on_units(parts)
    return parts


def _insist_on_units(parts: Parts) -> None:
    """Decline 处罚了多少钱: what is asked in money must be money, and money is not counted."""
    asked = [t.text for t in parts.phrase.tokens if t.value("how_many") == "value"]
    money = [word for word in asked if word.endswith(("元", "钱"))]
    counts = [word for word in asked if word.endswith(("件", "条", "项", "宗", "起", "次", "例"))]
    units = {m.unit for m in parts.measures}
    labels = "、".join(m.label for m in parts.measures)
    if money and units and "万元" not in units and "" not in units:
        raise unread(money, f"“{labels}”不是金额，报告中没有它的“{money[0]}”")
    if counts and units == {"万元"}:
        raise unread(counts, f"“{labels}”是金额（万元），不计件数")


def _loose_numbers(phrase: Phrase) -> list[int]:
    """Return numbers without a comparator that stand beside a measure (处罚0件, 收到的4件申请)."""
    found = []
    for at in phrase.where("number"):
        number = phrase.tokens[at].number
        near = [i for i in (phrase.before(at), phrase.after(at)) if i is not None]
        beside = any(phrase.tokens[i].has(*_MEASURES) for i in near)
        if number and number.counter in _COUNTERS and beside:
            found.append(at)
    return found


def _place_loose(parts: Parts, loose: list[int]) -> None:
    """Take loose numbers as what the user asserts of one body, else as 等于."""
    phrase = parts.phrase
    for at in loose:
        token = phrase.tokens[at]
        assert token.number is not None
        phrase.use(at)
        if _sums_up(token.number, parts.measures):
            continue
        if parts.single and not phrase.has("which"):
            parts.claims.append(at)
        else:
            parts.bounds.append(Bound("eq", token.number, token.text, at))
    parts.bounds.sort(key=lambda bound: bound.at)


def _sums_up(number: Number, measures: Sequence[Measure]) -> bool:
    """Tell whether a number only says how many measures are named (许可、处罚、强制三项)."""
    counted = len(measures)
    return counted > 1 and number.counter in _SUMMING_UP and number.value == counted


def take_claim(parts: Parts) -> tuple[Measure, Bound] | None:
    """Return the number asserted of one body and its measure, and take it out of the bounds."""
    phrase = parts.phrase
    equal = [b for b in parts.bounds if b.comparator == "eq"]
    bounds = [
        Bound("eq", t.number, t.text, at)
        for at in parts.claims
        if (t := phrase.tokens[at]).number is not None
    ]
    asserted = bounds + (equal if parts.single and not phrase.has("which") else [])
    if not asserted:
        return None
    if len(asserted) > 1 or not parts.measures:
        raise unread([b.text for b in asserted])
    parts.bounds = [b for b in parts.bounds if b not in asserted]
    near = min(parts.groups, key=lambda g: abs(g.last - asserted[0].at))
    return near.measures[0], asserted[0]


Run = tuple[Literal["M", "C"], list[Group], list[Bound]]


def pair_up(parts: Parts) -> tuple[tuple[Condition, ...], Literal["all", "any"], list[Group]]:
    """Give every bound its measure; return the conditions, how they join, the other measures."""
    if not parts.bounds:
        return (), "all", parts.groups
    runs = _runs(parts)
    measure_runs = [run for run in runs if run[0] == "M"]
    if not measure_runs:
        raise unread([b.text for b in parts.bounds], "没有说明比较的是哪个指标")
    alone = len(measure_runs) == 1
    pairs = [(measure_runs[0][1], parts.bounds)] if alone else _matched(runs)
    conditions: list[Condition] = []
    for groups, bounds in pairs:
        conditions += _conditions(parts, groups, bounds)
    match = _match(parts, conditions)
    taken = [g for groups, _ in pairs for g in groups]
    shown = [g for g in parts.groups if g not in taken]
    if shown and not parts.phrase.has(*_WANTS):
        raise unread([m.label for g in shown for m in g.measures], "没有读懂几个指标与条件的搭配")
    return tuple(conditions), match, shown


def _runs(parts: Parts) -> list[Run]:
    """Return measures and bounds in order, connected measures and neighbouring bounds together."""
    # A measure comes before the bound at its own place (没有行政强制 stands at 行政强制).
    events = [(g.first, g, None) for g in parts.groups] + [(b.at, None, b) for b in parts.bounds]
    runs: list[Run] = []
    for _, group, bound in sorted(events, key=lambda event: event[0]):
        last = runs[-1] if runs else None
        if bound is not None:
            if last and last[0] == "C":
                last[2].append(bound)
            else:
                runs.append(("C", [], [bound]))
        elif group is not None:
            if last and last[0] == "M" and connected(parts.phrase, last[1][-1].last, group.first):
                last[1].append(group)
            else:
                runs.append(("M", [group], []))
    return runs


def _matched(runs: list[Run]) -> list[tuple[list[Group], list[Bound]]]:
    """Pair bounds with the measure before them, or after them when the question opens with one."""
    kinds = "".join(run[0] for run in runs)
    if kinds[0] == "M":
        return [(runs[i - 1][1], runs[i][2]) for i, k in enumerate(kinds) if k == "C"]
    if kinds[-1] == "C":
        raise unread([b.text for run in runs for b in run[2]], "没有读懂各个数字属于哪个指标")
    return [(runs[i + 1][1], runs[i][2]) for i, k in enumerate(kinds) if k == "C"]


def _conditions(parts: Parts, groups: list[Group], bounds: list[Bound]) -> list[Condition]:
    measures = tuple(dict.fromkeys(m for g in groups for m in g.measures))
    if len(measures) > 1:
        measures = _shared(parts, groups, measures)
    return [as_condition(measure, bound) for measure in measures for bound in bounds]


def _shared(
    parts: Parts, groups: list[Group], measures: tuple[Measure, ...]
) -> tuple[Measure, ...]:
    """Decide whether 许可和处罚超过100 means each, either or both together."""
    phrase, first, last = parts.phrase, groups[0].first, groups[-1].last
    total = cells.added(measures)
    plus = any(phrase.tokens[i].text in ("加", "加上", "+") for i in range(first, last))
    if total and (phrase.take_sums() or plus):
        return (total,)
    if phrase.has("both", "apart") or any(phrase.tokens[i].has("or") for i in range(first, last)):
        phrase.use(*phrase.where("both"))
        return measures
    names = "、".join(m.label for m in measures)
    raise AmbiguousError((f"{names}各自满足", f"{names}之和满足", f"{names}中任一满足"))


def _match(parts: Parts, conditions: list[Condition]) -> Literal["all", "any"]:
    """Return "any" when 或 joins the conditions; decline a mixture of 且 and 或."""
    phrase = parts.phrase
    spots = [b.at for b in parts.bounds] + [g.last for g in parts.groups]
    joins = [i for i in phrase.where("or") if min(spots) < i < max(spots)]
    phrase.use(*phrase.where("but", "both"))
    if not joins:
        return "all"
    if len(joins) != len(conditions) - 1:
        raise unread([phrase.tokens[i].text for i in joins], "“且”与“或”混用，没有读懂先后")
    phrase.use(*joins)
    return "any"


def insist_on_straight(parts: Parts) -> None:
    """Ask for separate questions where each place or year has a measure of its own."""
    if max(len(parts.refs), len(parts.years.years)) < 2 or len(parts.measures) < 2:
        return
    tokens = parts.phrase.tokens
    cuts = [i for i, t in enumerate(tokens) if t.has("and", "than", "or") or t.text in ",;?"]
    pieces: dict[int, tuple[list[str], list[str]]] = {}
    owners = [(ref.at, ref.said) for ref in parts.refs] if len(parts.refs) > 1 else []
    if not owners:
        owners = [(at, "、".join(f"{y}年" for y in span)) for at, span in parts.years.spans]
    for at, said in owners:
        pieces.setdefault(sum(cut < at for cut in cuts), ([], []))[0].append(said)
    for group in parts.groups:
        at = sum(cut < group.first for cut in cuts)
        pieces.setdefault(at, ([], []))[1].extend(m.label for m in group.measures)
    paired = [piece for piece in pieces.values() if piece[0] and piece[1]]
    if len(paired) > 1 and any(piece[1] != paired[0][1] for piece in paired):
        raise AmbiguousError(f"{'、'.join(p)}的{'、'.join(m)}（请分开问）" for p, m in paired)


def settle_or(parts: Parts) -> None:
    """Use 或 between places or kinds, where it only lists."""
    phrase = parts.phrase
    listed = ("place", "bureau", "level", "year", "missing")
    for at in phrase.where("or"):
        before, after = phrase.before(at), phrase.after(at)
        sides = [i for i in (before, after) if i is not None]
        if len(sides) == 2 and all(phrase.tokens[i].has(*listed) for i in sides):
            phrase.use(at)
