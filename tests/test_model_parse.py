"""Reading a model's text: lenient about wrapping, never about completeness."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.model.coerce import coerced
from assistant.model.parse import ParseError, parse_objects
from assistant.model.thinking import ThinkingFilter
from assistant.model.tokens import lower, upper

TEXT = st.text(alphabet='甲乙 "\\{}[],:“”：，\n1a<', max_size=6)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
OBJECTS = st.dictionaries(TEXT, JSON, max_size=3)


@given(OBJECTS, st.sampled_from(["", "```json\n", "结果：\n"]))
def test_every_object_is_read_as_json_reads_it(value: dict[str, Any], before: str) -> None:
    assert parse_objects(before + json.dumps(value, ensure_ascii=False)) == [value]


@given(OBJECTS, st.data())
def test_no_part_of_an_object_passes_for_the_whole(value: dict[str, Any], data: Any) -> None:
    text = json.dumps(value, ensure_ascii=False)
    cut = text[: data.draw(st.integers(0, len(text) - 1))]
    with pytest.raises(ParseError):
        parse_objects(cut)


def test_marks_inside_strings_stay_as_they_are() -> None:
    assert parse_objects('{"引": "他说“好，是”：{对,}",}') == [{"引": "他说“好，是”：{对,}"}]
    assert parse_objects('{“引”：“说"好"”}') == [{"引": '说"好"'}]


@pytest.mark.parametrize("text", ['{"a": [,]}', '{"a": [1,,2]}', "{'a': 1}", '{"a": 1e999}', "[1]"])
def test_what_is_no_object_is_not_made_one(text: str) -> None:
    with pytest.raises(ParseError):
        parse_objects(text)


def test_long_reply_is_read_in_no_time() -> None:
    rows = [{"镇": f"镇{number}", "件数": number} for number in range(20_000)]
    text = json.dumps({"rows": rows}, ensure_ascii=False).replace("]}", ",]}")
    assert parse_objects(text) == [{"rows": rows}]


NUMBER = {"type": ["number", "null"]}
ROW = {"properties": {"a": NUMBER}}


@pytest.mark.parametrize(
    ("value", "schema", "expected"),
    [
        ("6,181", {"type": "integer"}, 6181),
        ("-1,234.50", NUMBER, -1234.5),
        ("６１８１", NUMBER, 6181),
        ("61,81", NUMBER, "61,81"),
        ("6181件", NUMBER, "6181件"),
        ("无", NUMBER, None),
        ("无", {"type": "integer"}, "无"),
        ("无", {"type": ["string", "null"]}, "无"),
        ("null", {"type": ["string", "null"]}, None),
        ("null", {"type": "string"}, "null"),
        ("无", {"enum": ["有", "无"], "type": ["string", "null"]}, "无"),
        ("6,181", {"type": "string"}, "6,181"),
        ("6,181", {"type": ["string", "integer"]}, "6,181"),
        ("6,181", {}, "6,181"),
        (12, {"type": "string"}, "12"),
        (True, {"type": "string"}, True),
        (["1,000"], {"type": "array", "items": NUMBER}, [1000]),
        ({"a": "1,000"}, {"anyOf": [{"type": "null"}, ROW]}, {"a": 1000}),
        (
            {"a": "无"},
            {"$ref": "#/$defs/R", "$defs": {"R": ROW}},
            {"a": None},
        ),
        ("6,181", {"$ref": "#/$defs/R", "$defs": {"R": {"$ref": "#/$defs/R"}}}, "6,181"),
    ],
)
def test_values_become_what_the_schema_allows_only(value: Any, schema: Any, expected: Any) -> None:
    assert coerced(value, schema) == expected
    assert type(coerced(value, schema)) is type(expected)


PARTS = st.lists(st.sampled_from(["甲", "<", "b>", "a < b", "</b>", "\n", "<th"]), max_size=6)


@given(PARTS, st.data())
def test_thinking_is_left_out_however_the_text_is_split(parts: list[str], data: Any) -> None:
    shown = "".join(parts)
    text = f"<think>想想 {{}}</think>{shown}<Thinking>再想</Thinking>"
    cuts = data.draw(st.lists(st.integers(0, len(text)), max_size=5).map(sorted))
    pieces = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    filtered = ThinkingFilter()
    assert "".join([*map(filtered.feed, pieces), filtered.end()]) == shown
    assert filtered.thought and not filtered.orphan


def test_empty_thinking_is_no_thinking() -> None:
    filtered = ThinkingFilter()
    assert filtered.feed("<think>\n\n</think>\n好") + filtered.end() == "\n好"
    assert not filtered.thought


COUNTED = [
    ("大河镇主动公开政府信息三千五百条，办理依申请公开六件，均按时答复。" * 20, 440),
    ("一、主动公开政府信息情况\n（一）规章 0 件，行政规范性文件 12 件。\n" * 10, 270),
    ("行政许可\t6181\n行政处罚\t12\n行政强制\t0\n" * 30, 540),
    ('{"town": "大河镇", "count": 6181}', 17),
    ("https://example.org/a/b?c=1 2022-01-24", 21),
]


# Counted by the tokenizer of Qwen2.5, whose measured rate (with its template) is 0.79.
@pytest.mark.parametrize(("text", "tokens"), COUNTED)
def test_estimates_enclose_what_a_tokenizer_counts(text: str, tokens: int) -> None:
    assert lower(text, 0.79) <= tokens <= upper(text, 0.79) <= upper(text)
    assert lower(text) <= lower(text, 0.79)
