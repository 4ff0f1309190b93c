"""A library in memory for tests of answers: the tables of `index.store.library`, filled by hand."""

import hashlib
from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from index.catalogue import load_metrics
from index.store.database import Database
from index.store.tables import CELLS, CHECKS, FACTS, REPORTS, TEXTS, create_table


class Printed(NamedTuple):
    """One report as a test writes it: who, when, and its numbers; the text is made of them."""

    name: str
    year: int | None
    cells: dict[str, tuple[str, Decimal | None]]
    county: str | None = None
    city: str | None = None
    province: str | None = None
    township: str | None = None
    level: str = "township"
    kind: str | None = "镇"
    form: str = "2021"
    facts: tuple[tuple[str, Decimal, str], ...] = ()
    checks: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
    report_id: str | None = None
    body_key: str | None = None
    role: str = "current"
    of: int | None = None
    candidates: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


class PlanLibrary:
    """What an answer needs of a library: `query`, `text` and `snapshot`."""

    def __init__(self, reports: Sequence[Printed], snapshot: str | None = None) -> None:
        self.snapshot = snapshot or hashlib.sha256(repr(reports).encode()).hexdigest()
        self._database = Database()
        self._texts: dict[int, str] = {}
        cells, facts, rows, checks = [], [], [], []
        for rid, report in enumerate(reports, start=1):
            text, spans, said = _print(report)
            self._texts[rid] = text
            rows.append(_report_row(rid, report))
            cells += [(rid, *cell) for cell in spans]
            facts += [(rid, *fact) for fact in said]
            checks += [
                (rid, rule, status, f"{rule}不符", list(m)) for rule, status, m in report.checks
            ]
        hidden = {rid for rid, report in enumerate(reports, start=1) if report.role != "current"}
        self._fill("reports", REPORTS, rows)
        self._fill("all_cells", (*CELLS, ("source_rid", "INTEGER")), [(*c, c[0]) for c in cells])
        live = [(*c, c[0]) for c in cells if c[0] not in hidden]
        self._fill("cells", (*CELLS, ("source_rid", "INTEGER")), live)
        shown = [(*f, False) for f in facts if f[0] not in hidden]
        self._fill("facts", (*FACTS, ("conflict", "BOOLEAN")), shown)
        self._fill("checks", CHECKS, checks)
        self._fill("failed_checks", CHECKS, [c for c in checks if c[2] == "fail"])
        self._fill("texts", TEXTS, list(self._texts.items()))

    def query(
        self, sql: str, params: Sequence[Any] = (), metrics: Collection[int] = ()
    ) -> list[tuple[Any, ...]]:
        """Return the rows of one statement."""
        return self._database.query(sql, params)

    def text(self, rid: int) -> str:
        """Return the text of a report."""
        return self._texts[rid]

    def _fill(self, name: str, columns: Any, rows: Sequence[Any]) -> None:
        self._database.query(create_table(name, columns))
        self._database.insert(name, columns, rows)


def _print(report: Printed) -> tuple[str, list[Any], list[Any]]:
    """Return a text with every number on a line of its own, and the rows that point into it."""
    numbers = {metric: number for number, metric in enumerate(load_metrics())}
    text, cells, facts = f"{report.name}{report.year}年度报告\n", [], []
    for metric, (status, value) in report.cells.items():
        one = load_metrics()[metric]
        text += f"{one.row} {one.column} "
        raw = format(value, "f") if value is not None else "详见附件" if status == "text" else ""
        absent = status.endswith("absent")
        span = (None, None) if absent else (len(text), len(text) + len(raw))
        shown = None if value is None else format(value, "f")
        cells.append((numbers[metric], status, shown, raw, *span))
        text += f"{raw}\n"
    for name, value, bound in report.facts:
        quote = f"{name}共{format(value, 'f')}条"
        facts.append(
            (name, format(value, "f"), "条", bound, quote, len(text), len(text) + len(quote))
        )
        text += f"{quote}。\n"
    return text, cells, facts


def _report_row(rid: int, report: Printed) -> tuple[Any, ...]:
    identifier = report.report_id or f"{rid:016x}"
    key = report.body_key
    if key is None and report.county:
        key = "/".join(filter(None, (report.province, report.city, report.county, report.name)))
    known = {
        "rid": rid, "report_id": identifier, "path": f"{report.name}{report.year}.txt",
        "sha256": f"{rid:064x}", "format": "txt", "title": report.name, "agency": report.name,
        "level": report.level, "kind": report.kind, "province": report.province,
        "city": report.city, "county": report.county, "township": report.township, "code": None,
        "candidates": list(report.candidates), "year": report.year, "form": report.form,
        "role": report.role, "body_key": key, "group_rid": report.of or rid,
        "warnings": list(report.warnings), "group_key": str(rid), "reported": 0,
        "failed": sum(status == "fail" for _, status, _ in report.checks),
        "marked": False, "replaced_by": None, "reader": "0", "added_at": "",
        "family": None, "content": [],
    }  # fmt: skip
    return tuple(known[name] for name, _ in REPORTS)
