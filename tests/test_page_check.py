"""The tab of checks: exact counts, every cell opens its place, files stay in their session."""

import json
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import openpyxl
import pytest
from page_html import buttons, is_inert

from assistant.cli import run
from assistant.findings import VERDICTS, Wanted, count_findings, find_findings
from assistant.markup import visible
from assistant.page.desks.corrections import write_corrections
from assistant.page.desks.downloads import fresh_file, write_fresh
from assistant.page.desks.findings import (
    PAGE,
    Shown,
    check_file,
    check_files,
    files_to_correct,
    look,
    named,
    to_correct,
    turned,
)
from assistant.page.desks.held import HELD_CHARACTERS, HELD_FILES, find_held, hold
from assistant.page.desks.limits import MOST_BYTES, MOST_FILES
from assistant.page.desks.opening import accepted, open_file
from assistant.page.views.findings import counts_view, files_view, findings_view
from assistant.page.views.held import held_view
from assistant.page.words import LANGUAGES, words
from index.checking.check import check_report
from index.errors import MisuseError, OutsideError
from index.model import Reading
from index.store.library import Library

ROOT = Path(__file__).parents[1]
REPORTS = ROOT / "evals" / "reports"
BROKEN = REPORTS / "槿塘镇2022.txt"
SAY = words("zh")
EVERY = Shown(wanted=Wanted(status=None))


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """A library of the samples that break rules, of some that do not, and of hostile ones."""
    folder = tmp_path_factory.mktemp("库")
    names = ("槿塘镇2022.txt", "涧池镇2021.md", "芷塘镇2022.txt", "荻圩镇2022.txt",
             "荻圩镇2023.txt", "莲垸镇2022.txt", "大涌镇2022.html", "云榉县2022.txt",
             "湘潭县石鼓镇2022.docx")  # fmt: skip
    files = [REPORTS / name for name in names]
    opened = Library.open(folder)
    opened.add([*files, *sorted((ROOT / "evals" / "adversarial").iterdir())])
    return opened


def command(library: Library, capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    """The reports as `nianbao check --json` prints them."""
    assert run(["check", "--library", str(library.folder), "--json"]) in (0, 1)
    found: list[dict[str, object]] = json.loads(capsys.readouterr().out)["reports"]
    return found


def test_the_page_finds_what_the_command_finds(
    library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    printed = {
        (r["report_id"], c["rule"], c["status"], c["message"])
        for r in command(library, capsys)
        for c in r["checks"]  # type: ignore[attr-defined]
    }
    found = find_findings(library, Wanted(status=None), most=10_000)
    assert {(f.subject.id, f.rule, f.status, f.message) for f in found} == printed
    counts = count_findings(library, Wanted(status=None))
    assert (counts.findings, counts.reports) == (len(printed), len({p[0] for p in printed}))
    for status in VERDICTS:
        told = sum(n for (_, s), n in counts.rules.items() if s == status)
        assert told == sum(p[2] == status for p in printed)


def test_every_count_is_what_its_click_shows(library: Library) -> None:
    looked = look(library, EVERY)
    tried = 0
    for button in buttons(counts_view(looked, SAY)):
        act = button.act
        if act.get("do") != "filter":
            continue
        shown = turned(EVERY, act)
        told = button.text.rpartition("（")[2].rstrip("）")
        if told.isdigit():
            assert look(library, shown).counts.findings == int(told), button
            tried += 1
    assert tried > 40


def test_every_cell_opens_the_place_that_prints_it(library: Library) -> None:
    tried = 0
    every = look(library, EVERY).counts.findings
    for first in range(0, every, 3 * PAGE):
        looked = look(library, EVERY.model_copy(update={"first": first}))
        for button in buttons(findings_view(looked, SAY)):
            if button.attributes.get("class") != "number":
                continue
            (span,) = button.spans
            text = library.text(library.find(button.attributes["data-source"])[0])
            printed = text[span[0] : span[1]]
            if printed.strip():
                assert visible(printed) == button.text
            else:
                assert button.text in (SAY("check.cell.blank"), SAY("check.cell.unreadable"))
            tried += 1
    assert tried > 100


def test_a_broken_sum_shows_its_cells_all_at_once(library: Library) -> None:
    shown = named(turned(Shown(), {"do": "filter", "rule": "T3-1", "status": "fail"}), "槿塘")
    (finding,) = look(library, shown).findings
    assert [cell.raw for cell in finding.cells] == ["7", "8", "0", "0", "9", "9", "0", "0"]
    found = buttons(findings_view(look(library, shown), SAY))
    (every,) = [b for b in found if b.attributes["class"] == "plain"]
    assert every.spans == [(c.start, c.end) for c in finding.cells]
    assert "本年新收＋上年结转" in findings_view(look(library, shown), SAY)


@pytest.mark.parametrize("by", ["report", "rule"])
def test_the_source_opens_at_the_cells_of_what_is_found(library: Library, by: str) -> None:
    looked = look(library, Shown(by=by))
    spans = {(c.start, c.end) for f in looked.findings for c in f.cells if c.start is not None}
    links = [b for b in buttons(findings_view(looked, SAY)) if b.text == SAY("check.open")]
    opened = [span for link in links for span in link.spans]
    assert set(opened) == spans and (0, 0) not in opened
    without = [link for link in links if not link.spans]
    bare = [f for f in looked.findings if not any(c.start is not None for c in f.cells)]
    assert bare and {link.attributes["data-report"] for link in without} <= {
        f.subject.id for f in bare
    }


def test_a_place_of_several_levels_is_named_once(library: Library) -> None:
    shown = findings_view(look(library, EVERY), SAY) + findings_view(
        look(library, Shown(wanted=Wanted(status="pass"))), SAY
    )
    assert "中山市" in shown and "中山市中山市" not in shown


def test_an_open_rule_names_the_cells_without_a_value(library: Library) -> None:
    found = find_findings(library, Wanted(status="uncertain"), most=1000)
    assert found and all(f.cells for f in found)
    assert all(cell.value is None for f in found for cell in f.cells)


def test_every_rule_and_every_word_is_there_in_both_languages(library: Library) -> None:
    rules = {check.rule for check in check_report(Reading(form="2021", cells=(), sections=()))}
    for language in LANGUAGES:
        say = words(language)
        assert all(say.get(f"check.rule.{rule}") for rule in rules)
        looked = look(library, EVERY)
        assert counts_view(looked, say) and findings_view(looked, say)


def test_the_place_is_found_in_traditional_characters_and_in_parts(library: Library) -> None:
    for said in ("湘潭縣 石鼓鎮", " 石鼓镇　湘潭县 ", "湘潭县石鼓镇"):
        assert look(library, named(EVERY, said)).counts.touched == 1, said
    nowhere = look(library, named(EVERY, "' OR 1=1 --"))
    assert nowhere.counts.findings == 0 and "没有符合" in findings_view(nowhere, SAY)


def test_a_click_that_no_button_tells_changes_nothing_or_finds_nothing(library: Library) -> None:
    for act in ({"do": "filter", "status": "<script>", "rule": "'; DROP"}, {"do": "page"},
                {"do": "page", "first": "99999999999999"}, {"do": "page", "first": "-5"},
                {"do": "filter", "year": "²"}, {"do": "group", "by": "x"}, {}):  # fmt: skip
        looked = look(library, turned(EVERY, act))
        assert len(looked.findings) == min(PAGE, looked.counts.findings)
        assert is_inert(counts_view(looked, SAY) + findings_view(looked, SAY))
    last = look(library, EVERY.model_copy(update={"first": 10**8}))
    assert last.findings and last.shown.first + len(last.findings) == last.counts.findings


def test_the_pages_by_rule_and_by_report_hold_every_finding_once(library: Library) -> None:
    every = look(library, EVERY).counts.findings
    for by in ("report", "rule"):
        seen = [
            (f.subject.id, f.rule)
            for first in range(0, every, PAGE)
            for f in look(
                library, turned(EVERY, {"do": "group", "by": by}).model_copy(
                    update={"first": first})
            ).findings
        ]  # fmt: skip
        assert len(seen) == len(set(seen)) == every


def test_a_library_without_reports_says_so(tmp_path: Path) -> None:
    looked = look(Library.open(tmp_path), Shown())
    assert "还没有报告" in counts_view(looked, SAY) and findings_view(looked, SAY)
    with pytest.raises(MisuseError, match="没有要更正"):
        to_correct(Library.open(tmp_path), Shown())


def test_a_dropped_file_is_checked_and_opens_in_its_session_only() -> None:
    one, holding = check_file(open_file(BROKEN), ())
    html = files_view([one], SAY)
    assert "槿塘镇2022.txt：不符 3 条" in html and str(ROOT) not in html
    opened = [b for b in buttons(html) if b.attributes.get("class") == "number"]
    assert opened
    for button in opened:
        place = find_held(holding, button.act)
        (span,) = place.spans
        assert place.text[span[0] : span[1]] == button.text
    assert "<mark>" in held_view(find_held(holding, opened[0].act), SAY)
    with pytest.raises(MisuseError, match="不在本次会话"):
        find_held((), opened[0].act)


def test_each_dropped_file_is_told_of_before_it_is_checked(tmp_path: Path) -> None:
    first, second, last = check_files([tmp_path / "没有.txt", BROKEN], ())
    assert (first.number, first.name, first.done) == (1, "没有.txt", ())
    assert (second.number, second.name) == (2, BROKEN.name) and not second.found
    assert [one.name for one in last.done] == ["没有.txt", BROKEN.name]
    assert last.found and not last.number and [held.name for held in last.holding] == [BROKEN.name]


@pytest.mark.parametrize(
    "act",
    [
        {"spans": "0-999999999"}, {"spans": "-1-4"}, {"spans": "5-2"}, {"spans": ""},
        {"spans": "../etc"}, {"spans": "１-２"},
    ],
)  # fmt: skip
def test_a_place_outside_a_held_text_is_refused(act: dict[str, str]) -> None:
    holding, token = hold((), "a.txt", "短文")
    with pytest.raises(MisuseError):
        find_held(holding, {"token": token} | act)


def test_a_session_holds_only_so_much() -> None:
    holding, first = hold((), "0.txt", "甲")
    for number in range(HELD_FILES):
        holding, _ = hold(holding, f"{number}.txt", "乙")
    assert len(holding) == HELD_FILES
    with pytest.raises(MisuseError, match="只保留最近"):
        find_held(holding, {"token": first, "spans": "0-1"})
    holding, _ = hold(holding, "long.txt", "长" * (HELD_CHARACTERS - 1))
    assert [held.name for held in holding] == [f"{HELD_FILES - 1}.txt", "long.txt"]
    assert hold(holding, "longer.txt", "长" * (HELD_CHARACTERS + 1)) == (holding, "")


def test_a_long_text_is_shown_in_parts_that_tell_what_is_left() -> None:
    text = "".join(f"第{n}行\n" for n in range(20_000))
    holding, token = hold((), "a.txt", text)
    at = text.index("第15000行")
    place = find_held(holding, {"token": token, "spans": f"{at}-{at + 7} {at + 3}-{at + 9}"})
    html = held_view(place, SAY)
    assert f"此处之前还有 {place.first} 字" in html and "<mark>第15000行\n第</mark>" in html
    onward = [b.act for b in buttons(html) if b.text == "往后看"]
    assert find_held(holding, onward[0]).first == place.last


def test_hostile_files_are_told_apart_and_run_nothing(tmp_path: Path) -> None:
    evil = tmp_path / "<img src=x onerror=alert(1)>.txt"
    text = BROKEN.read_text("utf-8").replace("槿塘镇", "<script>alert(1)</script>槿塘镇")
    evil.write_text(text + "\u202e<img src=x onerror=alert(1)>", "utf-8")
    (tmp_path / "空.txt").write_bytes(b"")
    (tmp_path / "假.docx").write_bytes(b"PK\x03\x04" + b"\0" * 100)
    (tmp_path / "图.pdf").write_bytes(b"%PDF-1.4 ...")
    (tmp_path / "大.txt").touch()
    with (tmp_path / "大.txt").open("wb") as stream:
        stream.truncate(MOST_BYTES + 1)
    *_, (done, holding, _, _) = check_files(
        [*sorted(tmp_path.iterdir()), tmp_path / "没有.txt"], ()
    )
    assert sum(bool(one.reason) for one in done) == 5
    html = files_view(done, SAY) + "".join(
        held_view(find_held(holding, {"token": held.token, "spans": "0-9"}), SAY)
        for held in holding
    )
    assert is_inert(html) and str(tmp_path) not in html
    assert all(name in html for name in ("PDF", "0 字节", "最多 20 MB", "重新上传"))


def test_too_many_files_and_none_are_refused_in_words() -> None:
    for files in (None, [], ["a"] * (MOST_FILES + 1)):
        with pytest.raises(MisuseError):
            accepted(files)


def test_the_list_of_corrections_holds_every_finding_and_cell(
    library: Library, tmp_path: Path
) -> None:
    found = to_correct(library, Shown())
    path = fresh_file(tmp_path, "更正清单.xlsx")
    write_corrections(path, found, SAY)
    book = openpyxl.load_workbook(path)
    head, *rows = book["更正清单"].iter_rows(values_only=True)
    assert head[-2:] == ("更正值", "说明") and {row[-2:] for row in rows} == {(None, None)}
    counts = count_findings(library, Wanted())
    assert len(rows) == counts.findings == found.all
    town = next(row for row in rows if row[3] == "槿塘镇" and row[8] == "T3-1")
    assert "新收7+结转0≠总计9+结转下年0" in town[11] and "：7 [" in town[12]
    head, *cells = book["涉及单元格"].iter_rows(values_only=True)
    assert len(cells) == sum(len(f.cells) for f in found.findings)
    text = library.text(library.find(str(BROKEN))[0])
    start, end = head.index("原文位置起"), head.index("原文位置止")
    of_town = [row for row in cells if row[3] == "槿塘镇"]
    assert of_town and all(
        text[row[start] : row[end]] == row[head.index("原文数值")] for row in of_town
    )


def test_nothing_in_the_list_is_taken_for_a_formula(tmp_path: Path) -> None:
    evil = tmp_path / "=1+1.txt"
    text = BROKEN.read_text("utf-8").replace("槿塘镇人民政府", "=1+1")
    evil.write_text("=1+1槿塘镇2022年政府信息公开工作年度报告\n" + text, "utf-8")
    one, _ = check_file(open_file(evil), ())
    subject = one.findings[0].subject._replace(title="=1+1", agency="=HYPERLINK(1)")
    one = one._replace(findings=tuple(f._replace(subject=subject) for f in one.findings))
    path = tmp_path / "清单.xlsx"
    write_corrections(path, files_to_correct([one]), SAY)
    book = openpyxl.load_workbook(path)
    seen = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert any("=1+1" in str(cell.value) for cell in seen)
    assert not any(cell.data_type == "f" for cell in seen)


def test_what_holds_is_not_to_be_corrected(library: Library) -> None:
    with pytest.raises(MisuseError, match="相符"):
        to_correct(library, turned(Shown(), {"do": "filter", "status": "pass"}))
    listed = to_correct(library, EVERY)
    assert {f.status for f in listed.findings} == {"fail", "uncertain", "not_assessable"}
    good, _ = check_file(open_file(REPORTS / "大涌镇2022.html"), ())
    with pytest.raises(MisuseError):
        files_to_correct([good])


def test_a_download_that_the_disk_refuses_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    def refuse(target: Path) -> None:
        target.write_text("半", "utf-8")
        raise OSError(28, "No space left on device")

    with pytest.raises(OutsideError, match="写不了文件"):
        write_fresh(tmp_path, "a.xlsx", refuse)
    assert not list(tmp_path.iterdir())
    with pytest.raises(OutsideError, match="写不了文件"):
        write_fresh(tmp_path / "没有", "a.xlsx", refuse)


def test_a_download_lies_alone_and_is_not_in_the_way_of_others(tmp_path: Path) -> None:
    one, two = fresh_file(tmp_path, "a.xlsx"), fresh_file(tmp_path, "a.xlsx")
    assert one.parent != two.parent and one.name == two.name == "a.xlsx"
    shutil.rmtree(one.parent)
    assert two.parent.is_dir()


def test_visitors_who_download_at_once_do_not_trip_over_old_files(tmp_path: Path) -> None:
    for number in range(200):
        (tmp_path / str(number)).mkdir()
        os.utime(tmp_path / str(number), (0, 0))
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: fresh_file(tmp_path, "a.xlsx"), range(8)))
    assert {path.parent for path in made} == set(tmp_path.iterdir())
