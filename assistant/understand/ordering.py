"""Ranking, grouping and counting words: 最多的前五个, 各县, 平均数和中位数, 多少个镇."""

from typing import cast

from assistant.plan import Aggregate, GroupBy
from assistant.understand.measures import Group
from assistant.understand.parts import Parts
from assistant.understand.phrase import AmbiguousError, Phrase, unread

GROUP_LEVELS = ("county", "city", "province")

_BODY_COUNTERS = ("个", "家", "名", "位", "份")
Order = tuple[bool, int | None]


def read_order(phrase: Phrase) -> Order | None:
    """Use the words of a ranking; return (descending, limit), None when there are none."""
    if not phrase.where("superlative", "ranking", "order", "limit"):
        return None
    directions = {t.value("superlative") for t in phrase.take("superlative")}
    directions |= {t.value("order") for t in phrase.take("order")}
    ranked = bool(directions)
    limits = [t.limit for t in phrase.take("limit") if t.limit]
    phrase.take("ranking")
    limits += _counted_bodies(phrase)
    if len(limits) > 1 or len(directions) > 1:
        raise AmbiguousError(("从高到低排名", "从低到高排名"))
    limit: int | None = None
    if limits:
        direction, limit = limits[0]
        if direction in ("last", "last_place"):
            if "desc" in directions:
                raise AmbiguousError((f"最多的前{limit}个", f"最少的前{limit}个"))
            directions.add("asc")
        if direction in ("place", "last_place") and limit > 1:
            raise unread([f"第{limit}"], f"只能列出前几名，不能单列第{limit}名")
    elif ranked and not phrase.has("ranking", "order"):
        limit = 1
    return "asc" not in directions, limit


def _counted_bodies(phrase: Phrase) -> list[tuple[str, int]]:
    """Read 最多的5个镇 and 哪三个镇: a number that counts the bodies."""
    found: list[tuple[str, int]] = []
    for at in phrase.where("number"):
        number, following = phrase.tokens[at].number, at + 1
        bodies = following < len(phrase.tokens) and phrase.tokens[following].has("level")
        if number is None or number.value != int(number.value) or number.value <= 0:
            continue
        if number.counter in _BODY_COUNTERS or (bodies and not number.unit):
            phrase.use(at)
            found.append(("first", int(number.value)))
    return found


def read_group(parts: Parts) -> GroupBy | None:
    """Use the words of a grouping (各县, 按年, 镇和街道分别) and return it."""
    phrase = parts.phrase
    found: list[GroupBy] = []
    if any(t.value("group") != "all" for t in phrase.take("group")):
        found.append("year")
    for at in phrase.where("levels"):
        phrase.use(at)
        found.append(cast("GroupBy", phrase.tokens[at].value("levels")))
    for word in parts.levels.words:
        before = phrase.before(word.at)
        led = before is not None and phrase.tokens[before].has("each", "by", "which", "superlative")
        if word.level in GROUP_LEVELS and led:
            found.append(cast("GroupBy", word.level))
    if len(set(found)) > 1:
        raise unread(["分组"], "一次只能按一种方式分组")
    return found[0] if found else None


def without_group_level(parts: Parts, group: GroupBy | None) -> Parts:
    """Return the parts with the level word that only names the grouping taken out."""
    if group not in GROUP_LEVELS:
        return parts
    words = tuple(w for w in parts.levels.words if w.level != group)
    parts.levels = parts.levels._replace(words=words)
    return parts


def functions(phrase: Phrase) -> list[Aggregate]:
    """Use and return the functions asked for (合计, 平均数和中位数)."""
    found = [cast("Aggregate", t.value("aggregate")) for t in phrase.take("aggregate")]
    return list(dict.fromkeys(found))


def counts_bodies(parts: Parts) -> bool:
    """Tell whether 多少 asks for a number of bodies (多少个镇, …的镇有几个), not for a value."""
    phrase = parts.phrase
    for at in phrase.where("how_many"):
        following = phrase.after(at)
        if following is not None and phrase.tokens[following].has("level"):
            return True
        kind = phrase.tokens[at].value("how_many")
        if kind == "value" or not parts.levels.words:
            continue
        if kind == "body" or (parts.bounds and at > max(b.at for b in parts.bounds)):
            shown = [g for g in parts.groups if g.first > at or _just_before(phrase, g, at)]
            if not shown:
                return True
    return False


def _just_before(phrase: Phrase, group: Group, at: int) -> bool:
    return phrase.before(at) == group.last
