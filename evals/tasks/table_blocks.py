"""Which stretch of a report prints a block of the statutory tables: found by words, no reader."""

import re
import tomllib
from functools import cache
from pathlib import Path

from index.catalogue import Metric, form_metrics, load_metrics
from index.model import Document, Form, Frozen
from index.normalise import normalise

_NUMBERING = re.compile(r"^[一二三四五六七八九十]、|^[（(][一二三四五六七八九十][）)]|\s*\d\.")
_LEAST = 2


class Block(Frozen):
    """A block of the tables and the words around it, as `table_blocks.toml` has them."""

    name: str
    section: str
    rows: tuple[str, ...] = ()
    begin: tuple[str, ...]
    until: tuple[str, ...]
    most: int
    drop: tuple[str, ...] = ()
    always: bool = True

    def metrics(self, form: Form) -> tuple[Metric, ...]:
        """Return the cells of the block in one form, in catalogue order."""
        known = load_metrics()
        held = (known[metric] for metric in form_metrics(form))
        return tuple(
            metric for metric in held
            if metric.section == self.section and (not self.rows or metric.row in self.rows)
        )  # fmt: skip

    def keys(self, metrics: tuple[Metric, ...]) -> dict[str, Metric]:
        """Return a short name of each cell, as the model is to name it: row and column."""
        rows = {metric.row for metric in metrics}
        named: dict[str, Metric] = {}
        for metric in metrics:
            row, column = (self._short(part) for part in (metric.row, metric.column))
            named[f"{row}·{column}" if len(rows) > 1 else column] = metric
        if len(named) != len(metrics):
            raise ValueError(f"{self.name}: two cells have one short name")
        return named

    def _short(self, label: str) -> str:
        short = _stem(label)
        for word in self.drop:
            short = short.replace(word, "")
        return short


@cache
def load_blocks() -> tuple[Block, ...]:
    """Return the blocks in the order of the table."""
    path = Path(__file__).with_suffix(".toml")
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return tuple(Block(**block) for block in table["block"])


def window_of(document: Document, block: Block, metrics: tuple[Metric, ...]) -> tuple[int, int]:
    """Return the span of the stretch that prints the block's cells; empty when none does."""
    text = normalise(document.text)
    labels = {_stem(part) for metric in metrics for part in (metric.row, metric.column)}
    starts = [m.start() for word in block.begin for m in re.finditer(re.escape(word), text)]
    best = max(((_hits(text, start, block, labels), -start) for start in starts), default=(0, 0))
    if best[0] < _LEAST:
        return 0, 0
    start = -best[1]
    return start, _end(text, start, block)


def _hits(text: str, start: int, block: Block, labels: set[str]) -> int:
    stretch = re.sub(r"\s", "", text[start : _end(text, start, block)])
    return sum(label in stretch for label in labels)


def _end(text: str, start: int, block: Block) -> int:
    last = min(len(text), start + block.most)
    ends = (text.find(word, start + len(block.begin[0]), last) for word in block.until)
    return min((end for end in ends if end >= 0), default=last)


def _stem(label: str) -> str:
    """Return the part of a label that pages print alike: without numbering and brackets."""
    bare = _NUMBERING.sub("", label)
    return re.sub(r"[（(].*|\s", "", normalise(bare)).split("·")[-1]
