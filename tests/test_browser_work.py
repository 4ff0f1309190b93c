"""What a visitor does with an answer, in a real browser: edit, follow up, take away, prove."""

import csv
import json
from pathlib import Path

import openpyxl
from browser_fixtures import Site
from playwright.sync_api import expect

from evals.browsing.visitor import Visitor
from evals.demo import QUESTION, run_nianbao


def asked(visitor: Visitor, question: str = QUESTION, number: str = "6181") -> None:
    """Ask and wait until the answer shows a number."""
    visitor.ask(question)
    expect(visitor.number(number)).to_be_visible()
    visitor.settle()


def taken(visitor: Visitor, kind: str, folder: Path) -> Path:
    """Download the file of a kind, by one press of a key."""
    with visitor.page.expect_download() as coming:
        visitor.page.locator(f"#keep-{kind}").press("Enter")
    path = folder / f"answer.{kind}"
    coming.value.save_as(path)
    return path


def test_number_in_the_text_and_in_the_list_open_the_same_cell(visitor: Visitor) -> None:
    asked(visitor)
    mark = visitor.page.locator("#source mark").first
    for place in ("#ask-answer", "#ask-yes"):
        number = visitor.page.locator(f"{place} [data-source]").filter(has_text="6181").first
        number.click()
        expect(mark).to_have_text("6181")
        expect(mark).to_be_in_viewport()
        expect(visitor.page.locator("#source")).to_contain_text("大涌镇")
        visitor.page.keyboard.press("Escape")
        expect(mark).to_be_hidden()


def test_list_is_sorted_by_a_click_on_its_heading(visitor: Visitor) -> None:
    asked(visitor)
    heading = visitor.page.locator("#ask-yes th button").filter(has_text="数值")
    cells = visitor.page.locator("#ask-yes tbody [data-source]")
    heading.click()
    found = [int(said.rstrip("件")) for said in cells.all_inner_texts()]
    assert found == sorted(found) and {1204, 1317, 1688, 2045, 6181} <= set(found)
    heading.click()
    assert cells.first.inner_text() == "6181件"


def test_edited_reading_is_asked_anew(visitor: Visitor) -> None:
    asked(visitor)
    visitor.page.locator("#ask-tab").get_by_text("理解得不对？改一改再查").click()
    number = visitor.field("reading-number")
    expect(number).to_have_value("1000")
    number.fill("2000")
    visitor.page.locator("#reading-again").click()
    answer = visitor.page.locator("#ask-answer")
    expect(answer).to_contain_text("超过2000件的有2个镇")
    expect(visitor.page.locator("#ask-yes")).not_to_contain_text("1688")


def test_follow_up_is_read_with_the_question_before_it(visitor: Visitor) -> None:
    asked(visitor)
    visitor.ask("那2021年呢")
    answer = visitor.page.locator("#ask-answer")
    expect(answer).to_contain_text("接着上一问")
    expect(answer).to_contain_text("2021年行政许可处理决定数量")
    expect(visitor.page.locator("#ask-earlier")).to_contain_text(QUESTION)


def test_follow_up_of_a_prose_answer_is_answered(visitor: Visitor) -> None:
    visitor.ask("青栎镇2022年存在什么问题")
    answer = visitor.page.locator("#ask-answer")
    expect(answer).to_contain_text("青栎镇2022年报告")
    visitor.ask("那2021年呢")
    expect(answer).to_contain_text("青栎镇2021年报告")


def test_new_conversation_forgets_the_last(visitor: Visitor) -> None:
    asked(visitor)
    visitor.page.locator("#ask-new").click()
    expect(visitor.page.locator("#ask-answer")).to_be_empty()
    visitor.ask("那2021年呢")
    expect(visitor.page.locator("#ask-answer")).not_to_contain_text("行政许可处理决定数量")


def test_workbook_and_table_hold_the_lists_of_the_answer(visitor: Visitor, tmp_path: Path) -> None:
    asked(visitor)
    book = openpyxl.load_workbook(taken(visitor, "xlsx", tmp_path))
    cells = {cell.value for sheet in book for row in sheet.iter_rows() for cell in row}
    assert 6181 in cells and 1000 in cells and any("荻圩镇" in str(cell) for cell in cells)
    with taken(visitor, "csv", tmp_path).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert any("6181" in row for row in rows)


def test_saved_answer_is_verified_by_the_command(
    site: Site, visitor: Visitor, tmp_path: Path
) -> None:
    asked(visitor)
    saved = taken(visitor, "json", tmp_path)
    library = ("--library", str(site.library))
    done = run_nianbao("verify", str(saved), *library)
    assert done.code == 0, done.output
    record = json.loads(saved.read_text("utf-8"))
    record["text"] = record["text"].replace("6181", "6182")
    (tmp_path / "forged.json").write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
    assert run_nianbao("verify", str(tmp_path / "forged.json"), *library).code == 1


def test_answer_is_verified_on_the_page(visitor: Visitor) -> None:
    asked(visitor)
    visitor.page.locator("#keep-verify").click()
    expect(visitor.page.locator("#keep-verified")).to_contain_text("核对通过")


def test_opinion_is_kept_and_thanked_for(visitor: Visitor) -> None:
    asked(visitor)
    visitor.field("keep-comment").fill("应为 <img src=x onerror=alert(1)>")
    visitor.page.locator("#keep-down").click()
    expect(visitor.page.locator("#keep-thanks")).to_contain_text("已记下")


def test_answer_and_source_are_copied(visitor: Visitor) -> None:
    asked(visitor)
    visitor.page.locator("#ask-answer [data-copy]").first.click()
    assert "6181" in visitor.page.evaluate("navigator.clipboard.readText()")


def test_buttons_below_an_answer_are_those_the_page_has_words_for(visitor: Visitor) -> None:
    for _ in range(2):
        asked(visitor)
        visitor.settle()
        said = visitor.page.locator("#ask-tab button").filter(visible=True).all_inner_texts()
        assert "下载 XLSX" in said
        assert not [one for one in said if one.isascii() and not one.isdigit() and one.strip()]
