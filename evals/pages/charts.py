"""Charts as rows: words and numbers are text that wraps, only the marks are SVG, in percentages.

So a chart fits a telephone as well as a desk, and every row can be read aloud.
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from assistant.markup import Html, join, tag

_EDGE = 2.0  # percent of the width left free at both ends, so that no mark is cut
Tone = Literal["good", "bad", "even"]
_NICE = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)


class Row(NamedTuple):
    """One row of a chart on its axis.

    Attributes:
        label, value: what stands before and behind the marks; `tone` is good, bad or even.
        at: the point; `low`, `high` its interval; `was` an earlier point, drawn hollow.
        limit: a place to be marked with a short line, such as a margin.
    """

    label: str
    value: str
    at: float | None
    low: float | None = None
    high: float | None = None
    was: float | None = None
    limit: float | None = None
    tone: Tone = "even"


class Axis(NamedTuple):
    """What the marks are measured on: its ends, the places that are named, the middle line."""

    low: float
    high: float
    named: tuple[tuple[float, str], ...]
    middle: float | None = None


SHARE = Axis(0.0, 1.0, ((0.0, "0%"), (0.5, "50%"), (1.0, "100%")))


def difference_axis(rows: Sequence[Row], left: str, right: str) -> Axis:
    """Return an axis with 0 in the middle that holds every row; `left`, `right` name its sides."""
    reach = [
        abs(value) for row in rows for value in (row.at, row.low, row.high, row.limit) if value
    ]
    farthest = max(reach, default=0.0)
    end = next((nice for nice in _NICE if nice >= farthest), max(1.0, farthest))
    points = f"{end * 100:g}"
    return Axis(-end, end, ((-end, f"{left} {points}"), (0.0, "0"), (end, f"{points} {right}")), 0)


def chart(rows: Sequence[Row], axis: Axis, title: str) -> Html:
    """Return the rows on their axis as a list with a heading for readers of the screen."""
    drawn = [
        tag(
            "li",
            tag("span", row.label, class_="what"),
            _marks(row, axis),
            tag("span", row.value, class_=f"value {row.tone}"),
        )
        for row in rows
    ]
    return tag(
        "div",
        tag("ul", *drawn, class_="rows", aria_label=title),
        tag("div", tag("span"), _scale(axis), tag("span"), class_="scale", aria_hidden="true"),
        class_="chart",
    )


def _marks(row: Row, axis: Axis) -> Html:
    lines = [_line(_EDGE, 100 - _EDGE, "track")]
    if axis.middle is not None:
        lines.append(_upright(_x(axis.middle, axis), "middle"))
    if row.limit is not None:
        lines.append(_upright(_x(row.limit, axis), "limit"))
    if row.low is not None and row.high is not None:
        lines.append(_line(_x(row.low, axis), _x(row.high, axis), f"span {row.tone}"))
    if row.was is not None and row.at is not None:
        lines.append(_line(_x(row.was, axis), _x(row.at, axis), f"way {row.tone}"))
    if row.was is not None:
        lines.append(_dot(row.was, axis, "was"))
    if row.at is not None:
        lines.append(_dot(row.at, axis, row.tone))
    return tag("svg", join(*lines), class_="marks", aria_hidden="true", focusable="false")


def _scale(axis: Axis) -> Html:
    named = []
    for number, (at, name) in enumerate(axis.named):
        anchor = ("start", "middle", "end")[min(2, number * 2 // max(1, len(axis.named) - 1))]
        x = _x(at, axis) if anchor == "middle" else 0 if anchor == "start" else 100
        named.append(tag("text", name, x=f"{x:g}%", y="13", text_anchor=anchor))
    return tag("svg", join(*named), class_="ends")


def _x(value: float, axis: Axis) -> float:
    """Return where a value stands, in percent of the width; beyond an end it stands at the end."""
    share = (value - axis.low) / (axis.high - axis.low)
    return round(_EDGE + min(max(share, 0.0), 1.0) * (100 - 2 * _EDGE), 2)


def _line(start: float, end: float, class_: str) -> Html:
    return tag("line", x1=f"{start:g}%", x2=f"{end:g}%", y1="50%", y2="50%", class_=class_)


def _upright(at: float, class_: str) -> Html:
    return tag("line", x1=f"{at:g}%", x2=f"{at:g}%", y1="0", y2="100%", class_=class_)


def _dot(value: float, axis: Axis, class_: str) -> Html:
    return tag("circle", cx=f"{_x(value, axis):g}%", cy="50%", r="5", class_=f"dot {class_}")
