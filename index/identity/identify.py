"""A document to its identity: title, body, place and report year; and the key of a body."""

from index.identity.agency import Evidence, settle_agency
from index.identity.identity_words import in_standard_words
from index.identity.naming import namings, own_kind, trusted_text
from index.identity.report_year import Years, read_years, settle_year
from index.identity.title import Title, best_titles, head_end, title_text
from index.model import Agency, Document, Identity
from index.normalise import normalise

_FOOT = 600
_OPENING = 1500
# A bureau may call itself 县财政局 or 市财政局; its place is told apart.
_LEVEL_WORDS = "省市州县区旗"


def identify(document: Document) -> Identity:
    """Return who filed the report for which year, and where its title stands.

    The title comes in plain characters with its lines joined; `title_span` is its place in
    `document.text`. Nothing is guessed: what the report does not settle is None, with a warning.
    """
    plain = in_standard_words(normalise(document.text))
    own = own_kind(plain)
    titles = best_titles(plain, own)
    head = max(head_end(plain), titles[0].end if titles else 0)
    foot = max(head, len(plain) - _FOOT)
    years = read_years(plain[: head + _OPENING], plain[foot:])
    title, title_year, rivals = _settle_title(titles, years)
    evidence = Evidence(
        tuple(namings(plain, head, foot)),
        trusted_text(plain, title.end if title is not None else None, head, foot),
        own,
    )
    agency, doubts = settle_agency(title, evidence)
    year, disagreements = settle_year(title_year, years)
    return Identity(
        title=None if title is None else title_text(document.text, plain, title),
        title_span=None if title is None else (title.start, title.end),
        agency=agency,
        year=year,
        warnings=(*rivals, *doubts, *disagreements),
    )


def _settle_title(
    titles: list[Title], years: Years
) -> tuple[Title | None, int | None, tuple[str, ...]]:
    """Return the report's title, its year, and a warning where several stand at the head.

    The data window tells which year is meant; without it the year stays open.
    """
    if len({(title.naming, title.year) for title in titles}) <= 1:
        return (titles[0], titles[0].year, ()) if titles else (None, None, ())
    told = [title for title in titles if (title.year,) == years.window] or titles
    named = "、".join(f"{title.naming}{title.year or ''}" for title in reversed(titles))
    warning = f"M-1：文首有 {len(titles)} 个不同的标题（{named}）；请核对原文"
    same_year = len({title.year for title in told}) == 1
    return told[0], told[0].year if same_year else None, (warning,)


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


def own_name(agency: Agency) -> str | None:
    """Return the level and name of a body without the places around it; None when it is open."""
    own = {
        "township": agency.township,
        "bureau": agency.township or "",
        "county": agency.county,
        "city": agency.city,
        "province": agency.province,
    }.get(agency.level)
    if agency.name is None or own is None:
        return None
    return f"{agency.level}|{own}|{_unit(agency)}"


def _unit(agency: Agency) -> str:
    """Return what a name adds to its places: a bureau's own name, a government's office, or ''."""
    if agency.level != "bureau":
        return "办公室" if agency.kind == "办公室" else ""
    name = agency.name or ""
    for place in (agency.province, agency.city, agency.county, agency.township):
        if place is not None and name.startswith(place):
            name = name.removeprefix(place).removeprefix("人民政府")
    return name.lstrip(_LEVEL_WORDS) or name
