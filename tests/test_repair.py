"""Row repair: the model points, the sums must prove it, and zeros prove nothing."""

import hashlib
import random
import re
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from assistant.cli import run
from assistant.model_reply import ModelError, UnusableReplyError
from assistant.prompts import Prompts
from assistant.repair import Repaired, repair_rows
from assistant.scripted_model import ScriptedModel
from evals.synthesise import random_facts, render
from index.model import Document, Report
from index.report import read_report

ROW = "requests.granted"
COLUMNS = ("natural_person", "business", "research", "welfare", "legal_service", "other", "total")


def report_of(text: str) -> Report:
    digest = hashlib.sha256(text.encode()).hexdigest()
    return read_report(
        Document(path="t.txt", sha256=digest, format="txt", text=text, body=(0, len(text)))
    )


def broken(values: str, other: str = "") -> Report:
    """A report in which 予以公开 truly is 0 0 3 0 0 0 3 and prints `values` only."""
    text = render(random_facts(random.Random(3)), "tab_grid", (), 3).text
    old = "（一）予以公开\t\t0\t0\t3\t0\t0\t0\t3"
    assert old in text
    text = text.replace(old, "（一）予以公开\t" + values)
    if other:
        total = r"(（七）总计)[\t\d]+"
        assert re.search(total, text)
        text = re.sub(total, lambda found: found[1] + other, text)
    return report_of(text)


def pointing(**columns: str) -> dict[str, Any]:
    keys = {f"c{i}": None for i in range(1, 8)}
    return keys | {f"c{COLUMNS.index(name) + 1}": token for name, token in columns.items()}


def repaired(report: Report, *replies: Any) -> Repaired:
    return repair_rows(report, ScriptedModel(replies), Prompts())


def test_a_row_is_repaired_where_the_model_points_and_the_sums_agree() -> None:
    report = broken("3\t3")
    found = repaired(report, pointing(research="T1", total="T2"))
    assert {r.metric: r.value for r in found.repairs} == {
        f"{ROW}.research": 3,
        f"{ROW}.total": 3,
    }
    for repair in found.repairs:
        assert report.document.text[repair.start : repair.end] == repair.raw == "3"
        assert "T3-2" in repair.rules or "T3-1" in repair.rules
    unread = [c for c in report.reading.cells if c.metric.startswith(f"{ROW}.")]
    assert {c.status for c in unread} == {"unreadable"}  # the reading itself is left alone


@pytest.mark.parametrize(
    "said",
    [
        pointing(natural_person="T1", total="T2"),  # the sum of the row agrees, the column's not
        pointing(research="T1", total="T1"),
        pointing(research="T2", total="T1"),
        pointing(),
        UnusableReplyError("不是 JSON"),
    ],
)
def test_what_the_sums_do_not_prove_stays_unreadable(said: Any) -> None:
    found = repaired(broken("3\t3"), said)
    wrong = [r for r in found.repairs if r.metric not in (f"{ROW}.research", f"{ROW}.total")]
    assert not wrong
    assert found.repairs or found.left[0].reason


def test_zeros_that_add_up_prove_nothing() -> None:
    found = repaired(broken("0\t0"), pointing(research="T1", total="T2"))
    assert not found.repairs and found.left


def test_a_row_whose_column_sums_are_not_known_is_left() -> None:
    report = broken("3\t3", other="\t\t3\t3")
    said = pointing(research="T1", total="T2")
    assert not repaired(report, said, said, said).repairs


def test_no_pointing_whatever_puts_a_number_into_a_wrong_column() -> None:
    truth = {f"{ROW}.research": 3, f"{ROW}.total": 3}
    report = broken("3\t3")
    for first, last in product(COLUMNS, COLUMNS):
        found = repaired(report, pointing(**({last: "T2"} | {first: "T1"})))
        assert {r.metric: r.value for r in found.repairs}.items() <= truth.items()


def test_without_a_model_and_without_an_answer_the_rows_are_listed() -> None:
    report = broken("3\t3")
    assert "没有设置语言模型" in repair_rows(report, None, Prompts()).left[0].reason
    found = repaired(report, ModelError("超时"))
    assert found.failed and "超时" in found.left[0].reason


def test_the_model_is_asked_only_about_unsettled_rows() -> None:
    text = render(random_facts(random.Random(3)), "tab_grid", (), 3).text
    model = ScriptedModel([])
    assert repair_rows(report_of(text), model, Prompts()) == Repaired(repairs=(), left=())
    assert not model.asked


def test_the_command_adds_repairs_to_the_record(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a.txt"
    file.write_text(broken("3\t3").document.text, "utf-8")
    assert run(["extract", str(file), "--repair", "--no-model", "--json"]) == 0
    out = capsys.readouterr().out
    assert '"cells"' in out and '"repairs": []' in out and "没有设置语言模型" in out
    assert run(["extract", str(file), "--repair", "--no-model"]) == 0
    assert "没有修复" in capsys.readouterr().out
