"""A library of invented prose of any size: for benchmarks of search, not for answers.

Real townships, sentences of the synthetic reports drawn at random, five passages a report; one
passage in five is boilerplate that many reports share but for names and numbers.
"""

import hashlib
import random
from collections.abc import Iterator
from pathlib import Path

from evals.synthesis.prose import phrases
from index.data import read_rows
from index.model import Agency, Document, Identity, Passage, Reading, Report
from index.normalise import normalise
from index.passages.group import group_key
from index.report import READER_VERSION
from index.store.library import Library

_EACH = 5
_YEARS = 5
_BATCH = 2_000
_SECTIONS = ("总体情况", "总体情况", "总体情况", "存在的主要问题及改进情况", "其他需要报告的事项")


def build_prose_library(folder: Path, passages: int, seed: int = 1) -> Library:
    """Write a library of `passages` passages into `folder` and open it."""
    library = Library.open(folder)
    batch: list[Report] = []
    for report in _reports(passages // _EACH, seed):
        batch.append(report)
        if len(batch) == _BATCH:
            library.add_reports(batch, READER_VERSION)
            batch = []
    if batch:
        library.add_reports(batch, READER_VERSION)
    return library


def _reports(count: int, seed: int) -> Iterator[Report]:
    """Yield reports: each township for five years."""
    rng = random.Random(seed)
    towns = read_rows("townships.csv")
    rng.shuffle(towns)
    for number in range(count):
        yield _report(rng, towns[number // _YEARS], 2019 + number % _YEARS)


def _report(rng: random.Random, town: dict[str, str], year: int) -> Report:
    """Return one report of a township."""
    name = town["county"] + town["township"]
    agency = Agency(
        name=name,
        level="township",
        kind=town["township"][-1],
        province=town["province"],
        city=town["city"],
        county=town["county"],
        township=town["township"],
        code=town["code"],
    )
    text, passages = f"{name}{year}年政府信息公开工作年度报告\n", []
    for section in _SECTIONS:
        said = _paragraph(rng, section, town["township"], year)
        start, text = len(text), f"{text}{said}\n"
        group = group_key(normalise(said), agency)
        passages.append(Passage(section, "", start, start + len(said), group))
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    return Report(
        report_id=sha256[:16],
        document=Document(
            path=f"/示例/{town['code']}-{year}.txt",
            sha256=sha256,
            format="txt",
            text=text,
            body=(0, len(text)),
        ),
        identity=Identity(title=None, title_span=None, agency=agency, year=year),
        reading=Reading(form="2021", cells=(), sections=()),
        facts=(),
        checks=(),
        passages=tuple(passages),
    )


def _paragraph(rng: random.Random, section: str, short: str, year: int) -> str:
    """Return a paragraph of invented sentences; that of the last section is boilerplate."""
    general = phrases()["general"]
    if section == _SECTIONS[-1]:
        chosen = [rng.choice(general["others"])]
    elif section == _SECTIONS[-2]:
        chosen = rng.sample(general["closings"], 2) + rng.sample(general["fillers"], 1)
    else:
        chosen = rng.sample(general["openings"], 1) + rng.sample(general["fillers"], 4)
    said = "".join(chosen).replace("{short}", short).replace("{next}", str(year + 1))
    said = said.replace("{year}", str(year))
    for mark in ("{m}", "{k}", "{d}"):
        while mark in said:
            said = said.replace(mark, str(rng.randint(2, 4900)), 1)
    return said
