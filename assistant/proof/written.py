"""Sentences that a model wrote into a saved answer: each must still copy what it cites.

The rules are those the sentences were shown by: names of reports come from the library, and lines
without a citation are the program's own or nobody's.
"""

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from assistant.library_view import LibraryView
from assistant.names import Names
from assistant.plan import Plan
from assistant.proof.arithmetic import Json
from assistant.proof.prose import prose_plan
from assistant.prose.claims import Source, check_sentence
from assistant.prose.sheet import Sheet, label_of

_LINE = re.compile(r"^(?P<lead>.*?报告)：(?:没有写到“[^”]*”，相近的内容：)?(?P<said>.*\[\d+\]。)$")
_SENTENCE = re.compile(r"([^\[\]]*)((?:\[\d+\])+)。")
# What the program itself adds below the sentences.
_OWN = re.compile(
    r"模型的回答中断，以上只是其中已核对的部分，不完整。|.*报告：没有写出有关内容。"
    r"|范围内共\d+份报告，以上只依据最相关的\d+份，没有逐份判断。|库中没有.*的报告。|"
)


class _Report(NamedTuple):
    """A report that the answer cites."""

    rid: int
    name: str
    names: str
    year: int | None


def written_problems(answer: Json, library: LibraryView, known: Collection[str]) -> Iterator[str]:
    """Yield lines, sentences and rows that are not what a model's checked sentences gave.

    `known` are the lines of the numbers beside them.
    """
    sheet = Sheet(library)
    quotes = {c["id"]: c for c in answer.get("citations") or ()}
    marks: dict[str, list[int]] = {}
    text = str(answer.get("text") or "")
    names = Names.of(library, text)
    for line in text.split("\n"):
        if line in known or _OWN.fullmatch(line):
            continue
        found = _LINE.match(line)
        if found is None or _SENTENCE.sub("", found["said"]):
            yield f"文字{line[:30]!r}没有出处"
            continue
        for said, cited in _SENTENCE.findall(found["said"]):
            ids = [int(n) for n in re.findall(r"\d+", cited)]
            yield from _sentence(said, found["lead"], [quotes.get(n) for n in ids], sheet, names)
            for n in ids:
                marks.setdefault(str((quotes.get(n) or {}).get("report_id")), []).append(n)
    yield from _rows(answer, marks, sheet)


def _sentence(
    said: str, lead: str, cited: list[Json | None], sheet: Sheet, names: Names
) -> Iterator[str]:
    sources = []
    for one in cited:
        report = _report(str((one or {}).get("report_id")), sheet)
        if one is None or report is None or report.name != lead:
            yield f"“{said[:20]}…”所标的出处不是{lead!r}的"
            return
        sources.append(Source(str(one["quote"]), report.names, report.year, report.rid))
    given = "".join(f"[{n}]" for n in range(1, len(sources) + 1))
    if check_sentence(f"{said}{given}。", sources, names).problem:
        yield f"“{said[:20]}…”不是所标出处里的话"


def _report(report_id: str, sheet: Sheet) -> _Report | None:
    rows = sheet.library.query(
        "SELECT rid FROM reports WHERE report_id = $1 AND role = 'current'", [report_id]
    )
    if not rows:
        return None
    rid = int(rows[0][0])
    sheet.load([rid])
    one = sheet.reports[rid]
    fields = (one.full_name, one.agency, one.province, one.city, one.county, one.township)
    return _Report(rid, sheet.name(rid), " ".join(filter(None, fields)), one.year)


def _rows(answer: Json, marks: dict[str, list[int]], sheet: Sheet) -> Iterator[str]:
    """Yield when the rows of the prose are not one for each report that is cited."""
    plan = Plan.model_validate(prose_plan(answer))
    expected = []
    for report_id, ids in marks.items():
        report = _report(report_id, sheet)
        if report is not None:
            row = sheet.row(report.rid, label_of(plan), "", dict.fromkeys(ids))
            expected.append(row.model_dump(mode="json"))
    saved = list(answer.get("rows") or ())
    if saved[len(saved) - len(expected) :] != expected or (
        answer.get("prose") is None and len(saved) != len(expected)
    ):
        yield "结果清单与文字里所标的出处不符"
