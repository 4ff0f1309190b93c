"""The commands that need no library: extract, and check (which can also check a library)."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.commands.console import (
    FOUND,
    ChineseCommand,
    JsonOption,
    LibraryOption,
    NoModelOption,
    PromptOption,
    finish,
    label,
    open_library,
    print_json,
    say,
    warn,
)

if TYPE_CHECKING:
    from index.model import Report


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    for name, command, purpose in (
        ("extract", extract, "读出每份文件的全部内容：机构、年度、逐格数值和位置；不需要库。"),
        ("check", check, "按勾稽规则核对文件；不给文件时核对整个库。"),
    ):
        app.command(name, cls=ChineseCommand, help=purpose)(command)


def extract(
    files: Annotated[list[Path], typer.Argument(metavar="文件", help="报告文件")],
    json_: JsonOption = False,
    schema: Annotated[
        Path | None,
        typer.Option("--schema", metavar="S.json", help="按 JSON Schema 取值，每个值附原文位置"),
    ] = None,
    repair: Annotated[
        bool, typer.Option("--repair", help="让语言模型指认没能读定的表格行，算得拢才采用")
    ] = False,
    no_model: NoModelOption = False,
    prompt: PromptOption = None,
) -> None:
    """Read each file and print its record; a file that cannot be read does not stop the others."""
    reading = Reading()
    if schema is not None or repair:
        from assistant.commands.extraction import Job, extract_files

        job = Job(schema=schema, repair=repair, no_model=no_model, prompts=prompt or [])
        finish(extract_files(reading, files, job, json_=json_))
        return
    from assistant.commands.show_text import report_lines
    from index.report import report_json

    for report in reading.reports(files):
        record = report_json(report)
        if json_:
            print_json(record)
        else:
            say(*report_lines(record))
    finish(reading.code)


def check(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="文件", help="报告文件；不给则核对库")
    ] = None,
    library: LibraryOption = None,
    json_: JsonOption = False,
) -> None:
    """Check files, or the current reports of the library; exit 1 when a rule fails."""
    if files:
        reading = Reading()
        failed = False
        for report in reading.reports(files):
            record = _file_record(report)
            failed = failed or _fails(record)
            print_json(record) if json_ else say(*_lines(record))
        finish(FOUND if failed else reading.code)
        return
    from assistant.findings import library_records

    opened = open_library(library)
    records = list(library_records(opened))
    if json_:
        print_json({"library": str(opened.folder), "count": len(records), "reports": records})
    else:
        _say_library(records)
    finish(FOUND if any(map(_fails, records)) else 0)


class Reading:
    """Reads files one after the other; `code` becomes 1 when one could not be read."""

    def __init__(self) -> None:
        self.code = 0

    def reports(self, files: Sequence[Path]) -> Iterator["Report"]:
        """Yield the reports; say on standard error why a file gives none."""
        from index.report import read_report_file
        from index.store.sources import attempt_read

        for file in files:
            outcome = attempt_read(read_report_file, file)
            if outcome.report is None:
                self.code = FOUND
                warn(f"读不了 {str(file)!r}：{outcome.reason}")
            else:
                yield outcome.report


def _file_record(report: "Report") -> dict[str, Any]:
    """Return the checks of one file."""
    return {
        "report_id": report.report_id,
        "path": report.document.path,
        "agency": report.identity.agency.name,
        "year": report.identity.year,
        "checks": [check._asdict() | {"metrics": list(check.metrics)} for check in report.checks],
    }


def _fails(record: dict[str, Any]) -> bool:
    """Tell whether some rule fails."""
    return any(check["status"] == "fail" for check in record["checks"])


def _lines(record: dict[str, Any]) -> Iterator[str]:
    """Yield what a clerk must look at: the rules that fail; how the others came out, counted."""
    year = f"{record['year']}年" if record["year"] else "年度不明"
    yield f"{record['agency'] or '机构未识别'}  {year}  {record['path']}"
    others: Counter[str] = Counter()
    for check in record["checks"]:
        if check["status"] == "fail":
            yield f"  {check['rule']} 不符：{check['message']}"
        else:
            others[check["status"]] += 1
    counts = [f"{label('verdict', status)} {count} 条" for status, count in others.items()]
    yield f"  {'；'.join(counts)}"


def _say_library(records: Sequence[dict[str, Any]]) -> None:
    """Print the reports that fail a rule, and how many were looked at."""
    failing = [record for record in records if _fails(record)]
    for record in failing:
        say(*_lines(record))
    say(f"库内现行报告 {len(records)} 份，其中 {len(failing)} 份有规则不符。")
