"""Comparison of two or more operands: places × years × measures, with their difference."""

from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from assistant.draft import Draft
from assistant.evidence import ReportInfo
from assistant.numbers import kept, percent, say_value
from assistant.operations.aggregate import aggregate, ask_which
from assistant.operations.lookup import look_up
from assistant.operations.nothing import nothing_there
from assistant.operations.places import NamedBody, names_body, reports_at
from assistant.operations.sketch import Sketch
from assistant.plan import Measure, Place, Plan
from assistant.result import AnswerStatus, Coverage, Row, Statement, Undecided
from assistant.words import LEVELS, say_place, say_years


class Side(NamedTuple):
    """One place to compare with its reports; `years` are those asked for."""

    place: Place
    years: tuple[int, ...]
    reports: tuple[ReportInfo, ...]


class Operand(NamedTuple):
    """One number to compare: exact value with its row, or why there is none."""

    measure: Measure
    year: int | None
    row: Row | None
    exact: Fraction | None
    undecided: tuple[Undecided, ...]
    runs: tuple[Statement, ...]
    coverage: Coverage
    complete: bool


def compare(plan: Plan, draft: Draft) -> Sketch:
    """Return the operands and, where there are two that compare, larger minus smaller."""
    sides = [_side(plan, place, draft) for place in plan.scope.places]
    if not sides:
        return _without_places(plan, draft)
    question = _ask_back(plan, sides)
    if question is not None:
        return question
    years = _years(sides)
    operands = [
        _operand(plan, side, year, measure, draft)
        for side, asked in zip(sides, years, strict=True)
        for year in asked
        for measure in plan.measures
    ]
    if not any(operand.row for operand in operands) and not any(side.reports for side in sides):
        return nothing_there(plan, draft)
    return _sketch(operands)


def _side(plan: Plan, place: Place, draft: Draft) -> Side:
    years = place.years or plan.scope.years
    reports = [r for r in reports_at(draft, place) if _fits(plan, place, r)]
    return Side(place, years, tuple(reports))


def _fits(plan: Plan, place: Place, report: ReportInfo) -> bool:
    """Return whether a report of a region has the asked level and kind; a body's always counts."""
    if names_body(place):
        return True
    scope = plan.scope
    return (not scope.levels or report.level in scope.levels) and (
        not scope.kinds or report.kind in scope.kinds
    )


def _ask_back(plan: Plan, sides: list[Side]) -> Sketch | None:
    """Return a question back where a name fits several places, or a region several levels."""
    bodies = [NamedBody(s.place, s.years, s.reports) for s in sides if names_body(s.place)]
    unclear = [body for body in bodies if len(body.bodies) > 1]
    if unclear:
        return ask_which(unclear)
    for side in sides:
        levels = sorted({report.level for report in side.reports})
        if not names_body(side.place) and len(levels) > 1 and not plan.scope.levels:
            named = tuple(f"{say_place(side.place)}的{LEVELS[level]}报告" for level in levels)
            text = f"{say_place(side.place)}有几级报告，不能混在一起：{'；'.join(named)}。"
            return Sketch("clarify", (text, "请指明比较哪一级。"), choices=named)
    return None


def _years(sides: list[Side]) -> list[tuple[int | None, ...]]:
    """Return the years of each side: asked, else the latest shared one, else each one's latest."""
    held = [{r.year for r in side.reports if r.year is not None} for side in sides]
    free = [years for side, years in zip(sides, held, strict=True) if not side.years]
    shared = set.intersection(*free) if free else set()
    fixed = {year for side in sides for year in side.years}
    if fixed & shared:
        shared &= fixed
    chosen: list[tuple[int | None, ...]] = []
    for side, years in zip(sides, held, strict=True):
        if side.years:
            chosen.append(side.years)
        else:
            chosen.append((max(shared) if shared else max(years, default=None),))
    return chosen


def _operand(plan: Plan, side: Side, year: int | None, measure: Measure, draft: Draft) -> Operand:
    """Return one number: a body's own, or the sum over a region's reports."""
    region = not names_body(side.place)
    place = side.place.model_copy(update={"years": ()})
    scope = plan.scope.model_copy(
        update={"places": (place,), "years": (year,) if year else (), "excluded": ()}
    )
    if not region:
        scope = scope.model_copy(update={"levels": (), "kinds": ()})
    update = {
        "operation": "aggregate" if region else "lookup",
        "aggregate": (plan.aggregate or "sum") if region else None,
        "scope": scope,
        "measures": (measure,),
        "claim": None,
    }
    one = plan.model_copy(update=update)
    sketch = aggregate(one, draft) if region else look_up(one, draft)
    rows = [row for row in sketch.rows if row.value is not None and _is_of(row, measure)]
    row = rows[0] if rows and not region else None
    exact = sketch.exact
    if region and exact is not None and sketch.value is not None:
        row = _region_row(side, year, measure, sketch)
    undecided = sketch.undecided or (() if row else (_absent(side, year, measure, draft),))
    return Operand(
        measure, year, row, exact, undecided, sketch.runs, sketch.coverage, sketch.complete
    )


def _is_of(row: Row, measure: Measure) -> bool:
    return row.source == "text" if measure.source == "fact" else row.source == "cell"


def _region_row(side: Side, year: int | None, measure: Measure, sketch: Sketch) -> Row:
    coverage = sketch.coverage
    place = side.place
    return Row(
        agency=say_place(place),
        province=place.province,
        city=place.city,
        county=place.county,
        year=year,
        metric="+".join(measure.terms),
        label=measure.label,
        value=sketch.value,
        unit=sketch.unit or "",
        ratio=sketch.ratio,
        citations=tuple(c for row in sketch.rows for c in row.citations),
        note=f"{coverage.qualified}份报告合计，{coverage.undecidable}份无法判定",
    )


def _absent(side: Side, year: int | None, measure: Measure, draft: Draft) -> Undecided:
    held = sorted({r.year for r in side.reports if r.year})
    detail = (
        f"库中没有该年度的报告（现有{say_years(tuple(held))}）"
        if held
        else "库中没有这个地方的报告"
    )
    return Undecided(
        agency=side.place.said, year=year, label=measure.label, reason="no_report", detail=detail
    )


def _without_places(plan: Plan, draft: Draft) -> Sketch:
    """Compare measures, or years, over one scope."""
    years = plan.scope.years or (None,)
    if len(plan.measures) * len(years) < 2:
        return Sketch("clarify", ("请说明要比较哪两个地方、哪两年或哪两项。",))
    scope = plan.scope
    operands = []
    for year in years:
        for measure in plan.measures:
            dated = scope.model_copy(update={"years": (year,) if year else ()})
            one = plan.model_copy(
                update={"operation": "aggregate", "aggregate": plan.aggregate or "sum",
                        "scope": dated, "measures": (measure,), "claim": None}
            )  # fmt: skip
            sketch = aggregate(one, draft)
            exact = sketch.exact
            side = Side(Place(said="范围内全部报告"), (), ())
            row = _region_row(side, year, measure, sketch) if exact is not None else None
            operands.append(
                Operand(measure, year, row, exact, sketch.undecided, sketch.runs,
                        sketch.coverage, sketch.complete)
            )  # fmt: skip
    return _sketch(operands)


def _sketch(operands: list[Operand]) -> Sketch:
    """Return the answer: the warning on years first, then the numbers, then the difference."""
    known = [operand for operand in operands if operand.row is not None]
    undecided = tuple(u for operand in operands for u in operand.undecided)
    sentences: list[str] = []
    years = {operand.year for operand in known}
    warnings: tuple[str, ...] = ()
    if len(years) > 1:
        warnings = ("年份不同，不可直接同年比较。",)
        sentences.append(warnings[0])
    if known:
        sentences.append("；".join(_say(o) for o in known) + "。")
    missing = [_say_missing(o) for o in operands if o.row is None]
    sentences += [f"缺：{'；'.join(missing)}。"] if missing else []
    value, unit, said = _difference(known) if len(operands) == 2 else (None, None, _order(known))
    sentences += [said] if said else []
    status: AnswerStatus = "answered" if len(known) == len(operands) else "partial"
    return Sketch(
        status if known else "refused",
        tuple(sentences),
        value=value,
        unit=unit,
        rows=tuple(o.row for o in known if o.row is not None),
        undecided=undecided,
        coverage=_coverage(operands),
        warnings=warnings,
        runs=tuple(r for o in operands for r in o.runs),
        complete=all(o.complete for o in operands),
    )


def _difference(known: list[Operand]) -> tuple[Decimal | None, str | None, str]:
    """Return larger minus smaller with its unit and sentence; nothing where units differ."""
    if len(known) != 2 or known[0].row is None or known[1].row is None:
        return None, None, ""
    one, two = known
    if one.row is None or two.row is None or one.exact is None or two.exact is None:
        return None, None, "有一方不是确切数字，不能相减。"
    if one.row.unit != two.row.unit:
        return None, None, "单位不同，不能相减。"
    shares = bool(one.measure.over)
    gap = abs(one.exact - two.exact)
    number = percent(gap) if shares else kept(gap)
    unit = "个百分点" if shares else one.row.unit
    if gap == 0:
        return number, unit, "两者相同，相差0" + unit + "。"
    more = one if one.exact > two.exact else two
    return number, unit, f"{_name(more, known)}多{say_value(number, unit)}。"


def _order(known: list[Operand]) -> str:
    """Return which of several operands is largest, when all compare."""
    exact = [o for o in known if o.exact is not None]
    if len(exact) < 2 or len({o.row.unit for o in exact if o.row}) > 1:
        return ""
    best = max(o.exact for o in exact if o.exact is not None)
    return f"最多的是{'、'.join(_name(o, known) for o in exact if o.exact == best)}。"


def _name(operand: Operand, known: list[Operand]) -> str:
    """Return what tells this operand from the others: place, year or measure."""
    rows = [o.row for o in known if o.row is not None]
    if operand.row is None:
        return ""
    if len({(r.agency, r.county) for r in rows}) > 1:
        same = [r for r in rows if r.agency == operand.row.agency and r is not operand.row]
        county = operand.row.county if same else ""
        return f"{county or ''}{operand.row.agency}"
    if len({o.year for o in known}) > 1:
        return f"{operand.year}年"
    return operand.measure.label


def _say(operand: Operand) -> str:
    row = operand.row
    if row is None:
        return ""
    year = f"{row.year}年" if row.year else ""
    said = say_value(row.value, row.unit, row.ratio, row.bound)
    note = f"（{row.note}）" if row.note.endswith("无法判定") else ""
    return f"{row.agency}{year}{row.label}{said}{note}"


def _say_missing(operand: Operand) -> str:
    first = operand.undecided[0] if operand.undecided else None
    year = f"{operand.year}年" if operand.year else ""
    if first is None:
        return f"{operand.measure.label}没有数值"
    return f"{first.agency}{year}{operand.measure.label}（{first.detail}）"


def _coverage(operands: list[Operand]) -> Coverage:
    """Return the counts of all operands' scopes together."""
    names = Coverage.model_fields
    return Coverage(**{n: sum(getattr(o.coverage, n) for o in operands) for n in names})
