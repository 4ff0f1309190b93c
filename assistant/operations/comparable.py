"""Whether two columns of the statutory forms may be compared at all."""

from decimal import Decimal
from fnmatch import fnmatchcase

from assistant.data import read_rows
from assistant.draft import Draft, metric_name
from assistant.operations.sketch import Sketch
from assistant.plan import Measure, Plan
from index.catalogue import load_metrics

_BOTH = "两版表格都能直接比的有：行政许可、行政处罚、行政强制的处理决定数量，第三节和第四节的各项。"
# The forms are named by their years; these words hold no number of any report.
_FORMS = {"form:2019": Decimal(2019), "form:2021": Decimal(2021)}


def comparable(plan: Plan, draft: Draft) -> Sketch:
    """Return yes or no with the reason, for one measure across the forms or for two measures."""
    measures = plan.measures
    if not measures:
        return Sketch("clarify", ("请说明要比较哪两项。",))
    if len(measures) == 1:
        return _across_forms(measures[0])
    clauses = [_verdict(one, two) for at, one in enumerate(measures) for two in measures[at + 1 :]]
    warnings = () if all(good for good, _ in clauses) else (_BOTH,)
    return Sketch("answered", (*(text for _, text in clauses), *warnings), figures=_FORMS)


def _verdict(one: Measure, two: Measure) -> tuple[bool, str]:
    """Return whether two measures compare, in words."""
    names = f"“{_label(one)}”和“{_label(two)}”"
    if (one.terms, one.over) == (two.terms, two.over):
        good, why = _same_everywhere(one)
        return good, f"{names}是同一项：{why}。"
    for row in read_rows("comparable.csv"):
        pairs = ((one, two), (two, one))
        if any(_is(a, row["first"]) and _is(b, row["second"]) for a, b in pairs):
            good = row["comparable"] == "yes"
            return good, f"{'能' if good else '不能'}：{names}，{row['why']}。"
    return False, f"不能：{names}是不同的统计项目，口径不同，数字不能直接互相比较。"


def _across_forms(measure: Measure) -> Sketch:
    good, why = _same_everywhere(measure)
    text = f"{'能' if good else '不能'}：“{_label(measure)}”{why}。"
    return Sketch("answered", (text,) if good else (text, _BOTH), figures=_FORMS)


def _same_everywhere(measure: Measure) -> tuple[bool, str]:
    """Return whether both forms print the measure."""
    if measure.source == "fact":
        return False, "是正文里的数字，各报告写法不一，没有统一口径"
    known = load_metrics()
    terms = [known[t] for t in (*measure.terms, *measure.over) if t in known]
    if measure.alternatives or all(m.form_2021 and m.form_2019 for m in terms):
        return True, "在2019版和2021版表格里口径相同，可以直接比较"
    form = "2021" if all(m.form_2021 for m in terms) else "2019"
    return False, f"只有{form}版表格有，另一版没有口径相同的项"


def _is(measure: Measure, pattern: str) -> bool:
    patterns = pattern.split("+")
    terms = list(measure.terms)
    return len(patterns) == len(terms) and all(
        fnmatchcase(term, p) for term, p in zip(terms, patterns, strict=True)
    )


def _label(measure: Measure) -> str:
    return measure.label or metric_name(measure)
