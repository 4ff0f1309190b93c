"""The hybrid searcher: exact filters, fusion, near-duplicates, mentions, and what it admits."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from index.errors import OutsideError
from index.search.fusion import fuse
from index.search.hit import PlaceFilter, SearchScope
from index.search.keeping import lexical_folder
from index.search.lexical import LexicalError
from index.search.searcher import DenseMissingError, Searcher
from index.search.source import read_passages
from index.store.library import Library
from index.store.writer import Writer
from tests.passage_library import fill, passage_report

BOILERPLATE = "{}坚持以公开为常态，2022年主动公开政府信息{}条，未收取信息处理费。"


class FakeDense:
    """Ranks by a list that the test gives; records what it was asked."""

    def __init__(self, ranked: Sequence[tuple[int, int]] = (), waiting: int = 0) -> None:
        self.ranked, self.waiting = list(ranked), waiting
        self.asked: list[tuple[str, Sequence[int] | None, SearchScope, int]] = []

    def rank(
        self, query: str, rids: Sequence[int] | None, scope: SearchScope, limit: int
    ) -> list[tuple[int, int, float]]:
        self.asked.append((query, rids, scope, limit))
        inside = [key for key in self.ranked if rids is None or key[0] in rids]
        return [(rid, ordinal, 0.9) for rid, ordinal in inside][:limit]

    def pending(self, rids: Sequence[int] | None) -> int:
        return self.waiting


class BrokenDense(FakeDense):
    def rank(
        self, query: str, rids: Sequence[int] | None, scope: SearchScope, limit: int
    ) -> list[tuple[int, int, float]]:
        raise OutsideError("向量端点没有回应。")


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return fill(
        Library.open(tmp_path),
        passage_report(
            "青栎镇", ["安排专人巡查网站链接，发现错链当天改正。", "组织业务培训三次。"]
        ),
        passage_report("葵川乡", ["组织业务培训，请来外县老师。"], 2021, county="乙县"),
        passage_report("芷塘镇", ["村务公开栏每月更换。"], section="其他需要报告的事项"),
    )


def keys(found) -> list[tuple[int, str]]:  # type: ignore[no-untyped-def]
    return [(hit.rid, hit.text) for hit in found.hits]


def test_a_hit_is_exactly_the_text_of_its_report(library: Library) -> None:
    for hit in Searcher(library).search("培训").hits:
        assert hit.text == library.text(hit.rid)[hit.start : hit.end]
        assert hit.path.startswith("/示例/") and hit.score > 0 and hit.lexical_rank


def test_filters_are_never_widened(library: Library) -> None:
    searcher = Searcher(library, FakeDense([(0, 0), (1, 0), (2, 0)]))
    for scope in (
        SearchScope(years=(1999,)),
        SearchScope(places=(PlaceFilter(county="丙县"),)),
        SearchScope(rids=(77,)),
        SearchScope(years=(2021,), places=(PlaceFilter(county="甲县"),)),
    ):
        found = searcher.search("培训", scope)
        assert (found.hits, found.reports, found.passages) == ((), 0, 0)


def test_a_section_without_passages_finds_nothing(library: Library) -> None:
    scope = SearchScope(sections=("收到和处理政府信息公开申请情况",))
    found = Searcher(library).search("培训", scope)
    assert (found.hits, found.reports, found.passages) == ((), 3, 0)


def test_scope_is_counted_and_handed_to_the_dense_side(library: Library) -> None:
    dense = FakeDense([(1, 0)], waiting=1)
    found = Searcher(library, dense).search("培训", SearchScope(years=(2021,)))
    assert (found.reports, found.passages, found.pending, found.mode) == (1, 1, 1, "hybrid")
    assert dense.asked[0][:2] == ("培训", (1,))
    Searcher(library, dense).search("培训")
    assert dense.asked[-1][1] is None


def test_both_ranks_make_the_order(library: Library) -> None:
    found = Searcher(library, FakeDense([(1, 0), (2, 0)])).search("业务培训")
    assert found.hits[0].rid == 1
    assert {(h.rid, h.lexical_rank is None, h.dense_rank is None) for h in found.hits} == {
        (1, False, False),
        (0, False, True),
        (2, True, False),
    }


def test_fusion_is_reciprocal_rank() -> None:
    fused = fuse([(0, 0), (1, 0)], [(1, 0)])
    assert [f.key for f in fused] == [(1, 0), (0, 0)]
    assert fused[0].score == pytest.approx(1 / 62 + 1 / 61)


def test_one_side_alone_can_be_asked_for(library: Library) -> None:
    searcher = Searcher(library, FakeDense([(2, 0)]))
    assert [h.rid for h in searcher.search("培训", mode="dense").hits] == [2]
    assert {h.rid for h in searcher.search("培训", mode="lexical").hits} == {0, 1}


def test_without_vectors_hybrid_says_that_it_was_words_only(library: Library) -> None:
    found = Searcher(library).search("培训")
    assert found.mode == "lexical" and found.pending == 4
    assert any("向量" in warning for warning in found.warnings)
    with pytest.raises(DenseMissingError):
        Searcher(library).search("培训", mode="dense")


def test_a_failing_dense_side_is_said_and_words_still_answer(library: Library) -> None:
    found = Searcher(library, BrokenDense()).search("培训")
    assert found.mode == "lexical" and len(found.hits) == 2
    assert any("没有回应" in warning for warning in found.warnings)
    with pytest.raises(OutsideError):
        Searcher(library, BrokenDense()).search("培训", mode="dense")


def test_near_duplicates_are_one_hit_that_lists_the_others(tmp_path: Path) -> None:
    towns = [
        passage_report(f"{c}镇", [BOILERPLATE.format(f"{c}镇", i)])
        for i, c in enumerate("子丑寅卯")
    ]
    library = fill(Library.open(tmp_path), *towns, passage_report("辰镇", ["信息处理费另有说明。"]))
    found = Searcher(library).search("未收取信息处理费", limit=2)
    assert len(found.hits) == 2
    same = found.hits[0].same
    assert {found.hits[0].rid, *(rid for rid, *_ in same)} == {0, 1, 2, 3}
    assert all(library.text(rid)[a:b].endswith("信息处理费。") for rid, a, b in same)
    scoped = Searcher(library).search("未收取信息处理费", SearchScope(rids=(0, 1)), limit=1)
    assert len(scoped.hits[0].same) == 1


def test_texts_that_differ_in_a_word_are_collapsed_too(tmp_path: Path) -> None:
    text = "本机关坚持以公开为常态、不公开为例外的原则，不断完善制度，提升服务水平，接受群众监督"
    library = fill(
        Library.open(tmp_path),
        passage_report("子镇", [text + "。"]),
        passage_report("丑镇", [text + "哦。"]),
    )
    found = Searcher(library).search("公开为常态")
    assert len(found.hits) == 1 and len(found.hits[0].same) == 1


def test_thousands_of_copies_do_not_hide_the_rest(tmp_path: Path) -> None:
    copies = [passage_report(f"第{i}镇", [BOILERPLATE.format(f"第{i}镇", i)]) for i in range(2000)]
    other = passage_report(
        "辰镇", ["个别信息另行收取信息处理费，已在公告栏说明收费标准与减免办法。"]
    )
    library = fill(Library.open(tmp_path), *copies, other)
    found = Searcher(library).search("未收取信息处理费", limit=3)
    assert [len(hit.same) for hit in found.hits] == [1999, 0]
    assert found.hits[1].rid == 2000


def test_per_report_gives_the_best_passage_of_each(tmp_path: Path) -> None:
    towns = [
        passage_report(f"{c}镇", [BOILERPLATE.format(f"{c}镇", i), "信息处理费一节另述。"])
        for i, c in enumerate("子丑寅卯")
    ]
    library = fill(Library.open(tmp_path), *towns)
    found = Searcher(library).search("信息处理费", per_report=True)
    assert sorted(hit.rid for hit in found.hits) == [0, 1, 2, 3]
    assert len(Searcher(library).search("信息处理费", per_report=True, limit=3).hits) == 3


def test_only_current_reports_are_found(library: Library) -> None:
    fill(library, passage_report("青栎镇", ["改用公告栏。"]))
    searcher = Searcher(library)
    assert searcher.search("巡查网站").hits == ()
    assert searcher.search("巡查", SearchScope(rids=(0,))).reports == 0
    assert [h.rid for h in searcher.search("公告栏").hits] == [3]


def test_mentions_are_all_and_only_the_passages_that_print_a_term(tmp_path: Path) -> None:
    library = fill(
        Library.open(tmp_path),
        passage_report("子镇", ["通过微 信\n公众号發布。", "微言大义，信息公开公众参与。"]),
        passage_report("丑镇", ["拨打12345热线。", "第123456号文件。"]),
        passage_report("寅镇", ["微信公众号停用。"], 2021),
    )
    searcher = Searcher(library)
    assert [(h.rid, h.start) for h in searcher.mentions(["微信公众号"]).hits] == [
        (0, library.text(0).index("通过")),
        (2, library.text(2).index("微信")),
    ]
    assert len(searcher.mentions(["234"]).hits) == 2
    assert len(searcher.mentions(["信"]).hits) == 3
    assert len(searcher.mentions(["發佈", "12345热线"]).hits) == 1 + 1
    assert len(searcher.mentions(["微信公众号"], SearchScope(years=(2021,))).hits) == 1
    assert searcher.mentions(["没有的词", "", " "]).hits == ()


def test_mentions_agree_with_reading_every_passage(library: Library) -> None:
    rows = list(read_passages(library))
    for term in ("培训", "链接", "村务公开栏", "，", "公", "当天改正。"):
        wanted = [(row.rid, row.text) for row in rows if term in row.text]
        assert keys(Searcher(library).mentions([term])) == wanted


def test_a_lost_index_is_said_not_hidden(library: Library) -> None:
    shutil.rmtree(lexical_folder(library.folder))
    with pytest.raises(LexicalError, match="nianbao index"):
        Searcher(library).search("培训")
    swept = Searcher(library).mentions(["培训"])
    assert len(swept.hits) == 2 and swept.warnings
    found = Searcher(library, FakeDense([(1, 0), (0, 1)])).search("培训")
    assert found.mode == "dense" and [h.rid for h in found.hits] == [1, 0] and found.warnings
    library.index_words()
    assert len(Searcher(library).search("培训").hits) == 2


def test_reports_not_yet_in_the_index_are_counted(library: Library) -> None:
    with Writer(library.folder) as writer:
        writer.store([passage_report("柏岔镇", ["培训了两次。"])], "0")
    library.refresh()
    found = Searcher(library).search("培训")
    assert len(found.hits) == 2 and any("1份报告还没有进入词语索引" in w for w in found.warnings)
    assert len(Searcher(library).mentions(["培训"]).hits) == 3


def test_reports_read_before_there_were_passages_are_counted(library: Library) -> None:
    library.add_reports([passage_report("柏岔镇", [])], "5")
    found = Searcher(library).search("培训")
    assert any("1份报告由旧的读取程序读入" in warning for warning in found.warnings)


def test_a_long_lived_searcher_sees_what_another_process_stored(library: Library) -> None:
    searcher = Searcher(Library.open(library.folder))
    assert len(searcher.search("培训").hits) == 2
    fill(library, passage_report("柏岔镇", ["夜校式培训两期。"]))
    shutil.rmtree(lexical_folder(library.folder))
    library.index_words()
    library.remove([1])
    found = searcher.search("培训")
    assert {hit.rid for hit in found.hits} == {0, 3} and found.reports == 3


@pytest.mark.parametrize(
    "query", ["", "\x00", "\ud800培训", 'text:"培训" AND NOT (', "培训" * 5000, "*", "[1 TO 9]"]
)
def test_hostile_queries_are_only_words(library: Library, query: str) -> None:
    found = Searcher(library).search(query)
    assert ("培训" in query) == bool(found.hits)


def test_an_empty_library_finds_nothing(tmp_path: Path) -> None:
    found = Searcher(Library.open(tmp_path)).search("培训")
    assert (found.hits, found.reports) == ((), 0)


def test_traditional_queries_find_simplified_text(library: Library) -> None:
    assert keys(Searcher(library).search("業務培訓")) == keys(Searcher(library).search("业务培训"))
