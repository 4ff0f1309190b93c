"""The prose of a saved answer against its own citations and the raw texts: quotes, marks, words.

Finds words by its own means: white space left out, traditional characters turned by OpenCC.
"""

import re
from collections.abc import Callable, Iterable, Iterator

from assistant.proof.arithmetic import Json

_QUOTED = re.compile(r"“([^”]*)”((?:\[\d+\])+)")
_MARKED = re.compile(r"([^。；：\n]*?)((?:\[\d+\])+)")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_SENTENCE_PLANS = ("passages", "mention")

Texts = Callable[[str], tuple[str, ...]]


def prose_plan(answer: Json) -> Json | None:
    """Return the plan of an answer's prose part, None when it has none."""
    plan: Json = answer.get("prose") or answer.get("plan") or {}
    return plan if plan.get("operation") in _SENTENCE_PLANS else None


def prose_problems(answer: Json, texts: Texts) -> Iterator[str]:
    """Yield quotes, numbers and mentions that do not follow from what is cited."""
    plan = prose_plan(answer)
    if plan is None:
        return
    quotes = {c["id"]: str(c["quote"]) for c in answer.get("citations") or ()}
    text = str(answer.get("text") or "")
    for found in _QUOTED.finditer(text):
        cited = _bare("".join(quotes.get(n, "") for n in _ids(found[2])))
        if _bare(found[1]) not in cited:
            yield f"文字里的引文“{found[1][:20]}…”不是所标出处的原文"
    for found in _MARKED.finditer(_QUOTED.sub("", text)):
        yield from _numbers(found[1], _ids(found[2]), quotes, answer)
    if plan.get("operation") == "mention":
        yield from _mentions(answer, plan, quotes, texts)


def _numbers(sentence: str, ids: list[int], quotes: dict[int, str], answer: Json) -> Iterator[str]:
    """Yield numbers of a marked sentence that its citations do not hold."""
    if any(n not in quotes for n in ids):
        yield f"文字里标了没有的引文{ids}"
    held = set(_NUMBER.findall(_bare("".join(quotes.get(n, "") for n in ids)).replace(",", "")))
    held |= {str(row.get("year")) for row in answer.get("rows") or ()}
    for number in _NUMBER.findall(sentence.replace(",", "")):
        if number not in held:
            yield f"“{sentence[:20]}…”里的数字{number}不在它所标的引文里"


def _mentions(answer: Json, plan: Json, quotes: dict[int, str], texts: Texts) -> Iterator[str]:
    """Yield reports that are listed as printing the words and do not, or the reverse."""
    yes, no = ("rejected", "rows") if plan.get("absent") else ("rows", "rejected")
    whose = {c["id"]: c["report_id"] for c in answer.get("citations") or ()}
    for row in answer.get(yes) or ():
        own = [n for n in row.get("citations") or () if whose.get(n) == row.get("report_id")]
        cited = [quotes.get(n, "") for n in own]
        if not any(_prints(plan, quote) for quote in cited):
            yield f"{_name(row)}列为提到，所引原文里却没有所查的词"
    for row in answer.get(no) or ():
        whole = texts(str(row.get("report_id")))
        if not plan.get("sections") and any(_prints(plan, text) for text in whole):
            yield f"{_name(row)}列为没有提到，原文里却有所查的词"
    yield from _counts(answer)


def _counts(answer: Json) -> Iterator[str]:
    """Yield lists that do not hold what the coverage counts."""
    coverage: Json = answer.get("coverage") or {}
    whole = bool((answer.get("certificate") or {}).get("complete"))
    listed = len(answer.get("rows") or ())
    if listed != coverage.get("qualified"):
        yield f"结果列出{listed}份，覆盖情况写{coverage.get('qualified')}份"
    if whole and len(answer.get("rejected") or ()) != coverage.get("rejected"):
        yield "不符合的清单与覆盖情况的份数不同"
    named = [r["report_id"] for r in _listed(answer)]
    if len(named) != len(set(named)):
        yield "同一份报告列了不止一次"


def listed_reports(answer: Json) -> set[str]:
    """Return every report that the three lists of a sweep name as in scope."""
    return {str(one["report_id"]) for one in _listed(answer)}


def _listed(answer: Json) -> list[Json]:
    undecided = [
        one
        for one in answer.get("undecided") or ()
        if one.get("reason") not in ("ambiguous", "no_report")
    ]
    return [*(answer.get("rows") or ()), *(answer.get("rejected") or ()), *undecided]


def _prints(plan: Json, text: str) -> bool:
    """Return whether a text prints one word of every group, or of any, as the plan says."""
    there = _bare(text)
    groups = [_printed(group, there) for group in plan.get("terms") or ()]
    return any(groups) if plan.get("match") == "any" else bool(groups) and all(groups)


def _printed(group: Iterable[str], there: str) -> bool:
    words = [_bare(word) for word in group]
    return any(word in there for word in words) or any(word in _simplified(there) for word in words)


def _simplified(text: str) -> str:
    """Return the text in simplified characters."""
    import opencc

    return str(opencc.OpenCC("t2s").convert(text))


def _ids(marks: str) -> list[int]:
    return [int(n) for n in _NUMBER.findall(marks)]


def _bare(text: str) -> str:
    return re.sub(r"[\s“”‘’「」『』\"'\u200b-\u200d\ufeff]", "", text).lower()


def _name(row: Json) -> str:
    return f"{row.get('agency')}{row.get('year') or ''}"
