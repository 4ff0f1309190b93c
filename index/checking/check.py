"""The consistency rules that one report must meet on its own: `check_report` (domain.md §9).

T3-1..3 and T4-1..3 are sums of the statutory tables, S-4 the sort of number each cell may hold, M-3
the completeness of sections, tables, rows and columns.
"""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from index.catalogue import load_metrics
from index.checking.completeness import check_completeness
from index.model import Cell, Check, Form, Reading

COLUMNS = ("natural_person", "business", "research", "welfare", "legal_service", "other", "total")
_NEW = "requests.received"
_CARRIED_IN = "requests.carried_in"
_TOTAL = "requests.outcomes_total"
_CARRIED_OUT = "requests.carried_out"
_OTHER_2019 = "requests.other"
_OTHER_2021 = ("requests.other.not_corrected", "requests.other.fee_unpaid", "requests.other.other")
_REVIEWS = {
    "T4-1": "reconsideration",
    "T4-2": "litigation_direct",
    "T4-3": "litigation_after_reconsideration",
}
_RESULTS = ("upheld", "corrected", "other", "pending")
_MONEY = ("fees.amount", "procurement.amount")


class _Equation(NamedTuple):
    """`left` adds up to `right`; `name` is the column or row, `words` name the terms in order."""

    name: str
    left: tuple[str, ...]
    right: tuple[str, ...]
    words: tuple[str, ...]


class _Rule(NamedTuple):
    id: str
    table: str
    equations: tuple[_Equation, ...]


def check_report(reading: Reading) -> tuple[Check, ...]:
    """Return one check per rule; `metrics` names the cells that a failure touches.

    A rule fails as soon as one column or row provably fails, is uncertain when an operand has no
    value, and is not assessable when its table is absent.
    """
    values = {cell.metric: cell.value for cell in reading.cells}
    tables = _tables_present(reading.cells)
    sums = [_check_sums(rule, values, tables) for rule in _rules(_other_rows(reading))]
    return (*sums, _check_kinds(reading.cells), check_completeness(reading))


class SumRule(NamedTuple):
    """One column or row of a sum rule: the cells of `left` add up to those of `right`."""

    rule: str
    left: tuple[str, ...]
    right: tuple[str, ...]


def sum_rules(reading: Reading) -> tuple[SumRule, ...]:
    """Return every sum that the tables of a report must keep (T3-1..3, T4-1..3)."""
    rules = _rules(_other_rows(reading))
    return tuple(SumRule(rule.id, e.left, e.right) for rule in rules for e in rule.equations)


def unknown_cells(rule: str, reading: Reading) -> tuple[str, ...]:
    """Return the cells whose missing value keeps a rule from being decided, in catalogue order."""
    values = {cell.metric: cell.value for cell in reading.cells}
    lacking = {cell.metric for cell in reading.cells if cell.value is None}
    if rule == "S-4":
        lacking -= {cell.metric for cell in reading.cells if cell.status == "not_in_form"}
    else:
        sums = (sum_ for sum_ in sum_rules(reading) if sum_.rule == rule)
        lacking &= {term for sum_ in sums for term in (*sum_.left, *sum_.right)}
    return tuple(metric for metric in values if metric in lacking)


def _tables_present(cells: Iterable[Cell]) -> set[str]:
    """Return the sections (二, 三, 四) of which at least one row is there."""
    catalogue = load_metrics()
    gone = ("section_absent", "not_in_form")
    return {catalogue[cell.metric].section for cell in cells if cell.status not in gone}


def _other_rows(reading: Reading) -> tuple[str, ...] | None:
    """Return the rows of （六）其他处理: three in form 2021, one in 2019; None when both print."""
    fixed: Mapping[Form, tuple[str, ...]] = {"2021": _OTHER_2021, "2019": (_OTHER_2019,)}
    if reading.form in fixed:
        return fixed[reading.form]
    there = {c.metric.rpartition(".")[0] for c in reading.cells if c.value is not None}
    detailed, whole = there & set(_OTHER_2021), _OTHER_2019 in there
    if detailed and whole:
        return None
    return (_OTHER_2019,) if whole else _OTHER_2021


@cache
def _rules(other: tuple[str, ...] | None) -> tuple[_Rule, ...]:
    """Return the sum rules for the rows that （六）其他处理 has."""
    return (
        _Rule("T3-1", "三", tuple(_flow(column) for column in COLUMNS)),
        _Rule("T3-2", "三", tuple(_outcomes(column, other) for column in COLUMNS)),
        _Rule("T3-3", "三", tuple(_across(row) for row in _rows(other))),
        *(_Rule(rule, "四", (_review(block),)) for rule, block in _REVIEWS.items()),
    )


def _rows(other: tuple[str, ...] | None) -> Iterator[str]:
    """Yield the rows of section 三 in order."""
    kept = (*_OTHER_2021, _OTHER_2019) if other is None else other
    for metric in load_metrics():
        row, _, column = metric.rpartition(".")
        if row.startswith("requests.") and column == "total":
            if row in (*_OTHER_2021, _OTHER_2019) and row not in kept:
                continue
            yield row


def _flow(column: str) -> _Equation:
    left = (f"{_NEW}.{column}", f"{_CARRIED_IN}.{column}")
    right = (f"{_TOTAL}.{column}", f"{_CARRIED_OUT}.{column}")
    return _Equation(f"{_column(column)}列", left, right, ("新收", "结转", "总计", "结转下年"))


def _outcomes(column: str, other: tuple[str, ...] | None) -> _Equation:
    ends = (_NEW, _CARRIED_IN, _TOTAL, _CARRIED_OUT)
    rows = [row for row in _rows(other or (_OTHER_2019,)) if row not in ends]
    parts = tuple(f"{row}.{column}" for row in rows)
    # with both sorts of （六） printed, nothing says which of them the total holds
    left = parts if other else (*parts, "")
    return _Equation(
        f"{_column(column)}列", left, (f"{_TOTAL}.{column}",), ("各办理结果之和", "总计")
    )


def _across(row: str) -> _Equation:
    left = tuple(f"{row}.{column}" for column in COLUMNS[:-1])
    words = (*(_column(column) for column in COLUMNS[:-1]), "总计")
    return _Equation(f"“{load_metrics()[f'{row}.total'].row}”行", left, (f"{row}.total",), words)


def _review(block: str) -> _Equation:
    left = tuple(f"{block}.{result}" for result in _RESULTS)
    name = load_metrics()[f"{block}.total"].row
    return _Equation(name, left, (f"{block}.total",), ("维持", "纠正", "其他", "未审结", "总计"))


def _column(column: str) -> str:
    return load_metrics()[f"{_NEW}.{column}"].column


def _check_sums(rule: _Rule, values: Mapping[str, Decimal | None], tables: set[str]) -> Check:
    """Return the outcome of a sum rule over all its columns or rows."""
    if rule.table not in tables:
        return Check(rule.id, "not_assessable", f"报告没有第{rule.table}节的表格，无法核对", ())
    failed: list[_Equation] = []
    unknown: list[_Equation] = []
    for equation in rule.equations:
        left, right = _sum(equation.left, values), _sum(equation.right, values)
        if left is None or right is None:
            unknown.append(equation)
        elif left != right:
            failed.append(equation)
    if failed:
        message = "；".join(_shown(equation, values) for equation in failed)
        touched = tuple(m for e in failed for m in (*e.left, *e.right))
        return Check(rule.id, "fail", message + _also(unknown), touched)
    if unknown:
        return Check(rule.id, "uncertain", _also(unknown, opening=""), ())
    return Check(rule.id, "pass", f"{len(rule.equations)}处勾稽关系均成立", ())


def _sum(terms: tuple[str, ...], values: Mapping[str, Decimal | None]) -> Decimal | None:
    """Return the sum of the terms, None when one has no value."""
    total = Decimal(0)
    for term in terms:
        value = values.get(term)
        if value is None:
            return None
        total += value
    return total


def _shown(equation: _Equation, values: Mapping[str, Decimal | None]) -> str:
    """Write a failed equation with its figures: 自然人列：新收4+结转0≠总计3+结转下年0."""
    words = list(equation.words)
    if len(words) == 2:
        return (
            f"{equation.name}：{words[0]}{_sum(equation.left, values)}"
            f"≠{words[1]}{_sum(equation.right, values)}"
        )
    shown = [f"{word}{values[term]}" for word, term in zip(words, _terms(equation), strict=True)]
    cut = len(equation.left)
    return f"{equation.name}：{'+'.join(shown[:cut])}≠{'+'.join(shown[cut:])}"


def _terms(equation: _Equation) -> tuple[str, ...]:
    return (*equation.left, *equation.right)


def _also(unknown: list[_Equation], opening: str = "；另有") -> str:
    """Say which columns or rows lack a value, the first three by name."""
    if not unknown:
        return ""
    names = "、".join(equation.name for equation in unknown[:3])
    more = f"等{len(unknown)}处" if len(unknown) > 3 else ""
    return f"{opening}{names}{more}缺少数值，无法核对"


def _check_kinds(cells: tuple[Cell, ...]) -> Check:
    """Return S-4: counts are whole and not negative, fees not negative."""
    wrong = [cell for cell in cells if cell.value is not None and not _possible(cell)]
    if wrong:
        message = "；".join(f"{_label(cell.metric)}：{cell.value}不是可能的数值" for cell in wrong)
        return Check("S-4", "fail", message, tuple(cell.metric for cell in wrong))
    read = sum(cell.value is not None for cell in cells)
    if not read:
        return Check("S-4", "not_assessable", "报告没有可核对的数值", ())
    lacking = sum(c.value is None and c.status != "not_in_form" for c in cells)
    if lacking:
        message = f"已读出的{read}个数值均合理，另有{lacking}个单元格没有数值"
        return Check("S-4", "uncertain", message, ())
    return Check("S-4", "pass", f"{read}个数值均合理", ())


def _possible(cell: Cell) -> bool:
    value = cell.value
    if not value:
        return True
    if cell.metric.endswith("items_change"):
        return value == value.to_integral_value()
    if value < 0:
        return False
    return cell.metric in _MONEY or value == value.to_integral_value()


def _label(metric: str) -> str:
    entry = load_metrics()[metric]
    return f"{entry.row}·{entry.column}"
