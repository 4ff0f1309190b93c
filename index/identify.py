"""A document to its identity: title, body, place and report year; and the key of a body."""

from index.agency import Evidence, settle_agency
from index.model import Agency, Document, Identity
from index.naming import namings, own_kind, trusted_text
from index.normalise import normalise
from index.report_year import read_years, settle_year
from index.title import find_title, head_end, title_text

_FOOT = 600
_OPENING = 1500


def identify(document: Document) -> Identity:
    """Return who filed the report for which year, and where its title stands.

    The title comes in plain characters with its lines joined; `title_span` is its place in
    `document.text`. Nothing is guessed: what the report does not settle is None, with a warning.
    """
    plain = normalise(document.text)
    title = find_title(plain)
    span = None if title is None else (title.start, title.end)
    head = max(head_end(plain), span[1] if span else 0)
    foot = max(head, len(plain) - _FOOT)
    evidence = Evidence(
        tuple(namings(plain, head, foot)),
        trusted_text(plain, span[1] if span else None, head, foot),
        own_kind(plain),
    )
    agency, doubts = settle_agency(title, evidence)
    year, disagreements = settle_year(
        title.year if title is not None else None,
        read_years(plain[: head + _OPENING], plain[foot:]),
    )
    return Identity(
        title=None if title is None else title_text(document.text, plain, title),
        title_span=span,
        agency=agency,
        year=year,
        warnings=(*doubts, *disagreements),
    )


def body_key(agency: Agency) -> str | None:
    """Return the key that two reports share when, and only when, one body filed both.

    None where the body or its place is open: two bare 石鼓镇 are never taken for one.
    """
    places = (agency.province, agency.city, agency.county, agency.township)
    if agency.name is None or agency.candidates or (agency.level == "unknown" and not agency.code):
        return None
    if not any(places) or (agency.level == "township" and agency.county is None):
        return None
    return "|".join((agency.level, *(place or "" for place in places), _unit(agency)))


def _unit(agency: Agency) -> str:
    """Return what a name adds to its places: a bureau's own name, a government's office, or ''."""
    if agency.level != "bureau":
        return "办公室" if agency.kind == "办公室" else ""
    name = agency.name or ""
    for place in (agency.province, agency.city, agency.county, agency.township):
        if place is not None and name.startswith(place):
            name = name.removeprefix(place).removeprefix("人民政府")
    return name
