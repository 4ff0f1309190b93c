"""Reading many files: the processes that read them end with the program that started them."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[1]
PROGRAM = """
import os, sys, time
from pathlib import Path
from index.store.sources import read_files


def read(path):
    Path(sys.argv[1], "workers", str(os.getpid())).touch()
    time.sleep(60)


if __name__ == "__main__":
    paths = [Path(sys.argv[1], f"{number}.txt") for number in range(100)]
    list(read_files(paths, read))
"""


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def wait_for(happened: Callable[[], bool], seconds: float = 20.0) -> bool:
    until = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def test_no_reading_process_outlives_a_program_that_was_killed(tmp_path: Path) -> None:
    folder = tmp_path / "workers"
    folder.mkdir()
    program = tmp_path / "program.py"
    program.write_text(PROGRAM, "utf-8")
    with subprocess.Popen(
        [sys.executable, str(program), str(tmp_path)], env=os.environ | {"PYTHONPATH": str(ROOT)}
    ) as running:
        started = wait_for(lambda: len(list(folder.iterdir())) == 2)
        workers = [int(one.name) for one in folder.iterdir()]
        running.kill()
    assert started
    left = [pid for pid in workers if not wait_for(lambda pid=pid: not is_alive(pid), 5.0)]
    for pid in left:
        os.kill(pid, 9)
    assert left == []
