"""Who filed for which year: titles, chrome, signatures, and places never invented."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.identity.gazetteer import all_townships, townships_named
from index.identity.identify import body_key, identify
from index.model import Agency, Document, Identity

SHARED = Path(__file__).parents[2] / "shared"
needs_shared = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the real reports (../shared) are not beside the checkout"
)

TITLE = "{}2022年政府信息公开工作年度报告"
SECTIONS = "\n一、总体情况\n本年度工作平稳。\n二、主动公开政府信息情况\n无。\n"


def document(text: str) -> Document:
    return Document(path="a.txt", sha256="0" * 64, format="txt", text=text, body=(0, len(text)))


def read(text: str) -> Identity:
    return identify(document(text))


def titled(name: str, *, above: str = "", below: str = "", end: str = "") -> Identity:
    return read(f"{above}\n{TITLE.format(name)}\n{below}{SECTIONS}\n{end}")


# name in the title · level · kind · province · city · county · township; "-" is None
WILD = """
湘潭县石鼓镇 township 镇 湖南省 湘潭市 湘潭县 石鼓镇
湘潭石鼓镇 township 镇 湖南省 湘潭市 湘潭县 石鼓镇
南平建瓯市小松镇 township 镇 福建省 南平市 建瓯市 小松镇
陕西佳县通镇 township 镇 陕西省 榆林市 佳县 通镇
湖南省石鼓镇 township 镇 湖南省 湘潭市 湘潭县 石鼓镇
永春县石鼓镇人民政府 township 镇 福建省 泉州市 永春县 石鼓镇
中山市大涌镇 township 镇 广东省 中山市 中山市 大涌镇
中山大涌镇 township 镇 广东省 中山市 中山市 大涌镇
大涌镇人民政府办公室 township 镇 广东省 中山市 中山市 大涌镇
东莞市石龙镇 township 镇 广东省 东莞市 东莞市 石龙镇
嘉峪关市文殊镇 township 镇 甘肃省 嘉峪关市 嘉峪关市 文殊镇
儋州市那大镇 township 镇 海南省 儋州市 儋州市 那大镇
仙桃市沔城回族镇 township 镇 湖北省 仙桃市 仙桃市 沔城回族镇
济源市克井镇 township 镇 河南省 济源市 济源市 克井镇
石河子市北泉镇 township 镇 新疆维吾尔自治区 石河子市 石河子市 北泉镇
涧池镇 township 镇 陕西省 安康市 汉阴县 涧池镇
三门峡市湖滨区磁钟乡人民政府 township 乡 河南省 三门峡市 湖滨区 磁钟乡
广州市白云区人民政府棠景街道办事处 township 街道 广东省 广州市 白云区 棠景街道
北京市东城区人民政府东华门街道办事处 township 街道 北京市 北京市 东城区 东华门街道
北京市朝阳区南磨房地区办事处 township 地区 北京市 北京市 朝阳区 南磨房地区
天津市和平区劝业场街道办事处 township 街道 天津市 天津市 和平区 劝业场街道
河北省石家庄市长安区建北街道 township 街道 河北省 石家庄市 长安区 建北街道
呼伦贝尔市鄂温克族自治旗伊敏苏木 township 苏木 内蒙古自治区 呼伦贝尔市 鄂温克族自治旗 伊敏苏木
伊敏苏木人民政府 township 苏木 内蒙古自治区 呼伦贝尔市 鄂温克族自治旗 伊敏苏木
五常市民意乡 township 乡 黑龙江省 哈尔滨市 五常市 民意乡
拖市镇 township 镇 湖北省 天门市 天门市 拖市镇
北京街道 township 街道 广东省 广州市 越秀区 北京街道
上海庙镇 township 镇 内蒙古自治区 鄂尔多斯市 鄂托克前旗 上海庙镇
上海市崇明区庙镇 township 镇 上海市 上海市 崇明区 庙镇
衢江区湖南镇 township 镇 浙江省 衢州市 衢江区 湖南镇
镇安县铁厂镇 township 镇 陕西省 商洛市 镇安县 铁厂镇
镇原县平泉镇 township 镇 甘肃省 庆阳市 镇原县 平泉镇
新乡县七里营镇 township 镇 河南省 新乡市 新乡县 七里营镇
宁乡市花明楼镇 township 镇 湖南省 长沙市 宁乡市 花明楼镇
濮阳县徐镇镇 township 镇 河南省 濮阳市 濮阳县 徐镇镇
重庆市彭水苗族土家族自治县绍庆街道 township 街道 重庆市 重庆市 彭水苗族土家族自治县 绍庆街道
城关区纳金街道 township 街道 西藏自治区 拉萨市 城关区 纳金街道
桃江县鲊埠回族乡 township 民族乡 湖南省 益阳市 桃江县 鲊埠回族乡
甘州区北街办事处 township 街道 甘肃省 张掖市 甘州区 北街街道
香蜜湖街道办 township 街道 广东省 深圳市 福田区 香蜜湖街道
宁夏回族自治区银川市兴庆区月牙湖乡 township 乡 宁夏回族自治区 银川市 兴庆区 月牙湖乡
青岛市即墨区蓝村街道 township 街道 山东省 青岛市 即墨区 蓝村街道
桐梓县夜郎镇 township 镇 贵州省 遵义市 桐梓县 夜郎镇
舟曲县八楞乡人民政府 township 乡 甘肃省 甘南藏族自治州 舟曲县 八楞乡
昌图县七家子镇 township 镇 辽宁省 铁岭市 昌图县 七家子镇
石鼓镇 township 镇 - - - 石鼓镇
太平镇人民政府 township 镇 - - - 太平镇
湖南镇 township 镇 - - - 湖南镇
市中区白马镇 township 镇 四川省 - 市中区 白马镇
乐山市市中区白马镇 township 镇 四川省 乐山市 市中区 白马镇
杭州市江干区闸弄口街道 township 街道 浙江省 杭州市 江干区 闸弄口街道
乾县城关镇 township 镇 陕西省 咸阳市 乾县 城关镇
青石桥镇 township 镇 - - - 青石桥镇
示例省示例市示例县太平镇 township 镇 示例省 示例市 示例县 太平镇
示例县太平镇人民政府 township 镇 - - 示例县 太平镇
示例县东市街道办事处 township 街道 - - 示例县 东市街道
示例自治区示例盟示例旗示例苏木 township 苏木 示例自治区 示例盟 示例旗 示例苏木
示例县财政局 bureau 局 - - 示例县 -
示例市市场监督管理局 bureau 局 - 示例市 - -
东至县财政局 bureau 局 安徽省 池州市 东至县 -
镇安县财政局 bureau 局 陕西省 商洛市 镇安县 -
重庆市开州区财政局 bureau 局 重庆市 重庆市 开州区 -
莆田市财政局 bureau 局 福建省 莆田市 - -
中山市财政局 bureau 局 广东省 中山市 - -
中山市大涌镇财政所 bureau 所 广东省 中山市 中山市 大涌镇
铁西区财政局 bureau 局 - - 铁西区 -
京山市卫生健康局 bureau 局 湖北省 荆门市 京山市 -
国家税务总局柞水县税务局 bureau 局 陕西省 商洛市 柞水县 -
山西省人民政府外事办公室 bureau 办公室 山西省 - - -
兰州新区经济合作局 bureau 局 甘肃省 兰州市 兰州新区 -
西安市莲湖区桃园开发区管委会 bureau 管委会 陕西省 西安市 莲湖区 -
曾都经济开发区管委会 bureau 管委会 - - - -
小城镇建设办公室 bureau 办公室 - - - -
中山大学 bureau 大学 - - - -
红旗农场 bureau 农场 - - - 红旗农场
湘潭县 county 县 湖南省 湘潭市 湘潭县 -
京山市人民政府 county 市 湖北省 荆门市 京山市 -
仙桃市 county 市 湖北省 仙桃市 仙桃市 -
上海市浦东新区人民政府 county 区 上海市 上海市 浦东新区 -
广州市白云区人民政府办公室 county 办公室 广东省 广州市 白云区 -
示例县人民政府 county 县 - - 示例县 -
景德镇市昌江区 county 区 江西省 景德镇市 昌江区 -
萍乡市湘东区 county 区 江西省 萍乡市 湘东区 -
通州区 county 区 - - 通州区 -
景德镇 city 市 江西省 景德镇市 - -
镇江市 city 市 江苏省 镇江市 - -
新乡市人民政府 city 市 河南省 新乡市 - -
中山市 city 市 广东省 中山市 - -
贵阳市人民政府（市人民政府办公厅） city 市 贵州省 贵阳市 - -
海南藏族自治州 city 州 青海省 海南藏族自治州 - -
和田地区 city 地区 新疆维吾尔自治区 和田地区 - -
锡林郭勒盟 city 盟 内蒙古自治区 锡林郭勒盟 - -
示例省示例市 city 市 示例省 示例市 - -
上海市 province 市 上海市 上海市 - -
上海市人民政府办公厅 province 办公室 上海市 上海市 - -
湖南省 province 省 湖南省 - - -
广西壮族自治区 province 自治区 广西壮族自治区 - - -
永兴 unknown - - - - -
新乡 unknown - - - - -
乡镇 unknown - - - - -
本单位 unknown - - - - -
大美大涌 unknown - - - - -
""".strip().splitlines()


@pytest.mark.parametrize("line", WILD, ids=lambda line: line.split()[0])
def test_title_tells_level_kind_and_place(line):
    name, *expected = line.split()
    agency = titled(name).agency
    told = (
        agency.level,
        agency.kind,
        agency.province,
        agency.city,
        agency.county,
        agency.township,
    )
    assert told == tuple(None if word == "-" else word for word in expected)


TITLES = {
    "one line": "大涌镇2022年政府信息公开工作年度报告",
    "spaces inside": "大涌镇 2022 年政府信息公开 工作年度报告",
    "spaced out": "大 涌 镇 2 0 2 2 年 政 府 信 息 公 开 工 作 年 度 报 告",
    "split before the ending": "大涌镇2022年政府信息公开工作\n\n年度报告",
    "split after the body": "大涌镇人民政府\n2022年政府信息公开工作年度报告",
    "split in four": "大涌镇人民政府\n2022年\n政府信息公开工作\n年度报告",
    "twice": "大涌镇2022年政府信息公开工作年度报告\n大涌镇2022年政府信息公开工作年度报告",
    "twice on a line": "大涌镇2022年政府信息公开年报大涌镇2022年政府信息公开年报",
    "markdown": "# 大涌镇 2022 年度政府信息公开工作年度报告",
    "table row": "| 大涌镇2022年政府信息公开工作年度报告 |",
    "typing error": "大涌镇2022年政府信息公开 工作告年度报",
    "year first": "2022年大涌镇政府信息公开工作年度报告",
    "year late": "大涌镇政府信息公开2022年度报告",
    "Chinese year": "二〇二二年大涌镇政府信息公开年报",
    "关于": "大涌镇关于2022年度政府信息公开工作情况的报告",
    "关于公布": "关于公布大涌镇2022年政府信息公开工作年度报告的公告",
    "政务公开": "大涌镇2022年政务公开年报",
    "traditional": "大涌鎮2022年政府信息公開工作年度報告",
    "quoted": "《大涌镇2022年政府信息公开工作年度报告》",
    "after a trail": "首页 > 年报 > 大涌镇2022年政府信息公开工作年度报告",
    "after a label": "名 称: 大涌镇2022年政府信息公开工作年度报告 索 引 号: 0/2023-1",
    "page title": "大涌镇2022年政府信息公开工作年度报告_示例网",
    "with its date": "大涌镇2022年政府信息公开工作年度报告（2023年1月）",
}


@pytest.mark.parametrize("title", TITLES.values(), ids=TITLES)
def test_title_is_found_in_every_shape(title):
    found = read(f"无障碍版 登录\n\n{title}\n{SECTIONS}")
    assert found.title is not None
    assert (found.agency.name, found.year) == ("大涌镇", 2022)


def test_run_together_text_begins_with_its_title():
    found = read("大涌镇2022年政府信息公开工作年度报告一、总体情况2022年以来二、主动公开")
    assert found.title == "大涌镇2022年政府信息公开工作年度报告"


def test_title_span_is_its_place_in_the_text():
    text = "登录\n  # 大涌鎮2022年\n政府信息公開工作年度報告  \n一、總體情況\n"
    found = read(text)
    assert found.title == "大涌镇2022年政府信息公开工作年度报告"
    assert found.title_span is not None
    start, end = found.title_span
    assert text[start:end] == "大涌鎮2022年\n政府信息公開工作年度報告"


def test_a_pinyin_gloss_is_no_part_of_a_title():
    found = read("大涌鎮(zhèn)2022年政府信息公開工作年度報(bào)告\n一、總體情況\n")
    assert found.title == "大涌镇2022年政府信息公开工作年度报告"
    assert found.agency.code == "442000116"


@pytest.mark.parametrize(
    "line",
    [
        "示例县发布2022年政府信息公开工作年度报告",
        "现将大涌镇2022年政府信息公开工作年度报告公布如下",
        "关于做好2022年政府信息公开工作年度报告的通知",
        "大涌镇2022年政府信息公开工作年度报告解读",
        "根据要求，编制大涌镇2022年政府信息公开工作年度报告。",
    ],
)
def test_a_sentence_or_headline_is_no_title(line):
    assert read(f"{line}\n{SECTIONS}").title is None


def test_the_better_title_wins_over_a_link_to_the_list():
    found = read(f"政府信息公开年报\n大涌镇2022年政府信息公开工作年度报告\n{SECTIONS}")
    assert found.title == "大涌镇2022年政府信息公开工作年度报告"


def test_no_title_gives_none_and_says_so():
    found = read(f"本报告由本单位编制。{SECTIONS}")
    assert (found.title, found.title_span, found.year) == (None, None, None)
    assert found.agency == Agency()
    assert len(found.warnings) == 2


def test_a_report_names_itself_without_a_title():
    agency = read(f"本报告由柞水县凤凰镇编制，数据统计期限为2021年。{SECTIONS}").agency
    assert (agency.name, agency.code) == ("柞水县凤凰镇", "611026105")


def test_a_name_in_a_sentence_is_never_cut_short():
    agency = read(f"本报告由示例县青石镇某某编制。{SECTIONS}").agency
    assert agency.county is None


@pytest.mark.parametrize(
    "sentence",
    [
        "2022年，柞水县凤凰镇围绕便民利民，持续推进公开。",
        "一年来，柞水县凤凰镇按照条例规定开展工作。",
        "本报告由柞水县凤凰镇汇总。",
        "现公布柞水县凤凰镇2022年政府信息公开情况，欢迎提出意见。",
    ],
)
def test_first_sentences_name_the_body_when_nothing_else_does(sentence):
    assert read(f"一、总体情况\n{sentence}\n二、主动公开政府信息情况\n").agency.code == "611026105"


def test_a_phrase_that_ends_like_a_township_names_none():
    text = "一、总体情况\n2022年，大力推进城镇严格管理。\n预算由县财政局编制。\n"
    assert read(text).agency.name is None


def test_taiwan_terms_are_read():
    found = read(f"大涌鎮2022年政府資訊公開工作年度報告\n{SECTIONS}")
    assert (found.title, found.agency.code) == (
        "大涌镇2022年政府信息公开工作年度报告",
        "442000116",
    )


def test_signature_names_the_body_when_nothing_else_does():
    agency = read(f"{SECTIONS}\n永春县石鼓镇人民政府\n\n2021年1月6日").agency
    assert agency.code == "350525107"


def test_trail_names_the_body_when_nothing_else_does():
    agency = read(f"当前位置: 首页 > 柞水县 > 凤凰镇 > 年报\n{SECTIONS}").agency
    assert (agency.name, agency.code) == ("凤凰镇", "611026105")


def test_own_words_win_over_signature_and_trail():
    text = f"首页 > 鸭南乡\n本报告由拖市镇编制。{SECTIONS}\n磁钟乡人民政府\n2022年1月1日"
    assert read(text).agency.name == "拖市镇"


def test_only_我镇_tells_the_kind_and_no_name():
    agency = read(f"{SECTIONS}我镇高度重视。本镇今年。").agency
    assert agency == Agency(level="township", kind="镇")


def test_a_site_above_a_nameless_title_is_not_the_writer_of_我镇():
    found = read(f"桃江县人民政府\n2022年政府信息公开工作年度报告\n{SECTIONS}我镇重视。我镇")
    assert (found.title, found.agency.name) == ("2022年政府信息公开工作年度报告", None)


NARROWING = {
    "trail": {"above": "首页 > 永春县 > 石鼓镇 > 年报"},
    "publisher": {"above": "来源：永春县人民政府"},
    "site": {"above": "永春县人民政府门户网站"},
    "own words": {"below": "本报告由永春县石鼓镇人民政府编制。"},
    "contact": {"below": "如有疑问，请与永春县石鼓镇党政办联系。"},
    "signature": {"end": "永春县石鼓镇人民政府\n2023年1月6日"},
}


@pytest.mark.parametrize("told", NARROWING.values(), ids=NARROWING)
def test_the_report_narrows_a_bare_name_to_one_place(told):
    agency = titled("石鼓镇", **told).agency
    assert (agency.name, agency.code) == ("石鼓镇", "350525107")
    assert agency.candidates == ()


def test_a_bare_name_of_several_places_lists_them_all():
    found = titled("石鼓镇")
    assert len(found.agency.candidates) == 6
    assert any("同名" in warning for warning in found.warnings)


@pytest.mark.parametrize(
    "told",
    [
        {"end": "我镇赴湘潭县石鼓镇学习。"},
        {"above": "永石政〔2021〕1号"},
        {"above": "来源：湘潭县人民政府", "end": "永春县石鼓镇人民政府\n2023年1月6日"},
        {"below": "湘潭县石鼓镇与永春县石鼓镇"},
    ],
    ids=["prose", "document number", "site against signature", "two places"],
)
def test_weak_or_contradictory_evidence_narrows_nothing(told):
    assert titled("石鼓镇", **told).agency.code is None


def test_a_name_alone_in_the_list_is_not_taken_against_the_site_it_stands_on():
    agency = titled("两城镇", above="首页 > 日照市 > 东港区 > 两城镇").agency
    assert (agency.township, agency.county, agency.code) == ("两城镇", None, None)


def test_a_real_name_in_a_fictional_county_stays_there():
    agency = titled("涧池镇", end="示例省示例县涧池镇人民政府\n2023年1月3日").agency
    assert (agency.province, agency.county, agency.code) == ("示例省", "示例县", None)


def test_a_township_that_is_not_in_its_county_keeps_its_name_without_a_code():
    found = titled("湘潭县大涌镇")
    assert (found.agency.county, found.agency.township) == ("湘潭县", "大涌镇")
    assert found.agency.code is None
    assert any("名录" in warning for warning in found.warnings)


def test_a_bureau_of_an_ambiguous_district_lists_the_districts():
    agency = titled("铁西区财政局").agency
    assert set(agency.candidates) == {"210106", "210303", "220302"}


def test_another_bodys_name_in_the_text_is_reported_and_the_title_wins():
    found = titled("湘潭县石鼓镇", end="永春县石鼓镇人民政府\n2023年1月6日")
    assert found.agency.county == "湘潭县"
    assert any(warning.startswith("M-2") for warning in found.warnings)


def test_我乡_in_the_report_of_a_镇_is_reported():
    found = titled("大涌镇", end="我乡高度重视。")
    assert any("我乡" in warning for warning in found.warnings)


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("统计期限自20231月1日起至202312月31日止。", 2023),
        ("数据的统计期限自2023年1月1日起至12月31日止。", 2023),
        ("统计期限自202311日起至20231231日止。", 2023),
        ("统计时限为2023年1月1日至2023年12月31日。", 2023),
        ("数据统计期限为2023年。", 2023),
        ("现公布大涌镇2023年政府信息公开情况。", 2023),
        ("截至2023年12月底，全年共公开信息9条。", None),
        ("2023年，大涌镇严格落实条例。\n2024年，大涌镇将继续努力。", 2023),
        ("2023年，大涌镇严格落实条例。\n截至2022年12月底，公开9条。", None),
        ("根据2019年修订的条例编制。", None),
        ("发布日期：2024-01-10", None),
        ("大涌镇人民政府\n2024年1月6日", None),
    ],
)
def test_data_window_tells_the_year_and_publication_never(text, year):
    assert read(f"大涌镇政府信息公开工作年度报告\n{text}\n{SECTIONS}").year == year


def test_title_wins_over_window_and_the_disagreement_is_reported():
    found = titled("大涌镇", below="统计期限自2021年1月1日起至2021年12月31日止。")
    assert found.year == 2022
    assert any(warning.startswith("M-1") and "2021" in warning for warning in found.warnings)


def test_agreeing_years_give_no_warning():
    found = titled(
        "中山市大涌镇",
        above="发布日期：2023-01-10",
        below="统计期限自2022年1月1日起至12月31日止。",
    )
    assert found.warnings == ()


def test_several_titles_of_different_years_settle_no_year():
    found = titled("大涌镇", above="大涌镇2021年政府信息公开工作年度报告")
    assert found.year is None
    assert any("不同的标题" in warning for warning in found.warnings)


NOISE = st.lists(
    st.sampled_from(
        [
            "",
            "   ",
            "无障碍版 长者助手 登录",
            "字体：[大 中 小] 打印",
            "分享到：微信 微博",
            "浏览次数：123",
            "2024年3月5日 星期二",
            "首页 | 政务公开 | 互动交流",
            "政府信息公开年报",
            "政府信息公开指南",
            "依申请公开",
            "法定主动公开内容",
            "|||||||||",
            "########",
            "扫一扫在手机打开当前页",
            "示例ICP备12345号 网站标识码：0000000000",
            "关闭窗口",
            "bat365官网登录下载",
        ]
    ),
    max_size=6,
).map("\n".join)
TOWN = st.integers(0, 41_351).map(lambda i: all_townships()[i])


@settings(deadline=None)
@given(town=TOWN, above=NOISE, below=NOISE, end=NOISE)
def test_a_full_path_finds_its_own_township_through_any_noise(town, above, below, end):
    path = "".join(dict.fromkeys(town[1:]))
    found = titled(path, above=above, below=below, end=end)
    assert (found.agency.code, found.year) == (town.code, 2022)
    assert found.agency.township == town.township


@settings(deadline=None)
@given(town=TOWN, above=NOISE, end=NOISE)
def test_a_bare_name_of_several_places_never_resolves(town, above, end):
    agency = titled(town.township, above=above, end=end).agency
    if len(townships_named(town.township)) > 1:
        assert agency.code is None
        assert body_key(agency) is None
    else:
        assert agency.code in (None, town.code)


def test_one_body_has_one_key_however_its_title_is_written():
    written = ["湘潭县石鼓镇", "湖南省湘潭市湘潭县石鼓镇人民政府", "湘潭石鼓镇"]
    keys = {body_key(titled(name).agency) for name in written}
    assert len(keys) == 1
    assert None not in keys
    bureaus = ["东至县财政局", "安徽省池州市东至县财政局", "安徽省东至县财政局"]
    assert len({body_key(titled(name).agency) for name in bureaus}) == 1


def test_different_bodies_have_different_keys():
    names = [
        "湘潭县石鼓镇",
        "永春县石鼓镇",
        "湘潭县",
        "湘潭县人民政府办公室",
        "湘潭县财政局",
        "湘潭市财政局",
        "湘潭市",
        "湖南省",
        "中山市大涌镇",
        "中山市大涌镇财政所",
        "示例县太平镇",
    ]
    keys = {body_key(titled(name).agency) for name in names}
    assert None not in keys
    assert len(keys) == len(names)


@pytest.mark.parametrize("name", ["石鼓镇", "青石桥镇", "财政局", "铁西区财政局", "通州区", "新乡"])
def test_a_body_whose_place_is_open_has_no_key(name):
    assert body_key(titled(name).agency) is None


SEEDS = {
    "000": ("湘潭县石鼓镇", "430321109", 2022),
    "001": ("中山市大涌镇", "442000116", 2022),
    "002": ("涧池镇", "610921101", 2021),
    "003": ("三门峡市湖滨区磁钟乡", "411202202", 2023),
    "004": ("永春县石鼓镇", "350525107", 2020),
}


@needs_shared
@pytest.mark.parametrize("number", SEEDS)
def test_real_reports_are_known_by_name_code_and_year(number):
    (path,) = (SHARED / "seeds").glob(f"{number}_*.txt")
    found = read(path.read_text(encoding="utf-8"))
    assert (found.agency.name, found.agency.code, found.year) == SEEDS[number]
    assert found.warnings == ()


@needs_shared
def test_real_layouts_agree_with_their_labels():
    folder = SHARED / "corpus" / "layouts"
    lines = (folder / "gold.jsonl").read_text(encoding="utf-8").splitlines()
    for gold in map(json.loads, lines):
        found = read((folder / f"{gold['id']}.txt").read_text(encoding="utf-8"))
        told = (found.title, found.year, found.agency.township)
        assert told == (gold["title"], gold["year"], gold["town"]), gold["id"]
        assert gold["county"] in (None, found.agency.county), gold["id"]
