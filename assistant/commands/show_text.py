"""One report in words, from its record: for `show` and `extract` without --json."""

from collections.abc import Iterator
from typing import Any

from assistant.commands.console import label
from index.catalogue import load_metrics


def report_lines(record: dict[str, Any]) -> Iterator[str]:
    """Yield the whole report: identity, cells by section, prose numbers, checks, warnings."""
    yield from headline(record)
    yield from _cell_lines(record)
    yield from _merged_lines(record)
    yield from _fact_lines(record)
    yield from check_lines(record)
    yield from (f"提示：{warning}" for warning in record["warnings"])


def headline(record: dict[str, Any]) -> Iterator[str]:
    """Yield who filed, for which year, and from which file."""
    agency = record["agency"]
    place = "".join(agency[name] or "" for name in ("province", "city", "county"))
    level = label("level", agency["level"])
    year = f"{record['year']}年" if record["year"] else "年度不明"
    yield f"{agency['name'] or '机构未识别'}  {year}  版式 {record['form']}"
    yield f"  编号 {record['report_id']}  {level}  {place or '地区未识别'}"
    yield f"  文件 {record['source']['path']}"
    if agency["candidates"]:
        yield f"  同名地区 {len(agency['candidates'])} 处：{'、'.join(agency['candidates'])}"
    if record.get("role", "current") != "current":
        yield f"  {label('role', record['role'])}，现行报告是 {record['group']}"


def check_lines(record: dict[str, Any]) -> Iterator[str]:
    """Yield the outcome of every rule."""
    yield "核对"
    for check in record["checks"]:
        message = f"：{check['message']}" if check["message"] else ""
        yield f"  {check['rule']} {label('verdict', check['status'])}{message}"


def _cell_lines(record: dict[str, Any]) -> Iterator[str]:
    """Yield every cell under its section and row."""
    section = row = ""
    for cell in record["cells"]:
        metric = load_metrics()[cell["metric"]]
        if metric.section != section:
            section, row = metric.section, ""
            yield label("section", section)
        if metric.row != row:
            row = metric.row
            yield f"  {row}"
        yield f"    {metric.column}\t{_shown(cell)}"


def _shown(cell: dict[str, Any]) -> str:
    """Return a cell's value or why there is none, and where it stands."""
    value = (
        f"{cell['value']}{cell['unit']}"
        if cell["status"] == "reported"
        else f"（{label('status', cell['status'])}）{cell['raw']}"
    )
    return value if cell["start"] is None else f"{value}\t[{cell['start']}:{cell['end']}]"


def _merged_lines(record: dict[str, Any]) -> Iterator[str]:
    """Yield the cells that copies of the report change."""
    if not record.get("merged"):
        return
    yield "与副本合并"
    for cell in record["merged"]:
        metric = load_metrics()[cell["metric"]]
        name = f"{metric.row}·{metric.column}"
        if cell["status"] == "conflict":
            yield f"  {name}\t各副本不一致，不作数"
        else:
            yield f"  {name}\t{_shown(cell)}\t取自副本 {cell['source']}"


def _fact_lines(record: dict[str, Any]) -> Iterator[str]:
    """Yield the prose numbers with their quotes."""
    if record["facts"]:
        yield "正文数字"
    for fact in record["facts"]:
        bound = label("bound", fact["bound"]) if fact["bound"] != "exact" else ""
        value = f"{fact['value']}{fact['unit']}{bound}"
        yield f"  {fact['name']}\t{value}\t“{fact['quote']}”\t[{fact['start']}:{fact['end']}]"
