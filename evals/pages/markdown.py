"""Runs and comparisons as Markdown and JSON: short, for a pull request; no prose of a report."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice

from evals.comparing.comparison import Change, Comparison, RateComparison
from evals.pages.cards import ranked, run_cards
from evals.pages.sources import Sources, number_of
from evals.pages.words import group_title, item_title, traits_of, word
from evals.scoring.headline import markdown
from evals.scoring.scores import Score, Scores
from evals.scoring.shown import (
    NONE,
    amount,
    chance,
    duration,
    money,
    percent,
    percent_between,
    points,
    points_between,
    share_of,
    titled,
)
from evals.suite.run import EvalRun

_RATES, _WORST, _BEST, _WARNINGS, _CASES = 14, 10, 5, 5, 5
_SHORT, _NAME, _LONG = 40, 90, 400


def render_markdown(comparison: Comparison) -> str:
    """Return a comparison in at most 60 lines: verdict, scores, worst and best changes, counts."""
    c = comparison
    lines = [
        f"## {word('sign', c.verdict)} {word('verdict', c.verdict)}："
        f"{_text(c.before.name, _NAME)} → {_text(c.after.name, _NAME)}",
        "",
        _text(c.reason, _LONG),
        "",
        *_rates(c.rates),
        "",
        *_paired(c),
        *_changes(c),
        *_left(c),
    ]
    return "\n".join(lines) + "\n"


def render_json(comparison: Comparison) -> str:
    """Return the whole comparison as JSON."""
    return comparison.model_dump_json(indent=1) + "\n"


def scores_markdown(run: EvalRun, scores: Scores) -> str:
    """Return the scores of one run, over all and by trait, with what was not right in counts."""
    head = scores.header
    lines = [
        f"## {_text(head.name, _NAME)}（{_text(head.task)}）",
        "",
        *_score_table(scores.rates),
        "",
    ]
    groups = [score for score in scores.groups if score.headline and score.of]
    for trait in traits_of(score.group for score in groups):
        lines += [*_by_trait(trait, groups, scores.headline()), ""]
    took = scores.took
    lines.append(
        f"{scores.cases} 例，用时 {duration(took.seconds)}，{amount(took.calls)} 次调用，"
        f"词元 {amount(took.prompt_tokens)} + {amount(took.completion_tokens)}，"
        f"费用 {money(took.cost, took.currency)}。"
    )
    counted = Counter(card.kind for card in run_cards(run))
    if counted:
        parts = "，".join(f"{word('kind', kind)} {count}" for kind, count in counted.items())
        lines.append(f"不对的格子和回答：{parts}。")
    if scores.flakiness is not None:
        f = scores.flakiness
        lines.append(f"重复 {head.repeats} 次，结果不一样的例："
                     f"{share_of(f.share, len(f.differing), f.cases)}。")  # fmt: skip
    if scores.failed:
        lines += ["", f"没有结果、不计分的 {len(scores.failed)} 例：", ""]
        lines += [
            f"- {_text(case, _NAME)}：{_text(reason)}" for case, reason in scores.failed[:_CASES]
        ]
        if len(scores.failed) > _CASES:
            lines.append(f"- 另有 {len(scores.failed) - _CASES} 例，见 JSON。")
    return "\n".join(lines) + "\n"


def _rates(rates: Sequence[RateComparison]) -> Iterator[str]:
    yield "| 得分 | 结论 | 之前 | 之后 | 差（百分点） | 区间 | p | 最小可见 |"
    yield "|---|---|---:|---:|---:|---|---:|---:|"
    for rate in rates[:_RATES]:
        p = rate.p if rate.adjusted is None else rate.adjusted
        cells = (
            titled(rate), f"{word('sign', rate.verdict)} {word('verdict', rate.verdict)}",
            percent(rate.before), percent(rate.after), points(rate.difference),
            points_between(rate.low, rate.high), chance(p),
            points(rate.smallest).removeprefix("+"),
        )  # fmt: skip
        yield "| " + " | ".join(_text(cell) for cell in cells) + " |"
    if len(rates) > _RATES:
        yield f"\n另有 {len(rates) - _RATES} 项得分，见 JSON。"


def _paired(c: Comparison) -> Iterator[str]:
    if c.exact is not None:
        e = c.exact
        yield (
            f"整份全对：都对 {e.both}，只有之前对 {e.only_before}，只有之后对 {e.only_after}，"
            f"都不对 {e.neither}；McNemar p {chance(e.p)}。"
        )
        yield ""


def _changes(c: Comparison) -> Iterator[str]:
    sources = Sources(with_source="own")
    counted = Counter(change.direction for change in c.changes)
    changes = ranked(c)
    for direction, most, title in (("worse", _WORST, "变差最重的"), ("better", _BEST, "变好的")):
        shown = list(islice((x for x in changes if x.direction == direction), most))
        if shown:
            yield f"{title} {len(shown)} 项（共 {counted[shown[0].direction]}）："
            yield ""
            yield from (_change(change, sources) for change in shown)
            yield ""
    parts = "，".join(f"{word('kind', k)} {counted[k]}" for k in ("worse", "better", "other"))
    yield f"两次都有的 {c.cases} 例里变化的格子和回答：{parts}。"


def _change(change: Change, sources: Sources) -> str:
    told = sources.told(change.case, change.report)
    expected, before, after = (
        _value(value, told) for value in (change.expected, change.before, change.after)
    )
    where = " · ".join(filter(None, (change.report or change.case, item_title(change.item))))
    should = f" · 应为 {expected}" if change.item or change.expected is not None else ""
    return f"- {_text(where, _NAME)}{should} · {before} → {after}"


def _left(c: Comparison) -> Iterator[str]:
    if c.left_out:
        reasons = Counter(reason for _, reason in c.left_out)
        told = "；".join(f"{_text(reason)} {n} 例" for reason, n in reasons.most_common(_CASES))
        more = "等" if len(reasons) > _CASES else ""
        yield f"没有比的 {len(c.left_out)} 例：{told}{more}。"
    for warning in c.warnings[:_WARNINGS]:
        yield f"- 留意：{_text(warning, 120)}"
    if len(c.warnings) > _WARNINGS:
        yield f"- 另有 {len(c.warnings) - _WARNINGS} 条提醒，见 JSON。"
    for name, cost in islice(c.costs.items(), 2):
        which = word("place", name)
        tokens = amount(cost.prompt_tokens + cost.completion_tokens)
        yield (
            f"- {which}：{duration(cost.seconds)}，{amount(cost.calls)} 次调用，{tokens} 词元，"
            f"费用 {money(cost.cost, cost.currency)}"
        )


def _score_table(scores: Sequence[Score]) -> Iterator[str]:
    yield "| 得分 | 值（中/共） | 95% 区间 |"
    yield "|---|---:|---|"
    for score in scores:
        shown = share_of(score.ratio, score.hits, score.of)
        between = percent_between(score.low, score.high)
        yield f"| {_text(titled(score))} | {_text(shown)} | {_text(between)} |"


def _by_trait(trait: str, scores: Sequence[Score], columns: Sequence[Score]) -> Iterator[str]:
    """Yield a table of one trait: a row for each value, a column for each headline score."""
    held = {(s.group, s.rate): s for s in scores if s.group.partition("=")[0] == trait}
    titles = {s.rate: titled(s) for s in columns}
    yield "| " + " | ".join((word("trait", trait), *map(_text, titles.values()))) + " |"
    yield "|---" * (1 + len(titles)) + "|"
    for group in dict.fromkeys(group for group, _ in held):
        found = [held.get((group, rate)) for rate in titles]
        shown = [share_of(s.ratio, s.hits, s.of) if s else NONE for s in found]
        yield "| " + " | ".join(map(_text, (group_title(group), *shown))) + " |"


def _value(value: str | None, told: bool) -> str:
    if value is None:
        return NONE
    return _text(value) if told or number_of(value) is not None else "（文字）"


def _text(text: str, most: int = _SHORT) -> str:
    flat = " ".join(text.split())
    return markdown(flat if len(flat) <= most else flat[:most] + "…")
