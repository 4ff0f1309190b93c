"""A document to one whole report, and a report to the JSON of the contract."""

from decimal import Decimal
from pathlib import Path
from typing import Any

from index.model import Cell, Document, Fact, Report

# Raise it whenever a change anywhere in reading can change what is read: the library then
# reads every report anew at the next `add`.
READER_VERSION = "9"


def read_report_file(path: Path) -> Report:
    """Return the report in a file; raises LoadError when there is none, or more than one."""
    from index.loading.load import load

    return read_report(load(path))


def read_report(document: Document) -> Report:
    """Return everything read from `document`; raises LoadError when it is not one annual report."""
    from index.checking.check import check_report
    from index.facts.prose import read_facts
    from index.identity.identify import identify
    from index.one_report import is_older, require_report, require_single
    from index.passages import split_passages
    from index.reading.read import read_cells
    from index.suspicion import warn_of_orders

    identity = identify(document)
    require_single(document, identity)
    reading = read_cells(document, identity.year)
    require_report(document, identity, reading)
    if reading.form == "unknown" and is_older(identity):
        reading = reading.model_copy(update={"form": "pre2019", "cells": ()})
    passages = split_passages(document, reading, identity)
    return Report(
        report_id=document.sha256[:16],
        document=document,
        identity=identity,
        reading=reading,
        facts=read_facts(document, reading.sections, identity),
        checks=check_report(reading),
        passages=passages,
        warnings=(
            *document.warnings,
            *identity.warnings,
            *reading.warnings,
            *warn_of_orders(document, passages),
        ),
    )


def report_json(report: Report) -> dict[str, Any]:
    """Return the record that `extract --json` prints: plain values, ready for `json.dumps`."""
    document, identity = report.document, report.identity
    return {
        "report_id": report.report_id,
        "source": {"path": document.path, "sha256": document.sha256, "format": document.format},
        "title": identity.title,
        "agency": identity.agency.model_dump(mode="json"),
        "year": identity.year,
        "form": report.reading.form,
        "cells": [_cell(cell) for cell in report.reading.cells],
        "facts": [_fact(fact) for fact in report.facts],
        "sections": [section._asdict() for section in report.reading.sections],
        "checks": [check._asdict() | {"metrics": list(check.metrics)} for check in report.checks],
        "warnings": list(report.warnings),
        "text": document.text,
    }


def plain_number(value: Decimal | None) -> int | float | None:
    """Return a value as a JSON number: whole ones as int, others as the nearest float."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def _cell(cell: Cell) -> dict[str, Any]:
    """Return one cell as the contract prints it."""
    return cell._asdict() | {"value": plain_number(cell.value)}


def _fact(fact: Fact) -> dict[str, Any]:
    """Return one prose number as the contract prints it."""
    return fact._asdict() | {"value": plain_number(fact.value)}
