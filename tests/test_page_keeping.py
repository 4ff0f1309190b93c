"""An answer is taken away whole under a safe name, and an uploaded one opens no file it names."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from plan_library import PlanLibrary, Printed

from assistant.answer import answer
from assistant.markup import tag
from assistant.page.desks.keeping import file_name, verify_last, verify_saved, write_kept
from assistant.page.desks.talk import Talk
from assistant.page.views.keeping import copy_view, verified_view
from assistant.page.words import words
from assistant.result import Answer
from assistant.verify import Verification
from index.errors import MisuseError
from index.search.hit import PassageSearch

LIBRARY = PlanLibrary(
    [
        Printed(name, 2022, {"licensing.decisions": ("reported", Decimal(value))}, township=name)
        for name, value in (("多镇", 6181), ("少镇", 12))
    ]
)
TALK = Talk().after(answer("哪些镇2022年行政许可超过1000件", LIBRARY))
Json = dict[str, Any]


def no_search() -> PassageSearch:
    raise AssertionError("a question on numbers needs no search")


def uploaded(folder: Path, saved: Json) -> str:
    path = folder / "x.json"
    path.write_text(json.dumps(saved, ensure_ascii=False), encoding="utf-8")
    return str(path)


def as_saved() -> Json:
    assert TALK.answer is not None
    saved: Json = json.loads(TALK.answer.model_dump_json())
    return saved


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("哪些镇2022年行政许可超过1000件", "哪些镇2022年行政许可超过1000件.csv"),
        ("../../etc/passwd", "etc_passwd.csv"),
        ("C:\\x\0y|z", "C_x_y_z.csv"),
        ("", "回答.csv"),
        ("…/…", "回答.csv"),
        ("con", "回答_con.csv"),
        ("-rf", "rf.csv"),
        ("长" * 500, "长" * 40 + ".csv"),
        ("a\u202egnp.exe", "a_gnp_exe.csv"),
    ],
)
def test_name_of_a_file_holds_nothing_a_path_could_mean(question: str, name: str) -> None:
    assert file_name(question, "csv") == name


def test_saved_answer_is_the_json_of_the_command_and_verifies(tmp_path: Path) -> None:
    target = write_kept(TALK, "json", tmp_path)
    assert TALK.answer is not None
    assert target.read_text(encoding="utf-8") == TALK.answer.model_dump_json()
    assert verify_saved(str(target), LIBRARY, no_search, tmp_path).verified
    assert target.parent != write_kept(TALK, "json", tmp_path).parent
    assert target.parent.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("wanted", ["xlsx", "csv"])
def test_tables_are_written(wanted: str, tmp_path: Path) -> None:
    assert write_kept(TALK, wanted, tmp_path).stat().st_size > 0  # type: ignore[arg-type]


def test_last_answer_is_verified_and_leaves_no_file(tmp_path: Path) -> None:
    before = set(tmp_path.iterdir())
    assert verify_last(TALK, LIBRARY, no_search, tmp_path).verified
    assert set(tmp_path.iterdir()) == before


def test_check_of_the_last_answer_names_files_without_their_folders(tmp_path: Path) -> None:
    assert TALK.answer is not None
    places = ("不在了/甲", "不在了/乙")
    moved = TALK.answer.certificate.model_copy(
        update={
            "support": tuple(
                one.model_copy(update={"path": f"{places[n % 2]}/{one.report_id}.docx"})
                for n, one in enumerate(TALK.answer.certificate.support)
            )
        }
    )
    answer = TALK.answer.model_copy(update={"certificate": moved})
    found = verify_last(Talk(answer=answer), LIBRARY, no_search, tmp_path)
    told = "".join((found.summary, *found.problems, *found.not_verified))
    assert ".docx" in told and "不在了" not in told


def test_nothing_answered_is_told(tmp_path: Path) -> None:
    with pytest.raises(MisuseError, match="还没有回答"):
        write_kept(Talk(), "csv", tmp_path)


def test_uploaded_answer_opens_no_file_that_it_names(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("行政许可 6181", encoding="utf-8")
    saved = as_saved()
    for one in (*saved["certificate"]["support"], *saved["citations"]):
        one["path"] = str(secret)
    found = verify_saved(uploaded(tmp_path, saved), LIBRARY, no_search, tmp_path)
    assert any("没有打开" in note for note in found.not_verified)
    assert not any("SHA-256" in problem for problem in found.problems)


def test_answer_whose_reports_nobody_has_is_not_verified(tmp_path: Path) -> None:
    saved = as_saved()
    saved["certificate"]["snapshot"] = "0" * 64
    text = json.dumps(saved, ensure_ascii=False)
    for number, one in enumerate(saved["certificate"]["support"]):
        text = text.replace(one["report_id"], f"{number:x}" * 16)
    found = verify_saved(uploaded(tmp_path, json.loads(text)), LIBRARY, no_search, tmp_path)
    assert not found.verified


@pytest.mark.parametrize("content", ["", "[]", "{}", "\x00\xff", '{"certificate": 1}'])
def test_upload_that_is_no_answer_is_told_without_a_path(content: str, tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(MisuseError) as told:
        verify_saved(str(path), LIBRARY, no_search, tmp_path)
    assert "/" not in str(told.value)


def test_no_upload_is_told(tmp_path: Path) -> None:
    with pytest.raises(MisuseError, match="还没有选文件"):
        verify_saved(None, LIBRARY, no_search, tmp_path)


def test_views_escape_what_they_show() -> None:
    evil = "<script>x</script>"
    found = Verification(
        verified=False, summary=evil, numbers=0, problems=(evil,), not_verified=(evil,)
    )
    shown = verified_view(found, words("zh"))
    shown += copy_view(Answer(question=evil, text=evil, status="answered"), words("zh"))
    assert "<script" not in shown
    assert tag("li", evil) in shown
