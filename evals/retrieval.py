"""Does search find what answers a question: recall@5 by kind of question, words and meaning apart.

`python -m evals.retrieval [--write]`. The questions were asked by someone who had not read the
reports (cases/prose_questions.jsonl); what answers them was marked by a second reader, without any
search program (gold/passages.jsonl). A question counts as found when one of the best five passages
overlaps a target; only targets of the highest grade that the question has count.
"""

import argparse
import json
import sys
import tempfile
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from evals.cases.gold import REPORTS
from evals.readme import MORE
from index.search.hit import Hit, Mode, PassageSearch
from index.store.library import Library

ROOT = Path(__file__).resolve().parents[1]
SEEDS = ROOT.parent / "shared" / "seeds"
# The word tables were written with the first bank in view; the second was asked and marked after.
BANKS = {
    "first": ("prose_questions.jsonl", "passages.jsonl"),
    "second": ("prose_questions_2.jsonl", "passages_2.jsonl"),
}
RESULTS = ROOT / "evals" / "results" / "retrieval.md"
NOTE = {"first": "tables of words tuned on it", "second": "held out"}
MODES: tuple[Mode, ...] = ("lexical", "dense", "hybrid")
BEST = 5
Found = dict[Mode, dict[str, bool]]


class Target(NamedTuple):
    """A span of a report file that answers a question; a higher grade answers it better."""

    report: str
    start: int
    end: int
    grade: int = 1


class Query(NamedTuple):
    """A question with what answers it.

    `targets` are alternatives, all of the highest grade; `graded` are those of every grade.
    """

    id: str
    question: str
    kind: str
    targets: tuple[Target, ...]
    graded: tuple[Target, ...] = ()


class Measured(NamedTuple):
    """What was found of a bank's questions, in each mode."""

    name: str
    queries: list[Query]
    found: Found


def load_queries(held: Iterable[str], bank: str = "first") -> list[Query]:
    """Return the questions of a bank that some report among the files `held` answers."""
    here = set(held)
    questions, targets = BANKS[bank]
    asked = {line["id"]: line for line in read_lines(ROOT / "evals" / "cases" / questions)}
    queries = []
    for line in read_lines(ROOT / "evals" / "gold" / targets):
        found = [target for target in line["targets"] if target["report"] in here]
        best = max((target["grade"] for target in found), default=0)
        every = tuple(Target(t["report"], t["start"], t["end"], t["grade"]) for t in found)
        if every:
            question = asked[line["id"]]
            spans = tuple(target for target in every if target.grade == best)
            queries.append(Query(line["id"], question["question"], question["kind"], spans, every))
    return queries


def is_found(query: Query, hits: Sequence[Hit], files: Mapping[int, str]) -> bool:
    """Tell whether a hit, or a near-duplicate it stands for, overlaps a target."""
    return any(shows(hit, target, files) for hit in hits for target in query.targets)


def shows(hit: Hit, target: Target, files: Mapping[int, str]) -> bool:
    """Tell whether a hit, or a near-duplicate it stands for, overlaps one target."""
    return any(
        files.get(rid) == target.report and start < target.end and target.start < end
        for rid, start, end in ((hit.rid, hit.start, hit.end), *hit.same)
    )


def measure(queries: Sequence[Query], search: PassageSearch, library: Library) -> Found:
    """Return, for each mode, whether each question was found among the best five."""
    from assistant.narrow import narrow

    files = {rid: Path(path).name for rid, path in library.query("SELECT rid, path FROM reports")}
    found: Found = {mode: {} for mode in MODES}
    for query in queries:
        for mode in MODES:
            asked = narrow(library, query.question)
            result = search.search(asked.words, asked.scope, BEST, mode=mode, also=asked.also)
            found[mode][query.id] = is_found(query, result.hits, files)
    return found


def report(banks: Sequence[Measured]) -> str:
    """Return recall@5 as Markdown: a line for each bank, then its table by kind."""
    lines = ["### Search: recall@5", ""]
    for bank in banks:
        everything = {query.id for query in bank.queries}
        shares = ", ".join(f"{mode} {_share(bank.found[mode], everything):.2f}" for mode in MODES)
        lines.append(f"- {len(everything)} prose questions, {NOTE[bank.name]}: {shares}")
    lines += [
        "",
        "`python -m evals.retrieval --write`: asked blind, marked by another reader.",
        MORE,
    ]
    return "\n".join([*lines, *(line for bank in banks for line in _by_kind(bank))]) + "\n"


def _by_kind(bank: Measured) -> Iterator[str]:
    """Yield the lines of a bank's table."""
    kinds: dict[str, set[str]] = defaultdict(set)
    for query in bank.queries:
        kinds[query.kind].add(query.id)
    yield ""
    yield f"| {bank.name} bank | " + " | ".join(f"{k} ({len(v)})" for k, v in kinds.items()) + " |"
    yield "|---|" + "--:|" * len(kinds)
    for mode in MODES:
        shares = (f"{_share(bank.found[mode], ids):.2f}" for ids in kinds.values())
        yield f"| {mode} | " + " | ".join(shares) + " |"


def _share(found: Mapping[str, bool], ids: Collection[str]) -> float:
    return sum(found[one] for one in ids) / len(ids)


def corpora() -> dict[str, list[Path]]:
    """Return the sample reports, and the real seeds where they lie beside the project.

    Apart, because some samples bear the numbers of a seed and so count as copies of it.
    """
    seeds = sorted(SEEDS.glob("*.txt")) if SEEDS.is_dir() else []
    samples = sorted(path for path in REPORTS.iterdir() if path.is_file())
    return {"samples": samples} | ({"seeds": seeds} if seeds else {})


def open_corpus(
    paths: Sequence[Path], folder: Path, *, embed: bool = True
) -> tuple[Library, PassageSearch]:
    """Return a new library of `paths` in `folder`, and its search.

    Every passage is embedded, or none; without vectors only words are searched.
    """
    from assistant.dense import bring_up
    from assistant.doors import open_search
    from assistant.settings import load_settings

    library = Library.open(folder)
    library.add(paths)
    if embed:
        outcome = bring_up(library, load_settings())
        print(f"{outcome.total} passages, {outcome.distinct} distinct", file=sys.stderr)
    return library, open_search(library)


def measure_bank(bank: str, opened: Mapping[str, tuple[Library, PassageSearch]]) -> Measured:
    """Return what was found of a bank over all corpora; print what was missed."""
    queries: list[Query] = []
    found: Found = {mode: {} for mode in MODES}
    for name, (library, search) in opened.items():
        files = [path.name for path in corpora()[name]]
        more = [q._replace(id=f"{q.id} {name}") for q in load_queries(files, bank)]
        here = measure(more, search, library)
        queries += more
        for mode in MODES:
            found[mode] |= here[mode]
    for query in queries:
        if not found["hybrid"][query.id]:
            print(f"missed {query.id} ({query.kind}) {query.question}", file=sys.stderr)
    return Measured(bank, queries, found)


def main() -> None:
    """Build a library of each corpus, measure both banks, print the tables."""
    reader = argparse.ArgumentParser(prog="python -m evals.retrieval", description=__doc__)
    reader.add_argument("--write", action="store_true", help="keep the tables in evals/results")
    asked = reader.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        opened = {
            name: open_corpus(paths, Path(folder) / name) for name, paths in corpora().items()
        }
        measured = [measure_bank(bank, opened) for bank in BANKS]
        text = report(measured)
    print(text)
    if asked.write:
        RESULTS.write_text(text, encoding="utf-8")


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects of a JSONL file."""
    with path.open(encoding="utf-8") as stream:
        yield from (json.loads(line) for line in stream)


if __name__ == "__main__":
    main()
