"""What every operation hands back, and the steps that they share."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from assistant.compile import compile_doubtful, compile_unsettled
from assistant.draft import Draft
from assistant.evidence import ReportInfo
from assistant.library_view import LibraryView
from assistant.outcome import Item, Outcome
from assistant.plan import Measure, Place, Plan
from assistant.result import AnswerStatus, Coverage, Ratio, Row, Statement, Undecided
from assistant.tables import reason_words


class Sketch(NamedTuple):
    """An answer without its proof; `exact` is `value` before it was rounded."""

    status: AnswerStatus
    sentences: tuple[str, ...]
    value: Decimal | None = None
    unit: str | None = None
    ratio: Ratio | None = None
    rows: tuple[Row, ...] = ()
    undecided: tuple[Undecided, ...] = ()
    rejected: tuple[Row, ...] = ()
    coverage: Coverage = Coverage()
    figures: dict[str, Decimal] = {}  # noqa: RUF012 - never changed
    choices: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    runs: tuple[Statement, ...] = ()
    complete: bool = True
    exact: Fraction | None = None


def run_of(outcome: Outcome) -> Statement:
    """Return what the certificate keeps of a statement."""
    return statement(outcome.query.sql, outcome.query.params, outcome.digest)


def statement(sql: str, params: Sequence[str | int], digest: str) -> Statement:
    """Return a statement as the certificate keeps it."""
    return Statement(sql=sql, params=tuple(params), digest=digest)


def coverage_of(outcome: Outcome, unsettled: int = 0, no_report: int = 0) -> Coverage:
    """Return the counts of a judged scope."""
    return Coverage(
        reports=outcome.reports,
        decidable=outcome.n_yes + outcome.n_no,
        undecidable=outcome.n_undecided,
        duplicates=outcome.copies,
        superseded=outcome.superseded,
        qualified=outcome.n_yes,
        rejected=outcome.n_no,
        unsettled=unsettled,
        no_report=no_report,
    )


def rids_of(outcome: Outcome) -> list[int]:
    """Return every report that the lists of an outcome name."""
    lists = (outcome.yes, outcome.rest, outcome.no, outcome.undecided)
    return [item.rid for items in lists for item in items]


def note_rest(
    draft: Draft, outcome: Outcome, kept: Sequence[Item], measures: Sequence[Measure]
) -> None:
    """Keep for the certificate the reports below the cut of a ranking."""
    shown = {item.rid for item in kept}
    for item in (*outcome.rest, *outcome.yes):
        if item.rid not in shown:
            draft.note(item.rid, measures)
            draft.note(item.base, measures)


def is_whole(outcome: Outcome) -> bool:
    """Return whether the lists hold every report that was judged."""
    return (
        len(outcome.yes) + len(outcome.rest) == outcome.n_yes
        and len(outcome.no) == outcome.n_no
        and len(outcome.undecided) == outcome.n_undecided
    )


def undecided_rows(
    draft: Draft, items: Iterable[Item], measures: Sequence[Measure]
) -> list[Undecided]:
    """Return the undecided reports with the measure that lacks a value."""
    return [
        draft.undecided(item.rid, item.reason or "", _lacking(item, measures)) for item in items
    ]


def unsettled_rows(draft: Draft, plan: Plan) -> list[Undecided]:
    """Return reports that may belong to the scope, as undecided "ambiguous"."""
    scope = plan.scope
    if not (scope.years or scope.places or scope.levels or scope.kinds or scope.forms):
        return []
    if not _doubtful(draft.library):
        return []
    query = compile_unsettled(plan, draft.limits.undecided)
    rids = [rid for (rid,) in draft.library.query(query.sql, list(query.params))]
    draft.load(rids, ())
    kept = [rid for rid in rids if _may_lie_in(draft.reports[rid], scope.places)]
    return [draft.undecided(rid, "ambiguous", None) for rid in kept]


class _Latest:
    """Whether the snapshot asked last holds any doubtful report: most hold none, and it is slow."""

    snapshot: str = ""
    doubtful: bool = True


def _doubtful(library: LibraryView) -> bool:
    if _Latest.snapshot != library.snapshot:
        _Latest.doubtful = bool(library.query(compile_doubtful())[0][0])
        _Latest.snapshot = library.snapshot
    return _Latest.doubtful


def reasons_in_words(why: dict[str, int]) -> str:
    """Return the reasons with their counts, the most frequent first."""
    words = reason_words()
    ordered = sorted(why.items(), key=lambda pair: (-pair[1], pair[0]))
    return "；".join(f"{words.get(reason, reason)} {n}份" for reason, n in ordered)


def reason_figures(why: dict[str, int]) -> dict[str, Decimal]:
    """Return the counts of reasons as figures that sentences may use."""
    return {f"reason:{reason}": Decimal(n) for reason, n in why.items()}


def say_coverage(coverage: Coverage, why: dict[str, int]) -> str:
    """Return on how many reports the answer rests."""
    text = f"依据：范围内{coverage.reports}份报告，可判定{coverage.decidable}份"
    text += f"，无法判定{coverage.undecidable}份"
    if why:
        text += f"（{reasons_in_words(why)}）"
    if coverage.duplicates:
        text += f"；另有{coverage.duplicates}份重复文本，不重复计入"
    if coverage.superseded:
        text += f"；{coverage.superseded}份被更正的旧版本不计入"
    if coverage.unsettled:
        text += (
            f"；另有{coverage.unsettled}份报告没有写清地方、级别或年份，无法确定是否属于所问范围"
        )
    if coverage.no_report:
        text += f"；所问的地方和年份中有{coverage.no_report}处库中没有报告"
    return text + "。"


def names_of(rows: Sequence[Row], *, dated: bool = False) -> list[str]:
    """Return a name for each row, with its county or year where the bare name would not do.

    `dated` asks for the years even when they are all one: the question named none.
    """
    dated = dated or len({row.year for row in rows}) > 1
    places: dict[str, set[tuple[str | None, ...]]] = {}
    for row in rows:
        places.setdefault(row.agency or "", set()).add((row.province, row.city, row.county))
    return [_name(row, full=len(places[row.agency or ""]) > 1, dated=dated) for row in rows]


def full_name(row: Row | Undecided) -> str:
    """Return province, city, county and body, each once."""
    name = row.agency or ""
    parts = dict.fromkeys(filter(None, (row.province, row.city, row.county)))
    return "".join(part for part in parts if part not in name) + name


def _name(row: Row, *, full: bool, dated: bool) -> str:
    name = full_name(row) if full else row.agency or ""
    return f"{name}{row.year}年" if dated and row.year is not None else name


def _lacking(item: Item, measures: Sequence[Measure]) -> Measure | None:
    """Return the first measure without an exact value, the one that an undecided report lacks."""
    for measure, value in zip(measures, item.values, strict=False):
        if value.status != "reported":
            return measure
    return measures[0] if measures else None


def _may_lie_in(report: ReportInfo, places: tuple[Place, ...]) -> bool:
    """Return whether a report with unknown fields may be one of the places, by its candidates."""
    if not places or not report.candidates or report.township is None:
        return True
    from index.identity.gazetteer import townships_named

    paths = [t for t in townships_named(report.township) if t.code in report.candidates]
    fields = ("province", "city", "county", "township")
    return any(
        all(getattr(place, f) in (None, getattr(path, f)) for f in fields)
        for path in paths
        for place in places
    )
