"""`report`: the scores of results files on a terminal, as a page, as Markdown and as JSON."""

import json
from pathlib import Path

import typer
from typer.testing import CliRunner, Result

from evals.pages.command import register
from evals.suite.run_file import write_run
from index.errors import MisuseError
from tests.eval_runs import make_run


def ask(*arguments: str) -> Result:
    app = typer.Typer()
    register(app)
    return CliRunner().invoke(app, arguments)


def kept(folder: Path, seed: int, **changed: int) -> str:
    path = folder / f"{seed}.jsonl"
    write_run(path, make_run(6, 8, seed, **changed))
    return str(path)


def test_one_run_shows_every_score_and_what_failed(tmp_path: Path) -> None:
    shown = ask(kept(tmp_path, 1, failing=1))
    assert shown.exit_code == 0
    for said in ("非零召回", "整份全对", "95% 区间", "没有结果、不计分的 1 例", "端点没有回答"):
        assert said in shown.stdout


def test_several_runs_stand_beside_each_other(tmp_path: Path) -> None:
    shown = ask(kept(tmp_path, 1), kept(tmp_path, 2))
    assert shown.stdout.count("造1") == 2
    assert shown.stdout.count("造2") == 2


def test_json_holds_the_scores_of_each_run(tmp_path: Path) -> None:
    shown = ask(kept(tmp_path, 1), kept(tmp_path, 2), "--json")
    runs = json.loads(shown.stdout)["runs"]
    assert [run["header"]["name"] for run in runs] == ["造1", "造2"]
    assert {rate["rate"] for rate in runs[0]["rates"]} >= {"nonzero_recall", "span"}


def test_page_and_markdown_are_written(tmp_path: Path) -> None:
    page, text = tmp_path / "新" / "页.html", tmp_path / "文.md"
    shown = ask(
        kept(tmp_path, 1), kept(tmp_path, 2), "--html", str(page), "--markdown", str(text),
        "--source", "own",
    )  # fmt: skip
    assert shown.exit_code == 0
    assert page.read_text("utf-8").startswith("<!doctype html>")
    assert "| 造2 |" in text.read_text("utf-8")
    assert "## 造1" in text.read_text("utf-8")


def test_a_file_that_is_no_run_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text("{}", encoding="utf-8")
    assert isinstance(ask(str(path)).exception, MisuseError)
