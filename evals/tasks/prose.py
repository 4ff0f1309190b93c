"""Prose questions answered with the model; numbers and places checked here by code of its own.

Right is what cites a passage that was marked as the answer, or refuses where no report says
anything; beside is what shows nothing wrong, but not what was marked either.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from assistant.ask import Doors, ask
from assistant.result import EVERYTHING, Answer
from evals.retrieval import BANKS, ROOT, Query, Target, corpora, load_queries, read_lines
from evals.suite.run import CaseResult, Count, Detail, Rate
from evals.tasks.corpora import SAMPLES, corpus_files, is_private, opened
from evals.tasks.search import bank_files
from evals.tasks.task import Case, Setting
from evals.tasks.unquoted import unquoted
from evals.tasks.witness import Witness

_MARK = re.compile(r"\[\d+\]")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_PLACE = re.compile(r"(?<=县)")
_QUOTES = "原文："
_SHOWN = 300
_VERDICTS = {"right": "答对", "wrong": "答错", "declined": "没有答", "beside": "引了别处"}

Files = Mapping[str, str]  # the name of each report's file by its report_id


class _Given(NamedTuple):
    """A question, the corpus it is asked of, and what answers it there."""

    line: Mapping[str, Any]  # a line of the question bank
    corpus: str
    query: Query | None


class _Judged(NamedTuple):
    verdict: str
    reason: str = ""


class Prose:
    """The task `prose`: each question in each corpus that answers it; absent ones in the samples.

    Without `embed` passages are found by their words alone.
    """

    name = "prose"
    title = "正文提问"
    needs_model = True
    items: tuple[str, ...] = ()
    prompts = ("answer_passages",)
    rates = (
        *(
            Rate(name=name, title=title, better="high" if name == "right" else "low",
                 headline=name in ("right", "wrong"))
            for name, title in _VERDICTS.items()
        ),
        Rate(name="cited_marked", title="出处中标注过的段落"),
        Rate(name="targets", title="标注的段落中引到的"),
        Rate(name="refusal_precision", title="拒答中该拒的"),
        Rate(name="refusal_recall", title="该拒的中拒答的"),
        Rate(name="written", title="由模型写成的"),
    )  # fmt: skip

    def __init__(self, *, embed: bool = True) -> None:
        self._embed = embed

    def cases(self) -> Sequence[Case]:
        """Return the questions of both banks."""
        return [
            Case(
                f"{bank}/{line['id']}/{name}", f"{bank}/{line['id']}",
                {"bank": bank, "kind": line["kind"], "corpus": name},
                _Given(line, name, queries.get(line["id"])), is_private(name),
            )
            for bank, (questions, _) in BANKS.items()
            for name, files in corpora().items()
            for queries in [{q.id: q for q in load_queries((p.name for p in files), bank)}]
            for line in read_lines(ROOT / "evals" / "cases" / questions)
            if line["id"] in queries or (line["kind"] == "absent" and name == SAMPLES)
        ]  # fmt: skip

    def files(self) -> Sequence[Path]:
        """Return the reports, the questions and what answers them."""
        return (*corpus_files(), *bank_files())

    def run(self, case: Case, setting: Setting) -> CaseResult:
        """Return how one question was answered."""
        given: _Given = case.given
        corpus = opened(given.corpus, embed=self._embed)
        model = Witness(setting.model) if setting.model else None
        doors = Doors(lambda: corpus.search, lambda: model, setting.prompts)
        found = ask(given.line["question"], corpus.library, doors, EVERYTHING)
        if model:
            model.check()
        files = corpus.files_by_id()
        judged = _judge(found, given, files)
        return CaseResult(
            case=case.id, cluster=case.cluster, traits=case.traits, verdict=judged.verdict,
            counts=_counts(found, given, files, judged.verdict),
            details=tuple(_details(found, given, judged)),
            reason=unquoted(judged.reason), shown=unquoted(found.text)[:_SHOWN],
        )  # fmt: skip


def _judge(found: Answer, given: _Given, files: Files) -> _Judged:
    if found.status == "clarify":
        return _Judged("declined", "反问")
    if fault := loose_number(found) or foreign_place(found, given.line):
        return _Judged("wrong", fault)
    if found.status == "refused":
        return _Judged("right" if given.query is None else "declined", "拒答")
    written = "模型写的" if _is_written(found) else "摘录"
    if given.query is None:
        return _Judged("beside", f"{written}：报告没有说到所问")
    marked = any(_marked(found, target, files) for target in given.query.targets)
    return _Judged("right", written) if marked else _Judged("beside", f"{written}：不是标注的段落")


def _counts(found: Answer, given: _Given, files: Files, verdict: str) -> dict[str, Count]:
    counts: dict[str, Count] = {name: (float(name == verdict), 1.0) for name in _VERDICTS}
    refused = found.status == "refused"
    if given.query is None:
        counts["refusal_recall"] = (float(refused), 1.0)
    if given.query is not None:
        best = given.query.targets
        hits = 0 if refused else sum(_marked(found, target, files) for target in best)
        counts["targets"] = (float(hits), float(len(best)))
    if refused:
        counts["refusal_precision"] = (float(given.query is None), 1.0)
        return counts
    targets = given.query.graded if given.query else ()
    if found.citations:
        alone = [found.model_copy(update={"citations": (one,)}) for one in found.citations]
        hits = sum(any(_marked(one, target, files) for target in targets) for one in alone)
        counts["cited_marked"] = (float(hits), float(len(alone)))
    if found.status != "clarify":
        counts["written"] = (float(_is_written(found)), 1.0)
    return counts


def _details(found: Answer, given: _Given, judged: _Judged) -> list[Detail]:
    """Return what was marked where nothing marked is cited, or why an answer is wrong."""
    if judged.verdict == "right":
        return []
    if judged.verdict == "wrong":
        return [Detail(item="answer", mark="wrong", reason=unquoted(judged.reason))]
    if given.query is None:
        return [Detail(item="refusal", mark="missing", got=found.status)]
    return [
        Detail(item="passage", mark="missing", report=target.report,
               expected=f"{target.start}–{target.end}", expected_span=(target.start, target.end))
        for target in given.query.targets
    ]  # fmt: skip


def _is_written(found: Answer) -> bool:
    return _QUOTES not in found.text and found.model is not None


def _marked(found: Answer, target: Target, files: Files) -> bool:
    """Tell whether a citation of the answer overlaps a marked passage."""
    return any(
        files.get(c.report_id) == target.report and c.start < target.end and target.start < c.end
        for c in found.citations
    )


def loose_number(found: Answer) -> str:
    """Return the first number of the text that stands in no quote, no count and no year; or ""."""
    text = _MARK.sub("", found.text)
    quotes = " ".join(c.quote for c in found.citations)
    known = set(_NUMBER.findall(quotes)) | {str(row.year) for row in found.rows}
    known |= set(_NUMBER.findall(found.question)) | {str(v) for v in found.figures.values()}
    known |= {str(v) for v in found.coverage.model_dump().values()} | {str(len(found.rows))}
    known |= {str(row.value) for row in found.rows if row.value is not None}
    known |= {str(one.year) for one in found.undecided}
    return next((f"数 {n!r} 没有出处" for n in _NUMBER.findall(text) if n not in known), "")


def foreign_place(found: Answer, one: Mapping[str, Any]) -> str:
    """Return the first report cited that is not of the place and year asked for, or ""."""
    for row in found.rows:
        where = f"{row.province}{row.city}{row.county}{row.township}{row.agency}"
        asked = str(one.get("place") or "")
        if asked and not all(part in where for part in _PLACE.split(asked) if part):
            return f"是 {where} 的报告"
        if one.get("year") and row.year != one["year"]:
            return f"是 {row.year} 年的报告"
    return ""
