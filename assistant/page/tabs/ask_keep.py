"""What is done with the last answer: taken away, checked, judged; layout and events."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from assistant.feedback import LONGEST_COMMENT, Thumb
from assistant.markup import Html
from assistant.page.desks.feedback import keep_thumb
from assistant.page.desks.keeping import Wanted, verify_last, verify_saved, write_kept
from assistant.page.desks.talk import Talk
from assistant.page.frame import Frame
from assistant.page.tabs.ask_part import Part
from assistant.page.views.keeping import copy_view, thanks_view, verified_view
from assistant.page.widgets import Component, update
from assistant.page.words import Words, words
from index.search.hit import PassageSearch

_FILES: tuple[Wanted, ...] = ("xlsx", "csv", "json")
_MOST_TYPED = 4 * LONGEST_COMMENT  # so that a long comment is told of and never cut


def lay(frame: Frame, talk: Component) -> Part:
    """Lay out copying, downloads, the check and the thumbs; shown while there is an answer."""
    made = frame.widgets
    with made.column(visible=False) as part:
        text = made.html("keep-copy")
        _lay_files(frame, talk)
        clear = [_lay_check(frame, talk), *_lay_thumbs(frame, talk)]
    _lay_saved(frame)

    def drawn(talk: Talk, say: Words) -> list[Any]:
        if talk.answer is None:
            return [update(visible=False), "", "", "", ""]
        return [update(visible=True), copy_view(talk.answer, say), "", "", ""]

    def worded(talk: Talk, language: str) -> Html:
        return copy_view(talk.answer, words(language)) if talk.answer else Html("")

    made.worded.add(worded, [talk, made.language], [text])
    return Part([part, text, *clear], drawn)


def _lay_files(frame: Frame, talk: Component) -> None:
    """Lay out a button for each kind of file, which makes it and downloads it."""
    made = frame.widgets
    with made.row():
        buttons = [made.button(f"keep.{wanted}", size="sm", min_width=140) for wanted in _FILES]
    for wanted, button in zip(_FILES, buttons, strict=True):
        made.downloads(button, _writing(wanted, frame.house.downloads), [talk])


def _writing(wanted: Wanted, room: Path) -> Callable[[Talk], str]:
    return lambda talk: str(write_kept(talk, wanted, room))


def _lay_check(frame: Frame, talk: Component) -> Component:
    made, room = frame.widgets, frame.house.downloads
    button = made.button("keep.verify", size="sm")
    found = made.html("keep-verified")

    def verify(talk: Talk, language: str) -> Html:
        library = frame.house.library()
        return verified_view(verify_last(talk, library, _search(frame), room), words(language))

    made.on(button.click, verify, [talk, made.language], [found])
    return found


def _lay_thumbs(frame: Frame, talk: Component) -> list[Component]:
    made = frame.widgets
    comment = made.textbox("keep.comment", lines=2, longest=_MOST_TYPED)
    with made.row():
        up = made.button("keep.up", size="sm", min_width=120)
        down = made.button("keep.down", size="sm", min_width=120)
    thanks = made.html("keep-thanks")

    def judging(thumb: Thumb) -> Callable[[Talk, str, str], list[Any]]:
        def judge(talk: Talk, comment: str, language: str) -> list[Any]:
            keep_thumb(frame.house.folder, talk, thumb, comment or "")
            return ["", thanks_view(words(language)("keep.thanks"))]

        return judge

    given = [talk, comment, made.language]
    made.on(up.click, judging("up"), given, [comment, thanks])
    made.on(down.click, judging("down"), given, [comment, thanks])
    return [comment, thanks]


def _lay_saved(frame: Frame) -> None:
    """Lay out the check of an answer that was saved before."""
    made, room = frame.widgets, frame.house.downloads
    with made.folded("keep.saved"):
        file = made.upload("keep.saved_file", [".json"], "single")
        button = made.button("keep.saved_verify", size="sm")
        found = made.html("keep-saved-verified")

    def verify(file: str | None, language: str) -> Html:
        library = frame.house.library()
        return verified_view(verify_saved(file, library, _search(frame), room), words(language))

    made.on(button.click, verify, [file, made.language], [found])


def _search(frame: Frame) -> Callable[[], PassageSearch]:
    """Return what opens the search over the library, as a question would."""
    return frame.house.doors().search
