"""A sweep in words and lists: who mentions it, who does not, who cannot be decided, on what."""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from assistant.hints import hint
from assistant.operations.sketch import names_of
from assistant.plan import Plan
from assistant.prose.found import APART
from assistant.prose.reach import Reach
from assistant.prose.sheet import Sheet, quoted, said_in
from assistant.prose.sweep import Judged, Print, Sweep, Verdict
from assistant.result import Coverage, Limits, Row, Undecided
from assistant.tables import reason_words
from assistant.words import counted_noun, say_scope

_NAMED = 10
_QUOTED = 3
_UNDECIDED: tuple[Verdict, ...] = ("denied", "planned", "apart", "outside", "no_prose")


class Told(NamedTuple):
    """The parts of an answer that a sweep gives."""

    sentences: tuple[str, ...]
    rows: tuple[Row, ...]
    rejected: tuple[Row, ...]
    undecided: tuple[Undecided, ...]
    coverage: Coverage
    figures: dict[str, Decimal]
    value: Decimal
    complete: bool
    warnings: tuple[str, ...]


def tell_sweep(plan: Plan, sweep: Sweep, reach: Reach, sheet: Sheet, limits: Limits) -> Told:
    """Return the lists of a sweep and what is said of them."""
    sheet.load(reach.rids)
    yes, no = sweep.with_verdict("yes"), sweep.with_verdict("no")
    open_ = sweep.with_verdict(*_UNDECIDED)
    wanted, others = (no, yes) if plan.absent else (yes, no)
    rows = tuple(_row(plan, one, sheet) for one in wanted)
    rejected = tuple(_row(plan, one, sheet) for one in others[: limits.rejected])
    undecided = [_undecided(plan, one, sheet) for one in open_[: limits.undecided]]
    unsettled = _unsettled(reach, sheet)
    why = Counter(one.verdict for one in open_)
    coverage = Coverage(
        reports=len(reach.rids),
        decidable=len(wanted) + len(others),
        undecidable=len(open_),
        qualified=len(wanted),
        rejected=len(others),
        unsettled=len(unsettled),
    )
    return Told(
        sentences=(
            _lead(plan, rows, rejected),
            *_prints(sweep, reach, sheet),
            _words(plan),
            _basis(coverage, why),
        ),
        rows=rows,
        rejected=rejected,
        undecided=(*undecided, *unsettled),
        coverage=coverage,
        figures={f"why:{name}": Decimal(n) for name, n in why.items()},
        value=Decimal(len(rows)),
        complete=len(rejected) == len(others) and len(undecided) == len(open_),
        warnings=_cut(
            ("不符合的", len(rejected), len(others)), ("无法判定的", len(undecided), len(open_))
        ),
    )


def _cut(*lists: tuple[str, int, int]) -> tuple[str, ...]:
    """Say which lists are not shown whole."""
    return tuple(
        hint("cut", name=name, whole=whole, shown=shown)
        for name, shown, whole in lists
        if shown < whole
    )


def _row(plan: Plan, one: Judged, sheet: Sheet) -> Row:
    ids = [_cite(p, sheet, "yes" if one.verdict == "yes" else "no") for p in one.prints[:_QUOTED]]
    if one.verdict == "yes":
        shown = one.prints[0]
        note = f"{said_in(shown.hit)}：{quoted(shown.sentence.text)}"
    else:
        note = "所查的词没有全部出现" if one.prints else "文中没有出现所查的词"
    return sheet.row(one.rid, f"提到“{plan.topic}”", note, ids if one.verdict == "yes" else ())


def _cite(one: Print, sheet: Sheet, role: str) -> int:
    return sheet.cite(one.hit, one.sentence.start, one.sentence.end, role)


def _undecided(plan: Plan, one: Judged, sheet: Sheet) -> Undecided:
    ids = [_cite(p, sheet, "undecided") for p in one.prints[:_QUOTED]]
    detail = reason_words()[one.verdict]
    if one.prints:
        detail += f"：{quoted(one.prints[0].sentence.text)}"
    return sheet.undecided(one.rid, one.verdict, detail, f"提到“{plan.topic}”", ids)


def _unsettled(reach: Reach, sheet: Sheet) -> list[Undecided]:
    sheet.load(reach.unsettled)
    return [
        sheet.undecided(rid, "ambiguous", reason_words()["ambiguous"]) for rid in reach.unsettled
    ]


def _lead(plan: Plan, rows: Sequence[Row], others: Sequence[Row]) -> str:
    """Return the first sentence: how many reports, and which."""
    scope, noun = say_scope(plan.scope) or "库中", counted_noun(plan.scope)
    verb = "没有提到" if plan.absent else "提到"
    where = f"{'、'.join(plan.sections)}一节中" if plan.sections else "正文"
    names = names_of([*rows, *others], dated=len(plan.scope.years) != 1)[: len(rows)]
    named = "、".join(names[:_NAMED]) + ("等" if len(rows) > _NAMED else "")
    lead = f"{scope}{where}{verb}“{plan.topic}”的有{len(rows)}{noun}"
    return f"{lead}：{named}。" if rows else f"{lead}。"


def _prints(sweep: Sweep, reach: Reach, sheet: Sheet) -> list[str]:
    """Return what each report says, word for word, where the question is about few."""
    lines = []
    for one in sweep.judged if len(reach.rids) <= APART else ():
        for shown in one.prints[:1]:
            number = _cite(shown, sheet, "yes" if one.verdict == "yes" else "undecided")
            said = quoted(shown.sentence.text)
            why = f"（{reason_words()[one.verdict]}）" if one.verdict in reason_words() else ""
            lines.append(f"{sheet.name(one.rid)}{said_in(shown.hit)}原文：{said}[{number}]{why}。")
    return lines


def _words(plan: Plan) -> str:
    """Say what was decided on, and by which words."""
    joined = "，并且" if plan.match == "all" else "，或者"
    terms = joined.join("、".join(f"“{t}”" for t in group) for group in plan.terms)
    said = f"判断的是报告正文是否写到这些词（{terms}），不等于实际做了或没有做"
    return f"{said}；只说“没有”“将要”的不算提到，列为无法判定。"


def _basis(coverage: Coverage, why: Counter[Verdict]) -> str:
    text = f"依据：逐份看了范围内{coverage.reports}份报告，可判定{coverage.decidable}份"
    text += f"，无法判定{coverage.undecidable}份"
    if why:
        named = (f"{reason_words()[name]} {n}份" for name, n in sorted(why.items()))
        text += f"（{'；'.join(named)}）"
    if coverage.unsettled:
        text += (
            f"；另有{coverage.unsettled}份报告没有写清地方、级别或年份，无法确定是否属于所问范围"
        )
    return f"{text}。"
