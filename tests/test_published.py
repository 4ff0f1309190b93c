"""The published functions give what the commands print, and decline what strangers try."""

import base64
import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from assistant.carried import carried, restored
from assistant.cli import run
from assistant.page.views.api import api_view
from assistant.page.words import words
from assistant.published.endpoints import endpoints, tools
from assistant.published.given import LARGEST
from assistant.published.published import Published
from assistant.published.tables import functions, parameters_of, results_of
from index.errors import MisuseError
from index.model import LoadError, NianbaoError
from index.store.library import Library
from tests.published_library import DAYONG, FLAGSHIP, REPORTS, few_reports, publish

LICENCES = {"type": "object", "properties": {"行政许可": {"type": "integer"}}}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return few_reports(tmp_path_factory.mktemp("库"))


@pytest.fixture(scope="module")
def uploads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("uploads")


@pytest.fixture(scope="module")
def published(library: Library, uploads: Path) -> Published:
    return publish(library, uploads)


def printed(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, Any]:
    """The object that a command prints."""
    assert run([str(argument) for argument in arguments]) == 0
    record: dict[str, Any] = json.loads(capsys.readouterr().out)
    return record


def upload(path: Path, name: str | None = None) -> dict[str, Any]:
    """A file as the page's clients hand it over."""
    return {"path": str(path), "orig_name": name, "meta": {"_type": "gradio.FileData"}}


def test_ask_gives_what_the_command_prints(
    published: Published, library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = published.ask(FLAGSHIP)
    known = printed(capsys, "ask", FLAGSHIP, "--library", library.folder, "--no-model", "--json")
    assert answer | {"elapsed_ms": 0} == known | {"elapsed_ms": 0}
    assert [row["value"] for row in answer["rows"]] == [6181, 2045, 1688, 1317, 1204]


def test_full_lists_what_the_command_lists_in_full(
    published: Published, library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    known = printed(
        capsys, "ask", FLAGSHIP, "--full", "--library", library.folder, "--no-model", "--json"
    )
    assert published.ask(FLAGSHIP, full=True) | {"elapsed_ms": 0} == known | {"elapsed_ms": 0}


def test_a_follow_up_needs_the_answer_before_and_nothing_is_remembered(
    published: Published,
) -> None:
    before = published.ask("涧池镇2021年的行政处罚数量是多少")
    alone = published.ask("那行政许可呢")
    follow = published.ask("那行政许可呢", previous=before)
    assert alone["status"] != "answered"
    assert follow["status"] == "answered" and "行政许可" in follow["resolved"]
    assert published.ask("那行政许可呢", previous=carried(before))["text"] == follow["text"]


def test_a_refusal_is_an_answer_and_no_error(published: Published) -> None:
    assert published.ask("明年的行政许可会是多少")["status"] == "refused"
    assert published.ask("。")["status"] in ("refused", "clarify")


def test_extract_gives_what_the_command_prints(
    published: Published, capsys: pytest.CaptureFixture[str]
) -> None:
    known = printed(capsys, "extract", DAYONG, "--json")
    known["source"]["path"] = DAYONG.name
    text = published.extract(name=DAYONG.name, text=DAYONG.read_text("utf-8"))
    content = base64.b64encode(DAYONG.read_bytes()).decode()
    assert published.extract(name=DAYONG.name, content=content) == known
    assert text["cells"] == known["cells"]


def test_extract_reads_word_files(published: Published) -> None:
    word = next(REPORTS.glob("*.docx"))
    content = base64.encodebytes(word.read_bytes()).decode()
    assert published.extract(name=word.name, content=content)["source"]["format"] == "docx"


def test_extract_by_a_schema_gives_values_with_their_places(
    published: Published, library: Library
) -> None:
    ((report_id,),) = library.query(
        "SELECT report_id FROM reports WHERE path LIKE '%大涌镇2022.html'"
    )
    found = published.extract(report_id=report_id, schema=LICENCES)
    assert found["data"] == {"行政许可": 6181}
    assert found["fields"][0]["spans"][0]["quote"] == "6181"
    whole = published.extract(report_id=report_id[:8])
    assert whole["report_id"] == report_id and len(whole["cells"]) == 200


def test_a_changed_file_of_the_library_is_not_extracted_again(tmp_path: Path) -> None:
    file = tmp_path / "年报.html"
    file.write_bytes(DAYONG.read_bytes())
    library = Library.open(tmp_path / "库")
    library.add([file])
    ((report_id,),) = library.query("SELECT report_id FROM reports")
    file.write_bytes(DAYONG.read_bytes() + b" ")
    with pytest.raises(MisuseError, match="已改动"):
        publish(library).extract(report_id=report_id, schema=LICENCES)


def test_an_upload_is_read_from_the_folder_of_uploads(published: Published, uploads: Path) -> None:
    (uploads / "a.html").write_bytes(DAYONG.read_bytes())
    found = published.extract_upload(upload(uploads / "a.html", "大涌镇.html"))  # type: ignore[arg-type]
    assert found["source"]["path"] == "大涌镇.html"
    assert (uploads / "a.html").exists()  # several may be uploading the same content


@pytest.mark.parametrize(
    "way", ["outside", "dotdot", "link", "missing", "folder", "nul", "relative"]
)
def test_no_file_outside_the_uploads_is_read(
    published: Published, uploads: Path, tmp_path: Path, way: str
) -> None:
    secret = tmp_path / "secret.html"
    secret.write_bytes(DAYONG.read_bytes())
    (uploads / "link.html").unlink(missing_ok=True)
    (uploads / "link.html").symlink_to(secret)
    (uploads / "folder.html").mkdir(exist_ok=True)
    path = {
        "outside": str(secret),
        "dotdot": f"{uploads}/{os.path.relpath(secret, uploads)}",
        "link": str(uploads / "link.html"),
        "missing": str(uploads / "none.html"),
        "folder": str(uploads / "folder.html"),
        "nul": f"{uploads}/a\0.html",
        "relative": "大涌镇2022.html",
    }[way]
    with pytest.raises(MisuseError, match="不是上传到本服务的文件"):
        published.extract_upload({**upload(secret, "a.html"), "path": path})  # type: ignore[arg-type]


def test_without_a_folder_of_uploads_nothing_is_read(library: Library) -> None:
    with pytest.raises(MisuseError, match="不是上传"):
        publish(library).extract_upload(upload(DAYONG))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({}, "三者之一"),
        ({"text": "x", "content": "eA=="}, "三者之一"),
        ({"text": "x"}, "请给出 name"),
        ({"name": "/etc/passwd", "text": "x"}, "不能作文件名"),
        ({"name": "..\\x.txt", "text": "x"}, "不能作文件名"),
        ({"name": "a\u202etxt.exe.txt", "text": "x"}, "不能作文件名"),
        ({"name": "a.pdf", "text": "x"}, "扩展名不能读"),
        ({"name": "a.txt", "content": "%%"}, "不是 Base64"),
        ({"name": "a.txt", "text": "x" * 1_000_001}, "最多 1000000"),
        ({"name": "a.txt", "text": 3}, "应当是文字"),
        ({"name": "a.txt", "text": "\ud800"}, "无效的字符"),
        ({"report_id": "../../x"}, "不是报告编号"),
        ({"report_id": "abc"}, "至少要 4"),
        ({"report_id": "ffffffffffff"}, "库里没有"),
        ({"name": "a.txt", "text": "x", "schema": []}, "应当是 JSON 对象"),
        ({"name": "a.txt", "text": "x", "path": "/etc/passwd"}, "没有 'path' 这个参数"),
    ],
)
def test_extract_declines_what_it_cannot_take(
    published: Published, arguments: dict[str, Any], said: str
) -> None:
    with pytest.raises(MisuseError, match=said):
        published.extract(**arguments)


def test_extract_tells_what_is_wrong_with_a_file_or_a_schema(published: Published) -> None:
    with pytest.raises(LoadError, match="不像政府信息公开工作年度报告"):
        published.extract(name="a.txt", text="今天天气很好。")
    page = DAYONG.read_text("utf-8")
    with pytest.raises(MisuseError, match="不是有效的 JSON Schema"):
        published.extract(name="a.html", text=page, schema={"type": "nonsense"})
    content = base64.b64encode(b" " * (LARGEST + 1)).decode()
    with pytest.raises(MisuseError, match="最多 10000000 字节"):
        published.extract(name="a.docx", content=content)
    with pytest.raises(MisuseError, match="最多 3000000 字节"):
        published.extract(name="a.txt", content=content)


def test_source_gives_the_very_place_of_a_number(published: Published) -> None:
    cited = published.ask(FLAGSHIP)["citations"][0]
    place = published.source(cited["report_id"][:6], cited["start"], cited["end"], context=20)
    assert place["quote"] == cited["quote"] == "6181"
    assert place["line"] == "行政许可\t6181" and place["line_whole"]
    assert place["agency"] == "中山市大涌镇" and place["year"] == 2022
    assert place["before"].endswith("行政许可\t") and len(place["before"]) == 20
    assert [(c["row"], c["value"]) for c in place["cells"]] == [("行政许可", 6181)]
    assert place["file"] == DAYONG.name and "path" not in place


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("/etc/passwd", 0, 1), "不是报告编号"),
        (("../manifest", 0, 1), "不是报告编号"),
        (("144ec200", -1, 1), "至少要 0"),
        (("144ec200", 5, 5), "不在全文之内"),
        (("144ec200", 7, 5), "不在全文之内"),
        (("144ec200", 0, 10**9), "不在全文之内"),
        (("144ec200", 0, 1, 2001), "最多 2000"),
        (("144ec200", 0, 1, -1), "至少要 0"),
        (("144ec200", 0.5, 1), "应当是整数"),
        (("144ec200", True, 1), "应当是整数"),
        (("144ec200", "0", 1), "应当是整数"),
        ((["144ec200"], 0, 1), "应当是文字"),
    ],
)
def test_source_declines_other_places(
    published: Published, arguments: tuple[Any, ...], said: str
) -> None:
    with pytest.raises(MisuseError, match=said):
        published.source(*arguments)


def test_source_takes_no_path_even_of_a_report_in_the_library(
    published: Published, library: Library
) -> None:
    ((path,),) = library.query("SELECT path FROM reports WHERE path LIKE '%大涌镇2022.html'")
    with pytest.raises(MisuseError, match="不接受文件路径"):
        published.source(path[-60:], 0, 1)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("",), "至少要 1"),
        (("问" * 501,), "最多 500"),
        ((None,), "应当是文字"),
        (("问", "yes"), "应当是 true 或 false"),
        (("问", False, {"question": "x"}), "不是回答"),
        (("问", False, {"certificate": {}, "x": "字" * 3_000_001}), "最多 3000000"),
    ],
)
def test_ask_declines_what_is_no_question(
    published: Published, arguments: tuple[Any, ...], said: str
) -> None:
    with pytest.raises(MisuseError, match=said):
        published.ask(*arguments)


def test_a_previous_answer_nested_without_end_is_declined(published: Published) -> None:
    deep: dict[str, Any] = {"certificate": {}}
    for _ in range(5000):
        deep = {"certificate": deep}
    with pytest.raises(MisuseError):
        published.ask("问", previous=deep)


def test_many_questions_at_once_get_the_same_answer(published: Published) -> None:
    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(published.ask, [FLAGSHIP] * 5))
    assert len({json.dumps(a | {"elapsed_ms": 0}) for a in answers}) == 1


def test_over_the_page_nothing_looks_like_a_file(published: Published) -> None:
    ask = next(e.function for e in endpoints(published) if e.name == "ask")
    answer = ask(FLAGSHIP)
    assert '"path":' not in json.dumps(answer)
    assert answer["citations"][0]["path_"].endswith(DAYONG.name)
    assert restored(answer) | {"elapsed_ms": 0} == published.ask(FLAGSHIP) | {"elapsed_ms": 0}
    with pytest.raises(NianbaoError, match="path_"):
        carried({"data": [{"path": "/etc/passwd", "path_": 1}]})


def test_an_answer_that_came_over_the_page_can_be_verified(
    published: Published, library: Library, tmp_path: Path
) -> None:
    saved = tmp_path / "answer.json"
    saved.write_text(json.dumps(carried(published.ask(FLAGSHIP))), "utf-8")
    assert run(["verify", str(saved), "--library", str(library.folder)]) == 0


def test_exactly_three_functions_are_published_and_all_they_take_is_told(
    published: Published,
) -> None:
    known = {"ask", "extract", "source"}
    assert {e.name for e in endpoints(published)} == known == set(functions())
    for tool in tools(published):
        properties = tool.input_schema["properties"]
        assert all(shape["description"] for shape in properties.values())
        assert set(properties) == set(parameters_of(tool.name)) - {"file"}


def test_what_the_tables_say_of_results_is_there(published: Published) -> None:
    cited = published.ask(FLAGSHIP)
    place = published.source(cited["citations"][0]["report_id"], 0, 5)
    assert {name for name, _, _ in results_of("ask")} <= set(cited)
    assert {name for name, _, _ in results_of("source")} <= set(place)
    plain = published.extract(report_id=place["report_id"])
    by_schema = published.extract(report_id=place["report_id"], schema=LICENCES)
    assert {name for name, _, _ in results_of("extract")} <= set(plain) | set(by_schema)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_tells_of_every_function_and_parameter(language: str) -> None:
    shown = api_view(words(language))
    for name in functions():
        assert f"/{name}" in shown
        for parameter in parameters_of(name):
            assert f"<code>{parameter}</code>" in shown
    assert "handle_file" in shown and "/call/v2/ask" in shown and "mcpServers" in shown
