"""The reports' tab behind its widgets: uploads as own copies, list, one report, what is missing."""

import os
import re
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from assistant.answer import answer_plan
from assistant.operations.gaps import Lacking, lacking
from assistant.page.desks import settling, uploads
from assistant.page.desks.embedding import EmbeddingDesk
from assistant.page.desks.gaps import find_gaps
from assistant.page.desks.settling import Given, Step
from assistant.page.desks.shelf import PAGE, Asked, choices, open_report, reports, shelf, turned
from assistant.page.house import House
from assistant.page.views.gaps import gaps_view
from assistant.page.views.report import report_view
from assistant.page.views.shelf import shelf_view, upload_view
from assistant.page.words import words
from assistant.plan import Plan, Scope, Understanding
from assistant.settings import Settings
from evals.big_library import build_big_library
from index.errors import MisuseError
from index.report import READER_VERSION
from index.store import own_files
from index.store.health import examine
from index.store.library import Library, LockedError
from index.store.own_files import own_copy, safe_name, stray_copies
from index.store.writer import LOCK

REPORTS = Path(__file__).parents[1] / "evals" / "reports"
DAYONG = (REPORTS / "大涌镇2022.html").read_bytes()
QINGLI = [REPORTS / f"青栎镇{name}" for name in ("2021.txt", "2022.txt", "2023.md")]
ZH, EN = words("zh"), words("en")


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.open(tmp_path / "库")


def hand_in(library: Library, tmp_path: Path, *files: tuple[str, bytes]) -> Step:
    """Upload contents under names; each lies where a browser's upload would, named otherwise."""
    handed = []
    for number, (name, content) in enumerate(files):
        path = tmp_path / f"handed-{time.monotonic_ns()}-{number}"
        path.write_bytes(content)
        handed.append(Given(path, name))
    return last(list(uploads.upload(library, handed)))


def last(steps: Sequence[Step]) -> Step:
    assert steps[-1].finished and not any(step.finished for step in steps[:-1])
    return steps[-1]


def copies(library: Library) -> list[Path]:
    return [path for path in (library.folder / "files").rglob("*") if path.is_file()]


def paths(library: Library) -> list[str]:
    return [path for (path,) in library.query("SELECT path FROM reports ORDER BY rid")]


def rid_of(library: Library, name: str) -> str:
    (record,) = [one for one in shelf(library, Asked(text=name)).rows]
    return str(record["rid"])


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300) | st.text(st.sampled_from("./\\~ a年\x00\u202e:<>"), max_size=20))
def test_every_name_becomes_one_that_is_safe_everywhere(said: str) -> None:
    name = safe_name(said)
    assert name and not name.startswith((".", "~", " ")) and not name.endswith((".", " "))
    assert not re.search(r'[<>:"/\\|?*\x00-\x1f\u202a-\u202e\u2066-\u2069]', name)
    assert len(name.encode()) < 200 and Path(name).name == name
    assert safe_name(name) == name


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("../../etc/passwd.txt", "passwd.txt"), ("C:\\temp\\年报.docx", "年报.docx"),
        ("大涌镇（终稿） 2022.html", "大涌镇（终稿） 2022.html"), ("CON.txt", "_CON.txt"),
        ("a\u202etxt.docx", "atxt.docx"), ("..", "报告"), ("", "报告"), ("/", "报告"),
        (".hidden.txt", "hidden.txt"), ("x" * 400 + ".txt", "x" * 160 + ".txt"),
    ],
)  # fmt: skip
def test_hostile_names_lose_only_what_is_hostile(said: str, name: str) -> None:
    assert safe_name(said) == name


def test_an_upload_becomes_the_librarys_own_copy(library: Library, tmp_path: Path) -> None:
    step = hand_in(library, tmp_path, ("../../大涌镇2022.html", DAYONG))
    (file,) = step.files
    assert (file.status, file.agency, file.year) == ("added", "中山市大涌镇", 2022)
    (path,) = paths(library)
    assert own_copy(library.folder, path) == Path(path)
    assert Path(path).read_bytes() == DAYONG and Path(path).name == "大涌镇2022.html"


def test_files_of_one_name_live_side_by_side_and_one_content_once(
    library: Library, tmp_path: Path
) -> None:
    first, second = QINGLI[0].read_bytes(), QINGLI[1].read_bytes()
    names = ("年报.txt", first), ("年报.txt", second), ("年报.txt", first), ("又一份.txt", first)
    step = hand_in(library, tmp_path, *names)
    assert [file.status for file in step.files] == ["added", "added", "unchanged", "unchanged"]
    assert "年报.txt" in step.files[3].reason
    again = hand_in(library, tmp_path, ("改名.txt", second), ("年报.txt", first))
    assert [file.status for file in again.files] == ["unchanged", "unchanged"]
    assert again.files[0].report_id and not again.changed
    assert [(one.agency, one.year) for one in again.files] == [
        (step.files[at].agency, step.files[at].year) for at in (1, 0)
    ]
    assert len(paths(library)) == len(copies(library)) == 2


def test_what_a_user_added_from_a_folder_is_not_copied_again(
    library: Library, tmp_path: Path
) -> None:
    library.add([REPORTS / "大涌镇2022.html"])
    (file,) = hand_in(library, tmp_path, ("大涌.html", DAYONG)).files
    assert file.status == "unchanged" and "大涌镇2022.html" in file.reason
    assert copies(library) == []


def test_every_file_that_is_not_taken_gives_its_reason(library: Library, tmp_path: Path) -> None:
    step = hand_in(
        library, tmp_path, ("坏.docx", b"not a zip"), ("空.txt", b""), ("图.png", b"x"),
        (".隐藏.txt", b"x"), ("大.txt", b"\n" * 20_000_001), ("好.html", DAYONG),
        ("新闻.html", "<script>alert(1)</script><p>今天开会</p>".encode()),
    )  # fmt: skip
    said = {file.name: (file.status, file.reason) for file in step.files}
    assert [said[name][0] for name in ("坏.docx", "空.txt", "图.png", ".隐藏.txt", "大.txt")] == [
        "failed", "failed", "ignored", "ignored", "ignored",
    ]  # fmt: skip
    assert said["好.html"] == ("added", "")
    assert "不是 Word 文件" in said["坏.docx"][1] and "20.0 MB" in said["大.txt"][1]
    assert all(reason for name, (_, reason) in said.items() if name != "好.html")
    assert str(library.folder) not in "".join(reason for _, reason in said.values())
    assert len(copies(library)) == 1, "a copy that could not be read is not kept"
    shown = html.fromstring(upload_view(step, ZH))
    assert not shown.xpath("//script") and len(shown.xpath("//tbody/tr")) == 7


def test_count_and_total_size_are_limited_and_told(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settling, "ADDED_FILES", 2)
    step = hand_in(library, tmp_path, ("a.html", DAYONG), ("b.txt", b""), ("c.txt", b"x"))
    assert step.files[2].status == "ignored" and "2 个" in step.files[2].reason
    monkeypatch.setattr(settling, "ADDED_BYTES", 10)
    (file,) = hand_in(library, tmp_path, ("d.txt", b"x" * 11)).files
    assert file.status == "ignored" and "合计" in file.reason


def test_a_link_or_a_pipe_is_not_followed(library: Library, tmp_path: Path) -> None:
    link, pipe = tmp_path / "link", tmp_path / "pipe"
    link.symlink_to(REPORTS / "大涌镇2022.html")
    os.mkfifo(pipe)
    handed = [Given(link, "a.html"), Given(pipe, "b.html"), Given(tmp_path / "none", "c.html")]
    step = last(list(uploads.upload(library, handed)))
    assert [file.status for file in step.files] == ["failed"] * 3
    assert copies(library) == [] and paths(library) == []


def test_a_killed_upload_leaves_nothing_in_use_and_is_cleared_or_told(
    library: Library, tmp_path: Path
) -> None:
    hand_in(library, tmp_path, ("年报.html", DAYONG))
    half = library.folder / "files" / ".incoming" / "abc"
    half.parent.mkdir(parents=True, exist_ok=True)
    half.write_bytes(DAYONG[:100])
    whole = own_files.keep_copy(library.folder, QINGLI[0], "青栎.txt", 1_000_000).path
    (told,) = [one for one in examine(library.folder, READER_VERSION) if one.name == "copies"]
    assert told.status == "note" and set(told.items) == {str(half), str(whole)}
    assert len(paths(library)) == 1
    (file,) = hand_in(library, tmp_path, ("青栎.txt", QINGLI[0].read_bytes())).files
    assert file.status == "added" and not half.exists()
    assert not [one for one in examine(library.folder, READER_VERSION) if one.name == "copies"]


def test_one_upload_at_a_time_and_the_second_is_told(library: Library, tmp_path: Path) -> None:
    with own_files.handing_over(library.folder), pytest.raises(LockedError, match="正在上传"):
        hand_in(library, tmp_path, ("a.html", DAYONG))
    with FileLock(library.folder / LOCK), pytest.raises(LockedError):
        hand_in(library, tmp_path, ("a.html", DAYONG))
    assert copies(library) == [], "what could not be read in is not left behind"
    assert hand_in(library, tmp_path, ("a.html", DAYONG)).count("added") == 1


def test_an_upload_whose_visitor_left_is_finished(library: Library, tmp_path: Path) -> None:
    file = tmp_path / "x"
    file.write_bytes(DAYONG)
    steps = uploads.upload(library, [Given(file, "a.html")])
    next(steps)
    steps.close()
    until = time.monotonic() + 10
    while not paths(library) and time.monotonic() < until:
        time.sleep(0.01)
    assert len(paths(library)) == 1


def test_a_replacement_comes_before_the_old_one_goes(library: Library, tmp_path: Path) -> None:
    hand_in(library, tmp_path, ("旧.txt", QINGLI[0].read_bytes()))
    new = tmp_path / "new"
    new.write_bytes(b"broken")
    step = last(list(uploads.replace(library, rid_of(library, "旧"), Given(new, "新.docx"))))
    assert step.note == "replace.kept" and Path(paths(library)[0]).name == "旧.txt"
    new.write_bytes(QINGLI[0].read_bytes())
    step = last(list(uploads.replace(library, rid_of(library, "旧"), Given(new, "新.txt"))))
    assert step.note == "replace.same" and len(paths(library)) == 1
    new.write_bytes(QINGLI[1].read_bytes())
    old = rid_of(library, "旧")
    step = last(list(uploads.replace(library, old, Given(new, "新.txt"))))
    assert step.note == "replace.done" and [Path(path).name for path in paths(library)] == [
        "新.txt"
    ]
    assert len(copies(library)) == 1
    with pytest.raises(MisuseError, match="移出或替换"):
        list(uploads.replace(library, old, Given(new, "新.txt")))


def test_removing_deletes_the_own_copy_and_never_a_file_outside(
    library: Library, tmp_path: Path
) -> None:
    outside = tmp_path / "大涌镇2022.html"
    outside.write_bytes(DAYONG)
    library.add([outside])
    hand_in(library, tmp_path, ("青栎.txt", QINGLI[0].read_bytes()))
    assert uploads.remove(library, rid_of(library, "大涌")) == "大涌镇2022.html"
    assert outside.read_bytes() == DAYONG
    uploads.remove(library, rid_of(library, "青栎"))
    assert paths(library) == copies(library) == []
    with pytest.raises(MisuseError):
        uploads.remove(library, "0")
    with pytest.raises(MisuseError):
        uploads.remove(library, "0 OR 1=1")


def test_only_real_copies_count_as_own(library: Library, tmp_path: Path) -> None:
    hand_in(library, tmp_path, ("a.html", DAYONG))
    (path,) = paths(library)
    folder, outside = Path(path).parent, tmp_path / "b.html"
    outside.write_bytes(DAYONG)
    (folder / "link.html").symlink_to(outside)
    for other in (
        outside, folder / "link.html", folder / ".." / folder.name / "a.html",
        library.folder / "manifest.json", "\x00", "",
    ):  # fmt: skip
        assert own_copy(library.folder, str(other)) is None
    assert stray_copies(library.folder, {path}) == [folder / "link.html"]


def test_the_list_filters_sorts_and_says_how_many(library: Library) -> None:
    library.add([*QINGLI, REPORTS / "青栎镇2022_转载.txt", REPORTS / "槿塘镇2022.txt"])
    assert shelf(library, Asked()).matched == 5
    assert shelf(library, Asked(text="雲櫸縣 青栎", year="2022", role="copy")).matched == 1
    assert {one["file"] for one in shelf(library, Asked(checks="fail")).rows} == {"槿塘镇2022.txt"}
    county = choices(library).counties[0]
    assert 0 < shelf(library, Asked(county=county)).matched < 5
    years = [one["year"] for one in shelf(library, Asked(by="year", down=True)).rows]
    assert years == sorted(years, reverse=True)
    found = shelf(library, Asked(text="没有的"))
    assert (found.matched, found.total, found.rows) == (0, 5, ())
    assert "0" in shelf_view(found, Asked(), ZH) and "0 of 5" in shelf_view(found, Asked(), EN)
    assert turned(turned(Asked(), {"do": "sort", "by": "year"}), {"do": "sort", "by": "year"}).down


def test_an_opened_report_shows_every_cell_and_every_place_is_right(library: Library) -> None:
    library.add([REPORTS / "槿塘镇2022.txt", *QINGLI, REPORTS / "青栎镇2022_转载.txt"])
    record = open_report(library, rid_of(library, "槿塘"))
    for say in (ZH, EN):
        tree = html.fromstring(report_view(record, say))
        assert len(tree.xpath("//td[@data-sort]/..")) >= 200
        assert tree.xpath("//td[@class='no']")
    for button in tree.xpath("//button[@data-start]")[1:]:
        raw = record["text"][int(button.get("data-start")) : int(button.get("data-end"))]
        row = [cell.text_content() for cell in button.xpath("ancestor::tr/td")]
        assert raw in (row[-1], button.text_content())
    assert all(button.get("data-spans") for button in tree.xpath("//button[@data-spans]"))
    copy = open_report(library, rid_of(library, "转载"))
    assert [one["file"] for one in copy["copies"]] == ["青栎镇2022.txt"]
    with pytest.raises(MisuseError):
        open_report(library, "999")


def test_hostile_reports_stay_text(library: Library, tmp_path: Path) -> None:
    title = "<img src=x onerror=alert(1)>示例县某某镇2022年政府信息公开工作年度报告"
    text = QINGLI[1].read_text("utf-8").split("\n", 1)[1]
    hand_in(library, tmp_path, ("<svg onload=alert(1)>.txt", f"{title}\n{text}".encode()))
    record = open_report(library, str(shelf(library, Asked()).rows[0]["rid"]))
    shown = report_view(record, ZH) + shelf_view(shelf(library, Asked()), Asked(), ZH)
    shown += gaps_view(find_gaps(library), ZH)
    assert not html.fromstring(shown).xpath("//img | //svg | //@onerror | //@onload")


def test_the_map_tells_reported_from_missing_and_unreadable(library: Library) -> None:
    library.add([*QINGLI, REPORTS / "青栎镇2022_转载.txt", *REPORTS.glob("荻圩镇*")])
    gaps = find_gaps(library)
    rows = {row.name[-3:]: row for row in gaps.rows}
    assert gaps.years == (2021, 2022, 2023)
    assert [spot.state for spot in rows["青栎镇"].spots] == ["reported"] * 3
    assert [spot.others for spot in rows["青栎镇"].spots] == [0, 1, 0]
    assert [spot.state for spot in rows["荻圩镇"].spots] == ["missing", "unread", "reported"]
    assert gaps.counts == {"reported": 4, "unread": 1, "missing": 1, "doubtful": 0}
    assert find_gaps(library, rows["青栎镇"].county).places == 1
    shown = gaps_view(gaps, ZH)
    assert ZH("gaps.basis.library", places=2, years=3) in shown


def test_the_map_and_the_question_find_the_same_missing_reports(library: Library) -> None:
    library.add([*QINGLI[:2], *REPORTS.glob("荻圩镇*"), *REPORTS.glob("莳坪镇*")])
    gaps = find_gaps(library)
    plan = Plan(operation="missing", missing="report", scope=Scope(years=gaps.years))
    asked = {(row.agency, row.year) for row in answer_plan(Understanding(plan=plan), library).rows}
    mapped = {
        (row.name, year)
        for row in gaps.rows
        for year, spot in zip(gaps.years, row.spots, strict=True)
        if spot.state == "missing"
    }
    assert mapped == asked and len(asked) == gaps.counts["missing"] > 3


def test_a_report_of_unknown_year_leaves_the_missing_years_in_doubt() -> None:
    assert lacking([2021, None], (2020, 2021)) == Lacking((2020,), doubtful=True)
    assert lacking([2021], (2020, 2021)) == Lacking((2020,), doubtful=False)


def test_the_national_list_adds_townships_without_any_report(tmp_path: Path) -> None:
    library = build_big_library(tmp_path / "库", 40)
    county = choices(library).counties[0]
    own, listed = find_gaps(library, county), find_gaps(library, county, national=True)
    assert listed.national is True and listed.places > own.places
    added = [row for row in listed.rows if row.listed_only]
    assert {spot.state for row in added for spot in row.spots} == {"missing"}
    assert not {row.name for row in added} & {row.name for row in own.rows}
    assert ZH("gaps.not_listed") in gaps_view(find_gaps(library, national=True), ZH)


def test_a_thousand_reports_are_shown_by_the_page_and_read_once(tmp_path: Path) -> None:
    house = House(build_big_library(tmp_path / "库", 1000), Settings(base_url=None))
    asked = Asked(text="镇", by="reported")
    assert len(shelf_view(shelf(house.library(), asked), asked, ZH)) < 200_000
    assert report_view(open_report(house.library(), "5"), ZH)
    assert gaps_view(find_gaps(house.library()), ZH)
    assert reports(house.library()) is reports(house.library()), "a snapshot is read once"
    found = shelf(house.library(), asked._replace(page=10**9))
    assert len(found.rows) <= PAGE and found.page == found.pages - 1


def test_embedding_is_not_waited_for_and_its_failure_is_kept(library: Library) -> None:
    vectors = EmbeddingDesk(House(library, Settings(embed_seconds=5, embed_model="x")))
    vectors.start_after_add()
    for thread in threading.enumerate():
        if thread.name == "embedding":
            thread.join(20)
    assert not vectors.running
    assert vectors.state().failure
    idle = EmbeddingDesk(House(library, Settings(embed_seconds=0, embed_model="x")))
    idle.start_after_add()
    assert not idle.running and not idle.state().failure
