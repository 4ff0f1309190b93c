"""Defects of table headers: printed again, in other parts, with columns the form does not have."""

import random

from evals.synthesis.facts import Facts
from evals.synthesis.page import Item, Page, Row, Slot, Table


def repeat_header(page: Page, facts: Facts, rng: random.Random) -> None:
    """Print the header of section 三 again where a page of it begins."""
    table = page.table("三")
    if table is None:
        return
    header = [row for row in table.rows if row.kind == "header"][-2:]
    places = [i for i, row in enumerate(table.rows) if row.kind == "data"][1:]
    if places and len(header) == 2:
        place = rng.choice(places)
        copies = [
            Row("header", "三", items=[Item(i.text, i.rowspan, i.colspan) for i in row.items])
            for row in header
        ]
        copies[0].items.insert(0, Item("", rowspan=2, colspan=table.labels))
        table.rows[place:place] = copies


def split_appeals(page: Page, facts: Facts, rng: random.Random) -> None:
    """Print section 四 as two tables: one for reviews, one for lawsuits."""
    table = page.table("四")
    if table is None or len(table.rows) != 4 or len(table.rows[-1].slots) != 15:
        return
    parts, results, tail, data = table.rows
    five = [Item(item.text, colspan=2) for item in results.items[:5]]
    first = [
        Row("header", "四", items=[Item(parts.items[0].text, colspan=10)]),
        Row("header", "四", items=five),
        Row("data", "四", [], data.slots[:5], metrics=data.metrics[:5]),
    ]
    second = [
        Row("header", "四", items=[Item(parts.items[1].text, colspan=10)]),
        Row("header", "四", items=[Item(item.text, colspan=5) for item in results.items[5:]]),
        Row("header", "四", items=tail.items),
        Row("data", "四", [], data.slots[5:], metrics=data.metrics[5:]),
    ]
    place = page.body.index(table)
    page.body[place : place + 1] = [
        Table("四", 10, first, labels=0),
        Table("四", 10, second, labels=0),
    ]


def foreign_column(page: Page, facts: Facts, rng: random.Random) -> None:
    """Print a column in block （一） that no form has; its numbers belong to no cell."""
    table = page.table("二")
    if table is None:
        return
    header = next((r for r in table.rows if r.kind == "header" and len(r.items) == 4), None)
    rows = [r for r in table.rows if r.kind == "data" and r.block == "1" and len(r.slots) == 3]
    if header is None or not rows:
        return
    place = rng.randint(1, 3)
    header.items.insert(place, Item(rng.choice(("本年修改件数", "本年解读件数"))))
    for row in rows:
        number = str(rng.choice((0, 2, 17)))
        row.slots = list(row.slots)
        row.slots.insert(place - 1, Slot("", "reported", None, number))
    table.width += 1
    for row in table.rows:
        if row.kind != "data" and row is not header:
            row.items[-1].colspan += 1
