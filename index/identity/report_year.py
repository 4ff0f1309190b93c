"""The year a report is about, from its title, its data window and its opening words.

Never from the date of publication, which is a year later. Digits get lost in dates (20231月1日),
and some write 二〇二二年.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from index.identity.identity_words import chrome_words, number_in_name

_NUMERAL = "〇○零OoＯ0一二三四五六七八九"
_DIGITS = {letter: "0" for letter in "〇○零OoＯ"} | {
    letter: str(i) for i, letter in enumerate("一二三四五六七八九", 1)
}
_DATE = re.compile(r"(?:19|20)\d\d[年./-]\d{1,2}(?:[月./-](?:\d{1,2}日?)?)?")
_YEAR = re.compile(
    rf"(?<!\d)((?:19|20)\d\d)(?!\d)(?:年度|年|度)?|([二一][{_NUMERAL}]{{3}})(?:年度|年|度)"
)
_SCHOOL_YEAR = re.compile(r"(?:19|20)\d\d[-—~至](?:19|20)\d\d学?年?度?")
_WINDOW = re.compile(
    r"(?:统计的?(?:期限|时限|时间|时段|周期|区间|截止)|数据的?(?:期限|时限|时间)|报告期)[^。;\n\d]{0,25}?"
    r"((?:19|20)\d\d)(?=\D|1)"
    r"(?:[^。;\n]{0,16}?(?:至|到|-|—|~)[^。;\n\d]{0,4}((?:19|20)\d\d)(?=年|[.\-/]|\s*1))?"
)
_NAMED = re.compile(
    r"(?<!\d)((?:19|20)\d\d)\s*(?:年度|年)\s*(?:本?级?政府|政务)[^。;\n《》]{0,14}?(?:年度报告|年报)"
    r"|(?:现公布|现将|现就|社会公布)[^。;\n《》\d]{0,40}((?:19|20)\d\d)\s*年"
    r"|本年\(((?:19|20)\d\d)\)"
)
_CLOSING = re.compile(r"截[至止]到?\s*((?:19|20)\d\d)\s*年\s*(?:12\s*月\s*(?:31|底|末)|底|末)")
# A clause that opens with a year tells what was done in it, unless it speaks of plans.
_OPENING = re.compile(
    r"(?:^|[\n。,;])[ \t#*]*((?:19|20)\d\d)\s*年(?![\s\d]*\d)"
    r"(?!底|末|[^。\n]{0,8}(?:将|计划|拟|修订|施行))"
)
_SIGNED = re.compile(
    r"(?:^|\n)[^\n。,;]{0,30}?(?<!\d)((?:19|20)\d\d)\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日\s*(?=$|\n)"
)
_FIRST, _LAST = 1999, 2099


class Years(NamedTuple):
    """The years that each kind of evidence names, in the order of the text, each once."""

    window: tuple[int, ...]
    named: tuple[int, ...]
    opening: tuple[int, ...]
    closing: tuple[int, ...]
    published: tuple[int, ...]


def title_year(flat: str) -> tuple[int | None, str]:
    """Return the year in a title without white space (None for none or several), and the rest."""
    flat = _DATE.sub("", flat) if "月" in flat else flat
    years = {_number(match) for match in _years(flat)}
    rest = _SCHOOL_YEAR.sub("", flat)
    for match in reversed(list(_years(rest))):
        rest = rest[: match.start()] + rest[match.end() :]
    return (years.pop() if len(years) == 1 else None), rest


def _years(flat: str) -> Iterator[re.Match[str]]:
    """Yield the years of a title; the digits of 白荻县2022镇 are a part of the name."""
    named = {match.span() for match in number_in_name().finditer(flat)}
    return (match for match in _YEAR.finditer(flat) if match.span() not in named)


def _number(match: re.Match[str]) -> int:
    return int(match[1] or "".join(_DIGITS.get(letter, letter) for letter in match[2]))


def read_years(plain: str, foot: str) -> Years:
    """Return what the text says of its year; `foot` is where signature and date stand."""
    window = _WINDOW.search(plain)
    spread = [int(year) for year in window.groups() if year] if window else []
    named = [int("".join(groups)) for groups in _NAMED.findall(plain)]
    opening = [int(year) for year in _OPENING.findall(plain)]
    closing = [int(year) for year in _CLOSING.findall(plain)]
    published = _published(plain) or _signed(foot)
    return Years(*map(_once, (spread, named, opening, closing, published)))


def _once(years: Iterable[int]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(year for year in years if _FIRST <= year <= _LAST))


def _published(plain: str) -> list[int]:
    """Return the years after 发布日期 and its like."""
    labels = "|".join(chrome_words().published)
    pattern = rf"(?:^|[\s|\[(])(?:{labels})\s*[:|]\s*((?:19|20)\d\d)\s*[年./-]\s*\d"
    return [int(year) for year in re.findall(pattern, plain)]


def _signed(foot: str) -> list[int]:
    """Return the year of a date that stands alone on a line."""
    return [int(year) for year in _SIGNED.findall(foot)][-1:]


def settle_year(title: int | None, years: Years) -> tuple[int | None, tuple[str, ...]]:
    """Return the report year and the warnings (rule M-1) where the evidence disagrees.

    The title wins; then the data window; then what the text calls its own year and what its
    clauses open with, together. Evidence that names several years settles nothing.
    """
    # 截至2020年底 may be left over from last year: it can contradict, but tells nothing alone.
    told = (*years.named, *years.opening)
    for source, found in (
        ("标题", (title,) if title else ()),
        ("统计期限", years.window),
        ("正文", (*told, *years.closing) if told else ()),
    ):
        if len(set(found)) == 1 and found[0] is not None:
            return found[0], tuple(_disagreements(found[0], source, years))
    seen = sorted({*years.window, *told, *years.closing})
    if seen:
        return None, (f"M-1：报告年度无法确定，文中出现 {seen!r}；请核对标题和统计期限",)
    return None, ("报告未写明年度：标题和统计期限中都没有年份；请核对原文",)


def _disagreements(year: int, source: str, years: Years) -> Iterable[str]:
    for other, found in (("统计期限", years.window), ("正文", years.named)):
        wrong = [y for y in found if y != year]
        if wrong and other != source:
            told = f"M-1：{other}的年份 {wrong!r} 与{source}的 {year} 不一致"
            yield f"{told}，以{source}为准；请核对原文"
    late = [y for y in years.published if y != year + 1]
    if late:
        yield f"M-1：发布年份 {late!r} 不是报告年度 {year} 的次年；请核对原文"
