"""Pages: verdict first, nothing that runs or asks for anything, sources only where they may be."""

import re
from decimal import Decimal
from pathlib import Path

import pytest
from page_html import elements, handlers, text_of

from evals.comparing.comparison import Change, Comparison, Cost, Paired
from evals.pages.card_list import MOST
from evals.pages.comparison_page import render_html
from evals.pages.markdown import render_json, render_markdown, scores_markdown
from evals.pages.run_page import render_runs_html
from evals.scoring.marks import Gold
from evals.scoring.scores import score_run
from evals.suite.run import CaseResult, Detail, EvalRun
from evals.tasks.gold_reports import GoldReport
from tests.eval_runs import comparison, header, make_run, rate_comparison, table_run

ITEM = "licensing.decisions"
TEXT = "第二十条第（五）项\n信息内容 本年处理决定数量\n行政许可 6181\n行政处罚 191\n"
AT = (TEXT.index("6181"), TEXT.index("6181") + 4)
BESIDE = (TEXT.index("191"), TEXT.index("191") + 3)
HOSTILE = "</script><img src=x onerror=alert(1)>\"'\u202e`|[点](javascript:x) @all.txt"


def report(folder: Path, corpus: str = "samples", private: bool = False) -> GoldReport:
    path = folder / f"{corpus}镇2022.txt"
    path.write_text(TEXT, encoding="utf-8")
    return GoldReport(
        path, corpus, {}, {ITEM: Gold(Decimal(6181), "reported", "6181", AT)}, private
    )


def worse(case: str = "samples/samples镇2022.txt", **changed: object) -> Change:
    fields = {
        "direction": "worse", "case": case, "report": case.partition("/")[2], "item": ITEM,
        "mark_before": "v", "mark_after": "w", "expected": "6181", "before": "6181",
        "after": "191", "expected_span": AT, "before_span": AT, "after_span": BESIDE,
    }  # fmt: skip
    return Change.model_validate(fields | changed)


def test_the_verdict_in_words_comes_before_every_number() -> None:
    text = text_of(render_html(comparison(), reports=()))
    assert text.index("变差") < text.index("90.0%")
    assert "非零召回变差。" in text


def test_a_page_shows_scores_costs_warnings_and_what_was_left_out() -> None:
    page = render_html(
        comparison(
            exact=Paired(both=3, only_before=7, only_after=1, neither=2, p=0.0703),
            left_out=(("samples/丙.txt", "之前没有结果"),), warnings=("程序版本不同",),
            costs={"before": Cost(seconds=3, calls=12), "after": Cost(seconds=4, cost=0.5)},
            groups=(rate_comparison(group="form=2021"), rate_comparison(group="layout=甲式")),
            fields=(rate_comparison(group=f"item={ITEM}"), rate_comparison(difference=0.0)),
        ), reports=(),
    )  # fmt: skip
    text = text_of(page)
    for said in (
        "85.0%", "−5.0", "[−8.0, −2.0]", "0.004（校正 0.012）", "3.0", "只有之前对 7", "丙.txt",
        "程序版本不同", "0.5000", "2021 年起的表样", "甲式", "另有 1 项没有差别",
    ):  # fmt: skip
        assert said in text, said


def test_a_page_asks_for_nothing_from_outside() -> None:
    run = make_run(6, 8)
    pages = (
        render_html(comparison(changes=(worse(),)), reports=()),
        render_runs_html([(run, score_run(run))], reports=()),
    )
    for page in pages:
        assert not re.search(r"https?://|url\(|@import|<link|<iframe|fetch\(|innerHTML", page)
        found = elements(page)
        assert not any({"src", "href", "style"} & set(one.attributes) for one in found)
        assert len(elements(page, "script")) == 1
        policy = elements(page, "meta")[1].attributes["content"]
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy


def test_hostile_text_is_shown_and_never_runs() -> None:
    bad = worse(
        report=HOSTILE, case=HOSTILE, item=HOSTILE, expected=HOSTILE, before=HOSTILE,
        after=HOSTILE, reason_after=HOSTILE, mark_after=HOSTILE,
    )  # fmt: skip
    rate = rate_comparison(title=HOSTILE, group=f"{HOSTILE}={HOSTILE}", reason=HOSTILE)
    plain = elements(render_html(comparison(changes=(worse(),), groups=(rate_comparison(),))))
    page = render_html(
        comparison(
            after=header(name=HOSTILE, code=HOSTILE), reason=HOSTILE, warnings=(HOSTILE,),
            changes=(bad,), groups=(rate,), fields=(rate,), left_out=((HOSTILE, HOSTILE),),
            costs={HOSTILE: Cost()},
        ), reports=(),
    )  # fmt: skip
    names = {one.name for one in elements(page)}
    assert names <= {one.name for one in plain} | {"details", "ul"}
    assert len(elements(page, "script")) == 1
    assert not elements(page, "img")
    assert "onerror=alert(1)" in text_of(page)
    assert "\u202e" not in page
    assert not handlers(page)


def test_hostile_text_in_a_report_or_a_run_never_runs(tmp_path: Path) -> None:
    mine = report(tmp_path)
    mine.path.write_text(f"{TEXT[: AT[0]]}6181<script>alert(1)</script>", encoding="utf-8")
    page = render_html(comparison(changes=(worse(after_span=None),)), reports=(mine,))
    assert len(elements(page, "script")) == 1
    assert "&lt;script&gt;alert(1)" in page
    result = CaseResult(
        case=HOSTILE, cluster="a", traits={HOSTILE: HOSTILE}, verdict="wrong", shown=HOSTILE,
        reason=HOSTILE, details=(Detail(item=HOSTILE, mark=HOSTILE, report=HOSTILE),),
    )  # fmt: skip
    failed = CaseResult(case="b", cluster="b", traits={HOSTILE: "b"}, failure=HOSTILE)
    run = EvalRun(header=header(name=HOSTILE, task=HOSTILE), results=(result, failed))
    twice = render_runs_html([(run, score_run(run))] * 2, reports=())
    assert len(elements(twice, "script")) == 1
    assert not elements(twice, "img")


def test_every_change_can_be_filtered_by_kind_report_and_field() -> None:
    changes = (worse(), worse(direction="better"), worse(direction="other"))
    page = render_html(comparison(changes=changes), reports=())
    cards = [one.act for one in elements(page, "li") if "kind" in one.act]
    assert [card["kind"] for card in cards] == ["worse", "better", "other"]
    assert all("samples镇2022.txt" in card["find"] for card in cards)
    assert all("行政许可" in card["find"] for card in cards)
    boxes = [one.attributes for one in elements(page, "input")]
    ticked = [box["value"] for box in boxes if box["type"] == "checkbox"]
    assert ticked == ["worse", "better", "other"]
    assert "变差（1）" in text_of(page)


def test_false_numbers_stand_before_missing_ones() -> None:
    changes = (worse(mark_after="m", after=None, item="甲"), worse(mark_after="w", item="乙"))
    text = text_of(render_html(comparison(changes=changes), reports=()))
    assert text.index("乙") < text.index("甲")


def test_an_answer_without_a_known_text_is_not_said_to_be_nothing() -> None:
    turned = worse(
        case="问1", item="", expected=None, mark_before="right", mark_after="wrong",
        before="12 件", after="13 件", expected_span=None, before_span=None, after_span=None,
    )  # fmt: skip
    whole = comparison(changes=(turned.model_copy(update={"report": ""}),), after=header())
    text = text_of(render_html(whole, reports=()))
    assert "应为" not in text.partition("变化的格子")[2]
    assert "- 问1 · 12 件 → 13 件" in render_markdown(whole)
    assert "对" in text and "错" in text


def test_what_a_page_has_no_room_for_is_counted() -> None:
    changes = (worse(),) * MOST + (worse(direction="better"),) * 3
    text = text_of(render_html(comparison(changes=changes), with_source=False, reports=()))
    assert f"网页只列出前 {MOST} 项；另有 3 项（变好 3）" in text


def test_places_are_marked_in_the_text_of_the_report(tmp_path: Path) -> None:
    page = render_html(comparison(changes=(worse(),)), reports=(report(tmp_path),))
    assert '<mark class="gold before">6181<sup>应为、之前</sup></mark>' in page
    assert '<mark class="after">191<sup>之后</sup></mark>' in page
    assert "行政处罚" in page


def test_a_place_that_prints_another_number_is_not_marked(tmp_path: Path) -> None:
    changed = worse(before="7", after="5", after_span=(10_000, 10_001))
    page = render_html(comparison(changes=(changed,)), reports=(report(tmp_path),))
    assert '<mark class="gold">6181' in page
    assert "“之前”记录的位置印的是“6181”，与值不符，没有标出。" in page
    assert "“之后”记录的位置不在原文之内" in page


@pytest.mark.parametrize(
    ("with_source", "private", "shown"),
    [(True, True, True), ("own", False, True), ("own", True, False), (False, False, False)],
)
def test_the_text_of_others_is_left_out_of_pages_that_are_kept(
    tmp_path: Path, with_source: bool, private: bool, shown: bool
) -> None:
    held = report(tmp_path, "seeds", private)
    change = worse("seeds/seeds镇2022.txt", expected="原文的一句话", reason_after="摘自原文")
    page = render_html(comparison(changes=(change,)), with_source, (held,))
    assert ("信息内容" in page) is shown
    told = with_source is True or not private
    assert ("原文的一句话" in page) is told
    assert ("摘自原文" in page) is told
    assert "191" in page, "numbers are facts and may always be shown"


def test_a_report_that_is_not_there_is_said_and_never_looked_for_by_path() -> None:
    change = worse("x//etc/passwd", report="/etc/passwd")
    page = render_html(comparison(changes=(change,)), reports=())
    assert "手边没有这份报告" in page
    assert "root:" not in page


def test_reports_of_one_name_are_told_apart_by_their_corpus(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    one = report(tmp_path)
    two = report(tmp_path / "b")._replace(corpus="layouts")
    two.path.write_text("另一份 6181", encoding="utf-8")
    page = render_html(comparison(changes=(worse(),)), reports=(two, one))
    assert "行政处罚" in page
    unknown = worse("other/samples镇2022.txt")
    assert "手边没有" in render_html(comparison(changes=(unknown,)), reports=(two, one))


def test_scores_of_nothing_and_empty_comparisons_make_a_page() -> None:
    nothing = rate_comparison(
        before=None, after=None, difference=None, low=None, high=None, p=None, adjusted=None,
        smallest=None, verdict="inconclusive",
    )  # fmt: skip
    text = text_of(render_html(comparison(rates=(nothing,), verdict="inconclusive"), reports=()))
    assert "没有可比的得分" in text
    assert "—" in text
    assert text_of(render_html(comparison(rates=()), reports=()))


def test_better_is_drawn_to_the_right_whichever_end_is_good() -> None:
    up = rate_comparison(difference=0.05, low=0.02, high=0.08)
    down = rate_comparison("fabrication", better="low", difference=-0.05, low=-0.08, high=-0.02)
    drawn = [
        re.findall(r'<circle cx="([\d.]+)%', render_html(comparison(rates=(rate,)), reports=()))
        for rate in (up, down)
    ]
    assert drawn[0] == drawn[1]
    assert float(drawn[0][0]) > 50


def test_a_run_as_a_page_lists_what_was_not_right() -> None:
    run = make_run(8, 12, failing=1, repeats=2)
    page = render_runs_html([(run, score_run(run))], reports=())
    kinds = [one.act["kind"] for one in elements(page, "li") if "kind" in one.act]
    bad = [detail.mark for result in run.results for detail in result.details]
    assert kinds.count("false") == sum(mark in "wx0f" for mark in bad)
    assert kinds.count("missed") == sum(mark in "mo" for mark in bad)
    assert "端点没有回答" in text_of(page)
    assert "重复 2 次" in text_of(page)


def test_runs_of_one_task_stand_beside_each_other_on_their_page() -> None:
    runs = [make_run(4, 6, seed) for seed in (1, 2)]
    text = text_of(render_runs_html([(run, score_run(run)) for run in runs], reports=()))
    assert "放在一起：extract.tables" in text
    assert "造1" in text and "造2" in text
    one = text_of(render_runs_html([(runs[0], score_run(runs[0]))], reports=()))
    assert "放在一起" not in one


def test_ids_of_a_page_are_unique() -> None:
    runs = [make_run(4, 6, seed) for seed in (1, 2)]
    page = render_runs_html([(run, score_run(run)) for run in runs], reports=())
    ids = [one.attributes["id"] for one in elements(page) if "id" in one.attributes]
    assert len(ids) == len(set(ids)) > 4


def test_the_summary_for_a_pull_request_is_short_and_counts_the_rest() -> None:
    many = tuple(worse(item=f"项{n}", direction=d) for d in ("worse", "better") for n in range(50))
    text = render_markdown(
        comparison(
            changes=many, rates=(rate_comparison(),) * 30, warnings=("不同",) * 30,
            exact=Paired(both=1, only_before=1, only_after=1, neither=1, p=1),
            left_out=tuple((f"例{n}", f"原因{n}") for n in range(40)),
            costs={name: Cost() for name in ("before", "after", "c")},
        )
    )  # fmt: skip
    assert len(text.splitlines()) <= 60
    assert text.startswith("## ▼ 变差：现行提示词 → 新提示词")
    assert text.count("\n- samples镇2022.txt") == 15
    assert "变差 50，变好 50，其他 0" in text
    assert "另有 16 项得分" in text
    assert "没有比的 40 例" in text
    assert "另有 25 条提醒" in text


def test_the_summary_shows_cells_but_no_prose_of_a_report() -> None:
    text = render_markdown(comparison(changes=(worse(before="一段正文"),)))
    assert "- samples镇2022.txt · 行政许可 · 本年处理决定数量 · 应为 6181 · （文字） → 191" in text
    assert "一段正文" not in text


def test_hostile_text_is_no_markdown() -> None:
    bad = worse(report=HOSTILE, case=HOSTILE, item=HOSTILE)
    text = render_markdown(comparison(changes=(bad,), warnings=("https://例 @team #1 www.例.cn",)))
    for markup in ("<img", "@all", "@team", "://", "www.", "\u202e"):
        assert markup not in text
    assert not re.search(r"(?<!\\)[\[\]`]", text)


def test_json_is_the_whole_comparison() -> None:
    whole = comparison(changes=(worse(),))
    assert Comparison.model_validate_json(render_json(whole)) == whole


def test_markdown_of_a_run_has_scores_groups_and_failures() -> None:
    run = make_run(9, 10, failing=7)
    text = scores_markdown(run, score_run(run))
    assert "| 版式 | 非零召回 |" in text
    assert "没有结果、不计分的 7 例" in text
    assert "另有 2 例，见 JSON" in text
    assert "费用 —" in text
    nothing = table_run(["zz"], ("regulations.issued", "regulations.repealed"))
    assert "| 非零召回 | — | — |" in scores_markdown(nothing, score_run(nothing))
