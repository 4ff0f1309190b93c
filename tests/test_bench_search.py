"""The search benchmark: its library is searchable, its figures have names and units."""

from pathlib import Path

from evals.bench_search import QUERIES, measure_library, scopes
from evals.prose_library import build_prose_library
from index.search.searcher import Searcher


def test_the_library_holds_as_many_passages_as_asked_and_finds_them(tmp_path: Path) -> None:
    library = build_prose_library(tmp_path, 200)
    assert library.query("SELECT count(*) FROM passages") == [(200,)]
    searcher = Searcher(library)
    assert searcher.search("收取信息处理费", mode="lexical").hits
    for scope in scopes(library):
        assert searcher.search(QUERIES[0], scope, mode="lexical").reports > 0


def test_every_figure_is_measured(tmp_path: Path) -> None:
    figures = {figure.name: figure.value for figure in measure_library(tmp_path / "库", 100)}
    assert {"lexical search p95", "unfiltered lexical search p95"} <= figures.keys()
    assert all(value > 0 for value in figures.values())
