"""What pages are put together from: sections, tables, what folds, the make of a run."""

from collections.abc import Iterable, Mapping, Sequence

from assistant.markup import Html, tag
from evals.pages.words import words
from evals.suite.run import Header


def section(title: str, name: str, *body: Html | str | None) -> Html:
    """Return a part of the page under its heading, which can be linked to."""
    return tag("section", tag("h2", title), *body, id=name)


def table(titles: Sequence[str], rows: Iterable[Sequence[Html | str]], name: str) -> Html:
    """Return a table that scrolls for itself on a narrow screen; the first cell heads its row."""
    head = tag("tr", *(tag("th", title, scope="col") for title in titles))
    body = (
        tag("tr", tag("th", row[0], scope="row"), *(tag("td", cell) for cell in row[1:]))
        for row in rows
    )
    inside = tag("table", tag("thead", head), tag("tbody", *body))
    return tag("div", inside, class_="wide", tabindex=0, role="region", aria_label=name)


def folded(title: str, *body: Html | str | None, opened: bool = False) -> Html:
    """Return what unfolds under a title."""
    return tag("details", tag("summary", title), *body, open=opened)


def header_table(headers: Mapping[str, Header]) -> Html:
    """Return what runs were made of, a column each; what is the same in all is said once."""
    rows = []
    for field, title in words("header").items():
        values = [_value(getattr(header, field)) for header in headers.values()]
        if any(values):
            differ = len(set(values)) > 1
            name = tag("span", title, class_="differ" if differ else None)
            rows.append((name, *(value or "—" for value in values)))
    titles = ("", *headers) if len(headers) > 1 else ("", "这次运行")
    return table(titles, rows, "运行的由来")


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        return "，".join(f"{key}={held}" for key, held in value.items())
    if isinstance(value, tuple):
        return "，".join(map(str, value))
    return "" if value is None else str(value)
