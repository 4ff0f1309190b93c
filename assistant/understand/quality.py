"""Questions about the reports themselves: which lack a value or a table, which break a rule."""

from typing import Literal, cast

from assistant.plan import Plan
from assistant.understand.parts import Parts
from assistant.understand.phrase import AmbiguousError, Phrase, unread
from assistant.understand.scopes import build_scope

_TABLE_RULES = {
    "三": ("T3-1", "T3-2", "T3-3"),
    "四": ("T4-1", "T4-2", "T4-3"),
}
_SUMMED_ROWS = {
    "requests",
    "reconsideration",
    "litigation_direct",
    "litigation_after_reconsideration",
}
_ALL_SECTIONS = ("二", "三", "四")
_QUIET = (
    "which_year",
    "which_years",
    "which",
    "how_many",
    "have",
    "each",
    "weak_sum",
    "claim",
    "has_not",
    "both",
)
Verdict = Literal["fail", "pass", "uncertain", "not_assessable"]


def is_check(parts: Parts) -> bool:
    """Tell whether a consistency rule is asked about."""
    phrase = parts.phrase
    if phrase.has("check", "rule"):
        return True
    if parts.measures or parts.bounds or parts.claims:
        return phrase.has("verdict") and phrase.has("section")
    told = parts.levels.has("any") or phrase.has("section", "overview")
    return told and (phrase.has("verdict") or _asks_whether_right(phrase))


def _asks_whether_right(phrase: Phrase) -> bool:
    """Tell 2022年的报告对不对, which asks about the report, from 许可是8161件对吗."""
    words = ("对不对", "对吗", "对么", "正确吗", "准确吗", "有误吗")
    return any(token.text in words for token in phrase.tokens)


def read_check(parts: Parts) -> Plan:
    """Read 哪些报告的表三不满足勾稽关系."""
    phrase = parts.phrase
    words = [t.value("check") or "" for t in phrase.take("check")]
    verdicts = {t.value("verdict") for t in phrase.take("verdict")}
    verdicts |= {"fail"} if any(word != "neutral" for word in words) else set()
    negated = phrase.take("not", "none")
    if negated:
        verdicts = {"fail"} if verdicts <= {"pass"} else {"pass"} if verdicts == {"fail"} else set()
    if len(verdicts) > 1:
        raise AmbiguousError(("不满足勾稽关系的报告", "满足勾稽关系的报告"))
    rules = _rules(parts)
    phrase.take(*_QUIET)
    phrase.take_sums()
    if parts.bounds:
        raise unread([b.text for b in parts.bounds])
    verdict = cast("Verdict", next(iter(verdicts)) if verdicts else "fail")
    return Plan(
        operation="check",
        scope=build_scope(parts, whole_area=True),
        rules=rules,
        verdict=verdict,
    )


def _rules(parts: Parts) -> tuple[str, ...]:
    """Return the rules named, those of the table named, or all sums of the form."""
    phrase = parts.phrase
    named = tuple(t.value("rule") or "" for t in phrase.take("rule"))
    sections = [t.value("section") or "" for t in phrase.take("section")]
    if "二" in sections:
        raise unread(["表二"], "表二没有勾稽关系")
    of_tables = [rule for s in sections for rule in _TABLE_RULES.get(s, ())]
    rows = {m.terms[0].split(".")[0] for m in parts.measures}
    if rows - _SUMMED_ROWS:
        raise unread([m.label for m in parts.measures], "这一项没有勾稽关系")
    if "requests" in rows:
        of_tables += _TABLE_RULES["三"]
    if rows - {"requests"}:
        of_tables += _TABLE_RULES["四"]
    if named and of_tables:
        raise unread(named, "规则编号与表或指标只能说一种")
    return named or tuple(dict.fromkeys(of_tables)) or (*_TABLE_RULES["三"], *_TABLE_RULES["四"])


def is_missing(parts: Parts) -> bool:
    """Tell whether missing values, tables or reports are asked about."""
    phrase = parts.phrase
    if phrase.has("missing", "incomplete"):
        return True
    if not phrase.where("none") or parts.bounds or not _lacks_something(phrase):
        return False
    return parts.levels.has("any") or phrase.has("section") or bool(parts.measures)


def _lacks_something(phrase: Phrase) -> bool:
    """Tell 没有许可的数据, where 没有 has an object, from 没办, where it closes."""
    return all(phrase.after(at) is not None for at in phrase.where("none"))


def read_missing(parts: Parts) -> Plan:
    """Read 哪些报告没有填行政许可, 没交报告的镇, 表三不完整."""
    phrase = parts.phrase
    words = {t.value("missing") for t in phrase.take("missing")}
    phrase.take("none")
    phrase.take_sums()
    incomplete = bool(phrase.take("incomplete"))
    sections = [t.value("section") or "" for t in phrase.take("section")]
    phrase.take(*_QUIET)
    if parts.bounds:
        raise unread([b.text for b in parts.bounds])
    scope = build_scope(parts, whole_area=True)
    if sections or (incomplete and not parts.measures):
        return Plan(
            operation="missing", scope=scope, missing="section", sections=_sections(sections)
        )
    if parts.measures:
        return _missing_values(parts, scope_plan=Plan(operation="missing", scope=scope))
    if "report" not in words and _lacks_parts(parts):
        phrase.note("没有说明缺的是哪一项，列出法定表格中缺行、缺数的报告")
        return Plan(operation="missing", scope=scope, missing="section", sections=_ALL_SECTIONS)
    if "report" in words or _lacks_report(phrase, parts):
        return Plan(operation="missing", scope=scope, missing="report")
    raise unread(
        [t.text for t in phrase.tokens if t.has("missing", "none")], "没有说明缺的是哪一项"
    )


def _lacks_parts(parts: Parts) -> bool:
    """Tell 莲垸镇的报告缺什么, where 报告 is what lacks something, from 莲垸镇缺2022年的报告."""
    lacks = [i for i, t in enumerate(parts.phrase.tokens) if t.has("missing")]
    reports = [w.at for w in parts.levels.words if w.level == "any"]
    return bool(lacks) and parts.single and all(at < lacks[0] for at in reports)


def _missing_values(parts: Parts, scope_plan: Plan) -> Plan:
    if len(parts.measures) > 1:
        raise AmbiguousError(f"缺{m.label}的报告" for m in parts.measures)
    return scope_plan.model_copy(update={"measures": parts.measures, "missing": "value"})


def _sections(said: list[str]) -> tuple[str, ...]:
    named = tuple(dict.fromkeys(section for section in said if section != "all"))
    return named or _ALL_SECTIONS


def _lacks_report(phrase: Phrase, parts: Parts) -> bool:
    """Tell 没有2022年报告 from a missing value: 报告 is what is lacking."""
    return any(w.level == "any" and "报" in phrase.tokens[w.at].text for w in parts.levels.words)
