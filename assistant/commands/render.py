"""An answer on a terminal: the words first, then rows with quotes, then what is left out."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from assistant.numbers import say_value
from assistant.operations.sketch import full_name
from assistant.result import Answer, Citation, Row, Undecided

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

_MOST = 20
_QUOTE = 24


def print_answer(answer: Answer, console: "Console", *, full: bool = False) -> None:
    """Print an answer for a person; `full` prints every item of every list."""
    most = 10**9 if full else _MOST
    if answer.note:
        console.print(answer.note, style="dim", markup=False, soft_wrap=True)
    console.print(answer.text, style="bold", markup=False, soft_wrap=True)
    if answer.explanation:
        console.print(answer.explanation, style="dim", markup=False, soft_wrap=True)
    for choice in answer.choices:
        console.print(f"  · {choice}", markup=False)
    cited = {citation.id: citation for citation in answer.citations}
    lists = (
        (_rows("结果", answer.rows[:most], cited), len(answer.rows)),
        (_rows("不符合的", answer.rejected[:most], cited), answer.coverage.rejected),
        (_undecided(answer.undecided[:most], cited), len(answer.undecided)),
    )
    for table, total in lists:
        if table is not None:
            console.print(table)
            if total > table.row_count:
                console.print(f"  …共 {total} 项，加 --full 全部列出", style="dim")
    _print_warnings(answer.warnings, console, most)
    if answer.citations:
        files = dict.fromkeys(f"{c.report_id[:8]} {c.path}" for c in answer.citations)
        _print_lines("出处文件", list(files), console, most)


def _rows(title: str, rows: Sequence[Row], cited: dict[int, Citation]) -> "Table | None":
    """Return the table of rows with their first quote; None where there are none."""
    if not rows:
        return None
    from rich.table import Table

    table = Table(title=f"{title}（{len(rows)}）", title_justify="left", show_edge=False)
    ranked = any(row.rank for row in rows)
    headings = ("机构或分组", "年度", "指标", "数值", "出处", "说明")
    for heading in (*(("名次",) if ranked else ()), *headings):
        table.add_column(heading, overflow="fold", justify="right" if heading == "数值" else "left")
    for row in rows:
        cells = (
            row.group or full_name(row),
            str(row.year or ""),
            row.label or row.metric,
            _value(row),
            _quotes(row.citations, cited),
            row.note,
        )
        table.add_row(*((str(row.rank or ""),) if ranked else ()), *map(_plain, cells))
    return table


def _value(row: Row) -> str:
    if not row.metric or (row.value is None and not row.unit):
        return ""
    parts = [say_value(row.value, row.unit, row.ratio, row.bound)]
    parts += [
        f"{m.label if m.year in (None, row.year) else f'{m.year}年'} "
        f"{say_value(m.value, m.unit, m.ratio, m.bound)}"
        for m in row.more
    ]
    return "\n".join(parts)


def _undecided(rows: Sequence[Undecided], cited: dict[int, Citation]) -> "Table | None":
    """Return the table of what cannot be decided, with the reasons."""
    if not rows:
        return None
    from rich.table import Table

    table = Table(title=f"无法判定的（{len(rows)}）", title_justify="left", show_edge=False)
    for heading in ("机构", "年度", "指标", "原因", "出处"):
        table.add_column(heading, overflow="fold")
    for row in rows:
        quotes = _quotes(row.citations, cited)
        table.add_row(
            *map(_plain, (full_name(row), str(row.year or ""), row.label, row.detail, quotes))
        )
    return table


def _quotes(ids: Iterable[int], cited: dict[int, Citation]) -> str:
    """Return the first places: report, offsets and quote."""
    found = [cited[number] for number in ids if number in cited]
    lines = [f"{c.report_id[:8]}[{c.start}:{c.end}] {_short(c)}" for c in found[:3]]
    return "\n".join([*lines, *([f"…共{len(found)}处"] if len(found) > 3 else [])])


def _short(citation: Citation) -> str:
    """Return a quote with the label before it, a long one cut."""
    quote = " ".join(citation.quote.split())
    if len(quote) >= _QUOTE:
        return f"“{quote[:_QUOTE]}…”"
    context = " ".join(citation.context.split()) or quote
    return f"“…{context[-_QUOTE:]}”" if len(context) > len(quote) else f"“{quote}”"


def _plain(text: str) -> str:
    """Return text that rich takes literally: a report may hold [brackets]."""
    from rich.markup import escape

    return escape(text)


def _print_warnings(warnings: Sequence[str], console: "Console", most: int) -> None:
    for warning in warnings[:most]:
        console.print(f"注意：{warning}", style="yellow", markup=False, soft_wrap=True)
    if len(warnings) > most:
        console.print(f"  …另有 {len(warnings) - most} 条提示，加 --full 全部列出", style="dim")


def _print_lines(title: str, lines: Sequence[str], console: "Console", most: int) -> None:
    console.print(f"{title}：", style="dim")
    for line in lines[:most]:
        console.print(f"  {line}", style="dim", markup=False, soft_wrap=True)
    if len(lines) > most:
        console.print(f"  …共 {len(lines)} 个", style="dim")
