"""Files of an answer to take away, and the check of one that was saved; nothing is left behind."""

import re
import shutil
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path, PurePath
from typing import Literal

from assistant.answer_tables import write_answer_csv, write_answer_workbook
from assistant.library_view import LibraryView
from assistant.page.desks.downloads import fresh_file, write_fresh
from assistant.page.desks.talk import Talk
from assistant.result import Answer
from assistant.verify import Verification, verify_answer
from index.errors import MisuseError, OutsideError
from index.search.hit import PassageSearch

Wanted = Literal["xlsx", "csv", "json"]
Search = Callable[[], PassageSearch]
LARGEST_SAVED = 50 * 1024 * 1024
_LONGEST_NAME = 40
# Names that Windows keeps for devices.
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)
_STRANGE = re.compile(r"[^\w]+")


def write_kept(talk: Talk, wanted: Wanted, room: Path) -> Path:
    """Return a new file in `room` of the last answer: tables, or what `ask --json` prints."""
    answer = _answer_of(talk)
    name = file_name(answer.question, wanted)
    return write_fresh(room, name, lambda target: _WRITERS[wanted](answer, target))


def verify_last(talk: Talk, library: LibraryView, search: Search, room: Path) -> Verification:
    """Return what does not agree between the last answer and the reports it rests on."""
    target = fresh_file(room, "answer.json")
    try:
        answer = _answer_of(talk)
        _write_json(answer, target)
        paths = {one.path for one in answer.certificate.support}
        paths |= {one.path for one in answer.citations}
        return _without_folders(verify_answer(target, library, search=search), paths)
    finally:
        shutil.rmtree(target.parent, ignore_errors=True)


def _without_folders(found: Verification, paths: Iterable[str]) -> Verification:
    """Return what was found with files by their names: visitors need no folder of the server."""
    longest_first = sorted(filter(None, paths), key=len, reverse=True)
    if not longest_first:
        return found
    folder = re.compile("|".join(map(re.escape, longest_first)))

    def named(text: str) -> str:
        return folder.sub(lambda one: PurePath(one[0]).name, text)

    return found.model_copy(
        update={
            "summary": named(found.summary),
            "problems": tuple(map(named, found.problems)),
            "not_verified": tuple(map(named, found.not_verified)),
        }
    )


def verify_saved(
    uploaded: str | None, library: LibraryView, search: Search, room: Path
) -> Verification:
    """Return what does not agree in an uploaded answer; errors name no path of this machine."""
    if not uploaded:
        raise MisuseError("还没有选文件。请放上“保存回答”得到的 JSON 文件。")
    target = fresh_file(room, "answer.json")
    try:
        size = Path(uploaded).stat().st_size
        if size > LARGEST_SAVED:
            raise MisuseError(f"文件有 {size} 字节，最多 {LARGEST_SAVED} 字节，没有核对。")
        shutil.copyfile(uploaded, target)
        return verify_answer(target, library, search=search, foreign=True)
    except MisuseError as error:
        raise MisuseError(str(error).replace(repr(str(target)), "这个文件")) from error
    except OSError as error:
        raise OutsideError(f"读不了放上的文件：{error.strerror}。请再放一次。") from error
    finally:
        shutil.rmtree(target.parent, ignore_errors=True)


def file_name(question: str, suffix: str) -> str:
    """Return a name for a file about a question: short, with nothing that a path could mean."""
    plain = unicodedata.normalize("NFKC", question)
    kept = _STRANGE.sub("_", plain).strip("_")[:_LONGEST_NAME].strip("_")
    name = f"回答_{kept}" if not kept or _DEVICES.fullmatch(kept) else kept
    return f"{name.strip('_')}.{suffix}"


def _answer_of(talk: Talk) -> Answer:
    if talk.answer is None:
        raise MisuseError("还没有回答。请先提问。")
    return talk.answer


def _write_json(answer: Answer, target: Path) -> None:
    target.write_text(answer.model_dump_json(), encoding="utf-8")


_WRITERS: Mapping[Wanted, Callable[[Answer, Path], None]] = {
    "xlsx": write_answer_workbook,
    "csv": write_answer_csv,
    "json": _write_json,
}
