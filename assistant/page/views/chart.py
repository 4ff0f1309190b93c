"""The chart of an answer, drawn by the page's own script; the only module that imports altair.

Colours and type come from the page's style, so that they follow light and dark. What is drawn,
and what is not, stands in words below it.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from assistant.markup import Html, tag, visible
from assistant.numbers import say_bound, say_number
from assistant.page.desks.figure import Figure, Point
from assistant.page.views.parts import block
from assistant.page.words import Words

Spec = dict[str, Any]  # JSON
_FONT, _SIZE = "sans-serif", 13
_BAR, _GROUPED, _LINES = 30, 20, 280  # heights
_WRAPPED, _LINE, _MOST_LINES = 9, 15, 4  # characters of a line, its height
# The styles of the page replace these; they stand for a page without them.
_COLOURS = ("#2563eb", "#d97706", "#059669", "#9333ea", "#dc2626", "#0891b2", "#65a30d", "#db2777")


def load() -> None:
    """Load the library of charts, so that the first one need not wait for it."""
    import altair  # noqa: F401


def chart_of(figure: Figure, say: Words) -> Spec:
    """Return the drawing of a figure, as the page's script takes it."""
    import altair as alt

    values = [_value(point) | {"run": run} for point, run in _runs(figure.points)]
    base = alt.Chart({"values": values})
    drawn = _lines(alt, base, figure) if figure.kind == "lines" else _bars(alt, base, figure)
    spec: Spec = (
        drawn.configure(
            background="transparent",
            autosize={"type": "fit", "contains": "padding"},
            view={"stroke": None},
            font=_FONT,
            axis={"labelFontSize": _SIZE},
            legend={"labelFontSize": _SIZE},
            text={"fontSize": _SIZE},
        )
        .properties(
            width="container",
            description=say("chart.described", drawn=figure.drawn, unit=figure.unit),
            usermeta={"embedOptions": {"renderer": "svg", "actions": False, "tooltip": False}},
        )
        .to_dict()
    )
    del spec["$schema"]  # the page's script is of another version, which this does not matter to
    return spec


def caption_of(figure: Figure, say: Words) -> Html:
    """Return what the chart shows and leaves out, and where the same numbers stand as a table."""
    parts = [say(f"chart.{figure.kind}", unit=figure.unit)]
    if figure.drawn < figure.whole:
        parts.append(say("chart.cut", drawn=figure.drawn, whole=figure.whole))
    if figure.absent:
        parts.append(say("chart.absent", count=figure.absent))
    if figure.uneven:
        parts.append(say("chart.uneven"))
    if figure.bounded:
        parts.append(say("chart.bounded", count=figure.bounded))
    link = tag("a", say("chart.table"), href="#ask-yes")
    return block(tag("p", "".join(parts), " ", link, class_="dim"), id="chart-said")


def _value(point: Point) -> dict[str, Any]:
    """Return a point as data of the chart; `said` is the exact number."""
    return {
        "name": visible(point.name),
        "year": str(point.year or ""),
        "label": visible(point.label),
        "value": float(point.value),
        "said": f"{say_bound(point.bound)}{say_number(point.value)}",
    }


def _runs(points: Sequence[Point]) -> Iterator[tuple[Point, int]]:
    """Yield each point with the number of its run: years one after the other of one name."""
    run, last = 0, None
    for point in points:
        follows = last is not None and last.name == point.name and _year(last) + 1 == _year(point)
        run, last = run if follows else run + 1, point
        yield point, run


def _year(point: Point) -> int:
    return point.year or 0


def _bars(alt: Any, base: Any, figure: Figure) -> Any:
    """Return bars, one for each name and measure, each with its number."""
    several = figure.kind == "groups"
    names = [visible(name) for name in figure.names]
    lines = max(-(-len(name) // _WRAPPED) for name in names)
    bar = _GROUPED * len(figure.labels) if several else _BAR
    step = max(bar, min(lines, _MOST_LINES) * _LINE + 6)
    y = alt.Y("name:N", sort=names, title=None, axis=_axis(alt))
    x = alt.X("value:Q", title=None, axis=None, scale=_room(alt, figure))
    shared: dict[str, Any] = {"y": y, "x": x}
    if several:
        labels = [visible(label) for label in figure.labels]
        shared["yOffset"] = alt.YOffset("label:N", sort=labels)
    bars = base.mark_bar(cornerRadiusEnd=2).encode(**shared, **_colour(alt, figure))
    said = base.mark_text(align="left", dx=4).encode(**shared, text="said:N")
    return (bars + said).properties(height=len(names) * step + 10)


def _lines(alt: Any, base: Any, figure: Figure) -> Any:
    """Return a line for each name over the years; a year without a number is a gap."""
    years = [point.year for point in figure.points if point.year is not None]
    shown = [str(year) for year in range(min(years), max(years) + 1)]
    axis = alt.Axis(labelAngle=0, grid=False, labelOverlap=True)
    x = alt.X("year:O", scale=alt.Scale(domain=shown), title=None, axis=axis)
    y = alt.Y("value:Q", title=None, axis=alt.Axis(tickCount=5, format="~f"))
    colour = _colour(alt, figure)
    marks = base.mark_line(point={"size": 60}).encode(x=x, y=y, detail="run:N", **colour)
    said = base.mark_text(dy=-10).encode(x=x, y=y, text="said:N")
    return (marks + said).properties(height=_LINES)


def _colour(alt: Any, figure: Figure) -> dict[str, Any]:
    """Return the colours, with a legend where there are several."""
    field = "name" if figure.kind == "lines" else "label"
    order = [visible(one) for one in (figure.names if field == "name" else figure.labels)]
    columns = 1 if max(map(len, order)) > _WRAPPED else 2
    legend = (
        alt.Legend(title=None, orient="bottom", columns=columns, labelLimit=0)
        if len(order) > 1
        else None
    )
    scale = alt.Scale(domain=order, range=list(_COLOURS[: len(order)]))
    return {"color": alt.Color(f"{field}:N", scale=scale, legend=legend)}


def _axis(alt: Any) -> Any:
    """Return the axis of names, long ones on several lines."""
    lines = ", ".join(f"slice(datum.label, {a}, {a + _WRAPPED})" for a in _steps(_MOST_LINES))
    wrapped = f"length(datum.label) > {_WRAPPED} ? [{lines}] : datum.label"
    return alt.Axis(labelExpr=wrapped, labelLimit=0, ticks=False, domain=False, labelPadding=6)


def _steps(count: int) -> Sequence[int]:
    return range(0, count * _WRAPPED, _WRAPPED)


def _room(alt: Any, figure: Figure) -> Any:
    """Return a scale with room for the numbers at the ends of the bars."""
    values = [float(point.value) for point in figure.points]
    low, high = min(0.0, *values), max(0.0, *values)
    longest = max(len(say_number(point.value)) for point in figure.points)
    room = (high - low or 1.0) * min(0.6, 0.08 + 0.03 * longest)
    return alt.Scale(domain=[low - (room if low < 0 else 0), high + room], nice=False)
