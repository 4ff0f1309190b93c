"""What a .docx container really holds, checked before anything is unpacked into memory."""

import io
import re
import zipfile
import zlib

from index.model import LoadError

MAX_UNPACKED = 120_000_000
MAX_RATIO = 200
MAX_PARTS = 5_000
_RATIO_FROM = 5_000_000
_CHUNK = 1 << 16
_DECLARES = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.I)
_BOMB = "解开后异常庞大（疑似压缩炸弹），没有读取。请用 Word 打开确认后另存为 .docx 再试"
_BROKEN = "文件已损坏，打不开。请用 Word 或 WPS 打开并另存为 .docx 再试"
_KINDS = (
    ("word/document.xml", "docx"),
    ("OFD.xml", "OFD 版式文件"),
    ("xl/workbook.xml", "Excel 表格"),
    ("ppt/presentation.xml", "PowerPoint 演示文稿"),
)


def archive_kind(data: bytes) -> str:
    """Return "docx", or the Chinese name of what else the zip archive is."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise LoadError(_BROKEN) from error
    for name, kind in _KINDS:
        if name in names:
            return kind
    if "[Content_Types].xml" in names and any(name.startswith("word/") for name in names):
        return "docx"
    return "压缩包"


def check_archive(data: bytes) -> None:
    """Raise LoadError for a bomb, an encrypted or a broken archive; sizes are measured."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if len(parts) > MAX_PARTS or _is_bomb(sum(p.file_size for p in parts), len(data)):
                raise LoadError(_BOMB)
            if any(part.flag_bits & 1 for part in parts):
                raise LoadError("文件有密码保护。请用 Word 去掉密码后另存为 .docx 再试")
            total = 0
            for part in parts:
                total += _check_part(archive, part, len(data), total)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
        raise LoadError(_BROKEN) from error


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, packed: int, before: int) -> int:
    """Unpack one part chunk by chunk, keeping none, and return its real size."""
    size, tail = 0, b""
    is_xml = part.filename.lower().endswith((".xml", ".rels"))
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if _is_bomb(before + size, packed):
                raise LoadError(_BOMB)
            seen = (tail + chunk).replace(b"\0", b"") if is_xml else b""
            if _DECLARES.search(seen):
                raise LoadError(
                    "含有 Word 文件不应有的实体定义（疑似恶意文件），没有读取。请确认来源"
                )
            tail = chunk[-40:]
    return size


def _is_bomb(unpacked: int, packed: int) -> bool:
    """Tell whether a size is beyond what a document unpacks to."""
    return unpacked > MAX_UNPACKED or (unpacked > _RATIO_FROM and unpacked > MAX_RATIO * packed)
