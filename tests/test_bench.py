"""The benchmark's own arithmetic and tables."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.bench import render_table, timed
from evals.bench_inside import Asked, Figure, ask_all, figures_of, quantile
from evals.demo import ROOT

RAN_ON: dict[str, str | int] = {"python": "3.11", "cores": 2, "date": "2024-01-31"}


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0.01, 1))
def test_quantile_is_one_of_the_values_and_covers_its_share(
    values: list[float], share: float
) -> None:
    found = quantile(values, share)
    assert found in values
    assert sum(v <= found for v in values) >= share * len(values) - 1e-9


@pytest.mark.parametrize(("share", "expected"), [(0.5, 50), (0.95, 95), (1.0, 100)])
def test_quantile_of_a_hundred(share: float, expected: float) -> None:
    assert quantile(range(1, 101), share) == expected


def test_first_slow_run_counts_in_the_slowest() -> None:
    figures = {f.name: f.value for f in figures_of([Asked("q", "answered", (90.0, 1.0, 1.0))])}
    assert figures["answer slowest"] == 90
    assert figures["answer p50"] == 1


def test_unanswered_questions_are_told() -> None:
    asked = ask_all(lambda q: "refused" if q == "b" else "answered", ["a", "b"], 2)
    assert {f.name: f.value for f in figures_of(asked)}["questions answered"] == 50


def test_table_has_a_column_for_every_size() -> None:
    figures = [
        Figure(name="read .txt", value=250, unit="reports/s/core"),
        Figure(name="cold ask", value=0.5, unit="s", reports=1_000),
        Figure(name="cold ask", value=0.75, unit="s", reports=100_000),
    ]
    table = render_table(figures, RAN_ON)
    assert "read .txt: 250 reports/s/core." in table
    assert "| reports in the library | 1,000 | 100,000 |" in table
    assert "| cold ask (s) | 0.50 | 0.75 |" in table


def test_each_run_is_timed() -> None:
    calls: list[int] = []
    assert len(timed(lambda: calls.append(1), 3)) == len(calls) == 3


def test_peak_memory_counts_what_was_held_and_freed() -> None:
    code = (
        "from evals.bench_inside import peak_memory\n"
        "before = peak_memory(); held = b'x' * (100 * 2**20); del held\n"
        "print(peak_memory() - before)"
    )
    done = subprocess.run((sys.executable, "-c", code), cwd=ROOT, capture_output=True, check=True)
    assert 95 < float(done.stdout) < 150
