"""Trying a prompt, or running a task: what is wanted, the estimate, the consent, the progress."""

from typing import Any, NamedTuple

from assistant.page.desks.evaluating import (
    LONGEST_PROMPT,
    MOST_CASES,
    Estimate,
    EvaluatingDesk,
    offered,
    wanted_from,
)
from assistant.page.frame import Frame
from assistant.page.house import OwnModel
from assistant.page.tabs.evaluate_runs import runs_shown
from assistant.page.views.evaluate import estimate_view, progress_view
from assistant.page.widgets import Component, update
from assistant.page.words import words
from index.errors import MisuseError

_REPLIES = {"recorded": "evaluate.replies_recorded", "model": "evaluate.replies_model"}
_SECONDS = 1.0


class _Form(NamedTuple):
    """What is asked of a visitor who wants something run; in the order of `wanted_from`."""

    task: Component
    edit: Component
    prompt: Component
    text: Component
    sets: Component
    most: Component
    replies: Component
    version: Component


class _Run(NamedTuple):
    """The consent and the progress; `agreed` is the estimate that the visitor saw."""

    agreed: Component
    estimated: Component
    go: Component
    progress: Component
    halt: Component
    clock: Component


class Trial(NamedTuple):
    """The whole part: what is wanted, the button that asks for an estimate, the run."""

    form: _Form
    ask: Component
    run: _Run


def lay(frame: Frame) -> Trial:
    """Lay out the trial of a prompt."""
    made = frame.widgets
    with made.folded("evaluate.trial", opened=True):
        form = _lay_form(frame)
        ask = made.button("evaluate.ask")
        run = _Run(
            made.state(), made.html("evaluate-estimate"),
            made.button("evaluate.go", primary=True, visible=False),
            made.html("evaluate-progress"), made.button("evaluate.halt", visible=False),
            made.timer(_SECONDS),
        )  # fmt: skip
    return Trial(form, ask, run)


def tie(
    frame: Frame, desk: EvaluatingDesk, tab: Component, trial: Trial, result: list[Component]
) -> None:
    """Tie the events; `result` are the runs' list and choices, and where what came of one shows."""
    _tie_form(frame, desk, tab, trial.form)
    _tie_estimate(frame, desk, trial.form, trial.run, trial.ask)
    _tie_run(frame, desk, tab, trial.run, result)


def _lay_form(frame: Frame) -> _Form:
    made = frame.widgets
    with made.row():
        task = made.choice("evaluate.task", min_width=220)
        sets = made.choice("evaluate.sets", many=True, min_width=220)
        most = made.number("evaluate.most", minimum=0, maximum=MOST_CASES, precision=0,
                           value=0, min_width=140)  # fmt: skip
        replies = made.choice("evaluate.replies", _REPLIES, radio=True, value="recorded",
                              visible=False)  # fmt: skip
    edit = made.checkbox("evaluate.edit", value=True)
    with made.row():
        prompt = made.choice("evaluate.prompt", visible=False, min_width=220)
        version = made.choice("evaluate.version", visible=False, min_width=220)
    text = made.textbox("evaluate.text", lines=12, longest=LONGEST_PROMPT, visible=False,
                        max_lines=30)  # fmt: skip
    return _Form(task, edit, prompt, text, sets, most, replies, version)


def _tie_form(frame: Frame, desk: EvaluatingDesk, tab: Component, form: _Form) -> None:
    """Let each choice fill the ones that depend on it."""
    made = frame.widgets

    def tasks() -> Any:
        return update(choices=[(f"{title} · {name}", name) for name, title in desk.tasks()])

    def chosen(name: str | None, edit: bool) -> tuple[Any, ...]:
        if not name:
            return tuple(update() for _ in range(6))
        found = offered(desk.task(name), edit)
        return (
            update(choices=list(found.sets), value=[], visible=bool(found.sets)),
            update(visible=found.needs_model),
            update(visible=bool(found.prompts)),
            update(choices=list(found.prompts), value=found.prompt, visible=found.edited),
            *_versions(desk, found.prompt, found.edited),
        )

    def started(prompt: str | None, version: str | None) -> str:
        return desk.text(prompt, version or "") if prompt else ""

    def editing(edit: bool, prompt: str | None) -> list[Any]:
        return [update(visible=edit and bool(prompt))] * 3

    kinds = [form.sets, form.replies, form.edit, form.prompt, form.version, form.text]
    made.on(tab.select, tasks, (), [form.task], progress="hidden")
    made.on(form.task.input, chosen, [form.task, form.edit], kinds, progress="hidden")
    made.on(form.prompt.input, lambda prompt: _versions(desk, prompt, True), [form.prompt],
            [form.version, form.text], progress="hidden")  # fmt: skip
    made.on(form.version.input, started, [form.prompt, form.version], [form.text],
            progress="hidden")  # fmt: skip
    made.on(form.edit.input, editing, [form.edit, form.prompt],
            [form.prompt, form.version, form.text], progress="hidden")  # fmt: skip


def _versions(desk: EvaluatingDesk, prompt: str | None, edited: bool) -> tuple[Any, Any]:
    """Return the choice of versions and the text of the program's own."""
    if not prompt:
        return update(visible=False), update(value="", visible=False)
    return (
        update(choices=desk.versions(prompt), value="", visible=edited),
        update(value=desk.text(prompt, ""), visible=edited),
    )


def _tie_estimate(
    frame: Frame, desk: EvaluatingDesk, form: _Form, run: _Run, ask: Component
) -> None:
    """Say what it would take; what is changed afterwards takes the consent away."""
    made = frame.widgets

    def estimated(*given: Any) -> tuple[Any, ...]:
        *fields, own, language = given
        agreed = desk.estimate(wanted_from(*fields), own)
        return agreed, estimate_view(agreed, words(language)), update(visible=True)

    fields = list(form[:7])
    outputs = [run.agreed, run.estimated, run.go]
    made.on(ask.click, estimated, [*fields, frame.own_model, made.language], outputs)
    made.on([one.input for one in form], lambda: (None, "", update(visible=False)), (), outputs,
            progress="hidden")  # fmt: skip


def _tie_run(
    frame: Frame, desk: EvaluatingDesk, tab: Component, run: _Run, result: list[Component]
) -> None:
    """Run after the consent, tell how far it is, show what came of it."""
    made = frame.widgets

    def told(language: str) -> tuple[Any, ...]:
        now = desk.progress()
        return (
            progress_view(now, words(language)),
            update(visible=now.running, interactive=not now.stopping),
            update(active=now.running),
        )  # fmt: skip

    def go(agreed: Estimate | None, own: OwnModel | None, language: str) -> tuple[Any, ...]:
        if agreed is None:
            raise MisuseError(words(language)("evaluate.estimate_first"))
        desk.start(agreed, own)
        return (None, "", update(visible=False), *told(language))

    def halt(language: str) -> tuple[Any, ...]:
        desk.stop()
        return told(language)

    def ticked(language: str) -> tuple[Any, ...]:
        now = desk.progress()
        if now.running:
            return (*told(language), *(update() for _ in range(4)))
        return (*told(language), *runs_shown(desk, language), now.shown or update())

    tongue = made.language
    how = [run.progress, run.halt, run.clock]
    made.on(run.go.click, go, [run.agreed, frame.own_model, tongue],
            [run.agreed, run.estimated, run.go, *how])  # fmt: skip
    made.on(run.halt.click, halt, [tongue], how, progress="hidden")
    made.draw(tab, told, [tongue], how)
    made.on(run.clock.tick, ticked, [tongue], [*how, *result], progress="hidden")
