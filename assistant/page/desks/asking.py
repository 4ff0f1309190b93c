"""Asks a visitor's question and tells what came so far; knows no page.

The question is answered beside the one who waits: nobody is kept from leaving, and what a visitor
no longer waits for ends with the next piece that the model sends.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from assistant.ask import Doors, OnText, ask
from assistant.library_view import LibraryView
from assistant.model_reply import Model, Reply, Schema, Usage
from assistant.page.desks.following import LeftError, Tell, awaited
from assistant.page.desks.talk import Talk
from assistant.prompts import Message
from assistant.result import Answer, Limits
from index.errors import MisuseError
from index.model import NianbaoError

CONTEXTS = 40  # citations shown with the words before them
LONGEST = 500
_BEAT = 0.5


class Step(NamedTuple):
    """What is known so far: `text` is still being written; at the end an answer or a failure.

    A `failure` is said to the user as it is; `defect` is an error of the program behind it.
    """

    text: str = ""
    answer: Answer | None = None
    failure: str = ""
    defect: Exception | None = None

    @property
    def done(self) -> bool:
        """Whether nothing more comes."""
        return self.answer is not None or bool(self.failure) or self.defect is not None


class _Interruptible:
    """A model whose reply ends as soon as nobody waits for it."""

    def __init__(self, model: Model, go_on: Callable[[], None]) -> None:
        self._model = model
        self._go_on = go_on

    @property
    def name(self) -> str:
        return self._model.name

    @property
    def context(self) -> int:
        return self._model.context

    @property
    def usage(self) -> Usage:
        return self._model.usage

    def count(self, text: str) -> int:
        return self._model.count(text)

    def ask(
        self, messages: Sequence[Message], schema: Schema | None = None, most: int = 1024
    ) -> Reply:
        self._go_on()
        return self._model.ask(messages, schema, most)

    def stream(self, messages: Sequence[Message], most: int = 1024) -> Iterator[str]:
        self._go_on()
        for piece in self._model.stream(messages, most):
            yield piece
            self._go_on()


def check_question(question: str) -> str:
    """Return the question as it is asked; raises MisuseError when it is empty or too long."""
    asked = question.strip()
    if not asked:
        raise MisuseError("还没有写问题。请写出要问的，例如点一个例子。")
    if len(asked) > LONGEST:
        raise MisuseError(
            f"问题有 {len(asked)} 个字，最多 {LONGEST} 个。请只留下要问的，一次问一件事。"
        )
    return asked


def steps(question: str, talk: Talk, library: LibraryView, doors: Doors) -> Iterator[Step]:
    """Yield the text as it grows, at least every half second, and at last the answer.

    Ending the iteration early ends the writing. Nothing is raised: what failed is the last step.
    """

    def work(tell: Tell[Step]) -> Step:
        written: list[str] = []

        def write(piece: str) -> None:
            written.append(piece)
            tell(Step("".join(written)))

        return _answered(question, talk, library, _interruptible(doors, tell.go_on), write)

    return awaited(work, Step(), _BEAT)


def _answered(question: str, talk: Talk, library: LibraryView, doors: Doors, tell: OnText) -> Step:
    """Return the last step: an answer, or what went wrong."""
    try:
        asked = check_question(question)
        limits = Limits(contexts=CONTEXTS)
        found = ask(asked, library, doors, limits, talk.conversation, tell)
    except NianbaoError as error:
        return Step(failure=str(error))
    except LeftError:
        raise  # nobody is told
    except Exception as error:
        return Step(defect=error)
    return Step(answer=found)


def _interruptible(doors: Doors, go_on: Callable[[], None]) -> Doors:
    """Return the doors with a model that is interrupted where `go_on` raises."""

    def model() -> Model | None:
        opened = doors.model()
        return None if opened is None else _Interruptible(opened, go_on)

    return doors._replace(model=model)
