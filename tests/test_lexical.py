"""The lexical index in step with its library: added, removed, replaced, crashed, damaged."""

import shutil
from pathlib import Path

import pytest

from index.report import READER_VERSION
from index.search.hit import PlaceFilter, SearchScope
from index.search.keeping import (
    MANIFEST,
    keep_lexical,
    lexical_folder,
    read_lexical_manifest,
)
from index.search.lexical import LexicalError, LexicalIndex, LexicalWriter
from index.search.source import read_passages
from index.search.words import index_pairs, index_words, query_terms, squeezed_form
from index.store.health import examine
from index.store.library import Library, LockedError, StorageError
from index.store.writer import Writer
from tests.passage_library import fill, passage_report

EVERYWHERE = SearchScope()


def index_of(library: Library) -> LexicalIndex:
    folder = lexical_folder(library.folder)
    return LexicalIndex(folder / read_lexical_manifest(folder).folder)


def found(library: Library, query: str, scope: SearchScope = EVERYWHERE) -> list[int]:
    return [p.rid for p in index_of(library).rank(query_terms(query), scope, 100)]


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return fill(
        Library.open(tmp_path),
        passage_report("青栎镇", ["安排专人巡查网站链接。", "未收取信息处理费。"]),
        passage_report("葵川乡", ["组织业务培训三次。"], 2021, county="乙县"),
    )


def test_what_was_added_is_found_by_its_words(library: Library) -> None:
    assert found(library, "巡查网站") == [0]
    assert found(library, "培训") == [1]


def test_traditional_characters_and_full_width_letters_are_the_same(library: Library) -> None:
    fill(library, passage_report("蓼湖镇", ["開放數據集，ＬＥＤ屏滾動播出。"]))
    assert found(library, "数据集") == found(library, "led") == found(library, "開放數據") == [2]


def test_the_header_is_searched_too(library: Library) -> None:
    assert set(found(library, "青栎镇")) == {0}
    assert found(library, "乙县2021年")[0] == 1


@pytest.mark.parametrize(
    ("scope", "rids"),
    [
        (SearchScope(years=(2021,)), {1}),
        (SearchScope(years=(2021, 2022)), {0, 1}),
        (SearchScope(places=(PlaceFilter(county="乙县"),)), {1}),
        (SearchScope(places=(PlaceFilter(county="乙县"), PlaceFilter(township="青栎镇"))), {0, 1}),
        (SearchScope(places=(PlaceFilter(county="乙县", township="青栎镇"),)), set()),
        (SearchScope(places=(PlaceFilter(),)), {0, 1}),
        (SearchScope(kinds=("乡",), levels=("township",)), {1}),
        (SearchScope(sections=("总体情况",)), {0, 1}),
        (SearchScope(sections=("其他",)), set()),
        (SearchScope(rids=(0, 7)), {0}),
        (SearchScope(years=(1999,)), set()),
    ],
)
def test_filters_hold_exactly(library: Library, scope: SearchScope, rids: set[int]) -> None:
    assert set(found(library, "甲县乙县信息培训", scope)) == rids


def test_a_removed_report_leaves_the_index(library: Library) -> None:
    library.remove([0])
    assert found(library, "巡查网站") == []
    assert index_of(library).size == 1


def test_a_report_that_changed_is_found_as_it_is_now(library: Library) -> None:
    fill(library, passage_report("青栎镇", ["改用公告栏。"]))
    assert found(library, "巡查网站") == []
    assert found(library, "公告栏") == [2]


def test_an_older_version_that_comes_back_is_found_again(library: Library) -> None:
    fill(library, passage_report("青栎镇", ["改用公告栏。"]))
    library.remove([2])
    assert found(library, "巡查网站") == [0]


def test_adding_is_incremental(library: Library) -> None:
    before = read_lexical_manifest(lexical_folder(library.folder)).folder
    fill(library, passage_report("芷塘镇", ["增设查阅点。"]))
    after = read_lexical_manifest(lexical_folder(library.folder))
    assert (after.folder, after.passages) == (before, 4)


def test_a_crash_before_the_index_was_written_is_healed(library: Library) -> None:
    report = passage_report("芷塘镇", ["增设查阅点。"])
    with Writer(library.folder) as writer:
        writer.store([report], "0")  # and no index: the process died here
    library.refresh()
    assert found(library, "查阅点") == []
    assert library.index_words() == ""
    assert found(library, "查阅点") == [2]


def test_a_crash_before_the_manifest_was_written_is_healed(library: Library) -> None:
    manifest = lexical_folder(library.folder) / MANIFEST
    before = manifest.read_bytes()
    fill(library, passage_report("芷塘镇", ["增设查阅点。"]))
    library.remove([1])
    manifest.write_bytes(before)
    assert library.index_words() == ""
    assert found(library, "查阅点") == [2]
    assert found(library, "培训") == []
    assert index_of(library).size == len(list(read_passages(library)))


def damage_manifest(folder: Path) -> None:
    (folder / MANIFEST).write_text("{")


def damage_version(folder: Path) -> None:
    text = (folder / MANIFEST).read_text()
    (folder / MANIFEST).write_text(text.replace('"version":"', '"version":"0'))


def damage_store(folder: Path) -> None:
    store = next(folder.glob("*/*.store"))
    store.write_bytes(store.read_bytes()[:-5])


def damage_segment(folder: Path) -> None:
    for file in list(folder.glob("*/*.idx")):
        file.unlink()


def damage_contents(folder: Path) -> None:
    next(folder.glob("*/meta.json")).write_text("nothing")


@pytest.mark.parametrize(
    "damage",
    [shutil.rmtree, damage_manifest, damage_version, damage_store, damage_segment, damage_contents],
)
def test_a_lost_or_damaged_index_is_built_anew(library: Library, damage) -> None:  # type: ignore[no-untyped-def]
    folder = lexical_folder(library.folder)
    damage(folder)
    assert library.index_words() != ""
    assert found(library, "巡查网站") == [0]
    assert found(library, "培训") == [1]
    assert [p.name for p in folder.iterdir() if p.is_dir()] == [
        read_lexical_manifest(folder).folder
    ]


def test_doctor_tells_a_sound_index_from_a_lost_and_a_lagging_one(library: Library) -> None:
    def told() -> tuple[str, str]:
        (finding,) = [f for f in examine(library.folder, READER_VERSION) if f.name == "lexical"]
        return finding.status, finding.message

    assert told()[0] == "ok"
    with Writer(library.folder) as writer:
        writer.store([passage_report("芷塘镇", ["增设查阅点。"])], "0")
    assert told() == ("warn", "词语索引缺1份报告、多0份；下次 nianbao add 会补齐。")
    shutil.rmtree(lexical_folder(library.folder))
    assert told()[0] == "warn" and "丢失" in told()[1]


def test_the_next_add_builds_a_lost_index_anew(library: Library, tmp_path: Path) -> None:
    shutil.rmtree(lexical_folder(library.folder))
    library.add([Path("evals/reports/青栎镇2022.txt")])
    assert 0 in found(library, "巡查网站链接")


def test_a_second_writer_is_refused_at_once(library: Library) -> None:
    with Writer(library.folder), pytest.raises(LockedError):
        library.index_words()
    folder = lexical_folder(library.folder)
    live = folder / read_lexical_manifest(folder).folder
    first = LexicalWriter(live)
    with pytest.raises(LexicalError):
        LexicalWriter(live)
    first.commit()


def test_an_open_reader_keeps_working_and_sees_the_change_when_it_looks(library: Library) -> None:
    reader = index_of(library)
    fill(library, passage_report("芷塘镇", ["增设查阅点。"]))
    terms = query_terms("查阅点")
    assert reader.rank(terms, EVERYWHERE, 5) == []
    reader.refresh()
    assert [p.rid for p in reader.rank(terms, EVERYWHERE, 5)] == [2]


def test_a_disk_that_refuses_is_said_plainly(library: Library) -> None:
    folder = lexical_folder(library.folder)
    shutil.rmtree(folder)
    folder.write_text("in the way")
    with pytest.raises(StorageError, match="词语索引没有写成"):
        library.index_words()


def test_thousands_of_reports_are_kept_as_a_few_runs(tmp_path: Path) -> None:
    reports = [passage_report(f"第{i}镇", ["未收取信息处理费。"]) for i in range(1200)]
    library = fill(Library.open(tmp_path), *reports)
    manifest = read_lexical_manifest(lexical_folder(tmp_path))
    assert manifest.rids == ((0, 1199),)
    with Writer(tmp_path) as writer:
        assert keep_lexical(writer, lexical_folder(tmp_path), check=True)[:2] == (0, 0)
    assert len(found(library, "信息处理费")) == 100


def test_words_and_pairs_ignore_line_breaks_and_marks() -> None:
    assert index_words("政\n府，信息公开") == index_words("政府，信息公开")
    assert "自然" in index_pairs("自 然\n人") and "然人" in index_pairs("自 然\n人")
    assert squeezed_form("數(shù)據 ＡＢ") == "数据ab"


def test_question_words_are_left_out_unless_they_are_all_there_is() -> None:
    assert query_terms("为什么废止文件").words == ("废止", "文件")
    assert query_terms("为什么").words


@pytest.mark.parametrize("query", ["", "？！", "\x00", "\ud800", '")(', "\n"])
def test_a_query_without_words_has_no_terms(query: str) -> None:
    assert not query_terms(query) or query == "\ud800"


def test_a_very_long_query_is_cut_and_says_so() -> None:
    terms = query_terms("".join(chr(0x4E00 + i) for i in range(10_000)))
    assert terms.cut and len(terms.words) <= 160 and len(terms.pairs) <= 160
