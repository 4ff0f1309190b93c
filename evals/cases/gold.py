"""The sample reports as their gold tables have them, not as the reader reads them: `load_gold`."""

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from assistant.plan import Place
from evals.reference import Record
from index.model import Agency, Fact

REPORTS = Path(__file__).parents[1] / "reports"
_GOLD = Path(__file__).parents[1] / "gold"
_MIRRORS = ("_转载",)
_CHAIN = ("province", "city", "county", "township")
ANY = "*"


class Key(NamedTuple):
    """A report of the library: the whole name of its body, and its year."""

    body: str
    year: int | None


class Gold(NamedTuple):
    """The records of the samples by key, and the key of every file name without its suffix."""

    records: Mapping[Key, Record]
    stems: Mapping[str, Key]

    def key(self, name: str) -> Key:
        """Return the key of a file stem (柏岔镇2022_上莳) or of a body and year (青栎镇2020)."""
        if name in self.stems:
            return self.stems[name]
        match = re.fullmatch(r"(\D+)(\d+)", name)
        if match is None:
            raise ValueError(f"题库中的报告名 {name!r} 应是样例文件名，或机构名加年份")
        return Key(self.body(match[1]), int(match[2]))

    def body(self, said: str) -> str:
        """Return the whole name of the one body that `said` ends; `said` itself for a stranger."""
        whole = {key.body for key in self.records if key.body.endswith(said)}
        return whole.pop() if len(whole) == 1 else said

    def place(self, said: str) -> Place:
        """Return the region or body of the samples that a case names."""
        for record in self.records.values():
            for part in ("county", "city", "province"):
                if getattr(record.agency, part) == said:
                    return Place(said=said, **{part: said})
        (agency,) = {r.agency for k, r in self.records.items() if k.body.endswith(said)}
        if agency.township is None:
            return Place(said=said, county=agency.county, agency=agency.name)
        return Place(said=said, **{part: getattr(agency, part) for part in _CHAIN})


@cache
def load_gold() -> Gold:
    """Return what the gold tables say of the reports that count (mirrors count once)."""
    cells: dict[str, dict[str, tuple[str, Decimal | None]]] = {}
    for line in _lines("cells.jsonl"):
        cells.setdefault(line["report"], {})[line["metric"]] = _cell(line)
    facts: dict[str, list[Fact]] = {}
    for line in _lines("facts.jsonl"):
        fact = Fact(line["name"], Decimal(line["value"]), "", line["bound"], "", 0, 0)
        facts.setdefault(line["report"], []).append(fact)
    records: dict[Key, Record] = {}
    stems: dict[str, Key] = {}
    for line in _lines("reports.jsonl"):
        record = _record(line, cells[line["report"]], tuple(facts.get(line["report"], ())))
        stem = Path(line["report"]).stem
        stems[stem] = Key(record.body_key, record.year)
        if not stem.endswith(_MIRRORS):
            records[stems[stem]] = record
    return Gold(records, stems)


def body_name(agency: Mapping[str, Any]) -> str:
    """Return the whole name of a body: its places in order, or its places and its own name."""
    chain = "".join(dict.fromkeys(agency[part] for part in _CHAIN if agency[part]))
    return chain if agency["township"] else str(agency["agency"])


def _record(
    line: Mapping[str, Any],
    cells: Mapping[str, tuple[str, Decimal | None]],
    facts: tuple[Fact, ...],
) -> Record:
    agency = Agency(
        name=line["agency"],
        level=line["level"],
        kind=line["kind"],
        **{part: line[part] for part in _CHAIN},
    )
    return Record(line["report"], body_name(line), agency, line["year"], line["form"], cells, facts)


def _cell(line: Mapping[str, Any]) -> tuple[str, Decimal | None]:
    """Return status and value; a status the print does not settle is `ANY`, without a value."""
    if line["status"] == "reported":
        return "reported", Decimal(line["value"])
    return (ANY if line["status"] in ("any_missing", "optional") else line["status"]), None


def _lines(name: str) -> Iterator[dict[str, Any]]:
    with (_GOLD / name).open(encoding="utf-8") as file:
        yield from map(json.loads, file)
