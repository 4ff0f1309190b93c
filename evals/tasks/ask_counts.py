"""The scores of one answer as counts, so that none of them can flatter; `counts_of`.

What was due but not given counts against every score of what was asked for; how honest the coverage
is, and whether citations stand at the right cells, is counted over the answers that were given.
"""

from assistant.plan import PROSE, Plan
from assistant.result import Answer
from evals.cases.bank import Case, expect
from evals.cases.gold import load_gold
from evals.cases.judge import fault_of, says_no_report
from evals.cases.shorthand import read_plan
from evals.cases.shown import Names, undecided_gap
from evals.reference import execute
from evals.suite.run import Count, Detail, Rate
from evals.tasks.ask_citations import citation_counts
from evals.tasks.ask_lists import Held, Scored, file_of, list_counts, number_counts

RATES = (
    Rate(name="right", title="答对", headline=True),
    Rate(name="wrong", title="答错", better="low", headline=True),
    Rate(name="declined", title="没有答", better="low"),
    Rate(name="beside", title="只引了正文", better="low"),
    Rate(name="list_precision", title="列出的报告中应列的"),
    Rate(name="list_recall", title="应列的报告中列出的"),
    Rate(name="list_f1", title="列表 F1"),
    Rate(name="set_exact", title="列表全对"),
    Rate(name="value", title="数值对"),
    Rate(name="coverage", title="范围内、可判定、无法判定的份数对"),
    Rate(name="undecided", title="无法判定的清单对"),
    Rate(name="refusal_precision", title="拒答中该拒的"),
    Rate(name="refusal_recall", title="该拒的中拒答的"),
    Rate(name="cited", title="带值的行有出处"),
    Rate(name="span", title="出处在正确的格子"),
)
VERDICTS = ("right", "wrong", "declined", "beside")
_NO_COUNTS = ("inventory", "comparable", "check", *PROSE)  # gold does not count their reports
_COUNTED = ("reports", "decidable", "undecidable")


def verdict_counts(verdict: str) -> dict[str, Count]:
    """Return the counts of the four verdicts for one case."""
    return {name: (float(name == verdict), 1.0) for name in VERDICTS}


def counts_of(case: Case, answer: Answer, verdict: str, names: Names) -> Scored:
    """Return every score of an answer that was judged as `verdict`."""
    held = _held(case, answer, names)
    counts = verdict_counts(verdict) | _refusals(held, verdict)
    details: list[Detail] = []
    if case.refuse:
        if counts["refusal_recall"][0] == 0:
            details.append(Detail(item="refusal", mark="missing", expected="/".join(case.refuse)))
    elif held.given or verdict == "declined":
        honesty = [_honesty(held)] if held.given else []
        for part in (list_counts(held), number_counts(held), *honesty):
            counts |= part.counts
            details += part.details
    if held.given:
        cited = citation_counts(answer)
        counts |= cited.counts
        details += cited.details
    return Scored(counts, tuple(details))


def _held(case: Case, answer: Answer, names: Names) -> Held:
    """Take the alternative that the answer meets, else the first."""
    options = expect(case)
    met = (one for one in options if not fault_of(case, answer, one, names))
    expected = next(met, options[0]) if not case.refuse else options[0]
    given = answer.status in ("answered", "partial") or (
        not case.refuse and says_no_report(answer, expected)
    )
    return Held(case, answer, expected, names, given)


def _refusals(held: Held, verdict: str) -> dict[str, Count]:
    """Count a refusal against whether one was due; asking back is none."""
    refused = held.answer.status == "refused" and not held.given
    due = bool(held.case.refuse)
    counts: dict[str, Count] = {}
    if due:
        counts["refusal_recall"] = (float(refused or verdict == "right"), 1.0)
    if refused:
        counts["refusal_precision"] = (float(due or "refused" in held.case.also), 1.0)
    return counts


def _honesty(held: Held) -> Scored:
    """Count whether the coverage that is stated, and the list of doubts, are gold's."""
    counts: dict[str, Count] = {}
    details: list[Detail] = []
    if "undecided" not in held.case.ignore:
        gap = undecided_gap(held.case, held.answer, held.expected, held.names)
        counts["undecided"] = (float(not (gap.extra or gap.missing)), 1.0)
        for mark, doubts in (("extra", gap.extra), ("missing", gap.missing)):
            details += [Detail(item="undecided", mark=mark, report=file_of(key), reason=reason)
                        for key, reason in sorted(doubts, key=str)]  # fmt: skip
    due = _coverage_due(held)
    if due is not None:
        stated = tuple(getattr(held.answer.coverage, name) for name in _COUNTED)
        counts["coverage"] = (float(stated == due), 1.0)
        if stated != due:
            details.append(Detail(item="coverage", mark="wrong", expected=_covered(due),
                                  got=_covered(stated)))  # fmt: skip
    return Scored(counts, tuple(details))


def _coverage_due(held: Held) -> tuple[int, ...] | None:
    """Return how many reports are in scope, decided, undecided, by the executor over gold.

    The plan is the case's own; where the case was worked out by hand it is the one the answer
    rests on, whose reading the verdict judges.
    """
    gold = load_gold()
    short = held.case.plan
    plan: Plan | None = read_plan(short, gold) if short else held.answer.plan
    if plan is None or plan.operation in _NO_COUNTS:
        return None
    coverage = execute(plan, list(gold.records.values())).coverage
    return tuple(getattr(coverage, name) for name in _COUNTED)


def _covered(counts: tuple[int, ...]) -> str:
    return "范围内 {} 可判定 {} 无法判定 {}".format(*counts)
