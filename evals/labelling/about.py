"""Questions about a report as a whole: who filed it, for which year; a line of reports.jsonl."""

from pathlib import Path
from typing import Any, get_args

from evals.labelling.desk import Desk, ask_until_left
from evals.labelling.gold_file import write_lines
from evals.labelling.words import means
from evals.tasks.gold_reports import read_lines
from index.model import Form, Level

_PLACES = {
    "province": "省",
    "city": "市（地级）",
    "county": "县（市、区）",
    "township": "乡镇街道",
    "kind": "类别，如 镇、乡、街道、局",
}
NOTHING = "-"


def ask_about(desk: Desk, report: str, form: Form) -> dict[str, Any] | None:
    """Return the line of a report, or None when the labeller passes over it."""
    desk.tell("", "关于这份报告（照原文；没有写的输入 -；不想填输入 跳过）")
    answers: dict[str, Any] = {"report": report}
    for name, question in _PLACES.items():
        said = _ask(desk, question)
        if said is None:
            return None
        answers[name] = None if said == NOTHING else said
    levels = get_args(Level)
    answers["level"] = _one_of(desk, f"级别（{'、'.join(levels)}）", levels)
    for name, question in (("agency", "机构全称"), ("short", "机构简称")):
        said = _ask(desk, question)
        answers[name] = None if said in (None, NOTHING) else said
    return answers | {"year": _year(desk), "form": form}


def keep_about(path: Path, line: dict[str, Any]) -> None:
    """Put the line of a report in the place of the one it had."""
    lines = read_lines(path) if path.exists() else []
    write_lines(path, [*(old for old in lines if old["report"] != line["report"]), line])


def _ask(desk: Desk, question: str) -> str | None:
    while True:
        typed = ask_until_left(desk, f"{question}> ")
        if means(typed, "skip"):
            return None
        if typed:
            return typed


def _one_of(desk: Desk, question: str, choices: tuple[str, ...]) -> str:
    while (typed := _ask(desk, question)) not in choices:
        desk.tell(f"请输入其中之一：{'、'.join(choices)}。")
    return str(typed)


def _year(desk: Desk) -> int | None:
    while True:
        typed = _ask(desk, "报告年度，如 2022")
        if typed in (None, NOTHING):
            return None
        if typed is not None and typed.isascii() and typed.isdigit() and len(typed) == 4:
            return int(typed)
        desk.tell("请输入四位数字，没有写的输入 -。")
