"""Sentences in any company: what one states is never changed into more by what stands round it."""

import tomllib
from collections import Counter
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from index.facts.prose import read_facts
from index.identity.identify import identify
from index.model import Document, Fact

TITLE = "示例镇2022年政府信息公开工作年度报告\n\n一、总体情况\n\n政务公开工作有序开展。\n"
CASES = [
    (sentence.rstrip("。."), frozenset(stated))
    for sentence, stated in tomllib.loads(
        (Path(__file__).parent / "prose_cases.toml").read_text(encoding="utf-8")
    )["cases"]
]
# What a sum of one channel is a part of is told by the sentence beside it.
FREE = [case for case in CASES if "。" not in case[0]]
STATING = [case for case in CASES if case[1]]
LOOKALIKES = [case for case in FREE if not case[1]]
IDENTITY = identify(
    Document(path="a.txt", sha256="0", format="txt", text=TITLE, body=(0, len(TITLE)))
)


def read(text: str) -> tuple[Fact, ...]:
    document = Document(path="a.txt", sha256="0", format="txt", text=text, body=(0, len(text)))
    found = read_facts(document, (), IDENTITY)
    assert all(text[f.start : f.end] == f.quote for f in found)
    return found


def said(fact: Fact) -> str:
    return f"{fact.name} {fact.value}" + ("" if fact.bound == "exact" else f" {fact.bound}")


@given(
    st.lists(
        st.tuples(st.sampled_from(FREE), st.sampled_from(["。", "；", "，", "。\n", "。\n\n"])),
        min_size=2,
        max_size=6,
    )
)
@settings(max_examples=600, deadline=None)
def test_no_company_makes_a_sentence_state_more(parts):
    text, spans = TITLE, []
    for (sentence, stated), mark in parts:
        spans.append((len(text), len(text) + len(sentence), stated))
        text += sentence + mark
    for fact in read(text):
        (stated,) = [s for start, end, s in spans if start <= fact.start and fact.end <= end]
        assert said(fact) in stated, fact


@given(st.lists(st.sampled_from(LOOKALIKES), min_size=2, max_size=8), st.sampled_from("。；，"))
@settings(max_examples=300, deadline=None)
def test_lookalikes_together_state_nothing(parts, mark):
    assert read(TITLE + mark.join(sentence for sentence, _ in parts) + "。") == ()


@given(st.sampled_from(CASES), st.sampled_from(CASES), st.sampled_from(["。", "。\n"]))
@settings(max_examples=300, deadline=None)
def test_order_of_sentences_does_not_matter(one, other, mark):
    first = read(TITLE + one[0] + mark + other[0] + "。")
    second = read(TITLE + other[0] + mark + one[0] + "。")
    assert Counter(map(said, first)) == Counter(map(said, second))


@given(st.sampled_from(STATING), st.sampled_from(LOOKALIKES), st.booleans())
@settings(max_examples=300, deadline=None)
def test_lookalike_in_its_own_paragraph_takes_nothing_away(stating, lookalike, before):
    pair = (lookalike[0], stating[0]) if before else (stating[0], lookalike[0])
    stated = {said(fact) for fact in read(TITLE + "。\n".join(pair) + "。")}
    assert stated <= stating[1]
    firm = {name for name in stating[1] if not name.startswith(("disclosed", "requests_closed"))}
    assert firm <= stated
