"""A county's statutory table as the sum of its bodies, with every operand and every gap."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from assistant.commands.console import label
from index.catalogue import Metric, form_metrics, load_metrics
from index.errors import MisuseError, UnansweredError
from index.model import Form
from index.report import plain_number
from index.store.library import Library, metric_id

_BODIES = ("township", "bureau")


class Body(NamedTuple):
    """A body whose report goes into the sum."""

    rid: int
    report_id: str
    agency: str
    path: str
    form: str
    failed: int


class Operand(NamedTuple):
    """One number that goes into a sum, and where it stands."""

    agency: str
    metric: str
    value: Decimal
    raw: str
    start: int
    end: int
    report_id: str
    path: str


class Gap(NamedTuple):
    """A cell that a body's report does not give."""

    agency: str
    metric: str
    name: str
    reason: str


class Total(NamedTuple):
    """One cell of the county's table; `value` is None when no body gives it."""

    metric: Metric
    value: Decimal | None
    given: int
    missing: int


class CountySum(NamedTuple):
    """The county's table: its cells, the bodies, the operands, the gaps, the reports left out."""

    place: str
    year: int
    form: str
    totals: tuple[Total, ...]
    bodies: tuple[Body, ...]
    operands: tuple[Operand, ...]
    missing: tuple[Gap, ...]
    left_out: tuple[str, ...]

    def record(self) -> dict[str, Any]:
        """Return the table as plain values, ready for JSON."""
        return {
            "county": self.place,
            "year": self.year,
            "form": self.form,
            "cells": [
                {
                    "metric": total.metric.id,
                    "value": plain_number(total.value),
                    "unit": total.metric.unit,
                    "given": total.given,
                    "missing": total.missing,
                }
                for total in self.totals
            ],
            "bodies": [body._asdict() for body in self.bodies],
            "missing": [gap._asdict() for gap in self.missing],
            "left_out": list(self.left_out),
        }


def county_sum(library: Library, county: str, year: int) -> CountySum:
    """Return the sum over the current reports of the county's townships and bureaus for `year`.

    The table has the form that most of the bodies use; reports of another form are left out and
    named. Raises MisuseError when several counties bear the name, UnansweredError without reports.
    """
    province, city, name = _county(library, county)
    reports = library.query(
        """SELECT rid, report_id, agency, path, form, failed, level FROM reports
        WHERE role = 'current' AND year = ? AND province = ? AND city = ? AND county = ?
        ORDER BY level DESC, agency, rid""",
        [year, province, city, name],
    )
    filed = [Body(*row[:6]) for row in reports if row[6] in _BODIES]
    if not filed:
        raise UnansweredError(_nothing(library, province, city, name, year))
    form = _main_form(filed)
    bodies = [body for body in filed if body.form == form]
    left_out = [
        f"{row[2]}\t不是乡镇街道或部门\t{row[3]}" for row in reports if row[6] not in _BODIES
    ]
    left_out += [
        f"{body.agency}\t版式是 {body.form}，与多数机关的 {form} 不同\t{body.path}"
        for body in filed
        if body.form != form
    ]
    left_out += _uncertain(library, (province, city, name), year)
    operands, gaps = _operands(library, bodies)
    return CountySum(
        province + ("" if city == province else city) + ("" if name == city else name),
        year,
        form,
        _totals(form, operands, gaps),
        tuple(bodies),
        tuple(operands),
        tuple(gaps),
        tuple(left_out),
    )


def _county(library: Library, said: str) -> tuple[str, str, str]:
    """Return the one county that the user means."""
    rows = library.query(
        """SELECT DISTINCT province, city, county FROM reports WHERE role = 'current'
        AND (county = $said OR province || city || county = $said OR city || county = $said
          OR province || county = $said) ORDER BY ALL""",
        {"said": said},
    )
    if not rows:
        held = library.query(
            "SELECT DISTINCT county FROM reports WHERE county IS NOT NULL ORDER BY ALL LIMIT 20"
        )
        names = "、".join(name for (name,) in held) or "无"
        raise UnansweredError(f"库里没有 {said!r} 的报告。库里的区县有：{names}。")
    if len(rows) > 1:
        names = "、".join("".join(row) for row in rows)
        raise MisuseError(f"{said!r} 有 {len(rows)} 处：{names}。请在 --county 里写上省市。")
    province, city, county = rows[0]
    return province, city, county


def _nothing(library: Library, province: str, city: str, county: str, year: int) -> str:
    """Return why there is nothing to add up, and what there is."""
    years = library.query(
        f"""SELECT DISTINCT year FROM reports WHERE role = 'current' AND level IN {_BODIES}
        AND province = ? AND city = ? AND county = ? AND year IS NOT NULL ORDER BY ALL""",
        [province, city, county],
    )
    held = "、".join(f"{value}年" for (value,) in years) or "无"
    return f"库里没有{county}各机关 {year} 年的报告。该区县已有：{held}。"


def _uncertain(library: Library, place: tuple[str, str, str], year: int) -> list[str]:
    """Return the reports that may belong to the county and year, but do not say so plainly."""
    rows = library.query(
        """WITH own AS (SELECT DISTINCT left(code, 6) AS prefix FROM reports
          WHERE province = $province AND city = $city AND county = $county AND code IS NOT NULL)
        SELECT agency, path, county IS NULL FROM reports WHERE role = 'current' AND (
          (year IS NULL AND province = $province AND city = $city AND county = $county)
          OR (county IS NULL AND (year = $year OR year IS NULL) AND EXISTS (
            SELECT 1 FROM (SELECT unnest(candidates) AS code) fitting
            JOIN own ON left(fitting.code, 6) = own.prefix)))
        ORDER BY ALL""",
        dict(zip(("province", "city", "county"), place, strict=True)) | {"year": year},
    )
    reasons = {True: "与别处同名，报告没有写明是哪一处", False: "报告年度不明"}
    return [f"{agency or '机构未识别'}\t{reasons[bare]}\t{path}" for agency, path, bare in rows]


def _main_form(bodies: Sequence[Body]) -> Form:
    """Return the form that most bodies use, the newer one when they are as many."""
    forms: tuple[Form, ...] = ("2021", "2019")
    best = max(forms, key=lambda form: sum(body.form == form for body in bodies))
    if any(body.form == best for body in bodies):
        return best
    raise UnansweredError(f"{len(bodies)} 份报告都没有可识别的法定表格，不能加总。")


def _operands(library: Library, bodies: Sequence[Body]) -> tuple[list[Operand], list[Gap]]:
    """Return every number of the bodies, and every cell that gives none."""
    agencies = {body.rid: body.agency for body in bodies}
    operands: list[Operand] = []
    gaps: list[Gap] = []
    for rid, number, status, value, raw, start, stop, report_id, path in library.query(
        """SELECT c.rid, c.metric, c.status, c.value, c.raw, c.start, c.stop, s.report_id, s.path
        FROM cells c JOIN reports s ON s.rid = c.source_rid
        WHERE c.rid IN (SELECT unnest(?::INTEGER[])) ORDER BY c.metric, c.rid""",
        [list(agencies)],
    ):
        metric = load_metrics()[metric_id(number)]
        if status == "reported":
            operands.append(
                Operand(agencies[rid], metric.id, value, raw, start, stop, report_id, path)
            )
        else:
            name = f"{metric.row}·{metric.column}"
            gaps.append(Gap(agencies[rid], metric.id, name, label("status", status)))
    return operands, gaps


def _totals(form: Form, operands: Sequence[Operand], gaps: Sequence[Gap]) -> tuple[Total, ...]:
    """Return the cells of the county's table in catalogue order."""
    values: dict[str, list[Decimal]] = {metric: [] for metric in form_metrics(form)}
    missing = dict.fromkeys(values, 0)
    for operand in operands:
        values[operand.metric].append(operand.value)
    for gap in gaps:
        missing[gap.metric] += 1
    return tuple(
        Total(
            load_metrics()[metric],
            sum(given, Decimal(0)) if given else None,
            len(given),
            missing[metric],
        )
        for metric, given in values.items()
    )
