"""The tab of extraction: layout and events."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from assistant.extraction.schema import arrays_of, leaves_of, read_schema
from assistant.markup import Html
from assistant.model_reply import Model
from assistant.page.desks.downloads import write_fresh
from assistant.page.desks.extracting import Far, extract_all, write_records
from assistant.page.desks.held import Holding, find_held
from assistant.page.desks.limits import MOST_SCHEMA
from assistant.page.desks.opening import accepted
from assistant.page.desks.places import whole
from assistant.page.desks.schema_form import (
    KINDS,
    Fields,
    composed,
    examples,
    pasted,
    put,
    typed_field,
    with_example,
    without,
)
from assistant.page.frame import Frame
from assistant.page.house import OwnModel
from assistant.page.views.extraction import (
    extracted_view,
    fields_view,
    finished_view,
    progress_view,
    schema_view,
)
from assistant.page.views.held import held_view
from assistant.page.views.parts import hint_view, warning_view
from assistant.page.widgets import Act, Component, update
from assistant.page.words import words

_MODES = ("statutory", "form", "pasted")
_IN_FLIGHT = 1.0


class _Schema(NamedTuple):
    """The widgets that say what is to be extracted."""

    mode: Component
    fields: Component
    text: Component


def lay(frame: Frame) -> None:
    """Lay the tab out and tie its events."""
    made = frame.widgets
    with made.tab("extract.tab"):
        made.said("extract-hint", lambda say: hint_view(say("extract.hint")))
        files = made.upload("extract.files", ())
        mode = made.choice(
            "extract.schema", {name: f"extract.schema.{name}" for name in _MODES}, radio=True,
            value="statutory",
        )  # fmt: skip
        with made.column(visible=False) as form:
            fields = _lay_form(frame)
        with made.column(visible=False) as paste:
            text = _lay_pasted(frame)
        _lay_result(frame, files, _Schema(mode, fields, text))
    made.on(
        mode.change,
        lambda chosen: (update(visible=chosen == "form"), update(visible=chosen == "pasted")),
        [mode], [form, paste], progress="hidden",
    )  # fmt: skip


def _lay_form(frame: Frame) -> Component:
    """Lay out the form of fields with the schema they make; return the state of the fields."""
    made = frame.widgets
    fields, at = made.state(()), made.state(None)
    example = made.choice("extract.example", {n: f"extract.example.{n}" for n in examples()})
    with made.row(elem_classes="nb-beside"):
        listed = made.html("extract-fields", acts=True)
        shown = made.html("extract-schema-shown")
    with made.row(elem_classes="nb-line"):
        name = made.textbox("extract.field.name", scale=2, min_width=160, longest=60)
        kind = made.choice(
            "extract.field.kind", {k: f"extract.kind.{k}" for k in KINDS}, value="text",
            scale=1, min_width=120,
        )  # fmt: skip
        description = made.textbox("extract.field.description", scale=4, min_width=240, longest=200)
    with made.row(elem_classes="nb-line"):
        options = made.textbox("extract.field.options", scale=4, min_width=240, longest=2000)
        required = made.checkbox("extract.field.required")
        add = made.button("extract.field.add", min_width=160)
    typed = [name, kind, description, required, options]

    def seen(fields: Fields, language: str) -> tuple[Any, ...]:
        say = words(language)
        schema = schema_view(composed(fields), say) if fields else ""
        return fields, fields_view(fields, say), schema

    def added(fields: Fields, at: int | None, language: str, *typed: Any) -> tuple[Any, ...]:
        kept = put(fields, typed_field(*typed), at)
        return (*seen(kept, language), None, "", "text", "", False, "")

    def started(name: str | None, fields: Fields, language: str) -> tuple[Any, ...]:
        return (*seen(with_example(fields, name), language), None)

    def changed(act: Act, fields: Fields, language: str, *typed: Any) -> tuple[Any, ...]:
        row = whole(act.get("row", ""))
        if row is None or row >= len(fields):
            return (*seen(fields, language), None, *typed)
        if act.get("do") != "edit":
            return (*seen(without(fields, row), language), None, *typed)
        one = fields[row]
        return (*seen(fields, language), row, one.name, one.kind, one.description, one.required,
                "、".join(one.options))  # fmt: skip

    outputs = [fields, listed, shown]
    made.on([add.click, name.submit, description.submit, options.submit], added,
            [fields, at, made.language, *typed], [*outputs, at, *typed])  # fmt: skip
    made.on(example.change, started, [example, fields, made.language], [*outputs, at])
    made.on(made.language.change, seen, [fields, made.language], outputs)
    made.on_act(listed, changed, [fields, made.language, *typed], [*outputs, at, *typed])
    return fields


def _lay_pasted(frame: Frame) -> Component:
    """Lay out the field for a JSON Schema; return it."""
    made = frame.widgets
    text = made.textbox("extract.pasted", lines=10, longest=MOST_SCHEMA, max_lines=24)
    check = made.button("extract.pasted.check")
    found = made.html("extract-pasted-found")

    def checked(text: str, language: str) -> Html:
        root = read_schema(pasted(text))
        n, m = len(leaves_of(root)), len(arrays_of(root))
        return hint_view(words(language)("extract.pasted.good", n=n, m=m))

    made.on(check.click, checked, [text, made.language], [found])
    return text


def _lay_result(frame: Frame, files: Component, schema: _Schema) -> None:
    """Lay out the run and what it gives."""
    made = frame.widgets
    holding = made.state(())
    with made.row(elem_classes="nb-line"):
        run = made.button("extract.run", primary=True)
        stop = made.button("extract.stop", visible=False)
    told = made.html("extract-told")
    progress = made.html("extract-progress")
    with made.row(elem_classes="nb-beside"):
        result = made.html("extract-result", acts=True)
        source = made.html("extract-source", acts=True, places=True)
    download = made.download("extract.download", visible=False)

    def extracted(
        files: list[str], mode: str, fields: Fields, text: str, own: OwnModel | None,
        holding: Holding, language: str,
    ) -> Iterator[tuple[Any, ...]]:  # fmt: skip
        say, paths = words(language), accepted(files)
        wanted = _wanted(mode, fields, text)
        doors = frame.house.doors(own)
        model: Model | None = doors.model() if wanted is not None else None
        lacking = wanted is not None and model is None
        note = warning_view(say("extract.no_model")) if lacking else ""
        far = Far((), holding)
        for far in extract_all(paths, wanted, model, doors.prompts, holding):
            view, said = extracted_view(far.done, say), progress_view(far, len(paths), say)
            yield (far.holding, note, said, view, "", update(visible=False), update(visible=True))
        view, said = extracted_view(far.done, say), finished_view(far.done, say)
        made = _download(frame.house.downloads, far)
        yield (far.holding, note, said, view, hint_view(say("held.hint")), made,
               update(visible=False))  # fmt: skip

    def show(act: Act, holding: Holding, language: str) -> Html:
        return held_view(find_held(holding, act), words(language))

    running = made.on(
        run.click, extracted,
        [files, *schema, frame.own_model, holding, made.language],
        [holding, told, progress, result, source, download, stop], at_once=2,
    )  # fmt: skip
    made.on(stop.click, _ended, [made.language], [progress, stop], cancels=[running])
    for where in (result, source):
        made.on_act(where, show, [holding, made.language], [source])


def _ended(language: str) -> Iterator[tuple[Any, ...]]:
    """Yield what is told of a run that was stopped."""
    said = warning_view(words(language)("extract.stopped")), update(visible=False)
    yield said
    # A step that was on its way when it was stopped may be shown after that.
    time.sleep(_IN_FLIGHT)
    yield said


def _wanted(mode: str, fields: Fields, text: str) -> dict[str, Any] | None:
    """Return the schema that is wanted, None for the statutory form."""
    if mode == "form":
        return composed(fields)
    return pasted(text) if mode == "pasted" else None


def _download(room: Path, far: Far) -> Any:
    """Return the download of all records; there is none when no file gave one."""
    done = [one for one in far.done if one.record is not None]
    if not done:
        return update(visible=False)
    name = "nianbao.json" if len(done) == 1 else "nianbao.jsonl"
    path = write_fresh(room, name, lambda target: write_records(target, done))
    return update(value=str(path), visible=True)
