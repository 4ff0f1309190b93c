"""The reading of the last question, to be edited and asked again: layout and events."""

from typing import Any, NamedTuple

from assistant.markup import Html
from assistant.page.desks.options import MOST_PLACES
from assistant.page.desks.reading import Form, form_of
from assistant.page.desks.talk import Talk
from assistant.page.frame import Frame
from assistant.page.tabs.ask_part import Part
from assistant.page.views.reading import kept_view
from assistant.page.widgets import Component, Trigger, update
from assistant.page.words import Words, words
from assistant.tables import comparator_words


class Reading(NamedTuple):
    """The part, and what asks again: the trigger, and the fields in the order of `Fields`."""

    part: Part
    again: Trigger
    fields: list[Component]


def lay(frame: Frame, talk: Component) -> Reading:
    """Lay the form out."""
    made = frame.widgets
    with made.column(visible=False) as part, made.folded("reading.title"):
        kept = made.html("reading-kept")
        fields = _lay_fields(frame)
        button = made.button("reading.again")

    def drawn(talk: Talk, say: Words) -> list[Any]:
        plan = talk.answer.plan if talk.answer else None
        form = form_of(plan, frame.house.library())
        if form is None:
            return [update(visible=False), "", *(update() for _ in fields)]
        view = kept_view(form.kept, MOST_PLACES, say)
        return [update(visible=True), view, *_values(form)]

    def relabelled(talk: Talk, language: str) -> Html:
        form = form_of(talk.answer.plan if talk.answer else None, frame.house.library())
        return kept_view(form.kept if form else (), MOST_PLACES, words(language))

    made.worded.add(relabelled, [talk, made.language], [kept])
    return Reading(Part([part, kept, *fields], drawn), button.click, fields)


def _lay_fields(frame: Frame) -> list[Component]:
    """Lay out the fields in the order of `Fields`."""
    made = frame.widgets
    typed: dict[str, Any] = {"allow_custom_value": True, "min_width": 240}
    with made.row():
        metric = made.choice("reading.metric", scale=3, **typed)
        offered = [(said, code) for code, said in comparator_words().items()]
        comparator = made.choice("reading.comparator", scale=1, min_width=140)
        comparator.choices = offered
        number = made.textbox("reading.number", scale=1, min_width=140, longest=60)
    with made.row():
        years = made.choice("reading.years", many=True, scale=1, **typed)
        places = made.choice("reading.places", many=True, scale=2, **typed)
        bodies = made.choice("reading.bodies", many=True, scale=1, min_width=240)
    with made.row():
        orders = {"desc": "reading.desc", "asc": "reading.asc"}
        order = made.choice("reading.order", orders, radio=True, min_width=240)
        limit = made.textbox("reading.limit", min_width=140, longest=20)
    return [metric, comparator, number, years, places, bodies, order, limit]


def _values(form: Form) -> list[Any]:
    """Return what the fields show, in the order of `Fields`."""
    choices: dict[str, Any] = {
        "metric": list(form.metrics.offered),
        "comparator": [(said, code) for code, said in comparator_words().items()],
        "years": list(form.years),
        "places": list(form.places),
        "bodies": list(form.bodies.offered),
    }
    values = []
    for name, value in form.fields._asdict().items():
        shown = list(value) if isinstance(value, tuple) else value or None
        if name in ("number", "limit"):
            shown = value
        offered = {"choices": choices[name]} if name in choices else {}
        values.append(update(value=shown, visible=name in form.shown, **offered))
    return values
