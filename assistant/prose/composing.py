"""Answers put together: from quotes, from a sweep, or from the checked sentences of a model."""

from collections.abc import Callable
from typing import Any, NamedTuple

from assistant.model_reply import ContextError, Model, ModelError, model_record
from assistant.prompts import Prompts
from assistant.prose.asked import Asked
from assistant.prose.choosing import choose, lacking, reason_given
from assistant.prose.claims import check_sentence
from assistant.prose.found import APART, Candidate, Found
from assistant.prose.quoting import quote_passages
from assistant.prose.sheet import label_of
from assistant.prose.sweep import sweep_reports
from assistant.prose.telling import tell_sweep
from assistant.prose.writing import (
    PROMPT,
    Shown,
    Written,
    messages_for,
    show_passages,
    write_answer,
)
from assistant.result import Answer, AnswerStatus, Coverage, Row

_SHOWN_TO_MODEL = 5
Tell = Callable[[str], None]


class Attempt(NamedTuple):
    """What came of asking a model: an answer, or None, and what to say of it either way."""

    answer: Answer | None
    warnings: tuple[str, ...]
    record: dict[str, Any] | None = None  # Any: as `model_record` gives it


def swept_answer(asked: Asked) -> Answer:
    """Return the three lists of the reports that mention what is asked."""
    plan, sheet = asked.plan, asked.sheet
    sweep = sweep_reports(plan, asked.search, asked.reach, sheet)
    told = tell_sweep(plan, sweep, asked.reach, sheet, asked.limits)
    hits = [p.hit for one in sweep.judged for p in one.prints]
    status: AnswerStatus = "answered" if told.coverage.decidable else "refused"
    return Answer(
        question=asked.question,
        status="partial" if asked.absent and status == "answered" else status,
        text="\n".join((*told.sentences, *asked.missing())),
        plan=plan,
        value=told.value if told.coverage.decidable else None,
        unit="份",
        rows=told.rows,
        rejected=told.rejected,
        undecided=(*told.undecided, *asked.absent),
        coverage=told.coverage.model_copy(update={"no_report": len(asked.absent)}),
        citations=sheet.citations,
        figures=told.figures | sheet.figures,
        warnings=(*sweep.warnings, *told.warnings, *asked.alarms(hits), *asked.stale()),
        certificate=sheet.certificate(asked.reach.run, complete=told.complete),
    )


def quoted_answer(asked: Asked, found: Found) -> Answer:
    """Return the best passages word for word, or why nothing answers."""
    quotes = quote_passages(asked.plan, found, asked.reach, asked.sheet)
    status = "partial" if quotes.status == "answered" and asked.absent else quotes.status
    return Answer(
        question=asked.question,
        status=status,
        text="\n".join((*quotes.sentences, *asked.missing())),
        plan=asked.plan,
        rows=quotes.rows,
        undecided=(*quotes.undecided, *asked.absent),
        coverage=_coverage(asked, len(quotes.rows)),
        citations=asked.sheet.citations,
        figures=asked.sheet.figures,
        warnings=tuple(asked.warnings(found)),
        certificate=asked.sheet.certificate(asked.reach.run),
    )


def _coverage(asked: Asked, answered: int) -> Coverage:
    """Return how many of the reports in scope the answer rests on; the others were not judged."""
    total = len(asked.reach.rids)
    return Coverage(
        reports=total,
        decidable=answered,
        undecidable=total - answered,
        qualified=answered,
        unsettled=len(asked.reach.unsettled),
        no_report=len(asked.absent),
    )


def written_answer(
    asked: Asked, found: Found, model: Model, prompts: Prompts, tell: Tell
) -> Attempt:
    """Return what a model says, sentence by sentence checked; None when nothing of it stands."""
    groups = _for_model(asked, found)
    if not groups:
        return Attempt(None, ())
    before = model.usage
    pen = _Pen(asked, tell)
    parts, left_out = _written(asked, groups, model, prompts, pen)
    warnings = _told(parts, left_out, kept=bool(pen.text))
    record = model_record(model, [prompts[PROMPT].id], before)
    if not pen.text:
        return Attempt(None, warnings, record if parts else None)
    broken = any(part.failed for part in parts)
    if broken:
        pen.say("\n模型的回答中断，以上只是其中已核对的部分，不完整。")
    for line in (*_unanswered(asked, pen), *asked.missing()):
        pen.say(f"\n{line}")
    whole = (
        not broken and not asked.absent and not any(lacking(asked.plan, group) for group in groups)
    )
    answer = Answer(
        question=asked.question,
        status="answered" if whole else "partial",
        text=pen.text,
        plan=asked.plan,
        rows=pen.rows(),
        undecided=asked.absent,
        coverage=_coverage(asked, len(pen.rows())),
        citations=asked.sheet.citations,
        figures=asked.sheet.figures,
        warnings=(*warnings, *asked.warnings(found)),
        certificate=asked.sheet.certificate(asked.reach.run),
        model=record,
    )
    return Attempt(answer, ())


def _written(
    asked: Asked, groups: list[list[Candidate]], model: Model, prompts: Prompts, pen: "_Pen"
) -> tuple[list[Written], int]:
    """Return what the model wrote of each group, up to a failure, and how much was not shown."""
    parts: list[Written] = []
    left_out = 0
    for group in groups:
        try:
            shown = show_passages(group, asked.sheet, model, asked.question, prompts)
        except (
            ModelError,
            ContextError,
        ) as error:  # its size is asked for
            return [*parts, Written((), {}, failed=str(error))], left_out
        left_out += shown.left_out
        if shown.candidates:
            messages = messages_for(asked.question, shown, asked.sheet, prompts)
            take = pen.taking(shown)
            part = write_answer(messages, shown, model, asked.names, asked.question, take)
            parts.append(part)
            if part.failed:
                break
    return parts, left_out


def _for_model(asked: Asked, found: Found) -> list[list[Candidate]]:
    """Return the passages to show, one list for each request: few reports are asked apart.

    Without a passage that prints the topic nothing is asked but what comes nearest; a reason that
    no passage states is never asked for.
    """
    plan = asked.plan
    if plan.asks == "why" and not reason_given(plan, found):
        return []
    chosen = choose(plan, found, asked.sheet)
    if not chosen:
        near = [c for c in found.candidates if c.sentences and asked.sheet.holds(c.hit)]
        return [near[:_SHOWN_TO_MODEL]] if near and plan.asks != "why" else []
    if len(asked.reach.rids) <= APART:
        return [[c.one for c in chosen[rid]][:_SHOWN_TO_MODEL]
                for rid in asked.reach.rids if rid in chosen]  # fmt: skip
    return [[passages[0].one for passages in chosen.values()][:_SHOWN_TO_MODEL]]


def _told(parts: list[Written], left_out: int, *, kept: bool) -> tuple[str, ...]:
    """Return what is said of the sentences that fell, of failures, and of passages left out."""
    warnings = []
    fallen: dict[str, int] = {}
    for part in parts:
        for why, count in part.fallen.items():
            fallen[why] = fallen.get(why, 0) + count
    if fallen:
        named = "；".join(f"{why} {count}句" for why, count in sorted(fallen.items()))
        warnings.append(f"模型写的{sum(fallen.values())}句没有通过核对，已略去：{named}。")
    warnings += [f"模型没有答完：{part.failed}" for part in parts if part.failed]
    if left_out:
        warnings.append(f"有{left_out}段因超出模型的上下文没有给模型看。")
    if not kept:
        warnings.append("没有可用的模型回答，改为直接引用原文。")
    return tuple(warnings)


def _unanswered(asked: Asked, pen: "_Pen") -> list[str]:
    """Return of which reports nothing was written, or that not all were read."""
    if len(asked.reach.rids) > APART:
        return [
            f"范围内共{len(asked.reach.rids)}份报告，"
            f"以上只依据最相关的{len(pen.ids)}份，没有逐份判断。"
        ]
    silent = [rid for rid in asked.reach.rids if rid not in pen.ids]
    asked.sheet.load(silent)
    return [f"{asked.sheet.name(rid)}：没有写出有关内容。" for rid in silent]


class _Pen:
    """Writes the checked sentences, each under its report's name, and tells them as it goes."""

    def __init__(self, asked: Asked, tell: Tell) -> None:
        self._asked, self._tell = asked, tell
        self._last: int | None = None
        self.text = ""
        self.ids: dict[int, list[int]] = {}

    def say(self, text: str) -> None:
        """Add text of the program's own."""
        text = text if self.text else text.lstrip("\n")
        self.text += text
        self._tell(text)

    def taking(self, shown: Shown) -> Callable[[str, tuple[int, ...]], None]:
        """Return what takes a checked sentence with its passages, as `write_answer` tells it."""
        return lambda sentence, cites: self._write(sentence, cites, shown)

    def _write(self, sentence: str, cites: tuple[int, ...], shown: Shown) -> None:
        rid = shown.candidates[cites[0] - 1].hit.rid
        marks = [self._cite(sentence, n, shown, alone=len(cites) == 1) for n in cites]
        self.ids.setdefault(rid, []).extend(n for n in marks if n not in self.ids.get(rid, ()))
        lead = ""
        if rid != self._last:
            lead = f"\n{self._asked.sheet.name(rid)}：{self._nearness(shown)}"
        self._last = rid
        self.say(f"{lead}{sentence}{''.join(f'[{n}]' for n in marks)}。")

    def _nearness(self, shown: Shown) -> str:
        """Return what is said before sentences from passages that lack a part of the topic."""
        missing = lacking(self._asked.plan, shown.candidates)
        return f"没有写到“{'、'.join(missing)}”，相近的内容：" if missing else ""

    def _cite(self, sentence: str, number: int, shown: Shown, *, alone: bool) -> int:
        """Cite the shortest run of sentences that bears the sentence out, else the passage."""
        one, source = shown.candidates[number - 1], shown.sources[number - 1]
        runs = one.sentences if alone else ()
        for size in (1, 2, 3):
            for at in range(len(runs) - size + 1):
                start, end = runs[at].start, runs[at + size - 1].end
                part = [source._replace(text=source.text[start:end])]
                if not check_sentence(f"{sentence}[1]", part, self._asked.names).problem:
                    return self._asked.sheet.cite(one.hit, start, end)
        return self._asked.sheet.cite(one.hit)

    def rows(self) -> tuple[Row, ...]:
        """Return a row for each report that was written of."""
        label = label_of(self._asked.plan)
        return tuple(self._asked.sheet.row(rid, label, "", ids) for rid, ids in self.ids.items())
