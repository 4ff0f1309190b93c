"""The national list: names, short forms, stand-ins and codes."""

from hypothesis import given
from hypothesis import strategies as st

from index.identity.gazetteer import (
    all_townships,
    cities_named,
    counties_named,
    division_code,
    provinces_named,
    short_name,
    townships_named,
)

ANY = st.integers(0, 41_351).map(lambda i: all_townships()[i])


@given(ANY)
def test_every_township_is_found_by_its_name(town):
    assert town in townships_named(town.township)


@given(ANY)
def test_every_county_is_found_by_its_name(town):
    assert town[1:4] in counties_named(town.county)


def test_the_list_has_no_two_townships_of_one_path():
    paths = [town[1:] for town in all_townships()]
    assert len(paths) == len(set(paths)) == 41_352


def test_six_places_are_called_石鼓镇():
    counties = {town.county for town in townships_named("石鼓镇")}
    assert len(counties) == 6
    assert {"湘潭县", "永春县"} < counties


def test_涧池镇_is_the_only_one():
    (town,) = townships_named("涧池镇")
    assert town == ("610921101", "陕西省", "安康市", "汉阴县", "涧池镇")


def test_names_match_in_traditional_characters_and_come_back_as_listed():
    (town,) = townships_named("拖市鎮")
    assert town.township == "拖市镇"
    assert counties_named("乾县") == counties_named("乾縣") == (("陕西省", "咸阳市", "乾县"),)


def test_a_municipality_stands_in_for_the_prefecture_of_its_districts():
    assert counties_named("东城区") == (("北京市", "北京市", "东城区"),)
    assert {town.city for town in townships_named("河包镇")} == {"重庆市"}


def test_a_county_run_by_its_province_stands_in_for_its_own_prefecture():
    assert counties_named("仙桃市") == (("湖北省", "仙桃市", "仙桃市"),)


def test_a_stand_in_is_no_prefecture():
    assert cities_named("仙桃市") == ()
    assert cities_named("北京市") == ()
    assert cities_named("湘潭市") == (("湖南省", "湘潭市"),)


def test_a_prefecture_without_counties_fills_both_columns():
    assert cities_named("中山市") == (("广东省", "中山市"),)
    assert counties_named("中山市") == (("广东省", "中山市", "中山市"),)


def test_short_names_match_only_when_asked_for():
    assert counties_named("湘潭") == ()
    assert counties_named("湘潭", short=True) == (("湖南省", "湘潭市", "湘潭县"),)
    assert cities_named("恩施", short=True) == (("湖北省", "恩施土家族苗族自治州"),)
    assert provinces_named("新疆", short=True) == ("新疆维吾尔自治区",)


def test_short_names_drop_endings_and_peoples_but_never_the_whole_name():
    names = {
        "湘潭县": "湘潭",
        "陵水黎族自治县": "陵水",
        "东乡族自治县": "东乡",
        "鄂伦春自治旗": "鄂伦春",
        "积石山保安族东乡族撒拉族自治县": "积石山",
        "内蒙古自治区": "内蒙古",
        "城区": None,
        "雄县": None,
    }
    assert {name: short_name(name) for name in names} == names


def test_an_entry_that_prints_its_county_before_its_name_is_found_by_its_own_name():
    (town,) = townships_named("徐镇镇")
    assert (town.county, town.township) == ("濮阳县", "徐镇镇")
    assert "铁东区" in {town.county for town in townships_named("山门镇")}


def test_an_entry_with_brackets_or_an_office_is_found_by_its_plain_name():
    assert {town.county for town in townships_named("车逻镇")} == {"高邮市"}
    assert any("保康" in town.township for town in townships_named("保康街道"))


def test_divisions_have_their_national_codes():
    assert division_code("北京市") == "110000"
    assert division_code("广东省", "中山市") == "442000"
    assert division_code("湖南省", "湘潭市", "湘潭县") == "430321"
    assert division_code("示例省") is None
