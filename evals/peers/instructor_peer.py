"""instructor over the tables: the only module that imports it.

It fills a pydantic model with one optional number for each cell from the stretch and the prompt of
our extraction; it names no places. Its `create` function is our model, which is handed the JSON
Schema that instructor makes.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, Field, create_model

from assistant.model_reply import ContextError, Model, UnusableReplyError
from assistant.prompts import Message
from evals.peers.extra import load_extra
from evals.tasks.extract_tables import PROMPT, ExtractTables
from evals.tasks.table_blocks import Block
from evals.tasks.table_result import Given
from evals.tasks.table_text import NOT_FOUND, nothing_given, number_of, stretch_of, tight
from evals.tasks.task import Setting
from index.catalogue import Metric
from index.model import Document, NianbaoError

_RETRIES = 2
_TOKENS = 24


class InstructorPeer(ExtractTables):
    """The task `peer.instructor`."""

    title = "instructor 读法定表格"
    prompts = (PROMPT,)

    def read(
        self, document: Document, block: Block, metrics: Sequence[Metric], setting: Setting
    ) -> dict[str, Given]:
        """Return the cells that instructor fills in."""
        assert setting.model is not None
        library = load_extra("instructor")
        text, _ = stretch_of(document, block, metrics)
        if not text.strip():
            return nothing_given(metrics, NOT_FOUND)
        keys = block.keys(tuple(metrics))
        messages = setting.prompts[PROMPT].fill(fields="\n".join(keys), text=tight(text))
        door = _Door(setting.model, _TOKENS * len(keys) + 64)
        try:
            filled = _filled(library, door, messages, _record(keys))
        except (UnusableReplyError, ContextError) as error:
            return nothing_given(metrics, str(error))
        said = filled.model_dump()
        return {metric.id: Given(number_of(said[key])) for key, metric in keys.items()}


class _Door:
    """Our model as the function that instructor patches; `failure` is what it raised last."""

    def __init__(self, model: Model, most: int) -> None:
        self._model, self._most = model, most
        self.failure: NianbaoError | None = None

    def create(self, **request: Any) -> Any:
        """Return a chat completion for a request of OpenAI's shape, as instructor makes it."""
        messages = [Message(m["role"], str(m["content"])) for m in request["messages"]]
        schema = request["response_format"]["json_schema"]["schema"]
        try:
            reply = self._model.ask(messages, schema, self._most)
        except NianbaoError as error:
            self.failure = error
            raise
        self.failure = None
        return _completion(reply.text, self._model.name)


def _filled(
    library: Any, door: _Door, messages: Sequence[Message], record: type[BaseModel]
) -> BaseModel:
    """Return the record; raises the model's own error, not what it is wrapped in."""
    create = library.patch(create=door.create, mode=library.Mode.JSON_SCHEMA)
    try:
        filled: BaseModel = create(
            response_model=record, max_retries=_RETRIES, model="door",
            messages=[{"role": m.role, "content": m.content} for m in messages],
        )  # fmt: skip
    except NianbaoError:
        raise
    except Exception as error:
        # It wraps what a model raises in an error of its own, after its retries.
        if door.failure is not None:
            raise door.failure from error
        raise UnusableReplyError(f"instructor：{type(error).__name__} {error}") from error
    return filled


def _record(keys: Mapping[str, Metric]) -> type[BaseModel]:
    """Return a model with a number or null for each key."""
    fields: dict[str, Any] = {
        key: (float | None, Field(description=f"{metric.row} {metric.column}"))
        for key, metric in keys.items()
    }
    return create_model("Cells", **fields)


def _completion(text: str, model: str) -> Any:
    """Return a reply as the completion that instructor reads."""
    completion = load_extra("openai.types.chat").ChatCompletion
    message = {"role": "assistant", "content": text}
    return completion.model_validate(
        {
            "id": "door",
            "object": "chat.completion",
            "created": 0,
            "model": model,
            "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
        }
    )
