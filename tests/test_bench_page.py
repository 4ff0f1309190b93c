"""What the measuring of the page says of its figures, and what it asks."""

from pathlib import Path

from evals.bench_inside import Figure
from evals.bench_page import questions_of, report
from evals.big_library import build_big_library


def test_slowest_act_and_errors_stand_before_the_rest() -> None:
    text = report(
        [
            Figure(name="first page in a browser", value=1.3, unit="s"),
            Figure(name="act: ask", value=120, unit="ms"),
            Figure(name="act: open a report", value=250, unit="ms"),
            Figure(name="30 people while 200 reports are uploaded: errors", value=2, unit=""),
            Figure(name="memory at the start", value=280, unit="MB"),
        ]
    )
    shown, _, rest = text.partition("<!-- more -->")
    assert "slowest of 2 acts: 250 ms" in shown
    assert "errors: 2.00" in shown
    assert "280" not in shown and "| memory at the start | 280 MB |" in rest


def test_questions_are_about_the_library_and_enough_for_the_crowd(tmp_path: Path) -> None:
    questions = questions_of(build_big_library(tmp_path / "library", 200))
    assert len(set(questions)) >= 300
