"""Answers without a model: the best passages word for word, with the sentences that answer."""

from typing import NamedTuple

from assistant.plan import Plan
from assistant.prose.choosing import Chosen, choose, lacking
from assistant.prose.found import APART, Candidate, Found
from assistant.prose.reach import Reach
from assistant.prose.sheet import Sheet, label_of, quoted, said_in
from assistant.result import AnswerStatus, Row, Undecided

_PER_REPORT = 3
_REPORTS = 10
_NEAR = 2


class Quotes(NamedTuple):
    """What was found to quote: sentences of the answer, its lists, and how it went."""

    status: AnswerStatus
    sentences: tuple[str, ...]
    rows: tuple[Row, ...] = ()
    undecided: tuple[Undecided, ...] = ()


def quote_passages(plan: Plan, found: Found, reach: Reach, sheet: Sheet) -> Quotes:
    """Return the answer in quotes; a refusal, with what comes nearest, when nothing answers."""
    chosen = choose(plan, found, sheet)
    rids = _shown(chosen, reach)
    if not any(chosen.get(rid) for rid in rids):
        return _nothing(plan, found, sheet)
    lines: list[str] = []
    rows: list[Row] = []
    undecided: list[Undecided] = []
    for rid in rids:
        if passages := chosen.get(rid):
            said, row = _report(plan, rid, passages[: _most(reach)], sheet)
            lines.append(said)
            rows.append(row)
        else:
            sheet.load([rid])
            lines.append(f"{sheet.name(rid)}：{_lacks(plan)}。")
            reason = "no_prose" if not found.of(rid) else "not_mentioned"
            undecided.append(sheet.undecided(rid, reason, _lacks(plan), label_of(plan)))
    if len(reach.rids) > len(rids):
        lines.append(
            f"范围内共{len(reach.rids)}份报告，这里只列最相关的{len(rows)}份，没有逐份判断。"
        )
    sure = all(chosen[rid][0].sure for rid in rids if rid in chosen)
    status: AnswerStatus = "answered" if sure and not undecided else "partial"
    return Quotes(status, tuple(lines), tuple(rows), tuple(undecided))


def _most(reach: Reach) -> int:
    return _PER_REPORT if len(reach.rids) <= APART else 1


def _shown(chosen: dict[int, list[Chosen]], reach: Reach) -> list[int]:
    """Return the reports to speak of: all where they are few, else the best that answer."""
    if len(reach.rids) <= APART:
        return list(reach.rids)
    sure = [rid for rid, passages in chosen.items() if passages[0].sure]
    return (sure or list(chosen))[:_REPORTS]


def _report(plan: Plan, rid: int, passages: list[Chosen], sheet: Sheet) -> tuple[str, Row]:
    """Return what one report says, and its row with the passages, answering sentences marked."""
    lead = unsure_of(plan, passages[0])
    ordered = sorted(passages, key=lambda p: p.one.hit.start)
    parts, notes, ids = [], [], []
    for chosen in ordered:
        hit = chosen.one.hit
        numbers = [sheet.cite(hit, *span) for span in chosen.spans]
        said = "".join(
            f"{quoted(hit.text[slice(*span)])}[{n}]"
            for span, n in zip(chosen.spans, numbers, strict=True)
        )
        parts.append(f"{said_in(hit)}原文：{said}")
        notes.append(_marked(hit.text, chosen.spans))
        ids += numbers
    row = sheet.row(rid, label_of(plan), "\n".join(notes), ids)
    return f"{sheet.name(rid)}{lead}{'；'.join(parts)}。", row


def unsure_of(plan: Plan, best: Chosen) -> str:
    """Return what is said before the nearest passages of a report; "" before an answer."""
    if best.sure:
        return ""
    if missing := lacking(plan, [best.one]):
        return f"没有写到“{'、'.join(missing)}”，相近的"
    return f"没有写明{label_of(plan)}，"


def _marked(text: str, spans: tuple[tuple[int, int], ...]) -> str:
    """Return a passage with its answering sentences in 【】."""
    for start, end in reversed(spans):
        text = f"{text[:start]}【{text[start:end]}】{text[end:]}"
    return " ".join(text.split())


def _lacks(plan: Plan) -> str:
    """Return what a report does not say."""
    if plan.asks == "why":
        return f"报告未说明{_about(plan)}原因"
    if plan.terms:
        return f"正文中没有找到{_about(plan)}文字"
    return f"正文中没有找到{label_of(plan)}"


def _about(plan: Plan) -> str:
    return f"关于“{plan.topic}”的" if plan.topic else ""


def _nothing(plan: Plan, found: Found, sheet: Sheet) -> Quotes:
    """Return a refusal in words, with what is nearest as context, claimed to be nothing more."""
    if plan.asks == "why":
        lead = f"报告未说明{_about(plan)}原因：范围内的正文里没有找到说明原因的句子。"
    elif plan.terms:
        lead = f"报告中没有找到{_about(plan)}文字。"
    else:
        lead = f"范围内的报告没有可以引用的正文，找不到{label_of(plan)}。"
    held = [one for one in found.candidates if one.sentences and sheet.holds(one.hit)]
    partly = [one for one in held if one.any]
    near = (partly or held)[:_NEAR]
    lines = [lead]
    if near:
        lines.append("只有部分词语相同的段落：" if partly else "相近的段落（不一定与所问有关）：")
    for one in near:
        hit, (start, end) = one.hit, _core(one)
        number = sheet.cite(hit, start, end, role="no")
        said = quoted(hit.text[start:end])
        lines.append(f"{sheet.name(hit.rid)}{said_in(hit)}原文：{said}[{number}]。")
    return Quotes("refused", tuple(lines))


def _core(one: Candidate) -> tuple[int, int]:
    """Return the whole passage; of one with suspicious sentences the first that is not."""
    whole = len("".join(s.text for s in one.sentences)) >= len("".join(one.hit.text.split()))
    return (0, len(one.hit.text)) if whole else one.sentences[0][:2]
