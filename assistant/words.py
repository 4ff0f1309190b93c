"""Parts of a plan in Chinese, as sentences of answers need them: places, scope, conditions."""

from assistant.numbers import say_number
from assistant.plan import Aggregate, Condition, Measure, Place, Plan, Scope
from assistant.tables import comparator_words
from index.model import Level

LEVELS = {
    "township": "乡镇街道",
    "bureau": "部门",
    "county": "县（区、市）",
    "city": "市",
    "province": "省",
    "unknown": "级别不明的机构",
}
FUNCTIONS: dict[Aggregate, str] = {
    "sum": "合计",
    "mean": "平均数",
    "median": "中位数",
    "max": "最大值",
    "min": "最小值",
    "count": "有数值的报告份数",
}
GROUPS = {
    "province": "省",
    "city": "市",
    "county": "县（区、市）",
    "township": "乡镇街道",
    "year": "年份",
    "kind": "类型",
    "level": "级别",
    "form": "表格版式",
}
_AREA_LEVELS: tuple[tuple[Level, ...], ...] = (("county",), ("city",), ("province",))


def say_years(years: tuple[int, ...]) -> str:
    """Return report years in words."""
    return "、".join(f"{year}年" for year in years)


def say_place(place: Place) -> str:
    """Return a place as the question names it, completed by what was understood."""
    return f"{say_years(place.years)}{place_name(place) or place.said}"


def place_name(place: Place) -> str:
    """Return a place's full name, each area once even when the agency's name repeats it."""
    parts = [place.province, place.city, place.county, place.township]
    areas = list(dict.fromkeys(part for part in parts if part))
    agency = place.agency or ""
    for start in range(len(areas)):
        if agency.startswith("".join(areas[start:])):
            return "".join(areas[:start]) + agency
    inside = next((i for i, area in enumerate(areas) if agency.startswith(area)), len(areas))
    return "".join(areas[:inside]) + agency


def files_itself(place: Place, levels: tuple[Level, ...]) -> bool:
    """Tell whether an area's own report is meant (云榉县's, not that of a bureau in it)."""
    return bool(place.agency) and not place.township and levels in _AREA_LEVELS


def say_scope(scope: Scope) -> str:
    """Return which reports are looked at."""
    kinds = "、".join(scope.kinds) or "、".join(LEVELS[level] for level in scope.levels)
    own = [files_itself(place, scope.levels) for place in scope.places]
    said = [
        f"{say_place(p)}{'自己的报告' if its else ''}"
        for p, its in zip(scope.places, own, strict=True)
    ]
    kinds = "" if own and all(own) else kinds
    parts = [
        say_years(scope.years),
        "、".join(said),
        f"（不含{'、'.join(say_place(place) for place in scope.excluded)}）"
        if scope.excluded
        else "",
        f"{'、'.join(scope.forms)}版表格的" if scope.forms else "",
        kinds,
    ]
    return "".join(parts)


def say_condition(condition: Condition, measure: Measure | None = None) -> str:
    """Return one condition, a share in percent; `measure` names what it is about otherwise."""
    measure = measure or condition.measure
    value, unit = condition.value, measure.unit
    if measure.over:
        value, unit = value * 100, unit if unit == "个百分点" else "%"
    words = comparator_words()[condition.comparator]
    return f"{measure.label}{words}{say_number(value)}{unit}"


def say_conditions(plan: Plan) -> str:
    """Return all conditions, joined as they are meant."""
    said = [say_condition(one, _subject(plan, one)) for one in plan.conditions]
    return ("且" if plan.match == "all" else "或").join(said)


def _subject(plan: Plan, condition: Condition) -> Measure:
    """Return what a condition is about: the measure, or its change over the years."""
    measure = condition.measure
    if plan.operation != "change":
        return measure
    if plan.basis == "ratio":
        return measure.model_copy(update={"label": f"{measure.label}增减幅度", "over": ("",)})
    unit = "个百分点" if measure.over else measure.unit
    return measure.model_copy(update={"label": f"{measure.label}的变化", "unit": unit})


def say_measures(measures: tuple[Measure, ...]) -> str:
    """Return the names of measures."""
    return "、".join(measure.label for measure in measures)


def counted_noun(scope: Scope) -> str:
    """Return what the items of a list are counted as: bodies only where one year is asked."""
    if len(scope.years) != 1:
        return "份报告"
    if len(scope.kinds) == 1:
        return f"个{scope.kinds[0]}"
    if scope.levels == ("township",):
        return "个乡镇街道"
    return "份报告"
