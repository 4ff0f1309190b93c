"""The commands that write tables: export (facts with provenance) and sum (a county's table)."""

from pathlib import Path
from typing import Annotated

import typer

from assistant.commands.console import (
    ChineseCommand,
    JsonOption,
    LibraryOption,
    open_library,
    print_json,
    say,
    shorten,
)


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    for name, command, purpose in (
        ("export", export, "把库里的全部数值连同出处写成表格文件。"),
        ("sum", sum_county, "把一个区县各机关的报告逐格加总成法定表格，并列明缺数。"),
    ):
        app.command(name, cls=ChineseCommand, help=purpose)(command)


def export(
    to: Annotated[
        Path, typer.Option("--to", metavar="文件", help="写到哪里：.xlsx、.csv 或 .parquet")
    ],
    library: LibraryOption = None,
    json_: JsonOption = False,
) -> None:
    """Write every cell and prose number of the current reports with its provenance."""
    from assistant.commands.export import export_facts

    opened = open_library(library)
    rows = export_facts(opened, to)
    if json_:
        print_json({"library": str(opened.folder), "path": str(to), "rows": rows})
    else:
        say(f"已写出 {rows} 行到 {str(to)!r}。")


def sum_county(
    county: Annotated[
        str,
        typer.Option("--county", metavar="区县", help="区县名；重名时写上省市，如 某省某市某县"),
    ],
    year: Annotated[int, typer.Option("--year", metavar="年度", help="报告年度")],
    to: Annotated[Path, typer.Option("--to", metavar="文件", help="写到哪里：.xlsx 或 .docx")],
    library: LibraryOption = None,
    json_: JsonOption = False,
) -> None:
    """Write the sum of the bodies of a county, cell by cell, with what each sum lacks."""
    from assistant.commands.county_sum import county_sum
    from assistant.commands.county_table import write_county_sum

    total = county_sum(open_library(library), county, year)
    write_county_sum(total, to)
    if json_:
        print_json(total.record() | {"path": str(to)})
        return
    say(f"{total.place}{year}年：{len(total.bodies)} 个机关，已写到 {str(to)!r}。")
    if total.missing:
        say(f"有 {len(total.missing)} 处缺数，没有计入（表中已注明）：")
        say(*shorten(f"  {gap.agency}\t{gap.name}\t{gap.reason}" for gap in total.missing))
    if total.left_out:
        say("没有计入的报告：", *(f"  {line}" for line in total.left_out))
