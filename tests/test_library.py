"""The library stores, replaces, merges copies and survives crashes."""

import hashlib
import resource
import shutil
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.catalogue import form_metrics, load_metrics
from index.model import (
    Agency,
    Cell,
    Check,
    Document,
    Fact,
    Identity,
    Reading,
    Report,
    Section,
    Status,
)
from index.store.health import examine
from index.store.library import (
    Library,
    LockedError,
    ReportNotFoundError,
    StorageError,
    metric_number,
)
from index.store.manifest import SEGMENT_GRACE, forget_expired, read_manifest, retire
from index.store.writer import MAX_SEGMENTS, Writer

ROOT = Path(__file__).parents[1]
LICENSING = "licensing.decisions"
PENALTIES = "penalties.decisions"


def made(
    path: str = "/报告/甲.txt",
    values: dict[str, int | None] | None = None,
    township: str | None = "示例镇",
    year: int | None = 2022,
    title: str = "示例镇政府信息公开工作年度报告",
    statuses: dict[str, Status] | None = None,
    facts: tuple[Fact, ...] = (),
    note: str = "",
) -> Report:
    """A report as the reader would hand it over: cells of form 2021, 0 unless given."""
    values, statuses = values or {}, statuses or {}
    text, cells = f"{title}{note}\n", []
    for metric in form_metrics("2021"):
        status = statuses.get(metric, "reported")
        value = values.get(metric, 0)
        raw = str(value) if status == "reported" else ""
        start = len(text)
        text += raw + "\n"
        cells.append(
            Cell(
                metric,
                None if status != "reported" or value is None else Decimal(value),
                load_metrics()[metric].unit,
                status,
                raw,
                None if status in ("row_absent", "section_absent") else start,
                None if status in ("row_absent", "section_absent") else start + len(raw),
            )
        )
    sha = hashlib.sha256(text.encode()).hexdigest()
    place = ("示例省", "示例市", "示例县", township) if township else (None,) * 4
    return Report(
        report_id=sha[:16],
        document=Document(path=path, sha256=sha, format="txt", text=text, body=(0, len(text))),
        identity=Identity(
            title=title,
            title_span=(0, len(title)),
            agency=Agency(
                name=f"示例县{township}" if township else None,
                level="township" if township else "unknown",
                kind="镇" if township else None,
                province=place[0],
                city=place[1],
                county=place[2],
                township=place[3],
                code="990000001" if township else None,
            ),
            year=year,
        ),
        reading=Reading(
            form="2021", cells=tuple(cells), sections=(Section("总体情况", 0, len(text)),)
        ),
        facts=facts,
        checks=(Check("T3-1", "pass", "相符", (LICENSING,)),),
    )


def value_of(library: Library, metric: str = LICENSING) -> list[tuple[object, ...]]:
    return library.query(
        "SELECT status, value FROM cells WHERE metric = ? ORDER BY rid", [metric_number(metric)]
    )


def test_stored_report_comes_back_with_text_and_spans(tmp_path: Path) -> None:
    report = made(values={LICENSING: 6181})
    library = Library.open(tmp_path / "库")
    library.add_reports([report])
    ((rid, value, raw, start, stop),) = Library.open(tmp_path / "库").query(
        "SELECT rid, value, raw, start, stop FROM cells WHERE metric = ?",
        [metric_number(LICENSING)],
    )
    assert (value, raw) == (Decimal(6181), "6181")
    assert library.text(rid)[start:stop] == raw
    assert library.text(rid) == report.document.text
    assert library.query("SELECT count(*) FROM cells") == [(200,)]


def test_empty_library_answers_with_nothing(tmp_path: Path) -> None:
    library = Library.open(tmp_path / "没有")
    assert library.query("SELECT count(*) FROM cells") == [(0,)]
    assert not (tmp_path / "没有").exists()


def test_copy_with_same_values_counts_once(tmp_path: Path) -> None:
    library = Library.open(tmp_path)
    library.add_reports([made("/a.txt", {LICENSING: 7})])
    library.add_reports([made("/b.txt", {LICENSING: 7}, note="转载")])
    assert value_of(library) == [("reported", Decimal(7))]
    assert library.query("SELECT role, group_rid FROM reports ORDER BY rid") == [
        ("current", 0),
        ("copy", 0),
    ]


def test_disagreeing_copies_are_a_conflict(tmp_path: Path) -> None:
    library = Library.open(tmp_path)
    library.add_reports([made("/a.txt", {LICENSING: 7}), made("/b.txt", {LICENSING: 8})])
    assert value_of(library) == [("conflict", None)]
    shown = library.query(
        "SELECT value FROM all_cells WHERE metric = ? ORDER BY rid", [metric_number(LICENSING)]
    )
    assert shown == [(Decimal(7),), (Decimal(8),)]


def test_copy_fills_what_the_current_report_lacks(tmp_path: Path) -> None:
    other = "penalties.decisions"
    assert other in load_metrics()
    library = Library.open(tmp_path)
    library.add_reports(
        [
            made("/a.txt", {LICENSING: 7}, statuses={other: "row_absent"}),
            made(
                "/b.txt",
                {other: 3},
                statuses={LICENSING: "row_absent", "coercion.decisions": "row_absent"},
            ),
        ]
    )
    ((status, value, source),) = library.query(
        "SELECT status, value, source_rid FROM cells WHERE metric = ?", [metric_number(other)]
    )
    assert (status, value, source) == ("reported", Decimal(3), 1)


def test_second_writer_is_told_at_once(tmp_path: Path) -> None:
    library = Library.open(tmp_path)
    library.add_reports([made()])
    with Writer(tmp_path):
        with pytest.raises(LockedError, match="另一个程序正在写"):
            library.add_reports([made("/b.txt")])
        assert value_of(Library.open(tmp_path)) == [("reported", Decimal(0))]


def test_unknown_reference_is_not_guessed(tmp_path: Path) -> None:
    library = Library.open(tmp_path)
    library.add_reports([made()])
    with pytest.raises(ReportNotFoundError):
        library.find("ffff00001111")


def roles(library: Library) -> list[tuple[object, ...]]:
    return library.query("SELECT path, role, group_rid FROM reports ORDER BY rid")


def test_correction_supersedes_what_it_corrects(tmp_path: Path) -> None:
    library = Library.open(tmp_path)
    library.add_reports([made("/b.txt", {LICENSING: 9}, title="示例镇年度报告（更正）")])
    library.add_reports([made("/a.txt", {LICENSING: 7})])
    assert roles(library) == [("/b.txt", "current", 0), ("/a.txt", "superseded", 0)]
    assert value_of(library) == [("reported", Decimal(9))]


@pytest.mark.parametrize(
    ("path", "marked"),
    [
        ("/年报-更正.docx", True),
        ("/2022年报（修订）.txt", True),
        ("/示例市城市更新局2022年报.txt", False),
        ("/更新时间20230101.txt", False),
    ],
)
def test_only_a_marker_of_its_own_is_a_correction(tmp_path: Path, path: str, marked: bool) -> None:
    library = Library.open(tmp_path)
    library.add_reports([made(path)])
    assert library.query("SELECT marked FROM reports") == [(marked,)]


def test_new_content_at_a_path_replaces_and_the_old_stays_traceable(tmp_path: Path) -> None:
    library = Library.open(tmp_path)
    library.add_reports([made("/a.txt", {LICENSING: 7})])
    library.add_reports([made("/a.txt", {LICENSING: 8})])
    assert roles(library) == [("/a.txt", "superseded", 1), ("/a.txt", "current", 1)]
    assert value_of(library) == [("reported", Decimal(8))]
    assert len(library.find("/a.txt")) == 2


def test_content_that_returns_to_its_path_is_current_again(tmp_path: Path) -> None:
    library = Library.open(tmp_path)
    for value in (7, 8, 7):
        library.add_reports([made("/a.txt", {LICENSING: value})])
    assert roles(library) == [("/a.txt", "superseded", 2), ("/a.txt", "current", 2)]
    assert value_of(library) == [("reported", Decimal(7))]


def test_removing_the_newer_content_brings_the_older_back(tmp_path: Path) -> None:
    library = Library.open(tmp_path)
    first, second, third = (made("/a.txt", {LICENSING: v}) for v in (7, 8, 9))
    for report in (first, second, third):
        library.add_reports([report])
    library.remove(library.find(second.report_id))
    assert value_of(library) == [("reported", Decimal(9))]
    library.remove(library.find(third.report_id))
    assert value_of(library) == [("reported", Decimal(7))]
    library.remove(library.find("/a.txt"))
    assert library.query("SELECT count(*) FROM all_cells") == [(0,)]


def test_removing_the_current_report_leaves_its_copy_counted(tmp_path: Path) -> None:
    library = Library.open(tmp_path)
    library.add_reports([made("/a.txt", {LICENSING: 7}), made("/b.txt", {LICENSING: 8})])
    library.remove(library.find("/a.txt"))
    assert roles(library) == [("/b.txt", "current", 1)]
    assert value_of(library) == [("reported", Decimal(8))]


TABLE = """
一、总体情况
2022年，我镇主动公开政府信息88条。
"""


def filed(path: str, title: str, licensing: int = 1234, prose: str = TABLE) -> Report:
    """A report with the identity that its title gives it, and cells of form 2021."""
    from index.identity.identify import identify
    from index.loading.load import load_bytes

    document = load_bytes(f"{title}\n{prose}".encode(), path)
    sha = hashlib.sha256(f"{document.text}{licensing}".encode()).hexdigest()
    return made(path, {LICENSING: licensing}).model_copy(
        update={
            "report_id": sha[:16],
            "document": document.model_copy(update={"sha256": sha}),
            "identity": identify(document),
        }
    )


TAIL = "2022年政府信息公开工作年度报告"
SHIGU = [f"湘潭县石鼓镇{TAIL}", f"石鼓镇{TAIL}"]
BAISHI = [f"云山县白石镇{TAIL}", f"甲市云山县白石镇{TAIL}", f"示例省甲市云山县白石镇人民政府{TAIL}"]


def doubted(library: Library) -> list[str]:
    rows = library.query("SELECT path, warnings FROM reports ORDER BY path")
    return [path for path, warnings in rows if any(w.startswith("同名：") for w in warnings)]


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize(
    ("titles", "fullest"),
    [
        (SHIGU, 0),
        (BAISHI, 2),
        ([f"财政局{TAIL}", f"湘潭市湘潭县财政局{TAIL}", f"湘潭县财政局{TAIL}"], 1),
        ([f"云山县人民政府{TAIL}", f"示例省甲市云山县人民政府{TAIL}"], 1),
    ],
)
def test_one_report_under_two_writings_of_its_place_counts_once(
    tmp_path: Path, titles: list[str], fullest: int, backwards: bool
) -> None:
    library = Library.open(tmp_path)
    reports = [filed(f"/{n}.txt", title) for n, title in enumerate(titles)]
    for report in reversed(reports) if backwards else reports:
        library.add_reports([report])
    current = library.query("SELECT path FROM reports WHERE role = 'current'")
    if titles[fullest].startswith("湘潭市"):  # both bureaus of the county are written in full
        assert current in ([("/1.txt",)], [("/2.txt",)])
    else:
        assert current == [(f"/{fullest}.txt",)]
    assert library.query("SELECT count(DISTINCT group_rid) FROM reports") == [(1,)]
    assert value_of(library) == [("reported", Decimal(1234))]
    assert doubted(library) == []


def test_removing_either_writing_leaves_the_other_counted(tmp_path: Path) -> None:
    reports = [filed(f"/{n}.txt", title) for n, title in enumerate(SHIGU)]
    for gone, left in ((0, 1), (1, 0)):
        library = Library.open(tmp_path / str(gone))
        library.add_reports(reports)
        library.remove(library.find(f"/{gone}.txt"))
        assert roles(library) == [(f"/{left}.txt", "current", left)]
        assert len(value_of(library)) == 1


def test_one_name_with_other_numbers_stays_apart_and_the_vaguer_is_doubted(tmp_path: Path) -> None:
    library = Library.open(tmp_path)
    library.add_reports([filed("/a.txt", SHIGU[0]), filed("/b.txt", SHIGU[1], 55)])
    assert [role for _, role, _ in roles(library)] == ["current", "current"]
    assert doubted(library) == ["/b.txt"]
    ((warnings,),) = library.query("SELECT warnings FROM reports WHERE path = '/b.txt'")
    assert "湘潭县石鼓镇" in warnings[-1]
    assert "请核对" in warnings[-1]
    library.add_reports([filed("/b.txt", SHIGU[1])])
    live = library.query("SELECT path FROM reports WHERE role = 'current'")
    assert live == [("/a.txt",)]
    library.remove(library.find("/a.txt"))
    library.add_reports([filed("/b.txt", SHIGU[1], 56)])
    assert doubted(library) == []


@pytest.mark.parametrize(
    "titles",
    [
        (f"云山县白石镇{TAIL}", f"雨山县白石镇{TAIL}"),
        (f"湘潭县石鼓镇{TAIL}", f"永春县石鼓镇{TAIL}"),
        (f"湘潭市财政局{TAIL}", f"湘潭县财政局{TAIL}"),
        (f"白云山县白石镇{TAIL}", f"云山县白石镇{TAIL}"),
        (f"湘潭县石鼓镇{TAIL}", "石鼓镇2021年政府信息公开工作年度报告"),
    ],
)
def test_other_places_of_one_name_are_never_merged(tmp_path: Path, titles: tuple[str, str]) -> None:
    library = Library.open(tmp_path)
    library.add_reports([filed(f"/{n}.txt", title) for n, title in enumerate(titles)])
    assert [role for _, role, _ in roles(library)] == ["current", "current"]
    assert doubted(library) == []


def test_name_that_fits_two_contradicting_places_joins_neither(tmp_path: Path) -> None:
    library = Library.open(tmp_path)
    titles = [*SHIGU, f"永春县石鼓镇{TAIL}"]
    library.add_reports([filed(f"/{n}.txt", title) for n, title in enumerate(titles)])
    assert [role for _, role, _ in roles(library)] == ["current"] * 3
    assert doubted(library) == ["/1.txt"]
    library.remove(library.find("/2.txt"))
    assert [role for _, role, _ in roles(library)] == ["current", "copy"]
    assert doubted(library) == []


def test_empty_tables_prove_no_copy(tmp_path: Path) -> None:
    library = Library.open(tmp_path)
    library.add_reports([filed(f"/{n}.txt", title, 0) for n, title in enumerate(SHIGU)])
    assert [role for _, role, _ in roles(library)] == ["current", "current"]


def test_correction_under_the_vaguer_writing_keeps_the_fuller_identity(tmp_path: Path) -> None:
    library = Library.open(tmp_path)
    library.add_reports([filed("/a.txt", SHIGU[0]), filed("/b.txt", f"{SHIGU[1]}（更正版）")])
    assert [role for _, role, _ in roles(library)] == ["current", "copy"]


@pytest.mark.parametrize(
    ("mark", "marked"),
    [
        ("（更正版）", True),
        ("\n（更正版）", True),
        ("\n\n  【修订】", True),
        (" 更正版", True),
        ("(公开版)", False),
        ("\n更正了往年的错误，并说明如下", False),
        ("\n发布时间：2023年1月3日\n（更正以往数据）", False),
    ],
)
def test_correction_marked_behind_the_title_supersedes(
    tmp_path: Path, mark: str, marked: bool
) -> None:
    library = Library.open(tmp_path)
    library.add_reports([filed("/b.txt", SHIGU[0] + mark, 9), filed("/a.txt", SHIGU[0], 7)])
    expected = ["current", "superseded"] if marked else ["current", "copy"]
    assert [role for _, role, _ in roles(library)] == expected


def test_same_bytes_at_another_path_are_a_copy_with_its_path(tmp_path: Path) -> None:
    library = Library.open(tmp_path)
    library.add_reports([made("/a.txt"), made("/镜像/a.txt")])
    assert [role for _, role, _ in roles(library)] == ["current", "copy"]
    assert len(library.find(made().report_id[:6])) == 2


def test_without_identity_only_the_same_text_is_a_copy(tmp_path: Path) -> None:
    library = Library.open(tmp_path)
    library.add_reports(
        [
            made("/a.txt", township=None, year=None),
            made("/b.txt", township=None, year=None, note=" "),
            made("/c.txt", {LICENSING: 5}, township=None, year=None),
        ]
    )
    assert [role for _, role, _ in roles(library)] == ["current", "copy", "current"]


def test_another_year_is_no_copy(tmp_path: Path) -> None:
    library = Library.open(tmp_path)
    library.add_reports([made("/a.txt", year=2021), made("/b.txt", year=2022, note="二")])
    assert [role for _, role, _ in roles(library)] == ["current", "current"]


def test_number_against_a_printed_slash_is_a_conflict_not_a_fill(tmp_path: Path) -> None:
    library = Library.open(tmp_path)
    library.add_reports(
        [
            made("/a.txt", statuses={LICENSING: "not_applicable"}),
            made("/b.txt", {LICENSING: 5}, statuses={PENALTIES: "blank", "fees.amount": "blank"}),
        ]
    )
    assert value_of(library) == [("conflict", None)]


def test_prose_numbers_that_disagree_are_flagged(tmp_path: Path) -> None:
    def stated(value: int) -> tuple[Fact, ...]:
        return (Fact("disclosed_total", Decimal(value), "条", "exact", f"{value}条", 0, 4),)

    library = Library.open(tmp_path)
    library.add_reports([made("/a.txt", facts=stated(10)), made("/b.txt", facts=stated(11))])
    assert library.query("SELECT value, conflict FROM facts") == [(Decimal(10), True)]


def test_value_the_store_cannot_hold_exactly_is_unreadable_and_said(tmp_path: Path) -> None:
    report = made()
    long = Decimal("0.12345678901")
    cells = tuple(
        cell._replace(value=long, raw=str(long)) if cell.metric == LICENSING else cell
        for cell in report.reading.cells
    )
    reading = report.reading.model_copy(update={"cells": cells})
    library = Library.open(tmp_path)
    library.add_reports([report.model_copy(update={"reading": reading})])
    assert value_of(library) == [("unreadable", None)]
    ((warnings,),) = library.query("SELECT warnings FROM reports")
    assert "0.12345678901" in warnings[0]


def read_stub(path: Path) -> Report:
    """A reader for `add`: the file holds one number, or the word 坏."""
    data = path.read_bytes()
    if data == "坏".encode():
        raise ValueError("没想到的内容")
    report = made(str(path), {LICENSING: int(data)}, township=f"{path.stem}镇")
    sha = hashlib.sha256(data).hexdigest()
    document = report.document.model_copy(update={"sha256": sha})
    return report.model_copy(update={"document": document, "report_id": sha[:16]})


def test_add_skips_unchanged_and_goes_on_after_a_bad_file(tmp_path: Path) -> None:
    files = tmp_path / "文件"
    files.mkdir()
    (files / "甲.txt").write_text("1", "utf-8")
    (files / "乙.txt").write_text("坏", "utf-8")
    (files / "表.xlsx").write_text("", "utf-8")
    library = Library.open(tmp_path / "库")
    first = library.add([files], read=read_stub)
    assert [o.status for o in first.outcomes] == ["ignored", "failed", "added"]
    assert "没想到的内容" in first.of("failed")[0].reason
    (files / "乙.txt").write_text("2", "utf-8")
    second = library.add([files], read=read_stub)
    assert sorted(o.status for o in second.outcomes) == ["added", "ignored", "unchanged"]
    (files / "甲.txt").write_text("3", "utf-8")
    third = library.add([files / "甲.txt"], read=read_stub)
    assert [o.status for o in third.outcomes] == ["replaced"]
    assert value_of(library) == [("reported", Decimal(2)), ("reported", Decimal(3))]


def test_what_is_passed_by_is_listed_with_its_reason(tmp_path: Path) -> None:
    for name in (".隐藏", "真"):
        (tmp_path / name).mkdir()
    (tmp_path / "链接").symlink_to(tmp_path / "真", target_is_directory=True)
    (tmp_path / "~$甲.docx").write_bytes(b"")
    (tmp_path / "管道.txt").symlink_to("/dev/zero")
    library = Library.open(tmp_path / "库")
    library.add_reports([made()])
    result = library.add([tmp_path])
    passed = {Path(o.path).name: o.reason for o in result.of("ignored")}
    assert set(passed) == {".隐藏", "链接", "~$甲.docx", "库"}
    assert [Path(o.path).name for o in result.of("failed")] == ["管道.txt"]


def test_many_files_are_read_by_several_processes(tmp_path: Path) -> None:
    for number in range(60):
        (tmp_path / f"{number}.txt").write_text(str(number), "utf-8")
    library = Library.open(tmp_path / "库")
    assert len(library.add([tmp_path], read=read_stub).of("added")) == 60
    assert sum(value for _, value in value_of(library)) == sum(range(60))


def test_newer_reader_reads_again_and_counts_once(tmp_path: Path) -> None:
    (tmp_path / "甲.txt").write_text("1", "utf-8")
    library = Library.open(tmp_path / "库")
    library.add_reports([read_stub(tmp_path / "甲.txt")], reader="旧")
    assert [f.status for f in examine(tmp_path / "库", "新") if f.name == "reader"] == ["warn"]
    result = library.add([tmp_path / "甲.txt"], read=read_stub)
    assert [o.status for o in result.outcomes] == ["replaced"]
    assert [role for _, role, _ in roles(library)] == ["current"]


def test_open_reader_keeps_its_snapshot_while_others_write(tmp_path: Path) -> None:
    writer, reader = Library.open(tmp_path), Library.open(tmp_path)
    writer.add_reports([made()])
    assert reader.query("SELECT count(*) FROM reports") == [(0,)]
    assert reader.refresh()
    assert not reader.refresh()
    assert reader.query("SELECT count(*) FROM reports") == [(1,)]


def test_reader_goes_on_when_its_files_were_cleared_away(tmp_path: Path) -> None:
    writer = Library.open(tmp_path)
    writer.add_reports([made("/a.txt", {LICENSING: 7})])
    reader = Library.open(tmp_path)
    old = [part.name for part in reader.manifest.segments]
    writer.add_reports([made("/b.txt", township="另镇")])
    with Writer(tmp_path) as merging:
        merging.compact()
    writer.refresh()
    for name in set(old) - {part.name for part in writer.manifest.segments}:
        shutil.rmtree(tmp_path / name)
    assert value_of(reader)[0] == ("reported", Decimal(7))


def test_retired_segment_outlives_every_question() -> None:
    manifest = retire(read_manifest(Path("没有"))[0], ["segments/1", "states/1"], now=1000.0)
    assert forget_expired(manifest, now=1000.0 + SEGMENT_GRACE - 1)[1] == ["states/1"]
    assert "segments/1" in forget_expired(manifest, now=1000.0 + SEGMENT_GRACE + 1)[1]


def test_full_disk_is_said_and_the_library_stays_valid(tmp_path: Path) -> None:
    library = Library.open(tmp_path)
    library.add_reports([made("/a.txt", {LICENSING: 7})])
    before = read_manifest(tmp_path)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1500, hard))
    try:
        with pytest.raises(StorageError, match="磁盘"):
            library.add_reports([made("/b.txt", {LICENSING: 8})])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert read_manifest(tmp_path) == before
    assert len(list((tmp_path / "segments").iterdir())) == 1
    library.add_reports([made("/b.txt", {LICENSING: 8}, township="另镇")])
    assert len(value_of(Library.open(tmp_path))) == 2


_WRITE_FOREVER = """
import sys
from pathlib import Path
from index.store.library import Library
from tests.test_library import made
library = Library.open(Path(sys.argv[1]))
number = int(sys.argv[2])
while True:
    library.add_reports([made(f"/{number}.txt", township=f"第{number}镇")])
    print(number, flush=True)
    number += 1
"""


def test_killed_writer_loses_nothing_it_reported(tmp_path: Path) -> None:
    done = 0
    for attempt in range(7):
        writer = subprocess.Popen(
            [sys.executable, "-c", _WRITE_FOREVER, str(tmp_path), str(done)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert writer.stdout is not None
        reported = [int(writer.stdout.readline())]
        time.sleep(0.013 * attempt)
        writer.kill()
        reported += [int(line) for line in writer.stdout if line.endswith("\n")]
        writer.wait()
        library = Library.open(tmp_path)
        counts = library.query(
            "SELECT r.rid, count(*) FROM reports r JOIN cells c USING (rid) GROUP BY ALL"
        )
        assert all(cells == 200 for _, cells in counts)
        assert len(counts) >= reported[-1] + 1
        done = len(counts)
    library.add_reports([made("/最后.txt", township="最后镇")])
    kept = read_manifest(tmp_path)[0].names()
    assert {f"segments/{p.name}" for p in (tmp_path / "segments").iterdir()} <= kept
    assert all(finding.status in ("ok", "note", "warn") for finding in examine(tmp_path, "0"))


def test_segments_stay_few(tmp_path: Path) -> None:
    library = Library.open(tmp_path)
    with Writer(tmp_path) as writer:
        for number in range(20):
            writer.store([made(f"/{number}.txt", {LICENSING: number}, f"第{number}镇")], "0")
    library.refresh()
    assert len(library.manifest.segments) <= MAX_SEGMENTS
    assert [value for _, value in value_of(library)] == [Decimal(n) for n in range(20)]


_STEPS = st.lists(
    st.tuples(st.sampled_from("甲乙丙丁"), st.integers(0, 2), st.sampled_from("存存存删")),
    min_size=1,
    max_size=6,
)


@settings(max_examples=6, deadline=None)
@given(_STEPS)
def test_compaction_keeps_every_answer(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int, str]]
) -> None:
    folder = tmp_path_factory.mktemp("库")
    library = Library.open(folder)
    for path, value, action in steps:
        held = library.query("SELECT rid FROM reports WHERE path = ?", [f"/{path}.txt"])
        if action == "存":
            library.add_reports([made(f"/{path}.txt", {LICENSING: value}, note=path)])
        elif held:
            library.remove([rid for (rid,) in held])
    before = _everything(library)
    with Writer(folder) as writer:
        writer.compact()
    library.refresh()
    assert _everything(library) == before
    assert len(library.manifest.segments) <= 1


def _everything(library: Library) -> list[list[tuple[object, ...]]]:
    tables = ("reports", "cells", "all_cells", "facts", "checks", "sections", "texts")
    return [library.query(f"SELECT * FROM {table} ORDER BY ALL") for table in tables]


def test_damage_is_found(tmp_path: Path) -> None:
    library = Library.open(tmp_path)
    library.add_reports([made()])
    file = next((tmp_path / "segments").rglob("cells.parquet"))
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(bytes(data))
    assert [f.name for f in examine(tmp_path, "0") if f.status == "fail"] == ["files"]
