"""The walk: every path once, in a stable order, and a reason for each one not read."""

import os
from pathlib import Path

import pytest

from index.loading.walk import iter_paths


def make(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x", encoding="utf-8")


def walked(folder: Path, *paths: Path) -> list[tuple[str, str]]:
    visits = iter_paths(paths or [folder])
    return [(v.path.relative_to(folder).as_posix(), v.outcome) for v in visits]


def test_files_come_in_a_stable_order(tmp_path: Path) -> None:
    make(tmp_path, "b.txt", "a.md", "c/d.docx", "c/a/z.HTML", "乙.htm")
    assert walked(tmp_path) == [
        *[("a.md", "read"), ("b.txt", "read"), ("c/a/z.HTML", "read")],
        *[("c/d.docx", "read"), ("乙.htm", "read")],
    ]


def test_what_is_passed_over_is_told_with_a_reason(tmp_path: Path) -> None:
    make(
        tmp_path, ".a.txt", "~$b.docx", "c.pdf", "README", ".git/config", "d.html", "d_files/x.htm"
    )
    os.mkfifo(tmp_path / "e.txt")
    visits = list(iter_paths([tmp_path]))
    assert {v.path.name for v in visits if v.outcome == "skipped"} == {
        *[".a.txt", "~$b.docx", "c.pdf", "README", ".git", "d_files", "e.txt"]
    }
    assert [v.path.name for v in visits if v.outcome == "read"] == ["d.html"]
    assert all(bool(v.reason) == (v.outcome != "read") for v in visits)


def test_a_file_named_outright_is_always_taken(tmp_path: Path) -> None:
    make(tmp_path, ".a", "b.pdf")
    assert walked(tmp_path, tmp_path / ".a", tmp_path / "b.pdf") == [
        (".a", "read"),
        ("b.pdf", "read"),
    ]


def test_what_does_not_exist_has_failed(tmp_path: Path) -> None:
    make(tmp_path, "a.txt")
    (tmp_path / "gone.txt").symlink_to("nowhere")
    (tmp_path / "loop").symlink_to("loop")
    assert walked(tmp_path) == [("a.txt", "read"), ("gone.txt", "failed"), ("loop", "failed")]
    assert walked(tmp_path, tmp_path / "none") == [("none", "failed")]


def test_links_in_a_circle_end(tmp_path: Path) -> None:
    make(tmp_path, "a/x.txt")
    (tmp_path / "a" / "up").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "b").symlink_to(tmp_path / "a", target_is_directory=True)
    assert walked(tmp_path) == [("a/up", "skipped"), ("a/x.txt", "read"), ("b", "skipped")]


def test_a_file_met_twice_is_read_once(tmp_path: Path) -> None:
    make(tmp_path, "a.txt")
    (tmp_path / "b.txt").symlink_to("a.txt")
    assert walked(tmp_path, tmp_path, tmp_path / "a.txt") == [
        *[("a.txt", "read"), ("b.txt", "skipped"), ("a.txt", "skipped")]
    ]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may open every folder")
def test_a_closed_folder_has_failed_and_the_rest_goes_on(tmp_path: Path) -> None:
    make(tmp_path, "a/x.txt", "b.txt")
    (tmp_path / "a").chmod(0)
    try:
        assert walked(tmp_path) == [("a", "failed"), ("b.txt", "read")]
    finally:
        (tmp_path / "a").chmod(0o700)


def test_a_deep_tree_is_walked(tmp_path: Path) -> None:
    deep = tmp_path
    for _ in range(300):
        deep = deep / "d"
    deep.mkdir(parents=True)
    make(deep, "x.txt")
    assert [outcome for _, outcome in walked(tmp_path)] == ["read"]
