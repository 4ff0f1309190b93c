"""Files handed to the library through the page: added, put in another's place, removed.

One upload at a time in the whole library; it goes to its end, so that a visitor who leaves does
not break it off half-way. Knows no widget and no HTML.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from assistant.page.desks.following import Tell, followed
from assistant.page.desks.settling import Given, Settling, Step
from assistant.page.desks.source import file_name
from index.errors import MisuseError
from index.store.library import Library
from index.store.own_files import drop_copy, handing_over

_PACE = 0.4


def given(path: str) -> Given:
    """Return an uploaded file under the name that its browser gave."""
    return Given(Path(path), Path(path).name)


def upload(library: Library, files: Sequence[Given]) -> Iterator[Step]:
    """Read files into the library as its own copies; yields how far it is, at last the outcome.

    Raises LockedError when another upload or another program writes.
    """
    return followed(lambda tell: _upload(library, files, tell), _PACE)


def replace(library: Library, rid: str, file: Given) -> Iterator[Step]:
    """Let a new file take the place of the report `rid`, which stays when that cannot be read."""
    return followed(lambda tell: _replace(library, rid, file, tell), _PACE)


def remove(library: Library, rid: str) -> str:
    """Take a report out, and the library's own copy of its file; return that file's name.

    A file that lies elsewhere stays. Raises MisuseError when the report is not there any more.
    """
    with handing_over(library.folder):
        library.refresh()
        path = _path_of(library, rid)
        _take_out(library, rid, path)
    return file_name(path)


def _upload(library: Library, files: Sequence[Given], tell: Tell[Step]) -> Step:
    with handing_over(library.folder):
        run = Settling(library, files)
        run.settle(tell)
    return run.step(finished=True)


def _replace(library: Library, rid: str, file: Given, tell: Tell[Step]) -> Step:
    with handing_over(library.folder):
        library.refresh()
        path = _path_of(library, rid)
        run = Settling(library, [file])
        run.settle(tell)
        (new,) = run.settled
        taken = new.status in ("added", "replaced")
        if taken:
            _take_out(library, rid, path)
    same = "replace.same" if new.status == "unchanged" else "replace.kept"
    return run.step(finished=True, note="replace.done" if taken else same)


def _take_out(library: Library, rid: str, path: str) -> None:
    """Remove a report, then the library's own copy, unless another version needs it."""
    library.remove([int(rid)])
    if not library.query("SELECT 1 FROM reports WHERE path = ?", [path]):
        drop_copy(library.folder, path)


def _path_of(library: Library, rid: str) -> str:
    """Return the path of a report; raises MisuseError when it is not there any more."""
    rows = library.query("SELECT path FROM reports WHERE rid::VARCHAR = ?", [rid])
    if not rows:
        raise MisuseError("库里已经没有这份报告，可能刚被移出或替换。请刷新列表。")
    return str(rows[0][0])
