"""What `nianbao eval compare` takes and says: files, revisions, prompts, exit codes."""

import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
import typer
from drawn_comparisons import table_run
from typer.testing import CliRunner

from evals.bench_compare import measure_compare
from evals.comparing.command import register
from evals.comparing.drawn_runs import drawn_tables
from evals.comparing.revision import Revisions
from evals.comparing.sources import Wanted, open_runs
from evals.suite.run import EvalRun, Header
from evals.suite.run_file import read_part, read_run, write_run
from index.errors import MisuseError

GOOD = table_run({f"r{at:02}": "vvvvzb" for at in range(20)}, name="old")
BAD = table_run({f"r{at:02}": "vvwwzf" for at in range(20)}, name="new")


class _Here:
    """Runs nothing: gives a run named after the prompts that it was asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, tuple[str, ...], int | None]] = []

    def __call__(self, task: str, prompts: Sequence[str], like: Header | None) -> EvalRun:
        self.asked.append((task, tuple(prompts), like.repeats if like else None))
        return table_run({"r": "v"}, name="+".join(prompts) or "current")


def _there(revision: str, task: str, like: Header | None) -> EvalRun:
    return table_run({"r": "v"}, name=f"{task}@{revision}")


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    for run in (GOOD, BAD):
        write_run(tmp_path / f"{run.header.name}.jsonl", run)
    return str(tmp_path / "old.jsonl"), str(tmp_path / "new.jsonl")


def _invoke(*arguments: str):
    app = typer.Typer()
    register(app)
    return CliRunner().invoke(app, ["compare", *arguments])


def test_a_regression_ends_with_1_and_names_the_worst_cells(files: tuple[str, str]) -> None:
    done = _invoke(*files)
    assert done.exit_code == 1
    assert "结论：变差" in done.stdout
    assert "非零召回" in done.stdout
    assert "变差 60" in done.stdout
    assert "另有 50 项" in done.stdout


def test_json_is_the_whole_comparison_with_its_findings(files: tuple[str, str]) -> None:
    done = _invoke(*files, "--json")
    found = json.loads(done.stdout)
    assert (found["verdict"], found["exit_code"], done.exit_code) == ("regressed", 1, 1)
    assert [finding["kind"] for finding in found["findings"]] == ["regressed"]
    assert len(found["changes"]) == 60


def test_doubt_ends_with_2_only_when_strict(files: tuple[str, str]) -> None:
    assert _invoke(files[0], files[0]).exit_code == 0
    done = _invoke(files[0], files[0], "--strict")
    assert done.exit_code == 2
    assert "完全相同" in done.stdout


def test_a_file_and_a_prompt_are_the_run_before_and_one_like_it(files: tuple[str, str]) -> None:
    here = _Here()
    before, after = open_runs(Wanted([files[0]], ["p=new.toml"]), here, _there)
    assert (before.header.name, after.header.name) == ("old", "p=new.toml")
    assert here.asked == [("drawn", ("p=new.toml",), 1)]


def test_a_prompt_alone_is_held_against_the_current_one() -> None:
    here = _Here()
    before, after = open_runs(Wanted([], ["p=new.toml"], "extract"), here, _there)
    assert (before.header.name, after.header.name) == ("current", "p=new.toml")
    assert [asked[:2] for asked in here.asked] == [("extract", ()), ("extract", ("p=new.toml",))]


def test_a_revision_runs_the_task_of_the_file(files: tuple[str, str]) -> None:
    before, after = open_runs(Wanted(["git:HEAD~1", files[1]]), _Here(), _there)
    assert (before.header.name, after.header.name) == ("drawn@HEAD~1", "new")


@pytest.mark.parametrize(
    ("sources", "prompts", "task", "said"),
    [
        (["a"], [], "", "两次运行"),
        ([], [], "read", "两次运行"),
        (["a", "b"], ["p=f"], "", "两次运行"),
        ([], ["p=f"], "", "--task"),
        (["git:a", "git:b"], [], "", "--task"),
        (["missing.jsonl", "git:b"], [], "", "missing.jsonl"),
    ],
)
def test_what_does_not_name_two_runs_is_misuse(
    sources: list[str], prompts: list[str], task: str, said: str
) -> None:
    with pytest.raises(MisuseError, match=said):
        open_runs(Wanted(sources, prompts, task), _Here(), _there)


def test_another_task_than_that_of_the_file_is_misuse(files: tuple[str, str]) -> None:
    with pytest.raises(MisuseError, match="elsewhere"):
        open_runs(Wanted([files[0]], ["p=f"], "elsewhere"), _Here(), _there)


_PROGRAM = """
import sys
task, out, rest = sys.argv[2], sys.argv[4], sys.argv[5:]
import pathlib, shutil
pathlib.Path(out).mkdir()
if task == "drawn":
    shutil.copy(pathlib.Path(__file__).parent / "kept.jsonl", pathlib.Path(out) / "drawn.jsonl")
else:
    sys.exit(f"没有任务 {task} {rest}")
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a checkout whose first revision has no suite, and whose second has one."""
    root = tmp_path / "checkout"
    (root / "evals").mkdir(parents=True)
    (root / "evals" / "__init__.py").write_text("")
    _git(root, "init", "--quiet", "--initial-branch=main")
    _commit(root)
    (root / "evals" / "__main__.py").write_text(_PROGRAM, encoding="utf-8")
    write_run(root / "evals" / "kept.jsonl", GOOD)
    _commit(root)
    return root


def _git(root: Path, *arguments: str) -> str:
    named = {f"GIT_{who}_{what}": "x@example.org" for who in ("AUTHOR", "COMMITTER")
             for what in ("NAME", "EMAIL")}  # fmt: skip
    return subprocess.run(
        ["git", "-c", f"core.hooksPath={os.devnull}", *arguments], cwd=root, check=True,
        capture_output=True, text=True, env={**os.environ, **named},
    ).stdout  # fmt: skip


def _commit(root: Path) -> None:
    _git(root, "add", "-A")
    _git(root, "commit", "--quiet", "--message", "x")


def test_a_revision_runs_with_its_own_code_and_leaves_no_worktree(checkout: Path) -> None:
    write_run(checkout / "evals" / "kept.jsonl", BAD)
    assert Revisions(checkout).run("HEAD", "drawn", None) == GOOD
    assert _git(checkout, "worktree", "list").count("\n") == 1


@pytest.mark.parametrize(
    ("revision", "task", "said"),
    [
        ("HEAD~1", "drawn", "没有留下"),
        ("HEAD", "unknown", "没有任务 unknown"),
        ("nowhere", "drawn", "没有版本 'nowhere'"),
        ("--help", "drawn", "没有版本 '--help'"),
        ("", "drawn", "没有版本"),
    ],
)
def test_a_revision_that_cannot_run_the_task_is_misuse_and_leaves_no_worktree(
    checkout: Path, revision: str, task: str, said: str
) -> None:
    with pytest.raises(MisuseError, match=said):
        Revisions(checkout).run(revision, task, None)
    assert _git(checkout, "worktree", "list").count("\n") == 1


def test_values_with_odd_line_ends_do_not_cut_a_results_file(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    odd = GOOD.results[0].model_copy(update={"shown": "一\u2028二\x85三\x0c四"})
    run = GOOD.model_copy(update={"results": (odd, *GOOD.results[1:])})
    write_run(path, run)
    assert read_run(path) == run
    assert read_part(path) == run


def test_drawn_runs_print_the_same_reports() -> None:
    one, two = (drawn_tables(name, 30, 40, 0.3, seed=2) for name in ("one", "two"))
    kinds = str.maketrans("vmwzoxbs0f", "nnnzzzbbbb")
    assert [r.marks.translate(kinds) for r in one.results] == [
        r.marks.translate(kinds) for r in two.results
    ]
    assert one.results != two.results


def test_reading_and_comparing_are_measured(tmp_path: Path) -> None:
    found = measure_compare(tmp_path, 40, 30)
    assert found["together (s)"] == pytest.approx(found["read (s)"] + found["compare (s)"])
    assert found["changed cells"] > 0
