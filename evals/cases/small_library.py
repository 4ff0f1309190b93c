"""A small library's names and a short writing of plans, for cases of question reading."""

from assistant.names import Names, Row
from assistant.plan import Place, Plan, Understanding

ROWS: tuple[Row, ...] = (
    ("中山市大涌镇", "township", "镇", "广东省", "中山市", "中山市", "大涌镇", 2022),
    ("中山市大涌镇", "township", "镇", "广东省", "中山市", "中山市", "大涌镇", 2021),
    ("湘潭县石鼓镇", "township", "镇", "湖南省", "湘潭市", "湘潭县", "石鼓镇", 2022),
    ("永春县石鼓镇", "township", "镇", "福建省", "泉州市", "永春县", "石鼓镇", 2020),
    ("汉阴县涧池镇", "township", "镇", "陕西省", "安康市", "汉阴县", "涧池镇", 2021),
    ("三门峡市湖滨区磁钟乡", "township", "乡", "河南省", "三门峡市", "湖滨区", "磁钟乡", 2023),
    ("湘潭县教育局", "bureau", "局", "湖南省", "湘潭市", "湘潭县", None, 2022),
    ("永春县教育局", "bureau", "局", "福建省", "泉州市", "永春县", None, 2022),
    ("湘潭县人民政府", "county", "县", "湖南省", "湘潭市", "湘潭县", None, 2022),
    ("示例县河口街道办事处", "township", "街道", "示例省", "示例市", "示例县", "河口街道", 2022),
    ("示例县青山镇", "township", "镇", "示例省", "示例市", "示例县", "青山镇", 2022),
)
_SIGNS = {"gt": ">", "ge": ">=", "lt": "<", "le": "<=", "eq": "=", "ne": "!="}


def held_names() -> Names:
    """Return the names of the small library."""
    return Names(ROWS)


def digest(understanding: Understanding) -> str:
    """Write what a reading asks in one line: a plan, `?choices`, or `!code:parts`."""
    if understanding.plan:
        text = _plan(understanding.plan)
    elif understanding.choices:
        text = "?" + "｜".join(understanding.choices)
    else:
        assert understanding.refusal
        text = f"!{understanding.refusal.code}:{'、'.join(understanding.refusal.parts)}"
    part = understanding.refused_part
    return f"{text} 余{part.code}" if part else text


def _place(place: Place) -> str:
    fields = [place.province, place.city, place.county, place.township, place.agency]
    return "/".join(f or "" for f in fields).strip("/") + "".join(f"@{y}" for y in place.years)


def _plan(plan: Plan) -> str:
    scope, missing = plan.scope, plan.operation == "missing"
    joined = "&" if plan.match == "all" else "|"
    conditions = (
        f"{c.measure.label}{_SIGNS[c.comparator]}{c.value.normalize():f}" for c in plan.conditions
    )
    parts = [
        plan.operation,
        "年" + ",".join(map(str, scope.years)),
        "地" + ",".join(map(_place, scope.places)),
        f"类{','.join(scope.levels)}:{','.join(sorted(scope.kinds))}".removesuffix("类:"),
        "版" + ",".join(scope.forms),
        "除" + ",".join(map(_place, scope.excluded)),
        "量" + ",".join(m.label for m in plan.measures),
        "件" + joined.join(conditions),
        "算" + ",".join(filter(None, (plan.aggregate, *plan.also))),
        f"组{plan.group_by or ''}",
        "" if plan.descending else "升",
        "" if plan.limit is None else f"前{plan.limit}",
        "" if plan.basis == "difference" else plan.basis,
        f"缺{plan.missing}{''.join(plan.sections)}" if missing else "",
        "规" + ",".join(plan.rules),
        plan.verdict if plan.operation == "check" else "",
        "" if plan.claim is None else f"称{plan.claim}",
    ]
    return " ".join(part for part in parts if len(part) > 1 or part == "升")
