"""A labeller's walk through the rows of a report: each is shown, asked for, placed, and kept."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from evals.labelling.desk import Desk, ask_until_left, confirmed
from evals.labelling.gold_file import GoldCell
from evals.labelling.places import Placing, Span, occurrences, place_row, prints_zeros
from evals.labelling.stretch import Row, Stretch, rows_of, stretches
from evals.labelling.typed import ALL_ZERO, SECTION_ABSENT, Said, read_row
from evals.labelling.words import means
from index.errors import MisuseError
from index.model import Document, Form

Keep = Callable[[dict[str, GoldCell]], None]
SHOWN, MORE = 320, 2400
_AROUND = 12
_WIDE = 4
_MOST_CHOICES = 30
HELP = (
    "按原文次序输入这一行的各格，用空格分开，如 0 0 3；数照印的样子写（2,045、88件、-8）。",
    "  0  这一行全是零（先核对原文：恰好印着这么多个 0、没有别的数，才接受）",
    "  -  空白    /  照印的符号写    ?  读不出（?1O4 照印）    ~  原文定不了（~12 或许是12）",
    "  一千二百=1200  印的样子=数    \"详见附件\"  文字加引号",
    "整行：x 没有这一行   X 没有这一节   n 本表式没有这一行   - 整行空白",
    "更多 m   上一行 b   退出 q（已标的都已保存，下次接着标）",
)  # fmt: skip


class Sitting(NamedTuple):
    """What a sitting is about: the report and its name in gold, who labels, and when."""

    document: Document
    report: str
    form: Form
    labeller: str
    date: str


class Session:
    """Walks through the rows of a report; `cells` grows and is handed to `keep` after each row."""

    def __init__(
        self, desk: Desk, sitting: Sitting, cells: dict[str, GoldCell], keep: Keep
    ) -> None:
        self.cells = cells
        self._desk, self._sitting, self._keep = desk, sitting, keep
        self._rows = rows_of(sitting.form)
        self._prints = stretches(sitting.document, self._rows)
        self._orders: dict[str, tuple[int, ...]] = {}

    def run(self) -> None:
        """Ask for every row that is not labelled yet; raises LeftError when the labeller leaves."""
        self._desk.tell(*HELP)
        at = self._next(0)
        while at < len(self._rows):
            at = self._step(at)

    def print_of(self, metric: str) -> str:
        """Return the print around the row of a cell, for a look at it."""
        at = next(i for i, row in enumerate(self._rows) if metric in [m.id for m in row.metrics])
        return self._shown(self._prints[at], SHOWN)

    def _next(self, at: int) -> int:
        """Return the first row from `at` on that has a cell without a label."""
        while at < len(self._rows) and all(m.id in self.cells for m in self._rows[at].metrics):
            at += 1
        return at

    def _step(self, at: int) -> int:
        """Ask for one row, and return which comes next."""
        row, stretch = self._rows[at], self._prints[at]
        self._show(at, row, stretch)
        while True:
            typed = ask_until_left(self._desk, f"{len(row.metrics)} 格> ")
            if means(typed, "back"):
                return self._back(at)
            if means(typed, "more"):
                self._desk.tell(self._shown(stretch, MORE))
            elif means(typed, "help"):
                self._desk.tell(*HELP)
            elif typed and self._take(at, typed):
                return self._next(at)

    def _back(self, at: int) -> int:
        """Forget the row before, so that it is asked for again."""
        before = max(at - 1, 0)
        for metric in self._rows[before].metrics:
            self.cells.pop(metric.id, None)
        self._keep(self.cells)
        return before

    def _take(self, at: int, typed: str) -> bool:
        """Label a row as typed; tell what is wrong and return False when it cannot be."""
        row, stretch = self._rows[at], self._prints[at]
        if typed == SECTION_ABSENT:
            return self._absent(at)
        if typed == ALL_ZERO and len(row.metrics) > 1:
            if not prints_zeros(self._sitting.document.text, stretch, len(row.metrics)):
                self._desk.tell("原文这一行不是恰好这么多个 0，请逐格输入。")
                return False
            typed = " ".join([ALL_ZERO] * len(row.metrics))
        try:
            said = read_row(typed, len(row.metrics))
            places = self._places(stretch, said)
        except MisuseError as error:
            self._desk.tell(str(error))
            return False
        order = self._order(row, said)
        self._label(row, [said[i] for i in order], [places[i] for i in order])
        return True

    def _absent(self, at: int) -> bool:
        """Label this row and the rest of its section as a section that is not there."""
        section = self._rows[at].section
        if not confirmed(self._desk, f"从这一行起，第{section}节都没有印出？"):
            return False
        for row in self._rows[at:]:
            if row.section == section:
                nothing = [Said(None, "section_absent")] * len(row.metrics)
                self._label(row, nothing, [None] * len(nothing))
        return True

    def _label(self, row: Row, said: Sequence[Said], places: Sequence[Span | None]) -> None:
        text = self._sitting.document.text
        for metric, one, place in zip(row.metrics, said, places, strict=True):
            start, end = place or (None, None)
            self.cells[metric.id] = GoldCell(
                report=self._sitting.report, metric=metric.id, value=one.value, status=one.status,
                raw=text[start:end] if place else "", start=start, end=end,
                labeller=self._sitting.labeller, date=self._sitting.date,
            )  # fmt: skip
        self._keep(self.cells)

    def _places(self, stretch: Stretch, said: Sequence[Said]) -> list[Span | None]:
        """Return where each cell is printed, asking where the print leaves several ways."""
        text = self._sitting.document.text
        placing = place_row(text, stretch, said)
        if placing.lost:
            placing = self._elsewhere(said)
        spans = placing.spans
        if spans is None:
            spans = self._chosen(placing.choices, said)
        following = iter(spans)
        return [next(following) if one.raw else None for one in said]

    def _elsewhere(self, said: Sequence[Said]) -> Placing:
        """Return every place in the whole text; none is taken without being asked for."""
        text = self._sitting.document.text
        whole = [occurrences(text, one.raw, 0, len(text)) for one in said if one.raw]
        choices = tuple(sorted({span for spans in whole for span in spans}))
        if not all(whole) or len(choices) > _MOST_CHOICES:
            raise MisuseError("这一行附近没有印着您输入的这些，请照印的样子重新输入。")
        self._desk.tell("这一行附近没有印着这些，全文别处有。")
        return Placing(None, choices)

    def _chosen(self, choices: Sequence[Span], said: Sequence[Said]) -> tuple[Span, ...]:
        """Ask which of several places the printed cells have."""
        text = self._sitting.document.text
        printed = [one.raw for one in said if one.raw]
        self._desk.tell("原文有几处都合，请指出是哪一处：")
        for number, (start, end) in enumerate(choices, 1):
            near = text[max(0, start - _AROUND) : start], text[end : end + _AROUND]
            self._desk.tell(f"  {number}. {_flat(near[0])}【{text[start:end]}】{_flat(near[1])}")
        question = f"依次输入 {len(printed)} 格的编号，或只输入第一个> "
        while True:
            numbers = _numbers(ask_until_left(self._desk, question))
            if len(numbers) == 1:
                numbers = list(range(numbers[0], numbers[0] + len(printed)))
            if len(numbers) == len(printed) and all(0 < n <= len(choices) for n in numbers):
                spans = tuple(choices[n - 1] for n in numbers)
                pairs = zip(spans, printed, strict=True)
                if all(span in occurrences(text, raw, *span) for span, raw in pairs):
                    return spans
            self._desk.tell("编号与输入的各格不符，请重新输入。")

    def _order(self, row: Row, said: Sequence[Said]) -> tuple[int, ...]:
        """Return which typed cell each cell of a row is, asking once for each wide section."""
        count = len(row.metrics)
        if count < _WIDE or not any(one.raw for one in said):
            return tuple(range(count))
        if row.section not in self._orders:
            self._orders[row.section] = self._asked_order(row)
        return self._orders[row.section]

    def _asked_order(self, row: Row) -> tuple[int, ...]:
        names = [f"{number} {m.column}" for number, m in enumerate(row.metrics, 1)]
        self._desk.tell(f"第{row.section}节各列在法定格式中依次是：{'，'.join(names)}。")
        straight = list(range(1, len(names) + 1))
        while True:
            typed = ask_until_left(self._desk, "原文列序相同请输入“是”，不同请按原文次序输入编号> ")
            numbers = straight if means(typed, "yes") else _numbers(typed)
            if sorted(numbers) == straight:
                return tuple(numbers.index(number) for number in straight)
            self._desk.tell(f"请输入“是”，或 1 到 {len(names)} 各一次。")

    def _show(self, at: int, row: Row, stretch: Stretch) -> None:
        only = f"（{row.only} 年表式的列）" if row.only else ""
        columns = "、".join(metric.column for metric in row.metrics)
        lost = "" if stretch.found else "（没有找到这一行的名称，以下是整节）"
        self._desk.tell(
            "",
            f"[{at + 1}/{len(self._rows)}] 第{row.section}节 {row.label}{only}：{columns}{lost}",
            self._shown(stretch, SHOWN),
        )

    def _shown(self, stretch: Stretch, most: int) -> str:
        text = _flat(self._sitting.document.text[stretch.start : stretch.end])
        return f"  原文：{text[:most]}{'…（更多 m）' if len(text) > most else ''}"


def _numbers(typed: str) -> list[int]:
    return [int(word) for word in typed.split() if word.isdigit() and word.isascii()]


def _flat(text: str) -> str:
    """Return text on one line, its line breaks and tabs visible."""
    lines = (line.replace("\t", " → ").strip() for line in text.splitlines())
    return " ⏎ ".join(line for line in lines if line)
