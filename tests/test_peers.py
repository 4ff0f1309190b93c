"""Peers over the same cases: what each is shown, what becomes of its answers, one table."""

import json
import re
from collections.abc import Sequence
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from assistant.model_reply import ModelError, UnusableReplyError
from assistant.prompts import Message, Prompts
from assistant.scripted_model import Scripted, ScriptedModel
from evals.peers.chunks import HashEmbedder, split_text
from evals.peers.command import register
from evals.peers.extra import load_extra
from evals.peers.question import KINDS, Asked, QuestionPeer, Said, question_result
from evals.peers.registry import PEERS, chosen_names, open_peer
from evals.peers.text_to_sql import COLUMNS, TextToSql, cell_table, run_statement
from evals.peers.top4 import Top4Ask, Top4Tables
from evals.scoring import marks
from evals.suite.run import CaseResult
from evals.suite.run_file import read_run
from evals.tasks.table_blocks import load_blocks
from evals.tasks.task import Case, Setting, Task
from index.errors import MisuseError

REPORT = "samples/槿塘镇2022.txt"
FIVE = "filter/哪些镇2022年行政许可超过1000件？"
COUNT = "count/2022年有多少个镇行政许可超过1000件"
LOOK_UP = "look-up/大涌镇2022年办理了多少件行政许可？"


def case_of(task: Task, name: str) -> Case:
    return next(case for case in task.cases() if case.id == name)


def run(task: Task, name: str, model: ScriptedModel) -> CaseResult:
    return task.run(case_of(task, name), Setting(model, Prompts()))


def said(name: str, *items: tuple[str, int | None], value: str | None = None) -> CaseResult:
    given = Said(items, None if value is None else Decimal(value))
    return question_result(case_of(QuestionPeer(), name), given)


def asked_keys(messages: Sequence[Message]) -> list[str]:
    """Return the names of the cells that a prompt asks for."""
    blocks = [list(block.keys(block.metrics("2021"))) for block in load_blocks()]
    return next(keys for keys in blocks if "\n".join(keys) in messages[-1].content)


# --- questions -----------------------------------------------------------------------------------


def test_the_questions_list_reports_or_give_a_number_and_have_names_of_their_own() -> None:
    cases = QuestionPeer(phrasings=99).cases()
    assert len({case.id for case in cases}) == len(cases)
    assert {case.traits["kind"] for case in cases} == set(KINDS)
    assert {case.cluster for case in QuestionPeer().cases()} == {case.cluster for case in cases}


def test_a_list_is_held_to_the_reports_that_gold_lists() -> None:
    found = said(FIVE, ("大涌镇", 2022), ("青栎镇", 2022), ("青栎镇", 2021), ("无此镇", 2022))
    assert found.counts["list_precision"] == (2, 4)
    assert found.counts["list_recall"] == (2, 5)
    assert found.counts["list_f1"] == (4, 9)
    assert found.verdict == "wrong" and found.counts["wrong"] == (1, 1)


def test_short_names_file_names_and_whole_names_all_mean_the_report() -> None:
    found = said(
        FIVE, ("广东省中山市大涌镇人民政府", 2022), ("槿塘镇2022", None), ("芷塘镇", None),
        ("上莳县柏岔镇", 2022), ("云榉县青栎镇2022年报告", 2022),
    )  # fmt: skip
    assert found.verdict == "right" and found.counts["list_f1"] == (10, 10)


def test_one_name_given_twice_counts_once_and_a_suffix_alone_is_no_name() -> None:
    found = said(FIVE, ("大涌镇", 2022), ("大涌镇", 2022), ("镇", 2022))
    assert found.counts["list_precision"] == (1, 2)


def test_a_number_is_right_only_when_it_is_gold_s() -> None:
    assert said(COUNT, value="5.0").verdict == "right"
    assert said(COUNT, value="4").verdict == "wrong"
    assert said(COUNT).verdict == "declined"
    assert said(COUNT).counts["wrong"] == (0, 1)
    assert said(LOOK_UP, ("大涌镇", 2022)).verdict == "wrong"


# --- text to SQL ---------------------------------------------------------------------------------


def table_of(*rows: tuple[str, int, str, str | None]) -> list[tuple[object, ...]]:
    return [
        (f"某县{town}", "镇", "某省", "某市", "某县", town, year, "二", label, "本年处理决定数量",
         None if value is None else Decimal(value), "reported")
        for town, year, label, value in rows
    ]  # fmt: skip


def test_rows_become_a_list_and_a_single_number_a_value() -> None:
    sandbox = cell_table(table_of(("甲镇", 2022, "许可", "7.5"), ("乙镇", 2021, "许可", "1")))
    listed = run_statement(sandbox, "SELECT township, agency, year FROM cells ORDER BY value")
    assert listed.items == (("某县乙镇", 2021), ("某县甲镇", 2022)) and listed.value is None
    assert run_statement(sandbox, "SELECT sum(value) FROM cells").value == Decimal("8.5")
    one = run_statement(sandbox, "SELECT agency, year, value FROM cells WHERE value > 5")
    assert one.value == Decimal("7.5") and one.items == (("某县甲镇", 2022),)


def test_an_empty_sum_gives_no_number() -> None:
    empty = run_statement(cell_table([]), "SELECT sum(value) FROM cells")
    assert empty.value is None and not empty.items


def test_a_statement_that_does_not_run_is_no_answer_and_says_why() -> None:
    sandbox = cell_table(table_of(("甲镇", 2022, "许可", "7")))
    for sql in ("DELETE FROM cells", "SELECT x FROM cells", "SELECT * FROM read_csv('a.csv')"):
        found = run_statement(sandbox, sql)
        assert found.reason and not found.items and found.value is None
    assert run_statement(sandbox, "SELECT count(*) FROM cells").value == 1


def test_the_model_s_statement_is_run_over_the_samples() -> None:
    sql = (
        "SELECT agency, year, value FROM cells WHERE kind = '镇' AND year = 2022"
        " AND row_label = '行政许可' AND column_label = '本年处理决定数量' AND value > 1000"
    )
    model = ScriptedModel([{"sql": sql}, {"sql": "SELECT count(*) FROM (" + sql + ")"}])
    task = TextToSql()
    assert run(task, FIVE, model).verdict == "right"
    assert run(task, COUNT, model).verdict == "right"
    told = model.asked[0][-1].content
    assert all(name in told for name, _ in COLUMNS) and "行政事业性收费" in told


def test_a_reply_that_cannot_be_used_is_declined_and_a_broken_endpoint_goes_through() -> None:
    unusable: list[Scripted] = [UnusableReplyError("不能用")]
    assert run(TextToSql(), FIVE, ScriptedModel(unusable)).verdict == "declined"
    with pytest.raises(ModelError):
        run(TextToSql(), FIVE, ScriptedModel([ModelError("断了")]))


# --- plain retrieval -----------------------------------------------------------------------------


def test_chunks_hold_the_whole_text_and_none_is_too_long() -> None:
    text = "\n\n".join(f"第{n}段。" + "甲乙丙丁，" * (n % 40) + "完。" for n in range(80))
    chunks = split_text(text, size=120, overlap=30)
    assert max(map(len, chunks)) <= 120
    assert all(f"第{n}段" in "".join(chunks) for n in range(80))
    assert split_text("一" * 250, size=100, overlap=0) == ["一" * 100, "一" * 100, "一" * 50]


def test_a_chunk_begins_with_the_end_of_the_one_before() -> None:
    first, second = split_text("甲" * 50 + "。" + "乙" * 20 + "。" + "丙" * 50 + "。", 80, 30)
    assert first.endswith("乙" * 20 + "。") and second.startswith("乙" * 20 + "。")


def test_hashed_vectors_are_nearest_to_what_shares_words() -> None:
    embedder = HashEmbedder()
    held = embedder.passages(["行政许可处理决定数量", "办公地址和电话", ""])
    scores = held @ embedder.query("行政许可多少件")
    assert scores[0] > scores[1] >= scores[2] == 0


def test_four_chunks_of_the_samples_and_no_more_reach_the_model() -> None:
    answer = {"list": [{"name": "大涌镇", "year": 2022}], "number": None}
    model = ScriptedModel([answer])
    found = run(Top4Ask(), FIVE, model)
    assert found.counts["list_recall"] == (1, 5)
    assert len(re.findall(r"^【.*】$", model.asked[0][-1].content, re.MULTILINE)) == 4


def test_retrieval_reads_the_cells_of_each_block_from_the_same_report() -> None:
    def reply(messages: Sequence[Message]) -> Scripted:
        keys = asked_keys(messages)
        assert len(re.findall("【报告】", messages[-1].content)) <= 4
        return {key: 2045 if key == "行政许可·处理" else None for key in keys}

    task = Top4Tables()
    model = ScriptedModel(reply)
    found = run(task, REPORT, model)
    by_item = dict(zip(task.items, found.marks, strict=True))
    assert by_item["licensing.decisions"] == marks.RIGHT
    assert by_item["penalties.decisions"] == marks.MISSED
    assert len(model.asked) == sum(block.always for block in load_blocks())


def test_a_reply_that_cannot_be_used_leaves_the_cells_of_its_block_empty() -> None:
    unusable = [UnusableReplyError("不能用")] * 3
    found = run(Top4Tables(), REPORT, ScriptedModel(unusable))
    assert not set(found.marks) & set(marks.RIGHT + marks.ZERO_RIGHT)
    assert any(detail.reason == "不能用" for detail in found.details)


# --- all of them ---------------------------------------------------------------------------------


def test_every_peer_scores_the_cases_of_the_task_it_is_held_beside() -> None:
    opened = {
        name: open_peer(name)
        for name, entry in PEERS.items()
        if not entry.extra or find_spec(entry.extra)
    }
    for name, task in opened.items():
        first = opened["extract.tables" if task.items else "peer.own.ask"]
        assert task.name == first.name and task.title, name
        assert [case.id for case in task.cases()] == [case.id for case in first.cases()]
        assert task.items == first.items
        assert all(path.exists() for path in task.files())


def test_names_may_be_short_and_unknown_ones_are_refused() -> None:
    assert chosen_names(("top4",)) == ["peer.top4.tables", "peer.top4.ask"]
    assert chosen_names(("sql", "peer.sql")) == ["peer.sql"]
    assert chosen_names(()) == list(PEERS)
    with pytest.raises(MisuseError, match="'ragas'"):
        chosen_names(("ragas",))


def test_a_missing_package_is_named_with_how_to_get_it() -> None:
    with pytest.raises(MisuseError, match=r"'not_a_package'.*nianbao\[peers\]"):
        load_extra("not_a_package.inner")


@pytest.mark.parametrize("name", ["langextract", "instructor"])
def test_a_peer_that_is_not_installed_says_so_instead_of_scoring(name: str) -> None:
    if find_spec(name):
        pytest.skip(f"{name} is installed here")
    with pytest.raises(MisuseError, match=name):
        open_peer(f"peer.{name}")


def test_the_program_itself_answers_without_a_model() -> None:
    task = open_peer("peer.own.ask")
    setting = Setting(None, Prompts())
    assert all(task.run(case_of(task, name), setting).verdict == "right"
               for name in (FIVE, COUNT, LOOK_UP))  # fmt: skip
    asked: Asked = case_of(task, FIVE).given
    assert asked.question in FIVE


@pytest.fixture
def tape(tmp_path: Path) -> Path:
    """Return a tape that knows a model and holds no reply."""
    profile = {"address": "local", "model": "m", "modes": ["json_schema"], "context": 4096}
    (tmp_path / "tape" / "m").mkdir(parents=True)
    (tmp_path / "tape" / "m" / "profile.json").write_text(json.dumps(profile), encoding="utf-8")
    return tmp_path / "tape"


def call(*arguments: str) -> Result:
    app = typer.Typer()
    app.callback()(lambda: None)
    register(app)
    return CliRunner().invoke(app, ["peers", *arguments], env={"NIANBAO_MODEL": "m"})


def test_the_command_prints_one_table_and_keeps_the_results(tape: Path, tmp_path: Path) -> None:
    done = call("own", "sql", "--most", "1", "--tape", str(tape), "--out", str(tmp_path / "out"))
    assert done.exit_code == 4, "no reply was recorded"
    assert "peer.own.ask" in done.stdout and "peer.sql" in done.stdout
    own, sql = (
        read_run(tmp_path / "out" / f"ask.lists.peer.{name}.jsonl") for name in ("own.ask", "sql")
    )
    assert own.results[0].verdict == "right"
    assert "没有录制" in sql.results[0].failure and not sql.results[0].counts


@pytest.mark.skipif(find_spec("langextract") is not None, reason="langextract is installed here")
def test_all_peers_run_without_those_that_are_not_installed_which_are_named(
    tape: Path, tmp_path: Path
) -> None:
    done = call("--most", "1", "--tape", str(tape), "--out", str(tmp_path))
    assert done.exit_code == 4, "no reply was recorded"
    assert "跳过 peer.langextract" in done.stderr and "跳过 peer.instructor" in done.stderr
    assert "peer.top4.tables" in done.stdout
    assert isinstance(call("langextract", "--tape", str(tape)).exception, MisuseError)
