"""The list of reports, and what became of uploaded files, as HTML."""

from typing import Any

from assistant.markup import Html, join, tag
from assistant.page.desks.limits import ADDED_BYTES, ADDED_FILES
from assistant.page.desks.settling import Settled, Step
from assistant.page.desks.shelf import SORTS, Asked, Shelf
from assistant.page.views.parts import block, cell, table
from assistant.page.words import Words
from index.loading.load import MAX_DOCX_BYTES, MAX_TEXT_BYTES
from index.store.sources import SUFFIXES

_LISTED = 200
_TOLD = ("added", "replaced", "unchanged", "failed", "ignored", "waiting")


def shelf_view(shelf: Shelf, asked: Asked, say: Words) -> Html:
    """Return a page of the list with its counts; every head sorts, every name opens its report."""
    count = say("library.count", matched=shelf.matched, total=shelf.total)
    heads = [_head(by, asked, say) for by in SORTS]
    rows = [tag("tr", *_cells(one, say)) for one in shelf.rows]
    inside = tag("table", tag("thead", tag("tr", *heads)), tag("tbody", *rows))
    region = tag(
        "div", inside, class_="wide", tabindex=0, role="region", aria_label=say("library.list")
    )
    empty = "library.empty" if not shelf.total else "library.none"
    return block(
        tag("p", tag("strong", count), " ", tag("span", say("library.open.hint"), class_="dim")),
        region if rows else tag("p", say(empty)),
        turner(shelf.page, shelf.pages, "page", say),
    )


def turner(page: int, pages: int, act: str, say: Words) -> Html | None:
    """Return the buttons that turn the pages of a list, None for one page."""
    if pages < 2:
        return None

    def button(key: str, to: int) -> Html:
        return tag(
            "button", say(key), type="button", data_do=act, data_to=to,
            disabled=not 0 <= to < pages,
        )  # fmt: skip

    where = tag("span", say("library.page", page=page + 1, pages=pages))
    parts = (button("library.previous", page - 1), where, button("library.next", page + 1))
    return tag("p", *parts, class_="tools")


def upload_view(step: Step, say: Words, background: Html | None = None) -> Html:
    """Return what became of each file so far."""
    counts = [
        say(f"library.told.{status}", n=step.count(status)) for status in _TOLD
        if step.count(status)
    ]  # fmt: skip
    total = len(step.files)
    bar = tag("progress", max=total, value=step.done, aria_label=say("library.upload"))
    lead = "library.finished" if step.finished else "library.reading"
    files = sorted(step.files, key=lambda one: one.status != "failed") if step.finished else [
        one for one in step.files if one.status != "waiting"][::-1]  # fmt: skip
    rows = [_settled(one, say) for one in files[:_LISTED]]
    titles = [say(f"library.{name}") for name in ("file", "became", "report", "reason")]
    more = say("library.more", n=len(files) - _LISTED) if len(files) > _LISTED else None
    return block(
        tag("p", say(lead, done=step.done, total=total), " ", say("library.comma").join(counts)),
        None if step.finished else bar,
        tag("p", say(f"library.{step.note}")) if step.note else None,
        table(titles, rows, say("library.upload"), say) if rows else None,
        tag("p", more, class_="dim") if more else None,
        background,
        role="status",
    )


def background_view(seconds: float, say: Words) -> Html:
    """Return what is said of vectors after an upload: nobody waits for them."""
    key = "library.embedding" if seconds > 0 else "library.no_embedding"
    return tag("p", say(key, seconds=f"{seconds:g}"), class_="dim")


def removed_view(name: str, say: Words) -> Html:
    """Return that a report was taken out."""
    return block(tag("p", say("library.removed", file=name)), role="status")


def limits_view(say: Words) -> Html:
    """Return what may be uploaded."""
    return block(
        tag(
            "p",
            say(
                "library.limits", types=" ".join(sorted(SUFFIXES)), count=ADDED_FILES,
                text=MAX_TEXT_BYTES // 1_000_000, docx=MAX_DOCX_BYTES // 1_000_000,
                total=ADDED_BYTES // 1_000_000,
            ),
            class_="dim",
        )
    )  # fmt: skip


def year_said(year: int | None, say: Words) -> str:
    """Return a year as text."""
    return str(year) if year else say("source.unknown")


def named(record: dict[str, Any], say: Words) -> str:
    """Return the body of a report as it is shown."""
    return record["agency"] or say("library.nobody")


def _head(by: str, asked: Asked, say: Words) -> Html:
    order = None if by != asked.by else "descending" if asked.down else "ascending"
    inside = tag(
        "button", say(f"library.{by}"), type="button", data_do="sort", data_by=by,
        title=say("page.sort"),
    )  # fmt: skip
    return tag("th", inside, scope="col", aria_sort=order)


def _cells(one: dict[str, Any], say: Words) -> list[Html]:
    opened = tag(
        "button", named(one, say), type="button", class_="link", data_do="open",
        data_rid=one["rid"],
    )  # fmt: skip
    failed = one["failed"] or say(f"library.checks.{one['checks']}")
    return [
        tag("th", opened, scope="row"),
        cell(year_said(one["year"], say), one["year"] or 0),
        cell(say(f"library.form.{one['form']}")),
        cell(str(one["reported"]), one["reported"]),
        tag("td", str(failed), class_="n no" if one["failed"] else "n"),
        cell(say(f"library.role.{one['role']}")),
        cell(one["file"]),
    ]


def _settled(one: Settled, say: Words) -> list[Html]:
    opened: Html | str = ""
    if one.report_id:
        who = " ".join(filter(None, (one.agency, str(one.year or ""))))
        opened = tag(
            "button", who or one.report_id[:8], type="button", class_="link",
            data_report=one.report_id,
        )  # fmt: skip
    status = tag("span", say(f"library.status.{one.status}"), class_=f"is-{one.status}")
    return [cell(one.name), cell(status), cell(join(opened)), cell(one.reason)]
