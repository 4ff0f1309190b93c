"""Reports as .html and .docx files, with real merged cells; the truth has no offsets there."""

import io
import random
import zipfile
from html import escape

from evals.synthesis.layouts import full_rows
from evals.synthesis.page import Heading, Item, Page, Paragraph, Table, grid

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_SCRIPT = "<script>var total=99999;var names=['行政许可','7777'];</script>"
_STYLE = "<style>.t td{width:12px;height:40px}</style>"
_NAV = (
    "<div class='nav'><ul><li><a href='#'>首页</a></li><li><a href='#'>政务公开</a></li>"
    "<li><a href='#'>行政许可 120</a></li></ul></div>"
)
_FOOT = "<div class='foot'>主办单位：示例站点 浏览次数：<span>10432</span> 备案号 20200012</div>"


def write_html(page: Page, rng: random.Random, chrome: bool) -> bytes:
    """Return a web page; `chrome` adds navigation, a layout table, a footer, torn spans."""
    body = "".join(f"<p>{escape(line)}</p>\n" for line in page.before)
    body += "".join(f"<h1>{escape(line)}</h1>\n" for line in page.title)
    body += "".join(_html_block(block, rng, chrome) for block in page.body)
    body += "".join(f"<p>{escape(line)}</p>\n" for line in page.after)
    head = f"<meta charset='utf-8'><title>{escape(' '.join(page.title))}</title>"
    if chrome:
        body = (
            f"{_NAV}<table class='frame'><tr><td class='side'>相关链接<br>年报汇总</td>"
            f"<td class='main'><div id='zoom'>{body}</div></td></tr></table>{_FOOT}{_SCRIPT}"
        )
        head += _STYLE + _SCRIPT
    return f"<!DOCTYPE html>\n<html><head>{head}</head>\n<body>{body}</body></html>".encode()


def _html_block(block: object, rng: random.Random, chrome: bool) -> str:
    """Return one block as HTML."""
    if isinstance(block, Table):
        return _html_table(block, rng, chrome)
    if isinstance(block, Heading):
        tag = "p" if chrome else f"h{block.depth + 1}"
        return f"<{tag}>{escape(block.text)}</{tag}>\n"
    if isinstance(block, Paragraph):
        text = "".join(run if isinstance(run, str) else run.text for run in block.runs)
        return f"<p>{escape(text)}</p>\n"
    return f"<div>{escape(getattr(block, 'text', ''))}</div>\n"


def _html_table(table: Table, rng: random.Random, chrome: bool) -> str:
    """Return a table with rowspan and colspan."""
    rows = []
    for line in grid(table):
        cells = "".join(_html_cell(p.item, rng, chrome) for p in line)
        rows.append(f"<tr>{cells}</tr>\n")
    return f"<table border='1'><tbody>{''.join(rows)}</tbody></table>\n"


def _html_cell(item: Item, rng: random.Random, chrome: bool) -> str:
    """Return one cell; word processors tear numbers into several spans, so `chrome` does too."""
    text = escape(item.text).replace("\n", "<br>")
    if chrome and item.slot is None:
        text = f"<p>{text}</p>"
    elif chrome and len(item.text) > 2 and item.text.isdigit() and rng.random() < 0.3:
        text = f"<p><span>{item.text[:1]}</span><span>{item.text[1:]}</span></p>"
    elif chrome and not text and rng.random() < 0.5:
        text = "&nbsp;"
    spans = f" rowspan='{item.rowspan}'" if item.rowspan > 1 else ""
    spans += f" colspan='{item.colspan}'" if item.colspan > 1 else ""
    return f"<td{spans}>{text}</td>"


def write_docx(page: Page) -> bytes:
    """Return a Word file, written part by part so that no vendor library judges itself."""
    body = "".join(_docx_line(line) for line in (*page.before, *page.title))
    for block in page.body:
        if isinstance(block, Table):
            body += _docx_table(block)
        elif isinstance(block, Paragraph):
            runs = (run if isinstance(run, str) else run.text for run in block.runs)
            body += _docx_line("".join(runs))
        else:
            body += _docx_line(block.text)
    body += "".join(_docx_line(line) for line in page.after)
    return _zip(f"<w:document {_W}><w:body>{body}<w:sectPr/></w:body></w:document>")


def _zip(document: str) -> bytes:
    """Return the package of a document part, its dates fixed so that equal pages are equal."""
    declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    rels = (
        f'<Relationships xmlns="{_RELS}"><Relationship Id="r1" Type="{_OFFICE}" '
        'Target="word/document.xml"/></Relationships>'
    )
    types = (
        f'<Types xmlns="{_TYPES}"><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
        'ContentType="application/xml"/><Override PartName="/word/document.xml" '
        f'ContentType="{_MAIN}"/></Types>'
    )
    parts = {"[Content_Types].xml": types, "_rels/.rels": rels, "word/document.xml": document}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in parts.items():
            info = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(info, declaration + text)
    return buffer.getvalue()


def _docx_line(text: str) -> str:
    """Return a paragraph; line breaks inside it stay breaks."""
    runs = (f'<w:t xml:space="preserve">{escape(part)}</w:t>' for part in text.split("\n"))
    return f"<w:p><w:r>{'<w:br/>'.join(runs)}</w:r></w:p>"


def _docx_table(table: Table) -> str:
    """Return a table; merged cells by gridSpan and vMerge."""
    rows, busy = "", {}
    for row in full_rows(table):
        cells, column = "", 0
        while column < table.width:
            item = row[column]
            if item is not None:
                merge = "<w:vMerge w:val='restart'/>" if item.rowspan > 1 else ""
                cells += _docx_cell(item.text, item.colspan, merge)
                busy[column] = (item.rowspan, item.colspan)
                column += item.colspan
            elif busy.get(column, (0, 0))[0] > 0:
                cells += _docx_cell("", busy[column][1], "<w:vMerge/>")
                column += busy[column][1]
            else:
                column += 1
        busy = {c: (n - 1, width) for c, (n, width) in busy.items() if n > 1}
        rows += f"<w:tr>{cells}</w:tr>"
    columns = "<w:gridCol w:w='800'/>" * table.width
    return f"<w:tbl><w:tblPr/><w:tblGrid>{columns}</w:tblGrid>{rows}</w:tbl>"


def _docx_cell(text: str, colspan: int, merge: str) -> str:
    """Return one cell; a long number stands in two runs, as after an edit."""
    span = f"<w:gridSpan w:val='{colspan}'/>" if colspan > 1 else ""
    line = _docx_line(text)
    if len(text) > 3 and text.isdigit():
        line = f"<w:p><w:r><w:t>{text[:2]}</w:t></w:r><w:r><w:t>{text[2:]}</w:t></w:r></w:p>"
    return f"<w:tc><w:tcPr>{span}{merge}</w:tcPr>{line}</w:tc>"
