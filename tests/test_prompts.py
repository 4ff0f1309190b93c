"""Prompt files: declared variables, one pass of filling, ids that change with the content."""

from pathlib import Path

import pytest

from assistant.prompts import PromptError, Prompts, prompt_names, read_prompt

GOOD = """purpose = "试"
variables = ["question", "passages"]
output = "text"
system = "只用给出的段落。"
user = "${passages}\\n问：${question}"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "p.toml"
    path.write_text(GOOD, encoding="utf-8")
    return path


def test_filling_is_one_pass_so_that_report_text_cannot_pull_in_variables(file: Path) -> None:
    system, user = read_prompt("p", file).fill(question="问", passages="${question} {x} $y")
    assert system.content == "只用给出的段落。"
    assert user.content == "${question} {x} $y\n问：问"


def test_a_missing_or_an_unknown_variable_is_an_error(file: Path) -> None:
    prompt = read_prompt("p", file)
    with pytest.raises(PromptError, match="passages"):
        prompt.fill(question="问")
    with pytest.raises(PromptError, match="more"):
        prompt.fill(question="问", passages="", more="")


def test_the_id_changes_with_the_content(file: Path) -> None:
    before = read_prompt("p", file).id
    file.write_text(GOOD.replace("只用", "仅用"), encoding="utf-8")
    assert read_prompt("p", file).id != before
    assert before.startswith("p@")


@pytest.mark.parametrize(
    "change",
    [("variables", "variabels"), ('"passages"]', '"passages", "year"]'), ('"试"', "试")],
)
def test_a_malformed_file_is_refused_by_name(file: Path, change: tuple[str, str]) -> None:
    file.write_text(GOOD.replace(*change), encoding="utf-8")
    with pytest.raises(PromptError, match="提示词"):
        read_prompt("p", file)


def test_a_missing_file_and_an_unknown_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PromptError, match="读不了"):
        read_prompt("p", tmp_path / "none.toml")
    with pytest.raises(PromptError, match="没有名为 'nothing'"):
        Prompts({"nothing": tmp_path})


def test_every_prompt_of_the_program_loads() -> None:
    prompts = Prompts()
    assert [prompts[name].name for name in prompt_names()] == list(prompt_names())


@pytest.mark.parametrize(
    "text",
    [
        "purpose = ",
        "variables = 5",
        "a = " + "[" * 5000 + "]" * 5000,
        'purpose="x"\nvariables=["zz"]\noutput="text"\nsystem="${zz}"\nuser="u"\n',
    ],
    ids=["broken", "wrong type", "deep", "other variables"],
)
def test_a_file_that_cannot_replace_a_prompt_is_refused_at_once(text: str, tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PromptError):
        Prompts({"answer_passages": path})


def test_a_path_that_no_file_can_have_is_refused() -> None:
    with pytest.raises(PromptError):
        Prompts({"answer_passages": Path("a\x00b")})
