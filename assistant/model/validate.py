"""A model's text or tool arguments → data that fits the schema, or what is wrong with them."""

from typing import Any

from assistant.model.coerce import coerced
from assistant.model.parse import ParseError, parse_objects
from assistant.model.wire import Whole
from assistant.model_reply import Schema
from index.errors import MisuseError


class InvalidReplyError(Exception):
    """A reply that is not what was asked for; `problem` is for the model, `shown` for the user.

    `shown` never holds the reply's own words: nothing of it has been checked.
    """

    def __init__(self, problem: str, shown: str) -> None:
        super().__init__(shown)
        self.problem = problem
        self.shown = shown


def check_schema(schema: Schema) -> None:
    """Raise MisuseError when `schema` is no JSON Schema of an object."""
    from jsonschema import Draft202012Validator, SchemaError

    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        raise MisuseError(f"JSON Schema 不合规范：{error.message}。请改正后重试。") from error


def valid_data(reply: Whole, schema: Schema) -> dict[str, Any]:
    """Return the reply's data; raises InvalidReplyError, always when the reply was cut short."""
    if reply.finish == "length":
        raise InvalidReplyError("回答太长，没有写完。请写得更短。", "回答太长，被截断")
    text = reply.arguments or reply.text
    if not text.strip():
        raise InvalidReplyError("回答是空的。", "回答是空的")
    try:
        found: list[dict[str, Any]] = [coerced(data, schema) for data in parse_objects(text)]
    except ParseError as error:
        raise InvalidReplyError(str(error), str(error).rstrip("。")) from None
    problems = [_problem(data, schema) for data in found]
    valid = [data for data, problem in zip(found, problems, strict=True) if problem is None]
    if len(valid) == 1:
        return valid[0]
    if valid:
        raise InvalidReplyError("有几个不同的 JSON 对象，只要一个。", "给出了几个不同的结果")
    told, shown = problems[0] or ("", "")
    raise InvalidReplyError(told, shown)


def _problem(data: object, schema: Schema) -> tuple[str, str] | None:
    """Return what is wrong, for the model and for the user; None when nothing is."""
    from jsonschema import Draft202012Validator
    from referencing import Registry
    from referencing.exceptions import Unresolvable

    # An empty registry: a reference in a user's schema must not make us fetch anything.
    registry: Registry[Any] = Registry()
    try:
        error = next(Draft202012Validator(schema, registry=registry).iter_errors(data), None)
    except Unresolvable as unresolved:
        raise MisuseError(f"JSON Schema 里的引用 {unresolved.ref!r} 找不到。") from None
    if error is None:
        return None
    place = error.json_path
    return f"{place}：{error.message}", f"字段 {place} 不合要求（{error.validator}）"
