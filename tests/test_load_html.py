"""Web pages: what a browser shows, grids with exact spans, page chrome outside the body."""

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.loading.load_html import Page, read_html
from index.model import LoadError, Table

FORM = (
    "<table><tr><td>信息内容<td>本年制发件数<td>本年废止件数<tr><td>规章<td>0<td>0"
    "<tr><td>行政规范性文件<td>3<td>1</table>"
)
PROSE = "<p>示例镇认真落实要求，全年主动公开政府信息四十二条，收到申请零件，均按时办结。" * 2


def grid(page: Page, table: Table) -> list[tuple[Any, ...]]:
    return [(page.text[c.start : c.end], *c[2:]) for c in table.cells]


def saved(content: str, before: str = "", after: str = "") -> Page:
    return read_html(
        f"<html><head><title>x</title></head><body>{before}{content}{after}</body></html>"
    )


def body(page: Page) -> str:
    return page.text[slice(*page.body)]


SCRAPS = ["<table>", "<tr>", "<td>", "</td>", "</tr>", "</table>", "<div>", "</div>", "<p>", "<br>"]
SCRAPS += ["甲", "0", "&nbsp;", "<thead>", "<tbody>", "</tbody>", "<caption>", "<td colspan=3>"]
SCRAPS += ["<td rowspan=0>", "<td rowspan=9>", "<b>", "<pre>", "</pre>", "<a href=#>", "</a>", "\t"]
SCRAPS += ["<!--", "-->", "<th>", "<s>", "</s>", "</body>", "</html>", "\n", "<", ">", "&", "<sup>"]
words = st.text("规章行政总计0123456789.（） ", max_size=6)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.lists(words, min_size=2, max_size=5), min_size=1, max_size=6))
def test_every_cell_comes_back_with_its_place_and_span(rows: list[list[str]]) -> None:
    markup = "".join(f"<tr>{''.join(f'<td>{w}</td>' for w in row)}</tr>" for row in rows)
    page = read_html(f"<p>前</p><table>{markup}</table><p>后</p>")
    assert grid(page, page.tables[0]) == [
        (" ".join(w.split()), r, c, 1, 1) for r, row in enumerate(rows) for c, w in enumerate(row)
    ]
    lines = page.text[page.tables[0].start : page.tables[0].end].split("\n")
    assert [len(line.split("\t")) for line in lines] == [len(row) for row in rows]


def test_merged_cells_appear_once_and_leave_their_places_empty() -> None:
    page = read_html(
        "<table><tr><th rowspan=2>申请人<th colspan=2>法人<tr><td>企业<td>其他"
        "<tr><td>新收<td>4<td></table>"
    )
    assert page.text == "申请人\t法人\n\t企业\t其他\n新收\t4\t\n"
    assert grid(page, page.tables[0])[:2] == [("申请人", 0, 0, 2, 1), ("法人", 0, 1, 1, 2)]
    empty = page.tables[0].cells[-1]
    assert empty.start == empty.end == len(page.text) - 1


def test_a_line_break_inside_a_label_does_not_part_it() -> None:
    page = read_html("<table><tr><td>商业<br>企业<td><p>总</p><p>计</p><td>5<br>3</table>")
    assert page.text == "商业企业\t总计\t5 3\n"


def test_a_cell_of_blanks_is_empty() -> None:
    page = read_html("<table><tr><td>&nbsp;<td>\u3000\u200b<td>0</table>")
    assert [c[0] for c in grid(page, page.tables[0])] == ["", "", "0"]


def test_cells_in_unclosed_tags_stay_apart() -> None:
    page = read_html("<table><tr><td><div>规章<td><b>3<td>5<tr><td>许可<td>7<td></table>")
    assert [c[0] for c in grid(page, page.tables[0])] == ["规章", "3", "5", "许可", "7", ""]


def test_tables_inside_a_layout_table_are_the_tables() -> None:
    page = read_html(f"<table><tr><td>菜单<td>{PROSE}{FORM}<p>尾</table>")
    assert [c[0] for c in grid(page, page.tables[0])][3:6] == ["规章", "0", "0"]
    assert len(page.tables) == 1 and page.text.index("认真") < page.tables[0].start


def test_data_rows_between_rows_of_prose_are_a_table() -> None:
    page = read_html(
        f"<table><tr><td colspan=3>{PROSE * 6}<tr><td>规章<td>0<td>1<tr><td>许可<td>2<td>3"
        f"<tr><td colspan=3>{PROSE * 6}</table>"
    )
    assert [grid(page, t) for t in page.tables] == [
        [
            *[("规章", 0, 0, 1, 1), ("0", 0, 1, 1, 1), ("1", 0, 2, 1, 1)],
            *[("许可", 1, 0, 1, 1), ("2", 1, 1, 1, 1), ("3", 1, 2, 1, 1)],
        ]
    ]


def test_a_frame_around_a_number_is_opened() -> None:
    page = read_html("<table><tr><td>规章<td><table><tr><td>6</table><tr><td>许可<td>7</table>")
    assert [c[0] for c in grid(page, page.tables[0])] == ["规章", "6", "许可", "7"]


def test_struck_numbers_and_footnote_marks_never_join_a_value() -> None:
    page = read_html("<table><tr><td>许可<td><s>5</s>6<td>5<sup>1</sup></table>")
    assert [c[0] for c in grid(page, page.tables[0])] == ["许可", "6", "5 1"]
    assert "删除线" in page.warnings[0]


def test_what_a_browser_hides_is_not_read() -> None:
    page = read_html(
        "<p>看见<span style='DISPLAY : none'>隐藏</span><script>var a='<p>码'</script><!--注-->"
        "<p hidden>藏</p><noscript>无</noscript><p>完"
    )
    assert page.text == "看见\n完\n"


@pytest.mark.parametrize(
    "style",
    [
        "color:#fff;background:#FFFFFF",
        "color: rgb(255, 255, 255); background-color: white",
        "font-size:0",
        "font-size: 0.0px !important",
        "opacity:0",
        "visibility:collapse",
    ],
)
def test_digits_that_nobody_sees_join_no_value(style: str) -> None:
    page = read_html(f"<table><tr><td>许可<td>6<span style='{style}'>66</span></table>")
    assert [c[0] for c in grid(page, page.tables[0])] == ["许可", "6"]


@pytest.mark.parametrize(
    "cell",
    [
        "<td style='background:#06c;color:#fff'>66",
        "<td bgcolor='white'><font color='#000000'>66</font>",
        "<td style='font-size:0'><b style='font-size:14px'>66</b>",
        "<td style='opacity:0.9'>66",
        "<td style='color:#fff'>66",
    ],
)
def test_digits_that_can_be_seen_are_read(cell: str) -> None:
    page = read_html(f"<table><tr><td>许可{cell}</table>")
    assert [c[0] for c in grid(page, page.tables[0])] == ["许可", "66"]


def test_white_digits_on_an_unknown_ground_are_kept_apart_from_the_number_beside_them() -> None:
    white = "<span style='color:white'>66</span>"
    page = read_html(f"<table><tr><td>6{white}<td>{white}6<td><sup>2</sup>6<td>{white}</table>")
    assert [c[0] for c in grid(page, page.tables[0])] == ["6 66", "66 6", "2 6", "66"]


def test_a_page_hidden_until_its_script_runs_is_read_with_a_warning() -> None:
    page = read_html(f"<div style='display:none'>{PROSE * 5}{FORM}</div>")
    assert page.tables and "隐藏" in page.warnings[0]


def test_a_second_page_pasted_inside_does_not_end_the_reading() -> None:
    page = read_html(f"<html><body><p>甲<html><body><p>乙</body></html>{FORM}<p>丙</body></html>")
    assert page.text.startswith("甲\n乙\n") and page.text.endswith("丙\n") and page.tables


def test_preformatted_lines_stay_lines() -> None:
    assert read_html("<pre>规章\t0\n许可\t5\n</pre><p>a\nb</p>").text == "规章\t0\n许可\t5\na b\n"


def test_page_chrome_is_text_but_not_body() -> None:
    page = saved(
        "<h1>示例镇2022年政府信息公开工作年度报告</h1>"
        "<p>发布时间：2023-01-10 字体：[<a href=#>大</a>]</p>"
        f"<p>一、总体情况</p>{PROSE}{FORM}<p>六、其他需要报告的事项</p><p>无。</p><p>示例镇人民政府</p>",
        "<ul class=menu><li><a href=#>首页</a><li><a href=#>新闻</a></ul>"
        "<div>当前位置：<a href=#>首页</a> &gt; 示例县 &gt; 年报</div>",
        "<p>【打印】【关闭】</p><p>上一篇：<a href=#>示例镇2021年政府信息公开工作年度报告</a></p>"
        "<table><tr><td>友情链接<td>县政府</table><div class=footer>主办：示例县人民政府</div>",
    )
    assert body(page).startswith("示例镇2022年") and body(page).endswith("示例镇人民政府")
    assert "当前位置" in page.text and "2021年" in page.text
    assert len(page.tables) == 1


def test_a_title_in_the_page_header_counts_when_it_is_the_only_one() -> None:
    header = "<header><h1>示例镇2022年政府信息公开年度报告</h1><p>来源：县政府</p></header>"
    menu = "<nav>首页<br>年报汇总</nav>"
    assert body(saved(PROSE + FORM, header)).startswith("示例镇2022年")
    page = saved(f"<h1>示例镇2022年政府信息公开年度报告</h1>{PROSE}{FORM}", menu)
    assert body(page).startswith("示例镇2022年")


def test_a_menu_in_a_layout_cell_is_outside_the_body() -> None:
    report = f"<h1>示例镇2022年政府信息公开年度报告</h1>{PROSE}{FORM}<p>无。"
    page = read_html(f"<table><tr><td class=side>相关链接<br>年报汇总<td>{report}</table>")
    assert body(page).startswith("示例镇2022年") and body(page).endswith("无。")


def test_a_report_inside_an_element_named_like_chrome_is_kept() -> None:
    page = saved(
        f"<div class='header-nav'><h1>示例镇2022年年度报告</h1>{PROSE}{FORM}<p>无。</p></div>"
    )
    assert body(page).startswith("示例镇2022年") and body(page).endswith("无。") and page.tables


def test_a_page_without_signs_of_a_report_is_kept_whole() -> None:
    page = saved("<p>短文</p><p>又一行</p>")
    assert body(page) == page.text


def test_the_window_title_is_kept_beside_a_page_that_lacks_it() -> None:
    page = read_html(f"<title>示例镇2022年政府信息公开工作年度报告</title>{PROSE}{FORM}")
    assert page.text.startswith("示例镇2022年") and "示例镇2022年" not in body(page)


@pytest.mark.parametrize("tag", ["div", "b", "ul><li", "blockquote"])
def test_ten_thousand_nested_elements_are_read(tag: str) -> None:
    page = read_html(f"<{tag}>" * 10_000 + "深处" + FORM + "<p>尾")
    assert page.text.startswith("深处\n") and page.text.endswith("尾\n")
    assert [c[0] for c in grid(page, page.tables[0])][-1] == "1"


def test_tables_nested_beyond_sense_are_refused() -> None:
    with pytest.raises(LoadError, match="嵌套"):
        read_html("<table><tr><td>x<td>" * 10_000 + "深处")


def test_a_table_of_many_rows_is_read_whole() -> None:
    page = read_html("<table>" + "<tr><td>甲<td>1" * 20_000)
    assert len(page.tables[0].cells) == 40_000


@settings(deadline=None, max_examples=150)
@given(st.lists(st.sampled_from(SCRAPS), max_size=40))
def test_no_markup_breaks_the_spans(parts: list[str]) -> None:
    page = read_html("".join(parts))
    assert 0 <= page.body[0] <= page.body[1] <= len(page.text)
    for table in page.tables:
        assert page.body[0] <= table.start <= table.end <= page.body[1]
        for cell in table.cells:
            assert table.start <= cell.start <= cell.end <= table.end
            assert "\n" not in page.text[cell.start : cell.end]
            assert "\t" not in page.text[cell.start : cell.end]


@pytest.mark.parametrize(
    "scrap",
    ["<html ", "<a ", "<!--", "<!-- -->", "<script>", "<td ", "&", "首页>", "甲 \n ", "<p>\n"],
)
def test_a_scrap_repeated_without_end_costs_no_more_than_its_length(scrap: str) -> None:
    began = time.process_time()
    read_html("<div>" * 3000 + scrap * 30_000)
    assert time.process_time() - began < 5
