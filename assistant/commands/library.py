"""The commands that keep the library: add, list, show, remove."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.commands.bar import progress_bar
from assistant.commands.console import (
    FOUND,
    ChineseCommand,
    JsonOption,
    LibraryOption,
    finish,
    label,
    open_library,
    print_json,
    say,
    shorten,
    warn,
)
from assistant.commands.index_command import NoDenseOption, catch_up_after_add

if TYPE_CHECKING:
    from assistant.dense import CaughtUp
    from index.store.library import AddResult, Outcome, Progress

_COLUMNS = ("编号", "机构", "年度", "版式", "有值格数", "未通过规则", "状态", "文件")
_WORDS = {
    "added": "新增",
    "replaced": "替换",
    "unchanged": "未变",
    "failed": "失败",
    "ignored": "略过",
}


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    for name, command, purpose in (
        ("add", add, "把报告读入库；没有变化的文件跳过，读不了的逐个说明。"),
        ("list", list_reports, "列出库里的报告：编号、机构、年度、版式、有值格数、状态。"),
        ("show", show, "显示一份报告：全部单元格及其位置、正文数字、核对结果。"),
        ("remove", remove, "把报告移出库；文件本身不动。"),
    ):
        app.command(name, cls=ChineseCommand, help=purpose)(command)


def add(
    names: Annotated[list[str], typer.Argument(metavar="路径", help="报告文件或文件夹")],
    no_dense: NoDenseOption = False,
    library: LibraryOption = None,
    json_: JsonOption = False,
) -> None:
    """Read files and folders into the library, then embed their prose for a while."""
    from index.errors import MisuseError
    from index.store.library import AddResult, Outcome

    if not all(names):
        raise MisuseError("路径不能为空。请写出报告文件或文件夹；当前文件夹写作 .")
    paths = [Path(name) for name in names]
    opened = open_library(library)
    settled: list[Outcome] = []
    finished = False
    try:
        with _progress(settled) as progress:
            opened.add(paths, progress)
        finished = True
    finally:
        # Also when the disk is full or the user interrupts: what was stored by then is said.
        result = AddResult(outcomes=tuple(settled))
        if json_ and settled and not finished:
            print_json(_add_record(str(opened.folder), result, None))
        elif not json_ and (finished or settled):
            _say_result(result)
    # Only now: whatever happens to the vectors, the reports are stored and said to be.
    sys.stdout.flush()
    dense = None
    try:
        dense = catch_up_after_add(opened, no_dense)
    finally:
        if json_:
            print_json(_add_record(str(opened.folder), result, dense))
    finish(FOUND if result.of("failed") else 0)


def list_reports(library: LibraryOption = None, json_: JsonOption = False) -> None:
    """List the reports of the library, one a line."""
    from assistant.commands.records import list_records

    opened = open_library(library)
    reports = list_records(opened)
    if json_:
        print_json({"library": str(opened.folder), "count": len(reports), "reports": reports})
        return
    say("\t".join(_COLUMNS))
    for report in reports:
        say("\t".join(_listed(report)))
    if not reports:
        warn(f"库 {str(opened.folder)!r} 里还没有报告。请用 nianbao add 读入。")


def show(
    reference: Annotated[str, typer.Argument(metavar="报告", help="编号（至少前 4 位）或文件路径")],
    library: LibraryOption = None,
    json_: JsonOption = False,
) -> None:
    """Show one report whole, with the place of every number."""
    from assistant.commands.records import report_record
    from assistant.commands.show_text import report_lines

    opened = open_library(library)
    record = report_record(opened, opened.find(reference)[0])
    if json_:
        print_json(record)
    else:
        say(*report_lines(record))


def remove(
    references: Annotated[
        list[str], typer.Argument(metavar="报告", help="编号（至少前 4 位）或文件路径")
    ],
    library: LibraryOption = None,
    json_: JsonOption = False,
) -> None:
    """Take reports out of the library; all are found before any is taken."""
    from assistant.commands.records import list_records

    opened = open_library(library)
    rids = dict.fromkeys(rid for reference in references for rid in opened.find(reference))
    removed = [record for record in list_records(opened) if record["rid"] in rids]
    opened.remove(list(rids))
    if json_:
        print_json({"library": str(opened.folder), "removed": removed})
        return
    for record in removed:
        say("已移出\t" + "\t".join(_listed(record)))


def _add_record(library: str, result: "AddResult", dense: "CaughtUp | None") -> dict[str, Any]:
    """Return the outcomes as `add --json` prints them, by what became of the files."""
    outcomes = {
        status: [
            outcome.model_dump(mode="json", exclude={"status"}) for outcome in result.of(status)
        ]
        for status in _WORDS
    }
    embedded = dense.model_dump(mode="json") if dense else None
    return {"library": library} | outcomes | {"dense": embedded}


def _say_result(result: "AddResult") -> None:
    """Print counts, then what a user must know about single files."""
    say("，".join(f"{word} {len(result.of(status))} 份" for status, word in _WORDS.items()))
    for status in ("added", "replaced", "ignored"):
        lines = [f"{_WORDS[status]}\t{_described(outcome)}" for outcome in result.of(status)]
        say(*shorten(lines))
    for outcome in result.of("failed"):
        say(f"失败\t{outcome.path}\t{outcome.reason}")


def _described(outcome: "Outcome") -> str:
    """Return one outcome in words."""
    if outcome.status == "ignored":
        return f"{outcome.path}\t{outcome.reason}"
    year = f"{outcome.year}年" if outcome.year else "年度不明"
    parts = [(outcome.report_id or "")[:8], outcome.agency or "机构未识别", year, outcome.path]
    return "\t".join([*parts, outcome.reason] if outcome.reason else parts)


def _listed(report: dict[str, Any]) -> Sequence[str]:
    """Return the columns of one line of `list`."""
    return (
        report["report_id"][:8],
        report["agency"] or "（机构未识别）",
        str(report["year"] or "不明"),
        report["form"],
        str(report["reported"]),
        str(report["failed"]),
        label("role", report["role"]),
        report["path"],
    )


@contextmanager
def _progress(settled: "list[Outcome]") -> "Iterator[Progress]":
    """Yield a progress function that collects outcomes, and draws a bar on a terminal."""
    with progress_bar("读入报告") as move:

        def advance(done: int, total: int, outcomes: Sequence["Outcome"]) -> None:
            settled.extend(outcomes)
            move(done, total)

        yield advance
