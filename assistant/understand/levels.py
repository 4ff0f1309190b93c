"""Which bodies a question speaks of: 镇, 乡镇街道, 部门, 各县; kinds, levels, exclusions."""

from typing import NamedTuple, cast

from assistant.understand.phrase import Phrase, unread
from index.model import Level


class LevelWord(NamedTuple):
    """One level word: the level it names, its kinds ('' none), the place of its token."""

    level: str
    kinds: tuple[str, ...]
    at: int


class Levels(NamedTuple):
    """The level words of a question, and the kinds left out (不含街道)."""

    words: tuple[LevelWord, ...]
    without: tuple[str, ...]

    @property
    def named(self) -> tuple[str, ...]:
        """Return the levels named, `any` (单位, 报告) left out."""
        return tuple(dict.fromkeys(w.level for w in self.words if w.level != "any"))

    def has(self, level: str) -> bool:
        """Tell whether a level is named."""
        return any(word.level == level for word in self.words)


def read_levels(phrase: Phrase) -> Levels:
    """Use and return the level words of the question."""
    words: list[LevelWord] = []
    without: list[str] = []
    for at in phrase.where("level"):
        level, _, kinds = (phrase.tokens[at].value("level") or "").partition(":")
        phrase.use(at)
        before = phrase.before(at)
        if before is not None and phrase.tokens[before].has("except", "not"):
            _leave_out(phrase, at, before)
            without += kinds.split()
        elif _closes(phrase, at):
            without += kinds.split()
        else:
            words.append(LevelWord(level, tuple(kinds.split()), at))
    return Levels(tuple(words), tuple(dict.fromkeys(without)))


def _leave_out(phrase: Phrase, at: int, before: int) -> None:
    kinds = (phrase.tokens[at].value("level") or "").partition(":")[2]
    if not kinds:
        raise unread([phrase.tokens[before].text + phrase.tokens[at].text])
    phrase.use(before)
    after = phrase.after(at)
    if after is not None and phrase.tokens[after].has("outside"):
        phrase.use(after)


def _closes(phrase: Phrase, at: int) -> bool:
    """Tell whether 除外 follows the level word, and use it."""
    after = phrase.after(at)
    if after is None or not phrase.tokens[after].has("outside"):
        return False
    phrase.use(after)
    return True


def kinds_of(phrase: Phrase, levels: Levels) -> tuple[str, ...]:
    """Return the kinds to keep; an exclusion is turned into the library's other kinds."""
    kinds = tuple(dict.fromkeys(k for word in levels.words for k in word.kinds))
    bare = any(w.level == "township" and not w.kinds for w in levels.words)
    if kinds and not bare and len(levels.named) > 1:
        said = [phrase.tokens[word.at].text for word in levels.words]
        raise unread(said, f"“{'、'.join(said)}”要分开问")
    if not levels.without:
        return () if bare else kinds
    if levels.has("any"):
        raise unread([f"不是{'、'.join(levels.without)}的单位"])
    phrase.note(f"在乡镇街道中排除{'、'.join(levels.without)}")
    rest = [k for k in kinds or sorted(phrase.names.kinds) if k not in levels.without]
    if not rest:
        raise unread([f"除{'、'.join(levels.without)}以外"])
    return tuple(rest)


def plan_levels(levels: Levels) -> tuple[Level, ...]:
    """Return the plan's levels."""
    named = levels.named or (("township",) if levels.without else ())
    return cast("tuple[Level, ...]", named)
