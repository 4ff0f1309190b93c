"""The label helper: a scripted labeller gets a report's gold, and labels nothing by chance."""

import json
from collections.abc import Iterable
from pathlib import Path

import pytest
import typer
from labelling_desk import ScriptedDesk, script_of
from typer.testing import CliRunner

from evals.labelling.command import label_report, register
from evals.labelling.desk import LeftError
from evals.labelling.gold_file import GoldCell, cells_of, read_cells, write_report
from evals.labelling.second_look import read_looks, read_zeros
from evals.labelling.stretch import form_by_words, rows_of, stretches
from evals.labelling.typed import Said, read_row
from evals.tasks.gold_reports import GoldReport, gold_reports
from index.errors import MisuseError, OutsideError
from index.loading.load import load
from index.model import Form

REPORTS = {report.name: report for report in gold_reports()}
SMALL = "柏岔镇2022.txt"
# One of each layout; 蒲苇镇, 苔井镇 and the like leave the place of a value to the labeller.
PLAIN = [
    name for name, report in REPORTS.items()
    if report.traits["defect"] not in
    ("two_forms", "corrections", "last_year_beside", "swapped_rows_columns")
]  # fmt: skip
NO_ABOUT = ["否"]


def _form(report: GoldReport) -> Form:
    form = report.traits["form"]
    return "2021" if form == "2021" else "2019" if form == "2019" else "mixed"


def _label(
    report: GoldReport, folder: Path, answers: Iterable[str], *, second: bool = False
) -> ScriptedDesk:
    desk = ScriptedDesk(answers)
    gold = folder / "gold.jsonl"
    label_report(desk, load(report.path), report.name, gold, "甲", "2026-01-02", second=second)
    assert desk.done
    return desk


def _cells(folder: Path, report: GoldReport) -> dict[str, GoldCell]:
    return cells_of(folder / "gold.jsonl", report.name)


@pytest.mark.parametrize("name", PLAIN)
def test_a_session_over_a_report_gives_its_gold(name: str, tmp_path: Path) -> None:
    report = REPORTS[name]
    _label(report, tmp_path, [*script_of(report, _form(report)), *NO_ABOUT])
    labelled = _cells(tmp_path, report)
    text = load(report.path).text
    assert set(labelled) == set(report.cells)
    for metric, gold in report.cells.items():
        cell = labelled[metric]
        value = None if gold.value is None else f"{gold.value:f}"
        assert (cell.value, cell.status) == (value, gold.status), metric
        if cell.start is not None:
            assert text[cell.start : cell.end] == cell.raw
        if gold.span:
            assert (cell.raw, cell.start, cell.end) == (gold.raw, *gold.span), metric


@pytest.mark.parametrize("name", PLAIN)
def test_the_form_is_told_by_the_words_of_the_columns(name: str) -> None:
    report = REPORTS[name]
    told = form_by_words(load(report.path))
    assert told == report.traits["form"] or (told == "unknown" and "drop" in str(report.traits))


def _left(report: GoldReport, folder: Path, answers: Iterable[str]) -> ScriptedDesk:
    desk = ScriptedDesk(answers)
    with pytest.raises(LeftError):
        label_report(
            desk, load(report.path), report.name, folder / "gold.jsonl", "甲", "2026-01-02"
        )
    return desk


def _script(name: str) -> list[str]:
    return list(script_of(REPORTS[name], _form(REPORTS[name])))


def test_an_empty_line_labels_nothing(tmp_path: Path) -> None:
    desk = _left(REPORTS[SMALL], tmp_path, ["2021", "", "  ", "", ""])
    assert _cells(tmp_path, REPORTS[SMALL]) == {}
    assert desk.asked.count("3 格> ") == 5


def test_all_zeros_are_only_taken_where_so_many_zeros_are_printed(tmp_path: Path) -> None:
    desk = _left(REPORTS[SMALL], tmp_path, ["2021", "0", "0"])
    cells = _cells(tmp_path, REPORTS[SMALL])
    assert [m for m in cells] == [
        "regulations.issued",
        "regulations.repealed",
        "regulations.in_force",
    ]
    assert any("不是恰好这么多个 0" in line for line in desk.shown)


def test_a_number_that_is_not_printed_is_refused(tmp_path: Path) -> None:
    desk = _left(REPORTS[SMALL], tmp_path, ["2021", "0 0 7777"])
    assert _cells(tmp_path, REPORTS[SMALL]) == {}
    assert any("没有印着您输入的这些" in line for line in desk.shown)


def test_a_number_printed_elsewhere_is_only_taken_where_the_labeller_points(tmp_path: Path) -> None:
    report = REPORTS["橡坝镇2022.txt"]
    script = _script("橡坝镇2022.txt")
    at = script.index("~350=350")
    _left(report, tmp_path, [*script[: at + 1], "9", "1"])
    cell = _cells(tmp_path, report)["licensing.decisions"]
    gold = report.cells["licensing.decisions"]
    assert (cell.value, cell.start, cell.end) == ("350", *(gold.span or ()))


def test_leaving_keeps_every_row_and_the_next_sitting_goes_on(tmp_path: Path) -> None:
    report, script = REPORTS[SMALL], _script(SMALL)
    _left(report, tmp_path, script[:10])
    kept = _cells(tmp_path, report)
    assert len(kept) > 10
    _label(report, tmp_path, [script[0], script[10], "是", *script[11:], *NO_ABOUT])
    whole = _cells(tmp_path, report)
    assert kept.items() <= whole.items() and set(whole) == set(report.cells)


def test_quit_leaves_and_back_asks_for_the_row_before_again(tmp_path: Path) -> None:
    report = REPORTS[SMALL]
    _left(report, tmp_path, ["2021", "- - -", "返回", "0", "q"])
    assert {cell.status for cell in _cells(tmp_path, report).values()} == {"reported"}


def test_other_reports_of_the_file_stay_as_they_are(tmp_path: Path) -> None:
    other = GoldCell(report="别的.txt", metric="fees.amount", value="1", status="reported", raw="1")
    (tmp_path / "gold.jsonl").write_text(other.model_dump_json() + "\n", encoding="utf-8")
    _left(REPORTS[SMALL], tmp_path, ["2021", "0"])
    assert other in read_cells(tmp_path / "gold.jsonl")


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "gold.jsonl").mkdir()
    with pytest.raises(MisuseError, match=r"gold\.jsonl"):
        _left(REPORTS[SMALL], tmp_path, ["2021", "0"])
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(OutsideError, match="换一个位置"):
        write_report(tmp_path / "file" / "gold.jsonl", "r", {})


def test_a_missing_section_has_to_be_confirmed(tmp_path: Path) -> None:
    report = REPORTS["荻圩镇2022.txt"]
    _left(report, tmp_path, ["2021", "X", "", "否"])
    assert _cells(tmp_path, report) == {}
    _left(report, tmp_path, ["2021", "X", "是"])
    assert {c.status for c in _cells(tmp_path, report).values()} == {"section_absent"}
    assert len(_cells(tmp_path, report)) == 10


def test_columns_in_another_order_are_typed_as_printed(tmp_path: Path) -> None:
    report = REPORTS["苔井镇2022.html"]
    before = ["2021", "0", "0 0 3", "77", "5", "1", "0"]
    _left(report, tmp_path, [*before, "11 2 0 0 0 1 7", "8", "7 2 3 4 5 6 1", "0"])
    cells = _cells(tmp_path, report)
    for row in ("received", "carried_in"):
        for column in ("natural_person", "other", "total"):
            gold = report.cells[f"requests.{row}.{column}"]
            cell = cells[f"requests.{row}.{column}"]
            assert (cell.value, cell.start, cell.end) == (str(gold.value), *(gold.span or ()))


def test_labels_name_who_and_when(tmp_path: Path) -> None:
    _left(REPORTS[SMALL], tmp_path, ["2021", "0"])
    line = json.loads((tmp_path / "gold.jsonl").read_text(encoding="utf-8").splitlines()[0])
    assert list(line) == [
        "report", "metric", "value", "status", "raw", "start", "end", "labeller", "date"
    ]  # fmt: skip
    assert (line["labeller"], line["date"]) == ("甲", "2026-01-02")


def test_sums_that_fail_are_told_after_labelling(tmp_path: Path) -> None:
    desk = _label(REPORTS["槿塘镇2022.txt"], tmp_path, [*_script("槿塘镇2022.txt"), *NO_ABOUT])
    assert any("T3-3" in line for line in desk.shown)
    calm = _label(REPORTS[SMALL], tmp_path, [*_script(SMALL), *NO_ABOUT])
    assert not any("T3-" in line for line in calm.shown)


def test_who_filed_can_be_told_too(tmp_path: Path) -> None:
    about = ["是", "示例省", "甲城市", "云榉县", "", "柏岔镇", "镇", "村", "township"]
    about += ["云榉县柏岔镇", "柏岔镇", "22", "2022"]
    _label(REPORTS[SMALL], tmp_path, [*_script(SMALL), *about])
    (line,) = (tmp_path / "reports.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(line) == {
        "report": SMALL, "province": "示例省", "city": "甲城市", "county": "云榉县",
        "township": "柏岔镇", "kind": "镇", "level": "township", "agency": "云榉县柏岔镇",
        "short": "柏岔镇", "year": 2022, "form": "2021",
    }  # fmt: skip


def test_a_second_labelling_waits_for_the_first(tmp_path: Path) -> None:
    _left(REPORTS[SMALL], tmp_path, ["2021", "0"])
    with pytest.raises(MisuseError, match="还没有标完"):
        _label(REPORTS[SMALL], tmp_path, [], second=True)


def test_a_second_labelling_is_blind_and_agreement_is_kept(tmp_path: Path) -> None:
    _label(REPORTS[SMALL], tmp_path, [*_script(SMALL), *NO_ABOUT])
    desk = _label(REPORTS[SMALL], tmp_path, _script(SMALL)[1:], second=True)
    assert not any("reported" in line for line in desk.shown)
    looks = read_looks(tmp_path)
    assert len(looks) == 9 and all(look.agreed for look in looks)
    assert [(z.section, z.first, z.second) for z in read_zeros(tmp_path)] == [
        ("二", 7, 7), ("三", 169, 169), ("四", 15, 15)
    ]  # fmt: skip


def test_a_settled_disagreement_corrects_gold_and_is_not_asked_again(tmp_path: Path) -> None:
    report, script = REPORTS[SMALL], _script(SMALL)
    slip = ["?1000" if typed == "1000=1000" else typed for typed in script]
    assert slip != script
    _label(report, tmp_path, [*slip, *NO_ABOUT])
    with pytest.raises(LeftError):
        _label(report, tmp_path, [*script[1:], "2"], second=True)
    assert _cells(tmp_path, report)["licensing.decisions"].value is None
    _label(report, tmp_path, ["2 原文印着1000"], second=True)
    assert _cells(tmp_path, report)["licensing.decisions"].value == "1000"
    (look,) = [look for look in read_looks(tmp_path) if not look.agreed]
    assert (look.settled, look.note, look.first.status) == ("second", "原文印着1000", "unreadable")
    _label(report, tmp_path, [], second=True)
    assert look in read_looks(tmp_path)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("2,045", Said("2045", "reported", "2,045")),
        ("88件", Said("88", "reported", "88件")),
        ("-8", Said("-8", "reported", "-8")),
        ("+19", Said("19", "reported", "+19")),
        ("１２", Said("12", "reported", "１２")),
        ("一千二百=1200", Said("1200", "reported", "一千二百")),
        ('"1 2"=12', Said("12", "reported", "1 2")),
        ("-", Said(None, "blank")),
        ("/", Said(None, "not_applicable", "/")),
        ("—", Said(None, "not_applicable", "—")),
        ("?", Said(None, "unreadable")),
        ("?1O4", Said(None, "unreadable", "1O4")),
        ("~", Said(None, "any_missing")),
        ("~12", Said("12", "optional", "12")),
        ("x", Said(None, "row_absent")),
        ("详见附件", Said(None, "text", "详见附件")),
        ('"详见附件1"', Said(None, "text", "详见附件1")),
    ],
)
def test_what_is_typed_for_a_cell(typed: str, said: Said) -> None:
    assert read_row(typed, 1) == (said,)


@pytest.mark.parametrize("typed", ["1O4", "12a", "1.2万", "0 0", "甲=乙", "O"])
def test_what_is_no_label_is_refused_with_words(typed: str) -> None:
    with pytest.raises(MisuseError, match=r"[请应]"):
        read_row(typed, 1)


def test_rows_are_found_by_words_though_a_label_is_cut_in_two() -> None:
    document = load(REPORTS["磁钟乡2023.txt"].path)
    rows = rows_of("2021")
    cut = next(i for i, row in enumerate(rows) if row.label.startswith("二、上年结转"))
    stretch = stretches(document, rows)[cut]
    assert stretch.found
    assert document.text[stretch.start : stretch.end].split()[1:8] == ["0"] * 7


def test_the_command_goes_on_where_the_input_ended(tmp_path: Path) -> None:
    app = typer.Typer()
    register(app)
    app.command("other")(lambda: None)
    gold = tmp_path / "gold.jsonl"
    call = ["label", str(REPORTS[SMALL].path), "--gold", str(gold), "--by", "甲"]
    done = CliRunner().invoke(app, call, input="2021\n0\n0 0 4\n")
    assert done.exit_code == 0 and "接着标" in done.output
    assert len(cells_of(gold, SMALL)) == 6
    again = CliRunner().invoke(app, call, input="2021\n1000\nq\n")
    assert again.exit_code == 0 and cells_of(gold, SMALL)["licensing.decisions"].value == "1000"
