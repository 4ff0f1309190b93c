"""The sample reports in a library, and the published functions over it."""

from collections.abc import Callable
from pathlib import Path

from assistant.ask import Doors
from assistant.doors import open_doors
from assistant.published.published import Published
from index.store.library import Library

REPORTS = Path(__file__).parents[1] / "evals" / "reports"
DAYONG = REPORTS / "大涌镇2022.html"
FLAGSHIP = "哪些镇2022年行政许可超过1000件"


def few_reports(folder: Path, *names: str) -> Library:
    """Return a library of some sample reports, or of all."""
    library = Library.open(folder)
    library.add([REPORTS / name for name in names] or [REPORTS])
    return library


def publish(library: Library, uploads: Path | None = None) -> Published:
    """Return the published functions without a model."""
    doors = open_doors(library, no_model=True)
    newest: Callable[[], Library] = lambda: library  # noqa: E731
    opened: Callable[[], Doors] = lambda: doors  # noqa: E731
    return Published(newest, opened, uploads)
