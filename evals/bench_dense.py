"""Speed of search by meaning: embedding, building, and filtered queries beside plain Chroma.

`python -m evals.bench_dense [--passages N]` prints a JSON list of `Figure`s. The vectors of the
large index are drawn (clusters around one direction, as those of the embedded model lie); embedding
is measured with the embedded model on the prose of the sample reports.
"""

import argparse
import hashlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

from evals.bench_inside import Figure, quantile
from evals.demo import ROOT
from index.passages import SPLITTER_VERSION
from index.report import READER_VERSION, read_report_file
from index.search.chroma import open_store
from index.search.dense import Dense, open_dense
from index.search.dense_build import CHROMA
from index.search.dense_manifest import FOLDER, Versions, read_dense_manifest
from index.search.dense_update import update_dense
from index.search.embed import Vectors, digest, embedded_text
from index.search.embed_local import LocalEmbedder
from index.search.hit import SearchScope
from index.search.source import PassageRow
from index.search.vectors import KeptVectors, VectorWriter, find_vectors, make_vectors

VERSIONS = Versions(SPLITTER_VERSION, READER_VERSION)
DIMENSION = 384
PER_REPORT = 20
YEARS = tuple(range(2018, 2024))
SECTIONS = ("总体情况", "主动公开", "依申请公开", "复议诉讼", "存在问题", "其他事项")
LEVELS = ("township",) * 8 + ("bureau", "county")
QUERIES = tuple(f"查询{i}" for i in range(40))
LIMIT = 50
# Each filter with what plain Chroma is given for the same.
SCOPES: dict[str, tuple[SearchScope, dict[str, Any] | None]] = {
    "everything": (SearchScope(), None),
    "one year": (SearchScope(years=(2020,)), {"year": 2020}),
    "year and section": (
        SearchScope(years=(2020,), sections=("存在问题",)),
        {"$and": [{"year": 2020}, {"section": "存在问题"}]},
    ),
    "three years": (
        SearchScope(years=(2019, 2020, 2021)),
        {"year": {"$in": [2019, 2020, 2021]}},
    ),
}


class DrawnEmbedder:
    """Vectors drawn from a text's own number: much alike, in clusters, as real ones are."""

    name, dimension, batch = "drawn", DIMENSION, 5_000

    def __init__(self) -> None:
        drawn = np.random.default_rng(1).normal(size=(2_001, DIMENSION))
        self._middles = drawn / np.linalg.norm(drawn, axis=1, keepdims=True)

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Return a vector for each text."""
        return np.stack([self._drawn(text) for text in texts])

    def query(self, text: str) -> Vectors:
        """Return a vector like those of passages."""
        return self._drawn(text)

    def close(self) -> None:
        """Do nothing: no process is held."""

    def _drawn(self, text: str) -> Vectors:
        seed = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:8]
        random = np.random.default_rng(int.from_bytes(seed, "big"))
        noise = random.normal(size=DIMENSION) * (0.4 / DIMENSION**0.5)
        middle = self._middles[random.integers(2_000)]
        vector = self._middles[2_000] * 2 + middle * 0.6 + noise
        return np.asarray(vector / np.linalg.norm(vector), np.float32)


def rows_of(passages: int) -> Iterator[PassageRow]:
    """Yield passages of many reports, no two alike."""
    for i in range(passages):
        rid = i // PER_REPORT
        yield PassageRow(
            rid=rid,
            ordinal=i % PER_REPORT,
            report_id=f"{rid:016x}",
            agency=f"第{rid // 6}镇",
            province="示例省",
            city="示例市",
            county="示例县",
            township=f"第{rid // 6}镇",
            level=LEVELS[rid // 6 % len(LEVELS)],  # type: ignore[arg-type]
            kind="镇",
            year=YEARS[rid % len(YEARS)],
            section=SECTIONS[i % len(SECTIONS)],
            heading="",
            start=0,
            end=0,
            text=f"段{i:09d}",
            group="",
        )


def measure_embedding() -> list[Figure]:
    """Embed the prose of the sample reports with one worker, and a query cold and warm."""
    texts = sorted(
        {
            report.document.text[p.start : p.end]
            for path in sorted((ROOT / "evals" / "reports").iterdir())
            for report in [read_report_file(path)]
            for p in report.passages
        },
        key=len,
    )[-40:]
    embedder = LocalEmbedder(workers=1)
    embedder.passages(texts[:5])
    seconds = clocked(lambda: embedder.passages(texts))
    embedder.close()
    embedder.query("先用一次")
    warm = [clocked(lambda: embedder.query("为什么依申请公开的数量减少了")) for _ in range(9)]
    cold = "from index.search.embed_local import LocalEmbedder; LocalEmbedder().query('公开')"
    bare = "import index.search.embed"
    fresh = [
        clocked(lambda: subprocess.run([sys.executable, "-c", cold], cwd=ROOT, check=True))
        - clocked(lambda: subprocess.run([sys.executable, "-c", bare], cwd=ROOT, check=True))
        for _ in range(3)
    ]
    characters = statistics.mean(map(len, texts))
    return [
        Figure(name="passages embedded per core", value=len(texts) / seconds, unit="1/s"),
        Figure(name="characters of such a passage", value=characters, unit="characters"),
        Figure(name="query embedded, warm", value=statistics.median(warm) * 1e3, unit="ms"),
        Figure(name="query embedded, cold", value=statistics.median(fresh) * 1e3, unit="ms"),
    ]


def measure_index(passages: int, folder: Path) -> list[Figure]:
    """Build the index of many passages, open it, change a little of it, and query it."""
    embedder = DrawnEmbedder()
    rows = list(rows_of(passages))
    keep_vectors(folder, rows, embedder)
    processor = time.process_time()
    built = clocked(lambda: update_dense(folder, rows, embedder, VERSIONS))
    processor = time.process_time() - processor
    little = clocked(lambda: update_dense(folder, rows[:-PER_REPORT], embedder, VERSIONS))
    opened = clocked(lambda: open_dense(folder, embedder, VERSIONS).close())
    stored = sum(f.stat().st_size for f in (folder / FOLDER).rglob("*") if f.is_file()) / 2**20
    figures = [
        Figure(name="Chroma built from kept vectors", value=built, unit="s"),
        Figure(name="Chroma built from kept vectors, processor", value=processor, unit="s"),
        Figure(name="one report removed", value=little, unit="s"),
        Figure(name="index opened", value=opened * 1e3, unit="ms"),
        Figure(name="Chroma folders on disk", value=stored, unit="MB"),
    ]
    with open_dense(folder, embedder, VERSIONS) as dense:
        return figures + measure_queries(folder, dense, embedder)


def keep_vectors(folder: Path, rows: Sequence[PassageRow], embedder: DrawnEmbedder) -> None:
    """Keep the vector of every passage, as embedding them would have."""
    texts = [embedded_text(row) for row in rows]
    with closing(VectorWriter(make_vectors(folder, embedder))) as writer:
        for start in range(0, len(texts), embedder.batch):
            batch = texts[start : start + embedder.batch]
            writer.append([digest(text) for text in batch], embedder.passages(batch))


def measure_queries(folder: Path, dense: Dense, embedder: DrawnEmbedder) -> list[Figure]:
    """Ask every query in every scope, of the dense index and of plain Chroma."""
    manifest = read_dense_manifest(folder)
    vectors = find_vectors(folder, embedder)
    assert manifest and vectors
    place = folder / FOLDER / manifest.name / CHROMA
    store = open_store(place, manifest.collection, KeptVectors(vectors).at)
    figures = []
    for name, (scope, where) in SCOPES.items():
        ours = [clocked(lambda: dense.rank(q, None, scope, LIMIT)) for q in QUERIES]  # noqa: B023
        plain = [
            clocked(lambda: store.nearest(embedder.query(q), LIMIT, where))  # noqa: B023
            for q in QUERIES
        ]
        for who, seconds in (("ours", ours), ("plain Chroma", plain)):
            for word, share in (("p50", 0.5), ("p95", 0.95)):
                value = quantile(seconds, share) * 1e3
                figures.append(Figure(name=f"{name}, {who} {word}", value=value, unit="ms"))
    reports = list(range(0, 4_000, 100))
    few = [clocked(lambda: dense.rank(q, reports, SearchScope(), LIMIT)) for q in QUERIES]  # noqa: B023
    store.close()
    return [
        *figures,
        Figure(name="40 reports, ours p95", value=quantile(few, 0.95) * 1e3, unit="ms"),
    ]


def clocked(work: Callable[[], object]) -> float:
    """Return how many seconds `work` takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    """Measure and print."""
    reader = argparse.ArgumentParser(prog="python -m evals.bench_dense", description=main.__doc__)
    reader.add_argument("--passages", type=int, default=100_000)
    asked = reader.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = [*measure_embedding(), *measure_index(asked.passages, Path(folder))]
    print(json.dumps([figure.model_dump() for figure in figures], ensure_ascii=False, indent=1))
    print(f"{os.cpu_count()} cores", file=sys.stderr)


if __name__ == "__main__":
    main()
