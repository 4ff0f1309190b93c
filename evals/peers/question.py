"""Questions over the samples as peers are asked them, and what their answers are worth.

A list is held to the reports that gold lists, a number to gold's number. A peer is judged kindly: a
name may be short, and it need not say what cannot be decided.
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import NamedTuple

from evals.cases import bank
from evals.cases.bank import Expected, expect, load_cases
from evals.cases.gold import REPORTS, Key, load_gold
from evals.suite.run import CaseResult, Detail, Rate
from evals.tasks.gold_reports import GOLD
from evals.tasks.task import Case

KINDS = ("filter", "count", "rank", "sum", "look-up")
RATES = (
    Rate(name="right", title="答对", better="high", headline=True),
    Rate(name="list_f1", title="清单F1", better="high", headline=True),
    Rate(name="list_recall", title="清单召回", better="high"),
    Rate(name="list_precision", title="清单精确", better="high"),
    Rate(name="value", title="单个数对", better="high"),
    Rate(name="wrong", title="答错", better="low", headline=True),
)
_YEAR = re.compile(r"((?:19|20)\d\d)年?.*$")
_TAILS = re.compile(r"(?:人民政府(?:办公室)?|(?<=街道)办事处)$")


class Said(NamedTuple):
    """What a peer answered: bodies with years in order, or a number; or why nothing."""

    items: tuple[tuple[str, int | None], ...] = ()
    value: Decimal | None = None
    shown: str = ""
    reason: str = ""


class Asked(NamedTuple):
    """A question with the case of the bank that it belongs to."""

    question: str
    case: bank.Case


class QuestionPeer:
    """The cases and files of the tasks that answer questions; a subclass runs them.

    `phrasings` says how many phrasings of each case are asked.
    """

    needs_model = True
    items: tuple[str, ...] = ()
    rates = RATES
    name = "ask.lists"

    def __init__(self, phrasings: int = 1) -> None:
        self._phrasings = phrasings

    def cases(self) -> Sequence[Case]:
        """Return a case for each phrasing of the questions that list reports or give a number."""
        return [
            Case(f"{kind}/{question}", f"{kind}/{case.ask[0]}", {"kind": kind},
                 Asked(question, case))
            for kind in KINDS for case in _held(kind) for question in case.ask[: self._phrasings]
        ]  # fmt: skip

    def files(self) -> Sequence[Path]:
        """Return the reports, their gold, and the tables of the questions."""
        reports = sorted(path for path in REPORTS.iterdir() if path.is_file())
        tables = sorted(Path(bank.__file__).parent.glob("*.toml"))
        return (*tables, GOLD / "cells.jsonl", GOLD / "reports.jsonl", *reports)


@cache
def _held(kind: str) -> tuple[bank.Case, ...]:
    """Return the cases of a kind whose right answer is a list or a number."""
    return tuple(
        case for case in load_cases()
        if case.kind == kind and not case.refuse
        and any(one.rows or isinstance(one.value, Decimal) for one in expect(case))
    )  # fmt: skip


def question_result(case: Case, said: Said) -> CaseResult:
    """Return the counts of an answer, by the kindest of what gold accepts."""
    asked: Asked = case.given
    judged = [_judged(asked.case, one, said) for one in expect(asked.case)]
    counts, detail = max(judged, key=lambda one: (one[0]["right"], *one[0].get("list_f1", ())))
    answered = bool(said.items) or said.value is not None
    right = counts["right"][0] == 1
    return CaseResult(
        case=case.id, cluster=case.cluster, traits=case.traits,
        counts={**counts, "wrong": (float(answered and not right), 1.0)},
        details=() if right else (detail,),
        verdict="right" if right else "wrong" if answered else "declined",
        shown=said.shown[:300], reason=said.reason[:200],
    )  # fmt: skip


def _judged(
    case: bank.Case, expected: Expected, said: Said
) -> tuple[dict[str, tuple[float, float]], Detail]:
    """Return the counts by one expectation, and what was expected beside what came."""
    if isinstance(expected.value, Decimal):
        same = said.value is not None and round(said.value, 6) == round(expected.value, 6)
        detail = Detail(item="value", mark="", expected=f"{expected.value:f}",
                        got=None if said.value is None else f"{said.value:f}")  # fmt: skip
        return {"right": (float(same), 1.0), "value": (float(same), 1.0)}, detail
    due = [row.key for row in expected.rows or ()]
    given = [item for item in dict.fromkeys(said.items) if not _is_open(case, item)]
    if case.top:
        due, given = due[:1], given[:1]
    met = _met(due, given)
    counts = {
        "right": (float(len(met) == len(due) == len(given)), 1.0),
        "list_f1": (2.0 * len(met), float(len(given) + len(due))),
        "list_recall": (float(len(met)), float(len(due))),
        "list_precision": (float(len(met)), float(len(given))),
    }
    detail = Detail(item="list", mark="", expected="、".join(f"{k.body}{k.year}" for k in due),
                    got="、".join(f"{name}{year or ''}" for name, year in given))  # fmt: skip
    return counts, detail


def _met(due: Sequence[Key], given: Sequence[tuple[str, int | None]]) -> list[Key]:
    """Return the reports that are due and given, each given name used once."""
    left = list(due)
    for item in given:
        found = next((key for key in left if _names(item, key)), None)
        if found is not None:
            left.remove(found)
    return [key for key in due if key not in left]


def _is_open(case: bank.Case, item: tuple[str, int | None]) -> bool:
    """Tell whether a report may stand in the list or not."""
    return any(_names(item, load_gold().key(name)) for name in case.open)


def _names(item: tuple[str, int | None], key: Key) -> bool:
    """Tell whether a name and year, as a peer writes them, can mean a report."""
    said, year = item
    inside = _YEAR.search(said)
    year = year or (int(inside[1]) if inside else None)
    bare = _TAILS.sub("", _YEAR.sub("", said).strip(" 《》“”.,，、_"))
    body = _TAILS.sub("", key.body)
    return len(bare) > 1 and body.endswith(bare) and year in (None, key.year)
