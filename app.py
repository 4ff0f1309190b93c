"""The Gradio page: layout and events only; the one module that imports gradio."""

import argparse
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from assistant.numbers import say_value
from assistant.result import Answer, Citation, Coverage, Limits, Row, Undecided
from index.model import NianbaoError

if TYPE_CHECKING:
    import gradio

Ask = Callable[[str], Answer]
Cells = list[list[str]]

HOST = "127.0.0.1"
AT_ONCE = 4
WAITING = 32
QUESTION_LENGTH = 500
EXAMPLES = (
    "哪些镇2022年行政许可超过1000件",
    "2022年行政许可最多的前五个镇",
    "2022年乡镇的行政处罚合计多少件",
    "石鼓镇的行政许可是多少",
    "涧池镇2021年复议和诉讼情况",
    "哪些报告的表三不满足勾稽关系",
)
STATUSES = {
    "answered": "已回答",
    "partial": "只答了一部分",
    "clarify": "请选一种读法",
    "refused": "不回答",
}
ROW_HEADS = ("报告机关或分组", "所在地", "年份", "指标", "数值", "说明", "引用")
UNDECIDED_HEADS = ("报告机关", "所在地", "年份", "指标", "原因", "引用")
CITATION_HEADS = ("编号", "文件", "位置", "原文", "所在行")


class Page(NamedTuple):
    """What one question puts on the page, in the order of the page's outputs."""

    text: str
    explanation: str
    coverage: str
    rows: Cells
    rejected: Cells
    undecided: Cells
    citations: Cells
    warnings: str


def answer_page(ask: Ask, question: str) -> Page:
    """Ask and lay the answer out; an error that a user can meet becomes the text."""
    try:
        answer = ask(question)
    except NianbaoError as error:
        return Page(str(error), "", "", [], [], [], [], "")
    lines = [f"【{STATUSES[answer.status]}】{answer.text}", *(f"· {c}" for c in answer.choices)]
    return Page(
        text="\n".join(lines),
        explanation=answer.explanation,
        coverage=coverage_line(answer.coverage),
        rows=[_row(row) for row in answer.rows],
        rejected=[_row(row) for row in answer.rejected],
        undecided=[_undecided(item) for item in answer.undecided],
        citations=[_citation(item) for item in answer.citations],
        warnings="\n".join(answer.warnings),
    )


def coverage_line(coverage: Coverage) -> str:
    """Return on how many reports the answer rests, in words."""
    line = (
        f"范围内 {coverage.reports} 份报告，可判定 {coverage.decidable} 份"
        f"（是 {coverage.qualified}，否 {coverage.rejected}），无法判定 {coverage.undecidable} 份"
    )
    counts = (
        ("重复副本", coverage.duplicates),
        ("被更正的旧版", coverage.superseded),
        ("身份不清", coverage.unsettled),
        ("没有报告的地方", coverage.no_report),
    )
    return line + "".join(f"；另有{name} {count}" for name, count in counts if count)


def _place(item: Row | Undecided) -> str:
    """Return province, city, county, township in one string, each once."""
    parts = (item.province, item.city, item.county, item.township)
    return " ".join(dict.fromkeys(part for part in parts if part))


def _ids(citations: Iterable[int]) -> str:
    return " ".join(f"[{one}]" for one in citations)


def _row(row: Row) -> list[str]:
    notes = [f"第{row.rank}名"] if row.rank else []
    notes += [
        f"{m.label} {m.year or ''} {say_value(m.value, m.unit, m.ratio, m.bound)}{m.note}"
        for m in row.more
    ]
    notes += [row.note] if row.note else []
    cited = (*row.citations, *(i for more in row.more for i in more.citations))
    return [
        row.agency or row.group or "",
        _place(row),
        str(row.year or ""),
        row.label or row.metric,
        say_value(row.value, row.unit, row.ratio, row.bound),
        "；".join(notes),
        _ids(dict.fromkeys(cited)),
    ]


def _undecided(item: Undecided) -> list[str]:
    return [
        item.agency or "",
        _place(item),
        str(item.year or ""),
        item.label or item.metric,
        item.detail or item.reason,
        _ids(item.citations),
    ]


def _citation(item: Citation) -> list[str]:
    place = f"{item.start}–{item.end}"
    return [f"[{item.id}]", Path(item.path).name, place, item.quote, item.context]


def build_page(ask: Ask, where: str) -> "gradio.Blocks":
    """Return the page around `ask`; `where` tells which library it asks."""
    import gradio as gr

    page = gr.Blocks(title="年报问答", analytics_enabled=False)
    with page:
        gr.HTML("<h1>年报问答</h1><p>答案里的每个数字都来自报告原文，可以逐个核对。</p>")
        gr.Textbox(where, label="正在查询的库", interactive=False)
        with gr.Row(equal_height=True):
            question = gr.Textbox(
                label="问题", placeholder=EXAMPLES[0], max_length=QUESTION_LENGTH, scale=5
            )
            button = gr.Button("提问", variant="primary", scale=1)
        gr.Examples([[example] for example in EXAMPLES], question, label="例子")
        outputs = _build_outputs()
        gr.on(
            [button.click, question.submit],
            partial(answer_page, ask),
            question,
            outputs,
            api_visibility="private",
            concurrency_limit=AT_ONCE,
        )
    page.queue(api_open=False, max_size=WAITING, default_concurrency_limit=AT_ONCE)
    return page


def _build_outputs() -> "list[gradio.components.Component]":
    """Lay out the answer, its lists and its sources; return them in the order of `Page`."""
    import gradio as gr

    def table(heads: tuple[str, ...], widths: list[str | int] | None = None) -> gr.Dataframe:
        return gr.Dataframe(
            headers=list(heads),
            datatype="str",
            type="array",
            interactive=False,
            wrap=True,
            column_widths=widths,
        )

    text = gr.Textbox(label="回答", lines=3, interactive=False)
    explanation = gr.Textbox(label="问题是这样理解的", interactive=False)
    coverage = gr.Textbox(label="统计范围", interactive=False)
    with gr.Tab("是（符合或结果）"):
        rows = table(ROW_HEADS)
    with gr.Tab("否（不符合）"):
        rejected = table(ROW_HEADS)
    with gr.Tab("无法判定"):
        undecided = table(UNDECIDED_HEADS)
    with gr.Tab("引用原文"):
        citations = table(CITATION_HEADS, ["8%", "22%", "12%", "12%", "46%"])
    warnings = gr.Textbox(label="提醒", interactive=False)
    return [text, explanation, coverage, rows, rejected, undecided, citations, warnings]


# So many citations carry the printed row around their number; each costs reading a text.
_CONTEXTS = 40


def main() -> None:
    """Serve the page on this machine only."""
    from assistant.answer import warm_up
    from assistant.ask import ask as answer_question
    from assistant.doors import open_doors
    from assistant.settings import library_folder
    from index.store.library import Library

    reader = argparse.ArgumentParser(description=main.__doc__)
    reader.add_argument("--library", type=Path, default=None, help="the library's folder")
    reader.add_argument("--port", type=int, default=None, help="the first free one from 7860")
    asked = reader.parse_args()

    library = Library.open(library_folder(asked.library))
    warm_up(library)
    doors = open_doors(library)

    def ask(question: str) -> Answer:
        library.refresh()
        return answer_question(question, library, doors, Limits(contexts=_CONTEXTS))

    build_page(ask, str(library.folder)).launch(
        server_name=HOST,
        server_port=asked.port,
        share=False,
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        ssr_mode=False,
        mcp_server=False,
        pwa=False,
    )


if __name__ == "__main__":
    main()
