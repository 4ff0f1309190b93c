"""One report whole: its cells by section, checks, prose numbers, warnings and copies, as HTML."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from assistant.markup import Html, join, tag
from assistant.page.views.parts import cell, marks, number, table
from assistant.page.views.shelf import named, year_said
from assistant.page.words import Words
from assistant.understand.lexicon import load_facts
from index.catalogue import load_metrics


def report_view(record: dict[str, Any], say: Words, *, confirming: bool = False) -> Html:
    """Return a report as `show` has it; every number opens its place in the source."""
    return tag(
        "div",
        _head(record, say),
        _removal(record, say) if confirming else None,
        _warnings(record, say),
        *_sections(record, say),
        _merged(record, say),
        _checks(record, say),
        _facts(record, say),
        _copies(record, say),
        class_="nb report",
    )


def _head(record: dict[str, Any], say: Words) -> Html:
    agency = record["agency"]
    who = named({"agency": agency["name"]}, say)
    within = (agency[name] for name in ("province", "city", "county"))
    places = "".join(dict.fromkeys(filter(None, within)))
    facts = (
        ("library.place", places or say("source.unknown")),
        ("library.year", year_said(record["year"], say)),
        ("library.form", say(f"library.form.{record['form']}")),
        ("library.role", say(f"library.role.{record['role']}")),
        ("library.file", record["file"]),
        ("library.id", record["report_id"]),
        ("library.added", record["added_at"][:10]),
    )
    said = [tag("div", tag("dt", say(key)), tag("dd", value)) for key, value in facts]
    return join(
        tag("h2", record["title"] or who),
        tag("dl", *said, class_="facts"),
        tag(
            "p",
            _do("library.back", "back", say),
            number(say("library.text"), record["report_id"], 0, _first(record)),
            _do("library.remove", "remove", say, rid=record["rid"]),
            class_="tools",
        ),
    )


def _first(record: dict[str, Any]) -> int:
    """Return the end of the first line: what is marked when the text is only opened."""
    return max(str(record["text"]).find("\n"), 0)


def _do(key: str, act: str, say: Words, rid: int | None = None) -> Html:
    return tag("button", say(key), type="button", data_do=act, data_rid=rid)


def _removal(record: dict[str, Any], say: Words) -> Html:
    """Return the question whether to take the report out."""
    return tag(
        "div",
        tag("p", say("library.removal", file=record["file"])),
        tag(
            "p",
            _do("library.removal.yes", "removed", say, rid=record["rid"]),
            _do("library.removal.no", "open", say, rid=record["rid"]),
            class_="tools",
        ),
        class_="ask",
        role="alert",
    )


def _warnings(record: dict[str, Any], say: Words) -> Html | None:
    if not record["warnings"]:
        return None
    lines = (tag("li", warning) for warning in record["warnings"])
    return join(tag("h3", say("library.warnings")), tag("ul", *lines))


def _sections(record: dict[str, Any], say: Words) -> Iterator[Html]:
    """Yield the table of each section of the statutory form."""
    metrics = load_metrics()
    for section, inside in groupby(record["cells"], lambda one: metrics[one["metric"]].section):
        rows = [_cell_row(one, record["report_id"], say) for one in inside]
        title = say(f"library.section.{section}")
        heads = [say(f"library.{name}") for name in ("row", "column", "value", "status", "raw")]
        yield tag("h3", title)
        yield table(heads, rows, title, say)


def _cell_row(one: dict[str, Any], report_id: str, say: Words) -> list[Html]:
    """Return a cell with its labels; a place without a number opens too, if it has one."""
    metric = load_metrics()[one["metric"]]
    status = say(f"library.cell.{one['status']}")
    has = one["status"] == "reported"
    said = f"{one['value']}{one['unit']}" if has else "—"
    placed = one["start"] is not None
    shown = number(said, report_id, one["start"], one["end"]) if placed else said
    value = cell(shown, one["value"]) if has else tag("td", shown, class_="n", data_sort="")
    return [
        cell(metric.row), cell(metric.column), value,
        tag("td", status, class_=None if has else "maybe"), cell(one["raw"]),
    ]  # fmt: skip


def _merged(record: dict[str, Any], say: Words) -> Html | None:
    """Return the cells that copies fill in or dispute."""
    if not record["merged"]:
        return None
    rows = []
    for one in record["merged"]:
        metric = load_metrics()[one["metric"]]
        shown: Html | str = say(f"library.cell.{one['status']}")
        if one["status"] == "reported" and one["start"] is not None:
            said = f"{one['value']}{one['unit']}"
            shown = number(said, one["source"], one["start"], one["end"])
        rows.append([cell(metric.row), cell(metric.column), cell(shown), cell(one["source"])])
    heads = [say(f"library.{name}") for name in ("row", "column", "value", "id")]
    title = say("library.merged")
    return join(tag("h3", title), table(heads, rows, title, say))


def _checks(record: dict[str, Any], say: Words) -> Html | None:
    if not record["checks"]:
        return None
    places = {
        one["metric"]: (one["start"], one["end"])
        for one in record["cells"]
        if one["start"] is not None
    }
    rows = []
    for one in record["checks"]:
        spans = [places[metric] for metric in one["metrics"] if metric in places]
        verdict = say(f"library.verdict.{one['status']}")
        shown = marks(say("library.cells", n=len(spans)), record["report_id"], spans)
        tone = {"pass": "yes", "fail": "no"}.get(one["status"], "maybe")
        rows.append(
            [
                cell(one["rule"]),
                tag("td", verdict, class_=tone),
                cell(shown if spans else ""),
                cell(one["message"] or ""),
            ]
        )
    heads = [say(f"library.{name}") for name in ("rule", "verdict", "where", "message")]
    title = say("library.checked")
    return join(tag("h3", title), table(heads, rows, title, say))


def _facts(record: dict[str, Any], say: Words) -> Html | None:
    if not record["facts"]:
        return None
    rows, names = [], load_facts()
    for one in record["facts"]:
        bound = say(f"library.bound.{one['bound']}")
        shown = number(one["quote"], record["report_id"], one["start"], one["end"])
        value = f"{one['value']}{one['unit']}{bound}"
        named = names[one["name"]].label if one["name"] in names else one["name"]
        rows.append([cell(named), cell(value, one["value"]), cell(shown)])
    heads = [say(f"library.{name}") for name in ("fact", "value", "quote")]
    title = say("library.facts")
    return join(tag("h3", title), table(heads, rows, title, say))


def _copies(record: dict[str, Any], say: Words) -> Html | None:
    """Return the other reports of the same body and year."""
    if not record["copies"]:
        return None
    rows = []
    for one in record["copies"]:
        shown = tag(
            "button", one["file"], type="button", class_="link", data_do="open",
            data_rid=one["rid"],
        )  # fmt: skip
        role = say(f"library.role.{one['role']}")
        rows.append([cell(shown), cell(role), cell(str(one["reported"]), one["reported"])])
    heads = [say(f"library.{name}") for name in ("file", "role", "reported")]
    title = say("library.copies")
    return join(tag("h3", title), table(heads, rows, title, say))
