"""What a page holds in reading order, before it is text: runs, line breaks, tables of cells.

Both the .html and the .docx reader fill a `Flow`; `render` turns it into text and spans. Knows
neither format.
"""

import re
from dataclasses import dataclass, field

_WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f"
_WIDE_CHARACTER = re.compile(f"[{_WIDE}“”‘’、。]")
_FOLD_LINE = re.compile(f"(?<=[{_WIDE}])[ \t\r\f\xa0]*\n[ \t\r\n\f\xa0]*(?=[{_WIDE}])")
_FOLD = re.compile("[ \t\r\n\f\v\xa0]+")


@dataclass(slots=True, eq=False)
class Region:
    """A part of a page that its markup calls chrome (navigation …); `parent` is around it."""

    parent: "Region | None" = None


@dataclass(slots=True)
class Run:
    """A stretch of text on one line; `link` when it stands inside a link."""

    text: str
    link: bool = False
    region: Region | None = None


class Break:
    """The end of a line or paragraph."""

    __slots__ = ()


BREAK = Break()


@dataclass(slots=True)
class Flow:
    """Items in reading order; runs next to each other belong to one line.

    `parted` keeps digits that come next from joining those before them.
    """

    items: list["Run | Break | FlowTable"] = field(default_factory=list)
    parted: bool = False

    def add_text(self, text: str, link: bool = False, region: Region | None = None) -> None:
        """Append text as a browser shows it: white space folded, none between Chinese lines."""
        folded = _FOLD.sub(" ", _FOLD_LINE.sub("", text)) if not text.isalnum() else text
        last = self.items[-1] if self.items else BREAK
        if folded[:1] == " " and (not isinstance(last, Run) or last.text.endswith((" ", "\t"))):
            folded = folded[1:]
        self.add_exact(folded, link, region)

    def add_exact(self, text: str, link: bool = False, region: Region | None = None) -> None:
        """Append text of one line as it is."""
        if not text:
            return
        if self.parted and text[0].isdigit() and self.last_character().isdigit():
            text = " " + text
        self.parted = False
        self.items.append(Run(text, link, region))

    def end_line(self) -> None:
        """End the current line, if it holds anything."""
        if self.items and isinstance(self.items[-1], Run):
            self.items.append(BREAK)

    def last_character(self) -> str:
        """Return the last character of the current line, '' when nothing stands on it."""
        last = self.items[-1] if self.items else BREAK
        return last.text[-1:] if isinstance(last, Run) else ""


@dataclass(slots=True)
class FlowCell:
    """A cell as written; `skip` empty grid columns stand before it."""

    flow: Flow
    rowspan: int = 1
    colspan: int = 1
    skip: int = 0


@dataclass(slots=True)
class FlowRow:
    """A table row; `group` numbers its thead, tbody or tfoot, which no rowspan leaves."""

    cells: list[FlowCell] = field(default_factory=list)
    group: int = 0


@dataclass(slots=True)
class FlowTable:
    """A table as written; `outside` holds the caption and what stands in no cell."""

    rows: list[FlowRow] = field(default_factory=list)
    outside: Flow = field(default_factory=Flow)


def join_lines(lines: list[str]) -> str:
    """Return the lines of a cell as one: joined without a gap between Chinese, else by a space."""
    joined = ""
    for line in (part for raw in lines if (part := trim(raw.replace("\t", " ")))):
        close = joined and _WIDE_CHARACTER.match(joined[-1]) and _WIDE_CHARACTER.match(line)
        joined += line if close or not joined else " " + line
    return joined


def trim(line: str) -> str:
    """Return a line without the white space and zero-width characters at its ends."""
    return line.strip().strip("\u200b\u200c\u200d\u2060\ufeff").strip()
