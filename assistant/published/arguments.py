"""Arguments that strangers send, checked by type and size before a function sees them."""

import functools
import inspect
import json
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, ParamSpec, TypeVar, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from assistant.published.tables import Parameter, fault_texts, parameters_of
from index.errors import MisuseError

P = ParamSpec("P")
R = TypeVar("R")
_SHOWN = 40


def checked(function: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Return a decorator that checks a method's arguments by their types and by the table.

    Nothing is converted: "1" is no number. Raises MisuseError that names the argument.
    """

    def decorate(method: Callable[P, R]) -> Callable[P, R]:
        order = list(inspect.signature(method).parameters)[1:]

        @functools.wraps(method)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            _require(method, function, dict(zip(order, args[1:], strict=False)) | kwargs)
            return method(*args, **kwargs)

        return call

    return decorate


def input_schema(method: Callable[..., Any], function: str) -> dict[str, Any]:
    """Return the JSON Schema of a method's arguments, with the meanings and bounds of the table."""
    schema = _arguments(getattr(method, "__func__", method)).model_json_schema(by_alias=True)
    schema.pop("title", None)
    for name, shape in schema["properties"].items():
        shape.pop("title", None)
        _describe(shape, parameters_of(function)[name])
    return schema


def _describe(shape: dict[str, Any], parameter: Parameter) -> None:
    """Add to the schema of one argument what the table says of it."""
    shape["description"] = parameter.meaning
    optional = "default" in shape
    bounds = {"string": ("minLength", "maxLength"), "integer": ("minimum", "maximum")}
    least, most = bounds.get(shape.get("type", ""), ("", ""))
    if least and parameter.least is not None and not (optional and least == "minLength"):
        shape[least] = parameter.least
    if most and parameter.most is not None:
        shape[most] = parameter.most


def _require(method: Callable[..., Any], function: str, given: Mapping[str, Any]) -> None:
    """Raise MisuseError unless the arguments are of the right types and sizes."""
    try:
        _arguments(method).model_validate(given)
    except ValidationError as error:
        raise MisuseError(_fault(error)) from None
    defaults = inspect.signature(method).parameters
    for name, value in given.items():
        left_out = value == defaults[name].default and type(value) is not bool
        if value is not None and not left_out:
            _require_size(parameters_of(function)[name], value)


def _require_size(parameter: Parameter, value: object) -> None:
    """Raise MisuseError when a value is beyond the bounds of its parameter."""
    if isinstance(value, bool) or (parameter.least is None and parameter.most is None):
        return
    name, size = parameter.name, _size(parameter.name, value)
    what = "是" if isinstance(value, int) else "的长度是"
    if parameter.least is not None and size < parameter.least:
        raise MisuseError(f"参数 {name!r} {what} {size}，至少要 {parameter.least}。")
    if parameter.most is not None and size > parameter.most:
        raise MisuseError(f"参数 {name!r} {what} {size}，最多 {parameter.most}。请减小后重试。")


def _size(name: str, value: object) -> int:
    """Return a number itself, else the length of the text or of the JSON."""
    if isinstance(value, int):
        return value
    try:
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        text.encode()  # half a surrogate pair is no text: whatever comes next would fail on it
    except UnicodeEncodeError as error:
        raise MisuseError(f"参数 {name!r} 含有无效的字符。") from error
    except (ValueError, TypeError, RecursionError) as error:
        raise MisuseError(f"参数 {name!r} 写不成 JSON。") from error
    return len(text)


def _fault(error: ValidationError) -> str:
    """Return the first fault in Chinese; a value is shown cut."""
    first = error.errors()[0]
    texts = fault_texts()
    value = repr(first["input"])
    shown = value if len(value) <= _SHOWN else f"{value[:_SHOWN]}…"
    name = ".".join(str(step) for step in first["loc"])
    return texts.get(first["type"], texts["other"]).format(name=name[:_SHOWN], value=shown)


@cache
def _arguments(method: Callable[..., Any]) -> type[BaseModel]:
    """Return the model of a method's arguments: strict, and no other argument."""
    function = inspect.unwrap(method)
    hints = get_type_hints(function)
    fields: dict[str, Any] = {}
    for number, (name, parameter) in enumerate(inspect.signature(function).parameters.items()):
        if number == 0:
            continue
        default = ... if parameter.default is inspect.Parameter.empty else parameter.default
        # Under another name: an argument called `schema` would hide a method of the model.
        fields[f"argument_{number}"] = (hints[name], Field(default, alias=name))
    config = ConfigDict(strict=True, extra="forbid")
    return create_model(function.__name__, __config__=config, **fields)
