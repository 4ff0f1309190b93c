"""Report years of a question: single ones, lists, ranges, 以来, 近三年; never today's date."""

from typing import NamedTuple

from assistant.understand.lexer import Token
from assistant.understand.numerals import read_number
from assistant.understand.phrase import AmbiguousError, Phrase, unread


class Years(NamedTuple):
    """The report years asked for; `spans` keeps each stretch with the place of its token."""

    years: tuple[int, ...]
    spans: tuple[tuple[int, tuple[int, ...]], ...]


def settle_bare_years(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """Return the tokens with 2000 after 超过 or before 以上 as a number instead of a year."""
    settled = list(tokens)
    for at, token in enumerate(tokens):
        if not token.has("year") or token.sure:
            continue
        before = tokens[at - 1] if at else None
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        closes = at >= 2 and tokens[at - 2].has("number") and tokens[at - 1].has("to", "and")
        if (
            _compares(before, tokens)
            or (after and after.has("after", "between"))
            or (closes and (tokens[at - 1].has("to") or _between_follows(tokens, at)))
            or _opens_range(tokens, at)
        ):
            number = read_number(token.text, 0, len(token.text))
            settled[at] = Token(token.text, frozenset({"number"}), number=number)
    return tuple(settled)


def _opens_range(tokens: tuple[Token, ...], at: int) -> bool:
    """Tell whether a number closes what the token begins (2000到3000件)."""
    return at + 2 < len(tokens) and tokens[at + 1].has("to") and tokens[at + 2].has("number")


def _between_follows(tokens: tuple[Token, ...], at: int) -> bool:
    """Tell whether 之间 or a unit closes 1000和2000."""
    return any(token.has("between") for token in tokens[at + 1 : at + 3])


def _compares(before: Token | None, tokens: tuple[Token, ...]) -> bool:
    """Tell whether the token in front asks for a number."""
    value = before.value("before") if before else None
    if value == "be":
        return any(token.has("claim") for token in tokens)
    return value is not None


def read_years(phrase: Phrase) -> Years:
    """Use and return the years of the question, each span with the place where it stands."""
    spans: list[tuple[int, tuple[int, ...]]] = []
    places = phrase.where("year")
    while places:
        at = places.pop(0)
        end = _range_end(phrase, at)
        if end is not None:
            places.remove(end)
            phrase.use(*range(at, end + 1))
            spans.append((at, _between(phrase, at, end)))
        else:
            phrase.use(at)
            spans.append((at, _open_ended(phrase, at)))
    _ask_as_of(phrase)
    _ask_published(phrase)
    spans += _counted_back(phrase)
    years = tuple(sorted({year for _, span in spans for year in span}))
    return Years(years, tuple(spans))


def _ask_as_of(phrase: Phrase) -> None:
    """Ask about 截至2022年 but for what is a stock at a year's end (现行有效)."""
    stock = any(t.value("column") in ("in_force", "total_public") for t in phrase.tokens)
    for at in phrase.where("as_of"):
        after = phrase.after(at)
        year = phrase.tokens[after].year if after is not None else None
        if year and not stock:
            raise AmbiguousError(
                (f"{year}年一年", f"{min((year, *phrase.names.years))}年至{year}年")
            )
        if year:
            phrase.use(at)


def _ask_published(phrase: Phrase) -> None:
    """Ask whether 2022年公布的年报 is the report of 2022 or the one of 2021."""
    tokens = phrase.tokens
    for at in phrase.where("published"):
        before, after = phrase.before(at), phrase.after(at)
        dated = before is not None and tokens[before].year is not None
        if dated and after is not None and tokens[after].has("place", "level", "bureau"):
            year = tokens[before or 0].year or 0
            raise AmbiguousError((f"{year}年度的报告", f"{year}年公布的{year - 1}年度的报告"))
        phrase.use(at)


def _range_end(phrase: Phrase, at: int) -> int | None:
    """Return the place of the year that closes a range begun at `at`."""
    tokens = phrase.tokens
    if at + 2 < len(tokens) and tokens[at + 1].has("to") and tokens[at + 2].has("year"):
        return at + 2
    return None


def _between(phrase: Phrase, at: int, end: int) -> tuple[int, ...]:
    first, last = phrase.tokens[at].year or 0, phrase.tokens[end].year or 0
    if not first < last < first + 60:
        raise unread([f"{phrase.tokens[at].text}—{phrase.tokens[end].text}"])
    nearby = phrase.after(end)
    if nearby is not None and phrase.tokens[nearby].has("between"):
        phrase.use(nearby)
    return tuple(range(first, last + 1))


def _open_ended(phrase: Phrase, at: int) -> tuple[int, ...]:
    """Read 2021年以来 and 2021年以前 against the years of the library."""
    year = phrase.tokens[at].year or 0
    following = at + 1
    if following >= len(phrase.tokens) or phrase.used(following):
        return (year,)
    token, held = phrase.tokens[following], phrase.names.years
    if token.has("after_year"):
        raise AmbiguousError((f"含{year}年", f"不含{year}年"))
    if token.has("since_year"):
        phrase.use(following)
        return _noted(phrase, range(year, max((year, *held)) + 1))
    if token.has("until_year"):
        phrase.use(following)
        return _noted(phrase, range(min((year, *held)), year + 1))
    return (year,)


def _noted(phrase: Phrase, years: range) -> tuple[int, ...]:
    phrase.note(f"年份按{years[0]}年至{years[-1]}年理解（以库中报告年度为界）")
    return tuple(years)


def _counted_back(phrase: Phrase) -> list[tuple[int, tuple[int, ...]]]:
    """Read 近三年 and 最新 from the latest report year of the library; decline 去年 and 今年."""
    held = phrase.names.years
    found: list[tuple[int, tuple[int, ...]]] = []
    for at in phrase.where("relative_year"):
        raise AmbiguousError(
            f"{year}年（把“{phrase.tokens[at].text}”写成年份）" for year in held[-3:]
        )
    for at in phrase.where("last_years", "latest_year"):
        if not held:
            raise unread([phrase.tokens[at].text])
        phrase.use(at)
        count = int(phrase.tokens[at].value("last_years") or 1)
        years = tuple(range(held[-1] - count + 1, held[-1] + 1))
        phrase.note(f"“{phrase.tokens[at].text}”按库中最新的报告年度{held[-1]}年往前数")
        found.append((at, years))
    return found
