"""The title of a report and what it names: the body, the year; its place in the text.

Titles come alone on a line, split over several, doubled, typed wrongly (工作告年度报), inside a
trail of page links or after a label, or at the head of run-together text; many reports have none.
"""

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from index.identity.body import Body, read_body
from index.identity.identity_words import (
    body_words,
    chrome_words,
    kind_of,
    number_in_name,
    title_words,
)
from index.identity.report_year import title_year
from index.model import Level

_HEAD_END = re.compile(
    r"(?:^|\n)[ \t#*|]*(?:一|1)[ \t]*[、.,:][^\n]"
    r"|[一1][ \t]*[、.][ \t]*(?:总体|基本情况|工作基本|概述|概况)"
    r"|(?:^|\n)[ \t#*|]*(?:总体情况|总体概述|工作基本情况|概述|基本情况)[ \t#*|]*(?=\n|$)"
    r"|第二十条第?[ \t]*\(|信息内容"
)
_NO_HEADING = 1500
_HEAD = 6000
_DECORATION = " \t#*|=_~·•>-《》"
_SEPARATORS = re.compile(r"[>»›→|:\t_/]| [-–] | {2,}|\[(?:19|20)\d\d\] *\d+ *号")
_LINE = re.compile(r"[^\n]+")
_LONGEST = 75
_LONGEST_BODY = 45
_FRAGMENT = re.compile(r"[\u3400-\u9fff〇0-9()\[\]\"、-]{1,40}")
_ENDING_LETTERS = 20
_SEATS = ("county", "city", "province")

# The kind and level of the writer, as 我镇 tells them.
Own = tuple[str, Level] | None


class Piece(NamedTuple):
    """A stretch of the text that may hold a title: its span and its letters without white space."""

    start: int
    end: int
    flat: str


class Title(NamedTuple):
    """A title: its span, the body as written ('' when it names none), the body read, the year.

    `joined` tells that body and title stand on lines of their own.
    """

    start: int
    end: int
    naming: str
    body: Body | None
    year: int | None
    whole: bool
    joined: int

    @property
    def worth(self) -> tuple[bool, bool, bool, bool, int]:
        """Which of two titles is the better: it names a body, a year, fills whole lines."""
        named, dated = self.body is not None, self.year is not None
        return named and dated, named, dated, self.whole, -self.joined


def head_end(plain: str) -> int:
    """Return where the head of a report ends: at its first section or table."""
    match = _HEAD_END.search(plain, 0, _HEAD)
    if match is None:
        return min(len(plain), _NO_HEADING)
    return match.start() + (plain[match.start()] == "\n")


def best_titles(plain: str, own: Own = None) -> list[Title]:
    """Return the best titles in the head of a normalised text that differ, the last first.

    A page that lists several reports gives more than one. `own` is what 我镇 or 我局 says of the
    writer: a county's name above a title that names nobody is then the site's.
    """
    best: list[Title] = []
    for title in _titles_in(plain, 0, head_end(plain)):
        site = title.joined > 1 and title.body is not None and title.body.level in _SEATS
        if site and own is not None and title.body is not None:
            continue
        if best and title.worth < best[0].worth:
            continue
        equals = best if best and title.worth == best[0].worth else []
        best = [title, *(other for other in equals if not _says(title, other))]
        best = best[1:] if any(_says(other, title) for other in best[1:]) else best
    return best


def _says(title: Title, other: Title) -> bool:
    """Tell whether a title says all that another says: 中山市大涌镇2022 and 大涌镇2022."""
    return title.year == other.year and title.naming.endswith(other.naming)


def _titles_in(plain: str, start: int, end: int) -> Iterator[Title]:
    """Yield every reading of lines between `start` and `end` as a title."""
    lines = [_piece(plain, m.start(), m.end()) for m in _LINE.finditer(plain, start, end)]
    lines = [line for line in lines if line.flat]
    for i, line in enumerate(lines):
        if len(line.flat) <= _LONGEST and (title := _whole(plain, line, 1)) is not None:
            yield title
        else:
            yield from _segments(plain, line)
        yield from _joined(plain, lines[i : i + 4])


def _piece(plain: str, start: int, end: int) -> Piece:
    """Cut decoration and white space off both ends of a stretch of text."""
    text = plain[start:end]
    inner = text.strip(_DECORATION)
    start += len(text) - len(text.lstrip(_DECORATION))
    return Piece(start, start + len(inner), "".join(inner.split()))


def _joined(plain: str, lines: list[Piece]) -> Iterator[Title]:
    """Yield titles that run over two to four lines, each of which could be a part of one."""
    for count in range(2, len(lines) + 1):
        part = lines[:count]
        if not all(_is_fragment(line.flat) for line in part):
            return
        flat = "".join(line.flat for line in part)
        if len(flat) > _LONGEST:
            return
        title = _whole(plain, Piece(part[0].start, part[-1].end, flat), count)
        if title is not None:
            yield title


@cache
def _chrome() -> re.Pattern[str]:
    words = chrome_words()
    return re.compile("|".join((*words.trail, *words.publisher, *words.published)))


def _is_fragment(flat: str) -> bool:
    return _FRAGMENT.fullmatch(flat) is not None and _chrome().search(flat) is None


def _segments(plain: str, line: Piece) -> Iterator[Title]:
    """Yield titles inside a line: between the links of a trail, after a label, before the text."""
    if not _topic().search(line.flat):
        return
    cuts = [line.start]
    for match in _SEPARATORS.finditer(plain, line.start, line.end):
        cuts += [match.start(), match.end()]
    cuts.append(line.end)
    for start, end in list(pairwise(cuts))[::2]:
        piece = _piece(plain, start, end)
        title = (_whole(plain, piece, 1) if len(piece.flat) <= _LONGEST else None) or _leading(
            plain, piece
        )
        if title is not None:
            yield title._replace(whole=False)


@cache
def _topic() -> re.Pattern[str]:
    words = title_words()
    topics = "|".join(words.topics)
    return re.compile(rf"(?:{topics})(?:(?:{'|'.join(words.joints)})?(?:{topics}))*")


def _leading(plain: str, piece: Piece) -> Title | None:
    """Read the title that run-together text begins with; it must name its body and its year."""
    flat = piece.flat[: _LONGEST + _ENDING_LETTERS]
    topic = _topic().search(flat)
    if topic is None:
        return None
    tail = re.compile(r".{0,8}?(?:年度工作报告|年度报告|工作报告|年报|报告)").match(
        flat, topic.end()
    )
    # 的, 电子版, 显示 and 解读 go on with a sentence or a headline.
    if tail is None or flat.startswith(("的", "电", "显", *title_words().foreign), tail.end()):
        return None
    end = after_letters(plain, piece.start, tail.end())
    title = _whole(plain, Piece(piece.start, end, flat[: tail.end()]), 1)
    return title if title is not None and title.body and title.year else None


def after_letters(plain: str, position: int, letters: int) -> int:
    """Return where so many letters, white space not counted, end that begin at `position`."""
    while letters:
        letters -= not plain[position].isspace()
        position += 1
    return position


def _whole(plain: str, piece: Piece, lines: int) -> Title | None:
    """Read a piece that is nothing but a title; None when it is something else."""
    flat, end = _undoubled(plain, piece)
    if _topic().search(flat) is None:
        return None
    flat = flat.strip("《》\"'[]")
    year, rest = title_year(flat)
    topic = _topic().search(rest)
    if topic is None or not _is_ending(rest[topic.end() :]):
        return None
    naming = _naming(rest[: topic.start()])
    if naming is None:
        return None
    return Title(piece.start, end, naming, read_body(naming), year, True, lines)


def _undoubled(plain: str, piece: Piece) -> tuple[str, int]:
    """Return one half of a title printed twice on a line, and where the span ends."""
    half, odd = divmod(len(piece.flat), 2)
    if odd or not half or piece.flat[:half] != piece.flat[half:]:
        return piece.flat, piece.end
    return piece.flat[:half], after_letters(plain, piece.start, half)


def _is_ending(tail: str) -> bool:
    """Tell 工作年度报告, 年报 and their typing errors: right letters, one wrong one at most."""
    strange = sum(letter not in title_words().ending for letter in tail)
    allowed = 1 if "年" in tail and "报" in tail else 0
    return "报" in tail and len(tail) <= _ENDING_LETTERS and strange <= allowed


def _naming(text: str) -> str | None:
    """Return the body's name before the topic, '' when there is none, None when it is no title."""
    words = title_words()
    text = re.sub(r"\(\)|\[\]", "", text).strip("、-·的度\"'《》[]")
    opening = next((word for word in words.opening if text.startswith(word)), "")
    text = text.removeprefix(opening).removesuffix("关于").strip("、-·的")
    unnumbered = number_in_name().sub("", text)
    if len(text) > _LONGEST_BODY or re.search(r"[\d。,;:!?<>《》]", unnumbered):
        return None
    if any(word in text for word in words.foreign):
        return None
    return "" if _is_nameless(text) else text


def _is_nameless(text: str) -> bool:
    """Tell 乡镇, 我镇, 县人民政府 or 本单位, which name nobody."""
    words = body_words()
    stem = next((text.removesuffix(w) for w in words.government if text.endswith(w)), text)
    kind = kind_of(stem)
    if kind is not None and kind.level == "township":
        stem = stem.removesuffix(kind.suffix)
    return stem in words.nameless


def title_text(original: str, plain: str, title: Title) -> str:
    """Return a title in plain characters: its lines joined, without glosses or doubled spaces."""
    pairs = zip(original[title.start : title.end], plain[title.start : title.end], strict=True)
    letters = "".join(new for old, new in pairs if new != " " or old.isspace())
    words = letters.split()
    if len(words) > 1 and max(map(len, words)) == 1:
        return "".join(words)
    return " ".join(words) if title.joined == 1 else _join(letters)


def _join(letters: str) -> str:
    """Join the lines of a split title without a gap: Chinese needs none."""
    return "".join(" ".join(line.split()).strip(_DECORATION) for line in letters.split("\n"))
