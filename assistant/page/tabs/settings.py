"""The tab settings: layout and events."""

from collections.abc import Mapping
from typing import Any

from assistant.markup import Html
from assistant.page.desks import settings as desk
from assistant.page.desks.embedding import MINUTES
from assistant.page.frame import Frame
from assistant.page.house import OwnModel
from assistant.page.views import settings as views
from assistant.page.widgets import AT_ONCE, LONGEST_LINE, WAITING, Component, update
from assistant.page.words import words

_LIMITS = {
    "settings.limit_at_once": AT_ONCE,
    "settings.limit_waiting": WAITING,
    "settings.limit_question": LONGEST_LINE,
}


def lay(frame: Frame, limits: Mapping[str, object] = _LIMITS) -> None:
    """Lay the tab out and tie its events; `limits` are shown, by their key of the words."""
    made = frame.widgets
    with made.tab("settings.tab") as tab:
        _lay_model(frame, tab)
        _lay_health(frame)
        _lay_vectors(frame, tab)
        with made.folded("settings.environment"):
            made.said(
                "settings-environment",
                lambda say: views.settings_view(desk.list_settings(frame.house.settings), say),
            )
        with made.folded("settings.limits"):
            made.said("settings-limits", lambda say: views.limits_view(limits, say))


def _lay_model(frame: Frame, tab: Component) -> None:
    """Lay out the endpoint: whose it is, the visitor's own, the test."""
    made, house = frame.widgets, frame.house
    with made.folded("settings.endpoint", opened=True):
        whose = made.html("settings-own")
        with made.row(visible=house.takes_own):
            address = made.textbox("settings.address", min_width=260, scale=3)
            model = made.textbox("settings.model", min_width=180, scale=2)
            key = made.textbox("settings.key", secret=True, longest=desk.LONGEST_KEY,
                               min_width=180, scale=2)  # fmt: skip
        with made.row():
            save = made.button("settings.save", primary=True, visible=house.takes_own)
            test = made.button("settings.test")
            forget = made.button("settings.forget", visible=house.takes_own)
        found = made.html("settings-found")

    def shown(own: OwnModel | None, language: str) -> Html:
        return views.own_view(desk.own_shown(house, own), words(language))

    def saved(
        own: OwnModel | None, address: str, model: str, key: str, language: str
    ) -> tuple[Any, ...]:
        say = words(language)
        names = (say("settings.address"), say("settings.key"))
        own, wrong = desk.typed_model(house, own, (address, model, key), names)
        told = views.findings_view([wrong], say) if wrong else ""
        return own, "", shown(own, language), told  # whatever came of it, the key leaves its field

    def forgotten(language: str) -> tuple[Any, ...]:
        house.reopen()
        return None, "", "", "", shown(None, language), ""

    def tested(own: OwnModel | None, language: str) -> Html:
        findings = desk.try_model(house, own)
        return views.findings_view(findings, words(language), own=own is not None)

    state, tongue = frame.own_model, made.language
    made.draw(tab, shown, [state, tongue], [whose])
    made.on([save.click, key.submit], saved, [state, address, model, key, tongue],
            [state, key, whose, found])  # fmt: skip
    made.on(forget.click, forgotten, [tongue], [state, address, model, key, whose, found])
    made.on(test.click, tested, [state, tongue], [found], at_once=2, progress="full")


def _lay_health(frame: Frame) -> None:
    """Lay out the health of the library."""
    made = frame.widgets
    with made.folded("settings.health", opened=True):
        examine = made.button("settings.examine")
        found = made.html("settings-health")

    def examined(language: str) -> Html:
        return views.findings_view(desk.library_health(frame.house), words(language))

    made.on(examine.click, examined, [made.language], [found], at_once=1, progress="full")


def _lay_vectors(frame: Frame, tab: Component) -> None:
    """Lay out search by meaning: how far it is, and what computes more."""
    made = frame.widgets
    vectors = frame.vectors
    with made.folded("settings.vectors", opened=True):
        far = made.html("settings-vectors")
        with made.row():
            minutes = made.choice(
                "settings.minutes", {str(n): f"settings.minutes_{n}" for n in MINUTES},
                radio=True, value=str(MINUTES[0]),
            )  # fmt: skip
            start = made.button("settings.embed")
    clock = made.timer(2.0)

    def shown(language: str) -> tuple[Any, ...]:
        state = vectors.state()
        idle = not state.running
        return (
            views.embedded_view(state, words(language)), update(interactive=idle),
            update(active=state.running),
        )  # fmt: skip

    def started(minutes: str, language: str) -> tuple[Any, ...]:
        vectors.start(int(minutes))
        return shown(language)

    told = [far, start, clock]
    made.draw(tab, shown, [made.language], told)
    made.on(clock.tick, shown, [made.language], told, progress="hidden")
    made.on(start.click, started, [minutes, made.language], told, progress="hidden")
