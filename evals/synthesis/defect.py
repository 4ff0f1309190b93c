"""What a defect is, and the table of variants all defects draw from."""

import random
import tomllib
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any, Literal, NamedTuple

from evals.synthesis.facts import Facts
from evals.synthesis.page import Page

Change = Callable[[Page, Facts, random.Random], None]


class Defect(NamedTuple):
    """A change to a page; `order` is when it happens, `form` the form it is known from."""

    name: str
    apply: Change
    order: int
    form: Literal["any", "2021", "2019"] = "any"


@cache
def variants() -> dict[str, Any]:
    """Return the variant table; Any, because TOML is checked by use."""
    text = (files("evals.synthesis") / "variants.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
