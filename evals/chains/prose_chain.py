"""Prose questions answered with the model; numbers and places checked here by code of its own."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from assistant.ask import Doors, ask
from assistant.result import EVERYTHING, Answer
from evals.chains.outcome import Outcome
from evals.chains.setting import Corpus, Judged, Setting, timed, unquoted
from evals.retrieval import BANKS, ROOT, Query, load_queries, read_lines

_MARK = re.compile(r"\[\d+\]")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_PLACE = re.compile(r"[一-鿿]{2,6}?(?:镇|乡|街道)")


def run_prose(setting: Setting, most: int) -> Iterator[Outcome]:
    """Yield the outcome of each question in each corpus that it can be asked of."""
    asked = 0
    for bank, (questions, _) in BANKS.items():
        lines = {q["id"]: q for q in read_lines(ROOT / "evals" / "cases" / questions)}
        for corpus in setting.corpora:
            queries = {q.id: q for q in load_queries((p.name for p in corpus.files), bank)}
            wanted = [one for one in lines.values() if _belongs(one, corpus, queries)]
            for one in wanted:
                if asked >= most:
                    return
                asked += 1
                case = f"{one['id']} {corpus.name}: {one['question']}"
                query = queries.get(one["id"])

                def judge(
                    one: dict[str, Any] = one,
                    corpus: Corpus = corpus,
                    query: Query | None = query,
                ) -> Judged:
                    doors = Doors(lambda: corpus.search, lambda: setting.model, setting.prompts)
                    found = ask(one["question"], corpus.library, doors, EVERYTHING)
                    return _judge(found, one, query, corpus)

                yield timed("prose", case, setting.model, judge)


def _belongs(one: Mapping[str, Any], corpus: Corpus, queries: Mapping[str, Query]) -> bool:
    """Tell whether a question is asked of a corpus: it has targets there, or nowhere any."""
    return one["id"] in queries or (one["kind"] == "absent" and corpus.name == "samples")


def _judge(found: Answer, one: Mapping[str, Any], query: Query | None, corpus: Corpus) -> Judged:
    shown = unquoted(found.text)[:300]
    if found.status == "clarify":
        return "declined", "asks back", shown
    if fault := loose_number(found) or foreign_place(found, one):
        return "wrong", fault, shown
    if found.status == "refused":
        return "declined", found.status, shown
    written = "quotes" if "原文：" in found.text else "model"
    files = {rid: Path(path).name for rid, path in corpus.library.query(
        "SELECT report_id, path FROM reports")}  # fmt: skip
    if query is None or not any(
        files.get(c.report_id) == t.report and c.start < t.end and t.start < c.end
        for c in found.citations
        for t in query.targets
    ):
        return "beside", f"{written}: what is quoted is not what was marked", shown
    return "answered", written, shown


def loose_number(found: Answer) -> str:
    """Return the first number of the text that stands in no quote, no count and no year; or ""."""
    text = _MARK.sub("", found.text)
    quotes = " ".join(c.quote for c in found.citations)
    known = set(_NUMBER.findall(quotes)) | {str(row.year) for row in found.rows}
    known |= set(_NUMBER.findall(found.question)) | {str(v) for v in found.figures.values()}
    known |= {str(v) for v in found.coverage.model_dump().values()} | {str(len(found.rows))}
    known |= {str(row.value) for row in found.rows if row.value is not None}
    known |= {str(one.year) for one in found.undecided}
    return next((f"number {n!r}" for n in _NUMBER.findall(text) if n not in known), "")


def foreign_place(found: Answer, one: Mapping[str, Any]) -> str:
    """Return the first report cited that is not of the place and year asked for, or ""."""
    for row in found.rows:
        where = f"{row.province}{row.city}{row.county}{row.township}{row.agency}"
        asked = str(one.get("place") or "")
        if asked and not all(part in where for part in _parts(asked)):
            return f"report of {where}"
        if one.get("year") and row.year != one["year"]:
            return f"report of {row.year}"
    return ""


def _parts(place: str) -> list[str]:
    """Return the names in a place such as 湘潭县石鼓镇, each of which must agree."""
    return [part for part in re.split(r"(?<=县)", place) if part]
