"""A saved answer against the raw reports: every number read again, every result worked out again.

Shares no code with the reader: the parts lie in `assistant.proof`. The SQL of a saved file is never
run; the plan is compiled afresh, and its statements and hashes must be those of the certificate.
"""

from collections.abc import Callable, Iterable
from pathlib import Path

from assistant.library_view import LibraryView
from assistant.proof.arithmetic import Evidence, Json
from assistant.proof.citations import citation_problems
from assistant.proof.lists import list_problems
from assistant.proof.prose import prose_plan, prose_problems
from assistant.proof.source import (
    Source,
    as_decimal,
    label_before,
    load_source,
    parse_number,
    reading_with,
    says_number,
)
from assistant.proof.written import written_problems
from assistant.rerun import (
    Reader,
    comparable_now,
    edited_problems,
    explanation_problems,
    frame_problems,
    numbers_lines,
    planned_by_model,
    prose_again_problems,
    prose_rerun_problems,
    read_by_rules,
    rerun_problems,
)
from assistant.result import QUOTED
from assistant.saved import load_answer
from index.errors import OutsideError
from index.model import Frozen
from index.search.hit import PassageSearch


class Verification(Frozen):
    """What came of it: problems (best none), and what could not be checked."""

    verified: bool
    summary: str
    numbers: int
    problems: tuple[str, ...]
    not_verified: tuple[str, ...]


def verify_answer(
    saved: Path,
    library: LibraryView,
    read: Reader = read_by_rules,
    search: Callable[[], PassageSearch] | None = None,
    *,
    foreign: bool = False,
) -> Verification:
    """Return what does not agree between a saved answer and the reports it rests on.

    `read` is how a question becomes a plan: the rules, unless a caller read it otherwise. With
    `search`, an answer from prose that no model wrote in is searched and answered again. Of a
    `foreign` answer, sent in by somebody else, no file is opened but the library's own.
    """
    answer = load_answer(saved)
    sources = _Sources(library, foreign=foreign)
    problems: list[str] = []
    notes: list[str] = []
    certificate: Json = answer.get("certificate") or {}
    support = [one for one in certificate.get("support") or () if isinstance(one, dict)]
    sources.prepare(str(one.get("report_id")) for one in support)
    for one in support:
        _check_number(one, sources, problems, notes)
    problems += citation_problems(answer, sources.path)
    for one in answer.get("citations") or ():
        _check_quote(one, sources, problems)
    numbers = [one for one in support if one.get("status") != QUOTED]
    problems += list_problems(answer, Evidence(numbers))
    problems += prose_problems(answer, sources.texts)
    again = _rerun(answer, library, read, problems, notes)
    if again and prose_plan(answer):
        _search_again(answer, library, read, search, problems, notes)
    if not again and not any(isinstance(one.get("start"), int) for one in support):
        problems.append(_NOTHING)
    if answer.get("model") is not None:
        notes.append("回答里关于语言模型的记录没有核对")
        if prose_plan(answer):
            notes.append(_MEANING)
    if not certificate.get("complete", True):
        notes.append("清单超过上限，证书只含其中一部分；份数和合计靠重新运行查询核对")
    problems += sources.problems
    notes += sources.notes
    quotes = len(support) - len(numbers)
    if prose_plan(answer) and not problems:
        return _prose_verification(len(numbers), quotes, again, notes)
    asked = "按修改后的理解重新查询" if answer.get("edited") else "对库重新提问"
    return _verification(len(support), asked if again else "", problems, notes)


_NOTHING = (
    "没有任何内容可以核对：回答没有引用原文数字，库又不是回答时的库。请用回答时的库核对，或重新提问"
)


_MEANING = (
    "模型写的句子只核对了出处、引文和其中的阿拉伯数字；意思是否与原文一致、是否说全，没有核对"
)


_UNREAD = (
    "状态、覆盖情况、提醒、附带的数和引文前后的文字要靠重新回答核对，这次没有核对；"
    "没有模型参与的回答，各行的机关名、年度、说明也没有核对"
)


def _prose_verification(numbers: int, quotes: int, again: bool, notes: list[str]) -> Verification:
    """Return the outcome for an answer with prose, of which everything checked agrees."""
    said = f"{quotes}处引文" + (f"和{numbers}个原文数字" if numbers else "")
    same = "问题读出的计划和所看报告的范围与现在的库相同" if again else "库已不同，另有内容没有核对"
    return Verification(
        verified=True,
        summary=f"核对通过：{said}都与原文相符；{same}。",
        numbers=numbers,
        problems=(),
        not_verified=tuple(dict.fromkeys(notes)),
    )


def _verification(count: int, again: str, problems: list[str], notes: list[str]) -> Verification:
    """Return the outcome; `again` says how the answer was got once more, "" when it was not."""
    problems, notes = list(dict.fromkeys(problems)), list(dict.fromkeys(notes))
    if problems:
        summary = f"没有通过：{len(problems)}处不符。"
    elif not count:
        summary = f"核对通过：回答没有引用原文数字；{again or '对库重新提问'}，得到同样的回答。"
    elif again:
        summary = f"核对通过：{count}个原文数字全部相符，{again}，得到同样的回答。"
    else:
        summary = f"核对通过：{count}个原文数字全部相符；库已不同，另有内容没有核对。"
    return Verification(
        verified=not problems,
        summary=summary,
        numbers=count,
        problems=tuple(problems),
        not_verified=tuple(notes),
    )


_HELD = """SELECT report_id, path, sha256, text FROM reports JOIN texts USING (rid)
    WHERE report_id IN (SELECT unnest($1::VARCHAR[])) ORDER BY rid"""
_TOGETHER = 200


class _Sources:
    """The raw texts, each read once; collects what is wrong with the files themselves."""

    def __init__(self, library: LibraryView, *, foreign: bool = False) -> None:
        self._library = library
        self._foreign = foreign
        self._read: dict[str, Source] = {}
        self._files: dict[str, list[tuple[str, str]]] = {}
        self._copies: dict[str, str] = {}
        self.problems: list[str] = []
        self.notes: list[str] = []

    def of(self, report_id: str, path: str, sha256: str) -> Source:
        """Return the text of a report."""
        if report_id not in self._read:
            source = self._load(report_id, path, sha256)
            self.problems += [source.problem] if source.problem else []
            # A number that nobody can read again is not verified, however well it looks.
            told = self.notes if source.texts else self.problems
            told += [source.note] if source.note else []
            self._read[report_id] = source
        return self._read[report_id]

    def _load(self, report_id: str, path: str, sha256: str) -> Source:
        """Return the text of a report; a foreign answer has no file opened that it names."""
        if not self._foreign or (path, sha256) in self._listed(report_id):
            return load_source(path, sha256, lambda: self._stored(report_id))
        copy = self._stored(report_id)
        if copy is None:
            return Source((), note=f"库里没有编号 {report_id!r} 的报告，它的数字没有核对")
        return Source((copy,), note=f"{path!r} 不是库里的文件，没有打开，按库中的文字副本核对")

    def known(self, report_id: str) -> Source | None:
        """Return a text that was read already, or one of the library."""
        if report_id not in self._read:
            rows = self._listed(report_id)
            if rows:
                return self.of(report_id, *rows[0])
        return self._read.get(report_id)

    def texts(self, report_id: str) -> tuple[str, ...]:
        """Return the readings of a report's text; none when it cannot be had."""
        source = self.known(report_id)
        return source.texts if source else ()

    def path(self, report_id: str) -> str | None:
        """Return where the library has a report from."""
        rows = self._listed(report_id)
        return rows[0][0] if rows else None

    def prepare(self, report_ids: Iterable[str]) -> None:
        """Read what the library holds of many reports, instead of one after the other."""
        wanted = list(dict.fromkeys(report_ids))
        for at in range(0, len(wanted), _TOGETHER):
            some = wanted[at : at + _TOGETHER]
            self._files |= {report_id: [] for report_id in some}
            for report_id, path, sha256, text in self._library.query(_HELD, [some]):
                self._files[report_id].append((str(path), str(sha256)))
                self._copies[report_id] = str(text)

    def _listed(self, report_id: str) -> list[tuple[str, str]]:
        """Return the path and hash of each file of the library with this content."""
        if report_id not in self._files:
            self.prepare([report_id])
        return self._files[report_id]

    def _stored(self, report_id: str) -> str | None:
        return self._copies.get(report_id) if self._listed(report_id) else None


def _check_number(one: Json, sources: _Sources, problems: list[str], notes: list[str]) -> None:
    """Read one number again at its place, and its label before it."""
    source = sources.of(str(one.get("report_id")), str(one.get("path")), str(one.get("sha256")))
    name = f"{one.get('agency')}{one.get('year') or ''}的{_label(one)}"
    if one.get("status") != "reported" and one.get("value") is not None:
        problems.append(f"{name}：状态是{one.get('status')}，却有数值{one.get('value')}")
    start, end, raw = one.get("start"), one.get("end"), str(one.get("raw") or "")
    if not isinstance(start, int) or not isinstance(end, int):
        if one.get("status") == "reported":
            problems.append(f"{name}：有数值却没有原文位置")
        return
    text = reading_with(source, start, end, raw)
    if text is None:
        if source.texts:
            problems.append(f"{name}：原文[{start}:{end}]不是{raw!r}")
        else:
            notes.append(f"{name}：没有原文可核对")
        return
    if one.get("status") == "reported":
        _check_value(one, name, raw, problems, notes)
    if one.get("kind") == "cell" and raw and not label_before(text, start, _row_label(one)):
        notes.append(f"{name}：单元格之前没有找到行名，归属未核对")


def _check_value(one: Json, name: str, raw: str, problems: list[str], notes: list[str]) -> None:
    value = as_decimal(one.get("value"))
    if value is None:
        problems.append(f"{name}：证书里没有数值")
    elif one.get("kind") == "text":
        said = says_number(raw, value)
        if said is False:
            problems.append(f"{name}：原句{raw!r}里没有{value}")
        elif said is None:
            notes.append(f"{name}：原句{raw!r}里没有可比的数字")
    else:
        read = parse_number(raw)
        if read is None:
            notes.append(f"{name}：{raw!r}不是简单的数字写法，数值未核对")
        elif read != value:
            problems.append(f"{name}：原文{raw!r}是{read}，证书写{value}")


def _check_quote(one: Json, sources: _Sources, problems: list[str]) -> None:
    """Check that a citation's quote stands where it says."""
    source = sources.known(str(one.get("report_id")))
    start, end, quote = one.get("start"), one.get("end"), str(one.get("quote") or "")
    if not isinstance(start, int) or not isinstance(end, int):
        problems.append(f"引文{one.get('id')}没有位置")
    elif source is None:
        problems.append(f"引文{one.get('id')}（{quote!r}）不在证书所列的报告里")
    elif source.texts and reading_with(source, start, end, quote) is None:
        problems.append(f"引文{one.get('id')}：原文[{start}:{end}]不是{quote!r}")


def _rerun(
    answer: Json, library: LibraryView, read: Reader, problems: list[str], notes: list[str]
) -> bool:
    """Ask the question again on the same snapshot; return whether that could be done."""
    problems += explanation_problems(answer)
    problems += edited_problems(answer, library)
    if answer.get("edited"):
        notes.append("理解由使用者修改过：计划与问题是否同一个意思，没有核对")
    elif answer.get("note") or answer.get("resolved"):
        notes.append("追问怎样补全成完整的问题，要看此前的对话，没有核对")
        if not answer.get("resolved"):
            return False
    if planned_by_model(answer):
        notes.append("问题由语言模型参与解读：计划与问题是否同一个意思，没有核对")
    if comparable_now(answer, library):
        if prose_plan(answer):
            problems += prose_rerun_problems(answer, library, read)
        else:
            problems += rerun_problems(answer, library, read)
        return True
    notes.append("库的内容已与回答时不同，没有重新读问题，也没有重新运行查询")
    notes.append("状态、提醒、各行的机关名和年度、附带的数等要靠重新运行查询核对，这次没有核对")
    if (answer.get("plan") or {}).get("operation") in ("check", "inventory", "missing"):
        notes.append("这类回答的清单要靠重新运行查询核对，这次没有核对清单")
    return False


def _search_again(
    answer: Json,
    library: LibraryView,
    read: Reader,
    search: Callable[[], PassageSearch] | None,
    problems: list[str],
    notes: list[str],
) -> None:
    """Search and answer again where that can give the same; say what is left unchecked."""
    if search is not None:
        try:
            found = prose_again_problems(answer, library, search)
        except OutsideError as error:
            notes.append(f"没有重新检索：{error}")
        else:
            if not found:
                return
            notes.append("如果回答之后补算了向量或重建了索引，检索结果会不同：请重新提问")
            if answer.get("model") is None:
                problems += found
                return
    if answer.get("model") is not None:
        problems += written_problems(answer, library, numbers_lines(answer, library, read))
        problems += frame_problems(answer, library, read)
    notes.append("没有重新检索：库中有没有更相关的段落，没有核对")
    notes.append(_UNREAD)


def _label(one: Json) -> str:
    from index.catalogue import load_metrics

    metric = load_metrics().get(str(one.get("metric")))
    return f"{metric.row}·{metric.column}" if metric else str(one.get("metric"))


def _row_label(one: Json) -> str:
    from index.catalogue import load_metrics

    metric = load_metrics().get(str(one.get("metric")))
    return metric.row if metric else ""
