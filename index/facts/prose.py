"""Numbers that the prose of a report states, each with its quote: `read_facts`.

Reads the sentences outside the statutory tables and outside the section of problems and plans. The
phrases are those of `data/facts.toml`; what is doubtful gives no fact.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from index.facts.doubts import Context
from index.facts.fact_table import load_fact_table
from index.facts.phrases import Phrase, read_phrases
from index.facts.subjects import body_of
from index.identity.identify import identify
from index.model import Document, Fact, Identity, Section, Table
from index.normalise import normalise
from index.reading.labels import standard_terms

_ANY_YEAR = re.compile(r"(20\d\d)\s*年")
_TABLE_LABEL = re.compile(
    r"第\s*二\s*十\s*条\s*第?\s*\(|信\s*息\s*内\s*容|申\s*请\s*人\s*情\s*况|勾\s*稽\s*关\s*系"
    r"|本\s*年\s*新\s*收\s*政\s*府|结\s*果\s*维\s*持|本\s*年\s*制\s*发\s*件|本\s*年\s*新\s*制\s*作"
)
_CELL_LABEL = re.compile(r"信息内容|总\s*计|结果|自然人|企业|处理决定|制发件数|\||\t\d")
_PROBLEMS = re.compile(r"\n[#\s]*[五5][、.][^\n]{0,8}问题")
_OTHER_MATTERS = re.compile(r"\n[#\s]*[六6][、.][^\n]{0,4}其\s*他\s*需\s*要")
_SENTENCE = re.compile(
    r"(?:[^。!?\n]|\n(?![#*\s-]*[(\[]?(?:[一二三四五六七八九十]{1,3}|\d{1,2})[)\].、](?!\d)))+"
)
_TOPIC = re.compile(
    "公[开布]|发布|微信|公众号|申请|复议|诉讼|规范性文件|结转|转结|顺延|废止|办结|答复"
)
_STATES = re.compile(
    r"[\d零〇一二两三四五六七八九十百千万余多]\s*[余多]?\s*[条件份篇宗起例个则期次封部]"
    r"|\d\s*余?\s*(?:[、,;)\n]|$)|未|没|无|不存在|零"
)
_TORN = re.compile(r"\d(?: +|\s*\n\s*\n\s*)\d")
_LONG_CELL = 40
_BEFORE = 120


class _Found(NamedTuple):
    """A phrase at its place in the document."""

    phrase: Phrase
    start: int
    end: int


def read_facts(
    document: Document, sections: tuple[Section, ...], identity: Identity | None = None
) -> tuple[Fact, ...]:
    """Return the counts that the prose states, in text order; each statement is its own fact.

    Spans index `document.text`. Several accounts of one report are never added up; two different
    totals are both kept. `identity` is read from the document when it is not given.
    """
    plain = standard_terms(normalise(document.text))
    identity = identity or identify(document)
    around = Context("", _report_year(plain, document, identity), body_of(identity))
    clauses = load_fact_table().clause_end.sub(lambda m: m[0].replace("\n", ";"), plain)
    found = [
        item
        for opening, close in _open_spans(plain, document.body, sections)
        for match in _SENTENCE.finditer(clauses, opening, close)
        for item in _read_sentence(clauses, match.span(), around)
        if _in_prose(document, plain, item)
    ]
    return tuple(_fact(document.text, item) for item in _settled(found))


def _fact(text: str, item: _Found) -> Fact:
    name, value, unit, bound = item.phrase[:4]
    return Fact(name, value, unit, bound, text[item.start : item.end], item.start, item.end)


def _report_year(plain: str, document: Document, identity: Identity) -> int | None:
    """Return the report's year, else the first year named, to tell last year's numbers."""
    named = _ANY_YEAR.search(plain, *document.body)
    return identity.year or (int(named[1]) if named else None)


def _read_sentence(plain: str, span: tuple[int, int], around: Context) -> Iterator[_Found]:
    """Yield what one sentence states, with spans in the document."""
    start, end = span
    text = standard_terms("".join(plain[start:end].split()))
    if not (_TOPIC.search(text) and _STATES.search(text)):
        return
    before = "".join(plain[max(0, start - _BEFORE) : start].split())
    places: list[int] = []
    for phrase in read_phrases(text, around._replace(before=before)):
        places = places or [i for i in range(start, end) if not plain[i].isspace()]
        yield _Found(phrase, places[phrase.start], places[phrase.end - 1] + 1)


def _open_spans(
    plain: str, body: tuple[int, int], sections: tuple[Section, ...]
) -> Iterator[tuple[int, int]]:
    """Yield the spans of the body that are neither a statutory table nor problems and plans."""
    at = body[0]
    for start, end in sorted(_closed_spans(plain, body, sections)):
        if at < start:
            yield at, min(start, body[1])
        at = max(at, end)
    if at < body[1]:
        yield at, body[1]


def _closed_spans(
    plain: str, body: tuple[int, int], sections: tuple[Section, ...]
) -> Iterator[tuple[int, int]]:
    """Yield what is not read: the section of problems, and each table up to the next section."""
    problems = [(s.start, s.end) for s in sections if "问题" in s.name]
    others = [m.start() for m in _OTHER_MATTERS.finditer(plain, *body)]
    if not problems:
        starts = [m.start() for m in _PROBLEMS.finditer(plain, *body)]
        problems = [(s, min([o for o in others if o > s], default=body[1])) for s in starts]
    yield from problems
    stops = sorted({s.start for s in sections} | {start for start, _ in problems} | {*others})
    at = body[0]
    while match := _TABLE_LABEL.search(plain, at, body[1]):
        start, at = match.span()
        if _is_sentence(plain, start):
            continue
        at = max(at, min([stop for stop in stops if stop > start], default=body[1]))
        yield from _without_sentences(plain, start, at)


def _is_sentence(plain: str, at: int) -> bool:
    """Say whether a table's label is only quoted in a line of running text."""
    line = _line(plain, at, at)
    return "。" in line and len(_TABLE_LABEL.findall(line)) < 3


def _without_sentences(plain: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield a table's span without the lines of running text that stand between its rows."""
    at = start
    while (stop := plain.find("。", at, end)) >= 0:
        line_start = max(plain.rfind("\n", 0, stop) + 1, start)
        line_end = plain.find("\n", stop, end)
        line_end = end if line_end < 0 else line_end
        if _CELL_LABEL.search(plain, line_start, line_end) is None:
            yield start, line_start
            start = line_end
        at = line_end
    yield start, end


def _line(plain: str, start: int, end: int) -> str:
    stop = plain.find("\n", end)
    return plain[plain.rfind("\n", 0, start) + 1 : len(plain) if stop < 0 else stop]


def _in_prose(document: Document, plain: str, item: _Found) -> bool:
    """Say whether a phrase is running text: no row of a table, no number torn by spaces."""
    quote = plain[item.start : item.end]
    if "|" in quote or "\t" in quote or _TORN.search(quote):
        return False
    line = _line(plain, item.start, item.end).strip("|\t ")
    if line.count("|") > 1 or line.count("\t") > 1:
        return False
    tables = [t for t in document.tables if t.start < item.end and item.start < t.end]
    return all(_in_long_cell(plain, table, item) for table in tables)


def _in_long_cell(plain: str, table: Table, item: _Found) -> bool:
    """Say whether a table only lays out text: the phrase stands in one cell that is a paragraph."""
    return any(
        cell.start <= item.start and item.end <= cell.end
        for cell in table.cells
        if cell.end - cell.start >= _LONG_CELL and "。" in plain[cell.start : cell.end]
    )


def _settled(found: list[_Found]) -> list[_Found]:
    """Drop what only holds while the report states nothing firmer.

    A total of one channel, or of a loose wording, gives way to a whole and to another such total;
    that all received requests were closed, to a stated count of closed or carried ones.
    """
    firm = [item.phrase for item in found if item.phrase.footing == "firm"]
    names = {phrase.name for phrase in firm}
    carried = {p.name for p in firm if p.value and p.name.startswith("requests_carried")}
    kept = {"firm"}
    for footings, rivals in (
        ({"lone", "void"}, names & {"disclosed_total"}),
        ({"implied"}, carried | names & {"requests_closed"}),
    ):
        values = {item.phrase.value for item in found if item.phrase.footing in footings}
        if not rivals and len(values) == 1:
            kept |= footings - {"void"}
    found = [item for item in found if item.phrase.footing in kept]
    return sorted(found, key=lambda item: (item.start, item.end))
