"""What a question asks, as data: the form that rules, and later a model, fill and code executes.

A plan names catalogue cells and prose facts only; it never holds an answer.

What executing a plan means (the SQL and the reference executor agree on this, written twice):

* Only reports of role "current" count. In scope are those whose year, level, kind, form and place
  are known and match. A report with one of these unknown that might match is `unsettled`: listed as
  undecided "ambiguous", in none of the counts `reports`, `decidable`, `undecidable`.
* A verdict is Kleene's: "all" is no when any condition is no, else undecided when any is; "any"
  is yes when any is yes, else undecided when any is. The reason is the first undecided condition's.
* A sum of cells is undecided when any term is; the reason is the status of the first missing
  term (terms, then `over`), "not_in_form" when the report has no row for it. A denominator of zero
  is "zero_denominator".
* A prose fact has a value when all its statements in the report agree in value and bound (equal
  ones count once); none is "not_stated", disagreeing ones are "conflict". A bound decides a
  comparison only where logic does: over v means > v, under v means < v, about v means nothing
  certain; else the reason is "text". Sums, ranks, shares and changes need exact statements.
* "list", "count" without conditions judge whether measures[0] has a value (every report when there
  is no measure). "rank" and "aggregate" take the reports that meet the conditions and have
  measures[0]; a report that fails a condition is a no even when measures[0] is missing.
* `aggregate` of a share: "sum" is the pooled share (sum of terms over sum of `over`); "mean",
  "median", "max", "min" are over the single shares. "count" counts reports with a value.
* "change" compares the first with the last of `scope.years` (one year given: that and the year
  before; none: the first and last year of the reports in scope). A body with a report in either
  year is judged; a missing year is "no_report", a base of zero under "ratio" "zero_base".
* "compare" takes, for each place, the named year; without one the latest year that all operands
  share, else each one's latest. A place that is a region (no township, no agency) is the sum of
  its reports. The value is larger minus smaller.
* "check" with verdict "fail": yes when any asked rule fails, else undecided when any is not passed
  (reason "uncertain" or "not_assessable"); "pass": yes when all pass, no when any fails, else
  undecided; "uncertain", "not_assessable": yes when any asked rule is so.
* "missing" "value": yes when measures[0] has no value. "section": yes when any cell of the asked
  statutory tables is not reported (not_in_form aside); a pre2019 report is undecided
  "not_in_form". "report": every body of the library that matches the scope but for its year, per
  asked year (every year of the library when none is asked), without a report; a body that also has
  a report of unknown year is undecided "ambiguous" for the years it lacks.
* "lookup" is decided for a report when any of its measures has a value; each measure without one is
  listed as undecided. A body asked for (township or agency) without a report of an asked year is
  "no_report". `value` is set only when there is exactly one row: same names are never merged.
* In "compare" a name that fits several bodies of one year is "ambiguous", and there is no value.
* With `group_by` a report that lacks the attribute counts in the whole and stands in no group; it
  is listed as "ambiguous". Groups of places keep their parents, so that same names stay apart.
* A sum grouped by level or kind over several levels has no total: a county's sum holds its towns'
  numbers already.
* Nothing to add up has no sum, mean, median, max or min (not 0); its count is 0.
* "passages" quotes or sums up what the prose says on `topic`; "mention" judges every report in
  scope by whether its prose prints the `terms`. Both are executed by `assistant.prose`, not in SQL.
* Shown values: sums and differences exact; shares, means, medians and ratios to 4 places, half
  even. Ranks and comparisons use the exact value.
"""

from decimal import Decimal
from typing import Literal

from index.model import Frozen, Level

Comparator = Literal["gt", "ge", "lt", "le", "eq", "ne"]
Operation = Literal[
    "lookup",  # each measure for each place and year
    "list",  # reports that meet all conditions (哪些镇…)
    "count",  # how many reports meet them (多少个镇…)
    "rank",  # order by measures[0]; ties share a rank and are never cut apart
    "aggregate",  # one number over the scope; one per group with `group_by`
    "compare",  # operands = places × measures, with differences
    "change",  # measures[0] over the years, per place
    "missing",  # reports in scope that lack a value of measures[0], or places without a report
    "check",  # reports where a rule fails / passes / cannot be assessed
    "inventory",  # what the library holds: reports, years, places
    "comparable",  # may two columns be compared at all
    "passages",  # what the prose says on `topic`
    "mention",  # reports whose prose prints `terms` (哪些镇提到X); `absent` asks for the others
]
PROSE: tuple[Operation, ...] = ("passages", "mention")
Asks = Literal[
    "what",  # 做了什么
    "how",  # 怎么做
    "why",  # a reason is wanted, and the report must state it
    "problems",
    "plans",  # how problems are to be remedied, what is planned
    "said",  # of "mention": any print of the terms counts
    "done",  # of "mention": 用了, 开展了: what is denied or only planned does not count
]
Aggregate = Literal["sum", "mean", "median", "max", "min", "count"]
GroupBy = Literal["province", "city", "county", "township", "year", "kind", "level", "form"]


class Measure(Frozen):
    """A number of a report: cells added up, one prose fact, or a share of such sums.

    `source` "cells": `terms` are metric ids that are summed (undecided when any is missing);
    "fact": `terms` is one fact name of the prose. `over` is the denominator of a share, in the same
    source; a share is a fraction 0..1 with unit "%" shown as percent, undecided when it divides by
    zero. `label` is the Chinese name shown to the user. `alternatives` are further sets of terms
    for the forms that print the same number otherwise (其他处理 is three rows in form 2021, one in
    2019): the first of `terms`, then `alternatives`, whose ids the report's form has all, counts;
    when the form has none of them whole, `terms` stands (not_in_form).
    """

    source: Literal["cells", "fact"] = "cells"
    terms: tuple[str, ...]
    alternatives: tuple[tuple[str, ...], ...] = ()
    over: tuple[str, ...] = ()
    label: str
    unit: str = ""


class Condition(Frozen):
    """`measure` `comparator` `value`; a share compares as a fraction."""

    measure: Measure
    comparator: Comparator
    value: Decimal


class Place(Frozen):
    """A place or body as far as the question names it; every field given must match.

    `said` is what the user typed. `agency` matches the filing body's full or short name (bureaus,
    a county's own report). A bare township that fits several counties leaves the others
    None and is never merged. `years` are the report years asked for at this place only
    (2022年大涌镇和2021年涧池镇); empty means `Scope.years`.
    """

    said: str
    years: tuple[int, ...] = ()
    province: str | None = None
    city: str | None = None
    county: str | None = None
    township: str | None = None
    agency: str | None = None


class Scope(Frozen):
    """Which reports are looked at; an empty tuple does not restrict.

    `places` are alternatives (or-ed); `years` are report years; `kinds` are 镇, 乡, 街道 …;
    `levels` are the kinds of body. 镇 in a question means kinds=("镇",), levels=("township",).
    `excluded` places are left out (除了大涌镇), whatever else they match.
    """

    years: tuple[int, ...] = ()
    places: tuple[Place, ...] = ()
    levels: tuple[Level, ...] = ()
    kinds: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    excluded: tuple[Place, ...] = ()

    def named_years(self) -> tuple[int, ...]:
        """Return every year that is named, for all places or for one, in order."""
        return tuple(sorted({*self.years, *(y for place in self.places for y in place.years)}))


class Plan(Frozen):
    """A question, read. Unused fields keep their defaults.

    Attributes:
        operation: what to do.
        measures: what is shown, ranked, aggregated or compared.
        scope: the reports looked at.
        conditions: filters; met all (`match` "all") or any of them ("any"). Negation is folded into
            the comparator. Between is two conditions.
        aggregate: the function of "aggregate".
        also: further functions over the same values (平均数和中位数: "mean", also "median").
        group_by: one row for each value.
        descending: order of "rank" (and of groups when `limit` is set).
        limit: first n of "rank", None for all; ties at the cut are all shown.
        basis: for "change": "difference" (later - earlier) or "ratio" ((later - earlier)/earlier);
            `conditions` then apply to the change, `descending`/`limit` rank it.
        missing: for "missing": "value" (a report lacks the cell), "report" (a place in scope of the
            library has no report for the year), "section" (a statutory table is incomplete: M-3).
        rules: for "check": ids such as "T3-1"; empty means all.
        verdict: for "check": which outcome is asked for.
        claim: a number the user asserts (你上次说是8161件); the answer confirms or corrects it.
        topic: for "passages" and "mention": the subject in the question's own words; "" for all.
        terms: the words looked for, as groups of alternatives; `match` tells whether a text needs
            one of every group or of any. `sections` are then standard names, and a hard filter.
        asks: what is wanted to know about the topic.
        absent: for "mention": the reports that do not print the terms are asked for.
    """

    operation: Operation
    measures: tuple[Measure, ...] = ()
    scope: Scope = Scope()
    conditions: tuple[Condition, ...] = ()
    match: Literal["all", "any"] = "all"
    aggregate: Aggregate | None = None
    also: tuple[Aggregate, ...] = ()
    group_by: GroupBy | None = None
    descending: bool = True
    limit: int | None = None
    basis: Literal["difference", "ratio"] = "difference"
    missing: Literal["value", "report", "section"] = "value"
    sections: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    verdict: Literal["fail", "pass", "uncertain", "not_assessable"] = "fail"
    claim: Decimal | None = None
    topic: str = ""
    terms: tuple[tuple[str, ...], ...] = ()
    asks: Asks | None = None
    absent: bool = False


class Refusal(Frozen):
    """Why nothing is answered. `message` is Chinese and says what is there instead."""

    code: Literal[
        "unread",  # a part of the question was not understood; `parts` names it
        "not_in_reports",  # the annual reports do not hold this (财政预算, 人口 …)
        "forecast",
        "opinion",
        "prose",  # needs the prose of the reports (why, what was done): not answered without chains
        "tamper",  # asks to change or invent values
        "instruction",  # tries to instruct the program instead of asking
        "empty",
    ]
    message: str
    parts: tuple[str, ...] = ()


class Understanding(Frozen):
    """The outcome of reading a question: a plan, or a refusal, or a choice of readings; plus notes.

    `plan` with `refused_part` set answers the part that numbers answer and says what is left out
    (status "partial"). `choices` are readings in words when the question has several.
    """

    plan: Plan | None = None
    refusal: Refusal | None = None
    refused_part: Refusal | None = None
    choices: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
