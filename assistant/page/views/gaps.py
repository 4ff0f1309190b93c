"""The map of what is missing, places by years, as HTML."""

from assistant.markup import Html, join, tag
from assistant.page.desks.gaps import STATES, Gaps, PlaceRow, Spot
from assistant.page.views.parts import block
from assistant.page.views.shelf import turner
from assistant.page.words import Words

_SIGNS = {"reported": "●", "unread": "◐", "missing": "○", "doubtful": "?"}


def gaps_view(gaps: Gaps, say: Words) -> Html:
    """Return the map with its counts, and on what it is based."""
    basis = "national" if gaps.national else "library"
    counts = [
        tag("span", _sign(state), " ", say(f"gaps.{state}", n=gaps.counts[state]), class_="legend")
        for state in STATES
    ]
    lines = [say(f"gaps.basis.{basis}", places=gaps.places, years=len(gaps.years))]
    if gaps.national is None:
        lines.append(say("gaps.not_listed"))
    lines += [
        say(f"gaps.{name}", n=n)
        for name, n in (("unplaced", gaps.unplaced), ("undated", gaps.undated))
        if n
    ]
    return block(
        *(tag("p", line) for line in lines),
        tag("p", *counts),
        _map(gaps, say) if gaps.rows and gaps.years else tag("p", say("library.none")),
        turner(gaps.page, gaps.pages, "gaps-page", say),
    )


def _map(gaps: Gaps, say: Words) -> Html:
    heads = [tag("th", say("gaps.place"), scope="col")]
    heads += [tag("th", str(year), scope="col", class_="spot") for year in gaps.years]
    rows: list[Html] = []
    county: str | None = None
    for row in gaps.rows:
        if row.county != county:
            county = row.county
            named = county or say("gaps.no_county")
            rows.append(tag("tr", tag("th", named, colspan=len(heads), scope="colgroup")))
        rows.append(tag("tr", *_cells(row, gaps.years, say)))
    inside = tag("table", tag("thead", tag("tr", *heads)), tag("tbody", *rows), class_="gaps")
    return tag("div", inside, class_="wide", tabindex=0, role="region", aria_label=say("gaps.map"))


def _cells(row: PlaceRow, years: tuple[int, ...], say: Words) -> list[Html]:
    note = tag("span", " ", say("gaps.listed_only"), class_="dim") if row.listed_only else None
    spots = [
        tag("td", _spot(spot, f"{row.name} {year}", say), class_="spot")
        for spot, year in zip(row.spots, years, strict=True)
    ]
    return [tag("th", row.name, note, scope="row"), *spots]


def _spot(spot: Spot, where: str, say: Words) -> Html:
    said = f"{where} {say(f'gaps.{spot.state}.one')}"
    more = None
    if spot.others:
        said += say("gaps.others", n=spot.others)
        more = tag("sup", f"+{spot.others}")
    if spot.rid is None:
        return tag("span", _sign(spot.state), more, role="img", aria_label=said, title=said)
    return tag(
        "button", _sign(spot.state), more, type="button", class_="link", data_do="open",
        data_rid=spot.rid, aria_label=said, title=said,
    )  # fmt: skip


def _sign(state: str) -> Html:
    return join(tag("span", _SIGNS[state], class_=f"spot-{state}", aria_hidden="true"))
