"""Answers written by a model: every sentence is checked before anyone sees it, or left out.

Knows the `Model` protocol only. Passages are one numbered line each: text without line breaks and
brackets of its own cannot forge another passage.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from assistant.model_reply import Model, ModelError
from assistant.names import Names
from assistant.obedience import obedient
from assistant.prompts import Message, Prompts
from assistant.prose.claims import Source, check_sentence
from assistant.prose.found import Candidate
from assistant.prose.sheet import Sheet
from assistant.prose.words import say_section
from assistant.sentences import plain, shared
from index.model import NianbaoError

PROMPT = "answer_passages"
_REPLY = 512
_LONGEST_SENTENCE = 400
_MOST_SENTENCES = 8
_MOST_SEEN = 40
_MOST_REPEATED = 3
_SAID_ALREADY = 0.8
# A sentence ends with its marks, which may stand before or after the full stop.
_END = re.compile(r"[。！？!?\n]+[”’」』）)]*(?:\s*[\[［【]\s*\d{1,6}\s*[\]］】])*")
_OPEN = re.compile(
    r"[。！？!?；;\n]+[”’」』）)]*(?:\s*[\[［【]\s*\d{1,6}\s*[\]］】])*\s*(?:[\[［【]\s*\d{0,6}\s*)?$"
)
_STOP = re.compile(r"[。！？!?；;\s]+$")
_LIST = re.compile(
    r"^\s*(?:[-*•·]+|[（(]?\d{1,2}[）)]|\d{1,2}[.、．])?\s*(?:(?:答案?|回答|原文)\s*[:：])?\s*"
)
_MASK = str.maketrans({
    "[": "（", "]": "）", "［": "（", "］": "）", "【": "（", "】": "）", "<": "＜", ">": "＞",
    "|": "｜", "#": "＃", "`": "＇", "{": "（", "}": "）",
})  # fmt: skip


class Written(NamedTuple):
    """What a model wrote: the sentences that stand, their passages, why others fell.

    `cut` tells that the reply broke off, `failed` what the endpoint said before anything came.
    """

    sentences: tuple[tuple[str, tuple[int, ...]], ...]
    fallen: dict[str, int]
    cut: bool = False
    failed: str = ""


class Shown(NamedTuple):
    """The passages that a model is given, in the order of their numbers."""

    candidates: tuple[Candidate, ...]
    sources: tuple[Source, ...]
    left_out: int


def show_passages(
    candidates: Sequence[Candidate], sheet: Sheet, model: Model, question: str, prompts: Prompts
) -> Shown:
    """Return as many passages, best first, as the model's context holds beside its reply."""
    frame = prompts[PROMPT].fill(question=question, passages="")
    room = model.context - _REPLY - sum(model.count(m.content) + 8 for m in frame)
    taken: list[Candidate] = []
    for one in candidates:
        room -= model.count(_line(len(taken) + 1, one, sheet)) + 1
        if room < 0:
            break
        taken.append(one)
    sources = tuple(_source(one, sheet) for one in taken)
    return Shown(tuple(taken), sources, len(candidates) - len(taken))


def messages_for(
    question: str, shown: Shown, sheet: Sheet, prompts: Prompts
) -> tuple[Message, ...]:
    """Return the messages: the question and the numbered passages."""
    lines = [_line(n, one, sheet) for n, one in enumerate(shown.candidates, start=1)]
    return prompts[PROMPT].fill(question=safe_line(question), passages="\n".join(lines))


def write_answer(
    messages: Sequence[Message],
    shown: Shown,
    model: Model,
    names: Names,
    question: str,
    tell: Callable[[str, tuple[int, ...]], None],
) -> Written:
    """Stream the model's reply and keep the sentences that their passages bear out.

    `tell` gets each kept sentence, whole, with its passages (from 1), as soon as it is checked.
    """
    kept: list[tuple[str, tuple[int, ...]]] = []
    fallen: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    try:
        for sentence in _sentences(model.stream(messages, _REPLY)):
            checked = check_sentence(_LIST.sub("", sentence), shown.sources, names)
            text = _STOP.sub("", checked.text)
            seen[plain(text)] += 1
            if seen[plain(text)] > 1:
                fallen["与前面的句子重复"] += 1
            elif not checked.problem and _repeats(text, question, shown):
                fallen["只重复了问题"] += 1
            elif checked.problem:
                fallen[checked.problem] += 1
            else:
                kept.append((text, checked.cites))
                tell(text, checked.cites)
            if _enough(kept, seen):
                break
    except (ModelError, NianbaoError) as error:
        return Written(tuple(kept), dict(fallen), cut=bool(kept), failed=str(error))
    return Written(tuple(kept), dict(fallen))


def _repeats(text: str, question: str, shown: Shown) -> bool:
    """Tell whether a sentence says nothing beyond the question and the name of the report."""
    names = "\n".join(f"{one.names}{one.year or ''}年" for one in shown.sources)
    return shared(text, f"{question}\n{names}") >= _SAID_ALREADY


def safe_line(text: str) -> str:
    """Return text on one line, without the signs that the prompt's own form is made of."""
    seen = "".join(c for c in text if c.isprintable() or c.isspace())
    return " ".join(seen.translate(_MASK).split())


def _enough(kept: list[tuple[str, tuple[int, ...]]], seen: Counter[str]) -> bool:
    """Tell whether to stop listening: enough is said, or the model goes round in circles."""
    return (
        len(kept) >= _MOST_SENTENCES
        or seen.total() >= _MOST_SEEN
        or max(seen.values()) > _MOST_REPEATED
    )


def _sentences(pieces: Iterator[str]) -> Iterator[str]:
    """Yield whole sentences with the marks that follow them; a runaway one ends the reading."""
    held = ""
    for piece in pieces:
        held += piece
        while (end := _ready(held)) is not None:
            sentence, held = held[:end], held[end:]
            if plain(sentence):
                yield sentence
        if len(held) > _LONGEST_SENTENCE:
            return
    while held:
        found = _END.search(held)
        end = found.end() if found else len(held)
        if plain(held[:end]):
            yield held[:end]
        held = held[end:]


def _ready(held: str) -> int | None:
    """Return where the first sentence ends, None while more marks may follow it."""
    found = _END.search(held)
    if found is None or _OPEN.match(held, found.start()):
        return None
    return found.end()


def _line(number: int, one: Candidate, sheet: Sheet) -> str:
    report = sheet.reports[one.hit.rid]
    where = f"{report.name}{report.year or ''}{'年' if report.year else ''}"
    section = say_section(one.hit.section)
    text = safe_line(obedient(one.hit.text))
    return f"[{number}]（{safe_line(where)}{section}）{text}"


def _source(one: Candidate, sheet: Sheet) -> Source:
    report = sheet.reports[one.hit.rid]
    fields = (report.full_name, report.agency, report.province, report.city, report.county,
              report.township)  # fmt: skip
    names = " ".join(dict.fromkeys(filter(None, fields)))
    return Source(obedient(one.hit.text), names, report.year, one.hit.rid)
