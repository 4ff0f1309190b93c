"""Reports with passages for the tests of search: a paragraph each line, no file needed."""

import hashlib
from collections.abc import Sequence

from index.model import Agency, Document, Identity, Passage, Reading, Report
from index.normalise import normalise
from index.passages.group import group_key
from index.report import READER_VERSION
from index.store.library import Library


def passage_report(
    township: str,
    lines: Sequence[str],
    year: int = 2022,
    *,
    section: str = "总体情况",
    county: str = "甲县",
    path: str = "",
) -> Report:
    """Return a report of a township whose every line is a passage."""
    head = f"{county}{township}{year}年\n"
    text = head + "\n".join(lines)
    agency = Agency(
        name=county + township,
        level="township",
        kind=township[-1],
        province="示例省",
        city="甲市",
        county=county,
        township=township,
    )
    passages, at = [], len(head)
    for line in lines:
        group = group_key(normalise(line), agency)
        passages.append(Passage(section, "", at, at + len(line), group))
        at += len(line) + 1
    sha256 = hashlib.sha256(f"{path}{text}".encode()).hexdigest()
    return Report(
        report_id=sha256[:16],
        document=Document(
            path=path or f"/示例/{county}{township}{year}.txt",
            sha256=sha256,
            format="txt",
            text=text,
            body=(0, len(text)),
        ),
        identity=Identity(title=None, title_span=None, agency=agency, year=year),
        reading=Reading(form="2021", cells=(), sections=()),
        facts=(),
        checks=(),
        passages=tuple(passages),
    )


def fill(library: Library, *reports: Report) -> Library:
    """Store reports as the current reader's."""
    library.add_reports(reports, READER_VERSION)
    return library
