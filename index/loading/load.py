"""A file on disk as a `Document`: told by content first, by name second, within size limits.

Every refusal is a LoadError in Chinese that names the file and what to do. Nothing here waits: a
pipe or device is refused before it is opened.
"""

import hashlib
import os
import re
import stat
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import NamedTuple

from index.loading.archive import archive_kind
from index.loading.chrome import plain_text_span
from index.loading.decode import Decoded, decode, is_blank
from index.model import Document, Format, LoadError, Table

MAX_TEXT_BYTES = 20_000_000
MAX_DOCX_BYTES = 50_000_000
SUPPORTED = "支持 .txt、.md、.html 和 .docx"
_MARKDOWN = (".md", ".markdown")
_TABLE_IN_TEXT = re.compile(r"(<table\b.*?</table\s*>)", re.I | re.S)
_TABLE_END = re.compile(r"</table\s*>", re.I)
_WEB_NAME = (".html", ".htm", ".shtml", ".xhtml", ".mht")
_HEAD = 4096
# Possessive and atomic: a long row of comments must not make the match try every way to part them.
_PROLOGUE = r"\s*+(?:<\?xml[^>]*+>\s*+|(?><!--.*?-->)\s*+)*+"
_DOCUMENT_TAG = re.compile(
    _PROLOGUE + r"<(?:!doctype\s+html|html|head|body|meta|title)\b", re.I | re.S
)
_OPENING_TAG = re.compile(
    _PROLOGUE + r"<(?:div|table|p|h[1-6]|style|script|center|font|span|section|article)\b",
    re.I | re.S,
)
_ANY_TAG = re.compile(r"</?[a-z][\w:-]*(?:\s[^<>]*)?/?>", re.I)
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "PDF 文件"),
    (b"\x89PNG", "图片"), (b"\xff\xd8\xff", "图片"), (b"GIF8", "图片"),
    (b"II*\0", "图片"), (b"MM\0*", "图片"),
    (b"{\\rtf", "RTF 文件"),
    (b"7z\xbc\xaf\x27\x1c", "压缩包"), (b"Rar!", "压缩包"),
    (b"\x1f\x8b", "压缩包"), (b"PK\x05\x06", "压缩包"),
    (b"\x7fELF", "可执行程序"), (b"SQLite format 3", "数据库文件"),
)  # fmt: skip
_ADVICE = {
    "PDF 文件": "请先转成 .docx 或 .txt",
    "图片": "请先用文字识别软件转成 .txt",
    "RTF 文件": "请用 Word 另存为 .docx",
    "压缩包": "请先解压，再读取其中的文件",
    "旧版 Word（.doc）文件": "请用 Word 或 WPS 另存为 .docx",
    "旧版 Excel 表格": "请另存为 .html 或 .txt",
    "Excel 表格": "请另存为 .html 或 .txt",
    "单一文件网页（MHTML）": "请用浏览器或 Word 打开，另存为“网页，仅 HTML”或 .docx",
    "Word 2003 XML 文件": "请用 Word 另存为 .docx",
    "OFD 版式文件": "请先转成 .docx 或 .txt",
}


class _Content(NamedTuple):
    """What a format gives: the text, its tables, the span of the report, what was noticed."""

    format: Format
    text: str
    body: tuple[int, int]
    tables: tuple[Table, ...] = ()
    warnings: tuple[str, ...] = ()


def load(path: Path) -> Document:
    """Return the file as a document; raises LoadError when it cannot become one."""
    name = printable(path)
    return _named(name, lambda: _load_data(_read(path), name))


def load_bytes(data: bytes, name: str) -> Document:
    """Return `data`, the content of a file called `name`, as a document; raises LoadError."""
    return _named(name, lambda: _load_data(data, name))


def printable(path: Path) -> str:
    """Return a path as text that can be printed and stored, whatever bytes its name holds."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _named(name: str, work: Callable[[], Document]) -> Document:
    """Return what `work` gives; its refusal gets the name of the file in front."""
    try:
        return work()
    except LoadError as error:
        raise LoadError(f"无法读取 {name!r}：{error}") from error


def _read(path: Path) -> bytes:
    """Return the bytes of a regular file that is not too large and does not change meanwhile."""
    try:
        _require_regular(path.stat())
        number = os.open(
            path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        )
        with os.fdopen(number, "rb") as stream:
            before = os.fstat(number)
            _require_regular(before)
            head = stream.read(_HEAD)
            limit = MAX_DOCX_BYTES if head.startswith(b"PK\x03\x04") else MAX_TEXT_BYTES
            if before.st_size > limit and (kind := _foreign_kind(head)):
                raise _unsupported(kind)
            _require_size(before.st_size, limit)
            data = head + stream.read(limit + 1)
            after = os.fstat(number)
    except FileNotFoundError as error:
        broken = "是失效的链接，指向的文件不存在" if path.is_symlink() else "文件不存在"
        raise LoadError(f"{broken}。请检查路径") from error
    except PermissionError as error:
        raise LoadError("没有读取权限。请修改文件权限或换一个用户再试") from error
    except (OSError, ValueError) as error:
        raise LoadError(f"系统读取出错（{error}）。请检查路径和磁盘后再试") from error
    _require_size(len(data), limit)
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise LoadError("读取时文件正在变化。请等写入结束后再试")
    return data


def _require_regular(status: os.stat_result) -> None:
    """Refuse folders, and what could block for ever: pipes, sockets, devices."""
    if stat.S_ISDIR(status.st_mode):
        raise LoadError("这是文件夹，不是文件。请给出其中的文件，或用 add 读入整个文件夹")
    if not stat.S_ISREG(status.st_mode):
        raise LoadError("不是普通文件（管道、套接字或设备）。请给出普通文件")


def _require_size(size: int, limit: int) -> None:
    """Refuse a file beyond the limit of its format."""
    if size > limit:
        raise LoadError(
            f"文件过大（{size / 1e6:.1f} MB，上限 {limit // 1_000_000} MB）。"
            "年度报告不会这么大，请确认文件，或拆出报告部分再试"
        )


def _load_data(data: bytes, name: str) -> Document:
    """Return the document that the bytes hold."""
    _require_size(len(data), MAX_DOCX_BYTES if data.startswith(b"PK") else MAX_TEXT_BYTES)
    if not data:
        raise LoadError("文件是空的（0 字节）。请检查文件是否保存完整")
    content = _load_zip(data) if data.startswith(b"PK\x03\x04") else _load_text(data, name)
    if is_blank(content.text):
        raise LoadError("文件里没有文字（只有空白，或全是图片）。请检查文件；扫描件请先转成文字")
    return Document(
        path=name,
        sha256=hashlib.sha256(data).hexdigest(),
        format=content.format,
        text=content.text,
        tables=content.tables,
        body=content.body,
        warnings=content.warnings,
    )


def _load_zip(data: bytes) -> _Content:
    """Read a Word document; name what else a zip archive is."""
    kind = archive_kind(data)
    if kind != "docx":
        raise _unsupported(kind)
    from index.loading.load_docx import read_docx

    word = read_docx(data)
    return _Content("docx", word.text, (0, len(word.text)), word.tables, word.warnings)


def _load_text(data: bytes, name: str) -> _Content:
    """Read a plain text, a Markdown text or a web page."""
    kind = _foreign_kind(data)
    if kind:
        raise _unsupported(kind)
    declared = None
    if b"<" in data[:_HEAD]:
        from index.loading.load_html import declared_charset

        declared = declared_charset(data)
    decoded = decode(data, declared)
    noticed = _damage(decoded)
    suffix = Path(name).suffix.lower()
    if _is_page(decoded.text, suffix):
        from index.loading.load_html import read_html

        page = read_html(decoded.text)
        return _Content("html", page.text, page.body, page.tables, noticed + page.warnings)
    pieces = _around_tables(decoded.text)
    if len(pieces) > 1:
        from index.loading.load_html import read_html

        page = read_html(_as_page(pieces))
        return _Content("html", page.text, page.body, page.tables, noticed + page.warnings)
    text = decoded.text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return _Content(
        "md" if suffix in _MARKDOWN else "txt", text, plain_text_span(text), (), noticed
    )


def _around_tables(text: str) -> list[str]:
    """Return the text and the HTML tables in it by turns, as converters of PDF write them."""
    closed = max((m.end() for m in _TABLE_END.finditer(text)), default=0)
    # Behind the last end no table is looked for, or many starts would each search to the end.
    pieces = _TABLE_IN_TEXT.split(text[:closed])
    return [*pieces[:-1], pieces[-1] + text[closed:]]


def _as_page(pieces: list[str]) -> str:
    """Return text and tables by turns as one page, a line of text as a paragraph."""
    lines = [
        piece if place % 2 else "".join(f"<p>{escape(line)}</p>" for line in piece.splitlines())
        for place, piece in enumerate(pieces)
    ]
    return f"<html><body>{''.join(lines)}</body></html>"


def _foreign_kind(data: bytes) -> str | None:
    """Return the Chinese name of a format that is recognised but not read."""
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            return kind
    head = data[:_HEAD]
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _compound_kind(data)
    if data.startswith(b"MZ") and b"\0" in head:
        return "可执行程序"
    if data.startswith((b"BM", b"RIFF")) and b"\0" in head:
        return "图片"
    if (
        re.match(rb"\s*(?:From|MIME-Version|Subject|Date|X-\S+):", head)
        and b"multipart/related" in head
    ):
        return "单一文件网页（MHTML）"
    if b"Word.Document" in head and b"<?mso-application" in head:
        return "Word 2003 XML 文件"
    return None


def _compound_kind(data: bytes) -> str:
    """Tell what an OLE file is by the names of its streams: encrypted, Word or Excel."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise LoadError("文件有密码保护。请用 Word 去掉密码后另存为 .docx 再试")
    excel = any(n.encode("utf-16-le") in data for n in ("Workbook", "Book"))
    word = "WordDocument".encode("utf-16-le") in data
    return "旧版 Excel 表格" if excel and not word else "旧版 Word（.doc）文件"


def _unsupported(kind: str) -> LoadError:
    """Return the refusal of a format that is not read."""
    return LoadError(f"这是{kind}，暂不支持。{_ADVICE.get(kind, '请确认选对了文件')}；{SUPPORTED}")


def _is_page(text: str, suffix: str) -> bool:
    """Tell whether a text is a web page, whatever its name says."""
    if _DOCUMENT_TAG.match(text):
        return True
    if suffix in _WEB_NAME:
        return _ANY_TAG.search(text) is not None
    return suffix not in _MARKDOWN and _OPENING_TAG.match(text) is not None


def _damage(decoded: Decoded) -> tuple[str, ...]:
    """Return a warning when the text holds characters that nobody can read any more."""
    if not decoded.damaged:
        return ()
    return (f"文件有 {decoded.damaged} 处字节损坏，显示为 \ufffd，请核对原件",)
