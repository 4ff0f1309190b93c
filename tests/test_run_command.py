"""`nianbao eval run` from the outside: names, corpora and cells of others cannot flatter a run."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from assistant.prompts import Prompts
from evals.suite import command
from evals.suite.options import _without_folder
from evals.suite.run_file import read_run
from evals.suite.runner import Plan, run_task
from evals.tasks.given import GivenCells
from evals.tasks.read import Read
from index.errors import MisuseError

REPORT, CELL = "云榉县2022.txt", "requests.received.total"


def run(*arguments: str) -> Result:
    app = typer.Typer()
    app.callback()(lambda: None)
    command.register(app)
    return CliRunner().invoke(app, ["run", *arguments])


def cells(folder: Path, *lines: dict[str, object]) -> Path:
    path = folder / "theirs.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return path


def cell(value: object, **more: object) -> dict[str, object]:
    return {"report": REPORT, "metric": CELL, "value": value, **more}


@pytest.mark.parametrize("name", ["../x", "a/b", "/x", "baseline-x"])
def test_a_name_neither_leaves_the_folder_nor_hides_the_baselines(
    tmp_path: Path, name: str
) -> None:
    out = tmp_path / "out"
    done = run("read", "--most", "1", "--name", name, "--out", str(out))
    assert isinstance(done.exception, MisuseError) and repr(name) in str(done.exception)
    assert not out.exists()


def test_cells_that_were_changed_are_scored_anew(tmp_path: Path) -> None:
    out, hashes = tmp_path / "out", set()
    for value, mark in ((189, "w"), (190, "v")):
        given = cells(tmp_path, cell(value))
        done = run("--given", str(given), "--out", str(out))
        found = read_run(out / "read.theirs.jsonl")
        hashes.add(found.header.versions["given"])
        (result,) = found.results
        assert next(d.mark for d in result.details if d.item == CELL) == mark
        assert "不计分" in done.stderr, "what the file leaves out is said"
    assert len(hashes) == 2


def test_runs_of_other_cells_are_not_gone_on_with(tmp_path: Path) -> None:
    task = GivenCells(cells(tmp_path, cell(189)))
    plan = Plan(None, Prompts(), code="c1", versions={"given": "h1"}, out=tmp_path / "run.jsonl")
    for versions, ran in (({"given": "h1"}, 1), ({"given": "h1"}, 0), ({"given": "h2"}, 1)):
        told: list[str] = []
        run_task(
            task, plan._replace(versions=versions), lambda result, to=told: to.append(result.case)
        )
        assert len(told) == ran


@pytest.mark.parametrize(
    "lines",
    [
        (),
        (cell(1), cell(2)),
        (cell("1e999999"),),
        (cell(3, start=float("inf"), end=4),),
        (cell(float("nan")),),
        (cell([3]),),
        ({**cell(3), "metric": ["a"]},),
        ({**cell(3), "report": 5},),
    ],
)
def test_cells_that_cannot_be_used_are_refused(
    tmp_path: Path, lines: tuple[dict[str, object], ...]
) -> None:
    with pytest.raises(MisuseError, match=r"theirs\.jsonl"):
        GivenCells(cells(tmp_path, *lines))


def test_a_corpus_that_is_not_there_is_named_and_nothing_written(tmp_path: Path) -> None:
    plan = Plan(None, Prompts(), corpora=("samples", "nosuch"), out=tmp_path / "run.jsonl")
    with pytest.raises(MisuseError, match=r"'nosuch'.*samples"):
        run_task(Read(), plan)
    assert not list(tmp_path.iterdir())


def test_no_word_of_the_command_line_tells_a_folder() -> None:
    said = ("--prompt=a=/srv/me/a.toml", "a=~/b.toml", "/srv/me/c.jsonl", "read", "evals/x")
    assert [_without_folder(word) for word in said] == [
        "--prompt=a=a.toml", "a=b.toml", "c.jsonl", "read", "evals/x",
    ]  # fmt: skip
