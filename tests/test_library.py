"""The library stores, replaces, merges copies and survives crashes."""

import hashlib
from decimal import Decimal
from pathlib import Path

import pytest

from index.catalogue import form_metrics, load_metrics
from index.library import Library, LockedError, ReportNotFoundError, metric_number
from index.library_writer import Writer
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

LICENSING = "licensing.decisions"


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
