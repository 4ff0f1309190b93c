"""Tells whether a document is an annual report at all, and only one; reads no cell itself."""

import re
from functools import cache

from index.catalogue import load_metrics
from index.identity.identify import identify
from index.model import Document, Identity, LoadError, Reading
from index.normalise import normalise

# Two sections are no accident; a list of links or a news item rarely has one.
_SECTIONS = 2
_STATUTORY_YEAR = 2019
_TITLE = re.compile(r"信息公开\s*(?:工作)?\s*(?:年\s*度\s*)?\s*(?:报\s*告|年\s*报)")
_MOST_TITLES = 20


def require_report(document: Document, identity: Identity, reading: Reading) -> None:
    """Raise LoadError unless the document has what only an annual report has."""
    printed = any(cell.status == "reported" for cell in reading.cells)
    if printed or len(reading.sections) >= _SECTIONS:
        return
    if identity.title is not None and is_older(identity):
        return
    raise LoadError(
        f"{document.path!r} 不像政府信息公开工作年度报告：没有法定表格，也没有法定章节。"
        "请确认给的是年度报告全文，而不是新闻、通知或目录页。"
    )


def require_single(document: Document, identity: Identity) -> None:
    """Raise LoadError when the document holds reports of two bodies or two years."""
    plain = normalise(document.text)
    repeated = [places for places in _anchor_places(plain) if len(places) > 1]
    if not repeated:
        return
    first, last = min(places[0] for places in repeated), max(places[-1] for places in repeated)
    for title in list(_TITLE.finditer(plain, first, last))[:_MOST_TITLES]:
        start = plain.rfind("\n", 0, max(plain.rfind("\n", 0, title.start()), 0)) + 1
        other = identify(_rest(document, start))
        if _differ(identity, other):
            raise LoadError(
                f"{document.path!r} 里不止一份报告：{_named(identity)} 和 {_named(other)}。"
                "请拆成一份报告一个文件。"
            )


def is_older(identity: Identity) -> bool:
    """Tell whether the report is for a year before there was a statutory form."""
    return identity.year is not None and identity.year < _STATUTORY_YEAR


def _anchor_places(plain: str) -> list[list[int]]:
    """Return where each label that a report prints once stands, white space between allowed."""
    return [[found.start() for found in anchor.finditer(plain)] for anchor in _anchors()]


@cache
def _anchors() -> tuple[re.Pattern[str], ...]:
    """Return the labels of the rows of section 三 that open and close it."""
    rows = list(dict.fromkeys(m.row for m in load_metrics().values() if m.section == "三"))
    labels = [row.split("、", 1)[1] for row in rows if "、" in row and row[0] in "一二四"]
    return tuple(re.compile(r"\s*".join(map(re.escape, label))) for label in labels)


def _rest(document: Document, start: int) -> Document:
    """Return the text from `start` on as a document of its own."""
    text = document.text[start:]
    return document.model_copy(update={"text": text, "tables": (), "body": (0, len(text))})


def _differ(one: Identity, other: Identity) -> bool:
    """Tell whether two titles name different years or bodies; what is open differs from nothing."""
    if one.title is None or other.title is None:
        return False
    if one.year is not None and other.year is not None and one.year != other.year:
        return True
    mine, theirs = one.agency.name, other.agency.name
    if mine is None or theirs is None:
        return False
    return not (mine.endswith(theirs) or theirs.endswith(mine))


def _named(identity: Identity) -> str:
    """Return body and year as the user knows them."""
    return f"{identity.agency.name or '（机构未识别）'}{identity.year or ''}"
