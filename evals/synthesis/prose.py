"""Invented prose for a report: paragraphs whose fact numbers are marked, from `prose.toml`."""

import random
import tomllib
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

from evals.synthesis.facts import Facts, Statement
from evals.synthesis.page import Heading, Paragraph, Said

_BOUND_WORDS = {"over": ("", "余"), "about": ("约", ""), "under": ("近", "")}


@cache
def phrases() -> dict[str, Any]:
    """Return the sentence table; Any, because TOML is checked by use."""
    text = (files("evals.synthesis") / "prose.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def fill(template: str, facts: Facts, rng: random.Random) -> str:
    """Return a sentence with its names, years and look-alike numbers filled in."""
    words = {
        "{short}": facts.seat.short,
        "{year}": str(facts.year),
        "{next}": str(facts.year + 1),
        "{m}": str(rng.randint(11, 4900)),
        "{k}": str(rng.randint(2, 90)),
        "{d}": str(rng.randint(0, 9)),
    }
    for mark, word in words.items():
        template = template.replace(mark, word)
    return template


def state(statement: Statement, facts: Facts, rng: random.Random) -> list[str | Said]:
    """Return a sentence that states one fact, its number a run of its own."""
    table = phrases()["facts"]
    name, value, bound = statement
    if value == 0 and bound == "exact" and name + "_none" in table and rng.random() < 0.6:
        return [fill(rng.choice(table[name + "_none"]), facts, rng)]
    before, after = fill(rng.choice(table[name]), facts, rng).split("{n}")
    lead, trail = _BOUND_WORDS.get(bound, ("", ""))
    digits = f"{value:,}" if value >= 1000 and rng.random() < 0.2 else str(value)
    return [before + lead, Said(name, Decimal(value), digits, bound), trail + after]


def overview(facts: Facts, rng: random.Random) -> list[Paragraph]:
    """Return section 一: an opening, the stated facts, and sentences that state nothing."""
    general = phrases()["general"]
    fillers = rng.sample(general["fillers"], rng.randint(1, 4))
    runs: list[list[str | Said]] = [state(s, facts, rng) for s in facts.statements]
    runs += [[fill(text, facts, rng)] for text in fillers]
    rng.shuffle(runs)
    paragraphs = [Paragraph([fill(rng.choice(general["openings"]), facts, rng)])]
    while runs:
        size = rng.randint(1, 3)
        paragraphs.append(Paragraph([run for sentence in runs[:size] for run in sentence]))
        runs = runs[size:]
    return paragraphs


def closing(facts: Facts, rng: random.Random) -> list[Heading | Paragraph]:
    """Return sections 五 and 六."""
    general = phrases()["general"]
    improve = "".join(rng.sample(general["closings"], rng.randint(1, 3)))
    return [
        Heading("五、存在的主要问题及改进情况", "五"),
        Paragraph([fill(improve, facts, rng)]),
        Heading("六、其他需要报告的事项", "六"),
        Paragraph([fill(rng.choice(general["others"]), facts, rng)]),
    ]
