"""The prose numbers of the samples and the seeds, held against the gold table, all and only."""

import json
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from index.loading.load import load
from index.model import Fact
from index.report import read_report

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
SAMPLES = sorted((ROOT / "evals" / "reports").iterdir())


def gold() -> dict[str, list[dict[str, Any]]]:
    by_report: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in (ROOT / "evals" / "gold" / "facts.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        by_report[record["report"]].append(record)
    return by_report


GOLD = gold()


def key(fact: Fact) -> tuple[str, Decimal, str]:
    return fact.name, fact.value, fact.bound


def truth(record: dict[str, Any]) -> tuple[str, Decimal, str]:
    return record["name"], Decimal(record["value"]), record["bound"]


def is_none(fact: Fact) -> bool:
    """Say whether a fact rests on words (未收到 …); the gold table lists printed numbers only."""
    return fact.value == 0 and not any(c.isdigit() for c in fact.quote)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_sample_states_the_numbers_of_the_gold_table_and_no_other(path):
    report = read_report(load(path))
    stated = [key(fact) for fact in report.facts if not is_none(fact)]
    assert sorted(stated) == sorted(truth(record) for record in GOLD[path.name])
    text = report.document.text
    assert all(text[f.start : f.end] == f.quote for f in report.facts)


def test_gold_table_knows_no_report_that_is_gone():
    names = {path.name for path in SAMPLES}
    assert {name for name in GOLD if not name.startswith("seeds/")} <= names


@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared (the seed reports) is not here")
@pytest.mark.parametrize("seed", ["000", "001", "002", "003", "004"])
def test_seed_states_the_numbers_of_the_gold_table_and_no_other(seed):
    (path,) = (SHARED / "seeds").glob(f"{seed}_*.txt")
    facts = [fact for fact in read_report(load(path)).facts if not is_none(fact)]
    records = list(GOLD[f"seeds/{path.name}"])
    for fact in facts:
        found = [
            r for r in records if truth(r) == key(fact) and fact.start <= r["start"] < fact.end
        ]
        assert len(found) == 1, fact
        records.remove(found[0])
    assert [r for r in records if not r["arguable"]] == []
