"""Speed of search over many passages: `python -m evals.bench_search [--passages 100000]`.

Builds a library of invented prose in the user's cache folder, asks filtered queries, prints the
figures as a table, and deletes the library.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import platformdirs

from evals.bench import machine, rounded
from evals.bench_dense import VERSIONS, DrawnEmbedder
from evals.bench_inside import Figure, peak_memory, quantile
from evals.prose_library import build_prose_library
from evals.readme import MORE
from index.search.chroma import open_store
from index.search.dense import open_dense
from index.search.dense_build import CHROMA
from index.search.dense_manifest import FOLDER, read_dense_manifest
from index.search.dense_update import update_dense
from index.search.embed import Vectors
from index.search.embed_local import LocalEmbedder
from index.search.hit import Mode, PlaceFilter, SearchScope
from index.search.searcher import Searcher
from index.search.source import read_passages
from index.search.vectors import KeptVectors, find_vectors
from index.store.library import Library

PASSAGES = 100_000
QUERIES = (
    "怎样防止网站出错",
    "组织了哪些业务培训",
    "为什么有的文件被废止",
    "没有收取信息处理费",
    "群众来电询问怎么答复",
    "老年人看不懂网上的内容怎么办",
    "公开栏多久更换一次",
    "个人隐私怎样保护",
    "下一步怎样改进",
    "采购结果在哪里公布",
)
_PLACES = """SELECT DISTINCT province, city, county FROM reports WHERE role = 'current'
    ORDER BY hash(county || city) LIMIT 4"""


def scopes(library: Library) -> list[SearchScope]:
    """Return filters as users set them: a year, a place of each size, a section, several."""
    found = [SearchScope(years=(2021,)), SearchScope(sections=("存在的主要问题及改进情况",))]
    for province, city, county in library.query(_PLACES):
        found += [
            SearchScope(places=(PlaceFilter(province=province),)),
            SearchScope(places=(PlaceFilter(province=province, city=city),), years=(2022, 2023)),
            SearchScope(places=(PlaceFilter(province=province, city=city, county=county),)),
        ]
    return found


def measure(searcher: Searcher, within: Sequence[SearchScope], mode: Mode) -> list[Figure]:
    """Ask every query in every scope, once each; return p50, p95 and the slowest."""
    times = []
    for scope in within:
        for query in QUERIES:
            start = time.perf_counter()
            searcher.search(query, scope, mode=mode)
            times.append((time.perf_counter() - start) * 1000)
    return [
        Figure(name=f"{mode} search p50", value=quantile(times, 0.5), unit="ms"),
        Figure(name=f"{mode} search p95", value=quantile(times, 0.95), unit="ms"),
        Figure(name=f"{mode} search slowest", value=max(times), unit="ms"),
    ]


def measure_library(folder: Path, passages: int) -> list[Figure]:
    """Return how fast a library is filled, indexed anew, opened and searched."""
    start = time.perf_counter()
    build_prose_library(folder, passages)
    filled = passages / (time.perf_counter() - start)
    library = Library.open(folder)
    searcher = Searcher(library)
    start = time.perf_counter()
    searcher.search(QUERIES[0], mode="lexical")
    first = (time.perf_counter() - start) * 1000
    everywhere = measure(searcher, [SearchScope()], "lexical")
    return [
        Figure(name="passages stored and indexed", value=filled, unit="passages/s"),
        Figure(name="first search", value=first, unit="ms"),
        *(f.model_copy(update={"name": f"unfiltered {f.name}"}) for f in everywhere),
        *measure(searcher, scopes(library), "lexical"),
        *measure_hybrid(folder, library),
        Figure(name="peak memory", value=peak_memory(), unit="MB"),
    ]


class AskedForReal(DrawnEmbedder):
    """Drawn vectors for passages; a query takes as long as it takes the embedded model."""

    def __init__(self) -> None:
        super().__init__()
        self._local = LocalEmbedder(workers=1)

    def query(self, text: str) -> Vectors:
        """Return a drawn vector, after the real one was made."""
        self._local.query(text)
        return super().query(text)


def measure_hybrid(folder: Path, library: Library) -> list[Figure]:
    """Return how fast both sides together are, and plain Chroma with the same filters."""
    embedder = AskedForReal()
    start = time.perf_counter()
    outcome = update_dense(folder, read_passages(library), embedder, VERSIONS)
    built = time.perf_counter() - start
    count = len(list(read_passages(library)))
    with open_dense(folder, embedder, VERSIONS) as dense:
        dense.rank(QUERIES[0], None, SearchScope(), 1)
        ours = measure(Searcher(library, dense), scopes(library), "hybrid")
    return [
        Figure(
            name="distinct texts of the passages", value=outcome.distinct / count * 100, unit="%"
        ),
        Figure(name="vectors drawn and Chroma built", value=built, unit="s"),
        *ours,
        *measure_plain(folder, embedder),
    ]


def measure_plain(folder: Path, embedder: DrawnEmbedder) -> list[Figure]:
    """Ask plain Chroma every query within a year and within a section."""
    manifest, vectors = read_dense_manifest(folder), find_vectors(folder, embedder)
    assert manifest and vectors
    place = folder / FOLDER / manifest.name / CHROMA
    store = open_store(place, manifest.collection, KeptVectors(vectors).at)
    times = []
    for where in ({"year": 2021}, {"section": "存在的主要问题及改进情况"}):
        for query in QUERIES:
            start = time.perf_counter()
            store.nearest(embedder.query(query), 50, where)
            times.append((time.perf_counter() - start) * 1000)
    store.close()
    return [
        Figure(name="plain Chroma p50, year or section", value=quantile(times, 0.5), unit="ms"),
        Figure(name="plain Chroma p95, year or section", value=quantile(times, 0.95), unit="ms"),
    ]


TELLING = ("hybrid search p95", "plain Chroma p95, year or section", "lexical search p95")
RESULTS = Path(__file__).parent / "results" / "search.md"


def report(figures: Sequence[Figure], passages: int) -> str:
    """Return the figures as Markdown, the telling ones first."""
    ran_on = machine()

    def said(part: Sequence[Figure]) -> str:
        return "; ".join(f"{f.name}: {rounded(f.value)} {f.unit}" for f in part)

    first = [f for f in figures if f.name in TELLING]
    rest = [f for f in figures if f.name not in TELLING]
    return (
        f"### Filtered search over {passages:,} passages\n\n"
        f"`python -m evals.bench_search --write`, {ran_on['cores']} cores, {ran_on['date']}: "
        f"{said(first)}. {MORE}\n\n{said(rest)}.\n"
    )


def main() -> None:
    """Build, measure, print."""
    reader = argparse.ArgumentParser(prog="python -m evals.bench_search", description=main.__doc__)
    reader.add_argument("--passages", type=int, default=PASSAGES, help="passages in the library")
    reader.add_argument("--write", action="store_true", help="keep the figures in evals/results")
    asked = reader.parse_args()
    cache = platformdirs.user_cache_path("nianbao", ensure_exists=True)
    print(f"{asked.passages:,} passages …", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory(dir=cache) as folder:
        text = report(measure_library(Path(folder), asked.passages), asked.passages)
    print(text)
    if asked.write:
        RESULTS.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
