"""What was extracted as HTML: every value opens its place, what was not proven says so in words."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from assistant.markup import Html, join, tag
from assistant.page.desks.extracting import Extracted, Far
from assistant.page.desks.schema_form import Field
from assistant.page.views.findings import rules_view
from assistant.page.views.held import Source, opener
from assistant.page.views.parts import block, cell, table
from assistant.page.words import Words
from index.catalogue import load_metrics

_MOST_JSON = 200_000
_PROVEN = ("supported", "computed")


def extracted_view(done: Sequence[Extracted], say: Words) -> Html:
    """Return the files that are done, each with what was extracted or why nothing was."""
    return block(*(_one(number, one, say) for number, one in enumerate(done)))


def progress_view(far: Far, all_: int, say: Words) -> Html:
    """Return which file is under way, for how long and with what."""
    said = say("extract.progress", done=far.number, all=all_, name=far.name,
               seconds=far.seconds, said=far.said)  # fmt: skip
    return block(tag("p", said, class_="busy"), role="status")


def finished_view(done: Sequence[Extracted], say: Words) -> Html:
    """Return how many files were done whole, and how many were not."""
    good = sum(_is_whole(one) for one in done)
    said = say("extract.finished", all=len(done), good=good, bad=len(done) - good)
    return block(tag("p", tag("strong", said)), role="status")


def _is_whole(one: Extracted) -> bool:
    return one.record is not None and not one.failed and one.record.get("complete", True)


def schema_view(schema: dict[str, Any], say: Words) -> Html:
    """Return a JSON Schema as text, with a button that copies it."""
    return block(_json("extract-schema-json", schema, say))


def fields_view(fields: Sequence[Field], say: Words) -> Html:
    """Return the fields of the form, each with buttons to change it or take it away."""
    if not fields:
        return block(tag("p", say("extract.fields.none"), class_="dim"))
    titles = [say(f"extract.field.{name}") for name in ("name", "kind", "description", "required")]
    rows = [
        [
            cell(field.name), cell(_kind(field, say)), cell(field.description),
            cell(say("extract.yes") if field.required else say("extract.no")),
            cell(join(_button("edit", number, field, say), " ",
                      _button("drop", number, field, say))),
        ]
        for number, field in enumerate(fields)
    ]  # fmt: skip
    return block(table([*titles, say("extract.field.change")], rows, say("extract.fields"), say))


def _kind(field: Field, say: Words) -> str:
    said = say(f"extract.kind.{field.kind}")
    return f"{said}：{'、'.join(field.options)}" if field.options else said


def _button(do: str, number: int, field: Field, say: Words) -> Html:
    said = say(f"extract.field.{do}")
    return tag("button", said, type="button", class_="link", data_do=do, data_row=number,
               aria_label=f"{said} {field.name}")  # fmt: skip


def _one(number: int, one: Extracted, say: Words) -> Html:
    """Return what was extracted from one file."""
    head = tag("h3", one.name)
    if one.record is None:
        said = say("extract.failed", reason=one.reason)
        return tag("section", head, tag("p", said, class_="warn", role="alert"))
    source = Source(one.token, True)
    long = None if one.token else tag("p", say("check.file.long"), class_="warn")
    inside = _statutory if "cells" in one.record else _schema
    shown = {key: value for key, value in one.record.items() if key != "text"}
    note = say("extract.json.no_text") if "text" in one.record else ""
    unfold = tag("details", tag("summary", say("extract.json")), tag("p", note, class_="dim"),
                 _json(f"extract-json-{number}", shown, say))  # fmt: skip
    return tag("section", head, long, *inside(one, source, say), unfold, class_="extracted")


def _schema(one: Extracted, source: Source, say: Words) -> Iterator[Html]:
    """Yield the fields of a schema with what is to be known of them as a whole."""
    record = one.record or {}
    if one.failed:
        yield tag("p", say("extract.model_failed"), class_="warn", role="alert")
    if not record["complete"]:
        yield tag("p", say("extract.incomplete"), class_="warn", role="alert")
    fields = record["fields"]
    proven = sum(field["value"] is not None for field in fields)
    yield tag("p", say("extract.proven", n=proven, m=len(fields)))
    titles = [say(f"extract.column.{name}") for name in ("field", "value", "state", "quote")]
    rows = [_field(field, source, say) for field in fields]
    yield table(titles, rows, say("extract.result"), say)
    lines = [say("extract.dropped", path=d["path"], item=str(d["item"])[:200], reason=d["reason"])
             for d in record["dropped"]]  # fmt: skip
    lines += [say("extract.invalid", line=line) for line in record["invalid"]]
    lines += [say("extract.warning", line=line) for line in record["warnings"]]
    yield from _list(lines)


def _field(field: dict[str, Any], source: Source, say: Words) -> list[Html]:
    """Return a field's row: a value opens its places, a missing one gives its reason."""
    spans = [(span["start"], span["end"]) for span in field["spans"]]
    state = say(f"extract.outcome.{field['status']}")
    reason = f"：{field['reason']}" if field["reason"] else ""
    proven = field["value"] is not None and field["status"] in _PROVEN
    value = (
        opener(_value(field["value"], say), source, spans, class_="number")
        if proven
        else tag("span", say("extract.unproven"), class_="warn")
    )
    quotes = [
        opener(span["quote"] or say("held.blank"), source, [(span["start"], span["end"])],
               class_="number quote")
        for span in field["spans"]
    ]  # fmt: skip
    name = field["path"].rpartition("/")[2] if field["path"].count("/") == 1 else field["path"]
    plain = name.replace("~1", "/").replace("~0", "~") or "/"
    return [
        cell(plain), cell(value), cell(tag("span", f"{state}{reason}", class_=_class(proven))),
        cell(tag("div", *quotes, class_="chips")),
    ]  # fmt: skip


def _class(proven: bool) -> str:
    return "status pass" if proven else "status fail"


def _value(value: Any, say: Words) -> str:
    if isinstance(value, bool):
        return say("extract.yes") if value else say("extract.no")
    return str(value)


def _statutory(one: Extracted, source: Source, say: Words) -> Iterator[Html]:
    """Yield the whole record: identity, tables as the form prints them, prose numbers, checks."""
    record = one.record or {}
    agency = record["agency"]
    within = (agency["province"], agency["city"], agency["county"])
    place = "".join(dict.fromkeys(filter(None, within)))
    yield tag(
        "p",
        say("extract.identity", agency=agency["name"] or say("check.report.unnamed"),
            year=record["year"] or say("check.report.unyeared"), form=record["form"],
            place=place or say("check.area.none"), cells=len(record["cells"])),
    )  # fmt: skip
    for section in dict.fromkeys(_metric(c).section for c in record["cells"]):
        cells = [c for c in record["cells"] if _metric(c).section == section]
        yield tag("h4", say(f"extract.section.{section}"))
        yield _matrix(cells, source, say, say(f"extract.section.{section}"))
    if record["facts"]:
        yield tag("h4", say("extract.facts"))
        yield _facts(record["facts"], source, say)
    yield tag("h4", say("extract.checks"))
    yield rules_view(one.findings, say)
    yield from _list([say("extract.warning", line=line) for line in record["warnings"]])


def _metric(one: dict[str, Any]) -> Any:
    return load_metrics()[one["metric"]]


def _matrix(cells: Sequence[dict[str, Any]], source: Source, say: Words, name: str) -> Html:
    """Return the cells of one section as the form prints them: rows by columns."""
    columns = list(dict.fromkeys(_metric(c).column for c in cells))
    rows: dict[str, dict[str, Html]] = {}
    for one in cells:
        metric = _metric(one)
        rows.setdefault(metric.row, {})[metric.column] = _printed(one, source, say)
    return table(
        [say("extract.row"), *columns],
        [[cell(row), *(inside.get(c, cell("")) for c in columns)] for row, inside in rows.items()],
        name, say,
    )  # fmt: skip


def _printed(one: dict[str, Any], source: Source, say: Words) -> Html:
    """Return a cell as it is printed; without a value the reason in words."""
    said = one["raw"] if one["raw"].strip() else say(f"check.cell.{one['status']}")
    where = [(one["start"], one["end"])] if one["start"] is not None else []
    by = one["value"] if one["value"] is not None else ""
    unclear = one["status"] not in ("reported", "blank")
    note = tag("span", say(f"check.cell.{one['status']}"), class_="dim") if unclear else None
    kind = "number" if one["value"] is not None else "number unproven"
    shown = opener(said, source, where, class_=kind)
    return cell(join(shown, " ", note) if note and one["raw"].strip() else shown, by)


def _facts(facts: Iterable[dict[str, Any]], source: Source, say: Words) -> Html:
    titles = [say(f"extract.fact.{name}") for name in ("name", "value", "bound", "quote")]
    rows = []
    for fact in facts:
        spans = [(fact["start"], fact["end"])]
        name = say.get(f"extract.fact.{fact['name']}") or fact["name"]
        value = opener(f"{fact['value']}{fact['unit']}", source, spans, class_="number")
        rows.append([cell(name), cell(value, fact["value"]),
                     cell(say(f"extract.bound.{fact['bound']}")),
                     cell(opener(fact["quote"], source, spans, class_="number quote")),
                     ])  # fmt: skip
    return table(titles, rows, say("extract.facts"), say)


def _list(lines: Sequence[str]) -> Iterator[Html]:
    if lines:
        yield tag("ul", *(tag("li", line) for line in lines), class_="notes")


def _json(name: str, value: Any, say: Words) -> Html:
    """Return JSON as text with a button that copies it; what is too long is cut, and says so."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    cut = len(text) > _MOST_JSON
    note = tag("p", say("extract.json.cut", n=len(text)), class_="warn") if cut else None
    button = tag("button", say("page.copy"), type="button", class_="plain", data_copy=name,
                 data_copied=say("page.copied"))  # fmt: skip
    return join(note, button, tag("pre", text[:_MOST_JSON], id=name, class_="json", tabindex=0))
