"""What the tab of the evaluation asks of whoever evaluates; the page itself knows no evaluation.

The desk is handed in by the program, for `assistant` imports nothing of `evals`.
"""

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple, Protocol

from assistant.markup import Html
from assistant.page.house import OwnModel
from index.errors import MisuseError
from index.model import Frozen

LONGEST_PROMPT = 20_000
MOST_CASES = 1000
Replies = Literal["model", "recorded"]
Basis = Literal["none", "recorded", "length"]


class RunLine(NamedTuple):
    """A run that was kept: `key` names it to the desk; `problem` says why it cannot be used.

    `scores` are title and value of what decides; `due` cases were to be run.
    """

    key: str
    task: str
    name: str
    started: str = ""
    prompts: str = ""
    model: str = ""
    cases: int = 0
    due: int = 0
    scores: tuple[tuple[str, str], ...] = ()
    cost: str = ""
    problem: str = ""


class TaskChoice(NamedTuple):
    """A task that can be run; `sets` are the sources of its cases with how many each has."""

    name: str
    title: str
    needs_model: bool
    prompts: tuple[str, ...]
    sets: Mapping[str, int]
    cases: int


class Offered(NamedTuple):
    """What a visitor may choose for a task: `sets` are said and name, `prompt` is the first.

    `edited` tells whether that prompt is to be edited.
    """

    sets: tuple[tuple[str, str], ...]
    needs_model: bool
    prompts: tuple[str, ...]
    prompt: str | None
    edited: bool


def offered(task: TaskChoice, edit: bool) -> Offered:
    """Return what is offered for a task to a visitor who would `edit` a prompt where it has one."""
    sets = tuple((f"{one} ({count})", one) for one, count in task.sets.items())
    prompt = task.prompts[0] if task.prompts else None
    return Offered(sets, task.needs_model, task.prompts, prompt, bool(prompt) and edit)


class Wanted(Frozen):
    """What a visitor wants to have run.

    Attributes:
        task: its name.
        prompt, text: the prompt that is edited and the whole file as edited; "" runs as it is.
        sets: sources of the cases, all of them when empty; `most` of the cases at most.
        replies: those of a model, or only the recorded ones, which call nothing.
    """

    task: str
    prompt: str = ""
    text: str = ""
    sets: tuple[str, ...] = ()
    most: int | None = None
    replies: Replies = "model"


def wanted_from(
    task: str | None, edit: bool, prompt: str | None, text: str, sets: Sequence[str] | None,
    most: float | None, replies: str,
) -> Wanted:  # fmt: skip
    """Return what the fields of the form ask for; raises MisuseError when no task is chosen.

    No number, or 0, means all cases.
    """
    if not task:
        raise MisuseError("没有选任务。请先选一个任务。")
    if most is not None and most != int(most):
        raise MisuseError(f"例数 {most!r} 不是整数。请填整数，0 表示全部。")
    edited = bool(edit and prompt)
    return Wanted(
        task=task, prompt=prompt or "" if edited else "", text=text if edited else "",
        sets=tuple(sets or ()), most=int(most) if most else None,
        replies="model" if replies == "model" else "recorded",
    )  # fmt: skip


class Part(NamedTuple):
    """What one of the runs will take, as estimated; None is unknown.

    `recorded` of its cases have replies that are kept already and are not asked for again.
    """

    prompt: str
    cases: int
    recorded: int
    calls: int | None
    prompt_tokens: int | None
    completion_tokens: int | None
    cost: float | None
    currency: str | None
    seconds: float | None


class Estimate(NamedTuple):
    """What running will take: the program's own prompt, then the edited one.

    `basis`: what the figures come from: no model is asked; recorded replies; the length of the
    texts alone. `model` names model and endpoint, "" where none is asked.
    """

    wanted: Wanted
    title: str
    parts: tuple[Part, ...]
    basis: Basis
    model: str = ""


class Progress(NamedTuple):
    """How far the run is that goes on or went last; `shown` is what came of it.

    `part` of `parts` runs, `done` of `due` cases of it; `failed` cases got no reply. `problem` says
    why it ended early; what it had is kept, and the next run goes on from there.
    """

    running: bool = False
    title: str = ""
    part: int = 0
    parts: int = 0
    done: int = 0
    due: int = 0
    failed: int = 0
    stopping: bool = False
    problem: str = ""
    shown: Html | None = None


class EvaluatingDesk(Protocol):
    """Lists, shows, compares and makes runs; one run at a time goes on in the program.

    Every method may raise a NianbaoError whose message is for the visitor.
    """

    def runs(self) -> list[RunLine]:
        """Return the runs that are kept, the newest first."""

    def run(self, key: str) -> Html:
        """Return a run with its scores by field and group, and what it did not get right."""

    def comparison(self, before: str | None, after: str | None) -> Html:
        """Return what the second run shows against the first."""

    def tasks(self) -> list[tuple[str, str]]:
        """Return name and title of every task."""

    def task(self, name: str) -> TaskChoice:
        """Return what can be chosen of a task."""

    def versions(self, prompt: str) -> list[tuple[str, str]]:
        """Return title and name of the versions of a prompt, the program's own first."""

    def text(self, prompt: str, version: str) -> str:
        """Return the file of a version of a prompt."""

    def estimate(self, wanted: Wanted, own: OwnModel | None) -> Estimate:
        """Return what running would take; asks no model. Refuses a prompt that cannot be used."""

    def start(self, estimate: Estimate, own: OwnModel | None) -> None:
        """Begin to run what was estimated; refuses while another run goes on."""

    def progress(self) -> Progress:
        """Return how far it is."""

    def stop(self) -> None:
        """Let the run end after the case that is being run."""
