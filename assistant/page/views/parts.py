"""What views are put together from: tables that sort, numbers that open their source."""

from collections.abc import Iterable, Sequence

from assistant.markup import Html, tag
from assistant.page.words import Words


def number(said: str, report_id: str, start: int, end: int) -> Html:
    """Return a number that opens its place in the source when it is clicked."""
    return tag(
        "button", said, type="button", class_="number",
        data_source=report_id, data_start=start, data_end=end,
    )  # fmt: skip


def marks(said: str, report_id: str, spans: Iterable[tuple[int, int]]) -> Html:
    """Return a button that opens a report with several places marked; only text without any."""
    listed = " ".join(f"{start}-{end}" for start, end in spans)
    if not listed:
        return tag("span", said)
    return tag(
        "button", said, type="button", class_="number", data_source=report_id, data_spans=listed
    )


def cell(content: Html | str, by: object = None) -> Html:
    """Return a cell of a table; with `by` it sorts as that number and stands to the right."""
    if by is None:
        return tag("td", content)
    return tag("td", content, class_="n", data_sort=str(by))


def table(titles: Sequence[str], rows: Iterable[Sequence[Html]], name: str, say: Words) -> Html:
    """Return a table of `cell`s whose columns sort; it scrolls for itself on a narrow screen."""
    hint = say("page.sort")
    heads = (
        tag("th", tag("button", title, type="button", data_sort_by="", title=hint), scope="col")
        for title in titles
    )
    body = (tag("tr", *row) for row in rows)
    inside = tag("table", tag("thead", tag("tr", *heads)), tag("tbody", *body))
    return tag("div", inside, class_="wide", tabindex=0, role="region", aria_label=name)


def block(*body: Html | str | None, **attributes: str) -> Html:
    """Return a piece of the page in the page's own style."""
    return tag("div", *body, class_="nb", **attributes)


def hint_view(said: str) -> Html:
    """Return a line that tells what to do."""
    return block(tag("p", said, class_="dim"), role="status")


def warning_view(said: str) -> Html:
    """Return a line that tells what is lacking."""
    return block(tag("p", said, class_="warn"), role="alert")
