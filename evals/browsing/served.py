"""The page as its users start it: `app.py` in a process of its own, on a free port of this machine.

Knows no browser.
"""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from evals.demo import ROOT

HOST = "127.0.0.1"
_PATIENCE = 60.0
_PAUSE = 0.05


class Served(NamedTuple):
    """A page that answers: where, by which process, how long it took to start, what it says."""

    url: str
    pid: int
    seconds: float
    log: Path


@contextmanager
def served(library: Path, log: Path, changed: Mapping[str, str] | None = None) -> Iterator[Served]:
    """Yield the page over `library`, started anew; ended as by Ctrl-C.

    No setting of this process reaches it but what `changed` names; `log` takes what it prints.
    """
    port = free_port()
    command = (sys.executable, str(ROOT / "app.py"), "--library", str(library), "--port", str(port))
    with log.open("wb") as printed:
        start = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment(changed or {}), stdout=printed, stderr=printed
        )
        try:
            url = f"http://{HOST}:{port}/"
            _wait(url, process, log)
            yield Served(url, process.pid, time.perf_counter() - start, log)
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as found:
        found.bind((HOST, 0))
        port: int = found.getsockname()[1]
        return port


def environment(changed: Mapping[str, str]) -> dict[str, str]:
    """Return this process's environment without the settings of programs, with `changed`."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("NIANBAO_", "GRADIO_"))}
    plain = {"NIANBAO_EMBED_SECONDS": "0", "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    return kept | plain | dict(changed)


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Return once the page answers; raises RuntimeError with the log when it does not."""
    until = time.monotonic() + _PATIENCE
    while process.poll() is None and time.monotonic() < until:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(_PAUSE)
    raise RuntimeError(f"the page did not start: {log.read_text('utf-8', 'replace')[-2000:]}")
