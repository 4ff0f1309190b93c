"""The prompts' history, replayed: what each version did, that the best ships, what is kept."""

import json
import re

import pytest

from assistant.prompts import Prompts, read_prompt
from evals.comparing.compare import compare_runs
from evals.comparing.thresholds import load_thresholds
from evals.readme import MORE
from evals.replay.tape import Tape
from evals.scoring.rates import marks_of, ratio, table_shares
from evals.suite.door import TAPE, Door
from evals.suite.runner import run_task
from evals.tasks.gold_reports import SHARED
from evals.tasks.registry import open_task
from evals.trials.__main__ import RESULTS, history_table
from evals.trials.recorded import Replayed, model_table, replay_runs
from evals.trials.trial import Tried, load_trials, try_versions
from index.loading.load import load

SEEDS = SHARED / "seeds"
pytestmark = pytest.mark.skipif(not SEEDS.exists(), reason="the seeds lie beside the checkout")


@pytest.fixture(scope="module")
def tried() -> list[Tried]:
    door = Door("replay")
    plan = door.plan(open_task(load_trials()[0].task), Prompts())
    return list(try_versions(plan, load_thresholds()))


@pytest.fixture(scope="module")
def replayed() -> list[Replayed]:
    return list(replay_runs(Door("replay")))


def by_version(tried: list[Tried]) -> dict[str, Tried]:
    return {one.trial.version: one for one in tried}


def test_every_reply_of_every_version_is_kept(tried: list[Tried], replayed: list[Replayed]) -> None:
    runs = [*(one.run for one in tried), *(one.run for one in replayed)]
    for run in (*runs, *(peer for one in replayed for peer in one.peers)):
        assert not [r.failure for r in run.results if r.failure]
        assert run.header.replies == "replay"


def test_a_prompt_made_worse_on_purpose_is_called_regressed(tried: list[Tried]) -> None:
    comparison = by_version(tried)["3-worse"].comparison
    assert comparison is not None and comparison.verdict == "regressed"
    worse = [change for change in comparison.changes if change.direction == "worse"]
    assert worse and all(change.before != change.after for change in worse)


def test_a_prompt_with_other_spacing_is_not_called_better_or_worse(tried: list[Tried]) -> None:
    comparison = by_version(tried)["3-spacing"].comparison
    assert comparison is not None and comparison.verdict in ("equivalent", "inconclusive")
    assert "点" in comparison.reason, "the smallest effect is told"


def test_a_prompt_made_better_on_a_known_weakness_is_called_improved(tried: list[Tried]) -> None:
    comparison = by_version(tried)["2"].comparison
    assert comparison is not None and comparison.verdict == "improved"
    assert "代价：没有印出却给了数" in comparison.reason, "what it may have cost is told as well"


def test_the_version_that_ships_is_the_best_that_was_tried(tried: list[Tried]) -> None:
    (current,) = (one for one in tried if one.trial.current)
    shipped = read_prompt(current.trial.prompt)
    assert shipped == read_prompt(current.trial.prompt, current.trial.path)

    def recall(one: Tried) -> float:
        return ratio(table_shares(marks_of(one.run.results, len(one.run.header.items)))[
            "nonzero_recall"]) or 0.0  # fmt: skip

    assert recall(current) == max(recall(one) for one in tried)


def test_a_run_replayed_twice_is_the_same_run(tried: list[Tried]) -> None:
    first = tried[0].run
    door = Door("replay")
    task = open_task(tried[0].trial.task)
    prompts = Prompts({tried[0].trial.prompt: tried[0].trial.path})
    again = run_task(task, door.plan(task, prompts))
    assert [r.marks for r in again.results] == [r.marks for r in first.results]
    found = compare_runs(first, again, load_thresholds())
    assert found.verdict not in ("improved", "regressed") and not found.changes


def test_the_kept_tables_are_what_the_replies_give(
    tried: list[Tried], replayed: list[Replayed]
) -> None:
    kept = (RESULTS / "prompts.md").read_text(encoding="utf-8")
    assert kept == history_table(tried)
    kept = (RESULTS / "model.md").read_text(encoding="utf-8")
    assert kept.partition(MORE)[0] == model_table(replayed).partition(MORE)[0]


def test_no_prose_of_the_seeds_is_kept_with_the_replies() -> None:
    seeds = ["".join(load(path).text.split()) for path in sorted(SEEDS.glob("*.txt"))]
    assert Tape(TAPE).broken == []
    for path in sorted(TAPE.glob("*/*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            said = json.loads(line)
            if said.get("case", "").startswith("seeds/"):
                assert all(message["text"] is None for message in said["messages"])
            runs = re.findall("[一-鿿，、]{20,}", said.get("text", "") + said.get("arguments", ""))
            assert not [run for run in runs if any(run in seed for seed in seeds)]
