"""The chart of the last answer: layout and events."""

from typing import Any

from assistant.page.desks.figure import figure_of
from assistant.page.desks.talk import Talk
from assistant.page.frame import Frame
from assistant.page.tabs.ask_part import Part
from assistant.page.views.chart import caption_of, chart_of, load
from assistant.page.widgets import Component, update
from assistant.page.words import Words, words


def lay(frame: Frame, talk: Component) -> Part:
    """Lay the chart out; it follows the language by itself."""
    load()
    made = frame.widgets
    plot = made.plot("ask-chart")
    said = made.html("ask-chart-said")

    def drawn(talk: Talk, say: Words) -> list[Any]:
        figure = figure_of(talk.answer) if talk.answer else None
        if figure is None:
            return [update(value=None, visible=False), ""]
        drawing = made.drawing(chart_of(figure, say))
        return [update(value=drawing, visible=True), caption_of(figure, say)]

    def redrawn(talk: Talk, language: str) -> list[Any]:
        return drawn(talk, words(language))

    made.worded.add(redrawn, [talk, made.language], [plot, said])
    return Part([plot, said], drawn)
