"""A Word document as text and tables in document order; the only module that imports python-docx.

Tracked changes read as accepted; deleted, hidden and struck text is left out. Text boxes, content
controls and links are kept; headers, footers and footnotes are not the report.
"""

import io
import zipfile
from collections.abc import Iterable, Iterator
from typing import NamedTuple, cast

import docx
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import nsmap
from docx.oxml.xmlchemy import BaseOxmlElement as Element

from index.loading.archive import check_archive
from index.loading.flow import Flow, FlowCell, FlowRow, FlowTable
from index.loading.render import render
from index.model import LoadError, Table

_W = f"{{{nsmap['w']}}}"
_ALTERNATE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATH_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_VAL = f"{_W}val"
_SKIPPED = frozenset(
    _W + name
    for name in (
        "del", "moveFrom", "instrText", "delText", "delInstrText", "rPr", "pPr", "tblPr",
        "tblGrid", "trPr", "tcPr", "sectPr", "sdtPr", "sdtEndPr",
    )
)  # fmt: skip
_LITERAL = {"tab": "\t", "noBreakHyphen": "-", "ptab": "\t"}
_BROKEN = "文件不完整或不是常规的 .docx。请用 Word 或 WPS 打开并另存为 .docx 再试"
_WHITE = "ffffff"
_DEEPEST = 200


class WordText(NamedTuple):
    """A Word document as text with its tables; `warnings` tell what was left out."""

    text: str
    tables: tuple[Table, ...]
    warnings: tuple[str, ...]


def read_docx(data: bytes) -> WordText:
    """Return the document as text with tables; raises LoadError for what Word would not open."""
    check_archive(data)
    try:
        body = docx.Document(io.BytesIO(data)).element.body
    except (PackageNotFoundError, zipfile.BadZipFile) as error:
        raise LoadError(_BROKEN) from error
    except (KeyError, ValueError, SyntaxError, AttributeError, TypeError) as error:
        # What python-docx raises for missing parts, other Office formats and broken XML.
        raise LoadError(_BROKEN) from error
    if body is None:
        raise LoadError(_BROKEN)
    reader = _Reader()
    reader.read_blocks(cast(Element, body), reader.flow, 0)
    rendered = render(reader.flow)
    return WordText(rendered.text, rendered.tables, reader.warnings())


class _Reader:
    """Fills a flow from the elements of a Word document and counts what it leaves out."""

    def __init__(self) -> None:
        self.flow = Flow()
        self._struck = 0
        self._pictures = 0
        self._unread = 0

    def warnings(self) -> tuple[str, ...]:
        """Return what was left out, in words."""
        notes = (
            (self._struck, "有 {} 处带删除线的文字，未读入"),
            (self._pictures, "含 {} 张图片，图中文字未读入"),
            (self._unread, "有 {} 处被合并单元格遮住或由外部嵌入的内容，未读入"),
        )
        return tuple(text.format(count) for count, text in notes if count)

    def read_blocks(self, parent: Element, flow: Flow, depth: int) -> None:
        """Read paragraphs and tables in order, through content controls and the like."""
        if depth > _DEEPEST:
            raise LoadError("内容嵌套过深，无法读取。请用 Word 另存为纯文本再试")
        for child in _elements(parent):
            if child.tag == f"{_W}p":
                flow.end_line()
                self._read_inline(child, flow, depth)
                flow.end_line()
            elif child.tag == f"{_W}tbl":
                flow.end_line()
                flow.items.append(self._read_table(child, depth))
            elif child.tag == f"{_W}altChunk":
                self._unread += 1
            elif child.tag not in _SKIPPED:
                self.read_blocks(child, flow, depth + 1)

    def _read_inline(self, parent: Element, flow: Flow, depth: int) -> None:
        """Read the runs of a paragraph; the paragraphs of a text box become lines of their own."""
        if depth > _DEEPEST:
            raise LoadError("内容嵌套过深，无法读取。请用 Word 另存为纯文本再试")
        for child in _elements(parent):
            name = str(child.tag).removeprefix(_W)
            if child.tag in _SKIPPED or (name == "r" and self._is_left_out(child)):
                continue
            if name == "t" or child.tag == _MATH_TEXT:
                flow.add_exact((child.text or "").replace("\n", " "))
            elif name in _LITERAL:
                flow.add_exact(_LITERAL[name])
            elif name in ("br", "cr"):
                flow.end_line()
            elif name == "sym":
                flow.add_exact(_symbol(child))
            elif name == "txbxContent":
                flow.end_line()
                self.read_blocks(child, flow, depth + 1)
            elif child.tag == f"{_ALTERNATE}AlternateContent":
                self._read_alternate(child, flow, depth)
            else:
                self._pictures += name.endswith(("}pic", "}imagedata"))
                self._read_within(child, name, flow, depth)

    def _read_within(self, element: Element, name: str, flow: Flow, depth: int) -> None:
        """Read what stands in a run, link or the like; a footnote mark joins no number."""
        apart = name == "r" and _stands_apart(element)
        if apart and flow.last_character().isdigit():
            flow.add_exact(" ")
        self._read_inline(element, flow, depth + 1)
        if apart:
            flow.parted = True

    def _read_alternate(self, element: Element, flow: Flow, depth: int) -> None:
        """Read one of the alternatives of the same content: the first that holds text."""
        for branch in _elements(element):
            before = len(flow.items)
            self._read_inline(branch, flow, depth + 1)
            if len(flow.items) > before:
                return

    def _is_left_out(self, run: Element) -> bool:
        """Tell whether a run is hidden, of the colour of its ground, or struck out."""
        properties = cast("Element | None", run.find(f"{_W}rPr"))
        if properties is None:
            return False
        if _is_on(properties, "vanish") or _colour(properties) == (_ground(properties) or "?"):
            return True
        if _is_on(properties, "strike") or _is_on(properties, "dstrike"):
            self._struck += 1
            return True
        return False

    def _read_table(self, table: Element, depth: int) -> FlowTable:
        """Read a table; a vertically merged cell is kept once, with its height."""
        result = FlowTable()
        merging: dict[int, FlowCell] = {}  # by grid column: the cell that the next row may continue
        for row in _inside(table, f"{_W}tr"):
            if row.find(f"{_W}trPr/{_W}del") is None:
                result.rows.append(FlowRow())
                merging = self._read_row(row, result.rows[-1], merging, depth)
        return result

    def _read_row(
        self, row: Element, out: FlowRow, merging: dict[int, FlowCell], depth: int
    ) -> dict[int, FlowCell]:
        """Read one row into `out`; return the cells that a following row may continue."""
        column = skip = _number(row, f"{_W}trPr/{_W}gridBefore", 0)
        following: dict[int, FlowCell] = {}
        for element in _inside(row, f"{_W}tc"):
            cell = FlowCell(Flow(), 1, _number(element, f"{_W}tcPr/{_W}gridSpan", 1), skip)
            self.read_blocks(element, cell.flow, depth + 1)
            merge = element.find(f"{_W}tcPr/{_W}vMerge")
            above = merging.get(column)
            if merge is not None and merge.get(_VAL) != "restart" and _continues(above, cell):
                above = cast(FlowCell, above)
                above.rowspan += 1
                self._unread += any(
                    not hasattr(i, "text") or i.text.strip() for i in cell.flow.items
                )
                following[column] = above
                skip = 0
            else:
                out.cells.append(cell)
                skip = 0
                if merge is not None:
                    following[column] = cell
            column += cell.colspan
        return following


def _continues(above: FlowCell | None, cell: FlowCell) -> bool:
    """Tell whether a merged cell goes on: it must be as wide as the one above."""
    return above is not None and above.colspan == cell.colspan


def _elements(parent: Element) -> Iterator[Element]:
    """Yield the child elements, without comments and processing instructions."""
    return (cast(Element, child) for child in parent if isinstance(child.tag, str))


def _inside(parent: Element, tag: str) -> Iterable[Element]:
    """Yield the rows or cells of a table, also those inside content controls."""
    for child in _elements(parent):
        if child.tag == tag:
            yield child
        elif child.tag not in _SKIPPED:
            yield from _inside(child, tag)


def _number(element: Element, path: str, default: int) -> int:
    """Return a property that is a small whole number, else the default."""
    found = element.find(path)
    value = found.get(_VAL, "") if found is not None else ""
    return int(value) if value.isascii() and value.isdigit() and len(value) < 5 else default


def _is_on(properties: Element, name: str) -> bool:
    """Tell whether a run property is switched on."""
    found = properties.find(f"{_W}{name}")
    return found is not None and found.get(_VAL, "1") not in ("0", "false", "off", "none")


def _symbol(element: Element) -> str:
    """Return the character of a symbol font; private ones show as □, for no one can tell them."""
    try:
        code = int(element.get(f"{_W}char", ""), 16)
    except ValueError:
        return "□"
    return chr(code) if 0x20 <= code < 0xD800 else "□"


def _stands_apart(run: Element) -> bool:
    """Tell whether digits of a run are no part of a number around it: raised, or perhaps unseen."""
    properties = cast("Element | None", run.find(f"{_W}rPr"))
    if properties is None:
        return False
    raised = properties.find(f"{_W}vertAlign")
    if raised is not None and raised.get(_VAL) in ("superscript", "subscript"):
        return True
    return _colour(properties) == _WHITE and not _ground(properties)


def _colour(properties: Element) -> str:
    colour = properties.find(f"{_W}color")
    return "" if colour is None else (colour.get(_VAL) or "").lower()


def _ground(properties: Element) -> str:
    """Return the shading that a run states for itself, '' where it states none."""
    shading = properties.find(f"{_W}shd")
    filled = "" if shading is None else (shading.get(f"{_W}fill") or "").lower()
    return "" if filled == "auto" else filled
