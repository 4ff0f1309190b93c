"""An answer in the making: rows, citations and supports from judged reports."""

from collections.abc import Iterable, Sequence

from assistant.evidence import (
    Found,
    ReportInfo,
    load_contexts,
    load_found,
    load_reports,
    terms_for,
)
from assistant.library_view import LibraryView
from assistant.numbers import Value, present
from assistant.outcome import Item, Outcome
from assistant.plan import Measure, Place
from assistant.result import Citation, Kind, Limits, Row, Shown, Support, Undecided
from assistant.sql.measures import operands_of
from assistant.tables import reason_words
from index.catalogue import load_metrics

_ROLES = ("yes", "no", "undecided")


class Draft:
    """Collects what an answer cites; every number that enters it brings its place in the source."""

    def __init__(self, library: LibraryView, limits: Limits) -> None:
        self.library = library
        self.limits = limits
        self.reports: dict[int, ReportInfo] = {}
        self.used: dict[int, set[str]] = {}
        self.held: dict[Place, list[ReportInfo]] = {}
        self._taken: dict[Measure, set[int]] = {}
        self._found: dict[tuple[int, str], list[Found]] = {}
        self._places: dict[tuple[int, str, int, int], int] = {}
        self._cited: list[Found] = []
        self._supports: dict[tuple[int, str, int | None], Support] = {}

    def load(self, rids: Iterable[int | None], measures: Iterable[Measure]) -> None:
        """Fetch reports with their cells and statements, and the copies these stand in."""
        wanted = {rid for rid in rids if rid is not None}
        left = [m for m in measures if not self._is_taken(wanted, m)]
        self._found |= load_found(self.library, wanted, left)
        sources = {f.source for found in self._found.values() for f in found}
        missing = (wanted | sources) - self.reports.keys()
        self.reports |= load_reports(self.library, missing)

    def take(self, outcome: Outcome) -> None:
        """Keep the cells that came along with the verdicts, so that `load` need not read them."""
        if not outcome.cells:
            return
        metrics = tuple(load_metrics().values())
        for one in outcome.cells:
            metric = metrics[one.metric]
            end = None if one.start is None else one.start + len(one.raw or "")
            found = Found(one.rid, metric.id, one.status, one.value, one.raw or "", one.start, end,
                          int(one.source), "cell", "exact", metric.unit)  # fmt: skip
            self._found[one.rid, metric.id] = [found]
        rids = {i.rid for part in (outcome.yes, outcome.rest, outcome.no, outcome.undecided)
                for i in part}  # fmt: skip
        for measure in outcome.query.measures:
            self._taken.setdefault(measure, set()).update(rids)

    def _is_taken(self, rids: set[int], measure: Measure) -> bool:
        return measure.source == "cells" and rids <= self._taken.get(measure, set())

    def found(self, rid: int, measure: Measure) -> list[Found]:
        """Return the cells or statements behind a measure of a report, in the measure's order."""
        terms = (*terms_for(measure, self.reports[rid].form), *measure.over)
        if measure.source == "fact":
            terms = operands_of(measure)
        return [one for term in dict.fromkeys(terms) for one in self._found.get((rid, term), ())]

    def status(self, rid: int, metric: str) -> str | None:
        """Return the status of one used cell."""
        found = self._found.get((rid, metric))
        return found[0].status if found else None

    def row(self, item: Item, measures: Sequence[Measure], role: str = "yes") -> Row:
        """Return the row of a judged report: its first measure, the others beside it."""
        report = self.reports[item.rid]
        first = self.shown(item.rid, measures[0], item.values[0], role) if measures else None
        more = tuple(
            self.shown(item.rid, measure, value, role)
            for measure, value in zip(measures[1:], item.values[1:], strict=False)
        )
        return Row(**place_of(report), **_shown_fields(first), source=_kind(measures), more=more)

    def shown(self, rid: int, measure: Measure, value: Value, role: str = "yes") -> Shown:
        """Return one number of a report with its citations."""
        number, unit, ratio = present(value, measure)
        found = self.found(rid, measure)
        for one in found:
            self.support(one, role)
        return Shown(
            label=measure.label,
            metric=metric_name(measure, self.reports[rid]),
            year=self.reports[rid].year,
            value=number,
            unit=unit,
            ratio=ratio,
            bound=value.bound,
            note="" if value.known else self.reason(rid, value.status, measure),
            citations=self.cite(found),
        )

    def note(self, rid: int | None, measures: Iterable[Measure]) -> None:
        """Keep a report's numbers for the certificate without citing them."""
        for measure in measures:
            for one in self.found(rid, measure) if rid is not None else ():
                self.support(one, "yes")

    def undecided(self, rid: int, reason: str, measure: Measure | None) -> Undecided:
        """Return why a report cannot be decided, with the places that show it."""
        found = self.found(rid, measure) if measure else []
        for one in found:
            self.support(one, "undecided")
        return Undecided(
            **place_of(self.reports[rid]),
            metric=metric_name(measure, self.reports[rid]) if measure else "",
            label=measure.label if measure else "",
            reason=reason,
            detail=self.reason(rid, reason, measure),
            citations=self.cite(found),
        )

    def reason(self, rid: int, reason: str, measure: Measure | None) -> str:
        """Return a reason in words, naming the table or the form that lacks the cell."""
        sections = {load_metrics()[t].section for t in _cell_terms(measure)}
        if reason == "section_absent" and len(sections) == 1:
            return f"该报告缺第{sections.pop()}节表格"
        form = self.reports[rid].form
        if reason == "not_in_form" and form in ("2021", "2019"):
            return f"该报告用的是{form}版表格，没有这一项"
        if reason == "conflict" and measure is not None and measure.source == "fact":
            return "正文有几处不同的数字（可能是不同账号或不同口径），不能合成一个数"
        return reason_words().get(reason, reason)

    def cite(self, found: Iterable[Found]) -> tuple[int, ...]:
        """Return the citation numbers of these places; a place that shows nothing has none."""
        return tuple(self._number(one) for one in found if one.start is not None and one.raw)

    def cited_reports(self) -> list[ReportInfo]:
        """Return the reports that citations stand in, in the order of their first citation."""
        return [self.reports[rid] for rid in dict.fromkeys(f.source for f in self._cited)]

    def citations(self) -> tuple[Citation, ...]:
        """Return every citation in order, the first ones with the line around them."""
        contexts = load_contexts(self.library, self._cited[: self.limits.contexts])
        return tuple(
            self._citation(number, one, contexts) for number, one in enumerate(self._cited, start=1)
        )

    def supports(self) -> tuple[Support, ...]:
        """Return every number that the rows rest on."""
        return tuple(self._supports.values())

    def support(self, one: Found, role: str) -> None:
        """Note a number for the certificate, under the report that is asked about."""
        report, source = self.reports[one.rid], self.reports[one.source]
        self.used.setdefault(one.rid, set()).add(one.metric)
        key = (one.rid, one.metric, one.start)
        if key in self._supports:
            return
        value = one.value if one.status == "reported" else None
        self._supports[key] = Support(
            about=report.report_id,
            report_id=source.report_id,
            sha256=source.sha256,
            path=source.path,
            agency=report.agency,
            year=report.year,
            kind="cell" if one.kind == "cell" else "text",
            metric=one.metric,
            status=one.status,
            raw=one.raw,
            start=one.start,
            end=one.end,
            value=None if value is None else format(value.normalize(), "f"),
            role=role if role in _ROLES else "yes",
            bound=one.bound,
        )

    def _number(self, one: Found) -> int:
        key = (one.source, one.kind, one.start or 0, one.end or 0)
        if key not in self._places:
            self._cited.append(one)
            self._places[key] = len(self._cited)
        return self._places[key]

    def _citation(self, number: int, one: Found, contexts: dict[tuple[int, int], str]) -> Citation:
        source = self.reports[one.source]
        start = one.start or 0
        return Citation(
            id=number,
            report_id=source.report_id,
            path=source.path,
            kind="cell" if one.kind == "cell" else "text",
            quote=one.raw,
            start=start,
            end=one.end or start,
            metric=one.metric,
            context=contexts.get((one.source, start), ""),
        )


def place_of(report: ReportInfo) -> dict[str, str | int | None]:
    """Return the fields that name a report in a row."""
    return {
        "agency": report.name,
        "province": report.province,
        "city": report.city,
        "county": report.county,
        "township": report.township,
        "year": report.year,
        "report_id": report.report_id,
    }


def metric_name(measure: Measure, report: ReportInfo | None = None) -> str:
    """Return the id of a measure: its metrics, "+" between terms, "/" before the denominator."""
    terms = measure.terms
    if report is not None and measure.source == "cells":
        terms = terms_for(measure, report.form)
    return "+".join(terms) + (f"/{'+'.join(measure.over)}" if measure.over else "")


def used_metrics(draft: Draft) -> set[str]:
    """Return every metric that the answer's numbers were read from."""
    return {metric for metrics in draft.used.values() for metric in metrics}


def _shown_fields(shown: Shown | None) -> dict[str, object]:
    if shown is None:
        return {}
    names = ("metric", "label", "value", "unit", "ratio", "bound", "note", "citations")
    return {name: getattr(shown, name) for name in names}


def _kind(measures: Sequence[Measure]) -> Kind:
    return "text" if measures and measures[0].source == "fact" else "cell"


def _cell_terms(measure: Measure | None) -> tuple[str, ...]:
    known = load_metrics()
    return tuple(t for t in operands_of(measure) if t in known) if measure else ()
