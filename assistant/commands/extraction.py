"""`extract --schema` and `--repair`: one object a file, what the model proved and what not."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from assistant.commands.console import DONE, NO_ANSWER, OUTSIDE, print_json, read_prompts, say, warn
from index.errors import MisuseError

if TYPE_CHECKING:
    from assistant.extraction.record import Extraction
    from assistant.model_reply import Model
    from assistant.prompts import Prompts
    from index.model import Report

_LARGEST = 1_000_000
_NO_MODEL = (
    "没有设置语言模型：只填表格里直接写明的字段。要填其余字段，请设 NIANBAO_BASE_URL、"
    "NIANBAO_MODEL（需要密钥时还有 NIANBAO_API_KEY）。"
)


class Job(NamedTuple):
    """What the user asked for."""

    schema: Path | None
    repair: bool
    no_model: bool
    prompts: Sequence[str]


class Files(Protocol):
    """Reads files to reports; `code` tells whether one could not be read."""

    code: int

    def reports(self, files: Sequence[Path]) -> Iterable["Report"]:
        """Yield the reports."""


def extract_files(reading: Files, files: Sequence[Path], job: Job, *, json_: bool) -> int:
    """Print one object for each file; return the exit code of the contract."""
    from assistant.chosen_model import chosen_model

    schema = read_schema_file(job.schema) if job.schema else None
    prompts = read_prompts(job.prompts)
    model = None if job.no_model else chosen_model()
    if model is None and not job.no_model:
        warn(_NO_MODEL)
    codes: list[int] = []
    for report in reading.reports(files):
        record, code = _record(report, schema, job, model, prompts)
        codes.append(code)
        if json_:
            print_json(record)
        else:
            say(*_lines(record))
    if OUTSIDE in codes:
        return OUTSIDE
    nothing = bool(codes) and all(code == NO_ANSWER for code in codes)
    return reading.code or (NO_ANSWER if nothing else DONE)


def read_schema_file(path: Path) -> dict[str, Any]:
    """Return the JSON Schema in a file; raises MisuseError when there is none."""
    from assistant.extraction.schema_text import parse_schema

    try:
        if path.stat().st_size > _LARGEST:
            raise MisuseError(f"模式文件 {str(path)!r} 超过 {_LARGEST} 字节。请分成几个模式。")
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise MisuseError(
            f"读不了模式文件 {str(path)!r}：{error.strerror}。请检查路径。"
        ) from error
    except UnicodeDecodeError as error:
        raise MisuseError(f"模式文件 {str(path)!r} 不是 UTF-8 文字。请另存为 UTF-8。") from error
    return parse_schema(text, f"模式文件 {str(path)!r}")


def extract_record(
    report: "Report",
    schema: dict[str, Any] | None,
    model: "Model | None",
    prompts: "Prompts",
    progress: Callable[[str], None] = warn,
) -> tuple[dict[str, Any], int]:
    """Return what is printed of one file and its exit code; without a schema all that is read."""
    from index.report import report_json

    if schema is None:
        return report_json(report), DONE
    from assistant.extraction.extract import extract
    from assistant.extraction.record import extraction_json

    found = extract(report, schema, model, prompts, progress=progress)
    code = OUTSIDE if found.failed else DONE if _says_something(found) else NO_ANSWER
    return extraction_json(report, found), code


def _record(
    report: "Report",
    schema: dict[str, Any] | None,
    job: Job,
    model: "Model | None",
    prompts: "Prompts",
) -> tuple[dict[str, Any], int]:
    """Return the object of one file and its exit code."""
    record, code = extract_record(report, schema, model, prompts)
    if job.repair:
        from assistant.repair import repair_rows

        repaired = repair_rows(report, model, prompts, progress=warn)
        record["repairs"] = [r.model_dump(mode="json") for r in repaired.repairs]
        record["unrepaired"] = [r.model_dump(mode="json") for r in repaired.left]
        code = max(code, OUTSIDE if repaired.failed else DONE)
    return record, code


def _says_something(found: "Extraction") -> bool:
    return any(field.value is not None for field in found.fields)


def _lines(record: dict[str, Any]) -> Iterator[str]:
    """Yield what was found, field by field, with the words that prove it."""
    if "cells" in record:
        from assistant.commands.show_text import report_lines

        yield from report_lines(record)
    else:
        yield record["source"]["path"]
    for field in record.get("fields", []):
        if field["value"] is None:
            yield f"  {field['path']}：空（{field['reason']}）"
            continue
        quotes = "、".join(f"“{s['quote']}”[{s['start']}:{s['end']}]" for s in field["spans"][:3])
        yield f"  {field['path']}：{field['value']}  {quotes}"
    for item in record.get("dropped", []):
        yield f"  没有采用 {item['path']} 的一项 {str(item['item'])[:40]!r}：{item['reason']}"
    for row in record.get("repairs", []):
        yield f"  修复 {row['metric']}：{row['value']}（{row['note']}）"
    for row in record.get("unrepaired", []):
        yield f"  没有修复 {row['row']}：{row['reason']}"
    yield from (f"  不合模式 {line}" for line in record.get("invalid", []))
    yield from (f"  注意：{line}" for line in record.get("warnings", []))
    if record.get("complete") is False:
        yield "  不完整：有的部分没有读到。"
