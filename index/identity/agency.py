"""Who a report is by: the names it gives, settled against the national list and each other.

The title wins over the report's own words, then signature, trail, publisher and first sentences.
A place is filled in only where the list leaves no choice, or the report itself narrows it to one;
what stays open is None, with the codes of all that fit.
"""

from collections.abc import Iterable
from typing import NamedTuple

from index.identity.body import Body, lies_in
from index.identity.gazetteer import Township, division_code
from index.identity.naming import Naming
from index.identity.place_chain import Division
from index.identity.title import Own, Title
from index.model import UNLISTED, Agency
from index.normalise import normalise

_LEAST_NAME = 3
_KINDRED = frozenset({("民族乡", "乡"), ("地区", "街道"), ("苏木", "乡")})


class Evidence(NamedTuple):
    """What the report says of its body besides the title, and the text that may narrow a place."""

    namings: tuple[Naming, ...]
    trusted: str
    own: Own


def settle_agency(title: Title | None, evidence: Evidence) -> tuple[Agency, tuple[str, ...]]:
    """Return the body that files, and the warnings (rule M-2) where the evidence disagrees."""
    chosen, by_title = _choose(title, evidence)
    if chosen is None:
        agency = _unnamed(title, evidence.own)
        return agency, ("报告未写明编制单位，或单位名称无法识别；请核对标题、落款",)
    same = [n.body for n in evidence.namings if _same_name(n.body, chosen)]
    agency, warnings = _resolve(chosen, same, evidence.trusted)
    if chosen.depth == 0 and agency.code and (elsewhere := _elsewhere(agency, evidence)):
        agency, warnings = _reopened(agency, chosen, elsewhere)
    return agency, (*warnings, *_contradictions(chosen, by_title, evidence))


def _elsewhere(agency: Agency, evidence: Evidence) -> list[str]:
    """Return the bodies of other places that a bare name's report stands among.

    A name that is alone in the list may once have been borne elsewhere: 两城镇 on the site of
    东港区 is not the 两城镇 of 微山县.
    """
    path = (agency.province, agency.city, agency.county)
    return [
        naming.body.name
        for naming in evidence.namings
        if naming.source != "opening" and naming.body.divisions
        if not lies_in(path, naming.body.divisions)
    ]


def _reopened(agency: Agency, chosen: Body, elsewhere: list[str]) -> tuple[Agency, list[str]]:
    """Take back a place that the report speaks against."""
    where = f"{agency.province}{agency.city}{agency.county}"
    warning = (
        f"M-2：{agency.name!r} 按名录和部分内容属于{where}，但报告中另有 {elsewhere[0]!r}，"
        "未认定所属地；请核对原文"
    )
    blank = {"province": None, "city": None, "county": None, "code": None}
    codes = tuple(town.code for town in chosen.fits)
    return agency.model_copy(update={**blank, "candidates": codes}), [warning]


def _choose(title: Title | None, evidence: Evidence) -> tuple[Body | None, bool]:
    """Return the body to go by, and whether the title names it."""
    if title is not None and title.body is not None:
        return title.body, True
    if title is not None and title.naming and title.body is None:
        return None, False
    for naming in evidence.namings:
        if _may_name(naming) and _agrees(naming.body, evidence.own):
            return naming.body, False
    return None, False


def _may_name(naming: Naming) -> bool:
    """Tell whether this source may name the body: a trail or publisher above it may be the site."""
    body = naming.body
    if naming.source in ("trail", "publisher", "opening"):
        return body.level in ("township", "bureau") and body.trust > 1
    return body.trust > 1 or len(body.name) >= _LEAST_NAME


def _agrees(body: Body, own: Own) -> bool:
    """Tell whether a body can be what 我镇, 我局 … says of the writer."""
    if own is None:
        return True
    kind, level = own
    if level != body.level:
        return False
    return level != "township" or kind == body.kind or (body.kind or "", kind) in _KINDRED


def _unnamed(title: Title | None, own: Own) -> Agency:
    """Return what is known of a body without a readable name: the title's word, 我镇's kind."""
    kind, level = own if own is not None else (None, "unknown")
    return Agency(name=title.naming or None if title else None, level=level, kind=kind)


def _same_name(other: Body, body: Body) -> bool:
    """Tell whether another naming is this body again, with or without the places before it."""
    if body.level == "township":
        return other.level == "township" and _plain(other.township) == _plain(body.township)
    return other.level == body.level and _bare_unit(other) == _bare_unit(body)


def _plain(name: str | None) -> str:
    return normalise(name or "")


def _bare_unit(body: Body) -> str:
    """Return a bureau's own name without 县 or 市 before it; of a government, its seat."""
    if body.level == "bureau":
        return body.unit.lstrip("省市州县区旗") + (body.township or "")
    return _plain(body.county or body.city or body.province)


def _resolve(body: Body, same: list[Body], trusted: str) -> tuple[Agency, list[str]]:
    """Return a body with the places that the list and the report settle."""
    chained = [o for o in same if o.depth > body.depth and not _places_differ(o, body)]
    unlisted = [other for other in chained if not other.listed or not other.fits]
    if chained and (not body.fits or (body.depth == 0 and unlisted)):
        return _from_chain(body, chained, trusted)
    if body.fits:
        return _among(body, chained, trusted)
    return _as_written(body, trusted)


def _among(body: Body, chained: list[Body], trusted: str) -> tuple[Agency, list[str]]:
    """Settle which of the listed townships that fit a name is meant."""
    fits = list(body.fits)
    told = {t for other in chained for t in other.fits}
    around = [fits[i] for i in _narrowed([t[1:4] for t in fits], trusted)]
    named = [t for t in fits if t in told] or fits
    # What the report calls itself and where it stands must not contradict each other.
    fits = [t for t in named if t in around] or fits
    if len(fits) == 1:
        return _listed(body, fits[0]), []
    agency = _filled(body, [t[1:4] for t in fits])
    warning = (
        f"{body.township!r} 在全国有 {len(fits)} 处同名，报告未写明属于哪个县区；请补充所属县区"
    )
    return agency.model_copy(update={"candidates": tuple(t.code for t in fits)}), [warning]


def _listed(body: Body, town: Township) -> Agency:
    """Return the agency of one listed township, or of a bureau in it."""
    own = body.level != "bureau" or not body.unit
    return Agency(
        name=_listed_name(body, town),
        level=body.level,
        kind=body.kind,
        province=town.province,
        city=town.city,
        county=town.county,
        township=town.township,
        code=town.code if own else None,
    )


def _listed_name(body: Body, town: Township) -> str:
    """Return the name in the list's own letters where they differ from the plain ones."""
    plain = normalise(town.township)
    if plain != town.township and body.name.endswith(plain):
        return body.name.removesuffix(plain) + town.township
    return body.name


def _narrowed(divisions: list[tuple[str, str, str]], trusted: str) -> list[int]:
    """Return the one division whose places the trusted text names best, else all of them.

    It must be named at every level that any other is named at, and at one more: a county and a
    prefecture of two different candidates cancel out.
    """
    named = [
        frozenset(place for place in path if len(place) > 2 and normalise(place) in trusted)
        for path in divisions
    ]
    for i, own in enumerate(named):
        if all(own > other for j, other in enumerate(named) if j != i):
            return [i]
    return list(range(len(divisions)))


def _from_chain(body: Body, chained: list[Body], trusted: str) -> tuple[Agency, list[str]]:
    """Settle a bare name by the fuller one the report gives elsewhere, if it gives only one."""
    deepest = max(other.depth for other in chained)
    full = [other for other in chained if other.depth == deepest]
    if len({(b.province, b.city, b.county, b.township) for b in full}) == 1:
        agency, warnings = _resolve(full[0], [], trusted)
        return agency.model_copy(update={"name": body.name}), warnings
    names = "、".join(dict.fromkeys(other.name for other in full))
    warning = f"M-2：文中 {body.name!r} 所属地不一致（{names}），未归入任何一处；请核对原文"
    codes = tuple(dict.fromkeys(t.code for other in (body, *full) for t in other.fits))
    agency = Agency(name=body.name, level=body.level, kind=body.kind, township=body.township)
    return agency.model_copy(update={"candidates": codes}), [warning]


def _as_written(body: Body, trusted: str) -> tuple[Agency, list[str]]:
    """Return a body whose own name is not in the list: places as written, or of its listed part."""
    warnings = []
    if body.level == "township":
        warnings.append(_not_listed(body))
    divisions = list(body.divisions)
    full = [(p, c or "", k or "") for p, c, k in divisions]
    if len(divisions) > 1:
        divisions = [divisions[i] for i in _narrowed(full, trusted)]
    agency = _filled(body, divisions)
    if len(divisions) > 1:
        seat = body.county or body.name
        warnings.append(f"{seat!r} 有 {len(divisions)} 处同名，报告未写明属于哪里；请补充所属省市")
        codes = tuple(code for d in divisions if (code := division_code(*d)) is not None)
        return agency.model_copy(update={"candidates": codes}), warnings
    return agency, warnings


def _not_listed(body: Body) -> str:
    """Say why a township has no code: its place or only its name is missing from the list."""
    kept = "按原文保留，未给出代码"
    if not body.listed:
        return (
            f"{UNLISTED}{body.name!r} 所写的地名不在全国区划名录中，{kept}；请核对县区和乡镇的写法"
        )
    where = "所写县区" if body.depth else "全国"
    return f"{UNLISTED}{body.township!r} 不在{where}的乡镇名录中（可能已更名或撤并），{kept}"


def _filled(body: Body, divisions: Iterable[Division]) -> Agency:
    """Return a body with the places that all the divisions share, else as it names them."""
    divisions = list(divisions)
    shared = [
        {d[i] for d in divisions}.pop() if len({d[i] for d in divisions}) == 1 else None
        for i in range(3)
    ]
    province, city, county = (
        common or own
        for common, own in zip(shared, (body.province, body.city, body.county), strict=True)
    )
    if city is None and province is not None and province.endswith("市"):
        city = province
    code = None
    if len(divisions) == 1 and body.level in ("county", "city", "province") and body.listed:
        code = division_code(*divisions[0]) if not body.unit else None
    return Agency(
        name=body.name,
        level=body.level,
        kind=body.kind,
        province=province,
        city=city,
        county=county,
        township=body.township,
        code=code,
    )


def _contradictions(chosen: Body, by_title: bool, evidence: Evidence) -> Iterable[str]:
    """Yield a warning for each other body of the same kind that the report names as its own."""
    source = "标题" if by_title else "所取名称"
    if not _agrees(chosen, evidence.own) and evidence.own is not None:
        yield f"M-2：正文自称“我{evidence.own[0]}”，与{source}的 {chosen.name!r} 不符；请核对原文"
    others = {
        naming.body.name: naming.body
        for naming in evidence.namings
        if naming.source != "publisher" and naming.body.level == chosen.level
    }
    for name, other in others.items():
        if _differs(other, chosen):
            yield f"M-2：文中另有单位 {name!r}，与{source}的 {chosen.name!r} 不一致；请核对原文"


def _differs(other: Body, body: Body) -> bool:
    """Tell whether two names of one level cannot mean one body."""
    if not _same_name(other, body):
        units = (_bare_unit(other), _bare_unit(body))
        bureaus = body.level == "bureau" and (units[0] in units[1] or units[1] in units[0])
        return not bureaus
    return _places_differ(other, body)


def _places_differ(other: Body, body: Body) -> bool:
    """Tell whether two names put a body in different places."""
    pairs = ((other.province, body.province), (other.city, body.city), (other.county, body.county))
    return any(a is not None and b is not None and a != b for a, b in pairs)
