"""A search query's places and years as hard filters: said, exact, and never guessed."""

import pytest

from assistant.narrow import narrow
from index.errors import MisuseError
from index.search.hit import PlaceFilter
from index.store.library import Library
from tests.passage_library import fill, passage_report


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return fill(
        Library.open(tmp_path_factory.mktemp("库")),
        passage_report("青栎镇", ["甲"]),
        passage_report("青栎镇", ["乙"], 2021),
        passage_report("青栎镇", ["丙"], county="乙县"),
        passage_report("葵川乡", ["丁"], county="乙县"),
    )


def townships(places: tuple[PlaceFilter, ...]) -> list[tuple[str | None, str | None]]:
    return [(place.county, place.township) for place in places]


def test_a_place_and_a_year_of_the_query_become_filters_and_leave_the_words(
    library: Library,
) -> None:
    found = narrow(library, "葵川乡2022年怎么开展培训")
    assert (found.scope.years, townships(found.scope.places)) == ((2022,), [("乙县", "葵川乡")])
    assert found.words == "怎么开展培训"
    assert any("2022年" in note for note in found.notes)
    assert any("葵川乡" in note for note in found.notes)


def test_a_name_of_several_places_searches_them_all_and_says_so(library: Library) -> None:
    found = narrow(library, "青栎镇培训")
    assert sorted(townships(found.scope.places)) == [("乙县", "青栎镇"), ("甲县", "青栎镇")]
    assert any("2处" in note for note in found.notes)
    assert townships(narrow(library, "乙县青栎镇培训").scope.places) == [("乙县", "青栎镇")]


def test_options_come_before_the_query(library: Library) -> None:
    found = narrow(library, "葵川乡2022年培训", years=[2021], places=["甲县青栎镇"])
    assert (found.scope.years, townships(found.scope.places)) == ((2021,), [("甲县", "青栎镇")])
    assert narrow(library, "培训", places=["乙县", "甲县"]).scope.places == (
        PlaceFilter(province="示例省", city="甲市", county="乙县"),
        PlaceFilter(province="示例省", city="甲市", county="甲县"),
    )


@pytest.mark.parametrize("place", ["城关镇", "没有这个地方", "甲县葵川乡", "", "'; DROP TABLE"])
def test_a_place_that_is_not_held_is_named(library: Library, place: str) -> None:
    found = narrow(library, "培训", places=[place])
    assert found.scope.places == () and found.unknown


def test_a_place_of_the_query_that_is_not_held_is_named(library: Library) -> None:
    assert narrow(library, "城关镇收费吗").unknown == ("城关镇",)


@pytest.mark.parametrize("query", ["火星镇 网站", "2022年火星镇网站", "培训，丁卯沟乡"])
def test_a_strange_place_limits_nothing_and_is_told(library: Library, query: str) -> None:
    found = narrow(library, query)
    assert found.scope.places == ()
    assert any("火星镇" in note or "丁卯沟乡" in note for note in found.notes)


@pytest.mark.parametrize("query", ["乡镇网站", "城镇建设", "哪些街道开展培训", "青栎镇培训"])
def test_common_words_and_known_places_are_not_strange(library: Library, query: str) -> None:
    assert not any("没有找到名为" in note for note in narrow(library, query).notes)


def test_words_that_only_contain_a_name_are_no_place(library: Library) -> None:
    found = narrow(library, "如何建设平安乡村")
    assert (found.scope.places, found.unknown, found.words) == ((), (), "如何建设平安乡村")


def test_a_place_left_out_is_not_searched(library: Library) -> None:
    found = narrow(library, "除了乙县，哪里培训过")
    assert found.scope.rids == (0, 1) and found.scope.places == ()
    assert any("排除" in note for note in found.notes)


def test_several_years_and_a_vague_one(library: Library) -> None:
    assert narrow(library, "2021年和2022年的培训").scope.years == (2021, 2022)
    vague = narrow(library, "去年的培训")
    assert vague.scope.years == () and vague.notes


def test_a_query_of_names_only_keeps_them_as_words(library: Library) -> None:
    assert narrow(library, "葵川乡2022年").words == "葵川乡2022年"


@pytest.mark.parametrize("query", ["", "\x00", "\ud800", "公开" * 5000, "。，！"])
def test_any_query_can_be_narrowed(library: Library, query: str) -> None:
    assert narrow(library, query).scope.places == ()


@pytest.mark.parametrize(
    ("said", "count"), [("五", 1), ("5", 1), ("问题", 1), ("总体情况", 1), ("公开", 3)]
)
def test_sections_go_by_number_or_name(library: Library, said: str, count: int) -> None:
    sections = narrow(library, "培训", sections=[said]).scope.sections
    assert len(sections) == count
    assert said in ("五", "5") or all(said in name for name in sections)


@pytest.mark.parametrize("said", ["七", "9", "没有的节", ""])
def test_an_unknown_section_is_wrong_use(library: Library, said: str) -> None:
    with pytest.raises(MisuseError, match="节"):
        narrow(library, "培训", sections=[said])
