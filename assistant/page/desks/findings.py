"""What the tab of checks does: filter and page the findings of the library, check dropped files."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

from assistant.findings import (
    VERDICTS,
    Counts,
    Finding,
    Wanted,
    count_findings,
    file_findings,
    find_findings,
)
from assistant.library_view import LibraryView
from assistant.page.desks.held import Holding, hold
from assistant.page.desks.limits import LISTED
from assistant.page.desks.opening import Opened, open_file
from assistant.page.desks.places import whole
from index.errors import MisuseError
from index.model import Frozen

PAGE = 20
_LONGEST = 100


class Shown(Frozen):
    """How a visitor looks at the findings of the library."""

    wanted: Wanted = Wanted()
    by: Literal["report", "rule"] = "report"
    first: int = 0


class Looked(NamedTuple):
    """What a visitor sees: one page of the findings, and the exact counts."""

    shown: Shown
    counts: Counts
    findings: tuple[Finding, ...]


class Checked(NamedTuple):
    """A dropped file: the outcome of every rule, or why it cannot be read.

    `opens` is False when its text is too long to be shown.
    """

    name: str
    findings: tuple[Finding, ...]
    reason: str
    opens: bool


class Checking(NamedTuple):
    """How far the check of dropped files is: those done, the texts, the one that is under way.

    `number` is 0 when all are done.
    """

    done: tuple[Checked, ...]
    holding: Holding
    number: int = 0
    name: str = ""

    @property
    def found(self) -> bool:
        """Whether any of the files could be checked."""
        return any(one.findings for one in self.done)


def look(library: LibraryView, shown: Shown) -> Looked:
    """Return a page of the findings; a page behind the last becomes the last."""
    counts = count_findings(library, shown.wanted)
    last = max(0, (counts.findings - 1) // PAGE * PAGE)
    shown = shown.model_copy(update={"first": min(shown.first // PAGE * PAGE, last)})
    found = find_findings(
        library, shown.wanted, by_rule=shown.by == "rule", first=shown.first, most=PAGE
    )
    return Looked(shown, counts, tuple(found))


def turned(shown: Shown, act: Mapping[str, str]) -> Shown:
    """Return how the findings are looked at after a click; what a click does not say stays."""
    wanted, do = shown.wanted, act.get("do")
    if do == "clear":
        return Shown(by=shown.by)
    if do == "group":
        return shown.model_copy(update={"by": "rule" if act.get("by") == "rule" else "report",
                                        "first": 0})  # fmt: skip
    if do == "page":
        return shown.model_copy(update={"first": whole(act.get("first", "")) or 0})
    changed: dict[str, object] = {}
    if "rule" in act:
        changed["rule"] = act["rule"][:_LONGEST]
    if "status" in act:
        changed["status"] = act["status"] if act["status"] in VERDICTS else None
    if "year" in act:
        changed["year"] = whole(act["year"])
    if "area" in act:
        changed["area"] = act["area"][:_LONGEST]
    return shown.model_copy(update={"wanted": wanted.model_copy(update=changed), "first": 0})


def named(shown: Shown, place: str) -> Shown:
    """Return how the findings are looked at with the words of a place."""
    wanted = shown.wanted.model_copy(update={"place": place.strip()[:_LONGEST]})
    return shown.model_copy(update={"wanted": wanted, "first": 0})


def check_file(opened: Opened, holding: Holding) -> tuple[Checked, Holding]:
    """Return the outcome of every rule in a dropped file, and the texts with its own."""
    if opened.report is None:
        return Checked(opened.name, (), opened.reason, False), holding
    holding, token = hold(holding, opened.name, opened.report.document.text)
    found = tuple(file_findings(opened.report, token))
    return Checked(opened.name, found, "", bool(token)), holding


def check_files(paths: Sequence[Path], holding: Holding) -> Iterator[Checking]:
    """Yield how far it is before each file is checked, last with all of them done."""
    done: tuple[Checked, ...] = ()
    for number, path in enumerate(paths, 1):
        yield Checking(done, holding, number, path.name)
        one, holding = check_file(open_file(path), holding)
        done = (*done, one)
    yield Checking(done, holding)


class ToCorrect(NamedTuple):
    """The findings of a list of corrections; `all` tells how many there are."""

    findings: tuple[Finding, ...]
    all: int


def to_correct(library: LibraryView, shown: Shown) -> ToCorrect:
    """Return all findings of the filter; raises MisuseError when none of them needs correcting."""
    if shown.wanted.status == "pass":
        raise MisuseError("现在筛选的是“相符”，没有要更正的。请改选“不符”或其他结果。")
    found: list[Finding] = []
    every = 0
    for status in (shown.wanted.status,) if shown.wanted.status else VERDICTS:
        wanted = shown.wanted.model_copy(update={"status": status})
        if status != "pass":
            every += count_findings(library, wanted).findings
            found += find_findings(
                library, wanted, by_rule=shown.by == "rule", most=LISTED - len(found)
            )
    return _correctable(found, every)


def files_to_correct(checked: Sequence[Checked]) -> ToCorrect:
    """Return what does not hold, or cannot be told, in the dropped files."""
    found = [f for one in checked for f in one.findings if f.status != "pass"]
    return _correctable(found, len(found))


def _correctable(found: Sequence[Finding], every: int) -> ToCorrect:
    if not found:
        raise MisuseError("没有要更正的：筛选出的规则都相符，或者没有报告。")
    return ToCorrect(tuple(found), every)
