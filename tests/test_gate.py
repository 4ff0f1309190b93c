"""The gate: which findings stop a build, the exit code, and the thresholds' file."""

from pathlib import Path

import pytest
from drawn_comparisons import FAST, run_of, table_run

from evals.comparing.compare import compare_runs
from evals.comparing.gate import GateFinding, exit_code, gate
from evals.comparing.thresholds import THRESHOLDS, Thresholds, load_thresholds
from evals.suite.run import CaseResult
from index.errors import MisuseError

WITH = FAST.model_copy(
    update={
        "floors": {"drawn": {"nonzero_recall": 0.9}},
        "ceilings": {"drawn": {"fabrication": 0.0}},
    }
)


def _kinds(run, thresholds: Thresholds = WITH) -> list[str]:
    return [finding.kind for finding in gate(run, thresholds)]


def test_a_run_that_keeps_its_limits_passes() -> None:
    assert not gate(table_run({"r": "vvvvzb"}), WITH)


def test_a_floor_and_a_ceiling_are_inclusive_and_stop_what_breaks_them() -> None:
    assert not gate(table_run({"r": "v" * 9 + "mb"}), WITH)
    findings = gate(table_run({"r": "v" * 8 + "mmf"}), WITH)
    assert [(f.kind, f.rate, f.value, f.limit) for f in findings] == [
        ("floor", "nonzero_recall", 0.8, 0.9), ("ceiling", "fabrication", 1.0, 0.0),
    ]  # fmt: skip
    assert exit_code(findings) == 1


def test_limits_of_another_task_do_not_count() -> None:
    assert not gate(table_run({"r": "mmff"}, task="elsewhere"), WITH)


def test_a_limit_on_a_score_the_task_does_not_have_is_refused() -> None:
    wrong = WITH.model_copy(update={"floors": {"drawn": {"nonzero_recal": 0.9}}})
    with pytest.raises(MisuseError, match="nonzero_recal"):
        gate(table_run({"r": "v"}), wrong)


def test_a_limit_that_nothing_can_be_held_to_fails_only_a_strict_build() -> None:
    findings = gate(table_run({"r": "zb"}), WITH)
    assert [f.kind for f in findings] == ["unmeasured"]
    assert (exit_code(findings), exit_code(findings, strict=True)) == (0, 2)


def test_too_many_failed_cases_make_a_run_worthless() -> None:
    def run(failed: int):
        results = [
            CaseResult(case=str(at), cluster=str(at), failure="没有回答" if at < failed else "",
                       marks="" if at < failed else "vb")
            for at in range(100)
        ]  # fmt: skip
        return run_of(results, items=("m", "n"))

    assert _kinds(run(2)) == []
    assert _kinds(run(3)) == ["failed"]
    assert exit_code(gate(run(3), WITH)) == 4
    assert _kinds(run_of([], items=("m",))) == ["failed", "unmeasured", "unmeasured"]


def test_exit_codes_of_comparisons() -> None:
    good, bad = (table_run({f"r{at}": marks for at in range(20)}) for marks in ("vvvb", "vwwb"))
    assert exit_code(gate(compare_runs(good, bad, FAST), FAST)) == 1
    assert exit_code(gate(compare_runs(bad, good, FAST), FAST), strict=True) == 0
    unsure = gate(compare_runs(good, good, FAST), FAST)
    assert (exit_code(unsure), exit_code(unsure, strict=True)) == (0, 2)


@pytest.mark.parametrize(
    ("kinds", "code"),
    [((), 0), (("regressed", "inconclusive"), 1), (("regressed", "failed"), 4), (("ceiling",), 1)],
)
def test_the_gravest_finding_gives_the_exit_code(kinds: tuple[str, ...], code: int) -> None:
    findings = [GateFinding.model_validate({"kind": kind, "message": ""}) for kind in kinds]
    assert exit_code(findings) == code


def test_thresholds_of_the_project_are_whole() -> None:
    found = load_thresholds()
    assert found.margin_of("no such score") == found.margin["default"]
    assert found.ceilings["read"]["fabrication"] == 0


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("alpha = 0.05", "alpha = 5", "alpha"),
        ("alpha = 0.05", "alfa = 0.05", "alfa"),
        ("default = 0.01", "", "default"),
        ("fabrication = 0.0\n", "fabrication = nan\n", "fabrication"),
        ("[margin]", "[margin", "门槛文件"),
    ],
)
def test_a_wrong_thresholds_file_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    text = THRESHOLDS.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "t.toml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(MisuseError, match=said):
        load_thresholds(path)
