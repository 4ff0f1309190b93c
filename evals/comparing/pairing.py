"""Two runs side by side: the cases that both have, clustered; what cannot be paired is told.

The pairs stand in an order of their own (cluster, case, repeat), so that nothing that follows
depends on the order of the files.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from evals.scoring.rates import marks_of
from evals.suite.run import CaseResult, EvalRun, Header, Rate
from index.errors import MisuseError

if TYPE_CHECKING:
    from numpy import intp
    from numpy.typing import NDArray

    from evals.scoring.rates import Marks

Key = tuple[str, int]
_BEFORE, _AFTER = "前", "后"


class Side(NamedTuple):
    """One run's results in the order of the pairs; `marks` [pair, item] None for counts."""

    results: tuple[CaseResult, ...]
    marks: "Marks | None"


class Pairs(NamedTuple):
    """The cases of both runs.

    Attributes:
        rates, items: the scores and the marked cells that both runs have.
        clusters: the names, in order; `starts` the place of each one's first pair.
        left_out: what is not compared, with the reason.
    """

    before: Side
    after: Side
    rates: tuple[Rate, ...]
    items: tuple[str, ...]
    clusters: tuple[str, ...]
    starts: "NDArray[intp]"
    left_out: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...]


def pair_runs(before: EvalRun, after: EvalRun) -> Pairs:
    """Return the pairs; raises MisuseError when the two runs do not compare at all."""
    _check(before.header, after.header)
    mine, theirs = _usable(before, _BEFORE), _usable(after, _AFTER)
    if not {r.case for r in before.results} & {r.case for r in after.results}:
        raise MisuseError(
            f"{before.header.name!r} 和 {after.header.name!r} 没有一例相同，无法比较。"
            "请用同一批报告和题目各运行一次。"
        )
    shared = set(mine.found) & set(theirs.found)
    cluster_of = _merged((mine.found[key].cluster, theirs.found[key].cluster) for key in shared)
    order = sorted(shared, key=lambda key: (cluster_of[mine.found[key].cluster], key))
    names = [cluster_of[mine.found[key].cluster] for key in order]
    items = _shared_items(before.header, after.header)
    split = sum(mine.found[key].cluster != theirs.found[key].cluster for key in shared)
    return Pairs(
        _side(before.header, mine, order, items), _side(after.header, theirs, order, items),
        _shared_rates(before.header, after.header), items, tuple(dict.fromkeys(names)),
        _starts(names), tuple(sorted(_left_out(mine, theirs))),
        (*_item_warnings(before.header, after.header, items),
         *([f"{split} 例在两次运行中分组不同，已把有关的组合并。"] if split else [])),
    )  # fmt: skip


def case_name(case: str, repeat: int) -> str:
    """Return the name of a case, from the second repeat on with its number."""
    return f"{case}#{repeat + 1}" if repeat else case


class _Usable(NamedTuple):
    side: str
    found: dict[Key, CaseResult]
    known: set[Key]
    reasons: dict[Key, str]


def _check(before: Header, after: Header) -> None:
    if before.task != after.task:
        raise MisuseError(
            f"两次运行的任务不同：{before.task!r} 和 {after.task!r}。只能比较同一个任务的结果。"
        )
    if before.items and after.items and set(before.items) & set(after.items):
        return
    if before.items or after.items:
        raise MisuseError(
            f"两次运行核对的格子（{len(before.items)} 格和 {len(after.items)} 格）没有一个相同，"
            "无法比较。请用同一版代码各运行一次。"
        )


def _usable(run: EvalRun, side: str) -> _Usable:
    """Return the results that can be paired, and why the others cannot."""
    counted = Counter((result.case, result.repeat) for result in run.results)
    found, reasons = {}, {}
    for result in run.results:
        key = result.case, result.repeat
        if reason := _reason(result, counted[key], len(run.header.items)):
            reasons[key] = f"{side}一次{reason}"
        else:
            found[key] = result
    return _Usable(side, found, set(counted), reasons)


def _reason(result: CaseResult, times: int, items: int) -> str:
    if times > 1:
        return f"有 {times} 个同名的结果，分不清是哪一个"
    if result.failure:
        return f"运行失败：{result.failure}"
    if len(result.marks) != items:
        return f"应有 {items} 格的标记，却有 {len(result.marks)} 个"
    return ""


def _left_out(before: _Usable, after: _Usable) -> Iterator[tuple[str, str]]:
    for key in before.known | after.known:
        reasons = [side.reasons[key] for side in (before, after) if key in side.reasons]
        for one, other in ((before, after), (after, before)):
            if key in one.known and key not in other.known:
                reasons.append(f"只有{one.side}一次有")
        if reasons:
            yield case_name(*key), "；".join(reasons)


def _merged(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the name of the cluster of every cluster; those that share a case become one."""
    parent: dict[str, str] = {}

    def top(name: str) -> str:
        while parent.setdefault(name, name) != name:
            name = parent[name]
        return name

    for one, two in pairs:
        first, second = sorted((top(one), top(two)))
        parent[second] = first
    return {name: top(name) for name in list(parent)}


def _starts(names: Sequence[str]) -> "NDArray[intp]":
    import numpy

    fresh = [at for at, name in enumerate(names) if not at or name != names[at - 1]]
    return numpy.array(fresh, dtype=numpy.intp)


def _side(header: Header, usable: _Usable, order: list[Key], items: tuple[str, ...]) -> Side:
    results = tuple(usable.found[key] for key in order)
    if not items:
        return Side(results, None)
    columns = {item: at for at, item in enumerate(header.items)}
    found = marks_of(results, len(header.items))
    if items == header.items:
        return Side(results, found)
    return Side(results, found[:, [columns[item] for item in items]])


def _shared_items(before: Header, after: Header) -> tuple[str, ...]:
    if before.items == after.items:
        return before.items
    return tuple(sorted(set(before.items) & set(after.items)))


def _shared_rates(before: Header, after: Header) -> tuple[Rate, ...]:
    """Return the scores that both runs name alike; one decides when it does so in either."""
    other = {rate.name: rate for rate in after.rates}
    return tuple(
        rate.model_copy(update={"headline": rate.headline or other[rate.name].headline})
        for rate in before.rates
        if rate.name in other and other[rate.name].better == rate.better
    )


def _item_warnings(before: Header, after: Header, items: tuple[str, ...]) -> Iterator[str]:
    for header, side in ((before, _BEFORE), (after, _AFTER)):
        if lost := sorted(set(header.items) - set(items)):
            shown = "、".join(lost[:5])
            yield f"只有{side}一次核对的 {len(lost)} 格不比较：{shown}{'…' if lost[5:] else ''}。"
    if before.items != after.items and set(before.items) == set(after.items):
        yield "两次运行的格子次序不同，已按名称对齐。"
    kept = {rate.name for rate in _shared_rates(before, after)}
    if lost := sorted({rate.name for rate in (*before.rates, *after.rates)} - kept):
        yield f"只有一次运行有、或好坏方向不同的分数不比较：{'、'.join(lost)}。"
