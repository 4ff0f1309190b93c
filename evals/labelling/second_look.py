"""The second look at gold: what a second labeller read in a cell, and how far the two agree.

The looks stand in `evals/gold/second_look.jsonl`, one line for each cell that is not a plain zero;
zeros are counted by table in `second_look_zeros.jsonl`.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal, NamedTuple, TypeVar

from pydantic import ValidationError

from index.errors import MisuseError
from index.model import Frozen

LOOKS, ZEROS = "second_look.jsonl", "second_look_zeros.jsonl"
PLAIN_ZERO = ("0", "reported", "0")
_Line = TypeVar("_Line", "Look", "ZeroCount")


class Label(Frozen):
    """What one labeller says of a cell: exact digits as text, None unless it has a value."""

    value: str | None
    status: str


class Look(Frozen):
    """Two labels of one cell; where they differ a third look settles, and `note` tells why.

    `by` is the second labeller, where one is named.
    """

    report: str
    metric: str
    first: Label
    second: Label
    agreed: bool
    settled: Literal["", "first", "second"] = ""
    note: str = ""
    by: str = ""

    @property
    def final(self) -> Label:
        """Return the label that gold must have."""
        return self.second if self.settled == "second" else self.first


class ZeroCount(Frozen):
    """The zeros of one table of a report: cells that gold has as zero, zeros that are printed."""

    report: str
    section: str
    first: int
    second: int
    note: str = ""


class Agreement(NamedTuple):
    """How far two labellers agree; `kappa` is None where chance alone would agree everywhere."""

    cells: int
    agreed: int
    kappa: float | None

    @property
    def share(self) -> float:
        """Return the share of cells with the same label."""
        return self.agreed / self.cells if self.cells else 0.0


GoldLine = Mapping[str, str | None]


def read_looks(folder: Path) -> tuple[Look, ...]:
    """Return the second looks of a folder of gold; none where there is no table of them."""
    return tuple(_read(folder / LOOKS, Look))


def read_zeros(folder: Path) -> tuple[ZeroCount, ...]:
    """Return the counted zeros of a folder of gold."""
    return tuple(_read(folder / ZEROS, ZeroCount))


def needs_look(line: GoldLine) -> bool:
    """Tell whether a line of gold is anything but a plainly printed 0."""
    return (line["value"], line["status"], line["raw"]) != PLAIN_ZERO


def agreement_of(looks: Sequence[Look]) -> Agreement:
    """Return share and Cohen's kappa; a category is a status with its value."""
    pairs = [(_category(look.first), _category(look.second)) for look in looks]
    agreed = sum(one == two for one, two in pairs)
    first, second = Counter(one for one, _ in pairs), Counter(two for _, two in pairs)
    if not pairs:
        return Agreement(0, 0, None)
    chance = sum(first[name] * second[name] for name in first) / len(pairs) ** 2
    kappa = None if chance == 1 else (agreed / len(pairs) - chance) / (1 - chance)
    return Agreement(len(pairs), agreed, kappa)


def problems(gold: Iterable[GoldLine], looks: Sequence[Look]) -> Iterator[str]:
    """Yield every cell without a look, every look unsettled, and gold that is not the look's."""
    by_cell = {(look.report, look.metric): look for look in looks}
    for line in gold:
        look = by_cell.pop((line["report"] or "", line["metric"] or ""), None)
        if look is None:
            if needs_look(line):
                yield f"{line['report']} {line['metric']}：没有第二次标注"
            continue
        if wrong := _problem(look, Label(value=line["value"], status=line["status"] or "")):
            yield f"{look.report} {look.metric}：{wrong}"
    yield from (f"{report} {metric}：标准表中没有这一格" for report, metric in by_cell)


def _problem(look: Look, gold: Label) -> str:
    if look.agreed != (look.first == look.second):
        return "agreed 与两次标注不符"
    if not look.agreed and not (look.settled and look.note):
        return "两次标注不同，没有写明如何定案"
    return "" if gold == look.final else f"标准表是 {gold.status} {gold.value}，定案不是"


def _category(label: Label) -> str:
    return f"{label.status} {label.value}"


def _read(path: Path, kind: type[_Line]) -> Iterator[_Line]:
    if not path.exists():
        return
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            try:
                yield kind.model_validate(json.loads(line))
            except (ValueError, ValidationError) as error:
                raise MisuseError(f"{str(path)!r} 的第 {number} 行不能用：{error}。") from error
