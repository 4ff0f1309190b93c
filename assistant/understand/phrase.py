"""The question while it is being read: its tokens, which of them the plan already says, notes.

A reading is whole when every token that carries meaning has been used; what is left over is named
to the user, never dropped.
"""

from collections.abc import Iterable

from assistant.names import Names
from assistant.plan import Refusal, Understanding
from assistant.understand.lexer import Token

# Kinds whose words may be left out of the plan without changing what it asks.
SILENT = frozenset({"filler", "punct", "and", "from", "unit", "library", "within", "by", "gov"})


class DeclinedError(Exception):
    """The question is not answered; `refusal` says why."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal


class AmbiguousError(Exception):
    """The question has several readings; `choices` names them."""

    def __init__(self, choices: Iterable[str]) -> None:
        self.choices = tuple(dict.fromkeys(choices))
        super().__init__("；".join(self.choices))


def unread(parts: Iterable[str], why: str = "") -> DeclinedError:
    """Return the refusal for parts of the question that no reading uses."""
    named = tuple(dict.fromkeys(parts))
    listed = "、".join(f"“{part}”" for part in named)
    reason = why or f"没有读懂问题中的{listed}，因此不作答"
    hint = "请换一种说法或去掉这部分再问"
    return DeclinedError(Refusal(code="unread", message=f"{reason}。{hint}。", parts=named))


def several_readings(several: AmbiguousError) -> Understanding:
    """Return the readings to choose from; a single one is no choice, and is not guessed either."""
    if len(several.choices) != 1:
        return Understanding(choices=several.choices)
    message = (
        f"这个问题没有写明一处意思，能想到的只有一种：{several.choices[0]}。"
        "如果就是这个意思，请照它写明再问。"
    )
    return Understanding(refusal=Refusal(code="unread", message=message))


class Phrase:
    """Tokens of a question with marks of use; `notes` collects how things were understood."""

    def __init__(self, tokens: Iterable[Token], names: Names) -> None:
        """Start with nothing used."""
        self.tokens = tuple(tokens)
        self.names = names
        self.notes: list[str] = []
        self._used: set[int] = set()

    def use(self, *places: int) -> None:
        """Mark tokens as said by the plan."""
        self._used.update(places)

    def used(self, at: int) -> bool:
        """Tell whether a token is marked."""
        return at in self._used

    def where(self, *kinds: str) -> list[int]:
        """Return the places of unused tokens of any of the kinds."""
        return [
            i for i, token in enumerate(self.tokens) if i not in self._used and token.has(*kinds)
        ]

    def has(self, *kinds: str) -> bool:
        """Tell whether any token, used or not, may be of one of the kinds."""
        return any(token.has(*kinds) for token in self.tokens)

    def take(self, *kinds: str) -> list[Token]:
        """Mark and return all unused tokens of the kinds."""
        places = self.where(*kinds)
        self.use(*places)
        return [self.tokens[i] for i in places]

    def take_sums(self) -> bool:
        """Mark the words that say 合计; tell whether there were any. 平均 and others stay."""
        sums = [i for i in self.where("aggregate") if self.tokens[i].value("aggregate") == "sum"]
        self.use(*sums)
        return bool(sums)

    def values(self, kind: str) -> list[str]:
        """Return the values of all tokens of a kind, used or not."""
        return [v for token in self.tokens if (v := token.value(kind)) is not None]

    def note(self, text: str) -> None:
        """Add a note once."""
        if text not in self.notes:
            self.notes.append(text)

    def before(self, at: int) -> int | None:
        """Return the nearest place before `at` that is not a pure filler, None at the start."""
        return next((i for i in range(at - 1, -1, -1) if not self.is_filler(i)), None)

    def after(self, at: int) -> int | None:
        """Return the nearest place after `at` that is not a pure filler, None at the end."""
        return next((i for i in range(at + 1, len(self.tokens)) if not self.is_filler(i)), None)

    def is_filler(self, at: int) -> bool:
        """Tell whether a token is nothing but filler."""
        return self.tokens[at].kinds <= {"filler", "handled", "overview", "unit"}

    def left_over(self) -> list[str]:
        """Return the words with meaning that nothing has used."""
        return [
            token.text
            for i, token in enumerate(self.tokens)
            if i not in self._used and not (token.kinds & SILENT)
        ]

    def text(self) -> str:
        """Return the question's words without white space."""
        return "".join(token.text for token in self.tokens)
