"""The chart of the last answer: layout and events."""

from typing import Any

from assistant.page.desks.figure import figure_of
from assistant.page.desks.talk import Talk
from assistant.page.frame import Frame
from assistant.page.views.chart import caption_of, chart_of, load
from assistant.page.widgets import Component, update
from assistant.page.words import words


def lay(frame: Frame, talk: Component) -> None:
    """Lay the chart out; it follows the talk and the language."""
    load()
    made = frame.widgets
    plot = made.plot("ask-chart")
    said = made.html("ask-chart-said")

    def drawn(talk: Talk, language: str) -> list[Any]:
        figure = figure_of(talk.answer) if talk.answer else None
        if figure is None:
            return [update(value=None, visible=False), ""]
        say = words(language)
        drawing = made.drawing(chart_of(figure, say))
        return [update(value=drawing, visible=True), caption_of(figure, say)]

    made.on(
        [talk.change, made.language.change], drawn, [talk, made.language], [plot, said],
        progress="hidden",
    )  # fmt: skip
