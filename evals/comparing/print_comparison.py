"""A comparison on the terminal: the verdict, the scores as a table, the worst of what changed."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from assistant.commands.console import shorten
from evals.comparing.comparison import Change, Comparison, RateComparison
from evals.comparing.gate import GateFinding
from evals.comparing.words import small_p, words

if TYPE_CHECKING:
    from rich.console import Console, JustifyMethod
    from rich.table import Table

_MOST = 10
_NONE = "—"
_SAID = ("regressed", "inconclusive")  # findings that the verdict itself has told


def print_comparison(
    found: Comparison, findings: Sequence[GateFinding], console: "Console"
) -> None:
    """Print what a person wants to know first; nothing is left out without its count."""
    said = [
        f"前：{found.before.name}　后：{found.after.name}　任务 {found.before.task}，"
        f"可比 {found.cases} 例",
        f"结论：{words('verdict')[found.verdict]}。{found.reason}",
        *([] if found.exact is None else [_exact(found)]),
        *(f"注意：{warning}" for warning in found.warnings),
    ]
    _lines(said, console)
    console.print(_table(found.rates))
    _lines([*_standing_out(found), *_changes(found.changes), *_left_out(found)], console)
    _lines([f"门槛：{f.message}" for f in findings if f.kind not in _SAID], console)


def _lines(lines: Sequence[str], console: "Console") -> None:
    for line in lines:
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def _exact(found: Comparison) -> str:
    assert found.exact is not None
    one = found.exact
    return (
        f"整组全对：两次都对 {one.both}，只有前 {one.only_before}，只有后 {one.only_after}，"
        f"都不对 {one.neither}（McNemar 精确检验 p {small_p(one.p)}）"
    )


def _table(rates: Sequence[RateComparison]) -> "Table":
    from rich.table import Table

    table = Table(show_edge=False)
    for title in ("分数", "前", "后", "差（区间）", "校正后 p", "能显示的最小差别", "结论"):
        side: JustifyMethod = "left" if title in ("分数", "结论") else "right"
        table.add_column(title, justify=side, overflow="fold")
    for rate in rates:
        table.add_row(
            rate.title, _share(rate.before), _share(rate.after), _gap(rate),
            _NONE if rate.adjusted is None else small_p(rate.adjusted),
            _NONE if rate.smallest is None else f"{rate.smallest * 100:.2f}",
            words("verdict")[rate.verdict],
        )  # fmt: skip
    return table


def _share(value: float | None) -> str:
    return _NONE if value is None else f"{value * 100:.2f}%"


def _gap(rate: RateComparison) -> str:
    if rate.difference is None or rate.low is None or rate.high is None:
        return _NONE
    return f"{rate.difference * 100:+.2f}（{rate.low * 100:+.2f} 至 {rate.high * 100:+.2f}）"


def _standing_out(found: Comparison) -> Iterator[str]:
    """Yield the groups and cells that changed beyond luck."""
    telling = [r for r in (*found.groups, *found.fields) if r.verdict in ("regressed", "improved")]
    if telling:
        yield "单看一组或一格也显著的："
        yield from shorten((f"  {r.group} {r.title} {r.reason}" for r in telling), _MOST)


def _changes(changes: Sequence[Change]) -> Iterator[str]:
    if not changes:
        yield "没有一格、一答有变化。"
        return
    titles = words("direction")
    counts = {title: sum(c.direction == code for c in changes) for code, title in titles.items()}
    yield "变化：" + "，".join(f"{title} {count}" for title, count in counts.items())
    for code, title in titles.items():
        some = (_change(change) for change in changes if change.direction == code)
        yield from (f"  {title} {line.strip()}" for line in shorten(some, _MOST))


def _change(change: Change) -> str:
    report = "" if change.report in change.case else change.report
    where = " ".join(part for part in (change.case, change.item, report) if part)
    due = "" if change.expected is None else f"应为 {change.expected}，"
    said = f"{where}：{due}{_one(change.before, change.mark_before)}"
    reason = change.reason_after or change.reason_before
    return f"{said} → {_one(change.after, change.mark_after)}{f'（{reason}）' if reason else ''}"


def _one(value: str | None, mark: str) -> str:
    if not mark:
        return "没有问题" if value is None else value
    shown = "没有给出" if value is None else " ".join(value.split())[:60]
    return f"{shown} [{mark}]"


def _left_out(found: Comparison) -> Iterator[str]:
    if found.left_out:
        yield f"没有比较的 {len(found.left_out)} 例："
        yield from shorten((f"  {case}：{reason}" for case, reason in found.left_out), _MOST)
