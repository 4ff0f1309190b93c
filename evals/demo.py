"""The demonstration behind `make demo`: samples in, one question answered, its proof re-derived.

Everything runs through the installed program in processes of its own, as a user would run it; this
module knows nothing of reading or answering.
"""

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from assistant.settings import library_folder

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = "evals/reports"
QUESTION = "哪些镇2022年行政许可超过1000件"
MANIFEST = "manifest.json"
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


def demo_folder(own: Path) -> Path:
    """Return the demonstration's own folder: below the user's library `own`, never part of it."""
    return own / "demo"


def clear_demo(folder: Path) -> None:
    """Empty `folder`, but only when it holds nothing except what an earlier demonstration left."""
    left = {entry.name for entry in folder.iterdir()} if folder.exists() else set()
    if left - {"library", "answer.json"}:
        raise SystemExit(f"{str(folder)!r} 里有不属于演示的文件，没有动它：请移走后重试 make demo")
    if left:
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)


def add_samples(library: Path, show: bool) -> int:
    """Add the sample reports to `library`; return the exit code."""
    return run_nianbao("add", SAMPLES, "--no-dense", "--library", str(library), show=show).code


def run_demo(folder: Path) -> int:
    """Add the samples to a library in `folder`, ask, save the answer, verify it; exit code."""
    library = ("--library", str(folder / "library"))
    answer = folder / "answer.json"

    def step(*arguments: str) -> int:
        print(f"\n$ nianbao {' '.join((*arguments, *library))}", flush=True)
        return run_nianbao(*arguments, *library, show=True).code

    failed = step("add", SAMPLES, "--no-dense") or step("ask", QUESTION)
    if failed:
        return failed
    saved = run_nianbao("ask", QUESTION, "--json", *library)
    answer.write_text(saved.output, encoding="utf-8")
    return saved.code or step("verify", str(answer))


def some_library(own: Path) -> Path:
    """Return the user's library if there is one, else the demonstration's, made if needed."""
    demo = demo_folder(own) / "library"
    if (own / MANIFEST).exists():
        return own
    if not (demo / MANIFEST).exists() and (code := add_samples(demo, show=False)):
        raise SystemExit(
            f"样例报告没有读入演示库 {str(demo)!r}：请先运行 make demo 查看原因（{code}）"
        )
    return demo


def main() -> int:
    """Run the demonstration in the user's data folder and say how to go on."""
    reader = argparse.ArgumentParser(prog="python -m evals.demo", description=main.__doc__)
    reader.add_argument("--library", action="store_true", help="only print a library to look at")
    asked = reader.parse_args()
    own = library_folder()
    if asked.library:
        print(some_library(own))
        return 0
    folder = demo_folder(own)
    clear_demo(folder)
    code = run_demo(folder)
    if code == 0:
        print(
            f"\n接着问：.venv/bin/nianbao ask 石鼓镇的行政许可是多少 --library {folder / 'library'}"
        )
    return code


if __name__ == "__main__":
    raise SystemExit(main())
