"""The demonstration keeps to its own folder."""

from pathlib import Path

import pytest

from evals.demo import clear_demo, demo_folder, some_library


def test_demo_has_a_folder_of_its_own_below_the_users_library(tmp_path: Path) -> None:
    assert demo_folder(tmp_path) == tmp_path / "demo"


def test_demo_starts_from_nothing_each_time(tmp_path: Path) -> None:
    (tmp_path / "demo" / "library").mkdir(parents=True)
    (tmp_path / "demo" / "answer.json").write_text("{}")
    clear_demo(tmp_path / "demo")
    assert list((tmp_path / "demo").iterdir()) == []


def test_demo_refuses_a_folder_that_holds_anything_else(tmp_path: Path) -> None:
    (tmp_path / "keep.txt").write_text("mine")
    with pytest.raises(SystemExit, match="不属于演示的文件"):
        clear_demo(tmp_path)
    assert (tmp_path / "keep.txt").read_text() == "mine"


def test_page_opens_the_users_library_when_there_is_one(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("{}")
    assert some_library(tmp_path) == tmp_path
