"""The demonstration behind `make demo`: samples in, one question answered, its proof re-derived.

Everything runs through the installed program in processes of its own, as a user would run it; this
module knows nothing of reading or answering.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import platformdirs

ROOT = Path(__file__).resolve().parents[1]
REPORTS = ROOT / "evals" / "reports"
QUESTION = "哪些镇2022年行政许可超过1000件"
PROGRAM = (sys.executable, "-c", "from assistant.cli import main; main()")


class Printed(NamedTuple):
    """What one run of the program printed, with its exit code."""

    code: int
    output: str


def run_nianbao(*arguments: str, show: bool = False, width: int = 100) -> Printed:
    """Run the program in a process of its own; `show` lets its output through to the terminal."""
    plain = {} if show else {"COLUMNS": str(width), "NO_COLOR": "1", "TERM": "dumb"}
    done = subprocess.run(
        (*PROGRAM, *arguments),
        stdout=None if show else subprocess.PIPE,
        env=os.environ | {"PYTHONIOENCODING": "utf-8"} | plain,
        cwd=ROOT,
        encoding="utf-8",
        check=False,
    )
    return Printed(done.returncode, done.stdout or "")


def demo_folder(home: str | None) -> Path:
    """Return the demonstration's own folder: below the user's `home`, beside the library there."""
    return (Path(home) if home else platformdirs.user_data_path("nianbao")) / "demo"


def clear_demo(folder: Path) -> None:
    """Empty `folder`, but only when it holds nothing except what an earlier demonstration left."""
    left = {entry.name for entry in folder.iterdir()} if folder.exists() else set()
    if left - {"library", "answer.json"}:
        raise SystemExit(f"{str(folder)!r} 里有不属于演示的文件，没有动它：请移走后重试 make demo")
    if left:
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)


def run_demo(folder: Path, say: Callable[[str], None]) -> int:
    """Add the samples to a library in `folder`, ask, save the answer, verify it; exit code."""
    library = ("--library", str(folder / "library"))
    answer = folder / "answer.json"

    def step(*arguments: str) -> int:
        say(f"\n$ nianbao {' '.join(arguments)}")
        return run_nianbao(*arguments, show=True).code

    failed = step("add", str(REPORTS.relative_to(ROOT)), *library)
    failed = failed or step("ask", QUESTION, *library)
    if failed:
        return failed
    saved = run_nianbao("ask", QUESTION, "--json", *library)
    answer.write_text(saved.output, encoding="utf-8")
    return saved.code or step("verify", str(answer), *library)


def main() -> int:
    """Run the demonstration in the user's data folder and say how to go on."""
    folder = demo_folder(os.environ.get("NIANBAO_HOME"))
    clear_demo(folder)
    code = run_demo(folder, lambda line: print(line, flush=True))
    if code == 0:
        print(
            f"\n接着问：.venv/bin/nianbao ask 石鼓镇的行政许可是多少 --library {folder / 'library'}"
        )
    return code


if __name__ == "__main__":
    raise SystemExit(main())
