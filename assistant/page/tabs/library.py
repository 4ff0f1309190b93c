"""The tab of reports: upload, list, map of what is missing, one report; layout and events."""

from collections.abc import Iterator, Sequence
from typing import Any

from assistant.markup import Html
from assistant.page.desks import shelf, uploads
from assistant.page.desks.gaps import find_gaps, warm
from assistant.page.desks.places import whole
from assistant.page.desks.shelf import Asked
from assistant.page.desks.source import find_place
from assistant.page.frame import Frame
from assistant.page.views.gaps import gaps_view
from assistant.page.views.parts import warning_view
from assistant.page.views.report import report_view
from assistant.page.views.shelf import (
    background_view,
    limits_view,
    removed_view,
    shelf_view,
    upload_view,
)
from assistant.page.views.source import source_view
from assistant.page.widgets import Act, Component, update
from assistant.page.words import Words, words
from index.errors import MisuseError

_FORMS = ("2021", "2019", "pre2019", "mixed", "unknown")
_CHECKS = ("pass", "fail", "none")
_ROLES = ("current", "copy", "superseded")
_UPLOADS: dict[str, Any] = {"at_once": 1, "concurrency_id": "uploads", "progress": "hidden"}

Values = list[Any]


def lay(frame: Frame) -> None:
    """Lay the tab out and tie its events."""
    tab = frame.widgets.tab("library.tab")
    with tab:
        with frame.widgets.column() as overview:
            note = frame.widgets.html("library-note")
            adding = _Adding(frame)
            listing = _Listing(frame)
            gaps = _Gaps(frame)
        opened = _Opened(frame, overview, note)
    inputs = [*listing.inputs, *gaps.inputs]
    outputs = [*listing.outputs, *gaps.outputs]

    def refreshed(*given: Any) -> Values:
        mine = len(listing.inputs)
        return [*listing.refresh(*given[:mine]), *gaps.refresh(*given[mine:])]

    def changed(*given: Any) -> Values:
        return [*refreshed(*given), frame.house.library().snapshot]

    def drawn(rid: str, *given: Any) -> Values:
        return [*refreshed(*given), *opened.again(rid, given[-1])]

    made = frame.widgets
    made.draw(tab, drawn, [opened.rid, *inputs], [*outputs, *opened.outputs])
    made.on(frame.page.load, refreshed, inputs, outputs, progress="hidden")
    for event in (*adding.tie(), *opened.tie()):
        made.then(event, changed, inputs, [*outputs, frame.changed])
    made.on_act(
        made.calls["report"], opened.called, [made.language], opened.outputs, progress="hidden"
    )
    for place in (listing, gaps):
        made.on_act(place.place, _either(place, opened), place.inputs,
                    [*place.outputs, *opened.outputs], progress="hidden")  # fmt: skip


def _either(place: "_Listing | _Gaps", opened: "_Opened") -> Any:
    """Return what a click in a list does: open a report, or show the list otherwise."""

    def acted(act: Act, *given: Any) -> Values:
        if act.get("do") == "open":
            return [*place.same(*given), *opened.open(act, given[-1])]
        return [*place.turn(act, *given), *opened.same()]

    return acted


class _Adding:
    """The places to drop files on, and what became of them."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        made = frame.widgets
        with made.folded("library.upload"):
            made.said("library-limits", limits_view)
            with made.row():
                self._drops = (
                    made.upload("library.files", height=140),
                    made.upload("library.folder", count="directory", height=140),
                )
            self._told = made.html("library-told")

    def tie(self) -> Sequence[Component]:
        """Tie the uploads; returns their events."""
        made = self._frame.widgets
        outputs = [self._told, *self._drops]
        return [
            made.on(drop.upload, self._uploaded, [drop, made.language], outputs, **_UPLOADS)
            for drop in self._drops
        ]

    def _uploaded(self, given: Sequence[str], language: str) -> Iterator[Values]:
        say = words(language)
        library = self._frame.house.library()
        for step in uploads.upload(library, [uploads.given(path) for path in given]):
            background = None
            if step.finished and step.changed:
                self._frame.vectors.start_after_add()
                background = background_view(self._frame.vectors.seconds, say)
            shown = upload_view(step, say, background)
            emptied = update(value=None) if step.finished else update()
            yield [shown, emptied, emptied]


class _Listing:
    """The filters, and the table of reports."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        made = frame.widgets
        with made.row():
            text = made.textbox("library.search", scale=2, min_width=220)
            county = made.choice("library.county", value="", min_width=180, allow_custom_value=True)
            year = made.choice("library.year", value="", min_width=110, allow_custom_value=True)
        with made.row():
            form = _fixed(made, "library.form", _FORMS)
            checks = _fixed(made, "library.checks", _CHECKS)
            role = _fixed(made, "library.role", _ROLES)
        self.place = made.html("library-list", acts=True)
        at = made.state(Asked())
        self.inputs = [text, county, year, form, checks, role, at, made.language]
        self.outputs = [self.place, at, county, year]
        for filter_ in (county, year, form, checks, role):
            made.on(filter_.input, self._first, self.inputs, self.outputs, progress="hidden")
        made.on([text.change, text.submit], self._first, self.inputs, self.outputs,
                progress="hidden", trigger_mode="always_last")  # fmt: skip

    def refresh(self, *given: Any) -> Values:
        """Return the list as it is now, and what there is to filter by."""
        *filters, at, language = given
        library, say = self._frame.house.library(), words(language)
        asked = at._replace(**dict(zip(Asked._fields, map(_said, filters), strict=False)))
        found = shelf.choices(library)
        shown = shelf.shelf(library, asked)
        return [
            shelf_view(shown, asked, say),
            asked._replace(page=shown.page),
            update(choices=_choices(found.counties, say)),
            update(choices=_choices(found.years, say)),
        ]

    def turn(self, act: Act, *given: Any) -> Values:
        """Return the list sorted otherwise, or another page of it."""
        *filters, at, language = given
        return self.refresh(*filters, shelf.turned(at, act), language)

    def same(self, *given: Any) -> Values:
        """Return the list unchanged."""
        return [update(), given[-2], update(), update()]

    def _first(self, *given: Any) -> Values:
        *filters, at, language = given
        return self.refresh(*filters, at._replace(page=0), language)


class _Gaps:
    """The map of what is missing."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        warm()
        made = frame.widgets
        with made.folded("gaps.tab"):
            with made.row():
                county = made.choice(
                    "gaps.county", value="", min_width=200, allow_custom_value=True
                )
                bases = {"library": "gaps.library", "national": "gaps.national"}
                basis = made.choice("gaps.basis", bases, radio=True, value="library")
            self.place = made.html("library-gaps", acts=True)
        self.inputs = [county, basis, made.language]
        self.outputs = [self.place, county]
        for filter_ in (county, basis):
            made.on(filter_.input, self.refresh, self.inputs, self.outputs, progress="hidden")

    def refresh(self, county: str, basis: str, language: str, page: int = 0) -> Values:
        """Return the map as it is now."""
        library, say = self._frame.house.library(), words(language)
        found = find_gaps(library, _said(county), national=basis == "national", page=page)
        counties = _choices(shelf.choices(library).counties, say)
        return [gaps_view(found, say), update(choices=counties)]

    def turn(self, act: Act, *given: Any) -> Values:
        """Return another page of the map."""
        county, basis, language = given
        return self.refresh(county, basis, language, whole(act.get("to", "")) or 0)

    def same(self, *_: Any) -> Values:
        """Return the map unchanged."""
        return [update(), update()]


class _Opened:
    """One report in place of the list, its source beside it; replaced and removed from here."""

    def __init__(self, frame: Frame, overview: Component, note: Component) -> None:
        self._frame = frame
        made = frame.widgets
        with made.column(visible=False) as detail:
            self._place = made.html("library-report", acts=True, comes_up=True)
            with made.folded("library.replace"):
                self._drop = made.upload("library.replace.file", count="single", height=140)
                self._told = made.html("library-replaced")
        self.rid = made.state("")
        self.outputs = [overview, detail, note, self._place, self.rid, self._told, made.panel]

    def tie(self) -> Sequence[Component]:
        """Tie the buttons of a report; returns the events that may change the library."""
        made = self._frame.widgets
        acted = made.on_act(self._place, self._acted, [self.rid, made.language], self.outputs,
                            at_once=1, progress="hidden")  # fmt: skip
        replaced = made.on(
            self._drop.upload, self._replaced, [self._drop, self.rid, made.language],
            [*self.outputs, self._drop], **_UPLOADS,
        )  # fmt: skip
        return [acted, replaced]

    def same(self) -> Values:
        """Return the report unchanged; what was open stays known."""
        return [update() for _ in self.outputs]

    def again(self, rid: str, language: str) -> Values:
        """Return the open report as it is now, in the words of the page; the list where it is gone.

        The source beside it stays, which may be another's by now.
        """
        shown = self.same()
        if not rid:
            return shown
        try:
            record = shelf.open_report(self._frame.house.library(), rid)
        except MisuseError as gone:
            return [*self._overview(), warning_view(str(gone)), "", "", "", update()]
        shown[3] = report_view(record, words(language))
        return shown

    def called(self, act: Act, language: str) -> Values:
        """Return the report that a button anywhere in the page names by its id."""
        return self._shown(language, report_id=act["report"])

    def open(self, act: Act, language: str) -> Values:
        """Return the report that a click names, its source beside it."""
        return self._shown(language, rid=act["rid"])

    def _acted(self, act: Act, rid: str, language: str) -> Values:
        do, say = act.get("do"), words(language)
        if do == "removed":
            name = uploads.remove(self._frame.house.library(), rid)
            return [*self._overview(), removed_view(name, say), "", "", "", ""]
        if do == "back":
            return [*self._overview(), "", "", "", "", ""]
        return self._shown(language, rid=act["rid"], confirming=do == "remove")

    def _overview(self) -> Values:
        return [update(visible=True), update(visible=False)]

    def _shown(
        self, language: str, rid: str = "", report_id: str = "", *, confirming: bool = False
    ) -> Values:
        library, say = self._frame.house.library(), words(language)
        record = shelf.open_report(library, rid, report_id)
        beside = source_view(
            find_place(library, shelf.whole_text(record)), say, beside=True, turn=rid
        )
        report = report_view(record, say, confirming=confirming)
        shown = [update(visible=False), update(visible=True), "", report, str(record["rid"])]
        return [*shown, "", beside]

    def _replaced(self, given: str, rid: str, language: str) -> Iterator[Values]:
        say, library = words(language), self._frame.house.library()
        for step in uploads.replace(library, rid, uploads.given(given)):
            told: Html = upload_view(step, say, None)
            shown = self.same()
            shown[4] = rid
            if step.finished and step.changed:
                shown = self._shown(language, report_id=step.files[0].report_id)
            shown[5] = told
            yield [*shown, update(value=None) if step.finished else update()]


def _fixed(made: Any, key: str, values: Sequence[str]) -> Component:
    """Return a filter of fixed values, open at first."""
    options = {"": "library.all"} | {value: f"{key}.{value}" for value in values}
    return made.choice(key, options, value="", min_width=140)


def _choices(values: Sequence[str], say: Words) -> list[tuple[str, str]]:
    named = [
        (say("source.unknown") if value == shelf.UNKNOWN else value, value) for value in values
    ]
    return [(say("library.all"), ""), *named]


def _said(value: Any) -> str:
    """Return the value of a filter; none chosen is ""."""
    return value if isinstance(value, str) else ""
