"""The chains over the corpora with the model of the settings: `run_chains`."""

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from assistant.chosen_model import chosen_model
from assistant.prompts import Prompts, prompt_names
from evals.chains.extract_chain import run_extract, run_repair
from evals.chains.outcome import ChainRun, Outcome
from evals.chains.plan_chain import run_plan
from evals.chains.prose_chain import run_prose
from evals.chains.setting import Chain, Corpus, Setting
from evals.retrieval import corpora, open_corpus
from index.errors import MisuseError

CHAINS: Mapping[str, Chain] = {
    "plan": run_plan,
    "prose": run_prose,
    "extract": run_extract,
    "repair": run_repair,
}
Tell = Callable[[Outcome], None]


def run_chains(
    chains: Sequence[str], prompts: Prompts, most: int, tell: Tell
) -> Iterator[ChainRun]:
    """Put at most `most` cases to each chain; `tell` gets each outcome as it comes."""
    model = chosen_model()
    if model is None:
        raise MisuseError(
            "没有设语言模型，没有可评测的。请设 NIANBAO_BASE_URL、NIANBAO_API_KEY、NIANBAO_MODEL。"
        )
    with tempfile.TemporaryDirectory() as folder:
        setting = Setting(model, prompts, tuple(_corpora(Path(folder))))
        for chain in chains:
            outcomes = []
            for outcome in CHAINS[chain](setting, most):
                outcomes.append(outcome)
                tell(outcome)
            yield ChainRun(
                chain=chain,
                model=model.name,
                prompts=tuple(prompts[name].id for name in prompt_names()),
                date=date.today().isoformat(),
                outcomes=tuple(outcomes),
            )


def _corpora(folder: Path) -> Iterator[Corpus]:
    """Yield the corpora, each in a library of its own."""
    for name, files in corpora().items():
        library, search = open_corpus(files, folder / name)
        yield Corpus(name, tuple(files), library, search)
