"""What became of one case put to a chain, and the totals over many; runs nothing itself."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Literal

from evals.readme import MORE
from index.model import Frozen

Verdict = Literal["answered", "beside", "declined", "wrong"]


class Outcome(Frozen):
    """One case: `answered` is right as far as code can judge, `declined` gave nothing wrong.

    `beside` showed nothing wrong, but not what the gold tables mark as the answer either.
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
    beside: int
    declined: int
    wrong: int
    seconds: float
    prompt_tokens: int
    completion_tokens: int


class ChainRun(Frozen):
    """One run of a chain: with which model and prompts, and every outcome."""

    chain: str
    model: str
    prompts: tuple[str, ...]
    date: str
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
        beside=count("beside"),
        declined=count("declined"),
        wrong=count("wrong"),
        seconds=round(sum(outcome.seconds for outcome in outcomes), 1),
        prompt_tokens=sum(outcome.prompt_tokens for outcome in outcomes),
        completion_tokens=sum(outcome.completion_tokens for outcome in outcomes),
    )


def totals_table(runs: Sequence[ChainRun]) -> str:
    """Return the totals as Markdown: a line for each chain, then the table with tokens."""
    models = "、".join(dict.fromkeys(run.model for run in runs))
    prompts = "、".join(sorted({prompt for run in runs for prompt in run.prompts}))
    totals = [total for run in runs for total in run.totals()]
    lines = [
        f"### The chains with the model {models}",
        "",
        "Cases: answered / beside the marked answer / declined / **wrong**. "
        + "; ".join(
            f"{t.chain} {t.cases}: {t.answered} / {t.beside} / {t.declined} / **{t.wrong}**"
            for t in totals
        )
        + f". `nianbao eval run --write`. {MORE}",
        "",
        f"Prompts: {prompts}.",
        "",
        "| chain | cases | answered | beside | declined | wrong | s | tokens in | tokens out |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    return "\n".join([*lines, *_rows(totals)]) + "\n"


def _rows(totals: Iterable[Total]) -> Iterable[str]:
    """Yield the lines of the table."""
    for t in totals:
        cells = (t.chain, t.cases, t.answered, t.beside, t.declined, t.wrong, f"{t.seconds:,.0f}")
        tokens = (f"{t.prompt_tokens:,}", f"{t.completion_tokens:,}")
        yield "| " + " | ".join(str(cell) for cell in (*cells, *tokens)) + " |"
