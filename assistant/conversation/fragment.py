"""A follow-up cut into the parts it names, by the same words the rules read questions with."""

from typing import NamedTuple, cast

from assistant.conversation.marks import Marked
from assistant.names import Names
from assistant.plan import Aggregate, Comparator, GroupBy, Measure
from assistant.understand.conditions import Bound, read_bounds
from assistant.understand.levels import Levels, kinds_of, plan_levels, read_levels
from assistant.understand.lexer import Token, segment
from assistant.understand.measures import read_measures
from assistant.understand.numerals import Number
from assistant.understand.ordering import GROUP_LEVELS, Order, functions, read_order
from assistant.understand.phrase import Phrase, unread
from assistant.understand.places import Ref, read_places
from assistant.understand.shares import read_shares
from assistant.understand.years import read_years, settle_bare_years
from index.model import Level

_QUIET = (
    "which", "how_many", "have", "has_not", "each", "claim", "hearsay", "but", "all", "overview",
    "handled", "apart", "unit",
)  # fmt: skip
_DECLINED = ("unsupported", "ours", "approximate")
_YEAR_WORDS = ("年份", "年度", "一年")
_FIRST = ("第一", "第一名", "第一位")
_BEFORE = ("上一年", "上年", "上年度", "上一年度", "前一年")
_CHANGES = ("change", "since", "two_years")
_COMPARES = ("compare", "than", "difference")


class Fragment(NamedTuple):
    """What a follow-up names; what it leaves open is the empty value of each field.

    `comparator` stands alone (没超过的呢), `number` without a comparator (8161件). `ordinal` counts
    the rows of the last answer, from the end when negative. `words` are the kinds of its tokens.
    """

    marked: Marked
    words: frozenset[str]
    years: tuple[int, ...] = ()
    refs: tuple[Ref, ...] = ()
    excluded: tuple[Ref, ...] = ()
    level: Levels = Levels((), ())
    levels: tuple[Level, ...] = ()
    kinds: tuple[str, ...] = ()
    measures: tuple[Measure, ...] = ()
    bounds: tuple[Bound, ...] = ()
    comparator: str = ""
    number: Number | None = None
    denied: bool = False
    order: Order | None = None
    functions: tuple[Aggregate, ...] = ()
    group: GroupBy | None = None
    ordinal: int = 0
    changes: tuple[str, ...] = ()
    compares: bool = False
    counts: bool = False
    lists: bool = False
    others: bool = False

    @property
    def names_nothing(self) -> bool:
        """Tell whether it names no part of a question at all."""
        named = (
            self.years, self.refs, self.excluded, self.level.words, self.measures, self.bounds,
            self.comparator, self.number, self.order, self.functions, self.group, self.ordinal,
            self.changes, self.compares, self.counts, self.lists, self.others,
        )  # fmt: skip
        return not any(named)


def read_fragment(marked: Marked, names: Names, last: tuple[int, ...] = ()) -> Fragment:
    """Return the parts of a follow-up; raises DeclinedError when a word has no part in it.

    `last` are the years of the last question, which 上一年 is counted from.
    """
    tokens = settle_bare_years(segment(marked.rest, names))
    phrase = Phrase((_year_before(token, last) for token in tokens), names)
    _insist_on_known(phrase)
    ordinal = _ordinal(phrase, marked)
    years = read_years(phrase)
    refs, excluded = read_places(phrase)
    _skip_counted_level(phrase)
    group, level = _group_and_levels(phrase)
    kinds, levels = kinds_of(phrase, level), plan_levels(level)
    bounds = tuple(read_bounds(phrase))
    measures = tuple(
        dict.fromkeys(m for g in read_shares(phrase, read_measures(phrase)) for m in g.measures)
    )
    order = read_order(phrase)
    if order and (years_asked := [t.text for t in phrase.tokens if t.text in _YEAR_WORDS]):
        raise unread(years_asked)
    counts = any(t.value("how_many") == "body" for t in phrase.tokens)
    asked = [*functions(phrase), *(["sum"] if phrase.take("weak_sum") and not counts else [])]
    if asked and (apart := [t.text for t in phrase.tokens if t.has("apart")]):
        raise unread(apart)
    others = marked.has("others") or _denies(phrase)
    comparator, number = _alone(phrase)
    denied = any(t.value("before") == "ne" for t in phrase.tokens)
    lists = phrase.has("which")
    changes = tuple(token.value("change") or "diff" for token in phrase.take(*_CHANGES))
    compares = bool(phrase.take(*_COMPARES))
    phrase.take(*_QUIET)
    if left := phrase.left_over():
        raise unread(left)
    return Fragment(
        marked, frozenset(k for t in phrase.tokens for k in t.kinds), years.years, refs, excluded,
        level, levels, kinds, measures, bounds, comparator, number, denied, order,
        cast("tuple[Aggregate, ...]", tuple(dict.fromkeys(asked))), group, ordinal, changes,
        compares, counts, lists, others,
    )  # fmt: skip


def _year_before(token: Token, last: tuple[int, ...]) -> Token:
    """Return 上一年 as the year before the last question's only one."""
    if len(last) != 1 or token.text not in _BEFORE or not token.has("relative_year"):
        return token
    return Token(token.text, frozenset({"year"}), year=last[0] - 1)


def _insist_on_known(phrase: Phrase) -> None:
    """Decline words in no table, words never answered, and 或 between parts."""
    unknown = [t.text for t in phrase.tokens if t.has("unknown", *_DECLINED)]
    joined = [t.text for t in phrase.tokens if t.kinds <= {"or", "both"}]
    if unknown or joined:
        raise unread(unknown or joined)


def _ordinal(phrase: Phrase, marked: Marked) -> int:
    """Use 第二个, 第2名, 最后一个; return which row is meant, 0 for none."""
    found = [1] * marked.has("first") + [-1] * marked.has("last")
    for at in phrase.where("limit"):
        direction, count = phrase.tokens[at].limit or ("", 0)
        if direction in ("place", "last_place"):
            phrase.use(at)
            found.append(count if direction == "place" else -count)
    for at in phrase.where("superlative"):
        if phrase.tokens[at].text in _FIRST and not phrase.has("row", "cell", "fact", "request"):
            phrase.use(at)
            found.append(1)
    if len(found) > 1:
        raise unread([f"第{n}" for n in found])
    return found[0] if found else 0


def _skip_counted_level(phrase: Phrase) -> None:
    """Use the 镇 of 第二个镇, which only repeats what the rows are."""
    for at in phrase.where("level"):
        before = phrase.before(at)
        token = phrase.tokens[before] if before is not None else None
        if token is not None and token.limit and token.limit[0].endswith("place"):
            phrase.use(at)


def _group_and_levels(phrase: Phrase) -> tuple[GroupBy | None, Levels]:
    """Read 按县分, 各县, 分年, 按类型 as a grouping; other level words say which bodies."""
    found: list[GroupBy] = []
    for at in phrase.where("group"):
        phrase.use(at)
        found.append("year")
    for at in phrase.where("levels"):
        phrase.use(at)
        found.append(cast("GroupBy", phrase.tokens[at].value("levels")))
    level = read_levels(phrase)
    for word in level.words:
        before = phrase.before(word.at)
        led = before is not None and phrase.tokens[before].has("each", "by")
        if led and word.level in GROUP_LEVELS:
            found.append(cast("GroupBy", word.level))
    if len(set(found)) > 1:
        raise unread(["分组"], "一次只能按一种方式分组")
    if found:
        level = level._replace(words=tuple(w for w in level.words if w.level != found[0]))
    return (found[0] if found else None), level


def _denies(phrase: Phrase) -> bool:
    """Use the 没有 of 哪些没有, which stands for the bodies that do not meet the conditions."""
    places = [at for at in phrase.where("none") if _closes(phrase, at)]
    phrase.use(*places)
    return bool(places)


def _closes(phrase: Phrase, at: int) -> bool:
    """Tell whether nothing but a body or a filler follows."""
    rest = range(at + 1, len(phrase.tokens))
    return all(phrase.is_filler(i) or phrase.tokens[i].has("level", "punct") for i in rest)


def _alone(phrase: Phrase) -> tuple[str, Number | None]:
    """Use a comparator without a number, and a number without a comparator."""
    before: list[Token] = phrase.take("before", "after")
    words = [w for t in before if (w := t.value("before") or t.value("after")) and w != "be"]
    numbers = [t.number for t in phrase.take("number") if t.number]
    if len(words) + len(numbers) > 1:
        raise unread([t.text for t in phrase.tokens if t.has("number", "before", "after")])
    return (words[0] if words else ""), (numbers[0] if numbers else None)


def comparator_of(word: str) -> Comparator | None:
    """Return the comparator of a word's value, None where the word alone does not tell."""
    known = {"gt": "gt", "ge": "ge", "lt": "lt", "le": "le", "eq": "eq", "at_most": "le"}
    found = known.get(word) or {"at_least": "ge"}.get(word)
    return cast("Comparator | None", found)
