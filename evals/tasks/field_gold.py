"""What is right for the fields of a free schema: printed cells, numbers of the prose, or either."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from evals.scoring.marks import Gold
from evals.tasks.gold_reports import GOLD, SHARED, gold_reports, read_lines

LAYOUTS = SHARED / "corpus" / "layouts"
_COMPLETE = "samples"  # the corpus whose prose numbers gold has all
Places = Mapping[str, Mapping[str, str]]


class FieldGold(NamedTuple):
    """What is printed for one field of a report, at one place or several; maybe in the prose."""

    golds: tuple[Gold, ...]
    prose: bool

    def held_to(self, value: Decimal | None) -> Gold | None:
        """Return the gold that a value is held to; None where gold settles nothing.

        Of several that are right the one that was given counts, else one that is not zero. A
        sentence that nothing came in may be read as 0, which nothing printed does not settle.
        """
        printed = [gold for gold in self.golds if gold.value is not None]
        same = (gold for gold in printed if gold.value == value)
        best = sorted(printed, key=lambda gold: not gold.value)
        empty = () if self.prose and value == 0 else self.golds
        return next(iter((*same, *best, *empty)), None)


Fields = Mapping[str, FieldGold]


def load_gold(places: Places) -> Mapping[str, Fields]:
    """Return, for each report file, what is right for each path that `places` explains.

    A path names a `metric`, a `fact` of the prose, or both, and the `row` of the real layouts.
    """
    found: dict[str, dict[str, FieldGold]] = defaultdict(dict)
    for place, named in places.items():
        golds: dict[str, list[Gold]] = defaultdict(list)
        for file, gold in (*_cells(named), *_facts(named), *_rows(named)):
            golds[file].append(gold)
        for file, all_ in golds.items():
            found[file][place] = FieldGold(tuple(all_), "fact" in named)
    return found


def layout_files() -> list[Path]:
    """Return the reports of real layouts, as far as they are there."""
    return sorted(LAYOUTS.glob("*.txt"))


def _cells(named: Mapping[str, str]) -> Iterator[tuple[str, Gold]]:
    """Yield the cells; an empty one settles nothing where the prose may state the number."""
    for report in gold_reports():
        gold = report.cells.get(named.get("metric", ""))
        if gold is not None and (gold.value is not None or "fact" not in named):
            yield report.name, gold


def _facts(named: Mapping[str, str]) -> Iterator[tuple[str, Gold]]:
    """Yield the numbers of the prose, and that there is none where gold has all of them."""
    if "fact" not in named:
        return
    lines = [line for line in read_lines(GOLD / "facts.jsonl") if line["name"] == named["fact"]]
    for line in lines:
        yield Path(line["report"]).name, _fact(line)
    stated = {Path(line["report"]).name for line in lines}
    for report in gold_reports():
        if report.name not in stated and report.corpus == _COMPLETE:
            yield report.name, Gold(None, "any_missing")


def _rows(named: Mapping[str, str]) -> Iterator[tuple[str, Gold]]:
    path = LAYOUTS / "gold.jsonl"
    for line in read_lines(path) if "row" in named and path.exists() else ():
        value = line["table2"].get(named["row"])
        if value is not None:
            yield f"{line['id']}.txt", Gold(Decimal(str(value)), "reported")


def _fact(line: Mapping[str, Any]) -> Gold:
    span = (line["start"], line["end"]) if line.get("start") is not None else None
    return Gold(Decimal(line["value"]), "reported", "", span)
