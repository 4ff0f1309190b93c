"""The demonstration keeps to its own folder."""

from pathlib import Path

import pytest

from evals.demo import ROOT, clear_demo, demo_folder, some_library


@pytest.mark.parametrize("home", ["elsewhere", None])
def test_demo_has_a_folder_of_its_own_outside_the_checkout(home: str | None) -> None:
    folder = demo_folder(home)
    assert folder.name == "demo"
    assert folder.parent == Path(home) if home else not folder.is_relative_to(ROOT)


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
    assert some_library(str(tmp_path)) == tmp_path
