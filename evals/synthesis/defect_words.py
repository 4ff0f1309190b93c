"""Defects of labels and of the characters they are written in."""

import random
import re
from functools import cache
from typing import Any

from evals.synthesis.defect import variants
from evals.synthesis.facts import Facts
from evals.synthesis.page import Heading, Page, Relabel

_PAREN = re.compile(r"[（(]([一二三四五六七八九])[）)]")
_ITEM = re.compile(r"^(\d)\.")
_ENCLOSED = dict(zip("一二三四五六七八九", "㈠㈡㈢㈣㈤㈥㈦㈧㈨", strict=True))
_HAN = re.compile(r"[\u4e00-\u9fff]")
_BETWEEN = re.compile(r"[\u4e00-\u9fff](?=[\u4e00-\u9fff])")


def vary_labels(page: Page, facts: Facts, rng: random.Random) -> None:
    """Print other wordings of labels."""
    table = variants()["labels"]
    share = rng.choice((0.3, 0.7, 1.0))

    def vary(text: str) -> str:
        if text not in table or rng.random() > share:
            return text
        return str(rng.choice(table[text])).replace("{year}", str(facts.year))

    page.relabel(vary)


def vary_headings(page: Page, facts: Facts, rng: random.Random) -> None:
    """Print other wordings of the six section headings."""
    for block in page.body:
        if isinstance(block, Heading) and block.section and rng.random() < 0.7:
            block.text = rng.choice(variants()["headings"][block.section])


def vary_numbers(page: Page, facts: Facts, rng: random.Random) -> None:
    """Print the item numbers of labels in another style, such as ㈠ or 1、."""
    paren = rng.choice(("({0})", "（{0}）", "{1}", "()", "（ {0} ）", "( {0} )"))
    dot = rng.choice(("1、", "1．", "1. ", "1.", "1 ."))

    def vary(text: str) -> str:
        text = _PAREN.sub(lambda m: paren.format(m[1], _ENCLOSED[m[1]]), text)
        return _ITEM.sub(lambda m: dot.replace("1", m[1]), text)

    page.relabel(vary)


def spam_label(page: Page, facts: Facts, rng: random.Random) -> None:
    """Put the advertisement of a hacked mirror site into a row label."""
    rows = [row for row in page.data_rows() if row.path]
    if not rows:
        return
    row = rng.choice(rows)
    label = row.path[-1]
    cut = rng.choice([m.start() + 1 for m in _BETWEEN.finditer(label)] or [len(label)])
    row.path = [*row.path[:-1], label[:cut] + rng.choice(variants()["spam"]["texts"]) + label[cut:]]


def space_labels(page: Page, facts: Facts, rng: random.Random) -> None:
    """Put spaces between the characters of labels."""
    space = rng.choice((" ", " ", "\u3000", "\u00a0"))
    share = rng.choice((0.2, 0.8))

    def widen(text: str) -> str:
        return space.join(text) if rng.random() < share and _spreadable(text) else text

    page.relabel(widen)


def _spreadable(text: str) -> bool:
    """Say whether spaces between characters leave no digit standing alone."""
    return not any(char.isdigit() for char in text)


def break_labels(page: Page, facts: Facts, rng: random.Random) -> None:
    """Break labels over lines, between two Chinese characters."""
    share = rng.choice((0.15, 0.6))

    def tear(text: str) -> str:
        places = [i for i in range(1, len(text)) if _HAN.match(text[i - 1]) and _HAN.match(text[i])]
        if not places or rng.random() > share:
            return text
        cut = rng.choice(places)
        return text[:cut] + "\n" + text[cut:]

    page.relabel(tear)


def _pairs(name: str) -> dict[str, str]:
    """Return a table of `old new` words written without a space, each half as long."""
    words = variants()["words"][name].split()
    return {word[: len(word) // 2]: word[len(word) // 2 :] for word in words}


def _exchange(table: dict[str, str]) -> Relabel:
    """Return a function that replaces characters by the table."""
    plan = str.maketrans(table)
    return lambda text: text.translate(plan)


@cache
def _dictionary() -> Any:
    """Return the converter of a dictionary; Any, because the library has no types."""
    from opencc import OpenCC

    return OpenCC("s2t")


def traditional(page: Page, facts: Facts, rng: random.Random) -> None:
    """Write traditional characters: by dictionary, or character by character as mirrors do."""
    if rng.random() < 0.5:
        page.reword(_exchange(_pairs("traditional")))
        return
    page.reword(_dictionary().convert)


def kangxi(page: Page, facts: Facts, rng: random.Random) -> None:
    """Write Kangxi radicals for the characters they look like, as some PDFs do."""
    page.reword(_exchange(_pairs("kangxi")))


def pinyin_gloss(page: Page, facts: Facts, rng: random.Random) -> None:
    """Put the pinyin of some characters behind them."""
    glosses = {word[0]: f"{word[0]}({word[1:]})" for word in variants()["words"]["gloss"].split()}
    page.reword(_exchange(glosses))


def taiwan_terms(page: Page, facts: Facts, rng: random.Random) -> None:
    """Use words of Taiwan: 檔案 for 文件."""
    table = _pairs("taiwan")

    def swap(text: str) -> str:
        for old, new in table.items():
            text = text.replace(old, new)
        return text

    page.reword(swap)
