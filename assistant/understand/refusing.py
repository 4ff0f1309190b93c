"""What is not answered: topics outside the reports, forecasts, opinions, prose, tampering, orders."""

from assistant.plan import Refusal
from assistant.understand.lexer import Token

_MESSAGES = {
    "not_in_reports": "政府信息公开工作年度报告不含“{part}”这类数据。报告里有：规范性文件、行政许可、行政处罚、"
    "行政强制、行政事业性收费，政府信息公开申请的收到与办理，以及行政复议、行政诉讼。",
    "forecast": "只依据已有报告作答，不做预测（“{part}”）。可以问已有年份的数字。",
    "opinion": "只报告数字和出处，不作评价或判断（“{part}”）。可以换成具体的数字问题。",
    "prose": "“{part}”要从报告的文字叙述中找，文字段落的检索随后续版本提供，现在只回答表格和正文中的数字。",
    "tamper": "不改动、不编造报告中的数（“{part}”）；空白与缺失也不按任何数填补。可以问真实的数字。",
    "instruction": "“{part}”是对程序的指令，不是对年报的提问，不予执行。",
}
# The gravest first: what decides when one clause holds several.
_ORDER = ("instruction", "tamper", "forecast", "not_in_reports", "prose", "opinion")
_STOPS = frozenset(",。.;?!:")


def clauses(tokens: tuple[Token, ...]) -> list[tuple[Token, ...]]:
    """Return the question's clauses; what stands in brackets is one clause of its own."""
    found: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        if token.text == "(":
            depth += 1
            if depth == 1:
                found.append([])
        found[-1].append(token)
        depth -= token.text == ")" and depth > 0
        if depth == 0 and (token.text in _STOPS or token.text == ")"):
            found.append([])
    return [tuple(clause) for clause in found if clause]


def refuse(tokens: tuple[Token, ...]) -> Refusal | None:
    """Return the refusal of a clause, None when nothing in it is out of bounds."""
    for code in _ORDER:
        words = [t.text for t in tokens if t.value("refuse") == code]
        if words:
            parts = tuple(dict.fromkeys(words))
            message = _MESSAGES[code].format(part="、".join(parts))
            return Refusal(code=code, message=message, parts=parts)  # type: ignore[arg-type]
    return None


def split_refused(tokens: tuple[Token, ...]) -> tuple[tuple[Token, ...], Refusal | None]:
    """Return the tokens left to read and the refusal of the clauses taken out.

    A clause taken out still lends its places and years to the rest when the rest has none.
    """
    kept: list[Token] = []
    dropped: list[Token] = []
    for clause in clauses(tokens):
        (dropped if refuse(clause) else kept).extend(clause)
    refusal = refuse(tuple(dropped))
    if refusal is None or not _asks(kept):
        return (() if refusal else tokens), refusal
    lent = [
        t
        for kind in ("place", "year")
        if not any(k.has(kind) for k in kept)
        for t in dropped
        if t.has(kind)
    ]
    return (*lent, *kept), refusal


def _asks(tokens: list[Token]) -> bool:
    """Tell whether what is left still asks for something."""
    telling = ("row", "column", "cell", "fact", "request", "rate", "level", "weak_sum", "overview")
    return any(t.has(*telling) for t in tokens)
