"""The commands print the contract's JSON, end with its codes, and survive bad input."""

import csv
import json
import re
import subprocess
import sys
import time
from pathlib import Path

import docx
import openpyxl
import pytest

from assistant.cli import run
from index.catalogue import form_metrics

ROOT = Path(__file__).parents[1]
REPORTS = ROOT / "evals" / "reports"
DAYONG = REPORTS / "大涌镇2022.html"
COUNTY, YEAR = "云榉县", "2022"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("库")
    assert run(["add", str(REPORTS), "--library", str(folder)]) == 0
    return folder


def printed(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, object]:
    """The one JSON object that a successful command prints."""
    assert run([str(argument) for argument in arguments]) in (0, 1)
    (line,) = capsys.readouterr().out.splitlines()
    record: dict[str, object] = json.loads(line)
    return record


# A sentence of the library that parses command lines; names of tasks and options are no sentence.
ENGLISH = re.compile(r"[A-Za-z]+ [a-z]+ [a-z]+|Error|Usage")


def test_help_is_quick_and_chinese() -> None:
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", "from assistant.cli import main; main()", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert time.perf_counter() - started < 2  # 0.1 s alone; generous for a busy machine
    assert "用法" in done.stdout
    assert not {"Usage", "Options", "Commands", "Show this"} & set(done.stdout.split())


def test_help_imports_nothing_heavy() -> None:
    code = "import sys; from assistant.cli import run; run(['--help']); print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.split())
    assert not loaded & {"duckdb", "lxml", "docx", "openpyxl", "opencc", "pydantic_settings"}


@pytest.mark.parametrize(
    "arguments",
    [
        ["add"],
        ["没有的命令"],
        ["list", "--没有"],
        ["list", "多"],
        ["sum", "--year", "某年", "--county", "甲"],
        ["search", "甲", "--limit", "0"],
        ["search", "甲", "--mode", "乙"],
        ["serve", "--port"],
        ["serve", "--port", "甲"],
        [],
    ],
)
def test_wrong_use_is_code_2_in_chinese(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == 2
    shown = capsys.readouterr()
    assert not ENGLISH.findall(shown.out + shown.err)


@pytest.mark.parametrize(
    "arguments", [["没有"], ["run", "--most", "甲"], ["run", "--没有"], ["run", "没有的任务"]]
)
def test_wrong_use_of_the_suite_is_code_2_in_chinese(arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "assistant.cli", "eval", *arguments],
        cwd=ROOT, capture_output=True, encoding="utf-8",
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr
    assert not ENGLISH.findall(done.stdout + done.stderr)


def test_add_prints_every_outcome_and_skips_the_unchanged(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = printed(capsys, "add", REPORTS, "--library", library, "--json")
    assert len(record["unchanged"]) == len(list(REPORTS.iterdir()))
    assert record["added"] == record["replaced"] == record["failed"] == []


def test_bad_files_fail_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    batch = tmp_path / "批"
    batch.mkdir()
    (batch / "空.txt").write_bytes(b"")
    (batch / "乱.txt").write_bytes(bytes(range(256)) * 40)
    (batch / "坏.docx").write_bytes(b"PK\x03\x04")
    (batch / "新闻.txt").write_text("昨日某地举行运动会。\n参加者众多。\n" * 40, "utf-8")
    two = [(REPORTS / f"{name}2022.txt").read_text("utf-8") for name in ("槿塘镇", "莲垸镇")]
    (batch / "两份.txt").write_text("\n".join(two), "utf-8")
    (batch / "好.html").write_bytes(DAYONG.read_bytes())
    code = run(["add", str(batch), "没有.txt", "--library", str(tmp_path / "库"), "--json"])
    record = json.loads(capsys.readouterr().out)
    assert code == 1
    assert [Path(o["path"]).name for o in record["added"]] == ["好.html"]
    reasons = {Path(o["path"]).name: o["reason"] for o in record["failed"]}
    assert set(reasons) == {"空.txt", "乱.txt", "坏.docx", "新闻.txt", "两份.txt", "没有.txt"}
    assert "不止一份报告" in reasons["两份.txt"]
    assert "程序出错" not in "".join(reasons.values())
    assert printed(capsys, "list", "--library", tmp_path / "库", "--json")["count"] == 1


def test_list_and_show_agree(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    listed = printed(capsys, "list", "--library", library, "--json")["reports"]
    (found,) = [r for r in listed if r["township"] == "大涌镇"]
    shown = printed(capsys, "show", found["report_id"][:8], "--library", library, "--json")
    assert [cell["metric"] for cell in shown["cells"]] == list(form_metrics("2021"))
    values = {cell["metric"]: cell for cell in shown["cells"]}
    cell = values["licensing.decisions"]
    assert (cell["value"], cell["status"]) == (6181, "reported")
    assert shown["text"][cell["start"] : cell["end"]] == cell["raw"] == "6181"


def test_show_in_words_names_section_and_place(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["show", str(DAYONG), "--library", str(library)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("    本年处理决定数量\t6181件\t[") for line in lines)


def test_remove_takes_out_only_what_was_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [DAYONG, REPORTS / "磁钟乡2023.txt"]
    run(["add", *map(str, files), "--library", str(tmp_path)])
    assert run(["remove", str(DAYONG), "ffffffff", "--library", str(tmp_path)]) == 2
    capsys.readouterr()
    record = printed(capsys, "remove", DAYONG, "--library", tmp_path, "--json")
    assert [r["township"] for r in record["removed"]] == ["大涌镇"]
    assert printed(capsys, "list", "--library", tmp_path, "--json")["count"] == 1


def test_extract_prints_one_record_a_file_and_goes_on(
    capsys: pytest.CaptureFixture[str],
) -> None:
    files = [str(DAYONG), "没有.txt", str(REPORTS / "磁钟乡2023.txt")]
    assert run(["extract", *files, "--json"]) == 1
    shown = capsys.readouterr()
    first, second = map(json.loads, shown.out.splitlines())
    assert "没有.txt" in shown.err
    assert first["agency"]["township"] == "大涌镇"
    assert second["year"] == 2023
    required = "report_id source title agency year form cells facts sections checks text"
    assert set(required.split()) <= set(first)
    for cell in first["cells"]:
        assert (cell["value"] is None) == (cell["status"] != "reported")
    for fact in second["facts"]:
        assert fact["quote"] == second["text"][fact["start"] : fact["end"]]


def test_check_fails_with_code_1_and_passes_with_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", str(DAYONG), "--json"]) == 0
    assert run(["check", str(DAYONG), str(REPORTS / "槿塘镇2022.txt"), "--json"]) == 1
    record = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert "fail" in {check["status"] for check in record["checks"]}


def test_check_looks_at_the_whole_library(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = printed(capsys, "check", "--library", library, "--json")
    listed = printed(capsys, "list", "--library", library, "--json")
    assert record["count"] == sum(r["role"] == "current" for r in listed["reports"])


def test_export_holds_every_value_with_its_place(
    library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["export", "--to", str(tmp_path / "全.csv"), "--library", str(library)]) == 0
    with (tmp_path / "全.csv").open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    (row,) = [r for r in rows if r["township"] == "大涌镇" and r["metric"] == "licensing.decisions"]
    assert (row["value"], row["raw"], row["source_path"]) == ("6181", "6181", str(DAYONG))
    assert run(["export", "--to", str(tmp_path / "全.pdf"), "--library", str(library)]) == 2
    assert run(["export", "--to", str(tmp_path / "无" / "a.csv"), "--library", str(library)]) == 4
    assert not [p for p in tmp_path.iterdir() if p.name.startswith(".")]


def test_workbook_holds_numbers_as_numbers(tmp_path: Path) -> None:
    target, folder = tmp_path / "全.xlsx", str(tmp_path / "库")
    assert run(["add", str(DAYONG), "--library", folder]) == 0
    assert run(["export", "--to", str(target), "--library", folder]) == 0
    header, *rows = openpyxl.load_workbook(target).active.iter_rows(values_only=True)
    values = {row[header.index("metric")]: row[header.index("value")] for row in rows}
    assert values["licensing.decisions"] == 6181
    assert set(form_metrics("2021")) <= set(values)


def test_county_sum_equals_its_bodies_and_names_the_gaps(
    library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "合计.xlsx"
    arguments = ("--county", COUNTY, "--year", YEAR, "--library", library, "--json")
    record = printed(capsys, "sum", *arguments, "--to", target)
    bodies = [
        printed(capsys, "show", body["report_id"], "--library", library, "--json")
        for body in record["bodies"]
    ]
    for cell in record["cells"]:
        given = [
            c["value"]
            for body in bodies
            for c in body["cells"]
            if c["metric"] == cell["metric"] and c["status"] == "reported"
        ]
        assert cell["value"] == pytest.approx(sum(given), abs=1e-9)
        assert (cell["given"], cell["missing"]) == (len(given), len(bodies) - len(given))
    assert {gap["agency"] for gap in record["missing"]} == {"示例省甲城市云榉县枫埠乡"}
    assert any("云榉县2022" in line for line in record["left_out"])
    assert openpyxl.load_workbook(target).sheetnames == ["汇总表", "机关", "明细与出处", "缺数"]


def test_county_sum_as_word_shows_incomplete_sums(library: Path, tmp_path: Path) -> None:
    target = tmp_path / "合计.docx"
    arguments = ["--county", COUNTY, "--year", YEAR, "--library", str(library)]
    assert run(["sum", *arguments, "--to", str(target)]) == 0
    tables = docx.Document(str(target)).tables
    assert len(tables) == 3
    assert any("缺 1 家" in cell.text for cell in tables[0].column_cells(1))


def test_county_without_reports_is_a_stated_refusal(
    library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--year", "1999", "--library", str(library), "--to", str(tmp_path / "a.xlsx")]
    assert run(["sum", "--county", COUNTY, *arguments]) == 3
    assert "2022年" in capsys.readouterr().err
    assert run(["sum", "--county", "没有县", *arguments]) == 3
    assert not (tmp_path / "a.xlsx").exists()


def test_library_that_cannot_be_made_is_the_outside_failing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "文件").write_text("", "utf-8")
    assert run(["add", str(DAYONG), "--library", str(tmp_path / "文件" / "库")]) == 4
    assert "库" in capsys.readouterr().err


def test_home_from_the_environment_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIANBAO_HOME", str(tmp_path / "家"))
    assert run(["add", str(DAYONG)]) == 0
    assert (tmp_path / "家" / "manifest.json").exists()
