"""Passages: all prose of a report once, at most 400 characters each, and never a table row."""

import pickle
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evals.synthesis.facts import random_facts
from evals.synthesis.page import Paragraph
from evals.synthesis.render import build_page, finish, fits
from evals.synthesise import DEFECTS, LAYOUTS
from index.loading.load import load
from index.model import Agency, Document, Identity, Passage, Reading, Report, Section
from index.normalise import normalise, squeeze
from index.passages import split_passages
from index.passages.stretches import divide
from index.reading.labels import covers, label_key, parse_labels, standard_terms
from index.report import read_report

PATHS = sorted(Path("evals/reports").iterdir())
SECTION = "总体情况"


def split(text: str, name: str = "大涌镇", township: str | None = None) -> list[Passage]:
    """Split a text that is all one section."""
    document = Document(
        path="甲.txt", sha256="0" * 64, format="txt", text=text, body=(0, len(text))
    )
    agency = Agency(name=name, level="township", township=township or name)
    identity = Identity(title=None, title_span=None, agency=agency, year=2022)
    sections = (Section(SECTION, 0, len(text)),) if text else ()
    return list(
        split_passages(document, Reading(form="2021", cells=(), sections=sections), identity)
    )


def texts(text: str) -> list[str]:
    """Return what the passages print behind the section's heading."""
    head = "一、总体情况\n"
    return [(head + text)[p.start : p.end] for p in split(head + text)]


def faults(report: Report) -> list[str]:
    """Return every way in which a report's passages break their promise."""
    document = report.document
    plain = standard_terms(normalise(document.text))
    covered = [0] * len(plain)
    found, last = [], document.body[0]
    for p in report.passages:
        if not (last <= p.start < p.end <= document.body[1] and p.end - p.start <= 400):
            found.append(f"span {p}")
        last = p.end
        for i in range(p.start, p.end):
            covered[i] += 1
        found += [f"row {line!r}" for line in plain[p.start : p.end].split("\n") if is_row(line)]
    for cell in report.reading.cells:
        if cell.start is not None and any(covered[cell.start : cell.end]):
            found.append(f"cell {cell.metric}")
    return found + left_out(report, plain, covered)


def is_row(line: str) -> bool:
    """Tell whether a line is set as a row, or is nothing but labels of the form."""
    key = label_key(line)
    labels = covers(key) and parse_labels(key)[-1].role != "heading"
    return labels or "|" in line or "勾稽" in line


def left_out(report: Report, plain: str, covered: list[int]) -> list[str]:
    """Return characters that are in no passage although nothing lists why."""
    stretches = divide(report.document, plain, report.reading, report.identity)
    kinds = {i: s.kind for s in stretches for i in range(s.start, s.end)}
    found = []
    for i in range(*report.document.body):
        if plain[i].isspace() or plain[i] == "|":
            continue
        if (kinds.get(i) == "prose") != bool(covered[i]) and kinds.get(i) != "ornament":
            found.append(f"{kinds.get(i)} {plain[max(0, i - 9) : i + 9]!r}")
    return found


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name)
def test_sample_reports_keep_all_prose_and_no_row(path: Path) -> None:
    report = read_report(load(path))
    assert faults(report) == []
    assert {"总体情况"} <= {p.section for p in report.passages}


@pytest.mark.parametrize("layout", sorted(LAYOUTS))
@pytest.mark.parametrize("seed", range(3))
def test_every_layout_keeps_all_prose_and_no_row(tmp_path: Path, layout: str, seed: int) -> None:
    rng = random.Random(f"{layout}:{seed}")
    defects = rng.sample(sorted(DEFECTS), seed)
    form = "2019" if any(DEFECTS[d].form == "2019" for d in defects) else None
    facts = random_facts(rng, form=form)
    chosen = [d for d in defects if fits(DEFECTS[d], facts) and d != "mixed_forms"]
    page = build_page(facts, rng)
    made = finish(page, facts, layout, chosen, rng)
    path = tmp_path / f"report{made.suffix}"
    path.write_bytes(made.data)
    report = read_report(load(path))
    assert faults(report) == []
    shown = squeeze("".join(report.document.text[p.start : p.end] for p in report.passages))
    for block in page.body:
        if isinstance(block, Paragraph):
            said = "".join(run if isinstance(run, str) else run.text for run in block.runs)
            assert squeeze(said) in shown


PROSE = st.text(alphabet="甲乙公开信息。；，！\n  \t|0123（）一1.、#*\x00𠮷“”", max_size=1500)


@settings(max_examples=150, deadline=None)
@given(PROSE)
def test_any_text_is_cut_into_ordered_spans_that_lose_nothing(text: str) -> None:
    document = Document(
        path="甲.txt", sha256="0" * 64, format="txt", text=text, body=(0, len(text))
    )
    identity = Identity(title=None, title_span=None, agency=Agency(), year=None)
    reading = Reading(form="unknown", cells=(), sections=())
    passages = split_passages(document, reading, identity)
    report = Report(
        report_id="0" * 16,
        document=document,
        identity=identity,
        reading=reading,
        facts=(),
        checks=(),
        passages=passages,
    )
    assert [fault for fault in faults(report) if not fault.startswith("row")] == []


def test_a_long_paragraph_is_cut_behind_sentences_only() -> None:
    sentence = "本镇坚持以公开为常态，及时发布群众关心的各类信息。"
    parts = texts(sentence * 60)
    assert len(parts) > 1
    assert all(part.startswith("本镇") and part.endswith("。") for part in parts)


def test_a_sentence_longer_than_a_passage_is_cut_at_its_commas() -> None:
    parts = texts("坚持依法公开，" * 120 + "成效明显。")
    assert all(len(part) <= 400 for part in parts)
    assert all(part.endswith("，") for part in parts[:-1])


def test_a_paragraph_of_a_hundred_thousand_characters_is_cut_quickly() -> None:
    parts = texts("公开" * 50_000)
    assert "".join(parts) == "公开" * 50_000
    assert len(parts) == 250


def test_short_paragraphs_of_one_section_are_joined() -> None:
    assert texts("我镇主动公开信息。\n\n我镇加强培训。") == ["我镇主动公开信息。\n\n我镇加强培训。"]


def test_a_sub_heading_stays_with_what_follows_and_names_it() -> None:
    text = (
        "一、总体情况\n"
        + "开头的一段话说明背景。" * 12
        + "\n（一）主动公开情况\n"
        + "公开了信息。" * 70
    )
    passages = split(text)
    assert text[passages[1].start :].startswith("（一）主动公开情况\n公开了信息。")
    assert [p.heading for p in passages[:3]] == ["", "（一）主动公开情况", "（一）主动公开情况"]


def test_a_heading_inside_a_line_names_its_paragraph() -> None:
    passages = split("一、总体情况\n1.加强领导。成立领导小组，明确专人负责。")
    assert [p.heading for p in passages] == ["1.加强领导"]


def test_a_sentence_set_in_lines_is_not_cut_between_them() -> None:
    line = "本镇围绕群众关心的教育医疗住房保障等事项持续做好公开工作并"
    text = "\n".join([line] * 20) + "取得成效。\n" + "其后另有说明。" * 30
    assert not any(part.endswith("公开工作并") for part in texts(text)[1:])


def test_prose_without_a_full_stop_beside_a_table_is_kept() -> None:
    table = "行政复议\n行政诉讼\n结果维持\n结果纠正\n其他结果\n总计\n0\n0\n0\n0\n0"
    assert texts(f"{table}\n本年度没有发生行政复议和行政诉讼") == [
        "本年度没有发生行政复议和行政诉讼"
    ]


def test_a_list_of_numbers_by_channel_is_a_table() -> None:
    rows = "| 渠道 | 条数 |\n|---|---|\n| 网站 | 120 |\n| 微信 | 45 |"
    assert texts(f"公开情况如下。\n{rows}\n以上为全年数据。") == [
        "公开情况如下。",
        "以上为全年数据。",
    ]


def test_boilerplate_of_two_towns_shares_its_group() -> None:
    one = split("一、总体情况\n2022年，大涌镇主动公开信息35条，我镇无收费。", "大涌镇")
    other = split("一、总体情况\n2021 年磁钟乡主动公开信息7条,我乡无收费。", "磁钟乡")
    third = split("一、总体情况\n2022年，大涌镇没有公开信息。", "大涌镇")
    assert one[0].group == other[0].group != third[0].group


def test_traditional_characters_do_not_change_the_group() -> None:
    one = split("一、總體情況\n主動公開政府信息。")
    other = split("一、总体情况\n主动公开政府信息。")
    assert one[0].group == other[0].group


@pytest.mark.parametrize("text", ["", "\n \n", "###\n----", "一、总体情况"])
def test_a_report_without_prose_has_no_passages(text: str) -> None:
    assert split(text) == []


def test_passages_travel_between_processes() -> None:
    report = read_report(load(PATHS[0]))
    document, reading, identity = pickle.loads(
        pickle.dumps((report.document, report.reading, report.identity))
    )
    assert (
        pickle.loads(pickle.dumps(split_passages))(document, reading, identity) == report.passages
    )
