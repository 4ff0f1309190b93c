"""Reads the files that a visitor dropped, without adding them to the library."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from assistant.page.desks.limits import MOST_BYTES, MOST_FILES
from index.errors import MisuseError
from index.model import LoadError, Report


class Opened(NamedTuple):
    """A dropped file under its own name: the report in it, or the reason why there is none."""

    name: str
    report: Report | None
    reason: str = ""


def accepted(files: Sequence[str] | None) -> list[Path]:
    """Return the files of the upload; raises MisuseError when there are none or too many."""
    paths = [Path(file) for file in files or ()]
    if not paths:
        raise MisuseError("还没有选文件。请先把报告文件拖到上面，再试一次。")
    if len(paths) > MOST_FILES:
        raise MisuseError(
            f"一次最多 {MOST_FILES} 个文件，这里有 {len(paths)} 个。"
            "请分几次做，或用报告库批量入库。"
        )
    return paths


def open_file(path: Path) -> Opened:
    """Return what is in one file of the upload; what goes wrong is its reason."""
    from index.store.sources import attempt_read

    outcome = attempt_read(_read, path)
    # The server's own folder is nobody's business.
    reason = outcome.reason.replace(f"{path.parent}/", "")
    return Opened(path.name, outcome.report, reason)


def _read(path: Path) -> Report:
    from index.loading.load import load_bytes
    from index.report import read_report

    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise LoadError(
                f"{path.name!r} 有 {size / 1e6:.1f} MB，页面上最多 {MOST_BYTES // 1_000_000} MB。"
                "请拆出报告部分，或用命令 nianbao 读取。"
            )
        data = path.read_bytes()
    except OSError as error:
        raise LoadError(f"{path.name!r} 已经不在服务器上。请重新上传。") from error
    return read_report(load_bytes(data, path.name))
