"""An HTML page as text, tables and the span of the report in it; the only module that imports lxml.

What a browser would not show (scripts, hidden parts) and what is struck out is left out; text that
stands in page chrome stays in the text, outside the body.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from lxml import etree

from index.loading.chrome import marks_chrome, report_span
from index.loading.flow import BREAK, Flow, FlowCell, FlowRow, FlowTable, Region, Run
from index.loading.hidden import is_hidden, may_be_hidden
from index.loading.render import Rendered, render
from index.model import LoadError, Table

_SKIPPED = frozenset((
    "script", "style", "noscript", "template", "title", "iframe", "object", "embed", "select",
    "button", "input", "svg", "canvas", "audio", "video", "map", "rt", "rp", "xml",
))  # fmt: skip
_STRUCK = frozenset(("del", "s", "strike"))
_BLOCK = frozenset((
    "address", "article", "aside", "blockquote", "caption", "center", "dd", "details", "dialog",
    "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2",
    "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "legend", "li", "main", "menu", "nav", "ol",
    "p", "pre", "section", "summary", "ul", "br", "td", "th", "tr",
))  # fmt: skip
_LITERAL = frozenset(("pre", "textarea", "xmp", "listing"))
_STRUCK_STYLE = re.compile(r"text-decoration[\w-]*\s*:[^;]*line-through", re.I)
_LITERAL_STYLE = re.compile(r"white-space\s*:\s*(?:pre|pre-wrap|pre-line|break-spaces)\b", re.I)
_FRAME_TAG = re.compile(r"</?(?:html|body|head)(?=[\s>/])[^<>]*>", re.I)
_NESTING_TAG = re.compile(
    r"<(/?)(?!t(?:able|body|head|foot|r|d|h)\b)[a-z][\w:-]*(?:\s[^<>]*)?>", re.I
)
_DROPPED_TAG = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|\Z)", re.I | re.S)
_CHARSET = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([\w-]+)""", re.I)
_HEAD = 4096
_MOSTLY_HIDDEN = 200


class Page(NamedTuple):
    """A page as text; `body` is the span of the report, `warnings` tell what was left out."""

    text: str
    tables: tuple[Table, ...]
    body: tuple[int, int]
    warnings: tuple[str, ...]


def declared_charset(data: bytes) -> str | None:
    """Return the charset that a page names in its first bytes."""
    found = _CHARSET.search(data[:_HEAD])
    return found[1].decode("ascii") if found else None


def read_html(markup: str) -> Page:
    """Return the page as text with its tables; raises LoadError when it is nested beyond sense."""
    root, warnings = _parse(markup)
    builder = _Builder(root)
    rendered = render(builder.flow)
    if builder.hidden > len(rendered.text) and len(rendered.text) < _MOSTLY_HIDDEN:
        builder = _Builder(root, show_hidden=True)
        rendered = render(builder.flow)
        warnings.append("页面内容大多被设为隐藏，已一并读入")
    elif builder.hidden > _MOSTLY_HIDDEN:
        warnings.append(f"页面有 {builder.hidden} 字被设为隐藏，未读入")
    if _title(root) not in rendered.text:
        # As a link it can never count as the report itself, only as a hint beside it.
        builder.flow.items[:0] = [Run(_title(root), link=True), BREAK]
        rendered = render(builder.flow)
    if builder.struck:
        warnings.append(f"有 {builder.struck} 处带删除线的文字，未读入")
    body, tables = _locate(rendered)
    return Page(rendered.text, tables, body, tuple(warnings))


def _title(root: "etree._Element") -> str:
    """Return the title of the browser window on one line, '' when the page has none."""
    return " ".join((root.findtext(".//title") or "").split())


def _locate(rendered: Rendered) -> tuple[tuple[int, int], tuple[Table, ...]]:
    """Return the span of the report, widened to whole tables, and the tables inside it."""
    start, end = report_span(rendered.text, rendered.lines)
    inside = tuple(t for t in rendered.tables if t.start < end and t.end > start)
    start = min((start, *(t.start for t in inside)))
    end = max((end, *(t.end for t in inside)))
    return (start, end), inside


def _parse(markup: str) -> tuple["etree._Element", list[str]]:
    """Parse markup of any quality; pages nested beyond the parser's limit lose their boxes."""
    # A second </html> (a whole Word page pasted into a template) would end the parse early.
    markup = _FRAME_TAG.sub("", markup)
    root, complete = _parse_once(markup)
    if complete and root is not None:
        return root, []
    flat = _NESTING_TAG.sub("<br>", _DROPPED_TAG.sub("", markup))
    root, complete = _parse_once(flat)
    if not complete or root is None:
        raise LoadError("网页嵌套过深，无法读取。请用浏览器打开后另存为纯文本再试")
    return root, ["网页嵌套过深，已按纯文字读取，隐藏部分可能一并读入"]


def _parse_once(markup: str) -> tuple["etree._Element | None", bool]:
    """Return the root (None for an empty page) and whether the parser reached the end."""
    parser = etree.HTMLParser(
        encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True
    )
    data = f"<html><body>{markup}".encode()
    root = etree.fromstring(data, parser)
    fatal = etree.ErrorTypes.ERR_RESOURCE_LIMIT
    return root, all(entry.type != fatal for entry in parser.error_log)


class _Builder:
    """Turns a parsed page into a flow; `hidden` and `struck` count what was left out."""

    def __init__(self, root: "etree._Element", show_hidden: bool = False) -> None:
        self.flow = Flow()
        self.hidden = 0
        self.struck = 0
        self._show_hidden = show_hidden
        self._tables: list[_OpenTable] = []
        self._regions: list[tuple[etree._Element, Region]] = []
        self._links = 0
        self._literal = 0
        self._walk(root)

    def _walk(self, root: "etree._Element") -> None:
        """Visit the page in reading order, passing over what a browser would not show."""
        events = etree.iterwalk(root, events=("start", "end"))
        passed: etree._Element | None = None
        for event, element in events:
            if event == "start":
                if self._passes_over(element):
                    passed = element
                    events.skip_subtree()
                    continue
                self._open(element)
                self._add(element.text)
                continue
            if element is passed:
                passed = None
            else:
                self._close(element)
            self._add(element.tail)

    def _passes_over(self, element: "etree._Element") -> bool:
        """Tell whether an element is not to be read, counting hidden and struck text."""
        tag, style = str(element.tag), element.get("style")
        if tag in _SKIPPED:
            return True
        if tag in _STRUCK or (style and _STRUCK_STYLE.search(style)):
            self.struck += 1
            return True
        if not self._show_hidden and is_hidden(element):
            self.hidden += sum(len(t.strip()) for t in element.itertext())
            return True
        return False

    def _open(self, element: "etree._Element") -> None:
        """Begin an element: a table part, a line, a link, a region of chrome."""
        tag = str(element.tag)
        if tag in _BLOCK:
            self._here.end_line()
        names = f"{element.get('class') or ''} {element.get('id') or ''}"
        if tag not in ("th", "tr") and marks_chrome(tag, names):
            self._regions.append((element, Region(self._region)))
        if tag == "a" and element.get("href") is not None:
            self._links += 1
        elif _stands_apart(element, tag):
            self._part_from_digits()
        elif tag in _LITERAL or _is_literal(element.get("style") or ""):
            self._literal += 1
        self._open_table_part(element, tag)

    def _open_table_part(self, element: "etree._Element", tag: str) -> None:
        """Begin a table, row group, row or cell; one inside an unclosed one closes it."""
        if tag == "table":
            table = FlowTable()
            self._here.items.append(table)
            self._tables.append(_OpenTable(element, table))
        elif self._tables and tag in ("thead", "tbody", "tfoot"):
            self._tables[-1].begin_group()
        elif self._tables and tag == "tr":
            self._tables[-1].begin_row()
        elif self._tables and tag in ("td", "th"):
            spans = _span(element.get("rowspan")), _span(element.get("colspan"))
            self._tables[-1].begin_cell(element, *spans)

    def _close(self, element: "etree._Element") -> None:
        """End an element."""
        tag = str(element.tag)
        if tag in _BLOCK:
            self._here.end_line()
        if self._regions and self._regions[-1][0] is element:
            self._regions.pop()
        if tag == "a" and element.get("href") is not None:
            self._links -= 1
        elif _stands_apart(element, tag):
            self._here.parted = True
        elif tag in _LITERAL or _is_literal(element.get("style") or ""):
            self._literal -= 1
        if self._tables:
            if self._tables[-1].element is element:
                self._tables.pop()
            else:
                self._tables[-1].end_part(element, tag)

    def _add(self, text: str | None) -> None:
        """Add text at the current place."""
        if not text:
            return
        flow = self._here
        if not self._literal:
            flow.add_text(text, self._links > 0, self._region)
            return
        for index, line in enumerate(text.splitlines()):
            if index:
                flow.end_line()
            flow.add_exact(line, self._links > 0, self._region)
        if text.endswith(("\n", "\r")):
            flow.end_line()

    def _part_from_digits(self) -> None:
        """Keep a footnote mark, or what may not be seen, from becoming the end of a number."""
        if self._here.last_character().isdigit():
            self._here.add_exact(" ", self._links > 0, self._region)

    @property
    def _here(self) -> Flow:
        return self._tables[-1].flow if self._tables else self.flow

    @property
    def _region(self) -> Region | None:
        return self._regions[-1][1] if self._regions else None


class _OpenTable:
    """A table being read: where text goes now, a cell or what stands outside all cells."""

    def __init__(self, element: "etree._Element", table: FlowTable) -> None:
        self.element = element
        self.flow = table.outside
        self._table = table
        self._cell: etree._Element | None = None
        self._in_row = False
        self._group = 0

    def begin_group(self) -> None:
        """Begin a thead, tbody or tfoot."""
        self._group += 1
        self._leave_cell()
        self._in_row = False

    def begin_row(self) -> None:
        """Begin a row."""
        self._leave_cell()
        self._table.rows.append(FlowRow(group=self._group))
        self._in_row = True

    def begin_cell(self, element: "etree._Element", rowspan: int, colspan: int) -> None:
        """Begin a cell, in a row of its own when none is open."""
        if not self._in_row:
            self.begin_row()
        cell = FlowCell(Flow(), rowspan, colspan)
        self._table.rows[-1].cells.append(cell)
        self._cell = element
        self.flow = cell.flow

    def end_part(self, element: "etree._Element", tag: str) -> None:
        """End the open cell, row or group if `element` is one."""
        if element is self._cell:
            self._leave_cell()
        elif tag == "tr":
            self._leave_cell()
            self._in_row = False
        elif tag in ("thead", "tbody", "tfoot"):
            self.begin_group()

    def _leave_cell(self) -> None:
        self._cell = None
        self.flow = self._table.outside


def _stands_apart(element: "etree._Element", tag: str) -> bool:
    """Tell whether digits inside are no part of a number around them: footnotes, the unseen."""
    return tag in ("sup", "sub") or (tag not in _BLOCK and may_be_hidden(element))


@lru_cache(maxsize=1024)
def _is_literal(style: str) -> bool:
    """Tell whether line breaks in the source are line breaks of the page."""
    return bool(style) and _LITERAL_STYLE.search(style) is not None


def _span(value: str | None) -> int:
    """Return a rowspan or colspan as written; what is no number counts as 1."""
    digits = re.match(r"\s*(\d{1,6})", value or "1")
    return int(digits[1]) if digits else 1
