"""A saved answer against the raw reports: every number read again, every result worked out again.

Shares no code with the reader: the parts lie in `assistant.proof`. The SQL of a saved file is never
run; the plan is compiled afresh, and its statements and hashes must be those of the certificate.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from assistant.library_view import LibraryView
from assistant.proof.arithmetic import Evidence, Json
from assistant.proof.lists import list_problems
from assistant.proof.source import (
    Source,
    as_decimal,
    label_before,
    load_source,
    parse_number,
    reading_with,
    says_number,
)
from index.errors import MisuseError
from index.model import Frozen


class Verification(Frozen):
    """What came of it: problems (best none), and what could not be checked."""

    verified: bool
    summary: str
    numbers: int
    problems: tuple[str, ...]
    not_verified: tuple[str, ...]


def verify_answer(saved: Path, library: LibraryView) -> Verification:
    """Return what does not agree between a saved answer and the reports it rests on."""
    answer = _load(saved)
    sources = _Sources(library)
    problems: list[str] = []
    notes: list[str] = []
    certificate: Json = answer.get("certificate") or {}
    support = [one for one in certificate.get("support") or () if isinstance(one, dict)]
    for one in support:
        _check_number(one, sources, problems, notes)
    for one in answer.get("citations") or ():
        _check_quote(one, sources, problems)
    problems += list_problems(answer, Evidence(support))
    _rerun(answer, library, problems, notes)
    if not certificate.get("complete", True):
        notes.append("清单超过上限，证书只含其中一部分；份数和合计靠重新运行查询核对")
    problems += sources.problems
    notes += sources.notes
    return _verification(answer, len(support), problems, notes)


def _verification(answer: Json, count: int, problems: list[str], notes: list[str]) -> Verification:
    problems, notes = list(dict.fromkeys(problems)), list(dict.fromkeys(notes))
    if problems:
        summary = f"没有通过：{len(problems)}处不符。"
    elif not count:
        summary = "这份回答没有引用任何数字，没有可以按原文核对的内容。"
    else:
        summary = f"核对通过：{count}个原文数字全部相符，结果按原文重新推导一致。"
    return Verification(
        verified=not problems,
        summary=summary,
        numbers=count,
        problems=tuple(problems),
        not_verified=tuple(notes),
    )


def _load(saved: Path) -> Json:
    """Return the saved answer; refuses what is none."""
    try:
        answer = json.loads(saved.read_text(encoding="utf-8"))
    except OSError as error:
        raise MisuseError(f"读不了文件 {str(saved)!r}：{error.strerror}。请检查路径。") from error
    except ValueError as error:
        raise MisuseError(
            f"{str(saved)!r} 不是 JSON。请给出 nianbao ask --json 保存的回答。"
        ) from error
    if not isinstance(answer, dict) or "certificate" not in answer:
        raise MisuseError(f"{str(saved)!r} 不是回答。请给出 nianbao ask --json 保存的回答。")
    return answer


class _Sources:
    """The raw texts, each read once; collects what is wrong with the files themselves."""

    def __init__(self, library: LibraryView) -> None:
        self._library = library
        self._read: dict[str, Source] = {}
        self.problems: list[str] = []
        self.notes: list[str] = []

    def of(self, report_id: str, path: str, sha256: str) -> Source:
        """Return the text of a report."""
        if report_id not in self._read:
            source = load_source(path, sha256, lambda: self._stored(report_id))
            self.problems += [source.problem] if source.problem else []
            self.notes += [source.note] if source.note else []
            self._read[report_id] = source
        return self._read[report_id]

    def known(self, report_id: str) -> Source | None:
        """Return a text that was read already."""
        return self._read.get(report_id)

    def _stored(self, report_id: str) -> str | None:
        rows = self._library.query("SELECT rid FROM reports WHERE report_id = $1", [report_id])
        return self._library.text(rows[0][0]) if rows else None


def _check_number(one: Json, sources: _Sources, problems: list[str], notes: list[str]) -> None:
    """Read one number again at its place, and its label before it."""
    source = sources.of(str(one.get("report_id")), str(one.get("path")), str(one.get("sha256")))
    name = f"{one.get('agency')}{one.get('year') or ''}的{_label(one)}"
    if one.get("status") != "reported" and one.get("value") is not None:
        problems.append(f"{name}：状态是{one.get('status')}，却有数值{one.get('value')}")
    start, end, raw = one.get("start"), one.get("end"), str(one.get("raw") or "")
    if not isinstance(start, int) or not isinstance(end, int):
        if one.get("status") == "reported":
            problems.append(f"{name}：有数值却没有原文位置")
        return
    text = reading_with(source, start, end, raw)
    if text is None:
        if source.texts:
            problems.append(f"{name}：原文[{start}:{end}]不是{raw!r}")
        else:
            notes.append(f"{name}：没有原文可核对")
        return
    if one.get("status") == "reported":
        _check_value(one, name, raw, problems, notes)
    if one.get("kind") == "cell" and raw and not label_before(text, start, _row_label(one)):
        notes.append(f"{name}：单元格之前没有找到行名，归属未核对")


def _check_value(one: Json, name: str, raw: str, problems: list[str], notes: list[str]) -> None:
    value = as_decimal(one.get("value"))
    if value is None:
        problems.append(f"{name}：证书里没有数值")
    elif one.get("kind") == "text":
        said = says_number(raw, value)
        if said is False:
            problems.append(f"{name}：原句{raw!r}里没有{value}")
        elif said is None:
            notes.append(f"{name}：原句{raw!r}里没有可比的数字")
    else:
        read = parse_number(raw)
        if read is None:
            notes.append(f"{name}：{raw!r}不是简单的数字写法，数值未核对")
        elif read != value:
            problems.append(f"{name}：原文{raw!r}是{read}，证书写{value}")


def _check_quote(one: Json, sources: _Sources, problems: list[str]) -> None:
    """Check that a citation's quote stands where it says."""
    source = sources.known(str(one.get("report_id")))
    start, end, quote = one.get("start"), one.get("end"), str(one.get("quote") or "")
    if not isinstance(start, int) or not isinstance(end, int):
        problems.append(f"引文{one.get('id')}没有位置")
    elif source is None:
        problems.append(f"引文{one.get('id')}（{quote!r}）不在证书所列的报告里")
    elif source.texts and reading_with(source, start, end, quote) is None:
        problems.append(f"引文{one.get('id')}：原文[{start}:{end}]不是{quote!r}")


def _rerun(answer: Json, library: LibraryView, problems: list[str], notes: list[str]) -> None:
    """Compile the plan afresh on the same snapshot; statements, hashes and numbers must agree."""
    certificate: Json = answer.get("certificate") or {}
    if not answer.get("plan") or not certificate.get("statements"):
        return
    if certificate.get("snapshot") != library.snapshot:
        notes.append("库的内容已与回答时不同，没有重新运行查询")
        if (answer["plan"] or {}).get("operation") in ("check", "inventory", "missing"):
            notes.append("这类回答的清单要靠重新运行查询核对，这次没有核对清单")
        return
    fresh = next((f for f in _fresh(answer, library) if _same_sql(f, certificate)), None)
    if fresh is None:
        problems.append("证书里的查询语句不是这个问题的查询语句")
        return
    for part in ("statements", "support"):
        if fresh["certificate"][part] != certificate.get(part):
            problems.append(f"重新运行查询，{_PARTS[part]}与证书不同")
    for part in ("value", "ratio", "rows", "rejected", "undecided", "coverage", "text"):
        if fresh[part] != answer.get(part):
            problems.append(f"重新运行查询，{_PARTS[part]}与保存的不同")


_PARTS = {
    "statements": "结果",
    "support": "原文数字",
    "value": "数值",
    "ratio": "比值",
    "rows": "结果清单",
    "rejected": "不符合清单",
    "undecided": "无法判定清单",
    "coverage": "覆盖情况",
    "text": "文字",
}


def _fresh(answer: Json, library: LibraryView) -> Iterator[dict[str, Any]]:
    """Yield the answer to the same plan, with the usual limits and with none."""
    from pydantic import ValidationError

    from assistant.answer import EVERYTHING, Limits, answer_plan
    from assistant.plan import Plan, Understanding

    try:
        plan = Plan.model_validate(answer["plan"])
    except ValidationError:
        return
    for limits in (Limits(), EVERYTHING):
        found = answer_plan(Understanding(plan=plan), library, "", limits)
        fresh: dict[str, Any] = json.loads(found.model_dump_json())
        left_out = answer.get("status") == "partial" and found.status == "answered"
        if left_out and str(answer.get("text", "")).startswith(fresh["text"]):
            fresh["text"] = answer["text"]  # the part no number answers was added in words
        yield fresh


def _same_sql(fresh: Json, certificate: Json) -> bool:
    def shape(statements: Any) -> list[tuple[Any, Any]]:
        return [(s.get("sql"), s.get("params")) for s in statements or ()]

    return shape(fresh["certificate"]["statements"]) == shape(certificate.get("statements"))


def _label(one: Json) -> str:
    from index.catalogue import load_metrics

    metric = load_metrics().get(str(one.get("metric")))
    return f"{metric.row}·{metric.column}" if metric else str(one.get("metric"))


def _row_label(one: Json) -> str:
    from index.catalogue import load_metrics

    metric = load_metrics().get(str(one.get("metric")))
    return metric.row if metric else ""
