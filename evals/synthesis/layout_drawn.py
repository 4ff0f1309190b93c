"""Layouts whose tables are drawn with characters: boxes of bars, records between commas."""

import random

from evals.synthesis.layouts import full_rows, put_item
from evals.synthesis.page import Table
from evals.synthesis.sheet import Sheet

_BOXES = (("│", "─", "├", "┼", "┤"), ("┃", "━", "┣", "╋", "┫"), ("｜", "－", "｜", "＋", "｜"))


def boxed_rows(table: Table, sheet: Sheet, rng: random.Random) -> None:
    """Print the whole grid in a box, a rule between the rows."""
    bar, dash, left, cross, right = rng.choice(_BOXES)
    rule = left + cross.join([dash * 2] * table.width) + right + "\n"
    for row in full_rows(table):
        sheet.put(rule)
        for item in row:
            sheet.put(bar)
            if item is not None:
                put_item(item, sheet)
        sheet.put(bar + "\n")
    sheet.put(rule)


def comma_records(table: Table, sheet: Sheet, rng: random.Random) -> None:
    """Print the whole grid as records of a CSV file; fields with a comma or a quote are quoted."""
    for row in full_rows(table):
        for place, item in enumerate(row):
            sheet.put("," if place else "")
            if item is None:
                continue
            quote = '"' if set(',"') & set(item.text) else ""
            sheet.put(quote)
            put_item(item, sheet)
            sheet.put(quote)
        sheet.put("\n")
