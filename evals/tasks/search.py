"""Does search find what answers a question: by words, by meaning and by both, among the best five.

Recall looks for a target of the highest grade that the question has; the reciprocal rank says how
far down it stands; nDCG weighs every grade, against the best order of the library's passages.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from math import log2
from pathlib import Path
from typing import NamedTuple

from evals.retrieval import (
    BANKS,
    BEST,
    MODES,
    ROOT,
    Query,
    Target,
    corpora,
    is_found,
    load_queries,
    shows,
)
from evals.suite.run import CaseResult, Count, Detail, Rate
from evals.tasks.corpora import Corpus, corpus_files, is_private, opened
from evals.tasks.task import Case, Setting
from index.search.hit import Hit, Mode

_TITLES: Mapping[Mode, str] = {"lexical": "词语", "dense": "语义", "hybrid": "合并"}
_SCORES = {"recall": "前五召回", "rank": "名次倒数", "ndcg": "按等级的排序"}


class _Given(NamedTuple):
    corpus: str
    query: Query


class Search:
    """The task `search`: each question in each corpus that answers it, in each of `modes`."""

    name = "search"
    title = "段落检索"
    needs_model = False
    items: tuple[str, ...] = ()
    prompts: tuple[str, ...] = ()

    def __init__(self, modes: Sequence[Mode] = MODES) -> None:
        self._modes = tuple(modes)
        self._embed = any(mode != "lexical" for mode in modes)
        self._gains = cache(self._gains_of)
        self.rates = tuple(
            Rate(name=f"{score}.{mode}", title=f"{title}（{_TITLES[mode]}）",
                 headline=mode == self._modes[-1] and score != "rank")
            for mode in self._modes
            for score, title in _SCORES.items()
        )  # fmt: skip

    def cases(self) -> Sequence[Case]:
        """Return every question with targets, once for each corpus that holds some."""
        return [
            Case(
                f"{bank}/{query.id}/{name}", f"{bank}/{query.id}",
                {"bank": bank, "kind": query.kind, "corpus": name},
                _Given(name, query), is_private(name),
            )
            for bank in BANKS
            for name, files in corpora().items()
            for query in load_queries((path.name for path in files), bank)
        ]  # fmt: skip

    def files(self) -> Sequence[Path]:
        """Return the reports, the questions and what answers them."""
        return (*corpus_files(), *bank_files())

    def run(self, case: Case, setting: Setting) -> CaseResult:
        """Return the scores of each mode, and what the last of them found first."""
        given: _Given = case.given
        corpus = opened(given.corpus, embed=self._embed)
        files = corpus.report_files()
        counts: dict[str, Count] = {}
        hits: Sequence[Hit] = ()
        for mode in self._modes:
            hits = _found(corpus, given.query, mode)
            counts |= _counts(mode, hits, given.query, files, self._ideal(given))
        found = is_found(given.query, hits, files)
        return CaseResult(
            case=case.id, cluster=case.cluster, traits=case.traits, counts=counts,
            details=() if found else tuple(_missed(given.query)),
            verdict="right" if found else "missed" if hits else "declined",
        )  # fmt: skip

    def _ideal(self, given: _Given) -> float:
        """Return the gain of the best order that the passages of the corpus allow."""
        gains = self._gains(given.corpus, given.query.graded)
        return sum(gain / log2(rank + 2) for rank, gain in enumerate(gains[:BEST]))

    def _gains_of(self, name: str, targets: tuple[Target, ...]) -> list[float]:
        """Return what each passage is worth, near-duplicates once, the best first."""
        corpus = opened(name, embed=self._embed)
        files = corpus.report_files()
        best: dict[tuple[object, object], float] = {}
        for rid, ordinal, start, end, group in corpus.library.query(
            'SELECT rid, ordinal, start, stop, "group" FROM passages'
        ):
            gain = max((_gain(t) for t in targets if files.get(rid) == t.report
                        and start < t.end and t.start < end), default=0.0)  # fmt: skip
            key = ("group", group) if group else (rid, ordinal)
            best[key] = max(gain, best.get(key, 0.0))
        return sorted(best.values(), reverse=True)


def bank_files() -> list[Path]:
    """Return the files of the prose questions and of the passages that answer them."""
    folder = ROOT / "evals"
    return [folder / part / name for files in BANKS.values()
            for part, name in zip(("cases", "gold"), files, strict=True)]  # fmt: skip


def _found(corpus: Corpus, query: Query, mode: Mode) -> Sequence[Hit]:
    from assistant.narrow import narrow

    asked = narrow(corpus.library, query.question)
    found = corpus.search.search(asked.words, asked.scope, BEST, mode=mode, also=asked.also)
    return found.hits


def _counts(
    mode: Mode, hits: Sequence[Hit], query: Query, files: Mapping[int, str], ideal: float
) -> dict[str, Count]:
    first = next((n for n, hit in enumerate(hits, 1) if is_found(query, [hit], files)), 0)
    gained = sum(
        max((_gain(t) for t in query.graded if shows(hit, t, files)), default=0.0) / log2(rank + 2)
        for rank, hit in enumerate(hits)
    )
    return {
        f"recall.{mode}": (float(first > 0), 1.0),
        f"rank.{mode}": (1 / first if first else 0.0, 1.0),
        f"ndcg.{mode}": (min(1.0, gained / ideal) if ideal else 0.0, 1.0),
    }


def _gain(target: Target) -> float:
    return float(2**target.grade - 1)


def _missed(query: Query) -> list[Detail]:
    """Return the places that answer the question, none of which was among the best."""
    return [
        Detail(item="passage", mark="missing", report=t.report, expected=f"{t.start}–{t.end}",
               expected_span=(t.start, t.end))
        for t in query.targets
    ]  # fmt: skip
