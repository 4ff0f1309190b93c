"""An answer as tables: a workbook with its lists and every place they rest on, or one CSV.

Each number stands beside its citation; what is undecided has its reason; nothing is worked out.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path, PurePath
from typing import Any

from assistant.result import Answer, Citation, Ratio, Row, Shown, Undecided
from assistant.spreadsheet import Sheet, write_csv, write_workbook
from assistant.tables import label_words, reason_words

Cells = tuple[Any, ...]
_PLACE = ("机关", "省", "市", "县（区、市）", "乡镇街道", "年度", "指标")
_CITED = ("引用编号", "原文", "报告编号与位置", "文件")
_VALUES = (
    "名次", "分组", *_PLACE, "数值", "单位", "精确程度", "分子", "分母", "取自", "备注", *_CITED,
)  # fmt: skip
_DOUBTS = (*_PLACE, "原因", "说明", *_CITED)
_CITATIONS = ("编号", "报告编号", "文件", "取自", "指标", "原文", "起", "止", "前文")
_LISTS = ("是", "否", "无法判定")
_WIDE = (8, 12, 28, 10, 10, 14, 14, 8, 28, 12, 8, 10, 10, 10, 8, 24, 10, 20, 36, 40)


def write_answer_workbook(answer: Answer, target: Path) -> None:
    """Write an answer as a workbook: 回答, 是, 否, 无法判定, 引用, 统计范围."""
    cited = {one.id: one for one in answer.citations}
    write_workbook(
        target,
        [
            Sheet("回答", ("项目", "内容"), list(_said(answer)), (16, 100)),
            Sheet("是", _VALUES, list(_values(answer.rows, cited)), _WIDE),
            Sheet("否", _VALUES, list(_values(answer.rejected, cited)), _WIDE),
            Sheet("无法判定", _DOUBTS, [_doubt(one, cited) for one in answer.undecided], _WIDE[2:]),
            Sheet("引用", _CITATIONS, [_citation(one) for one in answer.citations]),
            Sheet("统计范围", ("项目", "数"), list(_scope(answer)), (40, 16)),
        ],
    )


def write_answer_csv(answer: Answer, target: Path) -> None:
    """Write the three lists of an answer as one CSV table, with reasons for what is undecided."""
    cited = {one.id: one for one in answer.citations}
    yes, no, maybe = _LISTS
    lines = [
        *((yes, *values, "") for values in _values(answer.rows, cited)),
        *((no, *values, "") for values in _values(answer.rejected, cited)),
        *((maybe, *_as_value(one, cited)) for one in answer.undecided),
    ]
    write_csv(target, ("清单", *_VALUES, "原因"), lines)


def plain_answer(answer: Answer) -> str:
    """Return an answer as text to paste elsewhere: question, reading, answer, warnings, sources."""
    lines = [f"{name}：{said}" for name, said in _said(answer)]
    sources = [
        f"[{c.id}] {PurePath(c.path).name}（{c.report_id}）{c.start}–{c.end}：{c.quote}"
        for c in answer.citations
    ]
    return "\n".join([*lines, *(["出处："] if sources else []), *sources])


def _said(answer: Answer) -> Iterator[tuple[str, Any]]:
    """Yield what an answer says, part by part."""
    yield "问题", answer.question
    parts = (
        ("补全后的问题", answer.resolved),
        ("补全的说明", answer.note),
        ("理解", answer.explanation),
        ("回答", answer.text),
    )
    for name, text in parts:
        yield from ((name, line) for line in text.split("\n") if line)
    yield "状态", _word("answer", answer.status)
    if answer.value is not None:
        yield "数值", answer.value
        yield "单位", answer.unit or ""
    yield from (("提醒", warning) for warning in answer.warnings)
    yield from (("可选的读法", choice) for choice in answer.choices)
    if answer.certificate.snapshot:
        yield "库的快照", answer.certificate.snapshot


def _values(rows: tuple[Row, ...], cited: Mapping[int, Citation]) -> Iterator[Cells]:
    """Yield a line for each number: a row's own, then those beside it."""
    for row in rows:
        place = (row.agency, row.province, row.city, row.county, row.township)
        kind = _word("kind", row.source)
        yield (
            row.rank, row.group, *place, row.year, row.label, row.value, row.unit,
            _bound(row), *_ratio(row.ratio), kind, row.note, *_sources(row.citations, cited),
        )  # fmt: skip
        for one in row.more:
            yield (
                row.rank, row.group, *place, one.year or row.year, one.label, one.value, one.unit,
                _bound(one), *_ratio(one.ratio), kind, one.note, *_sources(one.citations, cited),
            )  # fmt: skip


def _doubt(one: Undecided, cited: Mapping[int, Citation]) -> Cells:
    return (
        one.agency, one.province, one.city, one.county, one.township, one.year, one.label,
        _reason(one), one.detail, *_sources(one.citations, cited),
    )  # fmt: skip


def _as_value(one: Undecided, cited: Mapping[int, Citation]) -> Cells:
    """Return what is undecided in the columns of the values, its reason last."""
    *place, reason, detail = _doubt(one, {})[: len(_PLACE) + 2]
    empty = ("",) * (_VALUES.index("备注") - len(_PLACE) - 2)
    return ("", "", *place, *empty, detail, *_sources(one.citations, cited), reason)


def _citation(one: Citation) -> Cells:
    return (
        one.id, one.report_id, one.path, _word("kind", one.kind), one.metric, one.quote, one.start,
        one.end, one.context,
    )  # fmt: skip


def _sources(ids: tuple[int, ...], cited: Mapping[int, Citation]) -> tuple[str, str, str, str]:
    """Return the numbers, words, places and files of citations."""
    found = [cited[one] for one in ids if one in cited]
    return (
        "、".join(str(one) for one in ids),
        "；".join(one.quote for one in found),
        "；".join(f"{one.report_id} {one.start}–{one.end}" for one in found),
        "；".join(dict.fromkeys(one.path for one in found)),
    )


def _scope(answer: Answer) -> Iterator[tuple[str, Any]]:
    """Yield on how many reports an answer rests, and how many of each list are written here."""
    for name, count in answer.coverage.model_dump().items():
        yield _word("coverage", name), count
    lists = (answer.rows, answer.rejected, answer.undecided)
    for name, items in zip(_LISTS, lists, strict=True):
        yield f"本文件列出：{name}", len(items)


def _ratio(ratio: Ratio | None) -> tuple[Any, Any]:
    return (ratio.numerator, ratio.denominator) if ratio else (None, None)


def _bound(one: Row | Shown) -> str:
    return "" if one.value is None else _word("bound", one.bound)


def _reason(one: Undecided) -> str:
    return reason_words().get(one.reason, one.reason)


def _word(kind: str, code: str) -> str:
    """Return the words of a code; the code itself where there are none."""
    return label_words().get((kind, code), code)
