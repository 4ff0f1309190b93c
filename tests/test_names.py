"""What names a library holds and which places they may mean."""

import pytest

from assistant.names import Names
from evals.cases.small_library import ROWS, held_names

NAMES = held_names()


def _towns(name: str, *, listed: bool = False) -> list[tuple[str | None, str | None]]:
    return [(s.county, s.township) for s in NAMES.spots(name) if s.listed == listed]


def test_years_kinds_and_levels_are_those_of_the_rows() -> None:
    assert NAMES.years == (2020, 2021, 2022, 2023)
    assert NAMES.kinds == {"镇", "乡", "街道"}
    assert NAMES.levels == {"township", "bureau", "county"}


def test_one_body_with_reports_of_two_years_is_one_body() -> None:
    spots = [s for s in NAMES.spots("大涌镇") if not s.listed]
    bodies = NAMES.inside(spots[0])
    assert len(bodies) == 1
    assert NAMES.years_of(bodies) == (2021, 2022)


def test_same_named_towns_stay_apart() -> None:
    assert _towns("石鼓镇") == [("湘潭县", "石鼓镇"), ("永春县", "石鼓镇")]


def test_towns_that_only_the_national_list_knows_are_places_too() -> None:
    assert ("高州市", "石鼓镇") in _towns("石鼓镇", listed=True)
    assert _towns("赤岗镇", listed=True) or _towns("城关镇", listed=True)


def test_short_forms_are_known_for_held_towns_only() -> None:
    assert _towns("大涌") == [("中山市", "大涌镇")]
    assert NAMES.lengths_at("赤石铺许可", 0) == []


@pytest.mark.parametrize("word", ["建设", "安全", "文化", "发展", "公平", "第一"])
def test_ordinary_words_are_no_short_forms(word: str) -> None:
    names = Names([("某县建设镇", "township", "镇", "示例省", "示例市", "某县", f"{word}镇", 2022)])
    assert [s for s in names.spots(word) if s.level == "township"] == []
    assert [s.township for s in names.spots(f"{word}镇") if not s.listed] == [f"{word}镇"]


def test_bureau_is_found_with_and_without_its_county() -> None:
    assert [s.agency for s in NAMES.spots("湘潭县教育局")] == ["湘潭县教育局"]
    assert {s.agency for s in NAMES.spots("教育局")} == {"湘潭县教育局", "永春县教育局"}


def test_a_countys_own_report_is_told_from_its_bodies() -> None:
    spot = next(s for s in NAMES.spots("湘潭县") if not s.listed)
    assert [b.agency for b in NAMES.own_bodies(spot)] == ["湘潭县人民政府"]
    assert len(NAMES.inside(spot)) == 3


def test_longest_names_are_offered_inside_a_text() -> None:
    assert max(NAMES.lengths_at("湘潭县石鼓镇2022年", 0)) == len("湘潭县石鼓镇")


def test_names_are_built_once_for_a_snapshot() -> None:
    class Library:
        snapshot = "a1"
        asked = 0

        def query(self, sql: str, params: object = ()) -> list[tuple[object, ...]]:
            if "count(*)" in sql:
                return [(len(ROWS),)]
            self.asked += 1
            return [tuple(row) for row in ROWS]

    library = Library()
    first = Names.of(library, "")  # type: ignore[arg-type]
    assert Names.of(library, "") is first  # type: ignore[arg-type]
    library.snapshot = "b2"
    assert Names.of(library, "") is not first  # type: ignore[arg-type]
    assert library.asked == 2
