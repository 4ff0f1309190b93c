"""Runs of tasks: every case counted once, gone on with after a crash, failures kept apart."""

import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from assistant.model_reply import ModelError
from assistant.prompts import Message, Prompts
from assistant.scripted_model import ScriptedModel
from evals.suite.prices import Price, load_prices, price_of
from evals.suite.provenance import data_hash
from evals.suite.run import CaseResult, Rate
from evals.suite.run_file import read_part, read_run
from evals.suite.runner import Plan, run_task
from evals.tasks.task import Case, Setting
from index.errors import MisuseError


class Numbers:
    """A task of `size` cases that ask the model; the ids in `away` find it gone, `broken` crash."""

    name, title, needs_model = "numbers", "数", True
    items: tuple[str, ...] = ()
    prompts = ("read_question",)
    rates = (Rate(name="right", title="对", headline=True),)

    def __init__(self, size: int, away: Sequence[str] = (), broken: str = "") -> None:
        self.size, self.away, self.broken = size, away, broken
        self.ran: list[str] = []
        self._lock = threading.Lock()

    def cases(self) -> Sequence[Case]:
        return [Case(f"c{n}", f"group{n % 3}", {"kind": str(n % 2)}, n) for n in range(self.size)]

    def files(self) -> Sequence[Path]:
        return [Path(__file__)]

    def run(self, case: Case, setting: Setting) -> CaseResult:
        with self._lock:
            self.ran.append(case.id)
        if case.id == self.broken:
            raise KeyboardInterrupt
        if case.id in self.away:
            raise ModelError("连不上")
        assert setting.model is not None
        setting.model.ask((Message("user", str(case.given)),))
        return CaseResult(case=case.id, cluster=case.cluster, traits=case.traits,
                          counts={"right": (1, 1)}, verdict="right")  # fmt: skip


def plan(out: Path | None = None, **changed: object) -> Plan:
    model = ScriptedModel(lambda _: "好")
    return Plan(model, Prompts(), out=out, code="abc")._replace(**changed)  # type: ignore[arg-type]


def test_a_run_has_every_case_once_in_order_however_many_at_a_time(tmp_path: Path) -> None:
    for at_once in (1, 7):
        found = run_task(Numbers(40), plan(tmp_path / f"{at_once}.jsonl", at_once=at_once))
        assert [r.case for r in found.results] == [f"c{n}" for n in range(40)]
        assert read_run(tmp_path / f"{at_once}.jsonl") == found


def test_repeats_are_results_of_their_own() -> None:
    found = run_task(Numbers(3), plan(repeats=4))
    assert sorted((r.case, r.repeat) for r in found.results) == [
        (f"c{n}", repeat) for n in range(3) for repeat in range(4)
    ]


def test_a_case_whose_model_is_away_fails_and_scores_nothing() -> None:
    found = run_task(Numbers(3, away=["c1"]), plan())
    (failed,) = (r for r in found.results if r.failure)
    assert failed.case == "c1" and "连不上" in failed.failure and not failed.counts


def test_a_broken_run_goes_on_where_it_stopped(tmp_path: Path) -> None:
    out = tmp_path / "run.jsonl"
    clean = plan(out)
    with pytest.raises(KeyboardInterrupt):
        run_task(Numbers(6, broken="c3"), clean)
    with out.open("a", encoding="utf-8") as file:
        file.write('{"case": "c3", "clus')
    assert [r.case for r in read_part(out).results] == ["c0", "c1", "c2"]
    again = Numbers(6)
    assert len(run_task(again, clean).results) == 6
    assert again.ran == ["c3", "c4", "c5"]


def test_results_of_a_changed_tree_or_other_data_are_not_gone_on_with(tmp_path: Path) -> None:
    out = tmp_path / "run.jsonl"
    run_task(Numbers(2), plan(out))
    text = out.read_text(encoding="utf-8")
    data = read_part(out).header.data
    out.write_text(text.replace(f'"data":"{data}"', '"data":"another"'), encoding="utf-8")
    again = Numbers(2)
    run_task(again, plan(out))
    assert again.ran == ["c0", "c1"]
    changed = Numbers(2)
    for _ in range(2):
        run_task(changed, plan(out, code="abc+"))
    assert changed.ran == ["c0", "c1"] * 2


def test_failed_cases_are_run_again_when_the_run_is_resumed(tmp_path: Path) -> None:
    out = tmp_path / "run.jsonl"
    run_task(Numbers(3, away=["c1"]), plan(out))
    again = Numbers(3)
    found = run_task(again, plan(out))
    assert "c1" in again.ran and not any(r.failure for r in found.results)


def test_a_cut_file_is_refused_where_a_whole_run_is_wanted(tmp_path: Path) -> None:
    out = tmp_path / "run.jsonl"
    run_task(Numbers(3), plan(out))
    lines = out.read_text(encoding="utf-8").splitlines(keepends=True)
    out.write_text("".join(lines[:-1]), encoding="utf-8")
    with pytest.raises(MisuseError, match="不完整"):
        read_run(out)
    out.write_text("[1, 2]\n", encoding="utf-8")
    with pytest.raises(MisuseError, match="不是评测的结果文件"):
        read_run(out)
    out.write_text("", encoding="utf-8")
    with pytest.raises(MisuseError, match="空"):
        read_run(out)


def test_a_task_that_needs_a_model_says_so_without_one() -> None:
    with pytest.raises(MisuseError, match="numbers"):
        run_task(Numbers(1), plan(model=None))


def test_a_model_without_a_listed_price_has_no_cost() -> None:
    priced = Price(
        model="scripted", provider="", currency="CNY", input=1e6, output=0, checked="2026-11-22"
    )
    assert run_task(Numbers(1), plan(price=priced)).results[0].cost is not None
    assert run_task(Numbers(1), plan()).results[0].cost is None


def test_prices_of_the_user_come_first_and_bad_tables_are_refused(tmp_path: Path) -> None:
    table = tmp_path / "prices.toml"
    table.write_text(
        '[[price]]\nmodel = "local"\nprovider = "local"\ncurrency = "USD"\n'
        'input = 2.0\noutput = 8.0\nchecked = "2026-01-01"\n'
    )
    price = price_of(load_prices(table), "local", "local")
    assert price is not None and price.currency == "USD"
    assert price.cost(1_000_000, 500_000) == 6.0
    assert price_of(load_prices(), "local", "nobody") is None
    table.write_text('[[price]]\nmodel = "x"\n')
    with pytest.raises(MisuseError, match="价格表"):
        load_prices(table)


def test_the_hash_of_the_data_follows_names_and_contents_only(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.txt").write_text("一")
        (tmp_path / folder / "y.txt").write_text("二")
    files = [[tmp_path / f / n for n in ("x.txt", "y.txt")] for f in ("a", "b")]
    assert data_hash(files[0]) == data_hash(reversed(files[1]))
    files[0][0].write_text("三")
    assert data_hash(files[0]) != data_hash(files[1])
