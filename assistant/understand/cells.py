"""Rows and columns of the statutory tables as measures; knows the catalogue, not the question."""

from assistant.plan import Measure
from assistant.understand.lexicon import load_columns, load_facts, load_rows
from index.catalogue import load_metrics

# The rows an answered request ends in: parts of （七）总计.
_OUTCOMES = (
    "granted", "partly_granted", "refused", "unavailable", "not_processed", "other_handling",
)  # fmt: skip
_EVERY_COLUMN = ("total", "natural_person", "business", "research", "welfare", "legal_service")


def row_label(row: str) -> str:
    """Return a row's label."""
    return load_rows()[row].label


def column_label(column: str) -> str:
    """Return a column's label, whichever table has it."""
    return next(head.label for (_, key), head in load_columns().items() if key == column)


def section_of(row: str) -> str:
    """Return the section ('2', '3', '4') of a row."""
    return load_rows()[row].section


def cell_measure(row: str, column: str) -> Measure | None:
    """Return the measure of a row and a column, None when the forms have no such cell."""
    info, head = load_rows()[row], load_columns().get((section_of(row), column))
    if head is None:
        return None
    terms = _terms(info.rows, head.columns)
    if terms is None:
        return None
    other = _terms(info.alternatives, head.columns) if info.alternatives else None
    return Measure(
        terms=terms,
        alternatives=(other,) if other else (),
        label=_label(row, column),
        unit=load_metrics()[terms[0]].unit,
    )


def _terms(rows: tuple[str, ...], columns: tuple[str, ...]) -> tuple[str, ...] | None:
    terms = tuple(f"{row}.{column}" for row in rows for column in columns)
    return terms if all(term in load_metrics() for term in terms) else None


def _label(row: str, column: str) -> str:
    info, head = load_rows()[row], load_columns()[section_of(row), column]
    if column == "total":
        return info.label if info.section == "3" else f"{info.label}·总计"
    if info.section == "2":
        return info.label + head.label
    return f"{info.label}·{head.label}"


def default_measure(row: str) -> Measure | None:
    """Return a row's usual number (总计, 处理决定数量), None when it has none."""
    default = load_rows()[row].default
    return cell_measure(row, default) if default else None


def columns_of(row: str) -> tuple[str, ...]:
    """Return the columns of a row of section 二."""
    return load_rows()[row].columns


def rows_with(column: str, section: str) -> tuple[str, ...]:
    """Return the rows of a section that have a column."""
    return tuple(
        row
        for row, info in load_rows().items()
        if info.section == section and cell_measure(row, column) is not None
    )


def applicant_columns(row: str) -> tuple[Measure, ...]:
    """Return a row of section 三 in total and by each kind of applicant."""
    found = (cell_measure(row, column) for column in (*_EVERY_COLUMN, "other"))
    return tuple(measure for measure in found if measure)


def fact_measure(name: str) -> Measure:
    """Return the measure of a number of the prose."""
    fact = load_facts()[name]
    return Measure(source="fact", terms=(name,), label=fact.label, unit=fact.unit)


def fact_beside(row: str, column: str | None) -> Measure | None:
    """Return the prose number that says the same as a cell (正文里收到申请多少件)."""
    cells = f"{row}:{column}" if column else row
    return next((fact_measure(n) for n, f in load_facts().items() if f.cells == cells), None)


def contains(whole: Measure, part: Measure) -> bool:
    """Tell whether one number is a part of another by the form's own sums."""
    if whole.source != "cells" or part.source != "cells" or whole.over or part.over:
        return False
    return set(part.terms) < _parts(whole)


def _parts(whole: Measure) -> set[str]:
    """Return all cells that are parts of a measure: columns of a 总计, outcomes of （七）总计."""
    found = set(whole.terms)
    for term in whole.terms:
        row, _, column = term.rpartition(".")
        if row == "requests.outcomes_total":
            found |= {f"{r}.{column}" for key in _OUTCOMES for r in load_rows()[key].rows}
    for term in tuple(found):
        row, _, column = term.rpartition(".")
        if column == "total":
            found |= {m for m in load_metrics() if m.rpartition(".")[0] == row}
    return found


def parent_row(row: str) -> str | None:
    """Return the row that a row is a part of: its group, or （七）总计."""
    info = load_rows()[row]
    for key in _OUTCOMES:
        if row != key and set(info.rows) < set(load_rows()[key].rows):
            return key
    return "outcomes" if row in _OUTCOMES else None


def breakdown(row: str) -> tuple[Measure, ...]:
    """Return the parts of a group of rows: the reasons of 不予公开, all outcomes of （七）总计."""
    if section_of(row) == "4":
        columns = (c for s, c in load_columns() if s == "4" and c != "total")
        return tuple(m for c in columns if (m := cell_measure(row, c)))
    if row == "outcomes":
        keys: tuple[str, ...] = _OUTCOMES
    else:
        keys = tuple(k for k in load_rows() if parent_row(k) == row)
    return tuple(m for key in keys if (m := default_measure(key)))


def is_outcome(row: str) -> bool:
    """Tell whether a row is an outcome of handling requests."""
    return row == "outcomes" or parent_row(row) is not None


def share(part: Measure, whole: Measure) -> Measure | None:
    """Return part/whole as a share, None when it cannot be put as one."""
    if part.source != "cells" or whole.source != "cells" or whole.alternatives:
        return None
    if part.over or whole.over or part.terms == whole.terms:
        return None
    return Measure(
        terms=part.terms,
        alternatives=part.alternatives,
        over=whole.terms,
        label=f"{part.label}占{whole.label}的比例",
        unit="%",
    )


def added(measures: tuple[Measure, ...]) -> Measure | None:
    """Return the sum of several numbers as one measure, None when they do not add up."""
    units = {m.unit for m in measures}
    terms = tuple(t for m in measures for t in m.terms)
    if len(units) > 1 or len(set(terms)) < len(terms):
        return None
    if any(m.source != "cells" or m.over or m.alternatives for m in measures):
        return None
    return Measure(terms=terms, label="＋".join(m.label for m in measures), unit=units.pop())


def whole_of(part: Measure) -> Measure | None:
    """Return what a number is usually a share of: its rows' total, or all answered requests.

    None when there is no such whole, or more than one (a single reason of 不予公开).
    """
    pairs = [term.rpartition(".")[::2] for term in part.terms]
    if part.source != "cells" or part.over or load_metrics()[part.terms[0]].section == "二":
        return None
    if all(column != "total" for _, column in pairs):
        rows = tuple(dict.fromkeys(row for row, _ in pairs))
        key = next((k for k, info in load_rows().items() if info.rows == rows), None)
        return cell_measure(key, "total") if key else None
    groups = {load_rows()[key].rows for key in _OUTCOMES}
    if tuple(row for row, _ in pairs) in groups:
        return cell_measure("outcomes", "total")
    return None


def rate(key: str) -> Measure | None:
    """Return a named rate (纠错率 with its row, 不予公开率 …), None when it is unknown."""
    if key == "closed":
        received, carried = cell_measure("received", "total"), cell_measure("carried_in", "total")
        done = cell_measure("outcomes", "total")
        whole = added((received, carried)) if received and carried else None
        return share(done, whole) if done and whole else None
    row, _, column = key.partition(":")
    part = cell_measure(row, column or "total")
    whole = cell_measure(row if column else "outcomes", "total")
    return share(part, whole) if part and whole else None
