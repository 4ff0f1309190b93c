"""What a printed column or row label says beside its name: another unit, another year.

上年处理决定数量 and 本年收费金额（单位：元） are no statutory columns; words from `head_words.csv`.
"""

import re
from collections.abc import Sequence
from functools import cache

from index.data import read_rows
from index.reading.labels import Label, label_key
from index.reading.rows import Segment

_YEAR = r"(?:19|20)\d\d"
_BEFORE = re.compile(rf"(?<!本年)(?<!本年度)({_YEAR})年?度?$")
_AFTER = re.compile(rf"({_YEAR})年")
_UNIT = re.compile("元|[十百千万亿]件")
_CAPTION = re.compile(r"(?:^|\n)[ \t|(]*((?:计量)?单位\s*[:][^\n|]{1,16}?)[ \t|)]*(?=\n|$)")
_REACH = 20  # characters behind a label that may belong to it
_ABOVE = 600  # characters before it in which a caption of the table may stand


def is_foreign(
    label: Label, current: Segment, later: Sequence[Label], plain: str, year: int | None
) -> bool:
    """Tell whether a label is printed with words that make another thing of it.

    `later` are the labels behind it in the segment, `plain` the normalised text of the document;
    a label of another year than the report's `year` is foreign, when that is known.
    """
    first, last = current.token_at(label.start), current.token_at(label.end - 1)
    end = last.end
    if later:
        end = max(end, current.token_at(later[0].start).start)
    elif current.slots:
        end = max(end, current.slots[0].start)
    key = label_key(plain[first.start : min(end, last.end + _REACH)])
    name = current.key[label.start : label.end]
    at = key.find(name)
    if at < 0:
        return False
    before, after = key[:at], key[at + len(name) :]
    if any(int(y) != year for y in (*_BEFORE.findall(before), *_years_after(after)) if year):
        return True
    if label.role == "column" and not _UNIT.search(name + after):
        after = _caption(plain, first.start) or after
    return _says("before", label.id, before) or _says("after", label.id, after)


def _caption(plain: str, start: int) -> str:
    """Return the unit that a line above the table states for all of it (单位：元), "" for none."""
    above = plain[max(0, start - _ABOVE) : start]
    found = _CAPTION.findall(above)
    return label_key(found[-1]) if found else ""


def _years_after(after: str) -> list[str]:
    match = _AFTER.match(after)
    return [match[1]] if match else []


def is_other_column(row: str, key: str) -> bool:
    """Tell whether a header without any known column names another thing for this row."""
    return _says("alone", row, key)


def _says(place: str, label: str, key: str) -> bool:
    pattern = _patterns().get((label, place))
    return pattern is not None and pattern.search(key) is not None


@cache
def _patterns() -> dict[tuple[str, str], re.Pattern[str]]:
    """Return one pattern for each label and place, anchored at the label."""
    found: dict[tuple[str, str], list[str]] = {}
    for row in read_rows("head_words.csv"):
        for label in row["of"].split():
            found.setdefault((label, row["place"]), []).append(row["pattern"])
    return {
        (label, place): re.compile(_anchored(place, "|".join(patterns)))
        for (label, place), patterns in found.items()
    }


def _anchored(place: str, pattern: str) -> str:
    return f"(?:{pattern})$" if place == "before" else f"^(?:{pattern})"
