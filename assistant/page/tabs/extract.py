"""The tab of extraction: layout and events."""

import time
from collections.abc import Iterator
from typing import Any, NamedTuple

from assistant.markup import Html
from assistant.model_reply import Model
from assistant.page.desks.extracting import Far, extract_all, write_download
from assistant.page.desks.held import Holding, find_held
from assistant.page.desks.opening import accepted
from assistant.page.desks.schema_form import Fields, wanted
from assistant.page.frame import Frame
from assistant.page.house import OwnModel
from assistant.page.tabs import extract_form
from assistant.page.tabs.extract_form import Schema
from assistant.page.views.extraction import extracted_view, finished_view, progress_view
from assistant.page.views.held import held_view
from assistant.page.views.parts import hint_view, warning_view
from assistant.page.widgets import Act, Component, update
from assistant.page.words import words

_IN_FLIGHT = 1.0


class _Run(NamedTuple):
    """The buttons of the run and what it fills; `holding` are the texts that this session reads."""

    run: Component
    stop: Component
    holding: Component
    told: Component
    progress: Component
    result: Component
    source: Component
    download: Component


def lay(frame: Frame) -> None:
    """Lay the tab out and tie its events."""
    made = frame.widgets
    with made.tab("extract.tab"):
        made.said("extract-hint", lambda say: hint_view(say("extract.hint")))
        files = made.upload("extract.files", ())
        schema = extract_form.lay(frame)
        run = _lay_run(frame)
    _tie_run(frame, files, schema, run)
    _tie_source(frame, run)


def _lay_run(frame: Frame) -> _Run:
    """Lay out the run and what it gives."""
    made = frame.widgets
    with made.row(elem_classes="nb-line"):
        run = made.button("extract.run", primary=True)
        stop = made.button("extract.stop", visible=False)
    told = made.html("extract-told")
    progress = made.html("extract-progress")
    with made.row(elem_classes="nb-beside"):
        result = made.html("extract-result", acts=True)
        source = made.html("extract-source", acts=True, places=True)
    download = made.download("extract.download", visible=False)
    return _Run(run, stop, made.state(()), told, progress, result, source, download)


def _tie_run(frame: Frame, files: Component, schema: Schema, run: _Run) -> None:
    """Extract what is wanted from each file, and tell how far it is; stop when asked to."""
    made = frame.widgets

    def extracted(
        files: list[str], mode: str, fields: Fields, text: str, own: OwnModel | None,
        holding: Holding, language: str,
    ) -> Iterator[tuple[Any, ...]]:  # fmt: skip
        say, paths = words(language), accepted(files)
        asked = wanted(mode, fields, text)
        doors = frame.house.doors(own)
        model: Model | None = doors.model() if asked is not None else None
        lacking = asked is not None and model is None
        note = warning_view(say("extract.no_model")) if lacking else ""
        far = Far((), holding)
        for far in extract_all(paths, asked, model, doors.prompts, holding):
            view, said = extracted_view(far.done, say), progress_view(far, len(paths), say)
            yield (far.holding, note, said, view, "", update(visible=False), update(visible=True))
        view, said = extracted_view(far.done, say), finished_view(far.done, say)
        path = write_download(frame.house.downloads, far.done)
        download = update(visible=False) if path is None else update(value=str(path), visible=True)
        yield (far.holding, note, said, view, hint_view(say("held.hint")), download,
               update(visible=False))  # fmt: skip

    running = made.on(
        run.run.click, extracted,
        [files, *schema, frame.own_model, run.holding, made.language],
        [run.holding, run.told, run.progress, run.result, run.source, run.download, run.stop],
        at_once=2,
    )  # fmt: skip
    made.on(run.stop.click, _ended, [made.language], [run.progress, run.stop], cancels=[running])


def _tie_source(frame: Frame, run: _Run) -> None:
    """Show the place of a value beside it."""
    made = frame.widgets

    def show(act: Act, holding: Holding, language: str) -> Html:
        return held_view(find_held(holding, act), words(language))

    for where in (run.result, run.source):
        made.on_act(where, show, [run.holding, made.language], [run.source])


def _ended(language: str) -> Iterator[tuple[Any, ...]]:
    """Yield what is told of a run that was stopped."""
    said = warning_view(words(language)("extract.stopped")), update(visible=False)
    yield said
    # A step that was on its way when it was stopped may be shown after that.
    time.sleep(_IN_FLIGHT)
    yield said
