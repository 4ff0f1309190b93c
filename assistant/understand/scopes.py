"""The scope of a plan from the parts of a question: places with their years, levels, kinds."""

from assistant.plan import Place, Scope
from assistant.understand.levels import kinds_of, plan_levels
from assistant.understand.parts import Parts
from assistant.understand.phrase import AmbiguousError, unread
from assistant.understand.places import (
    Ref,
    as_place,
    bodies_of,
    full_name,
    insist_on_one,
    own_bodies_of,
)
from index.model import Level

LEVEL_NAMES: dict[Level, str] = {
    "township": "乡镇街道的报告",
    "bureau": "部门的报告",
    "county": "县级政府自己的报告",
    "city": "市级政府自己的报告",
    "province": "省级政府自己的报告",
    "unknown": "级别不明的报告",
}
_TOWNSHIPS_ONLY = "只计乡镇街道的报告，不含部门和县级以上汇总报告；要算部门请说“部门”"
_AT_LARGE = frozenset({"报告", "年报", "年度报告", "地方", "地区", "政府信息公开年度报告"})


def build_scope(
    parts: Parts, *, whole_area: bool = False, one_each: bool = False, usual: bool = False
) -> Scope:
    """Return the scope; areas named bare mean their own report unless `whole_area`.

    `one_each` insists that every place named is one body or one area. `usual` takes the township
    level where the question names neither a level nor a place.
    """
    phrase = parts.phrase
    by_place = _years_by_place(parts)
    levels, kinds = plan_levels(parts.levels), kinds_of(phrase, parts.levels)
    inside = _takes_area(parts) or whole_area
    places: list[Place] = []
    for ref in parts.refs:
        if one_each:
            insist_on_one(phrase.names, ref)
        place, own = _place(parts, ref, inside=inside, years=by_place.get(ref.at, ()))
        places.append(place)
        if own and len(parts.refs) == 1:
            levels = (own,)
    if not levels and not names_bodies(parts):
        levels = _usual_levels(parts, inside=inside, usual=usual)
    _note_kinds(parts)
    _take_all(parts)
    return Scope(
        years=() if by_place else parts.years.years,
        places=tuple(places),
        levels=levels,
        kinds=kinds,
        forms=parts.forms,
        excluded=tuple(as_place(ref) for ref in parts.excluded),
    )


def _take_all(parts: Parts) -> None:
    """Use 所有 and 全国; a library is never the whole country."""
    if any(token.text == "全国" for token in parts.phrase.take("all")):
        parts.phrase.note("“全国”只按库中已有的报告计算")


def _takes_area(parts: Parts) -> bool:
    """Use 全县, 下辖 …; ask which area when the question names none."""
    words = parts.phrase.take("area")
    if words and not any(ref.is_area and not ref.own for ref in parts.refs):
        raise unread([words[0].text], f"没有说明“{words[0].text}”是哪个地方")
    return bool(words)


def _note_kinds(parts: Parts) -> None:
    said = {parts.phrase.tokens[w.at].text for w in parts.levels.words}
    if "乡镇" in said:
        parts.phrase.note("“乡镇”不含街道；要含街道请说“乡镇街道”")


def _place(
    parts: Parts, ref: Ref, *, inside: bool, years: tuple[int, ...]
) -> tuple[Place, Level | None]:
    """Return the place, and the level when it means an area's own report."""
    phrase = parts.phrase
    if not ref.is_area or parts.levels.named or (inside and not ref.own):
        return as_place(ref, years=years), None
    own = own_bodies_of(phrase.names, ref)
    level: Level = ref.spots[0].level  # type: ignore[assignment]
    name = full_name(ref.spots[0])
    if own:
        if not ref.own and len(bodies_of(phrase.names, ref)) > len(own):
            phrase.note(
                f"“{ref.said}”按{own[0].agency or name}自己的报告理解，不是所属各单位的合计"
            )
        return as_place(ref, years=years, agency=own[0].agency), own[0].level
    if bodies_of(phrase.names, ref) and not ref.own:
        raise AmbiguousError(
            (
                f"{name}下属各单位逐份列出",
                f"{name}下属乡镇街道的合计",
                f"{name}自己的报告（库中没有）",
            )
        )
    return as_place(ref, years=years), level


def names_bodies(parts: Parts) -> bool:
    """Tell whether level words say which bodies are meant; 报告 beside a number only names it."""
    phrase = parts.phrase
    led = [phrase.before(word.at) for word in parts.levels.words]
    told = any(i is not None and phrase.tokens[i].has("each", "all", "which") for i in led)
    return told or any(phrase.tokens[w.at].text not in _AT_LARGE for w in parts.levels.words)


def _usual_levels(parts: Parts, *, inside: bool, usual: bool) -> tuple[Level, ...]:
    """Return the levels to take when the question names none: inside its areas, or everywhere."""
    names, years = parts.phrase.names, set(parts.years.years)
    areas = [ref for ref in parts.refs if ref.is_area and not ref.own]
    if inside and areas and (usual or not parts.levels.words):
        bodies = {b for ref in areas for b in bodies_of(names, ref)}
        asked = {b for b in bodies if not years or years & set(names.years_of([b]))}
        return _only_townships(parts, frozenset(b.level for b in asked or bodies))
    return _only_townships(parts, names.levels) if usual and not parts.refs else ()


def _only_townships(parts: Parts, held: frozenset[Level]) -> tuple[Level, ...]:
    """Return the township level; a report further up may hold the towns' numbers already."""
    if held <= {"township"}:
        return ()
    if "township" in held:
        parts.phrase.note(_TOWNSHIPS_ONLY)
        return ("township",)
    if len(held) > 1:
        raise AmbiguousError(f"只计{LEVEL_NAMES[level]}" for level in sorted(held))
    parts.phrase.note(f"范围内库中没有乡镇街道的报告，只计{LEVEL_NAMES[next(iter(held))]}")
    return tuple(held)


def _years_by_place(parts: Parts) -> dict[int, tuple[int, ...]]:
    """Return the years of each place when every place has its own (2022年甲镇和2021年乙镇)."""
    if len(parts.refs) < 2 or len(parts.years.years) < 2:
        return {}
    cuts = [i for i, t in enumerate(parts.phrase.tokens) if _cuts(parts, i)]
    pieces: dict[int, list[tuple[int, ...]]] = {}
    places: dict[int, list[Ref]] = {}
    for at, years in parts.years.spans:
        pieces.setdefault(sum(cut < at for cut in cuts), []).append(years)
    for ref in parts.refs:
        places.setdefault(sum(cut < ref.at for cut in cuts), []).append(ref)
    if set(pieces) == set(places) and all(
        len(pieces[i]) == 1 and len(places[i]) == 1 for i in pieces
    ):
        return {places[i][0].at: pieces[i][0] for i in pieces}
    if any(len(found) == 1 for found in places.values()) and set(pieces) & set(places) != set(
        pieces
    ):
        raise AmbiguousError(("每个地方都看所列的全部年份", "各地只看写在它旁边的年份（请分开问）"))
    return {}


def _cuts(parts: Parts, at: int) -> bool:
    """Tell whether a token separates one place with its year from the next."""
    token = parts.phrase.tokens[at]
    return token.has("and", "than", "compare", "or") or token.text in {",", ";", "?", "。", ":"}
