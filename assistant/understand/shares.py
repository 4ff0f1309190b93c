"""Shares: A占B的比例, B中A的比例, 自然人占比; which number is the part and which the whole."""

from assistant.plan import Measure
from assistant.understand import cells
from assistant.understand.measures import Group
from assistant.understand.phrase import AmbiguousError, Phrase, unread

_WHO = "没有读懂是谁占谁的比例（只能算同一份报告里两项之间的比例）"


def read_shares(phrase: Phrase, groups: list[Group]) -> list[Group]:
    """Return the groups with parts and wholes united into shares, where the question asks so."""
    marks = phrase.where("share_of")
    words = phrase.where("share", "percent")
    if not marks and not phrase.where("share"):
        return groups
    if len(marks) > 1:
        raise unread([phrase.tokens[i].text for i in marks], _WHO)
    if not marks and phrase.has("change") and _of_change(phrase, words[0]):
        return groups
    phrase.use(*marks, *words)
    if not groups:
        raise unread([phrase.tokens[(marks or words)[0]].text], "没有说明是哪一项的比例")
    if marks:
        return _around(phrase, groups, marks[0])
    return _implied(phrase, groups)


def _of_change(phrase: Phrase, word: int) -> bool:
    """Tell whether 比例 belongs to 增长的比例; then it asks for the ratio of the change."""
    before = phrase.before(word)
    if before is None or not phrase.tokens[before].has("change"):
        return False
    raise AmbiguousError(("增长率（增减数占上年的比例）", "增加的件数"))


def _around(phrase: Phrase, groups: list[Group], mark: int) -> list[Group]:
    """Read A占B: what stands before 占 over what stands after it."""
    before = phrase.before(mark)
    if before is not None and phrase.tokens[before].has("level", "place", "after", "number"):
        raise unread([phrase.tokens[before].text + phrase.tokens[mark].text], _WHO)
    after = phrase.after(mark)
    if after is not None and phrase.tokens[after].has("area", "place", "level", "all"):
        raise unread([phrase.tokens[mark].text + phrase.tokens[after].text], _WHO)
    left = [g for g in groups if g.last < mark]
    right = [g for g in groups if g.first > mark]
    for at in phrase.where("weak_sum", "aggregate"):
        if at > mark and phrase.tokens[at].value("aggregate") in (None, "sum"):
            phrase.use(at)
    if not left:
        raise unread([phrase.tokens[mark].text], _WHO)
    parts = left[-1].measures
    whole = _whole(phrase, [m for g in right for m in g.measures])
    made = tuple(_share(part, whole or _usual_whole(phrase, part)) for part in parts)
    return [*left[:-1], Group(made, left[-1].first, right[-1].last if right else mark)]


def _whole(phrase: Phrase, measures: list[Measure]) -> Measure | None:
    if len(measures) > 1:
        total = cells.added(tuple(measures))
        if total is None:
            raise unread(["占"], "作分母的几项不能相加")
        phrase.note(f"分母按{total.label}之和理解")
        return total
    return measures[0] if measures else None


def _usual_whole(phrase: Phrase, part: Measure) -> Measure:
    whole = cells.whole_of(part)
    if whole is None and not part.terms[0].startswith("requests"):
        raise unread([part.label], "没有说明占哪一项")
    if whole is None:
        raise AmbiguousError(
            (f"{part.label}占办理结果总计的比例", f"{part.label}占另一项的比例（请写明占哪一项）")
        )
    phrase.note(f"比例的分母按“{whole.label}”理解")
    return whole


def _share(part: Measure, whole: Measure) -> Measure:
    made = cells.share(part, whole)
    if made is None:
        raise unread([part.label], f"“{part.label}”与“{whole.label}”不能构成比例")
    return made


def _implied(phrase: Phrase, groups: list[Group]) -> list[Group]:
    """Read 办结中予以公开的比例 and 自然人占比: the part is what the other contains."""
    measures = [m for g in groups for m in g.measures]
    if any(m.over for m in measures):
        return groups
    if len(measures) == 1:
        made = [_share(measures[0], _usual_whole(phrase, measures[0]))]
    else:
        wholes = [m for m in measures if all(m is p or cells.contains(m, p) for p in measures)]
        if len(wholes) != 1:
            raise AmbiguousError(f"{m.label}的比例（请写明占哪一项）" for m in measures)
        made = [_share(m, wholes[0]) for m in measures if m is not wholes[0]]
    return [Group(tuple(made), groups[0].first, groups[-1].last)]
