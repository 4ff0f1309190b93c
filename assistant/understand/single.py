"""Look-ups: each measure for each place and year, with a claim to confirm or correct."""

from decimal import Decimal

from assistant.plan import Measure, Plan
from assistant.understand import cells
from assistant.understand.conditions import in_unit
from assistant.understand.parts import Parts, insist_on_straight, take_claim
from assistant.understand.phrase import AmbiguousError, unread
from assistant.understand.places import bodies_of
from assistant.understand.scopes import build_scope

_QUIET = (
    "how_many", "have", "has_not", "weak_sum", "claim", "hearsay", "each", "overview", "but",
    "group", "apart",
)  # fmt: skip
_MAIN_ROWS = ("licensing", "penalties", "coercion", "fees", "received", "outcomes")
_TABLES = {
    "二": ("licensing", "penalties", "coercion", "fees"),
    "三": ("received", "carried_in", "outcomes", "carried_out"),
    "四": ("reconsideration", "litigation"),
}
_MAIN_ROWS_4 = ("reconsideration", "litigation")


def overview_measures() -> tuple[Measure, ...]:
    """Return the main numbers of a report, for questions that name no measure."""
    found = (cells.default_measure(row) for row in (*_MAIN_ROWS, *_MAIN_ROWS_4))
    return tuple(measure for measure in found if measure)


def read_lookup(parts: Parts) -> Plan:
    """Read 大涌镇2022年办理了多少件行政许可, also over several places, years and measures."""
    phrase = parts.phrase
    insist_on_straight(parts)
    claim = _claim(parts)
    measures = parts.measures
    sums = phrase.take_sums()
    if len(measures) > 1 and (sums or _adds_up(parts)):
        measures = (_sum_of(parts),)
    if not measures:
        measures = _unnamed(parts)
    if parts.bounds:
        raise unread([b.text for b in parts.bounds])
    phrase.take(*_QUIET)
    if parts.single:
        phrase.take("which", "which_year", "which_years")
    if not parts.refs and not parts.levels.words and not parts.phrase.has("all", "library"):
        _decline_placeless(measures)
    scope = build_scope(parts)
    return Plan(operation="lookup", measures=measures, scope=scope, claim=claim)


def _claim(parts: Parts) -> Decimal | None:
    """Return the asserted number in the unit of its measure, that measure first."""
    found = take_claim(parts)
    if found is None:
        return None
    measure, bound = found
    if parts.measures[0] != measure:
        raise AmbiguousError(f"{m.label}是否{bound.number.value}" for m in parts.measures)
    return in_unit(measure, bound.number, bound.text)


def _adds_up(parts: Parts) -> bool:
    """Tell 许可和处罚一共多少 (the sum) from 许可和处罚总数, which is asked back."""
    words = {t.text for t in parts.phrase.tokens if t.has("weak_sum")}
    if not words or parts.phrase.has("apart", "each"):
        return False
    if any(word.startswith(("一共", "总共", "共")) for word in words):
        return True
    labels = "、".join(m.label for m in parts.measures)
    raise AmbiguousError((f"分别列出{labels}", f"{labels}相加"))


def _sum_of(parts: Parts) -> Measure:
    total = cells.added(parts.measures)
    if total is None:
        raise unread([m.label for m in parts.measures], "这几项不能相加")
    return total


def _unnamed(parts: Parts) -> tuple[Measure, ...]:
    """Return the main numbers for 情况 and 数据; ask when nothing says what is wanted."""
    phrase = parts.phrase
    if sections := [t.value("section") or "" for t in phrase.take("section")]:
        phrase.note("没有说明指标，列出该表的主要数字")
        return tuple(m for s in sections for m in _of_table(s))
    if parts.refs and phrase.has("overview"):
        phrase.note("没有说明指标，列出主要数字")
        return overview_measures()
    if parts.refs:
        raise AmbiguousError(f"{parts.refs[0].said}的{m.label}" for m in overview_measures()[:5])
    raise unread([phrase.text()], "没有读出问的是哪个地方的哪个指标")


def _of_table(section: str) -> tuple[Measure, ...]:
    """Return the main numbers of one statutory table, of all three for 表格."""
    rows = [row for key in ("二", "三", "四") if section in (key, "all") for row in _TABLES[key]]
    return tuple(measure for row in rows if (measure := cells.default_measure(row)))


def _decline_placeless(measures: tuple[Measure, ...]) -> None:
    labels = "、".join(m.label for m in measures)
    choices = [f"逐份列出各镇的{labels}", f"某个镇的{labels}（请写明地名）"]
    if not any(measure.over for measure in measures):
        choices.append(f"各镇{labels}的合计")
    raise AmbiguousError(choices)


def one_body(parts: Parts) -> bool:
    """Tell whether the question is about one body in at most one year."""
    if not parts.single or len(parts.refs) != 1 or len(parts.years.years) > 1:
        return False
    ref = parts.refs[0]
    if ref.is_area and not ref.own:
        return False
    if parts.years.years:
        return True
    return len(parts.phrase.names.years_of(bodies_of(parts.phrase.names, ref))) <= 1
