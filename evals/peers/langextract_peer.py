"""langextract over the tables: the only module that imports it.

It is shown the stretch that our extraction is shown, whole; the examples are made up. What it calls
`char_interval` is taken as the place of a value. Its model is ours behind its own interface, held
to the schema that langextract itself makes of the examples for OpenAI: without it, a small model
goes on with the examples instead.
"""

import json
import tomllib
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from assistant.model_reply import ContextError, Model, Schema, UnusableReplyError
from assistant.prompts import Message
from evals.peers.extra import load_extra
from evals.tasks.extract_tables import ExtractTables
from evals.tasks.table_blocks import Block
from evals.tasks.table_result import Given
from evals.tasks.table_text import NOT_FOUND, nothing_given, number_of, stretch_of
from evals.tasks.task import Setting
from index.catalogue import Metric
from index.model import Document, NianbaoError

PROMPT = "peer_langextract"
_EXAMPLES = Path(__file__).with_name("langextract_examples.toml")
_CLASS, _KEY = "数", "栏"  # what an extraction is called, and its attribute for the cell
_TOKENS = 64  # for one extraction as langextract has it written
_WHOLE = 100_000  # characters; a stretch is never cut


class LangextractPeer(ExtractTables):
    """The task `peer.langextract`."""

    title = "langextract 读法定表格"
    prompts = (PROMPT,)

    def read(
        self, document: Document, block: Block, metrics: Sequence[Metric], setting: Setting
    ) -> dict[str, Given]:
        """Return the cells that langextract gives, each with the place that it gives."""
        assert setting.model is not None
        library = load_extra("langextract")
        text, start = stretch_of(document, block, metrics)
        if not text.strip():
            return nothing_given(metrics, NOT_FOUND)
        keys = block.keys(tuple(metrics))
        examples = _examples(library)
        door = _model_class()(setting.model, _schema(examples), _TOKENS * (len(keys) + 2))
        told = setting.prompts[PROMPT].fill(fields="\n".join(keys))
        try:
            found = _extracted(library, text, "\n".join(m.content for m in told), examples, door)
        except (UnusableReplyError, ContextError) as error:
            return nothing_given(metrics, str(error))
        return _given(found, keys, start)


def _extracted(library: Any, text: str, told: str, examples: list[Any], door: Any) -> Sequence[Any]:
    """Return langextract's extractions; raises the model's own error, not what it is wrapped in."""
    try:
        document = library.extract(
            text, prompt_description=told, examples=examples, model=door,
            use_schema_constraints=False, fence_output=False, max_char_buffer=_WHOLE,
            batch_length=1, max_workers=1, show_progress=False,
            resolver_params={"suppress_parse_errors": False},
        )  # fmt: skip
    except NianbaoError:
        raise
    except Exception as error:
        # It wraps what a model raises in an error of its own.
        if door.failure is not None:
            raise door.failure from error
        raise UnusableReplyError(f"langextract：{type(error).__name__} {error}") from error
    return document.extractions or ()


def _given(found: Sequence[Any], keys: dict[str, Metric], start: int) -> dict[str, Given]:
    """Return the first value for each cell."""
    given: dict[str, Given] = {}
    for one in found:
        metric = keys.get(str((one.attributes or {}).get(_KEY, "")).strip())
        value = number_of(one.extraction_text)
        if metric is None or value is None or metric.id in given:
            continue
        place = one.char_interval
        span = (place.start_pos + start, place.end_pos + start) if place else None
        given[metric.id] = Given(value, span)
    return given


def _examples(library: Any) -> list[Any]:
    table = tomllib.loads(_EXAMPLES.read_text(encoding="utf-8"))
    data = library.data
    return [
        data.ExampleData(
            text=example["text"],
            extractions=[
                data.Extraction(_CLASS, printed, attributes={_KEY: key})
                for key, printed in example["cells"]
            ],
        )
        for example in table["example"]
    ]


def _schema(examples: list[Any]) -> Schema:
    made = load_extra("langextract.providers.schemas.openai").OpenAISchema.from_examples(examples)
    schema: Schema = made.schema_dict
    return schema


@cache
def _model_class() -> Callable[[Model, Schema, int], Any]:
    """Return langextract's model interface over ours; untyped, for it is loaded only here."""
    base: Any = load_extra("langextract.core.base_model").BaseLanguageModel
    scored = load_extra("langextract.core.types").ScoredOutput

    class Door(base):  # type: ignore[misc]
        """Asks our model; `failure` is what it raised last."""

        def __init__(self, model: Model, schema: Schema, most: int) -> None:
            super().__init__()
            self._model, self._shape, self._most = model, schema, most
            self.failure: NianbaoError | None = None

        def infer(self, batch_prompts: Sequence[str], **_: object) -> Iterator[Sequence[Any]]:
            for prompt in batch_prompts:
                try:
                    reply = self._model.ask((Message("user", prompt),), self._shape, self._most)
                except NianbaoError as error:
                    self.failure = error
                    raise
                yield [scored(score=1.0, output=json.dumps(reply.data))]

    return Door
