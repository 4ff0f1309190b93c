"""Rows the reader could not settle: a model points at printed numbers, sums must prove it.

The model sees numbered tokens and the columns; it writes no number. Code tries every way to put the
tokens under the columns in order; a cell is taken only if all ways that keep the form's sums agree
on it, the model points there too, and the number is not zero: sums of zeros prove nothing. The
library is never written.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import combinations
from typing import Any, NamedTuple

from assistant.model_reply import ContextError, Model, ModelError, UnusableReplyError
from assistant.prompts import Prompts
from index.catalogue import load_metrics
from index.checking.check import SumRule, sum_rules
from index.model import Cell, Frozen, Report
from index.normalise import normalise
from index.reading.values import NUMBER, read_value
from index.report import plain_number

PROMPT = "repair_row"
_MOST_TOKENS, _LABEL_SHARE, _BEFORE = 15, 0.6, 400
_HEADED = "行政复议"

Placement = Mapping[str, int]


class Repair(Frozen):
    """A cell that was settled: `text[start:end] == raw`, `rules` are the sums that prove it."""

    metric: str
    value: int | float
    unit: str
    raw: str
    start: int
    end: int
    rules: tuple[str, ...]
    note: str = "由语言模型指认、经勾稽关系核实，未写入库"


class Left(Frozen):
    """A row that stays unreadable, and why."""

    row: str
    metrics: tuple[str, ...]
    reason: str


class Repaired(Frozen):
    """What came of all unsettled rows of a report; `failed` when the model gave no answer."""

    repairs: tuple[Repair, ...]
    left: tuple[Left, ...]
    failed: bool = False


class Token(NamedTuple):
    """A number printed in the row."""

    start: int
    end: int
    value: Decimal


class Row(NamedTuple):
    """An unsettled row: its cells in column order, the tokens it prints, the sums it must keep."""

    label: str
    metrics: tuple[str, ...]
    tokens: tuple[Token, ...]
    rules: tuple[SumRule, ...]


def repair_rows(
    report: Report,
    model: Model | None,
    prompts: Prompts,
    progress: Callable[[str], None] = lambda _: None,
) -> Repaired:
    """Return the cells that model and sums settle together, and the rows that stay as they are."""
    repairs: list[Repair] = []
    left: list[Left] = []
    broken = ""
    for row, problem in _unsettled(report):
        if not problem and (model is None or broken):
            problem = f"模型没有回答：{broken}" if broken else "没有设置语言模型"
        if not problem and model is not None:
            progress(f"询问模型：{row.label} 一行的列")
            try:
                found, problem = _repair(row, report, model, prompts)
                repairs += found
            except ModelError as error:
                broken = problem = str(error)
        if problem:
            left.append(Left(row=row.label, metrics=row.metrics, reason=problem))
    return Repaired(repairs=tuple(repairs), left=tuple(left), failed=bool(broken))


def askable_rows(report: Report) -> list[Row]:
    """Return the rows that the reader could not settle and a model may be asked about."""
    return [row for row, problem in _unsettled(report) if not problem]


def _unsettled(report: Report) -> Iterator[tuple[Row, str]]:
    """Yield the rows whose cells all share one printed stretch, with what forbids a repair."""
    plain = normalise(report.document.text)
    groups: dict[tuple[int, int], list[Cell]] = {}
    for cell in report.reading.cells:
        if cell.status == "unreadable" and cell.start is not None and cell.end is not None:
            groups.setdefault((cell.start, cell.end), []).append(cell)
    for (start, end), cells in groups.items():
        if len(cells) < 2 or start == end:
            continue
        metrics = tuple(c.metric for c in cells)
        rules = tuple(
            r for r in sum_rules(report.reading) if set(metrics) & {*r.left, *r.right}
        )  # fmt: skip
        tokens = tuple(_tokens(plain, start, end))
        row = Row(load_metrics()[metrics[0]].row, metrics, tokens, rules)
        yield row, _forbids(row, (start, end), report, plain)


def _tokens(plain: str, start: int, end: int) -> Iterator[Token]:
    for match in re.finditer(rf"(?<![\d,.*]){NUMBER}(?![\d,.*])", plain[start:end]):
        said = read_value(match[0])
        if said is not None and said.value is not None:
            yield Token(start + match.start(), start + match.end(), said.value)


def _forbids(row: Row, span: tuple[int, int], report: Report, plain: str) -> str:
    """Return why a row cannot be repaired at all, "" when it may."""
    start, end = span
    if not row.rules:
        return "这一行没有可以核对的勾稽关系"
    if not 2 <= len(row.tokens) <= min(_MOST_TOKENS, len(row.metrics) + 1):
        return f"印出 {len(row.tokens)} 个数，列有 {len(row.metrics)} 个，无法逐一对应"
    others = [c for c in report.reading.cells if c.metric not in row.metrics and c.start != c.end]
    if any((c.start or 0) < end and start < (c.end or 0) for c in others):
        return "这些数与另一行的格子重叠"
    before = max([c.end or 0 for c in others if (c.end or 0) <= start], default=0)
    said = "".join(plain[max(before, start - _BEFORE) : start].split())
    if load_metrics()[row.metrics[0]].section == "四":
        return "" if _HEADED in said else "这些数之前没有印着表头"
    name = re.sub(r"\W", "", normalise(row.label))
    grams = {name[i : i + 2] for i in range(len(name) - 1)}
    printed = re.sub(r"\W", "", said)
    share = sum(g in printed for g in grams) / max(1, len(grams))
    return "" if share >= _LABEL_SHARE else "这些数之前没有印着这一行的名称"


def _repair(row: Row, report: Report, model: Model, prompts: Prompts) -> tuple[list[Repair], str]:
    """Return the cells of one row that are proven, or why there is none."""
    try:
        pointed = _pointed(row, model, prompts)
    except (UnusableReplyError, ContextError) as error:
        return [], f"模型没有给出可用的指认：{error}"
    order = [pointed[m] for m in row.metrics if m in pointed]
    if order != sorted(set(order)):
        return [], "模型把一个数用了两次，或打乱了先后"
    values = {c.metric: c.value for c in report.reading.cells if c.value is not None}
    ways = [way for way in _placements(row) if _keeps(way, row, values)]
    found = [
        _taken(row, metric, at, report, values)
        for metric, at in pointed.items()
        if row.tokens[at].value and ways and all(way.get(metric) == at for way in ways)
    ]
    proven = [repair for repair in found if repair is not None]
    return proven, "" if proven else "勾稽关系不能唯一确定各列，或与模型的指认不符"


def _pointed(row: Row, model: Model, prompts: Prompts) -> dict[str, int]:
    """Return the token at which the model points for each column."""
    ids = {f"T{i}": i - 1 for i in range(1, len(row.tokens) + 1)}
    keys = {f"c{i}": metric for i, metric in enumerate(row.metrics, 1)}
    catalogue = load_metrics()
    messages = prompts[PROMPT].fill(
        row=row.label,
        tokens=" ".join(f"{i}={row.tokens[at].value}" for i, at in ids.items()),
        columns=" ".join(f"{key}={catalogue[m].column}" for key, m in keys.items()),
    )
    pointer = {"anyOf": [{"type": "string", "enum": list(ids)}, {"type": "null"}]}
    schema: dict[str, Any] = {
        "type": "object",
        "properties": dict.fromkeys(keys, pointer),
        "required": list(keys),
        "additionalProperties": False,
    }
    data = model.ask(messages, schema, 256).data or {}
    return {keys[k]: ids[v] for k, v in data.items() if k in keys and v in ids}


def _placements(row: Row) -> Iterator[Placement]:
    """Yield every way to put the tokens under the columns in order; one too many is left out."""
    count = min(len(row.tokens), len(row.metrics))
    for tokens in combinations(range(len(row.tokens)), count):
        for columns in combinations(row.metrics, count):
            yield dict(zip(columns, tokens, strict=True))


def _keeps(way: Placement, row: Row, values: Mapping[str, Decimal]) -> bool:
    """Tell whether a placement keeps every sum whose other terms are known."""
    return all(_holds(rule, way, row, values) is not False for rule in row.rules)


def _holds(rule: SumRule, way: Placement, row: Row, values: Mapping[str, Decimal]) -> bool | None:
    """Tell whether a sum is kept, None when a term outside the row is not known."""
    sides = [_sum(side, way, row, values) for side in (rule.left, rule.right)]
    return None if None in sides else sides[0] == sides[1]


def _sum(
    terms: Sequence[str], way: Placement, row: Row, values: Mapping[str, Decimal]
) -> Decimal | None:
    """Return a sum in which a column of the row that gets no token adds nothing."""
    total = Decimal(0)
    for term in terms:
        if term in way:
            total += row.tokens[way[term]].value
        elif term not in row.metrics:
            if term not in values:
                return None
            total += values[term]
    return total


def _taken(
    row: Row, metric: str, at: int, report: Report, values: Mapping[str, Decimal]
) -> Repair | None:
    """Return the repair of one cell when a sum beyond its own row speaks for it, where any can."""
    touching = [r for r in row.rules if metric in (*r.left, *r.right)]
    known = [r for r in touching if _known(r, row, values)]
    across = [r for r in known if not {*r.left, *r.right} <= set(row.metrics)]
    if not known or (load_metrics()[metric].section == "三" and not across):
        return None
    token, text = row.tokens[at], report.document.text
    value = plain_number(token.value)
    if value is None:
        return None
    return Repair(
        metric=metric, value=value, unit=load_metrics()[metric].unit,
        raw=text[token.start : token.end], start=token.start, end=token.end,
        rules=tuple(dict.fromkeys(r.rule for r in known)),
    )  # fmt: skip


def _known(rule: SumRule, row: Row, values: Mapping[str, Decimal]) -> bool:
    return all(t in values or t in row.metrics for t in (*rule.left, *rule.right))
