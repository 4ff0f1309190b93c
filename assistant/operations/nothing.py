"""What is said when nothing is found: what the library holds instead."""

from decimal import Decimal

from assistant.draft import Draft
from assistant.hints import hint
from assistant.operations.places import absent_rows, named_bodies
from assistant.operations.sketch import Sketch
from assistant.plan import Plan
from assistant.result import Coverage, Undecided
from assistant.words import say_scope, say_years


def nothing_there(plan: Plan, draft: Draft, undecided: tuple[Undecided, ...] = ()) -> Sketch:
    """Return a refusal that says which places and years are there."""
    bodies = named_bodies(plan, draft)
    sentences: list[str] = []
    figures: dict[str, Decimal] = {}
    for body in bodies:
        held = {r.full_name: r.year for r in body.reports}
        years = tuple(sorted({r.year for r in body.reports if r.year}))
        if body.reports:
            missing = tuple(y for y in body.years if y not in years)
            names = "、".join(dict.fromkeys(held))
            if missing:
                sentences.append(f"库中没有{body.place.said}{say_years(missing)}的报告；")
                sentences[-1] += f"{names}现有{say_years(years)}。"
            else:
                asked = say_scope(plan.scope.model_copy(update={"places": (), "years": ()}))
                sentences.append(f"库中有{names}{say_years(years)}的报告，但不属于所问的{asked}。")
        else:
            sentences.append(f"库中没有“{body.place.said}”的报告。")
        figures |= {f"year:{y}": Decimal(y) for y in years}
    if not any(body.reports for body in bodies):
        asked = say_scope(plan.scope)
        sentences = sentences or [f"库中没有{asked}的报告。" if asked else "库中没有报告。"]
        holdings, numbers = holdings_in_words(draft)
        sentences.append(holdings)
        figures |= numbers
    rows = (*undecided, *absent_rows(bodies))
    coverage = Coverage(no_report=sum(1 for row in rows if row.reason == "no_report"))
    return Sketch("refused", tuple(sentences), undecided=rows, coverage=coverage, figures=figures)


def holdings_in_words(draft: Draft) -> tuple[str, dict[str, Decimal]]:
    """Return one sentence on what the library holds, and the numbers in it."""
    rows = draft.library.query(
        """SELECT year, count(*), count(DISTINCT body_key) FROM reports WHERE role = 'current'
        GROUP BY ROLLUP (year) ORDER BY GROUPING(year) DESC, year NULLS LAST"""
    )
    (_, total, bodies), years = rows[0], rows[1:]
    if not total:
        return hint("empty"), {}
    figures = {"reports": Decimal(total), "bodies": Decimal(bodies)}
    parts = []
    for year, count, _ in years:
        parts.append(f"{year}年{count}份" if year else f"年份不明{count}份")
        figures[f"year:{year}"] = Decimal(count)
        figures[f"name:{year}"] = Decimal(year or 0)
    return f"库中现有{total}份报告、{bodies}个机构：{'，'.join(parts)}。", figures
