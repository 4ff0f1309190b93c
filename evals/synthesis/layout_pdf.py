"""The layout of text taken out of a PDF: rows by spaces, labels and pages broken in between."""

import random
import re

from evals.synthesis.layouts import Style, flat, printed, put_item, write_page
from evals.synthesis.page import Item, Page, Row, Table, grid
from evals.synthesis.sheet import Sheet

_BETWEEN = re.compile(r"[\u4e00-\u9fff](?=[\u4e00-\u9fff])")
_PAGE_MARKS = ("— {n} —", "- {n} -", "{n}", "第 {n} 页 共 9 页", "-{n}-")


def write_pdf(page: Page, rng: random.Random) -> Sheet:
    """Write a page as the text of a PDF."""
    number = iter(range(1, 99))
    mark = rng.choice(_PAGE_MARKS)
    gap = rng.choice((" ", " ", "  ", "    "))

    def write_table(table: Table, sheet: Sheet, _: random.Random) -> None:
        lines = grid(table)
        for row, line in zip(table.rows, lines, strict=True):
            items = printed(line)
            if row.kind == "header" and table.section == "三":
                _put_header(row, items, sheet, gap)
                continue
            full = bool(row.slots) and all(slot.text for slot in row.slots) and not row.doubt
            _put_row(items, full, sheet, gap, rng)
            if full and rng.random() < 0.06:
                sheet.put("\n" + mark.format(n=next(number)) + "\n\n")

    style = Style(gap="\n", wrap=rng.choice((0, 30, 38)))
    return write_page(page, Sheet(), style, write_table, rng)


def paged_tabs(table: Table, sheet: Sheet, rng: random.Random) -> None:
    """Print tab-separated rows torn by page breaks: empty lines, a label in two rows."""
    for row, line in zip(table.rows, grid(table), strict=True):
        items = [p.item for p in line]
        texts = [flat(item.text) for item in items if item.slot is None]
        lead = line[0].column if line and texts else 0
        rest = ""
        if texts and row.slots and len(texts[-1]) >= 8 and rng.random() < 0.08:
            texts[-1], rest = torn(texts[-1], rng)
        sheet.put("\t" * lead + "\t".join(texts))
        for place, item in enumerate(i for i in items if i.slot is not None):
            sheet.put("\t" if place or texts else "")
            put_item(item, sheet)
        sheet.put("\t" * max(0, table.width - len(items) - lead) + "\n")
        if rest:
            sheet.put("\n" + "\t" * lead + rest + "\t" * 7 + "\n")
        elif rng.random() < 0.05:
            sheet.put("\n")


def torn(label: str, rng: random.Random) -> tuple[str, str]:
    """Return a label in two parts, torn between two Chinese characters; no second part if short."""
    places = [m.start() + 1 for m in _BETWEEN.finditer(label) if 4 <= m.start() <= len(label) - 4]
    cut = rng.choice(places) if places else len(label)
    return label[:cut], label[cut:]


def _put_header(row: Row, items: list[Item], sheet: Sheet, gap: str) -> None:
    """Write a header row of section 三; 自然人 and 总计 are torn over two lines."""
    texts = [flat(item.text) for item in items]
    if texts and texts[0] == "自然人":
        texts = ["自", *texts[1:-1], "总"]
    elif len(texts) == 5:
        texts = ["然人", *texts, "计"]
    sheet.put(gap.join(texts) + "\n")


def _put_row(items: list[Item], full: bool, sheet: Sheet, gap: str, rng: random.Random) -> None:
    """Write a row; at times its last label is torn around or ahead of the values."""
    labels = [flat(item.text) for item in items if item.slot is None]
    values = [item for item in items if item.slot is not None]
    tail = ""
    if full and labels and len(labels[-1]) >= 8 and rng.random() < 0.25:
        labels[-1], tail = torn(labels[-1], rng)
    sheet.put(gap.join(labels))
    if tail and rng.random() < 0.4:
        sheet.put("\n")
    elif labels and values:
        sheet.put(gap)
    for place, item in enumerate(values):
        sheet.put(gap if place else "")
        put_item(item, sheet)
    sheet.put(f"\n{tail}\n" if tail else "\n")
