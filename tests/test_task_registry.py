"""Every task is found by its name, and is what the runner expects of one."""

import subprocess
import sys

import pytest

from assistant.prompts import prompt_names
from evals.tasks.registry import expand, open_task, task_names
from index.errors import MisuseError

OPEN = ("samples", "synthetic", "adversarial", None)
OURS = [name for name in task_names() if name != "read"]


@pytest.mark.parametrize("name", OURS)
def test_a_task_has_distinct_cases_known_prompts_and_guards_what_is_not_ours(name: str) -> None:
    task = open_task(name)
    cases = task.cases()
    assert task.name == name
    assert len({case.id for case in cases}) == len(cases) > 0
    assert [case.id for case in task.cases()] == [case.id for case in cases]
    assert all(case.cluster and case.traits for case in cases)
    assert set(task.prompts) <= set(prompt_names())
    assert bool(task.prompts) == task.needs_model
    assert any(rate.headline for rate in task.rates)
    assert all(path.is_file() for path in task.files())
    assert all(case.private == (case.traits.get("corpus") not in OPEN) for case in cases)


def test_a_group_stands_for_its_tasks_and_nothing_for_all() -> None:
    assert expand(["extract"]) == ("extract.tables", "extract.schema")
    assert expand(["ask", "ask.rules"]) == ("ask.rules", "ask.model", "ask.both")
    assert expand([]) == task_names()


def test_a_name_or_an_option_that_is_none_is_refused() -> None:
    with pytest.raises(MisuseError, match="'asks'"):
        expand(["asks"])
    with pytest.raises(MisuseError, match="'asks'"):
        open_task("asks")
    with pytest.raises(MisuseError, match="full"):
        open_task("ask.rules", full=True)


def test_naming_the_tasks_imports_none() -> None:
    code = (
        "import sys; from evals.tasks.registry import expand; expand(['ask', 'search']);"
        "print([n for n in sys.modules if n.startswith(('evals.tasks.ask', 'numpy', 'duckdb'))])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"
