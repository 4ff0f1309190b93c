"""What users thought of answers, kept in the library's folder for the evaluations.

One JSON line for each: the question, how it was read, what was answered, up or down, a comment;
nothing about who said it. Appended under a lock, so that many may write at once.
"""

import json
import os
from datetime import UTC, datetime
from errno import ENOSPC
from pathlib import Path
from typing import Literal, NamedTuple

from filelock import FileLock, Timeout
from pydantic import ValidationError

from assistant.plan import Plan
from assistant.result import Answer, AnswerStatus
from index.errors import MisuseError, OutsideError
from index.model import Frozen

FILE = "feedback.jsonl"
LONGEST_COMMENT = 1_000
LARGEST = 20 * 1024 * 1024
_LONGEST_TEXT = 4_000
_WAIT = 10

Thumb = Literal["up", "down"]


class Feedback(Frozen):
    """What a user thought of one answer."""

    time: str
    thumb: Thumb
    comment: str = ""
    question: str
    resolved: str = ""
    edited: bool = False
    plan: Plan | None = None
    status: AnswerStatus
    snapshot: str = ""
    text: str = ""


class Kept(NamedTuple):
    """What the file holds: the records, oldest first, and how many lines could not be read."""

    records: tuple[Feedback, ...]
    unread: int


def feedback_on(answer: Answer, thumb: Thumb, comment: str = "") -> Feedback:
    """Return the record of a thumb; raises MisuseError when the comment is too long."""
    said = comment.strip().encode("utf-8", "replace").decode("utf-8")
    if len(said) > LONGEST_COMMENT:
        raise MisuseError(
            f"意见有 {len(said)} 字，最多 {LONGEST_COMMENT} 字，没有保存。请写短一些。"
        )
    return Feedback(
        time=datetime.now(UTC).isoformat(timespec="seconds"),
        thumb=thumb,
        comment=said,
        question=answer.question,
        resolved=answer.resolved,
        edited=answer.edited,
        plan=answer.plan,
        status=answer.status,
        snapshot=answer.certificate.snapshot,
        text=answer.text[:_LONGEST_TEXT],
    )


def keep_feedback(folder: Path, record: Feedback, largest: int = LARGEST) -> None:
    """Append a record to the file in `folder`; one write, so that no other is ever cut in two.

    Raises OutsideError when the disk refuses or the file has grown to its limit.
    """
    line = json.dumps(record.model_dump(mode="json"), ensure_ascii=False) + "\n"
    data = line.encode("utf-8", errors="replace")
    path = folder / FILE
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{path}.lock", timeout=_WAIT):
            _append(path, data, largest)
    except (OSError, Timeout) as error:
        why = getattr(error, "strerror", None) or "另一个程序占着它"
        raise OutsideError(
            f"意见没有保存：写不了 {str(path)!r}（{why}）。请检查空间和权限，再试一次。"
        ) from error


def read_feedback(folder: Path) -> Kept:
    """Return what was kept in `folder`; lines that are no record are counted."""
    path = folder / FILE
    if not path.exists():
        return Kept((), 0)
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        raise OutsideError(
            f"读不了意见文件 {str(path)!r}：{error.strerror}。请检查权限。"
        ) from error
    records = [_record(line) for line in lines if line.strip()]
    return Kept(tuple(r for r in records if r is not None), records.count(None))


def _record(line: bytes) -> Feedback | None:
    try:
        return Feedback.model_validate_json(line)
    except ValidationError:
        return None


def _append(path: Path, data: bytes, largest: int) -> None:
    """Write one line to the end of the file, in one write."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0)
    handle = os.open(path, flags, 0o600)
    try:
        size = os.fstat(handle).st_size
        if size + len(data) > largest:
            raise OutsideError(
                f"意见没有保存：文件 {str(path)!r} 已有 {size} 字节，到了上限 {largest}。"
                "请把它移到别处，再试。"
            )
        # A line that a crash cut short is closed, so that only it is lost.
        line = data if _closed(path, size) else b"\n" + data
        if os.write(handle, line) < len(line):
            raise OSError(ENOSPC, os.strerror(ENOSPC))
    finally:
        os.close(handle)


def _closed(path: Path, size: int) -> bool:
    """Tell whether the file ends with a whole line."""
    if size == 0:
        return True
    with path.open("rb") as file:
        file.seek(size - 1)
        return file.read(1) == b"\n"
