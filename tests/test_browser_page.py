"""The page as a whole, in a real browser: tabs, language, reload, who sees what, hostile text."""

import csv
import re

import pytest
from browser_fixtures import HOSTILE, HOSTILE_TOWN, Visit
from playwright.sync_api import expect

from assistant.page.words import words
from evals.browsing.tour import TABS, walk
from evals.browsing.visitor import NARROW, WIDE, Visitor
from evals.demo import QUESTION, ROOT

# Every text that is seen or read out, one by one; of what the reports say only some is Chinese.
_TEXTS = """() => {
  const said = [document.title];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const one = walk.currentNode.parentElement;
    if (one.checkVisibility() && !one.closest('script, style, [lang=zh]'))
      said.push(walk.currentNode.data);
  }
  for (const one of document.querySelectorAll('[aria-label], [title], [placeholder]'))
    if (one.checkVisibility()) said.push(one.ariaLabel, one.title, one.placeholder);
  return said.map((text) => (text ?? '').trim());
}"""
_GRADIO = """() => [...document.querySelectorAll('.upload-container, .overflow-menu button')]
  .map((one) => `${one.ariaLabel} ${one.innerText}`).join(' ')"""
CJK = re.compile(r"[\u3400-\u9fff]")


def own_words() -> set[str]:
    """Return what the page says in Chinese only; what reports say too is left out."""
    tables = (ROOT / "assistant" / "page" / "words").glob("*.csv")
    rows = [row for table in tables for row in csv.DictReader(table.open(encoding="utf-8"))]
    same = {row["zh"].strip() for row in rows if row["zh"] == row["en"]}
    return {row["zh"].strip() for row in rows if CJK.search(row["zh"])} - same


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_every_tab_opens(visitors: Visit, size: tuple[int, int]) -> None:
    visitor = visitors(size=size)
    for tab in TABS[1:] + TABS[:1]:
        assert visitor.tab(tab).inner_text().strip(), tab


def test_number_of_an_answer_opens_its_place_in_the_source(visitor: Visitor) -> None:
    visitor.ask(QUESTION)
    visitor.number("6181").click()
    expect(visitor.page.locator("#source mark").first).to_have_text("6181")
    expect(visitor.page.locator("#source mark").first).to_be_in_viewport()


def test_english_leaves_no_chinese_in_what_the_page_says_of_itself(visitor: Visitor) -> None:
    visitor.speak("en")
    own = own_words()
    for stop in walk(visitor):
        left = own & set(visitor.page.evaluate(_TEXTS))
        assert left == set(), stop
        assert not CJK.search(visitor.page.evaluate(_GRADIO)), stop
    assert visitor.page.evaluate("document.documentElement.lang") == "en"


def test_tabs_opened_before_and_after_the_switch_of_language_follow_it(visitor: Visitor) -> None:
    page = visitor.page
    asked = page.locator("#ask-answer")
    visitor.ask(QUESTION)
    expect(asked).to_contain_text(words("zh")("ask.reading"))
    visitor.tab("check")
    findings = page.locator("#check-counts")
    expect(findings).to_contain_text(words("zh")("check.all_rules"))
    visitor.speak("en")
    expect(findings).to_contain_text(words("en")("check.all_rules"))
    visitor.tab("library")
    expect(page.locator("#library-list")).to_contain_text(words("en")("library.reported"))
    page.locator("#library-list tbody button").first.click()
    report = page.locator("#library-report")
    expect(report).to_contain_text(words("en")("library.back"))
    visitor.tab("ask")
    expect(asked).to_contain_text(words("en")("ask.reading"))
    visitor.speak("zh")
    visitor.tab("library")
    expect(report).to_contain_text(words("zh")("library.back"))


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_chinese_page_is_chinese_in_any_browser(visitors: Visit, locale: str) -> None:
    visitor = visitors(locale=locale)
    for stop in walk(visitor):
        assert not re.search("[A-Za-z]{3}", visitor.page.evaluate(_GRADIO)), stop
    assert visitor.page.evaluate("document.documentElement.lang") == "zh-CN"


def test_language_is_kept_over_a_reload(visitor: Visitor) -> None:
    visitor.speak("en")
    visitor.leave(visitor.page.reload)
    expect(visitor.page.locator("#ask-send")).to_have_text("Ask")


def test_page_works_after_reload_and_after_going_back(visitor: Visitor) -> None:
    page = visitor.page
    for again in (page.reload, lambda: (page.goto("about:blank"), page.go_back())):
        visitor.leave(again)
        visitor.ask(QUESTION)
        expect(visitor.number("6181")).to_be_visible()


def test_visitors_do_not_see_each_others_questions(visitors: Visit) -> None:
    first, second = visitors(), visitors()
    first.ask(QUESTION)
    expect(first.number("6181")).to_be_visible()
    second.ask("青栎镇2022年行政许可多少件")
    expect(second.number("1204")).to_be_visible()
    assert "6181" not in second.page.locator("body").inner_text()
    assert QUESTION not in second.page.locator("#ask-tab").inner_text()
    assert "青栎镇2022年行政许可多少件" not in first.page.locator("#ask-tab").inner_text()


def test_script_in_a_report_is_text(visitor: Visitor) -> None:
    visitor.ask(f"{HOSTILE_TOWN}2022年行政许可多少件")
    visitor.number("1204").click()
    visitor.page.locator("#source mark").first.wait_for()
    assert HOSTILE[1] in visitor.page.locator("#source").inner_text()
    for _ in walk(visitor):
        assert visitor.page.locator("img[src=x], svg[onload]").count() == 0


@pytest.mark.parametrize("question", HOSTILE)
def test_script_in_a_question_is_text(visitor: Visitor, question: str) -> None:
    visitor.ask(f"{question}青栎镇2022年行政许可多少件")
    visitor.settle()
    visitor.page.wait_for_timeout(300)
    assert visitor.page.locator("img[src=x], svg[onload]").count() == 0


def test_answer_and_source_are_reached_by_keyboard_alone(visitor: Visitor) -> None:
    page = visitor.page
    visitor.tab_to("#ask-question textarea, #ask-question input")
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    expect(visitor.number("6181")).to_be_visible()
    visitor.tab_to("[data-source]")
    opened = page.evaluate("document.activeElement.outerHTML")
    page.keyboard.press("Enter")
    expect(page.locator("#source mark").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#source mark").first).to_be_hidden()
    assert page.evaluate("document.activeElement.outerHTML") == opened
