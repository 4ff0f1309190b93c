"""The question bank answered by the rules, by the model as reader, and by both as the product does.

`ask.model` has the planner read also what the rules can read; what the rules refuse for good (a
forecast, other data) is refused as in the product, before any model. `ask.both` is the product:
what it answers from the prose is neither right nor wrong here but beside; task `prose` judges that.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import ClassVar

from assistant.answer import answer, answer_plan
from assistant.ask import Doors, ask
from assistant.names import Names
from assistant.plan import PROSE, Refusal, Understanding
from assistant.planner import plan_with_model
from assistant.result import Answer
from assistant.understand import understand
from evals.cases.gold import Key
from evals.cases.judge import judge
from evals.cases.shown import report_names
from evals.cases.small_library import digest, held_names
from evals.suite.run import CaseResult, Count, Rate
from evals.tasks.ask_cases import Asked, Spoken, bank_cases, bank_files, sample, spoken_cases
from evals.tasks.ask_counts import RATES, counts_of, verdict_counts
from evals.tasks.corpora import SAMPLES, opened
from evals.tasks.task import Case, Setting
from evals.tasks.unquoted import unquoted
from evals.tasks.witness import Witness

_UNREAD = Understanding(refusal=Refusal(code="unread", message="这一问不用规则来读。"))
_SHOWN = 200
Told = tuple[Answer, str | None]  # an answer, and why it was refused


class AskRules:
    """The task `ask.rules`: every phrasing of the bank, read by the rules alone."""

    name = "ask.rules"
    title = "提问：只用规则"
    needs_model = False
    items: tuple[str, ...] = ()
    prompts: tuple[str, ...] = ()
    rates: tuple[Rate, ...] = RATES

    def cases(self) -> Sequence[Case]:
        """Return every phrasing."""
        return bank_cases()

    def files(self) -> Sequence[Path]:
        """Return the questions, the reports and their gold tables."""
        return bank_files()

    def run(self, case: Case, setting: Setting) -> CaseResult:
        """Return how one question was answered."""
        if isinstance(case.given, Spoken):
            return judge_reading(case, self._read(case.given.question, setting))
        return self.judged(case, self._told(case.given.question, setting))

    def judged(self, case: Case, told: Told) -> CaseResult:
        """Return the result of what was told to a question of the bank."""
        asked: Asked = case.given
        found, code = told
        judged = judge(asked.case, found, code, _report_names())
        verdict = "beside" if _is_prose(found) else judged.outcome
        scored = counts_of(asked.case, found, verdict, _report_names())
        return CaseResult(
            case=case.id, cluster=case.cluster, traits=case.traits, counts=scored.counts,
            details=scored.details, verdict=verdict, reason=unquoted(judged.reason),
            shown=found.explanation[:_SHOWN],
        )  # fmt: skip

    def _told(self, question: str, setting: Setting) -> Told:
        library = opened(SAMPLES, embed=False).library
        return answer(question, library), self._code(question)

    def _read(self, question: str, setting: Setting) -> Understanding:
        return understand(question, held_names())

    def _code(self, question: str) -> str | None:
        """Return why the rules refuse a question; an answer itself only says it in words."""
        refusal = self._understood(question)[0].refusal
        return refusal.code if refusal else None

    def _understood(self, question: str) -> tuple[Understanding, Names]:
        names = Names.of(opened(SAMPLES, embed=False).library, question)
        return understand(question, names), names


class _AskModel(AskRules):
    """What the tasks with a model share: their cases, a sample unless all are wanted."""

    needs_model = True
    prompts = ("read_question",)
    _reads_prose: ClassVar[bool] = False

    def __init__(self, *, full: bool = False) -> None:
        self._full = full

    def cases(self) -> Sequence[Case]:
        """Return the phrasings that `ask_sample.toml` says, or all, and the colloquial ones."""
        asked = [
            case
            for case in bank_cases()
            if not (self._reads_prose and case.given.case.refuse == ("prose",))
        ]
        return [*(asked if self._full else sample(asked)), *spoken_cases()]


class AskModel(_AskModel):
    """The task `ask.model`: the planner reads, also where the rules could."""

    name = "ask.model"
    title = "提问：只用模型解读"

    def _told(self, question: str, setting: Setting) -> Told:
        understood, names = self._understood(question)
        read = _planned(question, names, understood, setting)
        code = read.refusal.code if read.refusal else None
        return answer_plan(read, opened(SAMPLES, embed=False).library, question), code

    def _read(self, question: str, setting: Setting) -> Understanding:
        names = held_names()
        return _planned(question, names, understand(question, names), setting)


class AskBoth(_AskModel):
    """The task `ask.both`: the product, the rules first and the model where they cannot read.

    Questions whose only right refusal is that rules do not read prose are left out.
    """

    name = "ask.both"
    title = "提问：规则和模型"
    _reads_prose = True

    def _told(self, question: str, setting: Setting) -> Told:
        corpus = opened(SAMPLES, embed=False)
        model = Witness(setting.model) if setting.model else None
        doors = Doors(lambda: corpus.search, lambda: model, setting.prompts)
        found = ask(question, corpus.library, doors)
        if model:
            model.check()
        return found, self._code(question)

    def _read(self, question: str, setting: Setting) -> Understanding:
        names = held_names()
        read = understand(question, names)
        if setting.model is None or read.refusal is None or read.refusal.code != "unread":
            return read
        return plan_with_model(question, names, read, setting.model, setting.prompts)


def _planned(
    question: str, names: Names, understood: Understanding, setting: Setting
) -> Understanding:
    """Return how the model reads a question; a refusal of the rules stands, as in the product."""
    assert setting.model is not None
    declined = understood if understood.refusal else _UNREAD
    return plan_with_model(question, names, declined, setting.model, setting.prompts)


def judge_reading(case: Case, read: Understanding) -> CaseResult:
    """Return the result of a colloquial question: its plan, refusal or choice against gold."""
    expected, said = case.given.expected, digest(read)
    refused, due = read.refusal is not None, expected.startswith("!")
    verdict = "right" if said == expected else "wrong" if read.plan else "declined"
    counts: dict[str, Count] = verdict_counts(verdict)
    if due:
        counts["refusal_recall"] = (float(refused), 1.0)
    if refused:
        counts["refusal_precision"] = (float(due), 1.0)
    return CaseResult(
        case=case.id, cluster=case.cluster, traits=case.traits, counts=counts, verdict=verdict,
        reason="" if verdict == "right" else f"应是 {expected}", shown=said[:_SHOWN],
    )  # fmt: skip


@cache
def _report_names() -> Mapping[str, Key]:
    """Return which report each report_id of the library is."""
    library = opened(SAMPLES, embed=False).library
    return report_names(library.query("SELECT report_id, path FROM reports"))


def _is_prose(found: Answer) -> bool:
    """Tell whether an answer quotes the prose, where a number or a list was asked for."""
    return found.plan is not None and found.plan.operation in PROSE and found.status != "refused"
