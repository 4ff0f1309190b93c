"""The gold tables and their second look: complete, settled, and true to the print."""

import json
from pathlib import Path

import pytest

from evals.gold_check import find_problems, gold_lines, render_agreement, with_figures
from evals.labelling.second_look import (
    Label,
    Look,
    agreement_of,
    needs_look,
    problems,
    read_looks,
)
from evals.tasks.gold_reports import GOLD
from index.errors import MisuseError

ZERO, TWO = Label(value="0", status="reported"), Label(value="2", status="reported")
BLANK = Label(value=None, status="blank")


def _look(first: Label, second: Label, metric: str = "a", **more: str) -> Look:
    return Look(
        report="r", metric=metric, first=first, second=second, agreed=first == second, **more
    )  # type: ignore[arg-type]


def _line(label: Label, metric: str = "a") -> dict[str, str | None]:
    return {
        "report": "r",
        "metric": metric,
        "value": label.value,
        "status": label.status,
        "raw": label.value or "",
    }


def test_every_cell_that_is_not_a_plain_zero_has_a_settled_second_look() -> None:
    assert list(find_problems()) == []
    looked = {(look.report, look.metric) for look in read_looks(GOLD)}
    odd = [line for line in gold_lines() if needs_look(line)]
    assert len(odd) > 1000
    assert {(line["report"], line["metric"]) for line in odd} <= looked


def test_a_cell_without_a_look_is_a_problem_unless_it_is_a_plain_zero() -> None:
    assert list(problems([_line(ZERO)], [])) == []
    assert "没有第二次标注" in next(problems([_line(TWO)], []))
    assert "没有第二次标注" in next(problems([_line(BLANK)], []))


def test_an_unsettled_disagreement_is_a_problem() -> None:
    assert "如何定案" in next(problems([_line(TWO)], [_look(TWO, BLANK)]))
    settled = _look(TWO, BLANK, settled="first", note="the digit is printed")
    assert list(problems([_line(TWO)], [settled])) == []
    assert "定案不是" in next(problems([_line(BLANK)], [settled]))


def test_gold_must_be_what_both_labellers_read() -> None:
    assert "定案不是" in next(problems([_line(TWO)], [_look(BLANK, BLANK)]))
    assert "没有这一格" in next(problems([], [_look(TWO, TWO)]))


def test_kappa_takes_out_the_agreement_of_chance() -> None:
    alike = [_look(TWO, TWO), _look(BLANK, BLANK)]
    assert agreement_of(alike).kappa == pytest.approx(1)
    crossed = [_look(TWO, BLANK), _look(BLANK, TWO)]
    assert agreement_of(crossed).kappa == pytest.approx(-1)
    # 3 of 4 agree; chance 2/4·1/4 + 2/4·3/4 = 1/2
    some = [_look(TWO, TWO), _look(BLANK, BLANK), _look(BLANK, BLANK), _look(TWO, BLANK)]
    assert agreement_of(some) == (4, 3, pytest.approx(0.5))
    assert agreement_of([_look(TWO, TWO)]).kappa is None


def test_the_readme_has_the_figures_of_the_command() -> None:
    text = (GOLD / "README.md").read_text(encoding="utf-8")
    assert with_figures(text) == text
    assert render_agreement() in text


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    (tmp_path / "second_look.jsonl").write_text(json.dumps({"report": "r"}) + "\n")
    with pytest.raises(MisuseError, match="第 1 行"):
        read_looks(tmp_path)
