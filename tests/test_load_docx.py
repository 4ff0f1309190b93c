"""Word documents: text in document order, merged cells once, no deleted text, no bomb."""

import io
import zipfile
from typing import Any

import pytest

from index.loading.load_docx import WordText, read_docx
from index.model import LoadError, Table

TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.wordprocessingml.document.main+xml"/></Types>'
)
LINKS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Target="word/document.xml" Type="http://schemas.openxmlformats.org/'
    'officeDocument/2006/relationships/officeDocument"/></Relationships>'
)
SPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)


def package(document: str, **extra: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("_rels/.rels", LINKS)
        archive.writestr("word/document.xml", document)
        for name, data in extra.items():
            archive.writestr(name, data)
    return file.getvalue()


def word(body: str) -> WordText:
    return read_docx(package(f"<w:document {SPACES}><w:body>{body}</w:body></w:document>"))


def p(text: str, properties: str = "") -> str:
    return f"<w:p>{r(text, properties)}</w:p>"


def r(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def tc(content: str, properties: str = "") -> str:
    inner = content if content.startswith("<") else p(content)
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inner}</w:tc>"


def tr(*cells: str, properties: str = "") -> str:
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"


def tbl(*rows: str) -> str:
    return f"<w:tbl>{''.join(rows)}</w:tbl>"


def grid(document: WordText, table: Table) -> list[tuple[Any, ...]]:
    return [(document.text[c.start : c.end], *c[2:]) for c in table.cells]


def values(document: WordText, table: int = 0) -> list[str]:
    return [cell[0] for cell in grid(document, document.tables[table])]


def test_paragraphs_and_tables_keep_their_order() -> None:
    document = word(p("前") + tbl(tr(tc("规章"), tc("0"))) + p("后") + "<w:sectPr/>")
    assert document.text == "前\n规章\t0\n后\n"
    assert grid(document, document.tables[0]) == [("规章", 0, 0, 1, 1), ("0", 0, 1, 1, 1)]


def test_merged_cells_appear_once_with_their_extent() -> None:
    first, more = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    wide = '<w:gridSpan w:val="2"/>'
    document = word(
        tbl(
            tr(tc("申请人", first), tc("法人", wide)),
            tr(tc("", more), tc("企业"), tc("其他")),
            tr(tc("", more), tc("4"), tc("0")),
        )
    )
    assert grid(document, document.tables[0]) == [
        *[("申请人", 0, 0, 3, 1), ("法人", 0, 1, 1, 2)],
        *[("企业", 1, 1, 1, 1), ("其他", 1, 2, 1, 1), ("4", 2, 1, 1, 1), ("0", 2, 2, 1, 1)],
    ]


def test_a_row_that_starts_further_right_keeps_its_columns() -> None:
    late = '<w:gridBefore w:val="1"/>'
    document = word(tbl(tr(tc("甲"), tc("乙")), tr(tc("5"), properties=late)))
    assert grid(document, document.tables[0])[-1] == ("5", 1, 1, 1, 1)


def test_tracked_changes_read_as_accepted() -> None:
    document = word(
        f"<w:p><w:del><w:r><w:delText>旧</w:delText></w:r></w:del><w:ins>{r('新')}</w:ins>"
        f"<w:moveFrom>{r('移走')}</w:moveFrom><w:moveTo>{r('移来')}</w:moveTo></w:p>"
        + tbl(tr(tc("甲"), tc("1")), tr(tc("删"), tc("9"), properties="<w:del/>"))
    )
    assert document.text == "新移来\n甲\t1\n"


def test_struck_hidden_and_raised_text_never_joins_a_number() -> None:
    raised = r("1", '<w:vertAlign w:val="superscript"/>')
    runs = r("5", "<w:strike/>") + r("6") + r("7", "<w:vanish/>") + raised
    cell = f"<w:p>{runs}</w:p>"
    document = word(tbl(tr(tc("许可"), tc(cell))))
    assert values(document) == ["许可", "6 1"]
    assert "删除线" in document.warnings[0]


def test_what_nobody_sees_on_its_ground_joins_no_number() -> None:
    same = '<w:color w:val="FFFFFF"/><w:shd w:val="clear" w:fill="FFFFFF"/>'
    unknown = '<w:color w:val="FFFFFF"/>'
    seen = '<w:color w:val="FFFFFF"/><w:shd w:val="clear" w:fill="0066CC"/>'
    cells = [r("6") + r("66", same), r("6") + r("66", unknown), r("66", unknown) + r("6")]
    cells += [r("66", seen), r("66", unknown), r("12") + r("04")]
    document = word(tbl(tr(*(tc(f"<w:p>{runs}</w:p>") for runs in cells))))
    assert values(document) == ["6", "6 66", "66 6", "66", "66", "1204"]


def test_content_controls_links_and_fields_keep_their_text() -> None:
    inner = "<w:sdt><w:sdtPr/><w:sdtContent>{}</w:sdtContent></w:sdt>"
    document = word(
        inner.format(p("控件"))
        + f"<w:p>{inner.format(r('行内'))}<w:hyperlink>{r('链接')}</w:hyperlink>"
        f"<w:fldSimple>{r('域')}</w:fldSimple><w:r><w:instrText>PAGE</w:instrText></w:r></w:p>"
        + tbl(inner.format(tr(tc("甲"), inner.format(tc(inner.format(p("8")))))))
    )
    assert document.text == "控件\n行内链接域\n甲\t8\n"


def test_a_text_box_is_read_once() -> None:
    box = f"<w:txbxContent>{p('框内')}</w:txbxContent>"
    document = word(
        f"<w:p>{r('段')}<w:r><mc:AlternateContent><mc:Choice>{box}</mc:Choice>"
        f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r></w:p>"
    )
    assert document.text == "段\n框内\n"


def test_a_table_inside_a_cell_is_a_table_of_its_own() -> None:
    inner = tbl(tr(tc("规章"), tc("2")), tr(tc("许可"), tc("3")))
    document = word(tbl(tr(tc(p("正文") + inner + p("尾")))))
    assert document.text == "正文\n规章\t2\n许可\t3\n尾\n"
    assert values(document) == ["规章", "2", "许可", "3"]


def test_breaks_inside_a_cell_stay_on_the_row() -> None:
    cell = "<w:p><w:r><w:t>商业</w:t><w:br/><w:t>企业</w:t><w:tab/><w:t>a</w:t></w:r></w:p>"
    assert word(tbl(tr(tc(cell), tc(p("总") + p("计"))))).text == "商业企业 a\t总计\n"


def test_pictures_are_reported_as_unread() -> None:
    document = word(p("文") + '<w:p><w:r><w:pict><v:imagedata src="x"/></w:pict></w:r></w:p>')
    assert "图片" in document.warnings[0]


@pytest.mark.parametrize(
    "document",
    ["", "<w:document", f"<w:document {SPACES}/>", "<a/>", "<a>" * 5000, "\0"],
)
def test_broken_documents_are_refused(document: str) -> None:
    with pytest.raises(LoadError, match="另存为"):
        read_docx(package(document))


def test_every_cut_or_damaged_package_is_read_or_refused() -> None:
    data = package(f"<w:document {SPACES}><w:body>{p('文')}</w:body></w:document>")
    for at in range(0, len(data), 7):
        for broken in (data[:at], data[:at] + b"\xff\x00" + data[at + 2 :]):
            try:
                read_docx(broken)
            except LoadError:
                continue


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(LoadError, match="压缩炸弹"):
        read_docx(package("<a/>", **{"word/media/x.bin": b"0" * 8_000_000}))


def test_a_bomb_with_a_false_size_is_refused() -> None:
    data = package("<a/>", **{"word/media/x.bin": b"0" * 8_000_000})
    with pytest.raises(LoadError):
        read_docx(data.replace((8_000_000).to_bytes(4, "little"), (9).to_bytes(4, "little")))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused(encoding: str) -> None:
    bomb = '<!DOCTYPE a [<!ENTITY x "lol"><!ENTITY y "&x;&x;">]><a>&y;</a>'
    with pytest.raises(LoadError, match="实体"):
        read_docx(package("<a/>", **{"word/styles.xml": bomb.encode(encoding)}))
