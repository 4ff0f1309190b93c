"""The published functions as the page registers them and MCP lists them: name, call, meaning."""

import functools
from collections.abc import Callable
from typing import Any, NamedTuple

from assistant.carried import carried
from assistant.published.arguments import input_schema
from assistant.published.published import Published
from assistant.published.tables import functions, parameters_of, results_of

Json = dict[str, Any]


class Endpoint(NamedTuple):
    """One published function: `function` is fully typed and raises NianbaoError for users."""

    name: str
    function: Callable[..., Json]
    description: str


class Tool(NamedTuple):
    """One published function as MCP wants it."""

    name: str
    title: str
    description: str
    call: Callable[..., Json]
    input_schema: Json
    output_schema: Json


def endpoints(published: Published) -> tuple[Endpoint, ...]:
    """Return what the page publishes: a file comes as an upload, `path` goes as `path_`."""
    calls: dict[str, Callable[..., Json]] = {
        "ask": published.ask,
        "extract": published.extract_upload,
        "source": published.source,
    }
    return tuple(
        Endpoint(name, _carrying(call), _described(name, input_schema(call, name)["properties"]))
        for name, call in calls.items()
    )


def tools(published: Published) -> tuple[Tool, ...]:
    """Return what MCP publishes; a file comes as its name with its text or its bytes in Base64."""
    calls: dict[str, Callable[..., Json]] = {
        "ask": published.ask,
        "extract": published.extract,
        "source": published.source,
    }
    return tuple(
        Tool(
            name,
            *functions()[name],
            call,
            input_schema(call, name),
            _output_schema(name),
        )
        for name, call in calls.items()
    )


def _carrying(call: Callable[..., Json]) -> Callable[..., Json]:
    """Return the function with its result as it can pass the page, its signature kept."""

    @functools.wraps(call)
    def carry(*args: object, **kwargs: object) -> Json:
        found: Json = carried(call(*args, **kwargs))
        return found

    return carry


def _described(function: str, taken: Json) -> str:
    """Return the description of a function with those of the parameters it takes."""
    lines = [functions()[function][1], "参数："]
    lines += [
        f"- {p.name}：{p.meaning}" for p in parameters_of(function).values() if p.name in taken
    ]
    return "\n".join(lines)


def _output_schema(function: str) -> Json:
    """Return the JSON Schema of what a function gives; fields may be added to it."""
    properties: Json = {}
    for name, kinds, meaning in results_of(function):
        shape: Json = {"description": meaning}
        if kinds != "any":
            types = kinds.split("|")
            shape["type"] = types if len(types) > 1 else types[0]
        properties[name] = shape
    return {"type": "object", "properties": properties}
