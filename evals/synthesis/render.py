"""A report out of its facts: `render` prints facts in a layout with defects and keeps the truth."""

import random
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Literal, NamedTuple

from evals.synthesis.defect import Defect
from evals.synthesis.defects import DEFECTS
from evals.synthesis.facts import Edition, Facts, random_facts
from evals.synthesis.layout_files import write_docx, write_html
from evals.synthesis.layouts import Layout
from evals.synthesis.page import Heading, Page, Paragraph, Row, Said, Slot
from evals.synthesis.prose import closing, overview
from evals.synthesis.registry import LAYOUTS
from evals.synthesis.statute import appeals_table, block_of, disclosure_table, requests_table
from index.catalogue import form_metrics, load_metrics
from index.model import Bound, Status

Expected = Status | Literal["any_missing", "optional"]


class Truth(NamedTuple):
    """What a perfect reader says of one cell.

    `any_missing`: the print does not settle it, every status but reported is right. `optional`:
    the value is printed but its column has to be guessed; this value or none is right.
    `start:end` spans `raw` in a text; `digits` is the part of it that is the number.
    """

    metric: str
    status: Expected
    value: Decimal | None = None
    raw: str = ""
    start: int | None = None
    end: int | None = None
    digits: tuple[int, int] | None = None


class FactTruth(NamedTuple):
    """A number that the prose states, with its place in a text."""

    name: str
    value: Decimal
    bound: Bound
    start: int | None = None
    end: int | None = None


class Rendered(NamedTuple):
    """A finished report: its text (None for .html and .docx), its bytes, and the truth."""

    name: str
    layout: str
    defects: tuple[str, ...]
    suffix: str
    agency: str
    year: int
    form: str
    text: str | None
    data: bytes
    truth: tuple[Truth, ...]
    facts: tuple[FactTruth, ...]

    @property
    def format(self) -> str:
        """The file format, the suffix without its dot."""
        return self.suffix[1:]


def render(
    facts: Facts, layout: str, defects: Sequence[str] = (), seed: int = 0, name: str = "report"
) -> Rendered:
    """Return `facts` printed in `layout` with `defects`; equal arguments give equal bytes."""
    rng = random.Random(str(seed))
    page = build_page(facts, rng)
    return finish(page, facts, layout, defects, rng, name)


def finish(
    page: Page,
    facts: Facts,
    layout: str,
    defects: Sequence[str],
    rng: random.Random,
    name: str = "report",
) -> Rendered:
    """Return a page with its defects applied, laid out, and the truth of what is left."""
    for defect in sorted((DEFECTS[d] for d in defects), key=lambda d: d.order):
        defect.apply(page, facts, rng)
    shape = LAYOUTS[layout]
    text, data = _write(page, shape, rng)
    return Rendered(
        name=name,
        layout=layout,
        defects=tuple(defects),
        suffix=shape.suffix,
        agency=facts.seat.agency,
        year=facts.year,
        form=facts.form,
        text=text,
        data=data,
        truth=tell_truth(page, shape, facts, text is not None),
        facts=tuple(_told(page)),
    )


def _write(page: Page, layout: Layout, rng: random.Random) -> tuple[str | None, bytes]:
    """Return the text, if the layout is one, and the bytes of the file."""
    if layout.write is not None:
        text = layout.write(page, rng).text()
        return text, text.encode()
    if layout.suffix == ".docx":
        return None, write_docx(page)
    return None, write_html(page, rng, chrome=layout.name == "html_page")


def build_page(facts: Facts, rng: random.Random) -> Page:
    """Return the report before any defect: title, six sections, three tables."""
    slots = {
        metric: Slot(metric, fill.status, fill.value, fill.raw)
        for metric, fill in facts.fills.items()
    }
    end = rng.choice(("年度报告", "年度报告", "年报"))
    page = Page(
        title=[f"{facts.seat.agency}{facts.year}年政府信息公开工作{end}"],
        body=[Heading("一、总体情况", "一"), *overview(facts, rng)],
        agency=facts.seat.agency,
        year=facts.year,
    )
    page.body += [
        Heading("二、主动公开政府信息情况", "二"),
        disclosure_table(dict(facts.editions), slots),
        Heading("三、收到和处理政府信息公开申请情况", "三"),
        requests_table(facts.editions["三"], slots),
        Heading("四、政府信息公开行政复议、行政诉讼情况", "四"),
        appeals_table(slots),
        *closing(facts, rng),
    ]
    return page


def tell_truth(page: Page, layout: Layout, facts: Facts, offsets: bool) -> tuple[Truth, ...]:
    """Return the truth of every cell of the report's form (all 226 when the blocks differ)."""
    rows = list(page.data_rows()) if layout.tables else []
    seen = {t.metric: t for row in rows for t in _row_truth(row, layout, offsets)}
    sections = {t.section for t in page.tables()} if layout.tables else set()
    blocks = {row.block for row in rows if row.slots}
    told = []
    for metric in form_metrics(facts.form):
        gone = _absence(metric, facts, sections, blocks)
        told.append(seen.get(metric, Truth(metric, gone)))
    return tuple(told)


def _absence(metric: str, facts: Facts, sections: set[str], blocks: set[str]) -> Expected:
    """Return why a cell is not printed.

    Where the blocks of a report differ, a block that is not printed leaves its form open.
    """
    if facts.form != "mixed":
        return "row_absent" if load_metrics()[metric].section in sections else "section_absent"
    printed = {facts.editions[block] for block in blocks if block in facts.editions}
    if metric in facts.fills or block_of(metric) not in blocks or len(printed) < 2:
        return "any_missing"
    return "any_missing" if metric.startswith("requests.other.") else "not_in_form"


def _row_truth(row: Row, layout: Layout, offsets: bool) -> Iterator[Truth]:
    """Yield the truth of one row, as far as its layout lets the cells be told apart."""
    gaps = any(slot.lost or not slot.text.strip() for slot in row.slots)
    alone = len(row.metrics) == 1
    if not row.path and not any(slot.text.strip() for slot in row.slots):
        row.doubt = True
    if not row.metrics:
        return
    if row.doubt or (gaps and layout.blanks == "hidden" and not alone):
        lost = any(slot.lost for slot in row.slots) and not row.doubt
        guess = lost or layout.blanks != "hidden"
        kept = {s.metric: s for s in row.slots if guess and not s.lost and s.text.strip()}
    elif gaps and layout.blanks == "unsure" and not alone:
        kept = {s.metric: s for s in row.slots if s.text.strip()}
    else:
        for slot in row.slots:
            yield _slot_truth(slot, offsets)
        return
    for metric in row.metrics:
        printed = kept.get(metric)
        if printed is not None and printed.status == "reported":
            yield _slot_truth(printed, offsets)._replace(status="optional")
        else:
            yield Truth(metric, "any_missing")


def _slot_truth(slot: Slot, offsets: bool) -> Truth:
    """Return the truth of a cell that can be read where it stands."""
    if slot.lost:
        return Truth(slot.metric, "any_missing")
    if not offsets or slot.start < 0:
        return Truth(slot.metric, slot.status, slot.value, slot.text)
    end = slot.start + len(slot.text)
    digits = slot.number and (slot.start + slot.number[0], slot.start + slot.number[1])
    return Truth(slot.metric, slot.status, slot.value, slot.text, slot.start, end, digits)


def _told(page: Page) -> Iterator[FactTruth]:
    """Yield the numbers the prose states."""
    for block in page.body:
        if isinstance(block, Paragraph):
            for run in block.runs:
                if isinstance(run, Said) and run.name:
                    place = (run.start, run.start + len(run.text)) if run.start >= 0 else ()
                    yield FactTruth(run.name, run.value, run.bound, *place)


def random_report(
    rng: random.Random,
    layout: str | None = None,
    defects: Sequence[str] | None = None,
    real_places: bool = False,
    name: str = "report",
) -> Rendered:
    """Return a report of random facts; layout and up to four defects are random unless given.

    Lines left out for being repeated take headers with them, so the two forms are not mixed there.
    """
    if defects is None:
        count = rng.choice((0, 1, 1, 2, 2, 3, 4))
        defects = rng.sample(sorted(DEFECTS), count)
    chosen = layout or rng.choice(sorted(LAYOUTS))
    if chosen == "distinct_lines":
        defects = [d for d in defects if d != "mixed_forms"]
    mixed = "mixed_forms" in defects
    form: Edition | None = "2019" if any(DEFECTS[d].form == "2019" for d in defects) else None
    facts = random_facts(rng, form=form, real_places=real_places, mixed=mixed)
    fitting = [d for d in defects if fits(DEFECTS[d], facts)]
    return render(facts, chosen, fitting, rng.randrange(10**9), name)


def fits(defect: Defect, facts: Facts) -> bool:
    """Say whether a defect can befall a report of this form."""
    return defect.form in ("any", facts.form)


def corpus(count: int, seed: int = 1, real_places: bool = False) -> Iterator[Rendered]:
    """Yield `count` reports; the layouts take turns, so that each has its share."""
    names = sorted(LAYOUTS)
    for number in range(count):
        rng = random.Random(f"{seed}:{number}")
        layout = names[number % len(names)]
        yield random_report(rng, layout, None, real_places, f"{number:06d}-{layout}")


_MIRROR_LAYOUTS = ("opened_bars", "bar_rows_padded", "line_cells", "html_page", "trailing_bars")
_MIRROR_DEFECTS = ("chrome", "pinyin_gloss", "traditional", "label_spam", "title_missing")


def random_mirror(rng: random.Random, name: str = "report") -> tuple[Rendered, Rendered]:
    """Return a report and the same report as another site republishes it."""
    facts, seed = random_facts(rng), rng.randrange(10**9)
    first = render(facts, rng.choice(sorted(LAYOUTS)), (), seed, name)
    defects = rng.sample(_MIRROR_DEFECTS, rng.randint(1, 2))
    copy = render(facts, rng.choice(_MIRROR_LAYOUTS), defects, seed, name + "-mirror")
    return first, copy
