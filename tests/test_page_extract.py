"""The tab of extraction: values open their place, schemas are composed, models may fail."""

import gc
import json
import re
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from page_html import buttons, is_inert

from assistant.cli import run
from assistant.extraction.schema import Group, Items, Leaf, read_schema
from assistant.markup import visible
from assistant.model_reply import Model, ModelError, UnusableReplyError
from assistant.page.desks.extracting import (
    Extracted,
    Far,
    extract_all,
    write_download,
    write_records,
)
from assistant.page.desks.held import find_held
from assistant.page.desks.limits import MOST_BYTES, MOST_FIELDS, MOST_FILES, MOST_SCHEMA
from assistant.page.desks.schema_form import (
    KINDS,
    Field,
    Fields,
    as_typed,
    clicked,
    composed,
    examples,
    pasted,
    put,
    typed_field,
    wanted,
    with_example,
    without,
)
from assistant.page.views.extraction import (
    extracted_view,
    fields_view,
    finished_view,
    progress_view,
    schema_view,
)
from assistant.page.words import LANGUAGES, words
from assistant.prompts import Message, Prompts
from assistant.scripted_model import ScriptedModel
from index.errors import MisuseError
from index.report import read_report_file

ROOT = Path(__file__).parents[1]
REPORTS = ROOT / "evals" / "reports"
SEEDS = ROOT.parent / "shared" / "seeds"  # real reports; not everywhere
DAYONG = REPORTS / "大涌镇2022.html"
SAY = words("zh")
ASKS_MODEL = composed(
    (Field(name="主要问题", kind="list", description="存在的主要问题，一条一项"),)
)


def last(
    paths: Sequence[Path], schema: dict[str, Any] | None = None, model: Model | None = None
) -> Far:
    """What there is when all files are done."""
    *_, far = extract_all(paths, schema, model, Prompts(), ())
    return far


def test_the_statutory_record_is_what_the_command_prints(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert run(["extract", str(DAYONG), "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    done = last([DAYONG]).done
    write_records(tmp_path / "a.json", done)
    record = json.loads((tmp_path / "a.json").read_text("utf-8"))
    assert record.pop("source")["path"] == DAYONG.name and printed.pop("source")
    assert record == printed and len(record["cells"]) == 200


@pytest.mark.parametrize(
    "path",
    [*sorted((ROOT / "evals" / "adversarial").iterdir())[:4], DAYONG,
     REPORTS / "莳坪镇2020.txt", REPORTS / "湘潭县石鼓镇2022.docx", *sorted(SEEDS.glob("*.txt"))],
    ids=lambda path: path.name,
)  # fmt: skip
def test_every_number_shown_is_printed_at_the_place_it_opens(path: Path) -> None:
    far = last([path])
    html = extracted_view(far.done, SAY)
    assert is_inert(html)
    numbers = [b for b in buttons(html) if b.attributes.get("class") == "number"]
    assert len(numbers) > 50
    facts = {(f"{f['value']}{f['unit']}", f["quote"]) for f in (far.done[0].record or {})["facts"]}
    for button in numbers:
        place = find_held(far.holding, button.act)
        printed = "".join(place.text[s:e] for s, e in place.spans)
        if printed.strip():
            assert visible(printed) == button.text or (button.text, printed) in facts
        else:
            assert button.text == SAY("check.cell.blank")


def test_a_value_of_a_schema_opens_its_place_and_one_without_proof_says_so(
    tmp_path: Path,
) -> None:
    schema = composed(examples()["numbers"]) | {}
    schema["properties"]["口号"] = {"type": "string"}
    far = last([DAYONG], schema)
    (one,) = far.done
    record = one.record or {}
    html = extracted_view(far.done, SAY)
    assert "未核对：没有设置语言模型" in html and "（空）" in html and "不完整" in html
    values = [b for b in buttons(html) if b.attributes.get("class") == "number"]
    proven = [f for f in record["fields"] if f["value"] is not None]
    assert [b.text for b in values] == [str(f["value"]) for f in proven] and len(values) == 6
    for button, field in zip(values, proven, strict=True):
        place = find_held(far.holding, button.act)
        assert [place.text[s:e] for s, e in place.spans] == [s["quote"] for s in field["spans"]]
    assert "完整完成 0 个" in finished_view(far.done, SAY)


def test_a_sum_of_cells_opens_all_of_them() -> None:
    schema = {"type": "object", "properties": {
        "n": {"type": "integer", "description": "不予公开合计"}}}  # fmt: skip
    far = last([DAYONG], schema)
    (field,) = (far.done[0].record or {})["fields"]
    assert field["status"] == "computed"
    button = next(b for b in buttons(extracted_view(far.done, SAY)) if len(b.spans) > 1)
    assert sorted(button.spans) == sorted((s["start"], s["end"]) for s in field["spans"])


def test_what_a_model_invents_is_not_shown_as_a_value() -> None:
    def invents(_: Sequence[Message]) -> dict[str, Any]:
        claim = {"value": "<script>alert(1)</script>惠民", "sources": ["P1.1"]}
        return {"items": [{"f1": claim}]}

    far = last([DAYONG], ASKS_MODEL, ScriptedModel(invents))
    html = extracted_view(far.done, SAY)
    assert far.done[0].record is not None and far.done[0].record["data"] == {"主要问题": []}
    assert "（空）" in html and "没有采用 /主要问题 的一项" in html and is_inert(html)
    assert not any("惠民" in button.text for button in buttons(html))


@pytest.mark.parametrize("error", [ModelError("断了"), UnusableReplyError("乱码")])
def test_a_model_that_fails_gives_no_result_that_passes_for_whole(error: Exception) -> None:
    far = last([DAYONG], ASKS_MODEL, ScriptedModel([error] * 9))
    html = extracted_view(far.done, SAY)
    assert "不完整" in html and "完整完成 0 个" in finished_view(far.done, SAY)
    assert far.done[0].failed == isinstance(error, ModelError)
    assert ("模型没有回答" in html) == isinstance(error, ModelError)


def test_one_bad_file_does_not_stop_the_others(tmp_path: Path) -> None:
    (tmp_path / "坏.txt").write_text("不是年报", "utf-8")
    far = last([tmp_path / "坏.txt", DAYONG, tmp_path / "没有.txt"])
    assert [bool(one.record) for one in far.done] == [False, True, False]
    assert str(tmp_path) not in extracted_view(far.done, SAY)


def test_records_of_several_files_are_lines_and_without_any_there_is_no_download(
    tmp_path: Path,
) -> None:
    (one,) = last([DAYONG]).done
    unread = Extracted("坏.txt", None, "不是年报")
    single, several = write_download(tmp_path, [unread, one]), write_download(tmp_path, [one, one])
    assert single is not None and single.name == "nianbao.json"
    assert json.loads(single.read_text("utf-8")) == one.record
    assert several is not None and several.name == "nianbao.jsonl"
    lines = several.read_text("utf-8").splitlines()
    assert [json.loads(line) for line in lines] == [one.record, one.record]
    assert write_download(tmp_path, [unread]) is None and write_download(tmp_path, []) is None


def test_a_slow_model_is_told_of_and_left_alone_when_the_visitor_goes() -> None:
    going, asked = threading.Event(), []

    def slow(messages: Sequence[Message]) -> Exception:
        asked.append(messages)
        going.wait(10)
        return UnusableReplyError("慢")

    steps = extract_all([DAYONG], ASKS_MODEL, ScriptedModel(slow, context=1500), Prompts(), ())
    first = next(steps)
    assert (first.number, first.name) == (1, DAYONG.name)
    assert "询问模型" in first.said or "询问模型" in next(steps).said
    assert "大涌镇2022.html" in progress_view(first, 1, SAY)
    steps.close()
    del steps
    gc.collect()
    before = threading.active_count()
    going.set()
    until = time.monotonic() + 10
    while threading.active_count() >= before and time.monotonic() < until:
        time.sleep(0.01)
    assert threading.active_count() < before


def fields() -> st.SearchStrategy[Fields]:
    words_ = st.text("甲乙丙年数abc/~<>\"'", min_size=1, max_size=8)
    field = st.builds(
        lambda name, kind, description, required, options: Field(
            name=name, kind=kind, description=description, required=required,
            options=tuple(dict.fromkeys(options)) if kind == "choice" else (),
        ),
        words_, st.sampled_from(KINDS), st.just("") | words_, st.booleans(),
        st.lists(words_, min_size=1, max_size=5),
    )  # fmt: skip
    return st.lists(field, min_size=1, max_size=8, unique_by=lambda f: f.name).map(tuple)


@settings(max_examples=60, deadline=None)
@given(fields())
def test_a_composed_schema_says_what_the_form_says(made: Fields) -> None:
    schema = json.loads(json.dumps(composed(made)))
    assert pasted(json.dumps(schema)) == schema
    root = read_schema(schema)
    assert isinstance(root, Group)
    for field, (name, node) in zip(made, root.fields, strict=True):
        shape = schema["properties"][name]
        assert (name, shape.get("description", "")) == (field.name, field.description)
        assert (shape.get("format") == "date") == (field.kind == "date")
        if field.kind == "list":
            assert isinstance(node, Items)
            continue
        assert isinstance(node, Leaf) and node.nullable == (not field.required)
        assert node.enum == field.options
    assert is_inert(fields_view(made, SAY) + schema_view(schema, SAY))


def test_fields_are_added_changed_and_taken_away() -> None:
    one = typed_field(" 许可\u202e\n件数 ", "integer", "行政许可", True, "")
    assert one == Field(name="许可 件数", kind="integer", description="行政许可", required=True)
    two = typed_field("有无", "choice", None, False, "有、无，有\n")
    assert two.options == ("有", "无")
    made = put(put((), one), two)
    assert without(put(made, one.model_copy(update={"name": "x"}), 0), 1)[0].name == "x"
    assert without(made, -1) == made
    with pytest.raises(MisuseError, match="已经有字段"):
        put(made, one)
    with pytest.raises(MisuseError, match=str(MOST_FIELDS)):
        full: Fields = ()
        for number in range(MOST_FIELDS + 1):
            full = put(full, Field(name=str(number)))


@settings(max_examples=40, deadline=None)
@given(fields())
def test_a_field_taken_up_again_is_typed_as_it_was(made: Fields) -> None:
    assert [typed_field(*as_typed(field)) for field in made] == list(made)


def test_a_click_on_a_field_takes_it_up_or_out_and_no_other() -> None:
    made = (Field(name="甲"), Field(name="乙"))
    assert clicked(made, {"do": "edit", "row": "1"}) == (made, 1)
    assert clicked(made, {"do": "drop", "row": "0"}) == (made[1:], None)
    for row in ("2", "-1", "", "x", "99999999999"):
        for do in ("edit", "drop"):
            assert clicked(made, {"do": do, "row": row}) == (made, None)
    assert clicked(made, {"do": "edit"}) == (made, None)


def test_what_is_wanted_is_what_was_chosen_whatever_else_was_typed() -> None:
    made, text = (Field(name="甲"),), '{"type": "object", "properties": {"乙": {"type": "string"}}}'
    assert wanted("statutory", made, text) is None
    assert wanted("form", made, text) == composed(made)
    assert wanted("pasted", made, text) == json.loads(text)
    for mode in ("form", "pasted"):
        with pytest.raises(MisuseError, match="还没有"):
            wanted(mode, (), None)


@pytest.mark.parametrize(
    "typed",
    [
        ("", "text", "", False, ""), (None, "text", None, False, None),
        ("\u200b", "text", "", False, ""),
        ("长" * 61, "text", "", False, ""), ("a", "密码", "", False, ""),
        ("a", "choice", "", False, " 、，"), ("a", "text", "长" * 201, False, ""),
        ("a", None, "", False, ""), ("a", "choice", "", False, "、".join(map(str, range(101)))),
    ],
)  # fmt: skip
def test_a_field_that_cannot_be_is_refused_in_words(typed: tuple[Any, ...]) -> None:
    with pytest.raises(MisuseError):
        typed_field(*typed)


def test_the_ready_schemas_can_be_extracted_and_lose_no_field_of_the_form() -> None:
    for name in examples():
        assert list(composed(examples()[name])["properties"]) == [f.name for f in examples()[name]]
        assert all(words(code).get(f"extract.example.{name}") for code in LANGUAGES)
    own = (Field(name="年度", description="我的"), Field(name="甲"))
    joined = with_example(own, "numbers")
    assert joined[:2] == own and len({f.name for f in joined}) == len(joined) == 7
    assert with_example(own, "没有") == with_example(own, None) == own


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "还没有贴"),
        ('{"type": "object",\n "properties": {,}}', "第 2 行第 17 列"),
        ("[1]", "不是一个 JSON 对象"),
        ('{"title": "\\ud800"}', "半个字符"),
        ('{"type": "object", "properties": {"a": {"type": "string"}, "a": {}}}', "写了两次"),
        ('{"minimum": NaN}', "NaN"),
        ('{"minimum": ' + "9" * 5000 + "}", "数太长"),
        ("[" * 100_000, "嵌套太深"),
        ("{" + " " * MOST_SCHEMA + "}", "最多"),
        ('{"$ref": "#"}', "引用"),
        ('{"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/a"}}}', "引用自身"),
        ('{"type": "object", "properties": {"a": {"$ref": "http://127.0.0.1:9/x"}}}', "本文件内"),
        ('{"enum": ' + json.dumps([str(n) for n in range(5000)]) + "}", "至多 100"),
        ('{"type": "string", "pattern": "("}', "JSON Schema"),
        ('{"type": "object", "patternProperties": {"^(a+)+$": {}}}', "patternProperties"),
    ],
)  # fmt: skip
def test_a_pasted_schema_that_will_not_do_is_told_with_its_place(text: str, said: str) -> None:
    with pytest.raises(MisuseError, match=said):
        pasted(text)


@pytest.mark.parametrize(
    "text",
    ["{", '{"a": "b', '{"a" 1}', '{"a": 1,, "b": 2}', "{a: 1}", '{"a": }', "{} {}", "[1 2]",
     '{"a": "\x01"}', '{"a": "\\q"}', '{"a": "\\u12"}', '{"a": 1,}', "[1,]"],
)  # fmt: skip
def test_a_fault_of_json_is_told_in_chinese(text: str) -> None:
    with pytest.raises(MisuseError) as told:
        pasted(text)
    assert "列，" in str(told.value)
    assert not re.search("[a-z]{4}", str(told.value))


def test_every_outcome_has_words_in_both_languages() -> None:
    from typing import get_args

    from assistant.extraction.record import Outcome
    from index.model import Bound, Status

    for language in LANGUAGES:
        say = words(language)
        assert all(say.get(f"extract.outcome.{one}") for one in get_args(Outcome))
        assert all(say.get(f"extract.bound.{one}") for one in get_args(Bound))
        assert all(say.get(f"check.cell.{one}") for one in get_args(Status))
        assert all(say.get(f"extract.kind.{one}") for one in KINDS)
    names = {f.name for path in REPORTS.iterdir() if path.suffix == ".txt"
             for f in read_report_file(path).facts[:9]}  # fmt: skip
    assert names and all(SAY.get(f"extract.fact.{name}") for name in names)


def test_a_text_too_long_to_hold_still_gives_its_values() -> None:
    (one,) = last([DAYONG]).done
    html = extracted_view([one._replace(token="")], SAY)
    assert "原文太长" in html and "6181" in html
    assert not [b for b in buttons(html) if "data-token" in b.attributes]
    assert isinstance(one, Extracted)


def test_the_limits_that_are_told_are_those_that_hold() -> None:
    for language in LANGUAGES:
        for key in ("extract.hint", "check.files.hint"):
            said = words(language)(key)
            assert f" {MOST_FILES} " in said and f" {MOST_BYTES // 1_000_000} MB" in said
