"""The program itself, by its rules and without a model, judged as its peers are."""

import tempfile
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from evals.cases.gold import body_name
from evals.cases.run import open_samples
from evals.peers.question import Asked, QuestionPeer, Said, question_result
from evals.suite.run import CaseResult
from evals.tasks.task import Case, Setting

if TYPE_CHECKING:
    from assistant.result import Answer
    from index.store.library import Library


class OwnAsk(QuestionPeer):
    """The task `peer.own.ask`: what the others are beside in the table of the questions."""

    title = "本程序回答问题（规则，不用模型）"
    needs_model = False
    prompts: tuple[str, ...] = ()

    def __init__(self, phrasings: int = 1) -> None:
        super().__init__(phrasings)
        self._folder = tempfile.TemporaryDirectory()

    def run(self, case: Case, setting: Setting) -> CaseResult:
        """Return what the program's answer is worth by the peers' scores."""
        from assistant.answer import answer

        asked: Asked = case.given
        return question_result(case, _said(answer(asked.question, self._library)))

    @cached_property
    def _library(self) -> "Library":
        return open_samples(Path(self._folder.name))


def _said(answer: "Answer") -> Said:
    """Return rows and value of an answer; a row that gives the value is no list beside it."""
    items = tuple(
        (body_name(row.model_dump()) if row.agency else row.group or "", row.year)
        for row in answer.rows
    )
    value = answer.value
    if value is None and len(answer.rows) == 1:
        value = answer.rows[0].value
    number = None if value is None else Decimal(value)
    return Said(items, number, shown=answer.text, reason="" if items or number else answer.text)
