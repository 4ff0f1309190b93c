"""The runs that are kept: their list, one opened, two compared; a part of the tab evaluate."""

from typing import Any, NamedTuple

from assistant.markup import Html
from assistant.page.desks.evaluating import EvaluatingDesk
from assistant.page.frame import Frame
from assistant.page.views.evaluate import run_title, runs_view
from assistant.page.widgets import Act, Component, update
from assistant.page.words import words


class Runs(NamedTuple):
    """Where the runs stand: their list, the two choices, what is shown of one or two."""

    listed: Component
    before: Component
    after: Component
    shown: Component


def lay(frame: Frame, desk: EvaluatingDesk, tab: Component) -> Runs:
    """Lay the runs out and tie their events."""
    made = frame.widgets
    with made.folded("evaluate.runs", opened=True):
        listed = made.html("evaluate-runs", acts=True)
        with made.row():
            before = made.choice("evaluate.before", min_width=240)
            after = made.choice("evaluate.after", min_width=240)
        compare = made.button("evaluate.compare")
    shown = made.html("evaluate-shown", comes_up=True)

    def opened(act: Act) -> Html:
        return desk.run(act["run"])

    made.on_act(listed, opened, (), [shown])
    made.on(compare.click, desk.comparison, [before, after], [shown], at_once=1, progress="full")
    made.on(
        [tab.select, made.language.change], lambda language: runs_shown(desk, language),
        [made.language], [listed, before, after], progress="hidden",
    )  # fmt: skip
    return Runs(listed, before, after, shown)


def runs_shown(desk: EvaluatingDesk, language: str) -> tuple[Any, ...]:
    """Return the list of runs, and the two choices of those that are whole."""
    runs = desk.runs()
    whole = [run for run in runs if not run.problem and run.cases == run.due]
    choices = [(run_title(run), run.key) for run in whole]
    return runs_view(runs, words(language)), update(choices=choices), update(choices=choices)
