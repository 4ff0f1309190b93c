"""What a run of a task leaves behind: its header, and a result for each case; no file, no score.

A task over the statutory tables gives each case a string of marks, one character for each of the
header's items (`evals.scoring.marks` says what they mean): ten thousand reports stay small, and
compare fast. Cells that are not zero, or not right, are told in full as details. Every other task
gives counts: a name, and (how many, of how many).
"""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from index.model import Frozen

FORMAT = 1
Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Whole = Annotated[int, Field(ge=0)]


def _within(count: tuple[float, float]) -> tuple[float, float]:
    if count[0] > count[1]:
        raise ValueError(f"命中 {count[0]} 多于总数 {count[1]}")
    return count


def _once(names: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(names)) < len(names):
        raise ValueError("有重复的项目")
    return names


Count = Annotated[tuple[Amount, Amount], AfterValidator(_within)]


class Rate(Frozen):
    """A score: its name, its title for people, which end of it is good, whether it decides."""

    name: str
    title: str
    better: Literal["high", "low"] = "high"
    headline: bool = False


class Detail(Frozen):
    """One cell, list entry or passage that is worth a look; spans index the report's text.

    `expected` and `got` are what gold and program have, None for nothing; `report` is the file.
    """

    item: str
    mark: str
    report: str = ""
    expected: str | None = None
    got: str | None = None
    expected_status: str = ""
    got_status: str = ""
    expected_span: tuple[int, int] | None = None
    got_span: tuple[int, int] | None = None
    reason: str = ""


class CaseResult(Frozen):
    """What became of one case.

    Attributes:
        case: its name, unique among the cases of the run and repeat.
        cluster: what hangs together, so that it counts as one experiment: the report, or for
            questions the group of phrasings.
        traits: form, layout, defect, kind, corpus: what scores are broken down by.
        marks: one character for each item of the header; empty for tasks that count.
        counts: hits and possible hits by score; empty for tasks that mark.
        details: what is not plainly right, and what is right and not zero.
        verdict: right, declined, wrong; or for tables exact, inexact.
        seconds: with the model's original latency where its reply was replayed.
        failure: why there is no result (endpoint, missing recording); such a case scores nothing.
        keys: the kept exchanges behind the result.
    """

    case: str
    cluster: str
    traits: Mapping[str, str] = {}
    marks: str = ""
    counts: Mapping[str, Count] = {}
    details: tuple[Detail, ...] = ()
    verdict: str = ""
    shown: str = ""
    reason: str = ""
    repeat: Whole = 0
    seconds: float = Field(default=0.0, allow_inf_nan=False)
    calls: Whole = 0
    prompt_tokens: Whole = 0
    completion_tokens: Whole = 0
    cost: Amount | None = None
    keys: tuple[str, ...] = ()
    failure: str = ""


class Header(Frozen):
    """What a run was made of, so that it can be made again.

    Attributes:
        name: what tells it from others: the task with its prompt, model or baseline.
        items: the metrics that the marks stand for, in order.
        rates: the scores of the task; a verdict looks at the headline ones.
        prompts: name@hash of every prompt that the task used.
        parameters: what was sent with each request beside the messages.
        data: the hash of gold, cases and reports; `files` counts the reports.
        code: the revision, with + when the tree was changed; `versions` of reader and task.
        currency: of the costs; None when the model has no price.
    """

    format: int = FORMAT
    task: str
    name: str
    items: Annotated[tuple[str, ...], AfterValidator(_once)] = ()
    rates: tuple[Rate, ...] = ()
    prompts: tuple[str, ...] = ()
    model: str | None = None
    provider: str | None = None
    replies: str = ""
    parameters: Mapping[str, str | float] = {}
    data: str
    files: int = 0
    code: str
    versions: Mapping[str, str] = {}
    currency: str | None = None
    repeats: int = Field(default=1, ge=1)
    cases: Whole = 0
    command: str = ""
    started: str = ""


class EvalRun(Frozen):
    """A run: its header and its results in the order of the cases."""

    header: Header
    results: tuple[CaseResult, ...]
