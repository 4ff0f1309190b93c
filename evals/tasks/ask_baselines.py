"""What the scores of `ask` are worth: answers of programs that know nothing.

Both take the cases of `ask.rules`, so that they can be held beside any run over the bank.
"""

from decimal import Decimal

from assistant.result import Answer
from evals.suite.run import CaseResult
from evals.tasks.ask import AskRules, Told
from evals.tasks.ask_cases import Asked
from evals.tasks.task import Case, Setting


class RefuseAll(AskRules):
    """Declines everything; where a refusal is due it names the very reason that is due."""

    title = "基线：一律拒答"

    def run(self, case: Case, setting: Setting) -> CaseResult:
        """Return the result of a refusal, for the reason the case wants."""
        asked: Asked = case.given
        code = asked.case.refuse[0] if asked.case.refuse else "unread"
        found = Answer(question=asked.question, status="refused", text="")
        return self.judged(case, (found, code))


class Zero(AskRules):
    """Answers 0 to everything, and lists nothing."""

    title = "基线：一律答零"

    def _told(self, question: str, setting: Setting) -> Told:
        return Answer(question=question, status="answered", text="0", value=Decimal(0)), None
