"""Synthetic reports: the truth they carry is what they print."""

import hashlib
import json
import random
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from evals.score import Output, score_report
from evals.synthesis.samples import build_samples
from evals.synthesise import (
    DEFECTS,
    LAYOUTS,
    Rendered,
    corpus,
    random_facts,
    random_mirror,
    random_report,
    render,
)
from index.catalogue import form_metrics
from index.model import Cell, Fact

_EVALS = Path(__file__).parents[1] / "evals"
_TEXT_LAYOUTS = sorted(name for name, layout in LAYOUTS.items() if layout.write)


def _sample(layout: str, defects: tuple[str, ...] = (), seed: int = 3) -> Rendered:
    facts = random_facts(random.Random(seed), form="2021", profile="busy")
    return render(facts, layout, defects, seed)


def _perfect(report: Rendered) -> Output:
    cells = [
        Cell(
            t.metric,
            t.value if t.status == "reported" else None,
            "件",
            t.status if t.status not in ("any_missing", "optional") else "blank",
            t.raw,
            t.start,
            t.end,
        )
        for t in report.truth
    ]
    text = report.text or ""
    facts = [
        Fact(f.name, f.value, "件", f.bound, text[f.start : f.end], f.start or 0, f.end or 0)
        for f in report.facts
    ]
    return Output(cells, facts, text)


@pytest.mark.parametrize("layout", _TEXT_LAYOUTS)
def test_every_span_of_a_text_holds_what_was_printed(layout: str) -> None:
    for seed in range(6):
        report = random_report(random.Random(seed), layout)
        assert report.text is not None
        assert report.data == report.text.encode()
        for truth in report.truth:
            if truth.start is not None:
                assert report.text[truth.start : truth.end] == truth.raw
        for fact in report.facts:
            assert Decimal(report.text[fact.start : fact.end].replace(",", "")) == fact.value


@pytest.mark.parametrize("layout", sorted(LAYOUTS))
@pytest.mark.parametrize("form", ["2021", "2019"])
def test_truth_names_every_cell_of_the_form_once(layout: str, form: str) -> None:
    facts = random_facts(random.Random(1), form=form)  # type: ignore[arg-type]
    truth = render(facts, layout).truth
    assert tuple(t.metric for t in truth) == form_metrics(form)  # type: ignore[arg-type]


def test_facts_keep_the_sums_of_the_form() -> None:
    for seed in range(40):
        fills = random_facts(random.Random(seed), form="2021").fills
        value = {metric: fill.value or Decimal(0) for metric, fill in fills.items()}
        for column in ("natural_person", "other", "total"):
            got = value[f"requests.received.{column}"] + value[f"requests.carried_in.{column}"]
            done = value[f"requests.outcomes_total.{column}"]
            assert got == done + value[f"requests.carried_out.{column}"]
        parts = [value[f"reconsideration.{r}"] for r in ("upheld", "corrected", "other", "pending")]
        assert sum(parts) == value["reconsideration.total"]


def test_equal_seeds_give_equal_files() -> None:
    def digest() -> list[str]:
        return [hashlib.sha256(r.data).hexdigest() for r in corpus(60, seed=5)]

    assert digest() == digest()


def test_undamaged_report_has_every_value_in_every_layout_that_prints_tables() -> None:
    for name, layout in LAYOUTS.items():
        statuses = Counter(t.status for t in _sample(name).truth)
        if layout.tables and name not in ("distinct_lines", "tables_as_bars"):
            assert statuses == {"reported": 200}, name


def test_crawlers_that_drop_tables_leave_no_value() -> None:
    for name in ("tables_dropped", "tables_as_bars"):
        assert {t.status for t in _sample(name).truth} == {"section_absent"}


def test_hidden_blank_makes_its_row_undecidable_and_shown_blank_does_not() -> None:
    hidden = {t.metric: t for t in _sample("line_cells", ("total_only",)).truth}
    shown = {t.metric: t for t in _sample("tab_grid", ("total_only",)).truth}
    assert hidden["requests.received.total"].status == "any_missing"
    assert shown["requests.received.total"].status == "reported"
    assert shown["requests.received.business"].status == "blank"


def test_deleted_rows_and_tables_are_absent() -> None:
    rows = Counter(t.status for t in _sample("tab_grid", ("row_deleted",)).truth)
    assert rows["row_absent"] > 0
    assert rows["section_absent"] == 0
    tables = Counter(t.status for t in _sample("tab_grid", ("table_deleted",)).truth)
    assert tables["section_absent"] > 0


@pytest.mark.parametrize("defect", sorted(DEFECTS))
def test_every_defect_changes_what_is_printed_somewhere(defect: str) -> None:
    changed = 0
    for seed in range(12):
        rng = random.Random(seed)
        form = DEFECTS[defect].form
        facts = random_facts(
            rng, form="2019" if form == "2019" else None, mixed=defect == "mixed_forms"
        )
        plain = render(facts, "html_plain", (), seed)
        changed += plain.data != render(facts, "html_plain", (defect,), seed).data
        changed += facts.form == "mixed"
    assert changed


def test_perfect_reading_scores_full_marks() -> None:
    for report in corpus(60, seed=9):
        result = score_report(report, _perfect)
        assert result.nonzero_right == result.nonzero
        assert result.fabricated == 0
        assert not [m for m in result.misses if report.text is not None]


def test_scorer_counts_a_value_read_where_none_is_known_as_fabricated() -> None:
    report = _sample("line_cells", ("table_deleted",))
    gone = next(t.metric for t in report.truth if t.status == "section_absent")
    output = _perfect(report)
    cells = [
        c if c.metric != gone else Cell(gone, Decimal(0), "件", "reported", "0", 0, 1)
        for c in output.cells
    ]
    result = score_report(report, lambda _: output._replace(cells=cells))
    assert (result.fabricated, result.misses[0].metric) == (1, gone)


def test_scorer_counts_a_moved_span() -> None:
    report = _sample("line_cells")
    output = _perfect(report)
    first = output.cells[0]
    moved = first._replace(start=(first.start or 0) + 1, end=(first.end or 0) + 1)
    result = score_report(report, lambda _: output._replace(cells=[moved, *output.cells[1:]]))
    assert result.spans - result.spans_exact == 1


def test_mirror_states_the_same_values_where_both_can_be_read() -> None:
    for seed in range(30):
        first, copy = random_mirror(random.Random(seed))
        told = {t.metric: t.value for t in first.truth if t.status == "reported"}
        again = {t.metric: t.value for t in copy.truth if t.status == "reported"}
        assert {m: v for m, v in again.items() if m in told} == {
            m: v for m, v in told.items() if m in again
        }
        assert first.data != copy.data


def test_shipped_samples_are_what_their_script_writes() -> None:
    names = set()
    for sample in build_samples():
        name = sample.report.name + sample.report.suffix
        assert (_EVALS / "reports" / name).read_bytes() == sample.report.data, name
        names.add(name)
    assert names == {path.name for path in (_EVALS / "reports").iterdir()}
    assert len(names) >= 20


def test_gold_holds_every_cell_of_every_sample() -> None:
    lines = (_EVALS / "gold" / "cells.jsonl").read_text(encoding="utf-8").splitlines()
    gold = {(r["report"], r["metric"]): (r["status"], r["value"]) for r in map(json.loads, lines)}
    for sample in build_samples():
        name = sample.report.name + sample.report.suffix
        for truth in sample.report.truth:
            value = None if truth.value is None else str(truth.value)
            assert gold.pop((name, truth.metric)) == (truth.status, value)
    assert not gold


def test_gold_of_the_seeds_points_at_its_digits() -> None:
    shared = Path(__file__).parents[2] / "shared"
    if not shared.is_dir():
        pytest.skip("../shared with the five seed reports is not here")
    texts: dict[str, str] = {}
    lines = (_EVALS / "gold" / "seeds.jsonl").read_text(encoding="utf-8").splitlines()
    for record in map(json.loads, lines):
        name = record["report"]
        texts.setdefault(name, (shared / name).read_bytes().decode())
        if record["start"] is not None:
            assert texts[name][record["start"] : record["end"]] == record["raw"] == record["value"]
    assert len(texts) == 5
