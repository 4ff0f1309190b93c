"""`nianbao search`: what it prints, its JSON, its exit codes."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from assistant.cli import run
from index.search.keeping import lexical_folder

REPORTS = Path("evals/reports")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    library = tmp_path_factory.mktemp("库")
    assert run(["add", str(REPORTS), "--library", str(library)]) == 0
    return library


def asked(
    capsys: pytest.CaptureFixture[str], folder: Path, *arguments: str
) -> tuple[int, dict[str, Any]]:
    capsys.readouterr()
    code = run(["search", *arguments, "--library", str(folder), "--json"])
    (line,) = capsys.readouterr().out.splitlines()
    return code, json.loads(line)


def test_json_has_every_field_and_exact_spans(
    capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    code, record = asked(capsys, folder, "怎样防止网站出错", "--limit", "3")
    assert code == 0
    assert set(record) == {
        "query", "mode", "scope", "reports", "passages", "pending", "hits", "warnings",
    }  # fmt: skip
    assert [hit["rank"] for hit in record["hits"]] == [1, 2, 3]
    first = record["hits"][0]
    assert first["start"] < first["end"] and len(first["text"]) == first["end"] - first["start"]
    assert "\n" not in first["path"] and Path(first["path"]).exists()


def test_filters_of_the_query_are_exact_and_said(
    capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    _, record = asked(capsys, folder, "青栎镇2021年公开了什么")
    assert {(hit["township"], hit["year"]) for hit in record["hits"]} == {("青栎镇", 2021)}
    assert record["scope"]["years"] == [2021]
    assert any("2021年" in warning for warning in record["warnings"])


def test_section_and_options_filter(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    _, record = asked(
        capsys, folder, "信息处理费", "--section", "六", "--year", "2022", "--year", "2023"
    )
    assert {hit["section"] for hit in record["hits"]} == {"其他需要报告的事项"}
    assert {hit["year"] for hit in record["hits"]} <= {2022, 2023}


@pytest.mark.parametrize("arguments", [["收费", "--place", "没有的镇"], ["城关镇收费吗"]])
def test_an_unknown_place_finds_nothing_and_ends_with_3(
    capsys: pytest.CaptureFixture[str], folder: Path, arguments: list[str]
) -> None:
    code, record = asked(capsys, folder, *arguments)
    assert (code, record["hits"], record["reports"]) == (3, [], 0)
    assert any("库里没有" in warning for warning in record["warnings"])


def test_text_names_report_and_place_and_marks_the_words(
    capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    capsys.readouterr()
    assert run(["search", "大涌镇数据集", "--library", str(folder), "--limit", "1"]) == 0
    printed = capsys.readouterr()
    assert "1. 中山市大涌镇 · 2022年 · 总体情况" in printed.out
    assert "大涌镇2022.html[" in printed.out and "【" in printed.out
    assert "按查询里的地名限定" in printed.err


@pytest.mark.parametrize(
    "arguments",
    [["收费", "--mode", "dense"], ["收费", "--mode", "都要"], ["收费", "--section", "七"]],
)
def test_wrong_use_ends_with_2(folder: Path, arguments: list[str]) -> None:
    assert run(["search", *arguments, "--library", str(folder)]) == 2


@pytest.mark.parametrize("query", ["\x00", "\ud800", 'a" OR (', "公开" * 5000, " "])
def test_hostile_queries_never_break_it(
    capsys: pytest.CaptureFixture[str], folder: Path, query: str
) -> None:
    code, record = asked(capsys, folder, query)
    assert code in (0, 3) and bool(record["hits"]) == (code == 0)


def test_an_empty_library_and_a_lost_index_are_said(
    capsys: pytest.CaptureFixture[str], folder: Path, tmp_path: Path
) -> None:
    code, record = asked(capsys, tmp_path / "空", "收费")
    assert (code, record["reports"]) == (3, 0)
    copy = tmp_path / "库"
    shutil.copytree(folder, copy)
    shutil.rmtree(lexical_folder(copy))
    capsys.readouterr()
    assert run(["search", "收费", "--library", str(copy)]) == 4
    assert "nianbao index" in capsys.readouterr().err
    assert run(["add", str(REPORTS), "--library", str(copy)]) == 0
    assert run(["search", "信息处理费", "--library", str(copy)]) == 0


def test_without_its_index_a_mixed_question_still_gets_its_number(
    capsys: pytest.CaptureFixture[str], folder: Path, tmp_path: Path
) -> None:
    library = tmp_path / "库"
    shutil.copytree(folder, library)
    shutil.rmtree(lexical_folder(library))
    question = "大涌镇2022年行政许可多少件，存在哪些问题"
    capsys.readouterr()
    assert run(["ask", question, "--library", str(library), "--no-model", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["status"] == "partial" and answer["value"] == 6181
    assert any("nianbao index" in warning for warning in answer["warnings"])
