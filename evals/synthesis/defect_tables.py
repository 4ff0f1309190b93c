"""Defects of cells, rows and whole tables."""

import random
from collections.abc import Iterable
from decimal import Decimal

from evals.synthesis.defect import Change, variants
from evals.synthesis.facts import Facts
from evals.synthesis.page import Heading, Item, Page, Row, Slot
from index.model import Status

_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def keep(page: Page, facts: Facts, rng: random.Random) -> None:
    """Change nothing: the facts already mix both forms."""


def _plain(slots: Iterable[Slot]) -> list[Slot]:
    """Return the cells that print a plain number and were not touched by another defect."""
    return [s for s in slots if s.status == "reported" and s.number is None and s.text]


def _draw(rng: random.Random, slots: Iterable[Slot], most: int) -> list[Slot]:
    """Return up to `most` plain cells, section 二 and non-zero ones preferred."""
    pool = _plain(slots)
    pool += [s for s in pool if s.value or not s.metric.startswith("requests.")] * 4
    drawn = rng.choices(pool, k=rng.randint(1, most)) if pool else []
    return list({id(slot): slot for slot in drawn}.values())


def _empty(slot: Slot, status: Status = "blank", text: str = "") -> None:
    """Take the value out of a cell."""
    slot.status, slot.value, slot.text, slot.number = status, None, text, None


def wrong_sums(page: Page, facts: Facts, rng: random.Random) -> None:
    """Break sums of sections 三 and 四 by changing single cells."""
    pool = [
        s for s in _plain(page.slots()) if s.metric.startswith(("requests", "reconsid", "litig"))
    ]
    for slot in rng.sample(pool, min(len(pool), rng.randint(1, 4))):
        value = int(slot.value or 0) + rng.randint(1, 30)
        slot.value, slot.text = Decimal(value), str(value)


def blank_cells(page: Page, facts: Facts, rng: random.Random) -> None:
    """Blank single cells."""
    for slot in _draw(rng, page.slots(), 6):
        _empty(slot)


def blank_row(page: Page, facts: Facts, rng: random.Random) -> None:
    """Blank all values of one row, most often one of section 二."""
    rows = [row for row in page.data_rows() if row.slots]
    rows += [row for row in rows if len(row.slots) == 1] * 8
    if rows:
        for slot in rng.choice(rows).slots:
            _empty(slot)


def total_only(page: Page, facts: Facts, rng: random.Random) -> None:
    """Leave only the total column of section 三 filled."""
    for slot in page.slots():
        if slot.metric.startswith("requests.") and not slot.metric.endswith(".total"):
            _empty(slot)


def mark_cells(status: Status) -> Change:
    """Return the defect that prints a mark, a reference or a masked number instead of a value."""

    def mark(page: Page, facts: Facts, rng: random.Random) -> None:
        for slot in _draw(rng, page.slots(), 5):
            _empty(slot, status, rng.choice(variants()["marks"][status]))

    return mark


def odd_cells(page: Page, facts: Facts, rng: random.Random) -> None:
    """Print what is no number in the place of one: slips of the scanner, notes, guesses."""
    for slot in _draw(rng, page.slots(), 5):
        _empty(slot, "unreadable", rng.choice(variants()["marks"]["odd"]))


def unit_in_cell(page: Page, facts: Facts, rng: random.Random) -> None:
    """Print the unit inside cells: 3件, 240万元."""
    for slot in _draw(rng, page.slots(), 8):
        unit = "万元" if slot.metric.endswith(".amount") else rng.choice(("件", "件", " 件"))
        unit = "项" if ".items_" in slot.metric else unit
        slot.number = (0, len(slot.text))
        slot.text += unit


def decimal_zero(page: Page, facts: Facts, rng: random.Random) -> None:
    """Print zeros with decimals, the fees first."""
    zeros = [s for s in _plain(page.slots()) if s.value == 0]
    some = [s for s in zeros if s.metric.endswith(".amount") or rng.random() < 0.03]
    for slot in some:
        slot.text = rng.choice(("0.00", "0.0", "0.000000"))


def full_width_digits(page: Page, facts: Facts, rng: random.Random) -> None:
    """Print digits in full width, in all cells or in some."""
    share = rng.choice((0.1, 1.0))
    for slot in page.slots():
        if slot.status == "reported" and rng.random() < share:
            slot.text = slot.text.translate(_FULL_WIDTH)


def hubei_rows(page: Page, facts: Facts, rng: random.Random) -> None:
    """Print the long labels of one province's edition and its third row in block （一）."""
    table = page.table("二")
    if table is None:
        return
    labels = variants()["long_labels"]
    for row in table.rows:
        row.path = [labels.get(text, text) for text in row.path]
    place = max((i for i, r in enumerate(table.rows) if r.kind == "data" and r.block == "1"))
    values = [Slot("", "reported", None, str(rng.choice((0, 1, 12, 305)))) for _ in range(3)]
    table.rows.insert(place + 1, Row("data", "1", [labels["extra_row"]], values))


def short_rows(page: Page, facts: Facts, rng: random.Random) -> None:
    """Print only 5 or 1 of the 7 values of some rows of section 三."""
    table = page.table("三")
    rows = [row for row in table.rows if len(row.slots) == 7] if table else []
    for row in rng.sample(rows, min(len(rows), rng.randint(1, 3))):
        row.slots = row.slots[: rng.choice((1, 5))]
        row.doubt = True


def delete_rows(page: Page, facts: Facts, rng: random.Random) -> None:
    """Delete rows of values."""
    for _ in range(rng.randint(1, 3)):
        tables = [t for t in page.tables() if t.section != "四" and len(t.rows) > 5]
        if tables:
            table = rng.choice(tables)
            rows = [row for row in table.rows if row.kind == "data"]
            table.rows.remove(rng.choice(rows))


def delete_table(page: Page, facts: Facts, rng: random.Random) -> None:
    """Delete a table and leave its heading."""
    tables = list(page.tables())
    if tables:
        page.body.remove(rng.choice(tables))


def delete_section(page: Page, facts: Facts, rng: random.Random) -> None:
    """Delete a table with its heading."""
    tables = list(page.tables())
    if not tables:
        return
    gone = rng.choice(tables)
    page.body = [
        block
        for block in page.body
        if block is not gone and not (isinstance(block, Heading) and block.section == gone.section)
    ]


def drop_block_headers(page: Page, facts: Facts, rng: random.Random) -> None:
    """Drop the 第二十条 line or the 信息内容 line of some blocks of section 二."""
    table = page.table("二")
    if table is None or facts.form == "mixed":
        return
    lines = [row for row in table.rows if row.kind != "data"]
    for row in rng.sample(lines, min(len(lines), rng.randint(1, 3))):
        table.rows.remove(row)


def extra_title_row(page: Page, facts: Facts, rng: random.Random) -> None:
    """Put a title row on top of a table."""
    tables = list(page.tables())
    if tables:
        table = rng.choice(tables)
        words = rng.choice((f"{facts.year}年度统计表", "统计表（单位：件）", "附表"))
        table.rows.insert(0, Row("title", "", items=[Item(words, colspan=table.width)]))


def truncate(page: Page, facts: Facts, rng: random.Random) -> None:
    """Cut the report off in the middle of a table."""
    tables = list(page.tables())
    if not tables:
        return
    table = rng.choice(tables)
    places = [i for i, row in enumerate(table.rows) if row.kind == "data"]
    place = rng.choice(places)
    row = table.rows[place]
    kept = rng.randint(0, len(row.slots))
    row.doubt = row.doubt or kept < len(row.slots)
    row.slots = row.slots[:kept]
    table.rows = table.rows[: place + 1]
    if table.section == "二" and not any(row.kind == "header" for row in table.rows):
        for left in table.rows:
            left.doubt = True
    page.body = page.body[: page.body.index(table) + 1]
    page.after = []
