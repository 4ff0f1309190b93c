"""The tab of questions: layout and events."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from assistant.markup import Html
from assistant.page.desks.asking import Step, steps
from assistant.page.desks.choosing import Examples, choose
from assistant.page.desks.listing import LISTS, part_of, turned
from assistant.page.desks.reading import requery, typed_fields
from assistant.page.desks.talk import Talk
from assistant.page.frame import Frame
from assistant.page.house import OwnModel
from assistant.page.tabs import ask_chart, ask_keep, ask_reading
from assistant.page.tabs.ask_part import Part
from assistant.page.views.answer import answer_view
from assistant.page.views.chat import (
    earlier_view,
    examples_view,
    failure_view,
    notice_view,
    writing_view,
)
from assistant.page.views.lists import list_view
from assistant.page.widgets import Act, Component, update
from assistant.page.words import Words, words

PASTED = 20_000  # what a field takes, so that a long question is told of and never cut


class Places(NamedTuple):
    """The places of one answer, from top to bottom; its parts are laid into the columns."""

    answer: Component
    reading: Component
    lists: tuple[Component, ...]
    proof: Component
    earlier: Component

    @property
    def shown(self) -> list[Component]:
        """What `_drawn` fills, in its order."""
        return [self.answer, *self.lists, self.earlier]

    @property
    def parts(self) -> list[Component]:
        """The columns of the parts, unseen while there is no answer."""
        return [self.reading, self.proof]


def lay(frame: Frame) -> None:
    """Lay the tab out and tie its events."""
    made = frame.widgets
    with made.tab("ask.tab"):
        talk = made.state(Talk())
        with made.row():
            question = made.textbox(
                "ask.question", longest=PASTED, scale=12, min_width=300, max_lines=6
            )
            send = made.button("ask.send", primary=True, scale=1, min_width=84)
            stop = made.button("ask.stop", scale=1, min_width=84, interactive=False)
            new = made.button("ask.new", scale=1, min_width=96)
        chips = made.html("ask-examples", acts=True)
        places = _lay_places(frame)
        answered = made.on_acts(
            [send.click, question.submit, chips.click, places.answer.click, places.earlier.click],
            _asking(frame), [question, talk, frame.own_model, made.language],
            [question, stop, talk, *places.parts, *places.shown], progress="hidden",
        )  # fmt: skip
        _lay_parts(frame, talk, answered, places)
    _tie_lists(frame, talk, places)
    _tie_around(frame, (question, talk, stop, new, chips), places, answered)


def _lay_parts(frame: Frame, talk: Component, answered: Component, places: Places) -> None:
    """Lay the other parts of an answer; they are filled after `answered`, all at once.

    In `places.reading`, below the answer's words: the editable reading and the chart. In
    `places.proof`, below its lists: downloads, the certificate, the thumbs.
    """
    made = frame.widgets
    with places.reading:
        reading = ask_reading.lay(frame, talk)
        chart = ask_chart.lay(frame, talk)
    with places.proof:
        keep = ask_keep.lay(frame, talk)

    def again(talk: Talk, language: str, *values: Any) -> list[Any]:
        after = requery(talk, typed_fields(values), frame.house.library())
        return [after, *_drawn(after, words(language))]

    said = [talk, made.language]
    edited = made.on(reading.again, again, [*said, *reading.fields], [talk, *places.shown])
    _fill_after((answered, edited), frame, talk, places, (reading.part, chart, keep))


def _fill_after(
    events: Sequence[Component],
    frame: Frame,
    talk: Component,
    places: Places,
    parts: Sequence[Part],
) -> None:
    """Fill the parts of an answer once after each of the events, where it succeeded."""

    def filled(talk: Talk, language: str) -> list[Any]:
        say = words(language)
        drawn = [value for part in parts for value in part.drawn(talk, say)]
        return [*(update(visible=True) for _ in places.parts), *drawn]

    outputs = [*places.parts, *(one for part in parts for one in part.filled)]
    for event in events:
        frame.widgets.then(
            event, filled, [talk, frame.widgets.language], outputs, succeeded=True
        )  # fmt: skip


def _lay_places(frame: Frame) -> Places:
    """Lay out what an answer fills."""
    made = frame.widgets
    answer = made.html("ask-answer", acts=True)
    reading = made.column(visible=False)
    lists = tuple(made.html(f"ask-{listed}", acts=True) for listed in LISTS)
    proof = made.column(visible=False)
    return Places(answer, reading, lists, proof, made.html("ask-earlier", acts=True))


def _asking(frame: Frame) -> Any:
    """Return what asks: by the field, or by a click on an example, a reading, an earlier turn."""

    def asked(
        act: Act, typed: str, talk: Talk, own: OwnModel | None, language: str
    ) -> Iterator[list[Any]]:
        say, library = words(language), frame.house.library()
        question = act.get("question", typed)
        if act.get("do") == "choose":
            chosen = choose(question, act.get("choice", ""), library)
            question = chosen.question
            if not chosen.whole:
                notice = notice_view(question, say("ask.chosen_unread"))
                yield [question, update(), talk.without_answer(), *_no_parts(),
                       notice, *_no_lists(), update()]  # fmt: skip
                return
        yield [question, update(interactive=True), talk.without_answer(), *_no_parts(),
               writing_view(question, "", say), *_no_lists(),
               earlier_view(talk.conversation.turns, say)]  # fmt: skip
        for step in steps(question, talk, library, frame.house.doors(own)):
            yield _shown(question, talk, step, say)
            if step.defect is not None:
                raise step.defect

    return asked


def _shown(question: str, talk: Talk, step: Step, say: Words) -> list[Any]:
    """Return what a step gives to the outputs of asking."""
    same, parts = [update() for _ in LISTS], _no_parts()
    if step.answer is not None:
        after = talk.after(step.answer)
        return [update(), update(interactive=False), after, *parts, *_drawn(after, say)]
    if step.done:
        failed = failure_view(question, step.failure or say("ask.defect"), say)
        ended = update(interactive=False)
        return [update(), ended, talk.without_answer(), *parts, failed, *same, update()]
    writing = writing_view(question, step.text, say)
    return [update(), update(), update(), *parts, writing, *same, update()]


def _drawn(talk: Talk, say: Words) -> list[Html]:
    """Return the last answer, its lists and the turns before it, for `Places.shown`."""
    turns = talk.conversation.turns
    if talk.answer is None:
        return [Html(""), *_no_lists(), earlier_view(turns, say)]
    lists = [
        list_view(part_of(talk.answer, listed), say, opened=listed != "cited") for listed in LISTS
    ]
    return [answer_view(talk.answer, say), *lists, earlier_view(turns[:-1], say)]


def _no_parts() -> list[Any]:
    """Return what hides the parts, for `Places.parts`."""
    return [update(visible=False), update(visible=False)]


def _no_lists() -> list[Html]:
    return [Html("") for _ in LISTS]


def _tie_lists(frame: Frame, talk: Component, places: Places) -> None:
    """Let each list turn its pages."""
    made = frame.widgets

    def turn(act: Act, talk: Talk, language: str) -> Any:
        if talk.answer is None:
            return update()
        part = turned(talk.answer, act.get("list", ""), act.get("at", ""), frame.house.library())
        return list_view(part, words(language), opened=True)

    for place in places.lists:
        made.on_act(place, turn, [talk, made.language], [place])


def _tie_around(
    frame: Frame, parts: tuple[Component, ...], places: Places, answered: Component
) -> None:
    """Tie stopping, starting anew, the examples, and the switch of language."""
    made = frame.widgets
    question, talk, stop, new, chips = parts
    examples = Examples()

    def stopped(typed: str, talk: Talk, language: str) -> list[Any]:
        if talk.answer is not None:
            return [update(interactive=False), *(update() for _ in places.shown)]
        notice = notice_view(typed, words(language)("ask.note_stopped"))
        return [update(interactive=False), notice, *_no_lists(), update()]

    def fresh() -> list[Any]:
        return ["", update(interactive=False), Talk(), *_no_parts(),
                Html(""), *_no_lists(), Html("")]  # fmt: skip

    def offered(language: str) -> Html:
        return examples_view(examples.of(frame.house.library()), words(language))

    def redrawn(talk: Talk, language: str) -> list[Any]:
        return _drawn(talk, words(language))

    said = [question, talk, made.language]
    made.on(stop.click, stopped, said, [stop, *places.shown], cancels=[answered])
    made.on(
        new.click, fresh, [], [question, stop, talk, *places.parts, *places.shown],
        cancels=[answered],
    )  # fmt: skip
    for trigger in (frame.page.load, frame.changed.change):
        made.on(trigger, offered, [made.language], [chips], progress="hidden")
    made.worded.add(redrawn, [talk, made.language], places.shown)
    made.worded.add(offered, [made.language], [chips])
