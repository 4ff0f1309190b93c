"""The ways to ask for structured output, best first, and what each puts into the request."""

import json
from collections.abc import Sequence
from typing import Any

from assistant.model_reply import Mode, Schema
from assistant.prompts import Message

LADDER: tuple[Mode, ...] = ("json_schema", "tool", "json_object", "plain")
_NAME = "answer"


def mode_extras(mode: Mode, schema: Schema) -> dict[str, Any]:
    """Return the fields of the request's body that ask for `schema` in this way."""
    if mode == "json_schema":
        asked = {"name": _NAME, "schema": dict(schema), "strict": _strict(schema)}
        return {"response_format": {"type": "json_schema", "json_schema": asked}}
    if mode == "tool":
        function = {"name": _NAME, "description": "给出回答", "parameters": dict(schema)}
        choice = {"type": "function", "function": {"name": _NAME}}
        return {"tools": [{"type": "function", "function": function}], "tool_choice": choice}
    return {"response_format": {"type": "json_object"}} if mode == "json_object" else {}


def mode_messages(messages: Sequence[Message], mode: Mode, schema: Schema) -> tuple[Message, ...]:
    """Return the messages, with the schema in the system message where nothing else carries it."""
    if mode in ("json_schema", "tool"):
        return tuple(messages)
    text = json.dumps(schema, ensure_ascii=False)
    told = f"只输出一个符合下面 JSON Schema 的 JSON 对象，不要输出别的文字。\n{text}"
    if messages and messages[0].role == "system":
        return (Message("system", f"{messages[0].content}\n\n{told}"), *messages[1:])
    return (Message("system", told), *messages)


def repair_messages(reply: str, problem: str) -> tuple[Message, ...]:
    """Return what is added to the conversation after a reply that `problem` makes unusable."""
    again = f"上面的回答不能用：{problem}\n请重新回答，只输出一个完整的、符合要求的 JSON 对象。"
    said = (Message("assistant", reply),) if reply.strip() else ()
    return (*said, Message("user", again))


def _strict(schema: object) -> bool:
    """Tell whether every object closes and requires all of its fields, as strict mode demands."""
    if isinstance(schema, dict):
        fields = schema.get("properties")
        if isinstance(fields, dict) and (
            schema.get("additionalProperties") is not False
            or set(schema.get("required", ())) != set(fields)
        ):
            return False
        return all(map(_strict, schema.values()))
    return all(map(_strict, schema)) if isinstance(schema, list) else True
