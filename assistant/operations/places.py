"""The bodies a question names, as far as the library holds them: absent ones, ambiguous ones."""

from typing import NamedTuple

from assistant.draft import Draft
from assistant.evidence import ReportInfo, find_reports
from assistant.plan import Place, Plan, Scope
from assistant.result import Undecided
from assistant.sql.scope import Params, in_scope
from assistant.tables import reason_words


class NamedBody(NamedTuple):
    """A place that names a body, with all reports of it (any year) in the library."""

    place: Place
    years: tuple[int, ...]
    reports: tuple[ReportInfo, ...]

    @property
    def bodies(self) -> dict[str, tuple[ReportInfo, ...]]:
        """The different bodies the name fits, those with a report in the asked years if any."""
        asked = [r for r in self.reports if not self.years or r.year in self.years]
        grouped: dict[str, tuple[ReportInfo, ...]] = {}
        for report in asked or self.reports:
            key = report.body_key or f"rid:{report.rid}"
            grouped[key] = (*grouped.get(key, ()), report)
        return grouped


def names_body(place: Place) -> bool:
    """Return whether a place is one body, not a region."""
    return place.township is not None or place.agency is not None


def named_bodies(plan: Plan, draft: Draft) -> list[NamedBody]:
    """Return what the library holds of every body that the scope names."""
    return [
        NamedBody(place, place.years or plan.scope.years, tuple(reports_at(draft, place)))
        for place in plan.scope.places
        if names_body(place)
    ]


def reports_at(draft: Draft, place: Place) -> list[ReportInfo]:
    """Return the current reports of a place, of any year."""
    undated = place.model_copy(update={"years": ()})
    if undated not in draft.held:
        params = Params()
        condition = in_scope(Scope(places=(undated,)), params)
        draft.held[undated] = find_reports(draft.library, condition, params.values)
        draft.reports |= {report.rid: report for report in draft.held[undated]}
    return draft.held[undated]


def absent_rows(bodies: list[NamedBody]) -> list[Undecided]:
    """Return "no_report" for each asked body and year that the library lacks."""
    rows = []
    for body in bodies:
        held = {report.year for report in body.reports}
        years = body.years or (None,)
        missing = [year for year in years if (year not in held if year else not held)]
        rows += [_absent(body.place, year) for year in missing]
    return rows


def ambiguity_warnings(bodies: list[NamedBody]) -> tuple[str, ...]:
    """Return a warning for each name that fits several places."""
    return tuple(
        f"“{body.place.said}”在库中对应{len(body.bodies)}个地方："
        f"{'、'.join(choices_of(body))}；已分开列出，不合并。"
        for body in bodies
        if len(body.bodies) > 1
    )


def choices_of(body: NamedBody) -> tuple[str, ...]:
    """Return the full names of the places that a name fits, with their years."""
    return tuple(
        f"{reports[0].full_name}（{'、'.join(f'{r.year}年' for r in reports if r.year)}）"
        for reports in body.bodies.values()
    )


def _absent(place: Place, year: int | None) -> Undecided:
    return Undecided(
        agency=place.said or place.agency or place.township,
        province=place.province,
        city=place.city,
        county=place.county,
        township=place.township,
        year=year,
        reason="no_report",
        detail=reason_words()["no_report"],
    )
