"""How well the reader reads synthetic reports: `python -m evals.score --count 2000 --seed 1`.

Measured on non-zero cells, on values reported where none can be known, on spans and on statuses,
per layout and per defect, because nearly all cells of real reports are zero.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

import typer

from evals.synthesise import DEFECTS, LAYOUTS, FactTruth, Rendered, Truth, corpus
from index.model import Cell, Fact, NianbaoError

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

Kind = Literal["missed", "fabricated", "span", "status", "fact_missed", "fact_invented", "refused"]


class Output(NamedTuple):
    """What a reader made of a report; the spans of its cells and facts index `text`."""

    cells: Sequence[Cell]
    facts: Sequence[Fact]
    text: str


_COLUMNS = (
    "",
    "份",
    "非零",
    "中%",
    "零%",
    "无值",
    "编造",
    "定位%",
    "状态%",
    "正文%",
    "误取",
    "拒读",
)
_RESULTS = Path(__file__).parent / "results"
Read = Callable[[Rendered], Output]


class Miss(NamedTuple):
    """One thing that went wrong: where, what was expected, what came."""

    report: str
    metric: str
    kind: Kind
    expected: str
    got: str


class Score(NamedTuple):
    """Counts over cells and facts; add scores up with `total`."""

    reports: int = 0
    nonzero: int = 0
    nonzero_right: int = 0
    zero: int = 0
    zero_right: int = 0
    valueless: int = 0
    fabricated: int = 0
    spans: int = 0
    spans_exact: int = 0
    statuses: int = 0
    statuses_right: int = 0
    facts: int = 0
    facts_right: int = 0
    facts_invented: int = 0
    refused: int = 0
    misses: tuple[Miss, ...] = ()


def total(scores: Iterable[Score]) -> Score:
    """Return the sum of scores."""
    parts = list(scores)
    names = Score._fields[:-1]
    sums = {name: sum(getattr(part, name) for part in parts) for name in names}
    return Score()._replace(**sums, misses=tuple(m for part in parts for m in part.misses))


def score(report: Rendered, cells: Sequence[Cell], text: str) -> Score:
    """Return how well `cells`, whose spans index `text`, agree with the truth of a report."""
    got = {cell.metric: cell for cell in cells}
    known = {truth.metric for truth in report.truth}
    parts = [_score_cell(report, truth, got.get(truth.metric), text) for truth in report.truth]
    parts += [
        Score(fabricated=1, misses=(_miss(report, cell, "fabricated", "不属于该版表格"),))
        for cell in cells
        if cell.metric not in known and cell.status == "reported"
    ]
    return total([*parts, Score(reports=1)])


def _miss(report: Rendered, cell: Cell | None, kind: Kind, expected: str, metric: str = "") -> Miss:
    """Return what went wrong with a cell."""
    got = (
        "没有该单元格" if cell is None else f"{cell.status} {cell.value} {cell.raw!r} @{cell.start}"
    )
    return Miss(report.name, metric or (cell.metric if cell else ""), kind, expected, got)


def _score_cell(report: Rendered, truth: Truth, cell: Cell | None, text: str) -> Score:
    """Return the score of one cell."""
    expected = f"{truth.status} {truth.value} {truth.raw!r} @{truth.start}"

    def miss(kind: Kind) -> tuple[Miss, ...]:
        return (_miss(report, cell, kind, expected, truth.metric),)

    value = cell.value if cell is not None and cell.status == "reported" else None
    if truth.status == "reported":
        right = value is not None and value == truth.value
        wrong = value is not None and not right
        base = (
            Score(nonzero=1, nonzero_right=int(right))
            if truth.value
            else Score(zero=1, zero_right=int(right))
        )
        if not right:
            lost = base._replace(fabricated=int(wrong), statuses=1)
            return lost._replace(misses=miss("fabricated" if wrong else "missed"))
        return _score_span(base._replace(statuses=1, statuses_right=1), truth, cell, text, miss)
    if value is not None and (truth.status != "optional" or value != truth.value):
        return Score(valueless=1, fabricated=1, statuses=1, misses=miss("fabricated"))
    status = "not_in_form" if cell is None else cell.status
    agreed = truth.status in ("optional", "any_missing", status)
    wrong_status = () if agreed else miss("status")
    return Score(valueless=1, statuses=1, statuses_right=int(agreed), misses=wrong_status)


def _score_span(
    base: Score,
    truth: Truth,
    cell: Cell | None,
    text: str,
    miss: Callable[[Kind], tuple[Miss, ...]],
) -> Score:
    """Add the span of a value that was read right: the cell's print or its digits, exactly."""
    assert cell is not None  # a right value has a cell
    start, end = cell.start, cell.end
    exact = start is not None and end is not None and text[start:end] == cell.raw != ""
    if truth.start is not None:
        exact = exact and (start, end) in ((truth.start, truth.end), truth.digits)
    return base._replace(spans=1, spans_exact=int(exact), misses=() if exact else miss("span"))


def score_facts(report: Rendered, facts: Sequence[Fact]) -> Score:
    """Return how well the numbers of the prose were read.

    A sentence that nothing was received may be read as 0, so a 0 is never invented.
    """
    parts = [Score()]
    for truth in report.facts:
        found = any(_same(truth, fact) for fact in facts)
        expected = f"{truth.value} {truth.bound} @{truth.start}"
        got = "；".join(f"{f.value} {f.bound} {f.quote!r}" for f in facts if f.name == truth.name)
        lost = Miss(report.name, truth.name, "fact_missed", expected, got)
        parts.append(Score(facts=1, facts_right=int(found), misses=() if found else (lost,)))
    for fact in facts:
        if fact.value and not any(
            t.name == fact.name and t.value == fact.value for t in report.facts
        ):
            got = f"{fact.value} {fact.bound} {fact.quote!r} @{fact.start}"
            extra = Miss(report.name, fact.name, "fact_invented", "", got)
            parts.append(Score(facts_invented=1, misses=(extra,)))
    return total(parts)


def _same(truth: FactTruth, fact: Fact) -> bool:
    """Say whether a fact states what the truth states, at a place that holds its number."""
    if (fact.name, fact.value, fact.bound) != (truth.name, truth.value, truth.bound):
        return False
    if truth.start is None or truth.end is None:
        return True
    return fact.start <= truth.start and truth.end <= fact.end


def score_report(report: Rendered, read: Read) -> Score:
    """Return the score of one report, read by `read`; a refusal loses every printed value."""
    try:
        result = read(report)
    except NianbaoError as error:
        lost = [_score_cell(report, truth, None, "") for truth in report.truth]
        refusal = Miss(report.name, "", "refused", "", str(error))
        counted = total([*lost, Score(reports=1, refused=1)])
        printed = bool(counted.nonzero or counted.zero)
        return counted._replace(misses=(refusal,) if printed else (), statuses=0, statuses_right=0)
    cells = score(report, result.cells, result.text)
    return total([cells, score_facts(report, result.facts)])


def read_with_index(report: Rendered) -> Output:
    """Return what the product reads."""
    from index.loading.load import load_bytes
    from index.report import read_report

    result = read_report(load_bytes(report.data, report.name + report.suffix))
    return Output(result.reading.cells, result.facts, result.document.text)


class Scored(NamedTuple):
    """A report's labels and score, without its text."""

    layout: str
    defects: tuple[str, ...]
    score: Score


def score_corpus(reports: Iterable[Rendered], read: Read = read_with_index) -> Iterator[Scored]:
    """Yield the score of each report."""
    for report in reports:
        yield Scored(report.layout, report.defects, score_report(report, read))


def tabulate(title: str, groups: dict[str, list[Score]]) -> Table:
    """Return a table with one line per group and one for all."""
    from rich.table import Table

    table = Table(title=title, padding=(0, 1, 0, 0))
    for name in _COLUMNS:
        table.add_column(name, justify="right" if name else "left", no_wrap=True)
    for name, parts in sorted(groups.items()):
        part = total(parts)
        table.add_row(
            name,
            str(part.reports),
            str(part.nonzero),
            _share(part.nonzero_right, part.nonzero),
            _share(part.zero_right, part.zero),
            str(part.valueless),
            str(part.fabricated),
            _share(part.spans_exact, part.spans),
            _share(part.statuses_right, part.statuses),
            _share(part.facts_right, part.facts),
            str(part.facts_invented),
            str(part.refused),
        )
    return table


def _share(right: int, count: int) -> str:
    """Return a percentage, cut instead of rounded, so that 100 means all."""
    return f"{10000 * right // count / 100:.2f}" if count else "—"


def evaluate(
    count: Annotated[int, typer.Option(help="合成多少份")] = 2000,
    seed: Annotated[int, typer.Option(help="随机种子")] = 1,
    layout: Annotated[str, typer.Option(help="只评这一种版式")] = "",
    defect: Annotated[str, typer.Option(help="只评带这种缺陷的报告")] = "",
    show: Annotated[int, typer.Option(help="列出多少条差错")] = 20,
    misses: Annotated[Path | None, typer.Option(help="全部差错写到这个 jsonl 文件")] = None,
    write: Annotated[bool, typer.Option("--write", help="把合计写进 evals/results")] = False,
) -> None:
    """合成年报，由读表程序读出，与真值逐格比对。"""  # noqa: D415
    from rich.console import Console
    from rich.progress import track

    _known(layout, LAYOUTS)
    _known(defect, DEFECTS)
    reports = (r for r in track(corpus(count, seed), description="评测", total=count))
    chosen = (
        r for r in reports if layout in ("", r.layout) and (not defect or defect in r.defects)
    )
    scored = list(score_corpus(chosen))
    overall = total(s.score for s in scored) if scored else Score()
    console = Console()
    _print_tables(console, scored)
    for miss in overall.misses[:show]:
        console.print(" · ".join(miss), soft_wrap=True, markup=False, highlight=False)
    console.print(f"差错 {len(overall.misses)} 条，列出 {min(show, len(overall.misses))} 条")
    if misses is not None:
        lines = (json.dumps(miss._asdict(), ensure_ascii=False) for miss in overall.misses)
        misses.write_text("\n".join(lines) + "\n", encoding="utf-8")
    if write:
        table = _results(overall, count, seed)
        (_RESULTS / "reading.md").write_text(table, encoding="utf-8")
    good = overall.nonzero_right >= 0.999 * overall.nonzero
    perfect = overall.fabricated == 0 and overall.spans_exact == overall.spans
    raise typer.Exit(0 if good and perfect else 1)


def _print_tables(console: Console, scored: list[Scored]) -> None:
    """Print the scores by layout, by defect, and in all."""
    by_layout: dict[str, list[Score]] = defaultdict(list)
    by_defect: dict[str, list[Score]] = defaultdict(list)
    for item in scored:
        by_layout[item.layout].append(item.score)
        for name in item.defects or ("(none)",):
            by_defect[name].append(item.score)
    console.print(tabulate("按版式", by_layout))
    console.print(tabulate("按缺陷", by_defect))
    console.print(tabulate("合计", {"全部": [item.score for item in scored]}))


def _results(score: Score, count: int, seed: int) -> str:
    """Return the totals in a few lines of Markdown."""
    return (
        f"### Reading {count:,} synthetic reports, {len(LAYOUTS)} layouts × {len(DEFECTS)} defects"
        f"\n\n`python -m evals.score --count {count} --seed {seed} --write`: "
        f"non-zero cells exact {_share(score.nonzero_right, score.nonzero)} %, "
        f"zeros {_share(score.zero_right, score.zero)} %, "
        f"wrong or invented values {score.fabricated}, "
        f"spans exact {_share(score.spans_exact, score.spans)} %; "
        f"prose numbers {_share(score.facts_right, score.facts)} %, "
        f"invented {score.facts_invented}.\n"
    )


def _known(name: str, table: Mapping[str, object]) -> None:
    """Refuse a name that is not in the table."""
    if name and name not in table:
        raise typer.BadParameter(f"没有 {name!r}；可选：{'、'.join(sorted(table))}")


if __name__ == "__main__":
    typer.run(evaluate)
