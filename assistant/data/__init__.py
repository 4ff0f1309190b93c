"""The word tables of the question rules and of the answers."""

import csv
from importlib.resources import files


def read_rows(name: str) -> list[dict[str, str]]:
    """Return the rows of table `name` (such as "words.csv") of this folder, by column name."""
    return list(csv.DictReader(files(__name__).joinpath(name).read_text("utf-8").splitlines()))
