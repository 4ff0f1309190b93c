"""Measures of a question: its row and column words put together, segment by segment.

A segment is a run of such words that only fillers interrupt. A column without a row borrows the
neighbour's row (自然人、企业的新收; 规范性文件制发、废止), a row list shares the column that
closes it (复议和诉讼的维持). What could be meant in two ways is asked, not guessed.
"""

from typing import NamedTuple

from assistant.plan import Measure
from assistant.understand import cells
from assistant.understand.phrase import AmbiguousError, Phrase, unread
from assistant.understand.segments import Segment, connected, read_segments

_DOCUMENT_COLUMNS = ("issued", "repealed", "in_force")
_SECTIONS = ("2", "3", "4")


class Group(NamedTuple):
    """Measures that stand together, with the places of their first and last word."""

    measures: tuple[Measure, ...]
    first: int
    last: int


def read_measures(phrase: Phrase) -> list[Group]:
    """Use and return the measures of the question, in the order they stand."""
    segments = read_segments(phrase)
    _settle_sources(phrase, segments)
    _resolve_words(phrase, segments)
    _lend_rows(phrase, segments)
    _lend_columns(phrase, segments)
    groups: list[Group] = []
    for segment in segments:
        if measures := _measures(phrase, segment):
            groups.append(Group(measures, segment.first, segment.last))
    return groups


def _settle_sources(phrase: Phrase, segments: list[Segment]) -> None:
    """Let 正文 count for all measures; decline 办理结果中 where no outcome follows."""
    if any(segment.prose for segment in segments):
        for segment in segments:
            segment.prose = True
    rows = [row for segment in segments for row in segment.rows]
    if any(s.context for s in segments) and not any(cells.is_outcome(row) for row in rows):
        raise unread([t.text for t in phrase.tokens if t.has("outcome_context")])


def _resolve_words(phrase: Phrase, segments: list[Segment]) -> None:
    """Settle words whose meaning depends on the others: 文件, 其他, 结转, 项目, 增减."""
    for at, segment in enumerate(segments):
        if {"petition_word", "not_processed"} <= set(segment.rows):
            segment.rows = ["petition" if r == "petition_word" else r for r in segment.rows]
        near = segment.columns or [c for s in segments[max(0, at - 1) : at + 2] for c in s.columns]
        segment.rows = [_plain_row(row, near) for row in segment.rows]
        _drop_wholes(phrase, segment)
    for at, segment in enumerate(segments):
        section = _section(segments, at)
        near_rows = tuple(row for s in segments for row in s.rows)
        segment.columns = [_plain_column(c, segment, section, near_rows) for c in segment.columns]
        if "legal" in segment.columns and len(segment.columns) > 1:
            segment.columns.remove("legal")
        segment.columns = [c for c in segment.columns if c != "total" or len(segment.columns) == 1]


def _plain_row(row: str, columns: list[str]) -> str:
    if row == "carried":
        raise AmbiguousError(("上年结转申请", "结转下年度继续办理"))
    if row == "petition_word":
        raise AmbiguousError(("不予处理：信访举报投诉类申请", "信访件数（报告中没有）"))
    if row == "documents_word":
        if not any(c in columns for c in _DOCUMENT_COLUMNS):
            raise AmbiguousError(f"规范性文件{c}" for c in ("制发件数", "废止件数", "现行有效件数"))
        return "documents"
    return row


def _section(segments: list[Segment], at: int) -> str | None:
    """Return the section of a segment by its own or its neighbours' rows."""
    for near in (at, at + 1, at - 1):
        if 0 <= near < len(segments) and segments[near].rows:
            return cells.section_of(segments[near].rows[0])
    return "3" if segments[at].request else None


def _plain_column(column: str, segment: Segment, section: str | None, rows: tuple[str, ...]) -> str:
    if column == "items":
        if "procurement" in (*segment.rows, *rows):
            return "projects"
        raise AmbiguousError(
            ("上一年项目数量（2019版表格）", "本年增/减（2019版表格）", "处理决定数量")
        )
    if column == "change_word":
        raise AmbiguousError(("表中“本年增/减”（2019版表格的项目数）", "与上一年相比的变化"))
    if column == "other_word" and "other_handling" in segment.rows:
        raise AmbiguousError(("其他处理中法人或其他组织的“其他”一列", "其他处理中的“3.其他”一行"))
    if column in ("other_word", "other_result"):
        if column == "other_result" or section in ("3", "4"):
            return "other"
        raise AmbiguousError(
            ("法人或其他组织中的“其他”", "行政复议、诉讼的“其他结果”", "“其他处理”")
        )
    return column


def _drop_wholes(phrase: Phrase, segment: Segment) -> None:
    """Keep 信访举报 of 不予处理信访举报, 予以公开 of 办结中予以公开, unless a share needs both."""
    if phrase.has("share", "share_of"):
        return
    parents = {p for row in segment.rows if (p := cells.parent_row(row))}
    parents |= {g for p in parents if (g := cells.parent_row(p))}
    if {"litigation_direct", "litigation_after"} & set(segment.rows):
        parents.add("litigation")
    segment.rows = [row for row in segment.rows if row not in parents]
    if "received" in segment.rows and any(cells.is_outcome(r) for r in segment.rows):
        if phrase.has("each", "both", "apart"):
            return
        segment.rows.remove("received")
        phrase.note("办理结果按表三的本年办结统计（含上年结转的申请），表中不单列新收申请的结果")


def _fits(row: str, columns: list[str]) -> bool:
    return all(cells.cell_measure(row, column) is not None for column in columns)


def _lend_rows(phrase: Phrase, segments: list[Segment]) -> None:
    """Give a segment with columns only the row of its neighbour."""
    for at, segment in enumerate(segments):
        if segment.rows or not segment.columns:
            continue
        following = segments[at + 1] if at + 1 < len(segments) else None
        if following and connected(phrase, segment.last, following.first):
            segment.rows = [r for r in following.rows if _fits(r, segment.columns)]
        if not segment.rows:
            behind, ahead = segments[:at][::-1], segments[at + 1 :]
            segment.rows = _borrowed(segment, behind) or _borrowed(segment, ahead)
        if not segment.rows:
            segment.rows = [_row_for(phrase, segment, segments)]
        _merge_into(phrase, segment, segments)


def _borrowed(segment: Segment, others: list[Segment]) -> list[str]:
    """Return the fitting rows of the nearest segment that has rows."""
    for other in others:
        if rows := other.rows or other.cell_rows:
            return [row for row in rows if _fits(row, segment.columns)]
    return []


def _row_for(phrase: Phrase, segment: Segment, segments: list[Segment]) -> str:
    """Return the only row a column can belong to, or ask."""
    if any(s.request for s in segments) and _fits("received", segment.columns):
        _note_received(phrase)
        return "received"
    options = [
        row
        for section in _SECTIONS
        for row in cells.rows_with(segment.columns[0], section)
        if _fits(row, segment.columns)
    ]
    if len(options) == 1:
        return options[0]
    measures = [cells.cell_measure(row, segment.columns[0]) for row in options]
    if not options:
        raise unread([phrase.tokens[segment.first].text])
    raise AmbiguousError(m.label for m in measures[:8] if m)


def _note_received(phrase: Phrase) -> None:
    if phrase.has("handled"):
        raise AmbiguousError(("本年新收的申请", "本年办结的申请（办理结果总计）"))
    phrase.note("“申请”按表三“本年新收政府信息公开申请数量”理解")


def _merge_into(phrase: Phrase, segment: Segment, segments: list[Segment]) -> None:
    """Empty a row-only segment whose row a distant column took (新收的有多少是自然人的)."""
    asked = sum(token.has("how_many") for token in phrase.tokens)
    if phrase.has("share", "share_of"):
        return
    for other in segments:
        alone = other is not segment and other.rows and not other.columns and not other.whole
        incomplete = any(cells.default_measure(row) is None for row in other.rows)
        if alone and set(other.rows) <= set(segment.rows) and (asked < 2 or incomplete):
            other.rows = []


def _lend_columns(phrase: Phrase, segments: list[Segment]) -> None:
    """Share a column that closes a list of rows: 复议和诉讼的维持."""
    for at in range(len(segments) - 1, 0, -1):
        later, earlier = segments[at], segments[at - 1]
        if not connected(phrase, earlier.last, later.first):
            continue
        if not later.rows:
            continue
        bare = bool(earlier.rows) and not earlier.columns and not earlier.whole
        if bare and later.columns and later.row_first and _all_fit(earlier, later.columns):
            earlier.columns = list(later.columns)
        leads = bool(earlier.columns) and not earlier.row_first and not later.columns
        if leads and _all_fit(later, earlier.columns):
            _ask_share(earlier, later)


def _all_fit(segment: Segment, columns: list[str]) -> bool:
    return all(_fits(row, columns) for row in segment.rows)


def _ask_share(earlier: Segment, later: Segment) -> None:
    """Ask whether a column in front counts for the second row too (自然人新收和办结)."""
    own = cells.cell_measure(earlier.rows[0], earlier.columns[0])
    shared = cells.cell_measure(later.rows[0], earlier.columns[0])
    plain = cells.default_measure(later.rows[0])
    if own and shared and plain and shared.terms != plain.terms:
        raise AmbiguousError((f"{own.label}和{shared.label}", f"{own.label}和{plain.label}"))


def _measures(phrase: Phrase, segment: Segment) -> tuple[Measure, ...]:
    """Return the measures of one segment."""
    _insist_on_information(phrase, segment)
    if segment.prose:
        return _prose_measures(phrase, segment)
    if segment.applicants:
        return _by_applicant(phrase, segment)
    found = list(segment.whole)
    for row in segment.rows:
        found += _row_measures(segment, row)
    if not found and segment.request:
        return _request_alone(phrase, segment)
    return tuple(dict.fromkeys(found))


def _insist_on_information(phrase: Phrase, segment: Segment) -> None:
    """Decline 行政许可申请: the requests counted here are for information."""
    acts = [r for r in segment.rows if cells.section_of(r) == "2"]
    if acts and (segment.request or "received" in segment.rows):
        said = "".join(phrase.tokens[i].text for i in range(segment.first, segment.last + 1))
        raise unread([said], f"“{said}”报告中没有统计（申请只计政府信息公开申请）")


def _row_measures(segment: Segment, row: str) -> list[Measure]:
    if any(
        r != row and cells.section_of(r) == cells.section_of(row) == "4" for r in segment.cell_rows
    ):
        raise unread([cells.row_label(row)], "没有读懂复议与诉讼哪一项")
    if not segment.columns:
        measure = cells.default_measure(row)
        if measure is None:
            options = [cells.cell_measure(row, c) for c in cells.columns_of(row)]
            raise AmbiguousError(m.label for m in options if m)
        return [measure]
    found = [cells.cell_measure(row, column) for column in segment.columns]
    if any(measure is None for measure in found):
        label, heads = cells.row_label(row), "、".join(map(cells.column_label, segment.columns))
        raise unread([label], f"表中没有这一行与这一列的组合（{label}、{heads}）")
    return [measure for measure in found if measure]


def _request_alone(phrase: Phrase, segment: Segment) -> tuple[Measure, ...]:
    """Read 申请 without a row as 新收, unless another measure already speaks of requests."""
    others = [t.value("row") for i, t in enumerate(phrase.tokens) if t.has("row")]
    if any(row and row in _request_rows() for row in others):
        return ()
    if phrase.has("applicants") and not segment.applicants:
        return ()
    if any(t.has("column") for t in phrase.tokens) and any(
        t.value("column") in _applicants() for t in phrase.tokens
    ):
        return ()
    _note_received(phrase)
    measure = cells.default_measure("received")
    return (measure,) if measure else ()


def _request_rows() -> frozenset[str]:
    return frozenset(cells.rows_with("natural_person", "3")) | {"carried"}


def _applicants() -> tuple[str, ...]:
    return ("natural_person", "legal", "business", "research", "welfare", "legal_service")


def _by_applicant(phrase: Phrase, segment: Segment) -> tuple[Measure, ...]:
    rows = segment.rows or [
        r for t in phrase.tokens if (r := t.value("row")) and r in _request_rows()
    ]
    if not rows:
        _note_received(phrase)
    return cells.applicant_columns(rows[0] if rows else "received")


def _prose_measures(phrase: Phrase, segment: Segment) -> tuple[Measure, ...]:
    """Turn cells into the numbers of the prose that say the same."""
    found = [m for m in segment.whole if m.source == "fact"]
    if len(found) < len(segment.whole) or (segment.applicants and not segment.rows):
        raise unread(["正文"], "正文中不统计这一项")
    rows = segment.rows or (["received"] if segment.request else [])
    for row in rows:
        columns: list[str | None] = [*segment.columns] or [None]
        for column in columns:
            fact = cells.fact_beside(row, column)
            if fact is None:
                raise unread(["正文"], "正文中不统计这一项")
            found.append(fact)
    if not found and not phrase.has("row", "request", "fact"):
        raise unread(["正文"], "没有说明是正文中的哪个数")
    return tuple(found)
