"""The table tasks and their baselines: what they are shown and score, and what they never hide."""

import json
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest

from assistant.model_reply import ModelError
from assistant.prompts import Message, Prompts
from assistant.scripted_model import ScriptedModel
from evals.scoring import marks
from evals.scoring.marks import Gold, mark_of
from evals.scoring.rates import count_shares, marks_of, ratio, table_shares
from evals.suite.run import EvalRun
from evals.suite.runner import Plan, run_task
from evals.tasks.baselines import BASELINES, TableBaseline
from evals.tasks.extract_tables import ExtractTables
from evals.tasks.given import GivenCells
from evals.tasks.gold_reports import GoldReport, gold_reports
from evals.tasks.read import Read
from evals.tasks.registry import baseline_names, open_baseline
from evals.tasks.table_blocks import load_blocks, window_of
from index.errors import MisuseError
from index.loading.load import load
from index.model import Form, LoadError

TWO, THREE = Decimal(2), Decimal(3)


def rates(run: EvalRun) -> dict[str, float | None]:
    found = marks_of(run.results, len(run.header.items))
    shares = {**table_shares(found), **count_shares(run.results, ["span"])}
    return {name: ratio(share) for name, share in shares.items()}


@pytest.mark.parametrize(
    ("gold", "value", "status", "mark"),
    [
        (Gold(TWO, "reported"), TWO, "reported", marks.RIGHT),
        (Gold(TWO, "reported"), None, "", marks.MISSED),
        (Gold(TWO, "reported"), Decimal(0), "", marks.WRONG),
        (Gold(TWO, "reported"), THREE, "", marks.WRONG),
        (Gold(Decimal(0), "reported"), Decimal(0), "", marks.ZERO_RIGHT),
        (Gold(Decimal(0), "reported"), None, "", marks.ZERO_MISSED),
        (Gold(Decimal(0), "reported"), TWO, "", marks.ZERO_WRONG),
        (Gold(None, "blank"), None, "blank", marks.NOTHING_RIGHT),
        (Gold(None, "blank"), None, "", marks.NOTHING_RIGHT),
        (Gold(None, "blank"), None, "row_absent", marks.NOTHING_STATUS),
        (Gold(None, "any_missing"), None, "row_absent", marks.NOTHING_RIGHT),
        (Gold(None, "row_absent"), Decimal(0), "reported", marks.NOTHING_ZERO),
        (Gold(None, "row_absent"), TWO, "reported", marks.NOTHING_INVENTED),
        (Gold(TWO, "optional"), None, "", marks.UNSCORED),
        (Gold(TWO, "optional"), TWO, "", marks.UNSCORED),
        (Gold(TWO, "optional"), THREE, "", marks.NOTHING_INVENTED),
        (Gold(TWO, "optional"), Decimal(0), "", marks.NOTHING_ZERO),
    ],
)
def test_every_kind_of_cell_has_its_own_mark(
    gold: Gold, value: Decimal | None, status: str, mark: str
) -> None:
    assert mark_of(gold, value, status) == mark


def only(run: EvalRun, *corpora: str) -> EvalRun:
    held = tuple(r for r in run.results if r.traits["corpus"] in corpora)
    assert held
    return run.model_copy(update={"results": held})


def test_the_reader_is_exact_on_samples_and_seeds_and_never_wrong_on_hostile_reports() -> None:
    run = run_task(Read(), Plan(None, Prompts()))
    found = rates(only(run, "samples", "seeds"))
    high = ("nonzero_recall", "zero_recall", "nonzero_precision", "exact_report", "span")
    assert all(found[name] == 1.0 for name in high)
    assert found["fabrication"] == 0.0
    hostile = only(run, "adversarial")
    assert not marks.FALSE & set("".join(result.marks for result in hostile.results))
    assert rates(hostile)["span"] == 1.0


@pytest.mark.parametrize("baseline", ["zeros", "majority", "first", "swapped"])
@pytest.mark.parametrize("task", [Read, ExtractTables])
def test_extractors_without_skill_score_visibly_badly(
    baseline: str, task: type[Read] | type[ExtractTables]
) -> None:
    poor = TableBaseline(task(), baseline)
    found = rates(run_task(poor, Plan(None, Prompts())))
    assert (found["nonzero_recall"] or 0) < 0.7
    assert (found["nonzero_precision"] or 0) < 0.6
    assert (found["exact_report"] or 0) < 0.3
    if baseline == "zeros":
        assert found["zero_recall"] == 1.0, "what would flatter it is told apart"
        assert found["fabrication"] == found["missing_as_zero"] == 1.0


def test_a_table_block_is_found_in_every_ordinary_report_that_prints_it() -> None:
    for report in (r for r in gold_reports() if r.corpus != "adversarial"):
        form: Form = "2019" if report.traits["form"] == "2019" else "2021"
        try:
            document = load(report.path)
        except LoadError:
            continue
        for block in load_blocks():
            metrics = block.metrics(form)
            printed = [m for m in metrics if (g := report.cells.get(m.id)) and g.span]
            start, end = window_of(document, block, metrics)
            spans = [report.cells[m.id].span for m in printed]
            assert all(s and start <= s[0] and s[1] <= end for s in spans), report.name


def replying(report: GoldReport, exact: bool) -> ScriptedModel:
    """Return a model that copies the gold of `report`, or says 0 to everything."""

    def reply(messages: Sequence[Message]) -> dict[str, object]:
        asked = [b.keys(b.metrics("2021")) for b in load_blocks()]
        keys = next(k for k in asked if "\n".join(k) in messages[1].content)
        values = {key: report.cells[metric.id].value for key, metric in keys.items()}
        return {key: float(value or 0) if exact else 0 for key, value in values.items()}

    return ScriptedModel(reply)


def test_a_model_that_copies_gold_is_exact_and_one_that_says_zero_is_not() -> None:
    report = gold_reports()[0]
    for copies, verdict in ((True, "exact"), (False, "inexact")):
        run = run_task(ExtractTables(), Plan(replying(report, copies), Prompts(), most=1))
        assert run.results[0].verdict == verdict
        assert (marks.WRONG in run.results[0].marks) is not copies


def test_a_reply_that_cannot_be_used_leaves_the_cells_missed_with_the_reason() -> None:
    model = ScriptedModel(lambda _: "不是 JSON")
    run = run_task(ExtractTables(), Plan(model, Prompts(), most=1))
    (result,) = run.results
    assert not result.failure, "the model answered, however badly"
    assert {d.mark for d in result.details} == {marks.MISSED, marks.ZERO_MISSED}
    assert all("格式" in d.reason for d in result.details)


def test_a_model_that_is_away_is_a_failure_and_no_score() -> None:
    model = ScriptedModel(lambda _: ModelError("连不上"))
    run = run_task(ExtractTables(), Plan(model, Prompts(), most=2))
    assert [bool(r.failure) for r in run.results] == [True, True]
    assert all(value is None for value in rates(run).values())


def test_baselines_are_named_in_one_place() -> None:
    assert set(BASELINES) == set(baseline_names("extract.tables"))
    with pytest.raises(MisuseError, match="没有基线"):
        open_baseline(Read(), "refuse_all")


def test_any_other_reader_is_scored_from_a_file_of_its_cells(tmp_path: Path) -> None:
    path = tmp_path / "other.jsonl"
    report = next(r for r in gold_reports() if r.name == "大涌镇2022.html")
    lines = [
        {
            "report": report.name,
            "metric": metric,
            "value": None if g.value is None else str(g.value),
        }
        for metric, g in report.cells.items()
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    run = run_task(GivenCells(path), Plan(None, Prompts()))
    assert [(r.case, r.verdict) for r in run.results] == [("samples/大涌镇2022.html", "exact")]
    path.write_text(json.dumps(lines[0]), encoding="utf-8")
    assert rates(run_task(GivenCells(path), Plan(None, Prompts())))["nonzero_recall"] == 0.0


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        '{"report": "大涌镇2022.html", "metric": "licensing.decisions"}',
        '{"report": "大涌镇2022.html", "metric": "licensing.decisions", "value": "NaN"}',
        '{"report": "大涌镇2022.html", "metric": "licensing.decisions", "value": "许多"}',
        '{"report": "没有这份.txt", "metric": "licensing.decisions", "value": 1}',
        '{"report": "大涌镇2022.html", "metric": "no.such", "value": 1}',
    ],
)
def test_a_line_of_another_reader_that_cannot_be_used_is_refused(tmp_path: Path, line: str) -> None:
    path = tmp_path / "other.jsonl"
    path.write_text(line, encoding="utf-8")
    with pytest.raises(MisuseError, match="第 1 行"):
        GivenCells(path)
