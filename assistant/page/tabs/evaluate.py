"""The tab evaluate: runs, a prompt tried, what visitors judged; the desk is handed in."""

from collections.abc import Callable

from assistant.markup import Html
from assistant.page.desks.evaluating import EvaluatingDesk
from assistant.page.frame import Frame
from assistant.page.tabs import evaluate_runs, evaluate_trial
from assistant.page.widgets import Component
from assistant.page.words import Words, words


def lay(
    frame: Frame, desk: EvaluatingDesk, feedback: Callable[[Words], Html] | None = None
) -> None:
    """Lay the tab out and tie its events; `feedback` gives the list of what visitors judged."""
    with frame.widgets.tab("evaluate.tab") as tab:
        runs = evaluate_runs.lay(frame)
        trial = evaluate_trial.lay(frame)
        shown = frame.widgets.html("evaluate-shown", comes_up=True)
        evaluate_runs.tie(frame, desk, tab, runs, shown)
        evaluate_trial.tie(frame, desk, tab, trial, [*runs[:3], shown])
        if feedback is not None:
            _lay_feedback(frame, tab, feedback)


def _lay_feedback(frame: Frame, tab: Component, feedback: Callable[[Words], Html]) -> None:
    made = frame.widgets
    with made.folded("evaluate.feedback"):
        place = made.html("evaluate-feedback")

    def thought(language: str) -> Html:
        return feedback(words(language))

    made.draw(tab, thought, [made.language], [place])
