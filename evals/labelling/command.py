"""The command `eval label`: a person labels the cells of a report, once or a second time."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.commands.console import ChineseCommand
from evals.labelling.desk import Desk, LeftError, Terminal, ask_until_left, confirmed
from evals.labelling.gold_file import GoldCell, cells_of, form_of, write_report
from index.errors import MisuseError
from index.model import Document, Form

if TYPE_CHECKING:
    from evals.labelling.session import Session

FORMS: tuple[Form, ...] = ("2021", "2019", "mixed")


def register(app: typer.Typer) -> None:
    """Add the command to the evaluation's command line."""
    purpose = "逐格标注一份报告，写出标准答案（gold）；--second 由另一人再标一次并比对。"
    app.command("label", cls=ChineseCommand, help=purpose)(label)


def label(
    file: Annotated[Path, typer.Argument(metavar="文件", help="报告文件")],
    gold: Annotated[
        Path, typer.Option("--gold", metavar="文件", help="写到哪个 jsonl 文件")
    ] = Path("gold.jsonl"),
    second: Annotated[
        bool, typer.Option("--second", help="第二次标注：看不到第一次的结果，标完比对")
    ] = False,
    name: Annotated[str, typer.Option("--name", help="报告在标准答案里的名字，默认文件名")] = "",
    by: Annotated[str, typer.Option("--by", help="标注人")] = "",
) -> None:
    """Walk through the cells of a report; leaving keeps what is done, and the next call goes on."""
    from index.loading.load import load

    desk = Terminal()
    document = load(file)
    try:
        label_report(desk, document, name or file.name, gold, by, str(date.today()), second=second)
    except LeftError:
        desk.tell(f"已标的都已保存（{str(gold)!r}），再次运行同一条命令接着标。")
        return
    desk.tell("全部标完。")


def label_report(
    desk: Desk,
    document: Document,
    report: str,
    gold: Path,
    by: str,
    day: str,
    *,
    second: bool = False,
) -> None:
    """Label one report to its end; raises LeftError when the labeller leaves before.

    A second labelling stands in a file of its own beside `gold`, so that it is blind and can go on.
    """
    from evals.labelling.session import Session, Sitting

    first = cells_of(gold, report)
    path = gold.with_name(f"{gold.stem}.second.jsonl") if second else gold
    if second:
        _require_whole(first, report, gold)
    cells = cells_of(path, report)
    by = by or _asked_name(desk)
    form = form_of(list(first)) if second else _asked_form(desk, document, cells)
    sitting = Sitting(document, report, form, by, day)
    session = Session(desk, sitting, cells, lambda kept: write_report(path, report, kept))
    session.run()
    _tell_odd(desk, session.cells, form)
    if second:
        _compare(desk, session, first, gold, report)
    else:
        _about(desk, report, form, gold)


def _require_whole(first: dict[str, GoldCell], report: str, gold: Path) -> None:
    from index.catalogue import form_metrics

    if not first or set(form_metrics(form_of(list(first)))) - set(first):
        raise MisuseError(
            f"{str(gold)!r} 里 {report!r} 的第一次标注还没有标完。请先不带 --second 标完。"
        )


def _asked_name(desk: Desk) -> str:
    while not (typed := ask_until_left(desk, "标注人> ")):
        desk.tell("请写下标注人的名字或代号。")
    return typed


def _asked_form(desk: Desk, document: Document, cells: dict[str, GoldCell]) -> Form:
    """Ask for the form, of which every cell that is labelled already must be a part."""
    from evals.labelling.stretch import form_by_words
    from index.catalogue import form_metrics

    desk.tell(f"按列名看，表式像是 {form_by_words(document)}；没有表格的报告按应有的表式标。")
    while True:
        typed = ask_until_left(desk, f"表式（{'、'.join(FORMS)}）> ")
        form = next((form for form in FORMS if form == typed), None)
        if form and not set(cells) - set(form_metrics(form)):
            return form
        known = "，且与已标的各格相符" if cells else ""
        desk.tell(f"请输入其中之一：{'、'.join(FORMS)}{known}。")


def _tell_odd(desk: Desk, cells: dict[str, GoldCell], form: Form) -> None:
    from evals.labelling.oddities import odd_things

    odd = list(odd_things(cells, form))
    if odd:
        desk.tell("", "请再看一眼（印的就是这样，不必改）：", *(f"  {line}" for line in odd))


def _about(desk: Desk, report: str, form: Form, gold: Path) -> None:
    from evals.labelling.about import ask_about, keep_about

    if confirmed(desk, "再记下机构和年度？") and (line := ask_about(desk, report, form)):
        keep_about(gold.with_name("reports.jsonl"), line)


def _compare(
    desk: Desk, session: "Session", first: dict[str, GoldCell], gold: Path, report: str
) -> None:
    """Settle what differs; what is settled is kept even when the labeller leaves before the end."""
    from evals.labelling.compare_looks import keep_looks, looks_of, settle_gold, zeros_of
    from evals.labelling.second_look import Look, agreement_of, read_looks

    before = [x for x in read_looks(gold.parent) if x.report == report and x.settled]
    looks: list[Look] = []
    try:
        # One by one: a sitting that is interrupted keeps what came before.
        for look in looks_of(first, session.cells, desk, session.print_of, before):
            looks.append(look)
    finally:
        settled = settle_gold(first, session.cells, looks)
        keep_looks(gold.parent, report, looks, zeros_of(settled, session.cells))
    write_report(gold, report, settled)
    found = agreement_of(looks)
    desk.tell(f"除零以外共 {found.cells} 格，两次相同 {found.agreed} 格。")
