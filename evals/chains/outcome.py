"""What became of one case put to a chain, and the totals over many; runs nothing itself."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Literal

from index.model import Frozen

Verdict = Literal["answered", "declined", "wrong"]


class Outcome(Frozen):
    """One case: `answered` is right as far as code can judge, `declined` gave nothing wrong.

    `shown` is what a user saw, shortened; `reason` says why it is wrong or was declined. Tokens are
    those that the endpoint counted.
    """

    chain: str
    case: str
    verdict: Verdict
    reason: str = ""
    shown: str = ""
    seconds: float = 0.0
    prompt_tokens: int = 0
    completion_tokens: int = 0


class Total(Frozen):
    """The sums over the cases of one chain."""

    chain: str
    cases: int
    answered: int
    declined: int
    wrong: int
    seconds: float
    prompt_tokens: int
    completion_tokens: int


class ChainRun(Frozen):
    """One run over all chosen chains: what was asked of what, and every outcome."""

    model: str
    prompts: tuple[str, ...]
    date: str
    machine: str
    outcomes: tuple[Outcome, ...]

    def totals(self) -> list[Total]:
        """Return one total for each chain, in the order they ran."""
        held: dict[str, list[Outcome]] = defaultdict(list)
        for outcome in self.outcomes:
            held[outcome.chain].append(outcome)
        return [_total(chain, outcomes) for chain, outcomes in held.items()]


def _total(chain: str, outcomes: Sequence[Outcome]) -> Total:
    """Return the sums over the outcomes of one chain."""

    def count(verdict: Verdict) -> int:
        return sum(outcome.verdict == verdict for outcome in outcomes)

    return Total(
        chain=chain,
        cases=len(outcomes),
        answered=count("answered"),
        declined=count("declined"),
        wrong=count("wrong"),
        seconds=round(sum(outcome.seconds for outcome in outcomes), 1),
        prompt_tokens=sum(outcome.prompt_tokens for outcome in outcomes),
        completion_tokens=sum(outcome.completion_tokens for outcome in outcomes),
    )


def totals_table(run: ChainRun) -> str:
    """Return the totals as a Markdown table with its heading."""
    lines = [
        f"### The chains with the model {run.model!r}",
        "",
        f"`nianbao eval run --write`, {run.date}; prompts: {', '.join(run.prompts)}.",
        "",
        "| chain | cases | answered | declined | wrong | seconds | tokens in | tokens out |",
        "|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    return "\n".join([*lines, *_rows(run.totals())]) + "\n"


def _rows(totals: Iterable[Total]) -> Iterable[str]:
    """Yield the lines of the table."""
    for t in totals:
        cells = (t.chain, t.cases, t.answered, t.declined, t.wrong, f"{t.seconds:,.0f}")
        tokens = (f"{t.prompt_tokens:,}", f"{t.completion_tokens:,}")
        yield "| " + " | ".join(str(cell) for cell in (*cells, *tokens)) + " |"
