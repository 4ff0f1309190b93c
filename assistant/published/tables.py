"""The tables of this folder: what each function, parameter and result is called, and its bounds."""

import csv
from functools import cache
from importlib.resources import files
from typing import Literal, NamedTuple

Language = Literal["zh", "en"]
Row = dict[str, str]


class Parameter(NamedTuple):
    """One parameter: `least` and `most` bound a number, the length of a text, or of the JSON.

    `only` is "api" or "mcp" for one that the other does not have.
    """

    name: str
    only: str
    least: int | None
    most: int | None
    meaning: str


@cache
def parameters_of(function: str, language: Language = "zh") -> dict[str, Parameter]:
    """Return the parameters that the table tells of a function, by name."""
    return {
        row["parameter"]: Parameter(
            row["parameter"],
            row["only"],
            _bound(row["least"]),
            _bound(row["most"]),
            row[language],
        )
        for row in _rows("parameters.csv")
        if row["function"] == function
    }


@cache
def results_of(function: str, language: Language = "zh") -> tuple[tuple[str, str, str], ...]:
    """Return name, JSON type and meaning of what a function gives; it may give more."""
    return tuple(
        (row["field"], row["type"], row[language])
        for row in _rows("results.csv")
        if row["function"] == function
    )


@cache
def functions(language: Language = "zh") -> dict[str, tuple[str, str]]:
    """Return title and description of each function, in order."""
    return {
        row["function"]: (row[f"title_{language}"], row[language]) for row in _rows("functions.csv")
    }


@cache
def fault_texts() -> dict[str, str]:
    """Return what is said of an argument, by pydantic's type of the error."""
    return {row["type"]: row["zh"] for row in _rows("faults.csv")}


@cache
def _rows(name: str) -> tuple[Row, ...]:
    text = files(__package__ or __name__).joinpath(name).read_text("utf-8")
    return tuple(csv.DictReader(text.splitlines()))


def _bound(written: str) -> int | None:
    return int(written) if written else None
