"""The head of the page: its name, the library, the switch of language, the panel of sources."""

from assistant.markup import Html, tag
from assistant.page.desks.source import find_place
from assistant.page.frame import Frame
from assistant.page.views.parts import block
from assistant.page.views.source import source_view
from assistant.page.widgets import Act
from assistant.page.words import Words, words


def lay(frame: Frame) -> None:
    """Lay the head of the page out; any number of the page opens the panel made here."""
    made = frame.widgets
    with made.row():
        with made.column(scale=5, min_width=280):
            made.said("head", _head)
        with made.column(scale=1, min_width=180):
            made.switch_of_language()
    sources = made.sources()

    def show(act: Act, language: str) -> Html:
        library = frame.house.library()
        place = find_place(library, act["source"], act["start"], act["end"])
        return source_view(place.title, place.text, place.start, place.end, words(language))

    made.on_act(sources, show, [made.language], [sources], progress="hidden")


def _head(say: Words) -> Html:
    return block(tag("h1", say("page.title")), tag("p", say("page.subtitle"), class_="dim"))
