"""Files that a visitor hands in, in a real browser: into the library, to extract, to check."""

import json
import re
from pathlib import Path

import pytest
from browser_fixtures import Site, Visit
from playwright.sync_api import Locator, expect

from evals.browsing.visitor import Visitor
from evals.demo import ROOT

SEEDS = ROOT.parent / "shared" / "seeds"
SAMPLE = ROOT / "evals" / "reports" / "大涌镇2022.html"
TEXT = ROOT / "evals" / "reports" / "青栎镇2022.txt"


def hand_in(place: Locator, *files: Path) -> None:
    """Choose files in a place to drop them."""
    place.locator("input[type=file]").first.set_input_files(list(files))


@pytest.mark.skipif(not SEEDS.is_dir(), reason="../shared (the seed reports) is not here")
def test_seeds_are_uploaded_and_a_broken_file_is_told_of(visitor: Visitor, tmp_path: Path) -> None:
    broken = tmp_path / "坏的.docx"
    broken.write_bytes(b"PK\x03\x04 no document")
    seeds = sorted(SEEDS.glob("*.txt"))
    told = visitor.upload(*seeds, broken)
    expect(told).to_contain_text("共 6 个文件")
    expect(told.locator("tr").filter(has_text=broken.name)).to_contain_text("失败")
    for seed in seeds:
        expect(told.locator("tr").filter(has_text=seed.name)).not_to_contain_text("失败")
    for agency in ("大涌镇", "石鼓镇", "涧池镇", "磁钟乡"):
        expect(told).to_contain_text(agency)
    (matched,) = re.findall(r"库内共 (\d+) 份", visitor.page.locator("#library-list").inner_text())
    expect(visitor.page.locator("#head-library")).to_contain_text(f" {matched} ")


def test_upload_is_seen_by_its_visitor_only_until_it_is_in_the_library(visitors: Visit) -> None:
    first, second = visitors(), visitors()
    name = "<img src=x onerror=alert(1)>..${alert(1)}.txt"
    report = TEXT.read_text("utf-8").replace("青栎镇", "蓟草镇")
    told = first.upload({"name": name, "mimeType": "text/plain", "buffer": report.encode()})
    expect(told).to_contain_text("onerror=alert(1)")
    assert "处理完毕" not in second.page.locator("body").inner_text()
    second.ask("蓟草镇2022年行政许可多少件")
    expect(second.number("1204")).to_be_visible()


def test_report_of_the_list_opens_with_its_cells_beside_the_source(visitor: Visitor) -> None:
    visitor.tab("library")
    listed = visitor.page.locator("#library-list")
    visitor.field("library-search").fill("槿塘")
    expect(listed.locator("tbody tr")).to_have_count(1)
    listed.locator("tbody button").first.click()
    report = visitor.page.locator("#library-report")
    expect(report).to_contain_text("槿塘镇")
    report.locator("[data-source]").filter(visible=True).first.click()
    expect(visitor.page.locator("#source mark").first).to_be_visible()
    report.locator("[data-do=back]").first.click()
    expect(listed.locator("tbody tr")).to_have_count(1)
    expect(visitor.page.locator("#source")).to_be_hidden()


def test_open_report_that_another_removes_gives_way_to_the_list(visitors: Visit) -> None:
    first, second = visitors(), visitors()
    report = TEXT.read_text("utf-8").replace("青栎镇", "蓣草镇").encode()
    first.upload({"name": "蓣草镇2022.txt", "mimeType": "text/plain", "buffer": report})
    for one in (first, second):
        one.tab("library")
        one.field("library-search").fill("蓣草")
        expect(one.page.locator("#library-list tbody tr")).to_have_count(1)
        one.page.locator("#library-list tbody button").first.click()
        expect(one.page.locator("#library-report")).to_contain_text("蓣草镇")
    first.page.locator("#library-report [data-do=remove]").click()
    first.page.locator("#library-report [data-do=removed]").click()
    expect(first.page.locator("#library-note")).to_contain_text("已移出库")
    second.tab("ask")
    second.tab("library")
    expect(second.page.locator("#library-note")).to_contain_text("已经没有这份报告")
    expect(second.page.locator("#library-list")).to_be_visible()
    expect(second.page.locator("#library-report")).to_be_hidden()


def test_report_is_extracted_and_every_value_opens_its_span(visitor: Visitor) -> None:
    visitor.tab("extract")
    hand_in(visitor.page.locator("#extract-files"), SAMPLE)
    visitor.page.locator("#extract-run").click()
    result = visitor.page.locator("#extract-result")
    expect(result).to_contain_text("大涌镇")
    result.locator("button").filter(has_text="6181").filter(visible=True).first.click()
    expect(visitor.page.locator("#extract-source mark").first).to_have_text("6181")
    with visitor.page.expect_download() as coming:
        visitor.page.locator("#extract-download").click()
    assert "6181" in json.dumps(json.loads(Path(coming.value.path()).read_text("utf-8")))


def test_what_is_wrong_is_told_in_the_words_of_the_page(visitor: Visitor) -> None:
    visitor.tab("extract")
    visitor.page.locator("#extract-schema input[value=pasted]").check()
    visitor.field("extract-pasted").fill('{"type": "obj')
    for language, title in (("zh", "没有完成"), ("en", "Error")):
        visitor.speak(language)
        visitor.page.locator("#extract-pasted-check").click()
        expect(visitor.page.locator(".toast-title").last).to_have_text(title)
        visitor.page.locator(".toast-close").last.click()


def test_findings_open_their_cells_in_the_source(visitor: Visitor, site: Site) -> None:
    visitor.tab("check")
    findings = visitor.page.locator("#check-findings")
    expect(findings).to_contain_text("槿塘镇")
    findings.locator("[data-source]").filter(visible=True).first.click()
    expect(visitor.page.locator("#source mark").first).to_be_visible()
    visitor.page.keyboard.press("Escape")
    with visitor.page.expect_download() as coming:
        visitor.page.locator("#check-write").click()
    assert coming.value.suggested_filename.endswith(".xlsx")
