"""Writes the sample reports and their gold: `python -m evals.synthesis.samples`."""

import json
import random
import tomllib
from collections.abc import Iterator
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from evals.synthesis.facts import APPEALS, Edition, Facts, Fill, Statement, editions_of, number
from evals.synthesis.page import Heading, Page, Paragraph
from evals.synthesis.places import Seat, bureau_seat, county_seat, township_seat
from evals.synthesis.render import Rendered, build_page, finish
from evals.synthesis.statute import COLUMNS, RESULTS, block_metrics, outcome_stems

EVALS = Path(__file__).parents[1]


class Sample(NamedTuple):
    """A finished sample and the facts behind it."""

    report: Rendered
    facts: Facts


def build_samples() -> Iterator[Sample]:
    """Yield every sample, in the order of samples.toml."""
    text = (files("evals.synthesis") / "samples.toml").read_text(encoding="utf-8")
    specs = {spec["file"]: spec for spec in tomllib.loads(text)["sample"]}
    for spec in specs.values():
        if "mirror" in spec:
            spec = {**specs[spec["mirror"]], **spec}
        yield _build(spec)


def _build(spec: dict[str, Any]) -> Sample:
    """Return one sample; the seed is the body's name, so that a mirror has the same words."""
    facts = sample_facts(spec)
    rng = random.Random(spec.get("mirror", spec["file"]))
    page = build_page(facts, rng)
    _own_words(page, spec)
    _damage(page, spec)
    return Sample(
        finish(page, facts, spec["layout"], spec.get("defects", ()), rng, spec["file"]), facts
    )


def sample_facts(spec: dict[str, Any]) -> Facts:
    """Return the facts a sample states: zeros, its own figures, and the sums that follow."""
    form: Edition = spec.get("form", "2021")
    editions = spec.get("editions") or editions_of(form)
    metrics = [m for b, f in editions.items() if b != "三" for m in block_metrics(f, b)]
    fills = dict.fromkeys(metrics, number(0))
    counts = _request_counts(spec.get("rows", {}), editions["三"])
    counts |= _appeal_counts(spec.get("appeals", {}))
    counts |= spec.get("override", {})
    fills |= {metric: number(count) for metric, count in counts.items()}
    for metric, value in spec.get("cells", {}).items():
        fills[metric] = number(Decimal(value), spec.get("raw", {}).get(metric, str(value)))
    if unknown := set(spec.get("cells", {})) - set(metrics):
        raise ValueError(f"{spec['file']}: {sorted(unknown)} are not in the form")
    for metric in spec.get("blank", ()):
        fills[metric] = Fill("blank", None, "")
    statements = tuple(_statement(name, said) for name, said in spec.get("facts", {}).items())
    return Facts(
        seat=_seat(spec), year=spec["year"], editions=editions, fills=fills, statements=statements
    )


def _statement(name: str, said: int | list[Any]) -> Statement:
    """Return a stated number, with its qualifier when one is given."""
    return Statement(name, said) if isinstance(said, int) else Statement(name, *said)


def _seat(spec: dict[str, Any]) -> Seat:
    """Return the filing body; a fictional one bears its province and city in its name."""
    province, city, county, name = spec["place"]
    level = spec.get("level", "township")
    if level == "bureau":
        seat = bureau_seat(province, city, county, name)
    elif level == "county":
        seat = county_seat(province, city, county)
    else:
        seat = township_seat(province, city, county, name)
    return seat._replace(agency=spec.get("agency", province + city + seat.agency))


def _request_counts(rows: dict[str, list[int]], form: str) -> dict[str, int]:
    """Return section 三: the given rows, the totals and the new requests that follow."""
    stems = [*outcome_stems(form), "carried_in", "carried_out"]
    if unknown := set(rows) - set(stems):
        raise ValueError(f"{sorted(unknown)} are no rows of section 三")
    table = {stem: rows.get(stem, [0] * 6) for stem in stems}
    done = [sum(table[stem][c] for stem in outcome_stems(form)) for c in range(6)]
    table["outcomes_total"] = done
    table["received"] = [
        done[c] + table["carried_out"][c] - table["carried_in"][c] for c in range(6)
    ]
    return {
        f"requests.{stem}.{column}": count
        for stem, counts in table.items()
        for column, count in zip(COLUMNS, (*counts, sum(counts)), strict=True)
    }


def _appeal_counts(appeals: dict[str, list[int]]) -> dict[str, int]:
    """Return section 四: the given outcomes and their totals."""
    counts: dict[str, int] = {}
    for stem in APPEALS:
        parts = appeals.get(stem, [0] * 4)
        for result, count in zip(RESULTS, (*parts, sum(parts)), strict=True):
            counts[f"{stem}.{result}"] = count
    return counts


def _own_words(page: Page, spec: dict[str, Any]) -> None:
    """Put the sample's own sentences into sections 一, 五 and 六."""
    place = next(i for i, b in enumerate(page.body) if isinstance(b, Heading) and b.section == "二")
    page.body[place:place] = [Paragraph([text]) for text in spec["extra"]]
    for section, key in (("五", "problems"), ("六", "other")):
        for number_, block in enumerate(page.body):
            if isinstance(block, Heading) and block.section == section:
                page.body[number_ + 1] = Paragraph([spec[key]])


def _damage(page: Page, spec: dict[str, Any]) -> None:
    """Take away what the sample does not print, and note the digits inside a cell with a unit."""
    dropped = spec.get("drop", ())
    for table in list(page.tables()):
        if table.section in dropped:
            page.body.remove(table)
        stems = {f"{stem}." for stem in dropped} | {f"requests.{stem}." for stem in dropped}
        table.rows = [
            row
            for row in table.rows
            if not (row.metrics and row.metrics[0].rpartition(".")[0] + "." in stems)
        ]
    page.body = [b for b in page.body if not (isinstance(b, Heading) and b.section in dropped)]
    for slot in page.slots():
        digits = len(slot.text.rstrip("件项万元"))
        if slot.status == "reported" and digits < len(slot.text):
            slot.number = (0, digits)
        part = slot.metric.startswith("requests.") and not slot.metric.endswith(".total")
        if spec.get("total_only") and part:
            slot.status, slot.value, slot.text = "blank", None, ""


def write_samples(folder: Path = EVALS) -> None:
    """Write reports/ and gold/{cells,facts,reports}.jsonl under `folder`."""
    (folder / "reports").mkdir(parents=True, exist_ok=True)
    (folder / "gold").mkdir(exist_ok=True)
    lines: dict[str, list[dict[str, Any]]] = {"cells": [], "facts": [], "reports": []}
    for report, facts in build_samples():
        name = report.name + report.suffix
        (folder / "reports" / name).write_bytes(report.data)
        lines["cells"] += [
            {"report": name}
            | _exact(truth._asdict(), ("metric", "value", "status", "raw"))
            | ({"start": truth.start, "end": truth.end} if truth.raw and truth.start else {})
            for truth in report.truth
        ]
        lines["facts"] += [
            {"report": name} | _exact(fact._asdict(), ("name", "value", "bound"))
            for fact in report.facts
        ]
        lines["reports"].append(_identity(name, report, facts))
    for kind, records in lines.items():
        path = folder / "gold" / f"{kind}.jsonl"
        if kind == "facts" and path.exists():
            old = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
            records += [record for record in old if record["report"].startswith("seeds/")]
        text = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
        path.write_text(text, encoding="utf-8")


def _exact(fields: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    """Return the named fields; a value as its exact digits."""
    return {n: str(fields[n]) if isinstance(fields[n], Decimal) else fields[n] for n in names}


def _identity(name: str, report: Rendered, facts: Facts) -> dict[str, Any]:
    """Return who filed a sample, for which year and in which form."""
    seat = facts.seat._asdict()
    short = seat.pop("short")
    kept = {key: value or None for key, value in seat.items()}
    return {"report": name, **kept, "short": short, "year": facts.year, "form": report.form}


if __name__ == "__main__":
    write_samples()
