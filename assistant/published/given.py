"""What a stranger hands over as a report, to a `Report`: never a path of this machine to open."""

import base64
import binascii
import re
from pathlib import Path, PurePosixPath
from typing import Literal

from typing_extensions import TypedDict

from index.errors import MisuseError
from index.model import LoadError, Report
from index.store.library import Library
from index.store.sources import SUFFIXES, attempt_read

LARGEST, LARGEST_TEXT = 10_000_000, 3_000_000
_NAME = re.compile(r"[^/\\\x00-\x1f\x7f]{1,200}")
_ID = re.compile(r"[0-9a-f]{4,64}")


class UploadMeta(TypedDict):
    """What marks an object as an uploaded file, as the page's clients write it."""

    _type: Literal["gradio.FileData"]


class _Uploaded(TypedDict):
    path: str
    meta: UploadMeta


class Upload(_Uploaded, total=False):
    """A file that a client has uploaded: where the server put it, and what the user called it."""

    url: str | None
    size: int | None
    orig_name: str | None
    mime_type: str | None
    is_stream: bool


def read_bytes(name: str, data: bytes) -> Report:
    """Return the report in the bytes of a file called `name`; raises MisuseError or LoadError."""
    from index.loading.load import load_bytes
    from index.report import read_report

    _require_name(name)
    most = LARGEST if name.lower().endswith(".docx") else LARGEST_TEXT
    if len(data) > most:
        raise MisuseError(
            f"文件 {name!r} 有 {len(data)} 字节，最多 {most} 字节。请拆出报告部分再试。"
        )
    outcome = attempt_read(lambda _: read_report(load_bytes(data, name)), Path(name))
    if outcome.report is None:
        raise LoadError(outcome.reason)
    return outcome.report


def decode(name: str, content: str) -> bytes:
    """Return the bytes that `content`, the file called `name`, holds in Base64."""
    try:
        return base64.b64decode("".join(content.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise MisuseError(f"文件 {name!r} 的 content 不是 Base64 编码。请编码后重试。") from error


def read_upload(file: Upload, uploads: Path | None) -> Report:
    """Return the report in an uploaded file; anything outside the folder `uploads` is refused."""
    path = _uploaded(file["path"], uploads)
    name = PurePosixPath((file.get("orig_name") or path.name).replace("\\", "/")).name
    _require_name(name)
    try:
        with path.open("rb") as stream:
            data = stream.read(LARGEST + 1)
    except OSError as error:
        raise MisuseError(f"读不了上传的文件 {name!r}。请重新上传。") from error
    return read_bytes(name, data)


def read_listed(library: Library, rid: int) -> Report:
    """Return a report of the library, read again from its file as long as that is unchanged."""
    from index.report import read_report_file

    ((path, sha256),) = library.query("SELECT path, sha256 FROM reports WHERE rid = ?", [rid])
    outcome = attempt_read(read_report_file, Path(path))
    if outcome.report is None or outcome.report.document.sha256 != sha256:
        raise MisuseError(
            f"库里这份报告的文件 {Path(path).name!r} 已不在原处或已改动，不能再按字段抽取。"
            "请直接给出文件。"
        )
    return outcome.report


def require_id(library: Library, report_id: str) -> int:
    """Return the rid of a report of the library by its id; a path is no id."""
    if not _ID.fullmatch(report_id):
        raise MisuseError(
            f"{report_id[:80]!r} 不是报告编号。编号是至少 4 位的十六进制数字（0-9a-f），"
            "ask 的 citations 里有；不接受文件路径。"
        )
    return library.find_id(report_id)[0]


def _uploaded(given: str, uploads: Path | None) -> Path:
    """Return the path of a regular file that really lies in the folder of the uploads."""
    refusal = MisuseError(
        "参数 'file' 不是上传到本服务的文件。请先上传（gradio_client 用 handle_file）。"
    )
    if uploads is None or "\0" in given:
        raise refusal
    try:
        path, folder = Path(given).resolve(strict=True), uploads.resolve(strict=True)
    except (OSError, RuntimeError) as error:
        raise refusal from error
    if not path.is_relative_to(folder) or not path.is_file():
        raise refusal
    return path


def _require_name(name: str) -> None:
    """Refuse a name that is a path, that cannot be printed, or of a format that is not read."""
    if not _NAME.fullmatch(name) or not name.isprintable():
        raise MisuseError(f"{name[:80]!r} 不能作文件名。请只给名字，不带文件夹。")
    if Path(name).suffix.lower() not in SUFFIXES:
        kinds = " ".join(sorted(SUFFIXES))
        raise MisuseError(f"{name!r} 的扩展名不能读。支持 {kinds}。")
