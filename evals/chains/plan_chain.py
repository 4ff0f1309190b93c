"""The planner on colloquial questions, each held to the plan or refusal written beside it."""

from collections.abc import Iterator
from pathlib import Path

from assistant.model_reply import ModelError
from assistant.planner import plan_with_model
from assistant.understand import understand
from evals.cases.small_library import digest, held_names
from evals.chains.outcome import Outcome
from evals.chains.setting import Judged, Setting, timed

CASES = Path(__file__).parents[1] / "cases" / "colloquial.tsv"


def run_plan(setting: Setting, most: int) -> Iterator[Outcome]:
    """Yield the outcome of each question; what the rules read alone is left out."""
    names = held_names()
    lines = (line.split("\t") for line in CASES.read_text(encoding="utf-8").splitlines())
    asked = 0
    for question, expected in lines:
        declined = understand(question, names)
        if declined.refusal is None or declined.refusal.code != "unread" or asked >= most:
            continue
        asked += 1

        def judge(question: str = question, expected: str = expected) -> Judged:
            try:
                found = plan_with_model(
                    question, names, understand(question, names), setting.model, setting.prompts
                )
            except ModelError as error:
                return "declined", f"model: {error}", ""
            if found.plan is None:
                return "declined", "; ".join(found.notes), ""
            said = digest(found)
            return ("answered", "", said) if said == expected else ("wrong", expected, said)

        yield timed("plan", question, setting.model, judge)
