"""The vocabulary all modules share: documents, cells, facts, checks; imports nothing of ours."""

from decimal import Decimal
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

Format = Literal["txt", "md", "html", "docx"]
Form = Literal["2021", "2019", "pre2019", "mixed", "unknown"]
Status = Literal[
    "reported",
    "blank",
    "not_applicable",
    "text",
    "unreadable",
    "row_absent",
    "section_absent",
    "not_in_form",
]
Level = Literal["township", "bureau", "county", "city", "province", "unknown"]
Bound = Literal["exact", "over", "about", "under"]
Verdict = Literal["pass", "fail", "uncertain", "not_assessable"]

# Opens the note that a place is not in the national list: of use for its code, not for its numbers.
UNLISTED = "名录："


class NianbaoError(Exception):
    """The base of all errors a user can meet; the Chinese message says what to do next."""


class LoadError(NianbaoError):
    """A file that cannot become a document (empty, binary, too large, unreadable, not a report)."""


class Frozen(BaseModel):
    """A value that crosses module boundaries: immutable, and no unknown field."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class GridCell(NamedTuple):
    """One cell of a real table: its span in `Document.text`, its place and extent in the grid."""

    start: int
    end: int
    row: int
    col: int
    rowspan: int
    colspan: int


class Table(Frozen):
    """A table of an .html or .docx file: cells in reading order, a merged cell once."""

    start: int
    end: int
    cells: tuple[GridCell, ...]


class Document(Frozen):
    """A file as text; every span in the project indexes `text`.

    `body` is the (start, end) of the report proper; outside it stands page chrome. `tables` is
    empty for .txt and .md, whose tables are only text.
    """

    path: str
    sha256: str
    format: Format
    text: str
    tables: tuple[Table, ...] = ()
    body: tuple[int, int]
    warnings: tuple[str, ...] = ()


class Agency(Frozen):
    """The body that files; a field the report does not settle is None, never guessed.

    `candidates` lists the national codes that a bare township name fits when it fits several.
    """

    name: str | None = None
    level: Level = "unknown"
    kind: str | None = None
    province: str | None = None
    city: str | None = None
    county: str | None = None
    township: str | None = None
    code: str | None = None
    candidates: tuple[str, ...] = ()


class Identity(Frozen):
    """Who filed for which year, with the span of the title (None when there is no title)."""

    title: str | None
    title_span: tuple[int, int] | None
    agency: Agency
    year: int | None
    warnings: tuple[str, ...] = ()


class Cell(NamedTuple):
    """One statutory cell; `text[start:end] == raw`, `value` only when `status` is reported.

    A blank cell has an empty span at its place; an absent one has start and end None.
    """

    metric: str
    value: Decimal | None
    unit: str
    status: Status
    raw: str
    start: int | None
    end: int | None


class Fact(NamedTuple):
    """A number of the prose; `bound` tells 余 (over), 近 (under), 约 (about) from an exact count.

    `start:end` spans `quote`, the shortest phrase that proves name and value.
    """

    name: str
    value: Decimal
    unit: str
    bound: Bound
    quote: str
    start: int
    end: int


class Section(NamedTuple):
    """One of the six statutory sections by its standard name; the span runs to the next heading."""

    name: str
    start: int
    end: int


class Passage(NamedTuple):
    """A piece of prose, at most 400 characters, within one section; never a table row.

    `text[start:end]` is the passage. `section` is the standard name of its section ("" before the
    first), `heading` the nearest sub-heading ("" without one). Passages that say the same but for
    names, numbers and punctuation share `group`.
    """

    section: str
    heading: str
    start: int
    end: int
    group: str


class Check(NamedTuple):
    """The outcome of one consistency rule of the statutory form, with the cells it looked at."""

    rule: str
    status: Verdict
    message: str
    metrics: tuple[str, ...]


class Reading(Frozen):
    """What the reader found: the form, every cell of it in catalogue order, the six sections."""

    form: Form
    cells: tuple[Cell, ...]
    sections: tuple[Section, ...]
    warnings: tuple[str, ...] = ()


class Report(Frozen):
    """One report, read whole; `report_id` is the first 16 hex digits of the file's SHA-256."""

    report_id: str
    document: Document
    identity: Identity
    reading: Reading
    facts: tuple[Fact, ...]
    checks: tuple[Check, ...]
    passages: tuple[Passage, ...] = ()
    warnings: tuple[str, ...] = ()
