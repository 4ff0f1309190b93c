"""The reader: a document to every statutory cell, printed or missing, in catalogue order.

It knows no place; the form comes from the table headers, block by block. The report's year, where
it is given, tells a column of another year from its own.
"""

from collections import Counter
from collections.abc import Sequence

from index.catalogue import form_metrics, load_metrics
from index.model import Cell, Document, Form, Reading, Status
from index.normalise import normalise
from index.reading.events import find_events
from index.reading.labels import standard_terms
from index.reading.lex import lex
from index.reading.rows import Segment, segment
from index.reading.sections import find_sections, table_anchors
from index.reading.tables import Source, Tables, block_of, read_tables

_HEADER_SIZE = {"二": 2, "三": 4, "四": 4}


def read_cells(document: Document, year: int | None = None) -> Reading:
    """Return the form, every cell of it, and the sections; spans index `document.text`."""
    plain = standard_terms(normalise(document.text))
    tokens = lex(document, plain)
    segments = segment(tokens)
    events = list(find_events(segments, plain, year))
    lost = _repeats_lost(document, plain, segments)
    source = Source(document.text, plain, lost, bool(document.tables))
    tables = read_tables(events, source)
    sections = find_sections(document, plain, table_anchors(tables.cells))
    form = _form(tables)
    return Reading(
        form=form,
        cells=_complete(form, tables, _headers(segments)),
        sections=sections,
        warnings=tuple(_warnings(tables, source)),
    )


def _repeats_lost(document: Document, plain: str, segments: Sequence[Segment]) -> bool:
    """Tell whether a crawler removed repeated lines.

    Then 信息内容, which every block of section 二 prints, stands once although several blocks do,
    and no line of the tables occurs twice.
    """
    labels = [la.id for current in segments for la in current.labels]
    blocks = {i for i in labels if i.startswith("block.")}
    if document.tables or len(blocks) < 2 or labels.count("info") > 1:
        return False
    first = next(s.start for s in segments if any(la.role == "block" for la in s.labels))
    lines = [x.strip(" \t|") for x in plain[first : document.body[1]].split("\n")]
    lines = [x for x in lines if x]
    return len(lines) == len(set(lines))


def _headers(segments: Sequence[Segment]) -> set[str]:
    """Return the sections whose table header is printed, whether or not a row follows."""
    seen = Counter(
        la.section for s in segments for la in s.labels if la.role in ("block", "info", "column")
    )
    return {section for section, count in seen.items() if count >= _HEADER_SIZE.get(section, 99)}


def _form(tables: Tables) -> Form:
    forms = set(tables.forms.values()) - {"conflict"}
    if "conflict" in tables.forms.values() or len(forms) > 1:
        return "mixed"
    if not forms:
        return "unknown"
    return "2021" if forms == {"2021"} else "2019"


def _complete(form: Form, tables: Tables, headers: set[str]) -> tuple[Cell, ...]:
    """Return all cells of the form, the missing ones with the reason they are missing."""
    printed = headers | {load_metrics()[m].section for m in tables.cells}
    cells = []
    for metric in form_metrics(form):
        cell = tables.cells.get(metric)
        if cell is None:
            entry = load_metrics()[metric]
            status = _absence(entry.section, metric, form, tables, printed)
            cell = Cell(metric, None, entry.unit, status, "", None, None)
        cells.append(cell)
    return tuple(cells)


def _absence(section: str, metric: str, form: Form, tables: Tables, printed: set[str]) -> Status:
    if section not in printed:
        return "section_absent"
    if form == "mixed":
        entry = load_metrics()[metric]
        used = {"2021": entry.form_2021, "2019": entry.form_2019}
        block = _form_of(metric, tables)
        if block in used and not used[block]:
            return "not_in_form"
    return "row_absent"


def _form_of(metric: str, tables: Tables) -> str:
    section = load_metrics()[metric].section
    return tables.forms.get(block_of(metric) if section == "二" else section, "")


def _warnings(tables: Tables, source: Source) -> list[str]:
    found = list(tables.warnings)
    if source.deduplicated:
        found.append("原文中重复的行已丢失：未印出的数字无法恢复，按无法读取处理")
    if tables.doubled:
        found.append(f"表格出现两次且数字不同：{len(tables.doubled)} 个单元格按无法读取处理")
    if "conflict" in tables.forms.values():
        found.append("同一栏目的表头混有新旧两种格式，该栏目按无法读取处理")
    return found
