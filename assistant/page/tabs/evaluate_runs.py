"""The runs that are kept: their list, one opened, two compared; a part of the tab evaluate."""

from typing import Any, NamedTuple

from assistant.markup import Html
from assistant.page.desks.evaluating import EvaluatingDesk
from assistant.page.frame import Frame
from assistant.page.views.evaluate import run_title, runs_view
from assistant.page.widgets import Act, Component, update
from assistant.page.words import words


class Runs(NamedTuple):
    """Where the runs stand: their list, the two choices of what to compare."""

    listed: Component
    before: Component
    after: Component
    compare: Component


def lay(frame: Frame) -> Runs:
    """Lay the runs out."""
    made = frame.widgets
    with made.folded("evaluate.runs", opened=True):
        listed = made.html("evaluate-runs", acts=True)
        with made.row():
            before = made.choice("evaluate.before", min_width=240)
            after = made.choice("evaluate.after", min_width=240)
        return Runs(listed, before, after, made.button("evaluate.compare"))


def tie(frame: Frame, desk: EvaluatingDesk, tab: Component, runs: Runs, shown: Component) -> None:
    """Tie the events of the runs; what is opened or compared comes into `shown`."""
    made = frame.widgets

    def opened(act: Act) -> Html:
        return desk.run(act["run"])

    made.on_act(runs.listed, opened, (), [shown])
    made.on(runs.compare.click, desk.comparison, [runs.before, runs.after], [shown],
            at_once=1, progress="full")  # fmt: skip

    def listed(language: str) -> tuple[Any, ...]:
        return runs_shown(desk, language)

    made.draw(tab, listed, [made.language], list(runs[:3]))


def runs_shown(desk: EvaluatingDesk, language: str) -> tuple[Any, ...]:
    """Return the list of runs, and the two choices of those that are whole."""
    runs = desk.runs()
    whole = [run for run in runs if not run.problem and run.cases == run.due]
    choices = [(run_title(run), run.key) for run in whole]
    return runs_view(runs, words(language)), update(choices=choices), update(choices=choices)
