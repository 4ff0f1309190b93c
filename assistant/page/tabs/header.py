"""The head of the page: its name, the library, the switch of language, the panel of sources."""

from assistant.markup import Html
from assistant.page.desks.source import find_place
from assistant.page.frame import Frame
from assistant.page.views.head import head_view, library_view
from assistant.page.views.source import source_view
from assistant.page.widgets import Act
from assistant.page.words import words


def lay(frame: Frame) -> None:
    """Lay the head of the page out; any number of the page opens the panel made here."""
    made = frame.widgets
    with made.row(elem_id="header"):
        with made.column(scale=5, min_width=240):
            made.said("head", head_view)
            held_place = made.html("head-library")
        with made.column(scale=1, min_width=150):
            made.switch_of_language()
    sources = made.sources()
    made.calling("report", "library.tab")

    def show(act: Act, language: str) -> Html:
        place = find_place(frame.house.library(), act)
        return source_view(place, words(language), turn=act.get("turn"))

    def held(language: str) -> Html:
        library = frame.house.library()
        ((count,),) = library.query("SELECT count(*) FROM reports")
        return library_view(count, words(language))

    for trigger in (frame.page.load, frame.changed.change):
        made.on(trigger, held, [made.language], [held_place], progress="hidden")
    made.worded.add(held, [made.language], [held_place])
    made.on_act(sources, show, [made.language], [sources], progress="hidden")
