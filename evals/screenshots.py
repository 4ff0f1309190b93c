"""Pictures of every tab, wide and narrow, light and dark: `python -m evals.screenshots --to DIR`.

Serves the library that `make app` would, writes one PNG for each stop, and prints what the
measuring finds wrong at each; ends with 1 when that is anything.
"""

import argparse
import tempfile
from pathlib import Path

from assistant.settings import library_folder
from evals.browsing.chromium import missing_browser, open_chromium
from evals.browsing.layout import faults_of_layout
from evals.browsing.served import served
from evals.browsing.tour import tours
from evals.demo import some_library


def take(to: Path, library: Path) -> list[str]:
    """Write the pictures into `to`; return what is wrong, each line with the picture's name."""
    wrong: list[str] = []
    to.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        served(library, Path(folder) / "log") as site,
        open_chromium() as browser,
    ):
        for name, visitor in tours(browser, site.url):
            visitor.page.screenshot(path=to / f"{name}.png", full_page=True)
            found = faults_of_layout(visitor.page) + visitor.faults
            visitor.faults.clear()
            wrong += [f"{name}: {fault}" for fault in found]
    return wrong


def main() -> int:
    """Take the pictures, print what is wrong."""
    reader = argparse.ArgumentParser(prog="python -m evals.screenshots", description=main.__doc__)
    reader.add_argument("--to", type=Path, required=True, help="folder for the pictures")
    reader.add_argument("--library", type=Path, default=None, help="the library's folder")
    asked = reader.parse_args()
    if missing := missing_browser():
        raise SystemExit(missing)
    wrong = take(asked.to, asked.library or some_library(library_folder()))
    print("\n".join(wrong))
    return int(bool(wrong))


if __name__ == "__main__":
    raise SystemExit(main())
