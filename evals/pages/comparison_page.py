"""A comparison as one HTML page: the verdict in words first, then the scores, then every change."""

from collections.abc import Iterable, Sequence

from assistant.markup import Html, join, tag
from evals.comparing.comparison import Comparison, Cost, RateComparison
from evals.pages.card_list import MOST, card_list
from evals.pages.cards import change_cards
from evals.pages.charts import SHARE, Row, Tone, chart, difference_axis
from evals.pages.html import page
from evals.pages.parts import folded, header_table, section, table
from evals.pages.sources import Sources, WithSource
from evals.pages.words import group_title, traits_of, word, words
from evals.scoring.shown import (
    amount,
    chance,
    duration,
    money,
    percent,
    points,
    points_between,
    titled,
)
from evals.tasks.gold_reports import GoldReport

_LARGEST_CHART = 40
_TONES: dict[str, Tone] = {"improved": "good", "regressed": "bad"}


def render_html(
    comparison: Comparison,
    with_source: WithSource = True,
    reports: Sequence[GoldReport] | None = None,
) -> str:
    """Return the comparison as a page of its own that asks for nothing from outside.

    Args:
        comparison: what is shown.
        with_source: True marks the places in every report that is there; "own" only in those whose
            text may be given away, for pages that are kept or sent; False nowhere.
        reports: where reports are found by name; None takes those with gold.
    """
    c = comparison
    return page(
        f"评测对比：{c.before.name} → {c.after.name}",
        tag(
            "header",
            tag("h1", "评测对比"),
            tag("p", c.before.name, tag("span", " → ", class_="arrow"), c.after.name,
                class_="names"),
        ),
        tag("main", comparison_parts(c, Sources(with_source, reports))),
    )  # fmt: skip


def comparison_parts(c: Comparison, sources: Sources, name: str = "", most: int = MOST) -> Html:
    """Return all of a comparison for a page that has other parts too.

    `name` begins the ids of its sections, `most` is how many changes are listed.
    """
    changes = card_list(
        change_cards(c), ("worse", "better", "other"), sources, f"{name}changes", most
    )
    return join(
        _verdict(c),
        _warnings(c),
        section("得分", f"{name}scores", _rate_table(c.rates), _paired(c)),
        section("差别", f"{name}differences", _forest(c.rates), _legend()),
        _groups(c.groups, name),
        _fields(c.fields, name),
        section("花费", f"{name}costs", _costs(c)),
        section("两次运行", f"{name}runs", header_table({"之前": c.before, "之后": c.after})),
        section(f"变化的格子和回答（{len(c.changes)}）", f"{name}changes", changes),
    )


def _verdict(c: Comparison) -> Html:
    return tag(
        "section",
        tag("p", tag("span", word("sign", c.verdict), aria_hidden="true"),
            word("verdict", c.verdict), class_="word"),
        tag("p", c.reason, class_="reason"),
        tag("p", f"两次都有的 {c.cases} 例 · 显著性水平 {c.alpha:g}", class_="note"),
        class_=f"verdict {c.verdict}",
    )  # fmt: skip


def _warnings(c: Comparison) -> Html:
    said = [tag("li", text) for text in c.warnings]
    left = [tag("li", f"{case}：{reason}") for case, reason in c.left_out]
    return join(
        tag("section", tag("h2", "留意"), tag("ul", *said), class_="warnings") if said else None,
        folded(f"没有比的例（{len(left)}）", tag("ul", *left)) if left else None,
    )


def _rate_table(rates: Iterable[RateComparison]) -> Html:
    titles = ("得分", "结论", "之前", "之后", "差（百分点）", "区间", "p", "最小可见")
    return table(titles, [_rate_row(rate, titled(rate)) for rate in rates], "各项得分")


def _rate_row(rate: RateComparison, name: str) -> tuple[Html | str, ...]:
    return (
        name,
        tag("span", f"{word('sign', rate.verdict)} {word('verdict', rate.verdict)}",
            class_=f"chip {rate.verdict}", title=rate.reason or None),
        percent(rate.before),
        percent(rate.after),
        tag("span", points(rate.difference), class_=_tone(rate)),
        points_between(rate.low, rate.high),
        chance(rate.p) if rate.adjusted is None or rate.adjusted == rate.p
        else f"{chance(rate.p)}（校正 {chance(rate.adjusted)}）",
        points(rate.smallest).removeprefix("+"),
    )  # fmt: skip


def _paired(c: Comparison) -> Html | None:
    if c.exact is None:
        return None
    e = c.exact
    return tag(
        "p",
        f"整份全对：两次都对 {e.both}，只有之前对 {e.only_before}，只有之后对 {e.only_after}，"
        f"都不对 {e.neither}；精确 McNemar 检验 p {chance(e.p)}。",
        class_="note",
    )


def _forest(rates: Sequence[RateComparison]) -> Html:
    rows = [_difference(rate, titled(rate)) for rate in rates if rate.difference is not None]
    if not rows:
        return tag("p", "没有可比的得分。", class_="none")
    return chart(rows, difference_axis(rows, "变差", "变好"), "差别和区间")


def _legend() -> Html:
    return tag(
        "p",
        "单位：百分点。点是差，横线是区间，短竖线是不算变差的限度。向右是变好：低为好的得分已反过来画。",
        class_="note",
    )


def _difference(rate: RateComparison, name: str) -> Row:
    """Return a row that grows to the right when it gets better."""
    sign = 1 if rate.better == "high" else -1
    edges = [sign * edge for edge in (rate.low, rate.high) if edge is not None]
    return Row(
        name,
        f"{points(rate.difference)} {points_between(rate.low, rate.high)}",
        at=None if rate.difference is None else sign * rate.difference,
        low=min(edges, default=None),
        high=max(edges, default=None),
        limit=-rate.margin if rate.margin else None,
        tone=_tone(rate),
    )


def _groups(groups: Sequence[RateComparison], name: str) -> Html | None:
    traits = traits_of(group.group for group in groups)
    if not traits:
        return None
    parts = []
    for number, trait in enumerate(traits):
        held = [group for group in groups if group.group.partition("=")[0] == trait]
        parts.append(folded(f"按{word('trait', trait)}", _by_rate(held), opened=number == 0))
    return section("分组", f"{name}groups", *parts, _group_legend())


def _by_rate(held: Sequence[RateComparison]) -> Html:
    charts = []
    for title in dict.fromkeys(titled(one) for one in held):
        rows = [_dumbbell(one) for one in held if titled(one) == title and one.after is not None]
        if rows:
            drawn = chart(rows[:_LARGEST_CHART], SHARE, title)
            charts.append(tag("div", tag("h3", title), drawn, _rest(len(rows))))
    return tag("div", *charts, class_="charts")


def _rest(rows: int) -> Html | None:
    left = rows - _LARGEST_CHART
    return tag("p", f"另有 {left} 组，见 JSON。", class_="note") if left > 0 else None


def _dumbbell(rate: RateComparison) -> Row:
    shown = f"{percent(rate.before)} → {percent(rate.after)}"
    return Row(group_title(rate.group), shown, rate.after, was=rate.before, tone=_tone(rate))


def _group_legend() -> Html:
    return tag("p", "空心圆是之前，实心圆是之后。", class_="note")


def _fields(fields: Sequence[RateComparison], name: str) -> Html | None:
    if not fields:
        return None
    moved = sorted((f for f in fields if f.difference), key=_goodness)
    rows = [
        (group_title(field.group), *_rate_row(field, titled(field))[:-1]) for field in moved
    ]  # fmt: skip
    titles = ("项目", "得分", "结论", "之前", "之后", "差（百分点）", "区间", "p")
    same = len(fields) - len(moved)
    return section(
        "按项目",
        f"{name}fields",
        folded(
            f"有差别的 {len(moved)} 项，变差的在前",
            table(titles, rows, "按项目的得分") if rows else tag("p", "没有。", class_="none"),
            opened=0 < len(rows) <= 12,
        ),
        tag("p", f"另有 {same} 项没有差别。", class_="note") if same else None,
    )


def _costs(c: Comparison) -> Html:
    names = {"before": "之前", "after": "之后"}
    titles = ("", *words("took").values())
    return table(titles, [(names.get(n, n), *_cost(cost)) for n, cost in c.costs.items()], "花费")


def _cost(cost: Cost) -> tuple[str, ...]:
    return (
        duration(cost.seconds), amount(cost.calls), amount(cost.prompt_tokens),
        amount(cost.completion_tokens), money(cost.cost, cost.currency),
    )  # fmt: skip


def _goodness(rate: RateComparison) -> float:
    """Return the difference, better being more; 0 where there is none."""
    return (rate.difference or 0.0) * (1 if rate.better == "high" else -1)


def _tone(rate: RateComparison) -> Tone:
    """Return the colour of a difference: none unless it is shown to be more than luck."""
    return _TONES.get(rate.verdict, "even")
