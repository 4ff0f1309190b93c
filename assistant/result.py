"""The `Answer` and its parts: what `nianbao ask --json` prints; not how they are found."""

from decimal import Decimal
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import Field, PlainSerializer

from assistant.plan import Plan
from index.model import Frozen

# The status of a support that is words of the prose, not a number.
QUOTED = "quoted"
AnswerStatus = Literal["answered", "partial", "clarify", "refused"]
Kind = Literal["cell", "text"]


def json_number(value: Decimal) -> int | float:
    """Return the JSON number of a value: whole numbers without a point."""
    return int(value) if value == value.to_integral_value() else float(value)


Number = Annotated[Decimal, PlainSerializer(json_number, when_used="json-unless-none")]


class Ratio(Frozen):
    """An exact quotient behind a rounded value: a share, a mean, a relative change."""

    numerator: Number
    denominator: Number


class Shown(Frozen):
    """One number of a row beside its first: a second measure, or the year before."""

    label: str
    metric: str
    year: int | None = None
    value: Number | None
    unit: str
    ratio: Ratio | None = None
    bound: str = "exact"
    note: str = ""
    citations: tuple[int, ...] = ()


class Row(Frozen):
    """One item of an answer: a report with its value, a group, or a change.

    `group` names the group of a grouped answer; `rank` starts at 1 and is shared by ties; `bound`
    tells 余, 约, 近 of a prose number; `source` "text" means the number stands in the prose.
    """

    agency: str | None
    province: str | None = None
    city: str | None = None
    county: str | None = None
    township: str | None = None
    year: int | None = None
    metric: str = ""
    label: str = ""
    value: Number | None = None
    unit: str = ""
    citations: tuple[int, ...] = ()
    report_id: str | None = None
    rank: int | None = None
    group: str | None = None
    ratio: Ratio | None = None
    bound: str = "exact"
    source: Kind = "cell"
    note: str = ""
    more: tuple[Shown, ...] = ()


class Undecided(Frozen):
    """A report or place that cannot be decided: `reason` is a code, `detail` says it in Chinese."""

    agency: str | None
    province: str | None = None
    city: str | None = None
    county: str | None = None
    township: str | None = None
    year: int | None = None
    metric: str = ""
    label: str = ""
    reason: str
    detail: str = ""
    report_id: str | None = None
    citations: tuple[int, ...] = ()


class Coverage(Frozen):
    """On how many reports an answer rests; `reports` = `decidable` + `undecidable`.

    `qualified` + `rejected` = `decidable`. `unsettled` reports might belong to the scope but do not
    say so; `no_report` counts places asked for that have none; neither is part of `reports`.
    """

    reports: int = 0
    decidable: int = 0
    undecidable: int = 0
    duplicates: int = 0
    superseded: int = 0
    qualified: int = 0
    rejected: int = 0
    unsettled: int = 0
    no_report: int = 0


class Citation(Frozen):
    """A place in a source: `quote` is exactly `text[start:end]`, `context` ends with it."""

    id: int
    report_id: str
    path: str
    kind: Kind
    quote: str
    start: int
    end: int
    metric: str = ""
    context: str = ""


class Support(Frozen):
    """One number the answer rests on, with all that is needed to read it again.

    `about` is the report that is asked about; `report_id` the one the number stands in, which may
    be a copy of it.
    """

    about: str

    report_id: str
    sha256: str
    path: str
    agency: str | None
    year: int | None
    kind: Kind
    metric: str
    status: str
    raw: str
    start: int | None
    end: int | None
    value: str | None
    role: Literal["yes", "no", "undecided"]
    bound: str = "exact"


class Statement(Frozen):
    """One statement that was run: `digest` is the hash of its rows."""

    sql: str
    params: tuple[str | int, ...] = ()
    digest: str = ""


class Certificate(Frozen):
    """The proof of an answer: what was asked of which data, and every number it rests on.

    `complete` is false when the lists were cut to their limit, so that counts and totals can only
    be derived again by running the statements on the same snapshot.
    """

    version: int = 1
    snapshot: str = ""
    statements: tuple[Statement, ...] = ()
    support: tuple[Support, ...] = ()
    complete: bool = True


class Answer(Frozen):
    """What a question gets: the words, the three lists, what they rest on, and the proof.

    `resolved` is the question as a conversation made it whole, and `note` says how; both are ""
    where that changed nothing. `edited` tells that the user changed the plan, so that it is not
    what the question reads as; `resolved` is then the plan in words.
    `prose` is set when a question on numbers (`plan`) also had a part answered from the prose.
    """

    question: str
    resolved: str = ""
    note: str = ""
    edited: bool = False
    status: AnswerStatus
    text: str
    explanation: str = ""
    plan: Plan | None = None
    prose: Plan | None = None
    value: Number | None = None
    unit: str | None = None
    ratio: Ratio | None = None
    rows: tuple[Row, ...] = ()
    undecided: tuple[Undecided, ...] = ()
    rejected: tuple[Row, ...] = ()
    coverage: Coverage = Coverage()
    citations: tuple[Citation, ...] = ()
    choices: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    figures: dict[str, Number] = Field(default_factory=dict)
    certificate: Certificate = Certificate()
    model: dict[str, Any] | None = None
    elapsed_ms: int = 0


class Limits(NamedTuple):
    """How many items of each list an answer shows; counts are always exact.

    What qualifies is shown whole; where a list is cut, a warning says of how many.
    `operands` bounds the rows behind a total, `contexts` the citations that carry the words before
    them (each costs the reading of a whole text), `held` the reports an inventory names.
    """

    rows: int = 10**9
    rejected: int = 200
    undecided: int = 1000
    operands: int = 200
    contexts: int = 0
    held: int = 1000


EVERYTHING = Limits(10**9, 10**9, 10**9, 10**9, 40, 10**9)
