"""What the page says, in Chinese and English, from the tables of this folder."""

import csv
from functools import cache
from importlib.resources import files
from typing import Literal, NamedTuple

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")


class Words(NamedTuple):
    """The texts of the page in one language, by key such as "ask.question"."""

    language: Language

    def __call__(self, key: str, /, **values: object) -> str:
        """Return a text with its {places} filled; raises KeyError when the tables have no `key`."""
        text = _texts()[key][self.language]
        return text.format(**values) if values else text

    def get(self, key: str) -> str:
        """Return a text as it stands, "" when the tables have none."""
        return _texts().get(key, {}).get(self.language, "")


def words(language: str) -> Words:
    """Return the words of a language; Chinese for any that there is none of."""
    return Words("en" if language == "en" else "zh")


def all_of(prefix: str) -> dict[str, dict[Language, str]]:
    """Return the texts whose key begins with `prefix`, by the rest of the key."""
    return {k.removeprefix(prefix): v for k, v in _texts().items() if k.startswith(prefix)}


@cache
def _texts() -> dict[str, dict[Language, str]]:
    """Return every text by key; a key may stand in one table only."""
    texts: dict[str, dict[Language, str]] = {}
    for table in sorted(files(__name__).iterdir(), key=lambda file: file.name):
        if not table.name.endswith(".csv"):
            continue
        for row in csv.DictReader(table.read_text("utf-8").splitlines()):
            if row["key"] in texts:
                raise KeyError(f"{table.name} 里的 {row['key']!r} 重复")
            texts[row["key"]] = {"zh": row["zh"], "en": row["en"]}
    return texts
