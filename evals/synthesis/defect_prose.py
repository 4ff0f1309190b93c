"""Defects around the tables: look-alike figures, stray headings, titles, chrome, orders."""

import random

from evals.synthesis.defect import variants
from evals.synthesis.facts import Facts
from evals.synthesis.page import Heading, Page, Paragraph, Table
from evals.synthesis.places import random_seat
from evals.synthesis.prose import fill, phrases


def _insert(page: Page, place: int, text: str) -> None:
    """Put a paragraph into the body."""
    page.body.insert(place, Paragraph([text]))


def _overview_places(page: Page) -> list[int]:
    """Return where a paragraph can stand inside section 一."""
    end = next(
        (i for i, b in enumerate(page.body) if isinstance(b, Table) or _section(b) == "二"),
        len(page.body),
    )
    return list(range(1, end + 1))


def _section(block: object) -> str:
    """Return the section a heading opens, '' for anything else."""
    return block.section if isinstance(block, Heading) else ""


def add_lookalikes(page: Page, facts: Facts, rng: random.Random) -> None:
    """Add sentences whose numbers are no table values."""
    pool = phrases()["lookalikes"]["sentences"]
    for template in rng.sample(pool, rng.randint(1, 4)):
        _insert(page, rng.choice(_overview_places(page)), fill(template, facts, rng))


def _above_table(page: Page, section: str, text: str) -> None:
    """Put a paragraph between a heading and its table."""
    table = page.table(section)
    if table is not None:
        _insert(page, page.body.index(table), text)


def sentence_before_table(page: Page, facts: Facts, rng: random.Random) -> None:
    """Put a sentence between the heading of section 三 or 四 and its table."""
    words = {"三": "尚无需要说明的申请办理情况", "四": "有关复议诉讼情况如下表"}
    section = rng.choice("三四")
    _above_table(page, section, f"截至{facts.year}年底，{words[section]}。")


def figures_above_table(page: Page, facts: Facts, rng: random.Random) -> None:
    """Put a sentence with figures right above the table of section 二."""
    template = rng.choice(phrases()["lookalikes"]["above_table"])
    _above_table(page, "二", fill(template, facts, rng))


def inner_headings(page: Page, facts: Facts, rng: random.Random) -> None:
    """Give section 一 sub-headings 一、 to 六、 of its own."""
    headings = phrases()["lookalikes"]["inner_headings"]
    filler = phrases()["general"]["fillers"]
    start = min(2, len(page.body))
    for number, text in enumerate(headings[: rng.randint(2, 6)]):
        page.body.insert(start + 2 * number, Heading(text, depth=2))
        _insert(page, start + 2 * number + 1, fill(rng.choice(filler), facts, rng))


def inject(page: Page, facts: Facts, rng: random.Random) -> None:
    """Add an order to whoever reads by machine."""
    text = fill(rng.choice(phrases()["lookalikes"]["injections"]), facts, rng)
    _insert(page, rng.choice(_overview_places(page)), text)


def stale_year(page: Page, facts: Facts, rng: random.Random) -> None:
    """Leave a sentence of last year's report in the prose."""
    text = f"截至{facts.year - 1}年12月底，栏目维护工作已全部移交。"
    _insert(page, rng.choice(_overview_places(page)), text)


def neighbour_name(page: Page, facts: Facts, rng: random.Random) -> None:
    """Leave another body's name in the prose, as in a copied report."""
    other = random_seat(rng).short
    _insert(page, rng.choice(_overview_places(page)), f"{other}将继续依法做好公开工作。")


def drop_title(page: Page, facts: Facts, rng: random.Random) -> None:
    """Leave the title out."""
    page.title = []


def split_title(page: Page, facts: Facts, rng: random.Random) -> None:
    """Break the title over two lines."""
    if page.title:
        text = page.title[0]
        cut = rng.choice((text.index("年") + 1, len(text) - 4))
        page.title = [text[:cut], text[cut:]]


def double_title(page: Page, facts: Facts, rng: random.Random) -> None:
    """Print the title twice."""
    page.title = page.title * 2


def add_chrome(page: Page, facts: Facts, rng: random.Random) -> None:
    """Put the furniture of a web page before and after the report."""
    table = variants()["chrome"]
    before = rng.sample(table["before"], rng.randint(1, 4))
    page.before = [fill(text, facts, rng) for text in before] + page.before
    page.after = [*page.after, fill(rng.choice(table["after"]), facts, rng)]


def sign(page: Page, facts: Facts, rng: random.Random) -> None:
    """Put a document number before the title, name and date after the text."""
    page.before = [*page.before, f"{page.agency[0]}政〔{facts.year + 1}〕{rng.randint(1, 40)}号"]
    page.after = [page.agency, f"{facts.year + 1}年1月{rng.randint(3, 28)}日", *page.after]
