"""A part of an answer on the page, beside its words and lists."""

from collections.abc import Callable
from typing import Any, NamedTuple

from assistant.page.desks.talk import Talk
from assistant.page.widgets import Component
from assistant.page.words import Words


class Part(NamedTuple):
    """What a part fills, and with what: a value for each component, of the talk as it is."""

    filled: list[Component]
    drawn: Callable[[Talk, Words], list[Any]]
