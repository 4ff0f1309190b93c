"""The words of `data/endpoint.toml`: what endpoints call things that this program needs."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from index.model import Frozen


class EndpointWords(Frozen):
    """The table, read."""

    default_context: int
    context_fields: tuple[str, ...]
    thinking_tags: tuple[str, ...]
    null_words: tuple[str, ...]
    null_names: tuple[str, ...]
    refusals: dict[str, tuple[str, ...]]
    # What is sent is the endpoint's business: any JSON.
    switches: dict[str, dict[str, Any]]


@cache
def endpoint_words() -> EndpointWords:
    """Return the table."""
    text = files("assistant.data").joinpath("endpoint.toml").read_text("utf-8")
    return EndpointWords.model_validate(tomllib.loads(text))
