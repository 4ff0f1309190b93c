"""The door: any file becomes a document or a clear refusal that names it; nothing ever blocks."""

import io
import os
import pickle
import zipfile
from pathlib import Path

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.loading.load import MAX_DOCX_BYTES, MAX_TEXT_BYTES, load, load_bytes
from index.model import Document, LoadError

SEEDS = Path(__file__).parents[2] / "shared" / "seeds"
REPORT = (
    "示例镇2022年政府信息公开工作年度报告\n\n一、总体情况\n"
    "规章\t0\t0\t5\n六、其他需要报告的事项\n无。\n"
)
PAGE = "<html><head><meta charset=gb2312></head><body><p>示例镇<table><tr><td>规章<td>5</table>"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def word(*paragraphs: str) -> bytes:
    document, file = docx.Document(), io.BytesIO()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    document.save(file)
    return file.getvalue()


def archive(name: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as parts:
        parts.writestr(name, "x")
    return file.getvalue()


DOCX = word("示例镇")


def write(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-be"])
@pytest.mark.parametrize("suffix", ["txt", "md"])
def test_plain_text_is_the_decoded_text(tmp_path: Path, suffix: str, encoding: str) -> None:
    path = write(tmp_path, f"a.{suffix}", REPORT.encode(encoding))
    document = load(path)
    assert (document.text, document.format, document.path) == (REPORT, suffix, str(path))
    assert document.body == (0, len(REPORT)) and document.tables == ()


def test_every_kind_of_line_end_becomes_one() -> None:
    for end in ("\r\n", "\r"):
        assert load_bytes(REPORT.replace("\n", end).encode(), "a.txt").text == REPORT


def test_the_fingerprint_is_of_the_bytes() -> None:
    assert load_bytes(REPORT.encode(), "a").sha256 != load_bytes(REPORT.encode("gbk"), "a").sha256


@pytest.mark.parametrize("name", ["a.html", "a.txt", "a.doc", "a", "a.docx", "a.xls"])
def test_a_page_is_a_page_whatever_its_name(name: str) -> None:
    document = load_bytes(PAGE.encode("gbk"), name)
    assert document.format == "html" and document.text == "示例镇\n规章\t5\n"
    assert len(document.tables) == 1


@pytest.mark.parametrize("name", ["a.docx", "a.txt", "a.doc", "a.html"])
def test_a_word_file_is_one_whatever_its_name(name: str) -> None:
    assert load_bytes(DOCX, name).format == "docx"


@pytest.mark.parametrize("name", ["a.md", "a.txt"])
def test_a_tag_inside_plain_text_makes_no_page(name: str) -> None:
    text = REPORT + "<b>注</b> a<b\n"
    assert load_bytes(text.encode(), name).text == text


def test_comments_before_a_page_or_text_are_passed_over_quickly() -> None:
    comments = "<!-- -->\n" * 300
    assert load_bytes((comments + PAGE).encode(), "a.txt").format == "html"
    assert load_bytes((comments + REPORT).encode(), "a.txt").format == "txt"


def test_plain_text_named_html_keeps_its_lines() -> None:
    assert load_bytes(REPORT.encode(), "a.html").text == REPORT


def test_chrome_around_plain_text_is_outside_the_body() -> None:
    crumb, foot = (
        "首页\n当前位置：首页 > 政务公开 > 年报\n",
        "上一篇：示例镇2021年年度报告\n版权所有\n",
    )
    document = load_bytes((crumb + REPORT + foot).encode(), "a.txt")
    assert document.text[slice(*document.body)] == REPORT.strip()


REFUSED = {
    "empty": (b"", "空的"),
    "blank": (" \n\u3000\t\r\n".encode(), "没有文字"),
    "mark only": (b"\xef\xbb\xbf", "没有文字"),
    "page of pictures": (b"<html><body><img src=a.png></body></html>", "没有文字"),
    "empty docx": (word(), "没有文字"),
    "png": (b"\x89PNG\r\n\x1a\n" + bytes(100), "图片"),
    "jpg": (b"\xff\xd8\xff\xe0" + bytes(100), "图片"),
    "exe": (b"MZ\x90\0\x03\0\0\0" + bytes(100), "程序"),
    "pdf": (b"%PDF-1.7\n...", "PDF"),
    "doc": (OLE + "WordDocument".encode("utf-16-le"), "旧版 Word"),
    "xls": (OLE + "Workbook".encode("utf-16-le"), "Excel"),
    "locked": (OLE + "EncryptedPackage".encode("utf-16-le"), "密码"),
    "rtf": (b"{\\rtf1 abc}", "RTF"),
    "xlsx": (archive("xl/workbook.xml"), "Excel"),
    "zip": (archive("a.txt"), "压缩包"),
    "zip cut": (DOCX[:200], "损坏"),
    "mht": (b"MIME-Version: 1.0\nContent-Type: multipart/related;\n\n", "MHTML"),
    "noise": (bytes(range(256)) * 4, "不是文字"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_bad_content_is_refused_by_name_with_advice(case: str) -> None:
    data, word = REFUSED[case]
    with pytest.raises(LoadError, match=word) as caught:
        load_bytes(data, "坏 文件.txt")
    assert "'坏 文件.txt'" in str(caught.value) and "请" in str(caught.value)


@pytest.mark.parametrize(("head", "limit"), [(b"abc", MAX_TEXT_BYTES), (b"PK\3\4", MAX_DOCX_BYTES)])
def test_a_huge_file_is_refused_by_its_size(tmp_path: Path, head: bytes, limit: int) -> None:
    path = write(tmp_path, "a.txt", head)
    os.truncate(path, 200_000_000)
    with pytest.raises(LoadError, match=f"过大（200.0 MB，上限 {limit // 1_000_000} MB）"):
        load(path)


def test_a_huge_file_of_another_format_is_called_by_its_name(tmp_path: Path) -> None:
    path = write(tmp_path, "a.pdf", b"%PDF-1.4")
    os.truncate(path, 200_000_000)
    with pytest.raises(LoadError, match="PDF"):
        load(path)


def test_what_is_no_regular_file_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "link.txt").symlink_to("pipe.txt")
    (tmp_path / "gone.txt").symlink_to("nowhere")
    (tmp_path / "loop.txt").symlink_to("loop.txt")
    expected = {
        "pipe.txt": "管道",
        "link.txt": "管道",
        "gone.txt": "失效的链接",
        "loop.txt": "出错",
    }
    expected |= {"": "文件夹", "none.txt": "不存在", "a\0b": "出错", "x" * 300: "出错"}
    for name, word in expected.items():
        with pytest.raises(LoadError, match=word):
            load(tmp_path / name)
    with pytest.raises(LoadError, match="设备"):
        load(Path(os.devnull))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_without_permission_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "a.txt", REPORT.encode())
    path.chmod(0)
    with pytest.raises(LoadError, match="权限"):
        load(path)


def test_a_name_of_foreign_bytes_is_kept_printable(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xd5\xf2.txt"))
    path.write_text(REPORT, encoding="utf-8")
    assert load(path).path.endswith("\\xd5\\xf2.txt")


def test_documents_and_refusals_can_be_sent_to_another_process() -> None:
    document = load_bytes(PAGE.encode(), "a.html")
    assert pickle.loads(pickle.dumps(document)) == document
    with pytest.raises(LoadError) as caught:
        load_bytes(b"", "a")
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
    assert pickle.loads(pickle.dumps(load)) is load


@settings(deadline=None, max_examples=150)
@given(
    st.one_of(st.binary(max_size=300), st.text(max_size=100).map(str.encode)),
    st.sampled_from(["", "<html>", "<p>", "PK\3\4", "%PDF", "\ufeff"]),
    st.sampled_from(["a.txt", "a.md", "a.html", "a.docx", "a"]),
)
def test_any_bytes_give_a_document_or_a_refusal(data: bytes, head: str, name: str) -> None:
    try:
        document = load_bytes(head.encode() + data, name)
    except LoadError as error:
        assert name in str(error)
    else:
        assert isinstance(document, Document)
        assert 0 <= document.body[0] <= document.body[1] <= len(document.text)


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the real reports in ../shared are not here")
def test_the_real_reports_are_read_exactly_in_every_encoding() -> None:
    for path in sorted(SEEDS.glob("*.txt")):
        text = path.read_bytes().decode()
        assert load(path).text == text
        for encoding in ("gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"):
            assert load_bytes(text.encode(encoding), "a.txt").text == text


def test_html_tables_inside_markdown_are_tables() -> None:
    text = (
        "# 甲镇2022年政府信息公开工作年度报告\n\n## 二、主动公开政府信息情况\n\n"
        "<table><tr><td>信息内容</td><td>本年处理决定数量</td></tr>"
        "<tr><td>行政许可</td><td>6181</td></tr></table>\n\n办件量 < 9000，> 5000。\n"
    )
    document = load_bytes(text.encode(), "甲镇.md")
    assert len(document.tables) == 1
    assert "办件量 < 9000，> 5000。" in document.text
    cells = [document.text[c.start : c.end] for c in document.tables[0].cells]
    assert cells == ["信息内容", "本年处理决定数量", "行政许可", "6181"]
