"""The statutory tables of both forms as rows of labels and metrics, from `statute.toml`."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from evals.synthesis.page import Item, Row, Slot, Table


@cache
def _statute() -> dict[str, Any]:
    """Return the parsed table file; Any, because TOML is checked by use."""
    return tomllib.loads((files("evals.synthesis") / "statute.toml").read_text(encoding="utf-8"))


COLUMNS = ("natural_person", "business", "research", "welfare", "legal_service", "other", "total")
RESULTS = ("upheld", "corrected", "other", "pending", "total")
_SUMS = ("received", "carried_in", "outcomes_total", "carried_out")


def blocks(form: str) -> dict[str, Any]:
    """Return the blocks of section 二 in one form: title, header, columns and rows of each."""
    found: dict[str, Any] = _statute()["blocks"][form]
    return found


@cache
def block_metrics(form: str, block: str) -> tuple[str, ...]:
    """Return the metrics of one block of section 二, row by row."""
    spec = blocks(form)[block]
    return tuple(f"{stem}.{column}" for stem, _ in spec["rows"] for column in spec["columns"])


@cache
def block_of(metric: str) -> str:
    """Return the block of section 二 a metric stands in, "三" or "四" for the later sections."""
    for form in ("2021", "2019"):
        for block in blocks(form):
            if metric in block_metrics(form, block):
                return block
    return "三" if metric.startswith("requests.") else "四"


@cache
def outcome_stems(form: str) -> tuple[str, ...]:
    """Return the rows of section 三 that count one outcome each (no sums), without `requests.`."""
    return tuple(
        stem for forms, stem, *_ in _statute()["requests"] if form in forms and stem not in _SUMS
    )


def disclosure_table(editions: dict[str, Any], slots: dict[str, Slot]) -> Table:
    """Return the table of section 二, each block in the form `editions` names."""
    rows: list[Row] = []
    width = 4
    for block in sorted(b for b in editions if b != "三"):
        if block not in blocks(editions[block]):
            continue
        spec = blocks(editions[block])[block]
        rows.append(Row("title", block, items=[Item(spec["title"], colspan=width)]))
        header = [Item("信息内容"), *(Item(text) for text in spec["header"])]
        header[-1].colspan = width - len(header) + 1
        rows.append(Row("header", block, items=header))
        for stem, label in spec["rows"]:
            metrics = tuple(f"{stem}.{column}" for column in spec["columns"])
            rows.append(_data_row(block, [label], metrics, slots))
    return Table("二", width, rows)


def _data_row(block: str, path: list[str], metrics: tuple[str, ...], slots: dict[str, Slot]) -> Row:
    """Return a row of values under its labels."""
    return Row("data", block, path, [slots[m] for m in metrics], metrics=metrics)


def requests_table(form: str, slots: dict[str, Slot]) -> Table:
    """Return the table of section 三."""
    names = [Item(label) for _, label in _statute()["columns"]]
    names[0].rowspan = names[-1].rowspan = 2
    note = Item(_statute()["note"], rowspan=3, colspan=3)
    parties = Item("法人或其他组织", colspan=5)
    rows = [
        Row("header", "三", items=[note, Item("申请人情况", colspan=7)]),
        Row("header", "三", items=[names[0], parties, names[-1]]),
        Row("header", "三", items=names[1:-1]),
    ]
    for forms, stem, *path in _statute()["requests"]:
        if form in forms:
            metrics = tuple(f"requests.{stem}.{column}" for column in COLUMNS)
            rows.append(_data_row("三", list(path), metrics, slots))
    return Table("三", 10, rows, labels=3)


def appeals_table(slots: dict[str, Slot]) -> Table:
    """Return the table of section 四: three header rows over one row of fifteen values."""
    (_, review), (direct, direct_name), (after, after_name) = _statute()["appeals"]
    results = [label for _, label in _statute()["results"]]
    rows = [
        Row("header", "四", items=[Item(review, colspan=5), Item("行政诉讼", colspan=10)]),
        Row(
            "header",
            "四",
            items=[
                *(Item(label, rowspan=2) for label in results),
                Item(direct_name, colspan=5),
                Item(after_name, colspan=5),
            ],
        ),
        Row("header", "四", items=[Item(label) for label in results * 2]),
    ]
    stems = ("reconsideration", direct, after)
    metrics = tuple(f"{stem}.{result}" for stem in stems for result in RESULTS)
    rows.append(_data_row("四", [], metrics, slots))
    return Table("四", 15, rows, labels=0)
