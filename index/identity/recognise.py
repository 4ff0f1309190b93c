"""Whether a document is an annual report at all, and by what it shows; reads no value of it."""

import re
from typing import NamedTuple

from index.identity.identity_words import in_standard_words
from index.identity.title import Title, find_title, head_end, titles_in
from index.model import Document
from index.normalise import normalise

_SECTIONS = {
    "总体情况": re.compile(r"(?:总体情况|总体概述|工作基本情况|基本情况|概述|总体工作情况)"),
    "主动公开": re.compile(r"主动公开(?:政府)?信息的?(?:工作)?情况|信息的?主动公开的?情况"),
    "依申请公开": re.compile(r"收到和处理政府信息公开申请|依申请公开|申请公开"),
    "复议诉讼": re.compile(r"行政复议|行政诉讼"),
    "问题改进": re.compile(r"存在的?(?:主要)?(?:问题|不足)|主要问题"),
    "其他事项": re.compile(r"其他需要?报告|其他事项|需要说明的?(?:其他)?事项|收费(?:及减免)?情况"),
}
_TABLES = (
    re.compile(r"第二十条\s*第?\s*\([一五六八九\s]*\)\s*项"),
    re.compile(r"本年新收政府信息公开申请|上年结转政府信息公开申请|结转下年度继续办理"),
    re.compile(r"尚\s*未\s*审\s*结|复议后起诉|未经复议直接起诉"),
)
_ENOUGH = 2
_ANNUAL = re.compile(r"年\s*度?\s*(?:工\s*作\s*)?报|工\s*作\s*报|告\s*年")
_NUMBERED = re.compile(r"(?:^|\n)[ \t#*|]*(?:第?[一二三四五六七八九]+(?:部分)?|\d)[ \t]*[、.,:是]")


class Evidence(NamedTuple):
    """What speaks for an annual report: its title, the statutory sections and tables it shows."""

    titled: bool
    sections: tuple[str, ...]
    tables: int

    def __bool__(self) -> bool:
        """Tell whether it is enough: two sections or tables, or a title with one of them."""
        shown = len(self.sections) + self.tables
        return shown >= _ENOUGH or (self.titled and shown > 0)


def is_annual_report(document: Document) -> Evidence:
    """Return the evidence for an annual report; it is true when it is enough for one.

    A news article may speak of a report, even in its headline: it has neither sections nor tables.
    """
    plain = in_standard_words(normalise(document.text))
    headings = "\n".join(_headings(plain))
    return Evidence(
        titled=find_title(plain) is not None,
        sections=tuple(name for name, words in _SECTIONS.items() if words.search(headings)),
        tables=sum(table.search(plain) is not None for table in _TABLES),
    )


def _headings(plain: str) -> list[str]:
    """Return the lines that are headings by their form: numbered and short, or nothing but one."""
    found = []
    for line in plain.split("\n"):
        flat = "".join(line.split()).strip("#*|")
        numbered = _NUMBERED.match(flat) is not None
        if 2 <= len(flat) <= 40 and (numbered or flat in ("总体情况", "概述", "基本情况")):
            found.append(flat)
    return found


def other_reports(document: Document) -> tuple[tuple[int, int], ...]:
    """Return the spans of titles below the first section that name another body or year.

    They tell two reports in one file; a title repeated, or a link to last year's at the foot of a
    page without a section below it, tells none.
    """
    plain = in_standard_words(normalise(document.text))
    first = find_title(plain)
    start = max(head_end(plain), first.end if first is not None else 0)
    if _ANNUAL.search(plain, start) is None:
        return ()
    found = [t for t in titles_in(plain, start, len(plain)) if _is_other(t, first)]
    return tuple((t.start, t.end) for t in found if len(_headings(plain[t.end :])) >= _ENOUGH)


def _is_other(title: Title, first: Title | None) -> bool:
    """Tell a full title, alone on its lines, that differs from the first in body or year."""
    if not title.whole or title.body is None or title.year is None:
        return False
    if first is None:
        return True
    other_year = first.year is not None and first.year != title.year
    return other_year or (first.body is not None and first.body.name != title.body.name)
