"""Names and readings: a single choice is never asked, an exact name wins, none is left out."""

import pytest

from assistant.names import Names, Row
from assistant.understand import understand
from evals.cases.small_library import digest

TOWNS = ("河镇", "河镇街道", "大河镇", "大河乡")


def names(*towns: str, years: tuple[int, ...] = (2022,)) -> Names:
    rows: list[Row] = [
        (f"甲县{town}", "township", "镇", "示例省", "甲市", "甲县", town, year)
        for town in towns
        for year in years
    ]
    return Names(rows)


@pytest.mark.parametrize("years", [(), (2022,), (2021, 2022)])
def test_no_question_is_asked_back_with_one_choice(years: tuple[int, ...]) -> None:
    for word in ("去年", "今年", "前年"):
        found = understand(f"河镇{word}行政许可是多少", names("河镇", years=years or (2020,)))
        assert len(found.choices) != 1
        assert found.plan is None
        assert found.choices or (found.refusal and found.refusal.message)


def test_a_name_written_whole_is_not_also_the_one_that_begins_with_it() -> None:
    found = understand("河镇和大河镇2022年行政许可合计", names(*TOWNS))
    assert found.plan
    assert [place.township for place in found.plan.scope.places] == ["河镇", "大河镇"]
    assert not found.notes


def test_a_name_without_ending_that_fits_two_towns_is_asked_back() -> None:
    found = understand("大河2022年行政许可", names(*TOWNS))
    assert len(found.choices) == 2
    assert all(town in "".join(found.choices) for town in ("大河镇", "大河乡"))


@pytest.mark.parametrize("word", ["是不是0", "是不是零", "是否为0", "是不是为零"])
def test_whether_a_number_is_zero_does_not_ask_whether_it_is_not(word: str) -> None:
    said = digest(understand(f"河镇2022年行政处罚{word}", names("河镇")))
    assert said == "lookup 年2022 地河镇 量行政处罚处理决定数量 称0"
