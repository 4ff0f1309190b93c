"""A served page and a browser for the tests named test_browser_*: one server for all of them.

Each test gets visitors of its own, and fails at its end when any of them caused a fault (see
`Visitor`). What the server itself connects to, in Python, is witnessed too.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from evals.browsing.chromium import missing_browser, open_chromium
from evals.browsing.served import Served, served
from evals.browsing.visitor import Visitor, visit
from evals.demo import ROOT, run_nianbao

if TYPE_CHECKING:
    from playwright.sync_api import Browser

Visit = Callable[..., Visitor]


HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "${alert(1)}",
    "{{constructor.constructor('alert(1)')()}}",
    "\"><svg onload=alert(1)>'",
    "[x](javascript:alert(1))",
)
# A file's name may not hold "/"; everything else it may.
_HOSTILE_NAME = "<img src=x onerror=alert(1)>${alert(1)}{{constructor}}"
HOSTILE_TOWN = "莠草镇"

# Put first on the server's path: writes down every address that Python connects to or looks up.
_WITNESS = """
import os, sys
_log = os.open(os.environ["WITNESS_LOG"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
def _seen(event, given):
    if event == "socket.connect":
        os.write(_log, f"{given[1]!r}\\n".encode())
    elif event == "socket.getaddrinfo":
        os.write(_log, f"{given[:2]!r}\\n".encode())
sys.addaudithook(_seen)
"""


class Site(NamedTuple):
    """The served page, its library and the file that names all it connected to."""

    served: Served
    library: Path
    reached: Path

    def reached_elsewhere(self) -> list[str]:
        """Return what the server connected to that is not this machine."""
        lines = self.reached.read_text("utf-8").splitlines()
        return [line for line in lines if not _local(line)]


def _local(line: str) -> bool:
    return line.startswith(("('127.0.0.1'", "('localhost'", "('::1'", "('0.0.0.0'", "(None", "'"))


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    """Drive a browser. Not for the whole session: Playwright keeps a running event loop."""
    if missing := missing_browser():
        pytest.skip(missing)
    with open_chromium() as opened:
        yield opened


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve the page over the sample reports and a hostile one, until the last test has ended."""
    folder = tmp_path_factory.mktemp("page")
    library = make_library(folder)
    (folder / "witness").mkdir()
    (folder / "witness" / "sitecustomize.py").write_text(_WITNESS)
    changed = {
        "WITNESS_LOG": str(folder / "reached.txt"),
        "PYTHONPATH": f"{folder / 'witness'}:{ROOT}",
        "GRADIO_TEMP_DIR": str(folder / "uploads"),
    }
    with served(library, folder / "log.txt", changed) as running:
        yield Site(running, library, folder / "reached.txt")


def make_library(folder: Path) -> Path:
    """Return a library of the sample reports and two hostile ones."""
    reports, library = folder / "reports", folder / "library"
    shutil.copytree(ROOT / "evals" / "reports", reports)
    for number, text in enumerate(hostile_reports()):
        (reports / f"{_HOSTILE_NAME}{number}.txt").write_text(text, encoding="utf-8")
    done = run_nianbao("add", str(reports), "--no-dense", "--library", str(library))
    assert done.code == 0, done.output
    return library


def hostile_reports() -> tuple[str, str]:
    """Return reports that hold script in their text; the second in its title and agency too."""
    sample = (ROOT / "evals" / "reports" / "青栎镇2022.txt").read_text("utf-8")
    sample = sample.replace("。", f"。{HOSTILE[1]}", 2) + "\n" + "\n".join(HOSTILE) + "\n"
    return (
        sample.replace("青栎镇", HOSTILE_TOWN),
        sample.replace("青栎镇", HOSTILE[0]).replace("2022", "2023"),
    )


@pytest.fixture
def visitors(browser: "Browser", site: Site) -> Iterator[Visit]:
    """Give a function that makes a new visitor; none of them may have caused a fault."""
    made: list[Visitor] = []
    with ExitStack() as stack:

        def come(**options: object) -> Visitor:
            visitor = stack.enter_context(visit(browser, site.served.url, **options))
            made.append(visitor)
            return visitor

        yield come
        faults = [fault for visitor in made for fault in visitor.faults]
    assert faults == []
    assert site.reached_elsewhere() == []


@pytest.fixture
def visitor(visitors: Visit) -> Visitor:
    """Give one visitor whose page is open."""
    return visitors()
