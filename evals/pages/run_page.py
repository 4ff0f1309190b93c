"""One run, or several beside each other, as one HTML page: scores, charts, what was not right."""

from collections.abc import Sequence

from assistant.markup import Html, join, tag
from evals.pages.card_list import MOST, card_list
from evals.pages.cards import run_cards
from evals.pages.charts import SHARE, Row, chart
from evals.pages.html import page
from evals.pages.parts import folded, header_table, section, table
from evals.pages.sources import Sources, WithSource
from evals.pages.words import group_title, item_title, traits_of, word, words
from evals.scoring.headline import beside_scores
from evals.scoring.scores import Score, Scores
from evals.scoring.shown import (
    amount,
    duration,
    money,
    percent,
    percent_between,
    share_of,
    titled,
)
from evals.suite.run import EvalRun
from evals.tasks.gold_reports import GoldReport


def render_runs_html(
    runs: Sequence[tuple[EvalRun, Scores]],
    with_source: WithSource = True,
    reports: Sequence[GoldReport] | None = None,
) -> str:
    """Return runs as one page, those of one task beside each other first.

    `with_source` and `reports` are those of `render_html`.
    """
    sources = Sources(with_source, reports)
    names = "、".join(run.header.name for run, _ in runs)
    several = len(runs) > 1
    return page(
        f"评测：{names}",
        tag("header", tag("h1", "评测结果"), tag("p", names, class_="names")),
        tag(
            "main",
            *_beside([scores for _, scores in runs]),
            *(
                run_parts(run, scores, sources, f"run{number}-" if several else "")
                for number, (run, scores) in enumerate(runs, 1)
            ),
        ),
    )


def _beside(scores: Sequence[Scores]) -> list[Html]:
    """Return a table for each task that has several runs."""
    tables: list[Html] = []
    for task in dict.fromkeys(one.header.task for one in scores):
        held = [one for one in scores if one.header.task == task]
        if len(held) > 1:
            found = beside_scores(held)
            notes = [tag("p", note, class_="note") for note in found.notes]
            rows = table(found.titles, found.rows, f"{task} 的各次运行")
            tables.append(section(f"放在一起：{task}", f"beside-{len(tables)}", rows, *notes))
    return tables


def run_parts(
    run: EvalRun, scores: Scores, sources: Sources, name: str = "", most: int = MOST
) -> Html:
    """Return all of a run for a page that has other parts too; as `comparison_parts`."""
    cards = run_cards(run)
    head = run.header
    return join(
        section(
            f"{head.name}（{head.task}）", f"{name}scores",
            _score_table(scores.rates), _counts(scores), _failed(scores), _flaky(scores),
        ),
        _groups(scores, name),
        _fields(scores.fields, name),
        section("花费", f"{name}costs", _took(scores)),
        section("由来", f"{name}made", header_table({head.name: head})),
        section(f"不对的（{len(cards)}）", f"{name}wrong",
                card_list(cards, ("false", "missed", "other"), sources, f"{name}wrong", most)),
    )  # fmt: skip


def _score_table(rates: Sequence[Score]) -> Html:
    rows = [
        (
            tag("strong", titled(score)) if score.headline else titled(score),
            share_of(score.ratio, score.hits, score.of),
            percent_between(score.low, score.high),
            amount(score.clusters),
        )
        for score in rates
    ]
    titles = ("得分", "值（中/共）", "95% 区间（按份聚类）", "份数")
    return table(titles, rows, "各项得分")


def _counts(scores: Scores) -> Html:
    verdicts = "，".join(f"{word('case', v)} {n}" for v, n in scores.verdicts.items())
    said = f"{scores.cases} 例，{scores.clusters} 份或组" + (f"；{verdicts}" if verdicts else "")
    return tag("p", f"{said}。", class_="note")


def _failed(scores: Scores) -> Html | None:
    if not scores.failed:
        return None
    left = [tag("li", f"{case}：{reason}") for case, reason in scores.failed]
    return folded(f"没有结果、不计分的（{len(left)}）", tag("ul", *left), opened=len(left) < 6)


def _flaky(scores: Scores) -> Html | None:
    found = scores.flakiness
    if found is None:
        return None
    items = "，".join(f"{item_title(item)}（{count} 例）" for item, count in found.items[:10])
    share = share_of(found.share, len(found.differing), found.cases)
    more = f"；另有 {len(found.items) - 10} 项" if len(found.items) > 10 else ""
    said = f"重复 {scores.header.repeats} 次，结果不一样的例：{share}。"
    return tag("p", said, f"常变的：{items}{more}。" if items else None, class_="note")


def _groups(scores: Scores, name: str) -> Html | None:
    traits = traits_of(score.group for score in scores.groups)
    if not traits:
        return None
    parts = []
    for number, trait in enumerate(traits):
        held = [s for s in scores.groups if s.headline and s.group.partition("=")[0] == trait]
        charts = [_chart(held, title) for title in dict.fromkeys(titled(s) for s in held)]
        inside = tag("div", *charts, class_="charts")
        parts.append(folded(f"按{word('trait', trait)}", inside, opened=number == 0))
    return section("分组", f"{name}groups", *parts)


def _chart(held: Sequence[Score], title: str) -> Html | None:
    rows = [_row(score) for score in held if titled(score) == title and score.of]
    return tag("div", tag("h3", title), chart(rows, SHARE, title)) if rows else None


def _row(score: Score) -> Row:
    shown = f"{percent(score.ratio)}（{amount(score.hits)}/{amount(score.of)}）"
    return Row(group_title(score.group), shown, score.ratio, score.low, score.high)


def _fields(fields: Sequence[Score], name: str) -> Html | None:
    """Return the items with their headline scores, the worst first."""
    if not fields:
        return None
    held = {s.rate: titled(s) for s in fields if s.headline}
    by_item: dict[str, dict[str, Score]] = {}
    for score in fields:
        by_item.setdefault(score.group, {})[score.rate] = score
    rows = [
        (group_title(group), *(_cell(found.get(rate)) for rate in held))
        for group, found in sorted(by_item.items(), key=lambda pair: _quality(pair[1]))
    ]
    inside = table(("项目", *held.values()), rows, "按项目的得分")
    return section("按项目", f"{name}fields", folded(f"{len(rows)} 个项目，差的在前", inside))


def _quality(found: dict[str, Score]) -> float:
    """Return how good the worst headline score of an item is, 1 being all right."""
    return min(
        (s.ratio if s.better == "high" else 1 - s.ratio)
        for s in found.values()
        if s.headline and s.ratio is not None
    ) if any(s.headline and s.ratio is not None for s in found.values()) else 1.0  # fmt: skip


def _cell(score: Score | None) -> str:
    return share_of(score.ratio, score.hits, score.of) if score else "—"


def _took(scores: Scores) -> Html:
    took = scores.took
    row = (
        duration(took.seconds), amount(took.calls), amount(took.prompt_tokens),
        amount(took.completion_tokens), money(took.cost, took.currency),
    )  # fmt: skip
    return table(tuple(words("took").values()), [row], "花费")
