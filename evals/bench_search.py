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

from evals.bench import machine, render_table
from evals.bench_inside import Figure, peak_memory, quantile
from evals.prose_library import build_prose_library
from index.search.hit import Mode, PlaceFilter, SearchScope
from index.search.searcher import Searcher
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
        Figure(name="peak memory", value=peak_memory(), unit="MB"),
    ]


def main() -> None:
    """Build, measure, print."""
    reader = argparse.ArgumentParser(prog="python -m evals.bench_search", description=main.__doc__)
    reader.add_argument("--passages", type=int, default=PASSAGES, help="passages in the library")
    asked = reader.parse_args()
    cache = platformdirs.user_cache_path("nianbao", ensure_exists=True)
    print(f"{asked.passages:,} passages …", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory(dir=cache) as folder:
        print(render_table(measure_library(Path(folder), asked.passages), machine()))


if __name__ == "__main__":
    main()
