"""Where a report names its body besides the title: in its own words, signature, trail, publisher.

Gives what is said and where, in order of trust; which of them counts is for `identity` to settle.
"""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Literal, NamedTuple

from index.identity.body import Body, read_body
from index.identity.identity_words import body_words, chrome_words, opening_words, own_words
from index.identity.title import after_letters
from index.model import Level

Source = Literal["title", "self", "signature", "trail", "publisher", "opening"]

_NAME = r"[\u3400-\u9fff〇()· ]"
# What follows the name must be a word that ends it: a name is never cut short.
_BY = re.compile(
    rf"[由经]({_NAME}{{2,40}}?)"
    r"(?=编制|编写|撰写|汇总|(?:根据|依据|按照|结合|综合|负责|组织|统一|牵头)[^。;\n]{0,60}?(?:编制|汇总))"
)
_PUBLISHED = re.compile(
    rf"(?:公布|公开|发布|现将|现就|《)(?:了)?({_NAME}{{2,40}}?)(?:关于)?(?:19|20)\d\d\s*年?度?\s*(?:政府信息|政务)"
)
# The sentence must speak of the report: a budget is drawn up by somebody, too.
_OF_REPORT = re.compile(r"报告|年报|统计|数据|政府信息公开情况")
_DATE = re.compile(
    r"(?:[12]\d{3}|二[〇○零Oo0一二三四五六七八九]{3})年[\d一二三十]{1,2}月[\d一二三十]{1,3}日"
)
_LINE = re.compile(r"[^\n]+")
_TRAIL_MARK = re.compile(r"[>»›→]")
_SIGNED_LINES = 12
_LONGEST_NAME = 40
_CLEAR = 4
_BEGINNING = 800
_LONGEST_UNLISTED = 5


class Naming(NamedTuple):
    """A body named somewhere in a report; `start:end` spans the stretch that names it."""

    source: Source
    body: Body
    start: int
    end: int


def namings(plain: str, head: int, foot: int) -> Iterator[Naming]:
    """Yield who the report says it is by, besides its title, the most telling first.

    `head` is where the first section begins, `foot` where the last lines of the text begin.
    """
    yield from _own_words(plain, min(len(plain), head + _BEGINNING))
    yield from _signatures(plain, foot)
    yield from _trails(plain, head)
    yield from _publishers(plain, head, foot)
    yield from _openings(plain, head)


def _read(source: Source, plain: str, start: int, end: int) -> Naming | None:
    """Read a stretch of the text as a body's name; None when it is none, or no name of its own."""
    body = _body("".join(plain[start:end].split()))
    return Naming(source, body, start, end) if body is not None else None


def _body(flat: str) -> Body | None:
    """Read a body's name in a sentence: 办公室 names none, nor does 柞水 without its 县."""
    if _foreign().search(flat):
        return None
    body = read_body(flat)
    if body is None or (body.depth == 0 and body.unit.endswith("办公室")):
        return None
    return None if body.level != "bureau" and body.depth == 0 and not body.township else body


@cache
def _foreign() -> re.Pattern[str]:
    return re.compile("|".join(body_words().foreign))


def _own_words(plain: str, end: int) -> Iterator[Naming]:
    """本报告由柞水县凤凰镇编制; 现将角尾乡2017年度政府信息公开…公布如下."""
    for pattern in (_BY, _PUBLISHED):
        for match in pattern.finditer(plain, 0, end):
            if _OF_REPORT.search(_sentence(plain, match.start(), match.end())):
                naming = _read("self", plain, match.start(1), match.end(1))
                if naming is not None:
                    yield naming


def _sentence(plain: str, start: int, end: int) -> str:
    """Return the sentence around a place in the text."""
    before = max(plain.rfind(mark, 0, start) for mark in "。;\n")
    after = [cut for mark in "。;\n" if (cut := plain.find(mark, end)) >= 0]
    return plain[before + 1 : min(after, default=len(plain))]


def _signatures(plain: str, foot: int) -> Iterator[Naming]:
    """Yield a name on a line of its own at the end, with a date beside or below it."""
    lines = [m for m in _LINE.finditer(plain, foot) if not m[0].isspace()][-_SIGNED_LINES:]
    flats = ["".join(line[0].split()) for line in lines]
    below_each = flats[1:] + [""] * bool(flats)
    for line, flat, below in reversed(list(zip(lines, flats, below_each, strict=True))):
        date = _DATE.search(flat)
        name = flat[: date.start()] if date is not None else flat
        dated = date is not None or _DATE.match(below) is not None
        if len(name) > _LONGEST_NAME or not (dated or name.endswith(("人民政府", "办事处"))):
            continue
        body = _body(name)
        if body is not None:
            start = line.start() + len(line[0]) - len(line[0].lstrip())
            yield Naming("signature", body, start, after_letters(plain, start, len(name)))


def _trails(plain: str, head: int) -> Iterator[Naming]:
    """Yield the bodies in lines of page links, the lowest first (首页 > 柞水县 > 凤凰镇 > 年报)."""
    for match in _LINE.finditer(plain, 0, head):
        if not is_trail(match[0]):
            continue
        start, found = match.start(), []
        for link in re.finditer(r"[^>»›→/:\n]+", match[0]):
            naming = _read("trail", plain, start + link.start(), start + link.end())
            if naming is not None and naming.body.trust > 1:
                found.append(naming)
        yield from reversed(found)


def is_trail(line: str) -> bool:
    """Tell a line of page links."""
    return bool(_TRAIL_MARK.search(line)) or any(word in line for word in chrome_words().trail)


@cache
def _publisher() -> re.Pattern[str]:
    labels = "|".join(chrome_words().publisher)
    stop = r"(?=\s{2,}|\s*[^\u3400-\u9fff〇()· ]|\s\S+[::]|$|\n)"
    return re.compile(rf"(?:{labels})\s*[:|]\s*({_NAME}{{2,40}}?){stop}")


def _publishers(plain: str, head: int, foot: int) -> Iterator[Naming]:
    """Yield who stands after 来源, 发布机构, 主办单位."""
    for start, end in ((0, head), (foot, len(plain))):
        for match in _publisher().finditer(plain, start, end):
            naming = _read("publisher", plain, match.start(1), match.end(1))
            if naming is not None:
                yield naming


@cache
def _opening() -> re.Pattern[str]:
    words = opening_words()
    lead = rf"(?:(?:19|20)\d\d\s*年(?:度|以来|来)?|{'|'.join(words.leads)})\s*[,,]?\s*"
    organs = "党委政府|党委、政府|党工委|党委|人民政府|政府|办事处"
    verbs = "|".join(words.verbs)
    return re.compile(rf"(?:^|[\n。])[ \t#*]*(?:{lead})?({_NAME}{{2,30}}?)(?:{organs})?(?:{verbs})")


def _openings(plain: str, head: int) -> Iterator[Naming]:
    """Yield the subject of the first sentences: 2022年,大涌镇严格落实."""
    for match in _opening().finditer(plain, head, min(len(plain), head + _BEGINNING)):
        naming = _read("opening", plain, match.start(1), match.end(1))
        if naming is not None and _is_subject(naming.body):
            yield naming


def _is_subject(body: Body) -> bool:
    """Tell a name that can open a sentence from a phrase that only ends like one."""
    short = len(body.name) <= _LONGEST_UNLISTED
    return body.trust > 1 and (bool(body.fits or body.divisions) or body.depth > 0 or short)


@cache
def _own() -> re.Pattern[str]:
    return re.compile(rf"[我本]({'|'.join(own_words())})")


def own_kind(plain: str) -> tuple[str, Level] | None:
    """Return the kind and level that 我镇, 本街道 … tell of the writer, unless they contradict."""
    ranked = Counter(own_words()[word] for word in _own().findall(plain)).most_common(2)
    if not ranked or (len(ranked) > 1 and ranked[0][1] < _CLEAR * ranked[1][1]):
        return None
    return ranked[0][0]


def trusted_text(plain: str, title_end: int | None, head: int, foot: int) -> str:
    """Return the parts that may tell where a body lies: never the report's own prose.

    They are the trail, the publisher, the site's name, and what stands between title and first
    section; a place that the prose mentions is somebody else's.
    """
    after = title_end if title_end is not None else head
    parts = [m[0] for m in _LINE.finditer(plain, 0, head) if m.start() >= after or _tells(m[0])]
    parts += [m[0] for m in _LINE.finditer(plain, foot) if _publisher().search(m[0])]
    return "\n".join("".join(part.split()) for part in parts)


def _tells(line: str) -> bool:
    """Tell a line of the head that says whose site or report this is."""
    flat = "".join(line.split())
    return (
        is_trail(line)
        or _publisher().search(line) is not None
        or flat.endswith(("人民政府", "政府网", "政府网站", "门户网站"))
        or ("编制" in flat and "报告" in flat)
    )
