"""Results files: JSON lines, the header first; written line by line, so that a run can go on."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from evals.suite.collector import collector_off
from evals.suite.run import FORMAT, CaseResult, EvalRun, Header
from index.errors import MisuseError


def read_run(path: Path) -> EvalRun:
    """Return the run in `path`; raises MisuseError when it is none, or is cut in the middle."""
    header, results = _lines(path)
    due = header.cases * header.repeats
    if len(results) < due:
        raise MisuseError(
            f"结果文件 {str(path)!r} 不完整：应有 {due} 例，"
            f"只有 {len(results)} 例。请用同一条命令接着运行。"
        )
    if len(results) > due:
        raise MisuseError(
            f"结果文件 {str(path)!r} 的表头说有 {due} 例，却有 {len(results)} 例，"
            "不知道该信哪些。请删掉它，重新运行评测。"
        )
    if twice := _twice(results):
        raise MisuseError(
            f"结果文件 {str(path)!r} 里 {twice.case!r} 不止一个结果，另有例子没有结果。"
            "请删掉它，重新运行评测。"
        )
    return EvalRun(header=header, results=tuple(results))


def read_part(path: Path) -> EvalRun:
    """Return what is there of a run that may be cut; a last line that was cut is left out."""
    header, results = _lines(path, cut=True)
    return EvalRun(header=header, results=tuple(results))


def write_run(path: Path, run: EvalRun) -> None:
    """Write a whole run; the file is there whole or not at all."""
    draft = path.with_name(f".{path.name}.part")
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [line_of(run.header), *(line_of(result) for result in run.results)]
    draft.write_text("".join(lines), encoding="utf-8")
    draft.replace(path)


def line_of(part: Header | CaseResult) -> str:
    """Return a header or result as its line; what has its default value is left out."""
    return part.model_dump_json(exclude_defaults=not isinstance(part, Header)) + "\n"


def _lines(path: Path, cut: bool = False) -> tuple[Header, list[CaseResult]]:
    try:
        # Only the newline ends a line: what str.splitlines takes for one may stand in a value.
        lines = path.read_bytes().removesuffix(b"\n").split(b"\n")
    except OSError as error:
        raise MisuseError(f"读不了结果文件 {str(path)!r}：{error}。") from error
    if lines == [b""]:
        raise MisuseError(f"结果文件 {str(path)!r} 是空的。")
    header = _header(path, lines[0])
    with collector_off():
        return header, list(_results(path, lines[1:], cut))


def _twice(results: list[CaseResult]) -> CaseResult | None:
    """Return the first result that another one came before for the same case and repeat."""
    met: set[tuple[str, int]] = set()
    for result in results:
        if (result.case, result.repeat) in met:
            return result
        met.add((result.case, result.repeat))
    return None


def _header(path: Path, line: bytes) -> Header:
    try:
        said: dict[str, Any] = json.loads(line)
        if said.get("format") != FORMAT:
            raise MisuseError(
                f"{str(path)!r} 的格式是 {said.get('format')!r}，这个版本只认 {FORMAT}。"
                "请重新运行评测。"
            )
        return Header.model_validate(said)
    except (ValueError, AttributeError) as error:
        raise MisuseError(f"{str(path)!r} 不是评测的结果文件：第 1 行不能用。") from error


def _results(path: Path, lines: list[bytes], cut: bool) -> Iterator[CaseResult]:
    for number, line in enumerate(lines, 2):
        try:
            yield CaseResult.model_validate_json(line)
        except ValidationError as error:
            if cut and number == len(lines) + 1:
                return
            raise MisuseError(
                f"结果文件 {str(path)!r} 的第 {number} 行不能用：{error.errors()[0]['msg']}。"
            ) from error
