"""Warnings on the numbers an answer uses: failed checks, copies that disagree, doubtful reports."""

from assistant.draft import Draft, used_metrics
from assistant.hints import hint
from assistant.numbers import plain, say_number
from assistant.sql.measures import measure_numbers
from index.catalogue import load_metrics
from index.model import UNLISTED

_MOST = 20


def cautions(draft: Draft) -> tuple[str, ...]:
    """Return what users should know about the reports and cells an answer rests on."""
    return (*_conflicts(draft), *_failed_checks(draft), *_doubts(draft))


def _failed_checks(draft: Draft) -> list[str]:
    """Return a warning for each failed rule that touches a used cell; gaps (M-3) have reasons."""
    metrics = sorted(used_metrics(draft) & load_metrics().keys())
    rids = sorted(rid for rid in draft.used if draft.reports[rid].failed)
    if not metrics or not rids:
        return []
    rows = draft.library.query(
        f"""SELECT rid, rule, message, metrics FROM failed_checks
        WHERE rule <> 'M-3' AND rid IN ({", ".join(map(str, rids))})
        AND list_has_any(metrics, $1::VARCHAR[]) ORDER BY rid, rule""",
        [metrics],
    )
    lines = [
        f"{_name(draft, rid)}未通过勾稽规则{rule}：{message}（所用的单元格在其中，请核对原文）"
        for rid, rule, message, touched in rows
        if draft.used[rid].intersection(touched)
    ]
    return _shortened(lines, "条未通过的勾稽规则")


def _conflicts(draft: Draft) -> list[str]:
    """Return both values wherever copies of one report disagree on a used cell."""
    found = [
        (rid, metric)
        for rid, metrics in sorted(draft.used.items())
        for metric in sorted(metrics & load_metrics().keys())
        if draft.status(rid, metric) == "conflict"
    ][:_MOST]
    if not found:
        return []
    numbers = measure_numbers()
    names = {numbers[metric]: metric for _, metric in found}
    rows = draft.library.query(
        f"""SELECT r.group_rid, c.metric, c.status, c.value, c.raw, r.path
        FROM all_cells c JOIN reports r ON r.rid = c.rid
        WHERE r.group_rid IN (SELECT unnest($1::INTEGER[])) AND r.role <> 'superseded'
          AND c.metric IN ({", ".join(map(str, sorted(names)))}) ORDER BY r.group_rid, r.rid""",
        [sorted({rid for rid, _ in found})],
    )
    said: dict[tuple[int, str], list[str]] = {}
    for group, number, status, value, raw, path in rows:
        shown = say_number(plain(value)) if status == "reported" else repr(raw)
        said.setdefault((group, names[number]), []).append(f"{path} 写 {shown}")
    return [
        f"{_name(draft, rid)}的{_label(metric)}，几份文本不一致：{'；'.join(said[rid, metric])}"
        for rid, metric in found
        if (rid, metric) in said
    ]


def _doubts(draft: Draft) -> list[str]:
    """Return the reader's own warnings on cited reports, as far as they touch numbers."""
    lines = [
        f"{report.name}{f'（{report.year}年）' if report.year else ''}：{warning}"
        for report in draft.cited_reports()
        for warning in report.warnings
        if not warning.startswith(UNLISTED)
    ]
    return _shortened(list(dict.fromkeys(lines)), "条关于报告的提示")


def _shortened(lines: list[str], what: str) -> list[str]:
    """Return the first lines and how many more there are."""
    if len(lines) <= _MOST:
        return lines
    return [*lines[:_MOST], hint("left", count=len(lines) - _MOST, what=what)]


def _name(draft: Draft, rid: int) -> str:
    report = draft.reports[rid]
    return f"{report.full_name}{f'{report.year}年' if report.year else ''}"


def _label(metric: str) -> str:
    one = load_metrics()[metric]
    return f"{one.row}·{one.column}"
