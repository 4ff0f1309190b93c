"""Results files that were doubled, cut, or edited by hand are refused, with what is wrong."""

from pathlib import Path

import pytest

from evals.scoring.scores import score_run
from evals.suite.prices import load_prices
from evals.suite.run import EvalRun
from evals.suite.run_file import read_run, write_run
from index.errors import MisuseError
from tests.eval_runs import make_run, table_run


def written(folder: Path, run: EvalRun) -> Path:
    path = folder / "run.jsonl"
    write_run(path, run)
    return path


def test_a_file_with_more_results_than_its_header_says_is_refused(tmp_path: Path) -> None:
    run = make_run(reports=4)
    doubled = run.model_copy(update={"results": run.results * 2})
    with pytest.raises(MisuseError, match="4 例，却有 8 例"):
        read_run(written(tmp_path, doubled))


def test_a_case_told_twice_does_not_make_up_for_one_that_is_missing(tmp_path: Path) -> None:
    run = make_run(reports=4)
    halved = run.model_copy(update={"results": run.results[:2] * 2})
    with pytest.raises(MisuseError, match="不止一个结果"):
        read_run(written(tmp_path, halved))


def test_a_mark_that_is_none_is_refused_and_not_left_out_of_the_scores() -> None:
    with pytest.raises(MisuseError, match="不认识的记号 'q'"):
        score_run(table_run(("vq",), ("fees.amount", "licensing.decisions")))


@pytest.mark.parametrize(
    ("was", "edited"),
    [
        ('"marks"', '"counts":{"span":[500,3]},"marks"'),
        ('"marks"', '"counts":{"span":[NaN,3]},"marks"'),
        ('"marks"', '"counts":{"span":[-1,3]},"marks"'),
        ('"marks"', '"cost":NaN,"marks"'),
        ('"marks"', '"cost":1e999,"marks"'),
        ('"marks"', '"prompt_tokens":-3,"marks"'),
        ('"repeats":1', '"repeats":0'),
        ('"items":["fees.amount"', '"items":["licensing.decisions"'),
    ],
)
def test_figures_that_cannot_be_are_refused(tmp_path: Path, was: str, edited: str) -> None:
    path = written(tmp_path, table_run(("vv",), ("fees.amount", "licensing.decisions")))
    assert read_run(path).results
    text = path.read_text(encoding="utf-8")
    assert was in text
    path.write_text(text.replace(was, edited), encoding="utf-8")
    with pytest.raises(MisuseError, match="不能用"):
        read_run(path)


def test_a_price_below_zero_or_of_no_number_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "prices.toml"
    for price in ("nan", "-1.0", "inf"):
        path.write_text(
            '[[price]]\nmodel = "m"\nprovider = "p"\ncurrency = "CNY"\noutput = 1.0\n'
            f'checked = "2026-01-01"\ninput = {price}\n', encoding="utf-8",
        )  # fmt: skip
        with pytest.raises(MisuseError, match="价格表"):
            load_prices(path)
