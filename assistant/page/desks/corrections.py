"""The list of corrections as a workbook: what does not hold, where it is printed, what is left."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from assistant.findings import Finding
from assistant.page.desks.findings import ToCorrect
from assistant.page.desks.source import file_name
from assistant.page.words import Words
from assistant.spreadsheet import Sheet, write_workbook
from index.catalogue import load_metrics
from index.model import Cell


def write_corrections(path: Path, listed: ToCorrect, say: Words) -> None:
    """Write one row for each finding, and on a second sheet one for each cell it is about.

    The columns for the corrected value and the remark are left empty.
    """
    about = [say(f"corrections.{name}") for name in ("province", "city", "county", "township",
             "agency", "year", "title", "file", "rule", "status")]  # fmt: skip
    left = [say("corrections.value"), say("corrections.remark")]
    more = listed.all - len(listed.findings)
    note = say("corrections.more", shown=len(listed.findings), all=listed.all) if more else ""
    write_workbook(
        path,
        [
            Sheet(
                say("corrections.list"),
                [*about, say("corrections.words"), say("corrections.message"),
                 say("corrections.cells"), *left],
                [*_findings(listed, say), *([[note]] if note else [])],
                (8, 10, 10, 10, 20, 7, 30, 20, 7, 9, 30, 45, 45, 12, 20),
            ),
            Sheet(
                say("corrections.sheet"),
                [*about, say("corrections.row"), say("corrections.column"),
                 say("corrections.raw"), say("corrections.cell_status"),
                 say("corrections.start"), say("corrections.end"), *left],
                _cells(listed, say),
                (8, 10, 10, 10, 20, 7, 30, 20, 7, 9, 30, 20, 12, 12, 9, 9, 12, 20),
            ),
        ],
    )  # fmt: skip


def label_of(cell: Cell) -> str:
    """Return what a cell is called: its row and column."""
    entry = load_metrics()[cell.metric]
    return f"{entry.row}·{entry.column}"


def _about(finding: Finding, say: Words) -> list[Any]:
    subject = finding.subject
    return [
        subject.province or "", subject.city or "", subject.county or "", subject.township or "",
        subject.agency or "", subject.year or "", subject.title or "", file_name(subject.path),
        finding.rule, say(f"check.status.{finding.status}"),
    ]  # fmt: skip


def _findings(listed: ToCorrect, say: Words) -> Iterator[list[Any]]:
    for finding in listed.findings:
        cells = "\n".join(_said(cell, say) for cell in finding.cells)
        rule = say.get(f"check.rule.{finding.rule}")
        yield [*_about(finding, say), rule, finding.message, cells, "", ""]


def _cells(listed: ToCorrect, say: Words) -> Iterator[list[Any]]:
    for finding in listed.findings:
        for cell in finding.cells:
            entry = load_metrics()[cell.metric]
            yield [
                *_about(finding, say), entry.row, entry.column, cell.raw,
                say(f"check.cell.{cell.status}"), cell.start, cell.end, "", "",
            ]  # fmt: skip


def _said(cell: Cell, say: Words) -> str:
    """Return a cell in words: what is printed and where, or why nothing is."""
    printed = cell.raw if cell.raw.strip() else say(f"check.cell.{cell.status}")
    place = f" [{cell.start}–{cell.end}]" if cell.start is not None else ""
    return f"{label_of(cell)}：{printed}{place}"
