"""How every tab stands on the screen: wide and narrow, light and dark; nothing cut off or pale."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browser_fixtures import Visit

from evals.browsing.layout import faults_of_layout
from evals.browsing.tour import SIZES, THEMES, walk
from evals.browsing.visitor import Theme

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ('<div style="width:2000px">宽</div>', "the page is 2000 wide on a screen of"),
        (
            '<div style="width:60px;overflow:hidden;white-space:nowrap">政府信息公开</div>',
            "text is cut off: div “政府信息公开”",
        ),
        (
            '<div style="height:30px;overflow:hidden"><p style="margin:0;line-height:20px">第一行'
            '<p style="margin:0">第二行</p></div>',
            "text is cut off: p “第二行”",
        ),
        (
            '<input aria-label="x" style="width:60px" placeholder="请输入问题">',
            "the hint does not fit",
        ),
        (
            '<button>甲甲</button><button style="margin-left:-20px">乙乙</button>',
            "overlapping: button “甲甲” and button “乙乙”",
        ),
        (
            '<label><span style="display:inline-block;width:20px">中文</span><input></label>',
            "broken over 2 lines: “中文”",
        ),
        ('<p style="color:#999">浅</p>', "contrast 2.85: p “浅”"),
        ('<input style="width:9em">', "a textbox has no name"),
        ("<button><svg></svg></button>", "a button has no name"),
    ],
)
def test_the_measuring_finds_what_it_is_for(browser: "Browser", body: str, fault: str) -> None:
    page = browser.new_page()
    page.set_content(f'<body style="margin:0;font-size:16px">{body}</body>')
    assert fault in "\n".join(faults_of_layout(page))
    page.close()


def test_the_measuring_is_content_with_a_plain_page(browser: "Browser") -> None:
    page = browser.new_page()
    page.set_content(
        """<p>政府信息公开</p><label>问题 <input placeholder="例如"></label> <button>提问</button>
        <div style="width:60px;overflow:auto;white-space:nowrap" tabindex=0>可以滚动的文字</div>"""
    )
    assert faults_of_layout(page) == []
    page.close()


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder for the pictures: NIANBAO_SCREENSHOTS, else one of pytest's own."""
    asked = os.environ.get("NIANBAO_SCREENSHOTS")
    folder = Path(asked) if asked else tmp_path_factory.mktemp("screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", SIZES)
def test_every_tab_can_be_read_and_used(
    visitors: Visit, pictures: Path, size: tuple[int, int], theme: Theme
) -> None:
    visitor = visitors(size=size, theme=theme)
    wrong = {}
    for stop in walk(visitor):
        visitor.page.screenshot(path=pictures / f"{size[0]}-{theme}-{stop}.png", full_page=True)
        if found := faults_of_layout(visitor.page):
            wrong[stop] = found
    assert wrong == {}
