"""The reports of the library: searched, filtered, sorted, a page at a time; one report opened."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from assistant.commands.records import list_records, report_record
from assistant.page.desks.places import whole
from assistant.page.desks.source import file_name
from index.errors import MisuseError
from index.normalise import squeeze
from index.store.library import Library

PAGE = 50
UNKNOWN = "?"
_NAMES = ("province", "city", "county", "township", "agency", "title", "file", "report_id")


class Asked(NamedTuple):
    """What a visitor wants to see; "" leaves a filter open.

    `text` is words that all stand in the names of a report; `checks` is pass, fail or none.
    """

    text: str = ""
    county: str = ""
    year: str = ""
    form: str = ""
    checks: str = ""
    role: str = ""
    by: str = ""
    down: bool = False
    page: int = 0


class Shelf(NamedTuple):
    """A page of the reports that were asked for: `matched` of all `total`."""

    rows: tuple[dict[str, Any], ...]
    matched: int
    total: int
    page: int
    pages: int


class Choices(NamedTuple):
    """What there is to filter by."""

    counties: tuple[str, ...]
    years: tuple[str, ...]


def reports(library: Library) -> tuple[dict[str, Any], ...]:
    """Return the records of `list`, with the name of the file and the state of the checks.

    They are asked for at every click, so those of a snapshot are read once.
    """
    known = _known(library.snapshot)
    if not known:
        known.append(_records(library))
    return known[0]


def shelf(library: Library, asked: Asked) -> Shelf:
    """Return a page of the reports asked for."""
    records = reports(library)
    words = squeeze_words(asked.text)
    found = [one for one in records if _fits(one, asked, words)]
    if asked.by in SORTS:
        found.sort(key=lambda one: _sort_key(one[asked.by]), reverse=asked.down)
    pages = max(1, -(-len(found) // PAGE))
    page = min(asked.page, pages - 1)
    shown = tuple(found[page * PAGE : (page + 1) * PAGE])
    return Shelf(shown, len(found), len(records), page, pages)


SORTS = ("agency", "year", "form", "reported", "failed", "role", "file")


def turned(asked: Asked, act: Mapping[str, str]) -> Asked:
    """Return what is asked for after a click on a head, which sorts, or on a page's button."""
    if act.get("do") == "sort":
        by = act.get("by", "")
        return asked._replace(by=by, down=asked.by == by and not asked.down, page=0)
    return asked._replace(page=whole(act.get("to", "")) or 0)


def whole_text(record: Mapping[str, Any]) -> dict[str, str]:
    """Return what to ask the source for when a whole report is opened: its title."""
    title, text = record["title"] or "", record["text"]
    start = max(text.find(title), 0)
    return {
        "source": record["report_id"],
        "rid": str(record["rid"]),
        "start": str(start),
        "end": str(start + len(title) if text.startswith(title, start) else start),
    }


def choices(library: Library) -> Choices:
    """Return the counties and years of the library."""
    records = reports(library)
    counties = sorted({county_of(one) for one in records} - {""})
    years = sorted({str(one["year"] or UNKNOWN) for one in records}, reverse=True)
    return Choices(tuple(counties), tuple(years))


def open_report(library: Library, rid: str, report_id: str = "") -> dict[str, Any]:
    """Return one report whole, by its rid or, without one, the current one of a report_id.

    `rid` and `copies` (the other reports of its group) are added to what `show` gives.
    """
    listed = [
        one
        for one in reports(library)
        if (str(one["rid"]) == rid if rid else one["report_id"] == report_id)
    ]
    if not listed:
        raise MisuseError("库里已经没有这份报告，可能刚被移出或替换。请刷新列表。")
    chosen = min(listed, key=lambda one: (one["role"] != "current", one["rid"]))
    group = [
        one
        for one in reports(library)
        if one["group_rid"] == chosen["group_rid"] and one["rid"] != chosen["rid"]
    ]
    record = report_record(library, chosen["rid"])
    return record | {"rid": chosen["rid"], "file": chosen["file"], "copies": group}


def county_of(record: dict[str, Any]) -> str:
    """Return the county of a report with what it lies in, "" when it is not known."""
    places = (record["province"], record["city"], record["county"])
    return " ".join(part for part in places if part) if record["county"] else ""


def squeeze_words(text: str) -> tuple[str, ...]:
    """Return the words of a search, as names are compared."""
    return tuple(squeeze(word).lower() for word in text.split())


@lru_cache(maxsize=2)
def _known(_: str) -> list[tuple[dict[str, Any], ...]]:
    """Return the place for the records of a snapshot; the library itself is not kept."""
    return []


def _records(library: Library) -> tuple[dict[str, Any], ...]:
    passed: dict[int, int] = dict(
        library.query("SELECT rid, count(*) FROM checks WHERE status = 'pass' GROUP BY rid")
    )
    bodies: dict[int, str | None] = dict(library.query("SELECT rid, body_key FROM reports"))
    records = []
    for one in list_records(library):
        one["body_key"] = bodies.get(one["rid"])
        one["file"] = file_name(one["path"])
        one["checks"] = "fail" if one["failed"] else "pass" if passed.get(one["rid"]) else "none"
        one["haystack"] = squeeze("\n".join(str(one[name] or "") for name in _NAMES)).lower()
        records.append(one)
    return tuple(records)


def _fits(one: dict[str, Any], asked: Asked, words: tuple[str, ...]) -> bool:
    """Tell whether a report is asked for."""
    filters = (
        (asked.county, county_of(one)),
        (asked.year, str(one["year"] or UNKNOWN)),
        (asked.form, one["form"]),
        (asked.checks, one["checks"]),
        (asked.role, one["role"]),
    )
    wanted = all(value in ("", held) for value, held in filters)
    return wanted and all(word in one["haystack"] for word in words)


def _sort_key(value: Any) -> tuple[bool, Any]:
    """Return what orders a column; what is not known comes first."""
    return (value is not None, "" if value is None else value)
