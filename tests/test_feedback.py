"""Thumbs and comments are kept whole, by many at once, within bounds, and read back."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assistant.feedback import (
    FILE,
    LONGEST_COMMENT,
    feedback_on,
    keep_feedback,
    read_feedback,
)
from assistant.page.desks.feedback import keep_thumb
from assistant.page.desks.talk import Talk
from assistant.plan import Plan
from assistant.result import Answer
from evals.__main__ import build
from index.errors import MisuseError, OutsideError

ANSWER = Answer(
    question="哪些镇2022年行政许可超过1000件",
    status="answered",
    text="大涌镇 6181件。",
    plan=Plan(operation="list"),
)


def test_thumb_is_read_back_with_question_plan_and_comment(tmp_path: Path) -> None:
    keep_feedback(tmp_path, feedback_on(ANSWER, "down", " 少了\n一个镇\u2028=1+1 "))
    kept = read_feedback(tmp_path)
    (one,) = kept.records
    assert (one.question, one.plan, one.thumb) == (ANSWER.question, ANSWER.plan, "down")
    assert one.comment == "少了\n一个镇\u2028=1+1"
    assert kept.unread == 0


def test_nothing_but_the_answer_and_the_thumb_is_kept(tmp_path: Path) -> None:
    keep_feedback(tmp_path, feedback_on(ANSWER, "up"))
    record = json.loads((tmp_path / FILE).read_text(encoding="utf-8"))
    assert set(record) == {
        "time", "thumb", "comment", "question", "resolved", "edited", "plan", "status",
        "snapshot", "text",
    }  # fmt: skip


def test_many_at_once_leave_one_whole_line_each(tmp_path: Path) -> None:
    def keep(number: int) -> None:
        keep_feedback(tmp_path, feedback_on(ANSWER, "up", f"{number}" * 300))

    with ThreadPoolExecutor(30) as pool:
        list(pool.map(keep, range(60)))
    kept = read_feedback(tmp_path)
    assert {one.comment for one in kept.records} == {f"{n}" * 300 for n in range(60)}
    assert kept.unread == 0


def test_line_cut_by_a_crash_is_counted_and_takes_no_other_with_it(tmp_path: Path) -> None:
    keep_feedback(tmp_path, feedback_on(ANSWER, "up", "先"))
    path = tmp_path / FILE
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:40])
    keep_feedback(tmp_path, feedback_on(ANSWER, "up", "后"))
    kept = read_feedback(tmp_path)
    assert [one.comment for one in kept.records] == ["先", "后"]
    assert kept.unread == 1


def test_comment_too_long_is_told_and_not_kept(tmp_path: Path) -> None:
    with pytest.raises(MisuseError, match=str(LONGEST_COMMENT)):
        feedback_on(ANSWER, "up", "长" * (LONGEST_COMMENT + 1))
    assert read_feedback(tmp_path).records == ()


def test_full_file_is_told_and_stays_as_it_is(tmp_path: Path) -> None:
    keep_feedback(tmp_path, feedback_on(ANSWER, "up"))
    before = (tmp_path / FILE).read_bytes()
    with pytest.raises(OutsideError, match="上限"):
        keep_feedback(tmp_path, feedback_on(ANSWER, "up"), largest=len(before) + 10)
    assert (tmp_path / FILE).read_bytes() == before


def test_link_in_place_of_the_file_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "else").write_text("mine", encoding="utf-8")
    (tmp_path / FILE).symlink_to(tmp_path / "else")
    with pytest.raises(OutsideError, match="没有保存"):
        keep_feedback(tmp_path, feedback_on(ANSWER, "up"))
    assert (tmp_path / "else").read_text(encoding="utf-8") == "mine"


def test_thumb_before_any_answer_is_told(tmp_path: Path) -> None:
    with pytest.raises(MisuseError, match="还没有回答"):
        keep_thumb(tmp_path, Talk(), "up", "")


def test_command_lists_what_was_not_liked(tmp_path: Path) -> None:
    keep_thumb(tmp_path, Talk().after(ANSWER), "down", "少了一个")
    keep_thumb(tmp_path, Talk().after(ANSWER), "up", "很好")
    done = CliRunner().invoke(build(), ["feedback", "--down", "--library", str(tmp_path)])
    assert "少了一个" in done.output
    assert "很好" not in done.output
    done = CliRunner().invoke(build(), ["feedback", "--json", "--library", str(tmp_path)])
    assert json.loads(done.output)["count"] == 2
