"""The questions with known answers as cases: the bank over the samples, and colloquial ones.

A case is one phrasing; the phrasings of one question make a cluster.
"""

import hashlib
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from assistant.names import Names
from assistant.understand import understand
from evals.cases import bank
from evals.cases.gold import REPORTS, load_gold
from evals.retrieval import ROOT
from evals.tasks.task import Case

COLLOQUIAL = ROOT / "evals" / "cases" / "colloquial.tsv"
_SAMPLE = Path(__file__).with_name("ask_sample.toml")
_GOLD = ("cells", "facts", "reports")


class Asked(NamedTuple):
    """A phrasing of a question of the bank."""

    question: str
    case: bank.Case


class Spoken(NamedTuple):
    """A colloquial question and the plan or refusal that is right, as `small_library.digest`."""

    question: str
    expected: str


def bank_cases() -> list[Case]:
    """Return every phrasing of the bank, in its order."""
    seen: Counter[str] = Counter()
    return [
        Case(_unique(f"{one.kind}/{question}", seen), f"{one.kind}/{one.ask[0]}",
             {"kind": one.kind, "bank": "main"}, Asked(question, one))
        for one in bank.load_cases()
        for question in one.ask
    ]  # fmt: skip


def spoken_cases() -> list[Case]:
    """Return the colloquial questions; those that ask the same hang together."""
    seen: Counter[str] = Counter()
    lines = (line.split("\t") for line in COLLOQUIAL.read_text(encoding="utf-8").splitlines())
    return [
        Case(_unique(f"colloquial/{question}", seen), f"colloquial/{expected}",
             {"kind": "colloquial", "bank": "colloquial"}, Spoken(question, expected))
        for question, expected in lines
    ]  # fmt: skip


def sample(cases: Sequence[Case]) -> list[Case]:
    """Return the phrasings of the bank that are put to a model, as `ask_sample.toml` says."""
    more = tomllib.loads(_SAMPLE.read_text(encoding="utf-8"))["more_of_each_kind"]
    kinds: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        kinds[case.traits["kind"]].append(case)
    drawn = {case.id for kind in kinds.values() for case in sorted(kind, key=_drawn)[:more]}
    chosen = {case.id for case in first_unread(cases)} | drawn
    return [case for case in cases if case.id in chosen]


def first_unread(cases: Iterable[Case]) -> Iterator[Case]:
    """Yield, for each question of the bank, its first phrasing that the rules do not read."""
    done: set[str] = set()
    for case in cases:
        if case.cluster not in done and _is_unread(case.given.question):
            done.add(case.cluster)
            yield case


def bank_files() -> list[Path]:
    """Return the questions, the sample reports and their gold tables."""
    folder = ROOT / "evals"
    return [
        *sorted((folder / "cases").glob("*.toml")), COLLOQUIAL, _SAMPLE,
        *(folder / "gold" / f"{name}.jsonl" for name in _GOLD),
        *sorted(path for path in REPORTS.iterdir() if path.is_file()),
    ]  # fmt: skip


@cache
def _is_unread(question: str) -> bool:
    """Tell whether the rules find words in a question that they do not know."""
    refusal = understand(question, _names()).refusal
    return refusal is not None and refusal.code == "unread"


@cache
def _names() -> Names:
    """Return the names of the sample reports as gold has them; no library is needed."""
    records = load_gold().records.values()
    return Names(
        (r.agency.name, r.agency.level, r.agency.kind, r.agency.province, r.agency.city,
         r.agency.county, r.agency.township, r.year)
        for r in records
    )  # fmt: skip


def _drawn(case: Case) -> str:
    return hashlib.sha256(case.id.encode()).hexdigest()


def _unique(name: str, seen: Counter[str]) -> str:
    """Return a name, with its number where it comes again."""
    seen[name] += 1
    return name if seen[name] == 1 else f"{name}#{seen[name]}"
