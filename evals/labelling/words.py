"""The words of the label helper, from `labelling.toml`."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from evals.tasks.table_blocks import Block


@cache
def _table() -> Mapping[str, Any]:
    return tomllib.loads((Path(__file__).parent / "labelling.toml").read_text(encoding="utf-8"))


@cache
def section_blocks() -> tuple[Block, ...]:
    """Return the three sections with tables, and the words around them."""
    return tuple(Block(**section) for section in _table()["section"])


def statuses_of_cells() -> Mapping[str, str]:
    """Return what stands for a cell without a value, by what is typed."""
    found: Mapping[str, str] = _table()["cell"]
    return found


def statuses_of_rows() -> Mapping[str, str]:
    """Return what stands for a whole row without values, by what is typed."""
    found: Mapping[str, str] = _table()["row"]
    return found


def other_prints(stem: str) -> tuple[str, ...]:
    """Return further prints of a row's label."""
    return tuple(_table()["also"].get(stem, ()))


def not_applicable() -> frozenset[str]:
    """Return the prints that mean: does not apply."""
    return frozenset(_table()["printed"]["not_applicable"])


@cache
def units() -> tuple[str, ...]:
    """Return the units that may stand behind a number in its cell, longest first."""
    return tuple(sorted(_table()["printed"]["units"], key=len, reverse=True))


def means(typed: str, what: str) -> bool:
    """Tell whether `typed` is a word of the dialogue: back, quit, more, help, yes, no, skip."""
    return typed.strip().lower() in _table()["dialogue"][what]
