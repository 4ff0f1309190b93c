"""A run made with the code of another revision, in a worktree that is always removed again."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from evals.suite.run import EvalRun, Header
from evals.suite.run_file import read_run
from index.errors import MisuseError

_LINES = 3  # of what the revision's program said, when it left nothing behind


class Revisions:
    """The revisions of a checkout; `options` go to the command that runs the task there."""

    def __init__(self, root: Path, options: Sequence[str] = ()) -> None:
        self._root = root
        self._options = tuple(options)

    def run(self, revision: str, task: str, like: Header | None) -> EvalRun:
        """Return the task's run with the code of `revision`; raises MisuseError without one."""
        options = ["--repeat", str(like.repeats)] if like and like.repeats > 1 else []
        with tempfile.TemporaryDirectory(prefix="nianbao-revision-") as place:
            folder = Path(place)
            with self._worktree(self._commit(revision), folder) as tree:
                command = [sys.executable, "-m", "evals", "run", task, "--out", str(folder / "out")]
                said = _run([*command, *options, *self._options], tree)
            path = folder / "out" / f"{task}.jsonl"
            if not path.exists():
                raise MisuseError(
                    f"版本 {revision!r} 没有留下任务 {task!r} 的结果文件：那一版可能还没有这个命令"
                    f"或任务。它说：{_last(said)}"
                )
            return read_run(path)

    def _commit(self, revision: str) -> str:
        # A name that begins with a dash would be read as an option.
        asked = ["rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"]
        found = self._git(*asked)
        if found.returncode or not revision:
            raise MisuseError(
                f"没有版本 {revision!r}。请写 git 认得的版本，例如 git:HEAD~1 或 git:提交号。"
            )
        return found.stdout.strip()

    @contextmanager
    def _worktree(self, commit: str, folder: Path) -> Iterator[Path]:
        """Yield the revision's files; the seeds lie beside them as they do beside the checkout."""
        tree, seeds = folder / "tree", self._root.parent / "shared"
        if seeds.is_dir():
            (folder / "shared").symlink_to(seeds, target_is_directory=True)
        try:
            quiet = ("-c", f"core.hooksPath={os.devnull}")
            made = self._git(*quiet, "worktree", "add", "--detach", str(tree), commit)
            if made.returncode:
                raise MisuseError(f"取不出版本 {commit[:12]!r} 的文件：{_last(made)}")
            yield tree
        finally:
            self._git("worktree", "remove", "--force", str(tree))
            self._git("worktree", "prune")

    def _git(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return _run(["git", *arguments], self._root)


def _run(command: Sequence[str], folder: Path) -> "subprocess.CompletedProcess[str]":
    """Run a command in a folder, which is also where Python looks for modules first."""
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def _last(said: "subprocess.CompletedProcess[str]") -> str:
    lines = (said.stderr or said.stdout).strip().splitlines()[-_LINES:]
    return " ".join(line.strip() for line in lines) or f"（没有说什么，退出码 {said.returncode}）"
