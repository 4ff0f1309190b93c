"""What is to be extracted: the statutory form, fields composed in a form, or a pasted schema."""

from typing import Any, NamedTuple

from assistant.extraction.schema import arrays_of, leaves_of, read_schema
from assistant.markup import Html
from assistant.page.desks.limits import MOST_SCHEMA
from assistant.page.desks.schema_form import (
    KINDS,
    MODES,
    Fields,
    as_typed,
    clicked,
    composed,
    examples,
    pasted,
    put,
    typed_field,
    with_example,
)
from assistant.page.frame import Frame
from assistant.page.views.extraction import fields_view, schema_view
from assistant.page.views.parts import hint_view
from assistant.page.widgets import Act, Component, update
from assistant.page.words import words

_EMPTY = ("", "text", "", False, "")


class Schema(NamedTuple):
    """The widgets that say what is to be extracted, in the order of `wanted`."""

    mode: Component
    fields: Component
    text: Component


class _Typed(NamedTuple):
    """The widgets of one field, in the order of `typed_field`."""

    name: Component
    kind: Component
    description: Component
    required: Component
    options: Component


class _Form(NamedTuple):
    """The state of the fields and of which one is edited, and where they are shown."""

    fields: Component
    at: Component
    listed: Component
    shown: Component


def lay(frame: Frame) -> Schema:
    """Lay out the choice between the three with what each of them asks for."""
    made = frame.widgets
    mode = made.choice(
        "extract.schema", {name: f"extract.schema.{name}" for name in MODES}, radio=True,
        value="statutory",
    )  # fmt: skip
    with made.column(visible=False) as form:
        fields = _lay_form(frame)
    with made.column(visible=False) as paste:
        text = _lay_pasted(frame)
    made.on(
        mode.change,
        lambda chosen: (update(visible=chosen == "form"), update(visible=chosen == "pasted")),
        [mode], [form, paste], progress="hidden",
    )  # fmt: skip
    return Schema(mode, fields, text)


def _lay_form(frame: Frame) -> Component:
    """Lay out the form of fields with the schema they make; return the state of the fields."""
    made = frame.widgets
    fields, at = made.state(()), made.state(None)
    example = made.choice("extract.example", {n: f"extract.example.{n}" for n in examples()})
    with made.row(elem_classes="nb-beside"):
        listed = made.html("extract-fields", acts=True)
        shown = made.html("extract-schema-shown")
    typed, add = _lay_field(frame)
    form = _Form(fields, at, listed, shown)
    _tie_form(frame, form, example)
    _tie_field(frame, form, typed, add)
    return fields


def _lay_field(frame: Frame) -> tuple[_Typed, Component]:
    """Lay out what is typed of one field; return it and the button that adds the field."""
    made = frame.widgets
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
    return _Typed(name, kind, description, required, options), add


def _tie_form(frame: Frame, form: _Form, example: Component) -> None:
    """Let a ready schema put its fields into the form."""
    made = frame.widgets

    def started(name: str | None, fields: Fields, language: str) -> tuple[Any, ...]:
        return (*_seen(with_example(fields, name), language), None)

    outputs = [form.fields, form.listed, form.shown]
    made.on(example.change, started, [example, form.fields, made.language], [*outputs, form.at])
    made.worded.add(_seen, [form.fields, made.language], outputs)


def _tie_field(frame: Frame, form: _Form, typed: _Typed, add: Component) -> None:
    """Let what is typed be added, and a click on a field take it out or up again."""
    made = frame.widgets

    def added(fields: Fields, at: int | None, language: str, *typed: Any) -> tuple[Any, ...]:
        return (*_seen(put(fields, typed_field(*typed), at), language), None, *_EMPTY)

    def changed(act: Act, fields: Fields, language: str, *typed: Any) -> tuple[Any, ...]:
        kept, at = clicked(fields, act)
        return (*_seen(kept, language), at, *(typed if at is None else as_typed(kept[at])))

    outputs = [form.fields, form.listed, form.shown, form.at, *typed]
    submits = (typed.name.submit, typed.description.submit, typed.options.submit)
    made.on([add.click, *submits], added, [form.fields, form.at, made.language, *typed], outputs)
    made.on_act(form.listed, changed, [form.fields, made.language, *typed], outputs)


def _seen(fields: Fields, language: str) -> tuple[Any, ...]:
    """Return the fields, their list, and the schema that they make."""
    say = words(language)
    return fields, fields_view(fields, say), schema_view(composed(fields), say) if fields else ""


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
