"""What stands around a model's sentences in a saved answer, worked out again by code.

Counts, unit, choices, years, lists and the record of every quote depend on no model: they follow
from the plan, the library and what the sentences cite.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from assistant.draft import Draft
from assistant.library_view import LibraryView
from assistant.operations.places import absent_rows, named_bodies
from assistant.plan import Plan
from assistant.proof.arithmetic import Json
from assistant.prose.reach import Reach, reach_of
from assistant.result import QUOTED, Limits, Support

_LISTS = ("rows", "undecided", "rejected", "citations", "choices")
_COUNTS = ("reports", "decidable", "undecidable", "qualified", "rejected", "unsettled", "no_report",
           "duplicates", "superseded")  # fmt: skip
_NAMES = {
    "undecided": "无法判定清单",
    "rejected": "不符合清单",
    "choices": "可选的读法",
    "value": "数值",
    "unit": "单位",
    "ratio": "比值",
}
_SUPPORT = ("report_id", "path", "sha256", "agency", "year")


class _Frame(NamedTuple):
    """The prose half of an answer: its plan and reach, what the numbers' half holds before it."""

    plan: Plan
    reach: Reach
    absent: Sequence[Json]
    before: Json | None

    def part(self, answer: Json, name: str) -> list[Any]:  # Any: JSON
        """Return a list of the answer without what the numbers' half gave it."""
        held = len((self.before or {}).get(name) or ())
        return list(answer.get(name) or ())[held:]


class _Report(NamedTuple):
    """A cited report: what a certificate records of it, and its text."""

    known: Json
    text: str


def framed_problems(answer: Json, library: LibraryView, numbers: Json | None) -> Iterator[str]:
    """Yield what does not follow from the plan and the citations of an answer a model wrote in.

    `numbers` is the half in numbers as it comes out now, None when the answer is prose alone.
    """
    plan = Plan.model_validate(answer.get("prose") or answer["plan"])
    if plan.operation != "passages":
        return
    missing = absent_rows(named_bodies(plan, Draft(library, Limits())))
    absent: list[Json] = [one.model_dump(mode="json") for one in missing]
    frame = _Frame(plan, reach_of(plan, library), absent, numbers)
    yield from _counts(answer, frame)
    yield from _lists(answer, frame)
    yield from _years(answer, frame, library)
    yield from _support(answer, frame, library)


def _counts(answer: Json, frame: _Frame) -> Iterator[str]:
    """Yield counts that are not those of the reports in scope and of the reports written of."""
    total, told = len(frame.reach.rids), len(frame.part(answer, "rows"))
    apart = (len(frame.reach.unsettled), len(frame.absent), 0, 0)
    expected = dict(zip(_COUNTS, (total, told, total - told, told, 0, *apart), strict=True))
    said: Json = answer.get("coverage") or {}
    if frame.before is not None:
        figures = answer.get("figures") or {}
        said = {k: _whole(figures.get(f"prose:{k}")) for k in expected}
    for name, count in expected.items():
        if said.get(name, 0) != count:
            yield f"覆盖情况的{name}写{said.get(name)!r}，按范围和出处应为{count}"


def _whole(number: Any) -> Any:  # Any: JSON
    """Return a figure, which is written as a decimal, as the whole number it is."""
    text = str(number)
    return int(text) if text.isdigit() else number


def _lists(answer: Json, frame: _Frame) -> Iterator[str]:
    """Yield lists and single values that an answer in a model's words has no ground for."""
    if frame.part(answer, "undecided") != frame.absent:
        yield f"{_NAMES['undecided']}不是按范围重新得出的那一份"
    for name in ("rejected", "choices"):
        if frame.part(answer, name):
            yield f"{_NAMES[name]}里有模型的话所没有的内容"
    for name in ("value", "unit", "ratio"):
        if frame.before is None and answer.get(name) is not None:
            yield f"{_NAMES[name]}写{answer[name]!r}，正文的回答没有{_NAMES[name]}"
    if frame.absent and answer.get("status") == "answered":
        yield "有所问的报告库中没有，状态却写完整回答"
    if answer.get("status") not in ("answered", "partial"):
        yield f"状态写{answer.get('status')!r}，却有模型写的句子"


def _years(answer: Json, frame: _Frame, library: LibraryView) -> Iterator[str]:
    """Yield figures that are no year of a report in scope."""
    sql = "SELECT DISTINCT year FROM reports WHERE rid IN (SELECT unnest($1::INTEGER[]))"
    held = {str(year) for (year,) in library.query(sql, [list(frame.reach.rids)]) if year}
    mark = "prose:year:" if frame.before is not None else "year:"
    known = {f"prose:{name}" for name in _COUNTS} if frame.before is not None else set()
    known |= set((frame.before or {}).get("figures") or {})
    for name, value in (answer.get("figures") or {}).items():
        year = name.removeprefix(mark)
        if name in known:
            continue
        if not name.startswith(mark) or str(value) != year or year not in held:
            yield f"附带的数{name}={value}不是范围内报告的年度"


def _support(answer: Json, frame: _Frame, library: LibraryView) -> Iterator[str]:
    """Yield when the record of the quotes is not one entry, rightly named, for each citation."""
    certificate: Json = answer.get("certificate") or {}
    before: Json = (frame.before or {}).get("certificate") or {}
    kept = list(certificate.get("support") or ())[len(before.get("support") or ()) :]
    cited = frame.part(answer, "citations")
    if len(kept) != len(cited):
        yield f"证书里有{len(kept)}处引文，回答引用了{len(cited)}处"
        return
    reports = _reports(cited, library)
    for one, citation in zip(kept, cited, strict=True):
        report = reports.get(str(citation.get("report_id")))
        if report is None or one != _expected(citation, report.known):
            yield f"引文{citation.get('id')}在证书里的记录与库和引文不符"
        elif not _stands_before(citation, report.text):
            yield f"引文{citation.get('id')}前面的文字不是原文"


def _reports(cited: Sequence[Json], library: LibraryView) -> dict[str, _Report]:
    """Return the cited reports that are current in the library, by their ids."""
    sql = f"""SELECT {", ".join(_SUPPORT)}, text FROM reports JOIN texts USING (rid)
        WHERE role = 'current' AND report_id IN (SELECT unnest($1::VARCHAR[])) ORDER BY rid"""
    ids = [str(citation.get("report_id")) for citation in cited]
    found: dict[str, _Report] = {}
    for *known, text in library.query(sql, [ids]):
        found[known[0]] = _Report(dict(zip(_SUPPORT, known, strict=True)), text)
    return found


def _expected(citation: Json, known: Json) -> Json | None:
    """Return the record of a quote in the certificate, as the library tells its report."""
    if citation.get("kind") != "text" or citation.get("path") != known["path"]:
        return None
    quote, start, end = (citation.get(name) for name in ("quote", "start", "end"))
    one = Support(about=known["report_id"], **known, kind="text", metric="", status=QUOTED,
                  raw=str(quote), start=start, end=end, value=None, role="yes")  # fmt: skip
    return one.model_dump(mode="json")


def _stands_before(citation: Json, text: str) -> bool:
    """Tell whether the words shown before a quote stand right before it in the report."""
    context = "".join(str(citation.get("context") or "").split())
    return not context or "".join(text[: int(citation["end"])].split()).endswith(context)
