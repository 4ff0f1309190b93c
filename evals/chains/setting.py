"""What the chains run over: the corpora with their libraries, the model, the prompts."""

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from assistant.model_reply import Model, Usage
from assistant.prompts import Prompts
from evals.chains.outcome import Outcome, Verdict
from index.search.hit import PassageSearch
from index.store.library import Library

SHARED = Path(__file__).resolve().parents[3] / "shared"


class Corpus(NamedTuple):
    """A library of reports with its search; `files` are the reports it was made of."""

    name: str
    files: tuple[Path, ...]
    library: Library
    search: PassageSearch


class Setting(NamedTuple):
    """What every chain is given."""

    model: Model
    prompts: Prompts
    corpora: tuple[Corpus, ...]


Judged = tuple[Verdict, str, str]  # verdict, reason, what was shown


_QUOTED = re.compile("“.*”", re.DOTALL)


def unquoted(text: str) -> str:
    """Return words of the program without what they quote: results keep no report's prose."""
    return _QUOTED.sub("“…”", text)


def timed(chain: str, case: str, model: Model, run: Callable[[], Judged]) -> Outcome:
    """Return the outcome of one case with the seconds and tokens it took."""
    before: Usage = model.usage
    started = time.perf_counter()
    verdict, reason, shown = run()
    used: dict[str, Any] = {
        "prompt_tokens": model.usage.prompt_tokens - before.prompt_tokens,
        "completion_tokens": model.usage.completion_tokens - before.completion_tokens,
    }
    seconds = round(time.perf_counter() - started, 2)
    return Outcome(
        chain=chain, case=case, verdict=verdict, reason=reason, shown=shown, seconds=seconds, **used
    )


Chain = Callable[[Setting, int], Iterator[Outcome]]
