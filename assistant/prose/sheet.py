"""An answer from prose in the making: its citations, each with the proof of its place."""

from collections.abc import Iterable
from decimal import Decimal

from assistant.draft import place_of
from assistant.evidence import ReportInfo, load_reports
from assistant.library_view import LibraryView
from assistant.plan import Plan
from assistant.prose.words import say_section
from assistant.result import QUOTED, Certificate, Citation, Row, Statement, Support, Undecided
from index.search.hit import Hit

Span = tuple[int, int, int]
# Marks inside a quote are inner ones, so that a reader finds its end.
_INNER = str.maketrans("“”「」", "‘’‘’")


class Sheet:
    """Collects what an answer quotes; a quote that is not in the report is never taken."""

    def __init__(self, library: LibraryView) -> None:
        self.library = library
        self.reports: dict[int, ReportInfo] = {}
        self.stale: set[int] = set()
        self._cited: dict[Span, Citation] = {}
        self._supports: dict[Span, Support] = {}
        self._texts: dict[int, str] = {}

    def load(self, rids: Iterable[int]) -> None:
        """Fetch the reports of these rids."""
        self.reports |= load_reports(self.library, set(rids) - self.reports.keys())

    def holds(self, hit: Hit) -> bool:
        """Tell whether a passage stands in its report as the search gave it."""
        self.load([hit.rid])
        if hit.rid not in self.reports:
            return False
        if hit.rid not in self._texts:
            self._texts[hit.rid] = self.library.text(hit.rid)
        right = self._texts[hit.rid][hit.start : hit.end] == hit.text
        if not right:
            self.stale.add(hit.rid)
        return right

    def cite(self, hit: Hit, start: int = 0, end: int | None = None, role: str = "yes") -> int:
        """Return the number of the citation of `hit.text[start:end]`."""
        end = len(hit.text) if end is None else end
        key = (hit.rid, hit.start + start, hit.start + end)
        if key not in self._cited:
            report = self.reports[hit.rid]
            quote = hit.text[start:end]
            self._cited[key] = Citation(
                id=len(self._cited) + 1,
                report_id=report.report_id,
                path=report.path,
                kind="text",
                quote=quote,
                start=key[1],
                end=key[2],
                context=" ".join(hit.text[:end].split()),
            )
            self._supports[key] = _support(report, quote, key, role)
        return self._cited[key].id

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Return the citations in their order."""
        return tuple(self._cited.values())

    def certificate(self, run: Statement, *, complete: bool = True) -> Certificate:
        """Return the proof: the statement that found the reports, and every quote."""
        return Certificate(
            snapshot=self.library.snapshot,
            statements=(run,),
            support=tuple(self._supports.values()),
            complete=complete,
        )

    @property
    def figures(self) -> dict[str, Decimal]:
        """Return the years of the reports that sentences may name."""
        years = {report.year for report in self.reports.values() if report.year}
        return {f"year:{year}": Decimal(year) for year in sorted(years)}

    def name(self, rid: int) -> str:
        """Return a report as sentences name it: whole place, and year."""
        report = self.reports[rid]
        return (
            f"{report.full_name}{report.year}年报告" if report.year else f"{report.full_name}报告"
        )

    def row(self, rid: int, label: str, note: str, citations: Iterable[int]) -> Row:
        """Return the row of a report: what was found in it, word for word in `note`."""
        fields = place_of(self.reports[rid])
        return Row(**fields, label=label, note=note, citations=tuple(citations), source="text")

    def undecided(
        self, rid: int, reason: str, detail: str, label: str = "", citations: Iterable[int] = ()
    ) -> Undecided:
        """Return why a report gives no answer."""
        fields = place_of(self.reports[rid])
        return Undecided(
            **fields, label=label, reason=reason, detail=detail, citations=tuple(citations)
        )


def said_in(hit: Hit) -> str:
    """Return where in its report a passage stands, in words."""
    return say_section(hit.section) or "开头"


def quoted(text: str) -> str:
    """Return a quote as sentences show it: on one line, its marks kept."""
    lines = [part.strip() for part in text.split()]
    joined = ""
    for part in lines:
        spaced = bool(joined) and joined[-1].isascii() and part[0].isascii()
        joined += (" " if spaced else "") + part
    return f"“{joined.translate(_INNER)}”"


def label_of(plan: Plan) -> str:
    """Return what the rows of an answer are about."""
    return plan.topic or {"problems": "存在的问题", "plans": "改进措施"}.get(
        plan.asks or "", "叙述"
    )


def _support(report: ReportInfo, quote: str, key: Span, role: str) -> Support:
    return Support(
        about=report.report_id,
        report_id=report.report_id,
        sha256=report.sha256,
        path=report.path,
        agency=report.agency,
        year=report.year,
        kind="text",
        metric="",
        status=QUOTED,
        raw=quote,
        start=key[1],
        end=key[2],
        value=None,
        role=role,
    )
