"""Bodies whose own names hold digits are read whole: no year, no item number."""

import pytest

from index.identity.title import best_titles

REST = "\n一、总体情况\n本年度工作平稳。\n"
END = "政府信息公开工作年度报告"


@pytest.mark.parametrize(
    ("title", "named", "year"),
    [
        (f"示例省甲城市白荻县2022镇2021年{END}", "示例省甲城市白荻县2022镇", 2021),
        (f"2022年度示例省甲城市白荻县2023镇{END}", "示例省甲城市白荻县2023镇", 2022),
        (f"示例省甲城市白荻县1949街道办事处2022年{END}", "示例省甲城市白荻县1949街道办事处", 2022),
        (f"新疆生产建设兵团第六师105团2022年{END}", "新疆生产建设兵团第六师105团", 2022),
        (f"西藏自治区林芝市巴宜区八一镇2022年{END}", "西藏自治区林芝市巴宜区八一镇", 2022),
        (
            f"示例省甲城市白荻县二〇〇〇社区街道2022年{END}",
            "示例省甲城市白荻县二〇〇〇社区街道",
            2022,
        ),
        (f"大涌镇2022{END}", "大涌镇", 2022),
        (f"2022大涌镇{END}", "大涌镇", 2022),
        (f"云榉县2022乡镇{END}", "云榉县乡镇", 2022),
    ],
)
def test_digits_of_a_name_stay_in_it(title: str, named: str, year: int) -> None:
    (best,) = best_titles(title + REST)
    assert (best.naming, best.year) == (named, year)


def test_towns_that_differ_in_their_digits_are_two() -> None:
    bodies = [best_titles(f"甲县{n}镇2022年{END}{REST}")[0].body for n in (2022, 2023)]
    assert [body and body.township for body in bodies] == ["2022镇", "2023镇"]


def test_the_number_of_a_list_is_no_name() -> None:
    assert best_titles(f"1大涌镇{END}{REST}") == []
