"""The tab of checks: layout and events."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from assistant.markup import Html
from assistant.page.desks.corrections import write_corrections
from assistant.page.desks.downloads import write_fresh
from assistant.page.desks.findings import (
    Checked,
    Checking,
    Shown,
    ToCorrect,
    check_files,
    files_to_correct,
    look,
    named,
    to_correct,
    turned,
)
from assistant.page.desks.held import Holding, find_held
from assistant.page.desks.opening import accepted
from assistant.page.frame import Frame
from assistant.page.views.findings import counts_view, files_view, findings_view
from assistant.page.views.held import held_view
from assistant.page.views.parts import block, hint_view
from assistant.page.widgets import Act, update
from assistant.page.words import Words, words


def lay(frame: Frame) -> None:
    """Lay the tab out and tie its events."""
    made = frame.widgets
    with made.tab("check.tab") as tab:
        _lay_library(frame, tab)
        with made.folded("check.files"):
            _lay_files(frame)


def _lay_library(frame: Frame, tab: Any) -> None:
    """Lay out the findings of the library."""
    made = frame.widgets
    shown = made.state(Shown())
    with made.row(elem_classes="nb-line"):
        place = made.textbox("check.place", scale=5, longest=100)
        button = made.button("check.place.run", scale=1, min_width=120)
    counts = made.html("check-counts", acts=True)
    findings = made.html("check-findings", acts=True)
    with made.row(elem_classes="nb-line"):
        write = made.button("check.write")
    written = made.html("check-written")

    def seen(shown: Shown, language: str) -> tuple[Shown, Html, Html]:
        looked, say = look(frame.house.library(), shown), words(language)
        return looked.shown, counts_view(looked, say), findings_view(looked, say)

    def named_anew(shown: Shown, place: str, language: str) -> tuple[Shown, Html, Html]:
        return seen(named(shown, place), language)

    def clicked(act: Act, shown: Shown, place: str, language: str) -> tuple[Any, ...]:
        kept = "" if act.get("do") == "clear" else place
        return (*seen(turned(shown, act), language), kept)

    def listed(shown: Shown, language: str) -> tuple[str, Html]:
        return _written(
            frame.house.downloads, to_correct(frame.house.library(), shown), words(language)
        )

    outputs = [shown, counts, findings]
    made.draw(tab, seen, [shown, made.language], outputs)
    made.on([button.click, place.submit], named_anew, [shown, place, made.language], outputs)
    for where in (counts, findings):
        made.on_act(where, clicked, [shown, place, made.language], [*outputs, place])
    made.downloads(write, listed, [shown, made.language], [written])


def _lay_files(frame: Frame) -> None:
    """Lay out the check of dropped files, which only this session sees."""
    made = frame.widgets
    holding, checked = made.state(()), made.state(())
    made.said("check-files-hint", lambda say: hint_view(say("check.files.hint")))
    files = made.upload("check.files.drop", ())
    button = made.button("check.files.run", primary=True)
    with made.row(elem_classes="nb-beside"):
        result = made.html("check-files-result", acts=True)
        source = made.html("check-source", acts=True, places=True)
    with made.row(elem_classes="nb-line"):
        write = made.button("check.files.correct", visible=False)
    written = made.html("check-files-written")

    def run(files: list[str], holding: Holding, language: str) -> Iterator[tuple[Any, ...]]:
        say, paths = words(language), accepted(files)
        for far in check_files(paths, holding):
            shown = _under_way(far, len(paths), say) if far.number else _finished(far, say)
            yield (far.done, far.holding, *shown)

    def show(act: Act, holding: Holding, language: str) -> Html:
        return held_view(find_held(holding, act), words(language))

    def listed(checked: tuple[Checked, ...], language: str) -> tuple[str, Html]:
        return _written(frame.house.downloads, files_to_correct(checked), words(language))

    made.on(
        button.click, run, [files, holding, made.language],
        [checked, holding, result, source, write, written], at_once=2,
    )  # fmt: skip
    for where in (result, source):
        made.on_act(where, show, [holding, made.language], [source])
    made.downloads(write, listed, [checked, made.language], [written])


def _under_way(far: Checking, all_: int, say: Words) -> tuple[Any, ...]:
    said = say("check.file.progress", done=far.number, all=all_, name=far.name)
    return files_view(far.done, say, said), "", update(visible=False), ""


def _finished(far: Checking, say: Words) -> tuple[Any, ...]:
    hint = hint_view(say("held.hint")) if far.found else ""
    button = update(visible=far.found)
    return files_view(far.done, say), hint, button, ""


def _written(room: Path, found: ToCorrect, say: Words) -> tuple[str, Html]:
    """Return the path of the list that is written now, and what is said of it."""
    name = say("corrections.name")
    path = write_fresh(room, name, lambda target: write_corrections(target, found, say))
    said = say("check.written", shown=len(found.findings), all=found.all)
    return str(path), block(hint_view(said))
