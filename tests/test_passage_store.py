"""Passages in the library: stored beside the cells, read back as the report's own text."""

import json
from pathlib import Path

import pytest

from index.model import Agency, Document, Identity, Passage, Reading, Report
from index.report import read_report
from index.search.source import PassageRow, current_rids, read_passages
from index.store.library import Library

PROSE = "大涌镇主动公开信息。\n我镇加强培训。"


def report(name: str, passages: tuple[Passage, ...]) -> Report:
    text = f"{PROSE}\n{name}"  # the same text twice would be two copies of one report
    document = Document(
        path=f"/示例/{name}.txt",
        sha256=(name.encode().hex() + "0" * 64)[:64],
        format="txt",
        text=text,
        body=(0, len(text)),
    )
    agency = Agency(name=name, level="township")
    identity = Identity(title=None, title_span=None, agency=agency, year=2022)
    reading = Reading(form="2021", cells=(), sections=())
    return Report(
        report_id=document.sha256[:16],
        document=document,
        identity=identity,
        reading=reading,
        facts=(),
        checks=(),
        passages=passages,
    )


TWO = (Passage("总体情况", "", 0, 10, "aa"), Passage("总体情况", "（一）培训", 11, 18, "bb"))


def test_passages_come_back_as_the_text_of_their_report(tmp_path: Path) -> None:
    library = Library.open(tmp_path)
    library.add_reports([report("甲镇", TWO), report("乙镇", TWO[:1])])
    rows = list(read_passages(library))
    assert [(r.rid, r.ordinal, r.text, r.group) for r in rows] == [
        (0, 0, PROSE[:10], "aa"),
        (0, 1, PROSE[11:18], "bb"),
        (1, 0, PROSE[:10], "aa"),
    ]
    assert rows[1] == PassageRow(
        0, 1, "e794b2e99587".ljust(16, "0"), "甲镇", None, None, None, None, "township", None, 2022,
        "总体情况", "（一）培训", 11, 18, PROSE[11:18], "bb",
    )  # fmt: skip


def test_only_the_reports_asked_for_are_read(tmp_path: Path) -> None:
    library = Library.open(tmp_path)
    library.add_reports([report(name, TWO) for name in ("甲镇", "乙镇", "丙镇")])
    assert {row.rid for row in read_passages(library, [2, 0])} == {0, 2}
    assert list(read_passages(library, [])) == []


def test_more_reports_than_a_page_holds_are_read_in_order(tmp_path: Path) -> None:
    library = Library.open(tmp_path)
    library.add_reports([report(f"{i}镇", TWO) for i in range(450)])
    rows = [(row.rid, row.ordinal) for row in read_passages(library)]
    assert rows == [(rid, ordinal) for rid in range(450) for ordinal in range(2)]


def test_a_removed_report_has_no_passages_any_more(tmp_path: Path) -> None:
    library = Library.open(tmp_path)
    library.add_reports([report("甲镇", TWO), report("乙镇", TWO)])
    library.remove([0])
    assert {row.rid for row in read_passages(library)} == {1}
    assert current_rids(library) == [1]
    assert library.query("SELECT count(*) FROM passages") == [(2,)]


def test_a_library_from_before_passages_stays_readable(tmp_path: Path) -> None:
    Library.open(tmp_path).add_reports([report("甲镇", ())])
    manifest = tmp_path / "manifest.json"
    written = json.loads(manifest.read_text())
    for part in written["segments"]:
        (tmp_path / part["name"] / "passages.parquet").unlink()
        del part["files"]["passages.parquet"]
    manifest.write_text(json.dumps(written))
    library = Library.open(tmp_path)
    assert list(read_passages(library)) == []
    assert library.text(0).startswith(PROSE)
    library.add_reports([report("乙镇", TWO)])
    assert {row.rid for row in read_passages(library)} == {1}


def test_merging_segments_keeps_every_passage(tmp_path: Path) -> None:
    library = Library.open(tmp_path)
    for i in range(14):
        library.add_reports([report(f"{i}镇", TWO)])
    assert len(library.manifest.segments) < 14
    assert len(list(read_passages(library))) == 28


@pytest.mark.parametrize("name", ["青栎镇2022.txt", "大涌镇2022.html", "湘潭县石鼓镇2022.docx"])
def test_a_report_read_from_a_file_is_stored_with_its_passages(tmp_path: Path, name: str) -> None:
    from index.loading.load import load

    read = read_report(load(Path("evals/reports") / name))
    library = Library.open(tmp_path)
    library.add_reports([read])
    stored = [(r.section, r.heading, r.start, r.end, r.group) for r in read_passages(library)]
    assert stored == [tuple(passage) for passage in read.passages]
    assert stored
