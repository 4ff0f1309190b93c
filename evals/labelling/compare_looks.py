"""A second labelling beside the first: looks, settled by a third one, and the zeros by table."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from evals.labelling.desk import Desk, ask_until_left
from evals.labelling.gold_file import GoldCell, write_lines
from evals.labelling.second_look import (
    LOOKS,
    ZEROS,
    Label,
    Look,
    ZeroCount,
    needs_look,
    read_looks,
    read_zeros,
)
from index.catalogue import load_metrics

Cells = Mapping[str, GoldCell]
_SIDES: Mapping[str, Literal["first", "second"]] = {"1": "first", "2": "second"}


def looks_of(
    first: Cells,
    second: Cells,
    desk: Desk,
    print_of: Callable[[str], str],
    settled: Sequence[Look] = (),
) -> Iterator[Look]:
    """Yield a look for every cell that is not a plain zero to both, asking where they differ.

    What was `settled` in an earlier sitting is not asked for again.
    """
    known = {look.metric: look for look in settled}
    for metric, one in first.items():
        two = second[metric]
        if needs_look(one.model_dump()) or needs_look(two.model_dump()):
            look = Look(
                report=one.report, metric=metric, first=_label(one), second=_label(two),
                agreed=_label(one) == _label(two), by=two.labeller,
            )  # fmt: skip
            before = known.get(metric)
            # Once settled for the second label gold has that one; the look still has the first.
            if (
                before
                and before.second == look.second
                and look.first in (before.first, before.final)
            ):
                yield before
            else:
                yield look if look.agreed else _settled(look, desk, print_of(metric))


def settle_gold(first: Cells, second: Cells, looks: Iterable[Look]) -> dict[str, GoldCell]:
    """Return gold as it was settled: the second label where that one was kept."""
    kept = {look.metric for look in looks if look.settled == "second"}
    return {metric: second[metric] if metric in kept else cell for metric, cell in first.items()}


def keep_looks(
    folder: Path, report: str, looks: Iterable[Look], zeros: Iterable[ZeroCount]
) -> None:
    """Put the looks of a report in the place of those it had."""
    others = [look for look in read_looks(folder) if look.report != report]
    write_lines(folder / LOOKS, [_record(look) for look in (*others, *looks)])
    counted = [count for count in read_zeros(folder) if count.report != report]
    write_lines(folder / ZEROS, [_record(count) for count in (*counted, *zeros)])


def zeros_of(gold: Cells, second: Cells) -> Iterator[ZeroCount]:
    """Yield the zeros of each table: those of gold, and those that the second labeller read."""
    one, two = _zeros(gold), _zeros(second)
    reports = {cell.report for cell in gold.values()}
    for report in reports:
        for section in dict.fromkeys(metric.section for metric in load_metrics().values()):
            note = "" if one[section] == two[section] else "see the settled cells"
            yield ZeroCount(
                report=report, section=section, first=one[section], second=two[section], note=note
            )


def _zeros(cells: Cells) -> Counter[str]:
    known = load_metrics()
    return Counter(
        known[metric].section for metric, cell in cells.items() if not needs_look(cell.model_dump())
    )


def _settled(look: Look, desk: Desk, shown: str) -> Look:
    metric = load_metrics()[look.metric]
    first, second = (f"{label.status} {label.value or ''}" for label in (look.first, look.second))
    desk.tell(
        "", f"两次标注不同：{metric.row}·{metric.column}", shown, f"  1 {first}", f"  2 {second}"
    )
    question = "哪一次对，为什么（如：2 原文印的是12）> "
    while True:
        side, _, note = ask_until_left(desk, question).partition(" ")
        if side in _SIDES and note.strip():
            return look.model_copy(update={"settled": _SIDES[side], "note": note.strip()})
        desk.tell("请先输入 1 或 2，空一格，再写理由。")


def _label(cell: GoldCell) -> Label:
    return Label(value=cell.value, status=cell.status)


def _record(line: Look | ZeroCount) -> dict[str, Any]:
    return line.model_dump(mode="json", exclude_defaults=True)
