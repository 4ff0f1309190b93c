"""Questions are read whole or named unread: a table of phrasings, then what holds for all."""

import itertools
import random
import statistics
import time
from decimal import Decimal
from pathlib import Path

import opencc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.explain import explain
from assistant.names import Names
from assistant.plan import Measure, Plan, Understanding
from assistant.understand import understand
from assistant.understand.lexicon import expand, load_facts, load_lexicon
from evals.cases.small_library import ROWS, digest, held_names
from index.catalogue import load_metrics

NAMES = held_names()
HERE = Path(__file__).parent


def _cases(name: str) -> list[tuple[str, str]]:
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return [(question, expected) for question, expected in (line.split("\t") for line in lines)]


READ = _cases("understand_read.tsv")
DECLINED = _cases("understand_declined.tsv")
PLANNED = [question for question, expected in READ if not expected.startswith("?")]


@pytest.mark.parametrize(("question", "expected"), READ, ids=[q for q, _ in READ])
def test_question_is_read_as_written_beside_it(question: str, expected: str) -> None:
    assert digest(understand(question, NAMES)) == expected


@pytest.mark.parametrize(("question", "expected"), DECLINED, ids=[q for q, _ in DECLINED])
def test_what_cannot_be_read_is_declined_with_its_part_named(question: str, expected: str) -> None:
    found = understand(question, NAMES)
    assert found.plan is None
    assert digest(found) == expected
    assert found.refusal
    assert all(part in found.refusal.message for part in found.refusal.parts) or (
        found.refusal.message
    )


def test_there_are_enough_phrasings() -> None:
    assert len(READ) >= 300
    assert len(DECLINED) >= 60


def test_every_statutory_cell_can_be_asked_for_by_its_own_labels() -> None:
    unreached = []
    for metric in load_metrics().values():
        question = f"大涌镇2022年{metric.row}的{metric.column}是多少"
        found = understand(question, NAMES)
        terms = _terms(found.plan.measures) if found.plan else set()
        if (metric.id,) not in terms and not found.choices:
            unreached.append((metric.id, question))
    assert unreached == []


def _terms(measures: tuple[Measure, ...]) -> set[tuple[str, ...]]:
    return {terms for m in measures for terms in (m.terms, *m.alternatives)}


def test_every_plan_names_cells_and_facts_that_exist() -> None:
    for question in PLANNED:
        plan = understand(question, NAMES).plan
        assert plan
        for measure in (*plan.measures, *(c.measure for c in plan.conditions)):
            known = set(load_metrics() if measure.source == "cells" else load_facts())
            sets = (measure.terms, measure.over, *measure.alternatives)
            assert {term for terms in sets for term in terms} <= known


def test_other_handling_is_three_rows_or_the_one_of_the_older_form() -> None:
    plan = understand("大涌镇2022年其他处理多少件", NAMES).plan
    assert plan
    assert plan.measures[0].terms == (
        "requests.other.not_corrected.total",
        "requests.other.fee_unpaid.total",
        "requests.other.other.total",
    )
    assert plan.measures[0].alternatives == (("requests.other.total",),)


PHRASES = (
    ("2022年", "哪些镇", "行政许可超过1000件"),
    ("大涌镇", "2022年", "行政许可", "多少件"),
    ("2022", "镇", "许可", "1000件以上"),
    ("2022年", "各街道", "行政处罚", "合计"),
    ("2022年", "许可", "最多的", "前五个镇"),
    ("湘潭县石鼓镇", "不予公开", "2022年"),
    ("2021年", "哪些镇", "没有填", "行政许可"),
    ("2022年", "哪些镇", "行政许可", "增加最多"),
)


@pytest.mark.parametrize("phrases", PHRASES, ids=[" ".join(p) for p in PHRASES])
@pytest.mark.parametrize("separator", [" ", "，", "  "])
def test_order_of_independent_phrases_does_not_matter(
    phrases: tuple[str, ...], separator: str
) -> None:
    readings = {
        digest(understand(separator.join(order), NAMES))
        for order in itertools.permutations(phrases)
    }
    assert len(readings) == 1
    assert readings.pop()[0] not in "?!"


UNKNOWN = ("饕餮", "魑魅魍魉", "火箭发射", "咖啡", "噬", "quux", "★", "吨", "夸克", "蔬")


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(PLANNED), st.sampled_from(UNKNOWN), st.integers(0, 200))
def test_an_unknown_word_never_leaves_a_plan_silently(question: str, word: str, at: int) -> None:
    at %= len(question) + 1
    found = understand(question[:at] + word + question[at:], NAMES)
    assert found.plan is None or found.refused_part is not None


# A word, and what in the question or its plan already says it.
ADDED = (
    ("行政强制", "强制"), ("不予处理", "T3-1"), ("规章废止件数", "规章"), ("2019年", "2019"),
    ("河口街道", "河口"), ("财政局", "财政"), ("超过77件", "77"), ("中位数", "median"),
    ("增长率", "ratio"), ("前七名", "前7"), ("不含磁钟乡", "磁钟"), ("复议后起诉", "T4-1"),
    ("微信公众号", "公众号"), ("表二", "表二"), ("按省", "province"), ("T4-2", "T4-2"),
    ("近两年", "2023"), ("旧版", "comparable"), ("去年", "去年"), ("占办结", "占"),
    ("不足3万元", "万元"), ("正文", "正文"),
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(PLANNED), st.sampled_from(ADDED), st.booleans())
def test_a_known_word_more_changes_the_plan_or_declines_it(
    question: str, added: tuple[str, str], last: bool
) -> None:
    word, sign = added
    plan = digest(understand(question, NAMES))
    if sign in question + plan or word in question or "余" in plan:
        return
    longer = f"{question}，{word}" if last else f"{word}，{question}"
    assert digest(understand(longer, NAMES)) != plan


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(PLANNED))
def test_traditional_and_full_width_writing_gives_the_same_plan(question: str) -> None:
    wide = str.maketrans({str(d): chr(0xFF10 + d) for d in range(10)} | {"%": "％", "?": "？"})
    variants = (opencc.OpenCC("s2t").convert(question), question.translate(wide))
    plain = understand(question, NAMES)
    for variant in variants:
        assert digest(understand(variant, NAMES)) == digest(plain)


@settings(max_examples=100, deadline=None)
@given(
    st.integers(1, 99_999_999),
    st.sampled_from(("超过{}件", "{}件以上", "不足{}件", "不超过{}件", "正好{}件", "不少于{}件")),
)
def test_a_changed_number_changes_only_that_number(number: int, phrase: str) -> None:
    def read(value: int) -> Plan:
        plan = understand(f"2022年行政许可{phrase.format(value)}的镇", NAMES).plan
        assert plan
        return plan

    base, other = read(7), read(number)
    assert other.conditions[0].value == Decimal(number)
    changed = base.conditions[0].model_copy(update={"value": Decimal(number)})
    assert other == base.model_copy(update={"conditions": (changed,)})


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("一千", 1000), ("一万二", 12000), ("两千五", 2500), ("1.2万", 12000), ("三百零五", 305),
        ("1,234", 1234), ("十二", 12), ("一百二十", 120), ("２０００", 2000), ("3千", 3000),
        ("一点五万", 15000), ("两万", 20000), ("九十九", 99), ("一亿", 100000000), ("百", 100),
    ],
)  # fmt: skip
def test_numerals_are_read_exactly(words: str, value: int) -> None:
    plan = understand(f"2022年行政许可超过{words}件的镇", NAMES).plan
    assert plan
    assert [c.value for c in plan.conditions] == [Decimal(value)]


@pytest.mark.parametrize("words", ["一千零十", "二百零十", "一百千", "二三百"])
def test_malformed_numerals_are_declined(words: str) -> None:
    assert understand(f"2022年行政许可超过{words}件的镇", NAMES).plan is None


@pytest.mark.parametrize(
    ("money", "value"),
    [("10万元", "10"), ("100000元", "10"), ("1元", "0.0001"), ("2.5万元", "2.5"), ("三千元", "0.3"),
     ("1亿元", "10000"), ("10万", "10")],
)  # fmt: skip
def test_money_is_converted_to_ten_thousands_exactly(money: str, value: str) -> None:
    plan = understand(f"2022年行政事业性收费超过{money}的镇", NAMES).plan
    assert plan
    assert plan.conditions[0].value == Decimal(value)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_any_text_gets_a_reading_or_a_reason(text: str) -> None:
    found = understand(text, NAMES)
    assert bool(found.plan) + bool(found.refusal) + bool(found.choices) == 1


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(sorted(load_lexicon().words)), min_size=1, max_size=8))
def test_words_thrown_together_never_crash_and_keep_their_measures(words: list[str]) -> None:
    found = understand("".join(words)[:400], NAMES)
    assert isinstance(found, Understanding)
    assert bool(found.plan) + bool(found.refusal) + bool(found.choices) == 1


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "　"])
def test_nothing_asked_is_said_to_be_empty(text: str) -> None:
    found = understand(text, NAMES)
    assert found.refusal
    assert found.refusal.code == "empty"


def test_a_very_long_question_is_declined_at_once() -> None:
    found = understand("大涌镇许可" * 200, NAMES)
    assert found.refusal
    assert "1000字" in found.refusal.message


@pytest.mark.parametrize(
    "piece", ["1", "行政", "(", "，", "一", "超过", "镇", "和", "2022年", "a", "百万"]
)
def test_long_repetition_costs_no_more_than_its_length(piece: str) -> None:
    started = time.perf_counter()
    understand((piece * 500)[:500], NAMES)
    assert time.perf_counter() - started < 2


def test_questions_are_read_in_milliseconds_over_forty_thousand_bodies() -> None:
    from index.identity.gazetteer import all_townships

    rows = [
        (t.county + t.township, "township", "镇", t.province, t.city, t.county, t.township, 2022)
        for t in all_townships()[:40_000]
    ]
    names = Names([*ROWS, *rows])  # type: ignore[list-item]
    understand("大涌镇2022年行政许可多少件", names)
    questions = random.Random(0).sample(PLANNED, 60)
    took = []
    for question in questions:
        started = time.perf_counter()
        understand(question, names)
        took.append(time.perf_counter() - started)
    assert statistics.median(took) < 0.01


@pytest.mark.parametrize("question", PLANNED)
def test_explanation_says_every_field_that_restricts_or_computes(question: str) -> None:
    plan = understand(question, NAMES).plan
    assert plan
    words = explain(plan)
    scope = plan.scope
    years = (*scope.years, *(year for place in scope.places for year in place.years))
    said = [f"{year}年" for year in years]
    said += [place.township or place.county or place.said for place in scope.places]
    said += [place.township or "" for place in scope.excluded] + list(scope.kinds)
    if plan.operation not in ("inventory", "check", "count"):
        said += [measure.label for measure in plan.measures]
    said += [condition.measure.label for condition in plan.conditions] + list(plan.rules)
    said += [str(plan.limit)] if plan.limit is not None else []
    said += [f"表{section}" for section in plan.sections]
    said += [str(plan.claim)] if plan.claim is not None else []
    assert [part for part in said if part not in words] == []


def test_explanation_differs_when_any_single_field_differs() -> None:
    plan = understand("2022年行政许可超过1000件的镇", NAMES).plan
    assert plan
    changes: list[dict[str, object]] = [
        {"operation": "count"},
        {"match": "any", "conditions": plan.conditions * 2},
        {"conditions": plan.conditions * 2},
        {"conditions": ()},
        {"scope": plan.scope.model_copy(update={"years": (2021,)})},
        {"scope": plan.scope.model_copy(update={"kinds": ("乡",)})},
        {"scope": plan.scope.model_copy(update={"forms": ("2019",)})},
        {"operation": "aggregate", "aggregate": "sum"},
        {"operation": "aggregate", "aggregate": "mean"},
        {"operation": "aggregate", "aggregate": "mean", "also": ("median",)},
        {"operation": "aggregate", "aggregate": "sum", "group_by": "year"},
        {"operation": "rank"},
        {"operation": "rank", "limit": 3},
        {"operation": "rank", "descending": False},
        {"operation": "change"},
        {"operation": "change", "basis": "ratio"},
        {"claim": Decimal(5)},
    ]
    said = [explain(plan), *(explain(plan.model_copy(update=change)) for change in changes)]
    assert len(set(said)) == len(said)


def test_pattern_language_expands_and_complains() -> None:
    assert expand("(a|b)?c") == ["ac", "bc", "c"]
    assert expand(r"\(a\)") == ["(a)"]
    with pytest.raises(ValueError, match="括号不成对"):
        expand("(a")


def test_a_relative_year_is_asked_back_with_the_years_held() -> None:
    found = understand("去年大涌镇行政许可多少", NAMES)
    assert found.choices
    assert any("2023年" in choice for choice in found.choices)


def test_a_bare_name_of_two_places_keeps_both_open_and_is_never_added_up() -> None:
    plan = understand("石鼓镇的行政许可是多少？", NAMES).plan
    assert plan
    assert plan.scope.places[0].county is None
    assert len(understand("石鼓镇的行政许可合计", NAMES).choices) == 2
