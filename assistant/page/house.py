"""What the tabs share: the library at its newest, and what a visitor's settings open."""

from functools import lru_cache
from pathlib import Path

from pydantic import SecretStr

from assistant.ask import Doors
from assistant.doors import open_doors
from assistant.settings import Settings, load_settings
from index.model import Frozen
from index.store.library import Library

_DOORS_KEPT = 16


class OwnModel(Frozen):
    """The endpoint of a language model that one visitor typed in; lives in their session only."""

    base_url: str
    model: str
    api_key: SecretStr | None = None


class House:
    """The library that the page asks, and the doors that its questions may need.

    The model of the environment comes first: a visitor's own counts only where none is set.
    """

    def __init__(self, library: Library, settings: Settings | None = None) -> None:
        self._library = library
        self.settings = settings or load_settings()
        self._doors = lru_cache(_DOORS_KEPT)(self._open)

    @property
    def folder(self) -> Path:
        """The library's folder."""
        return self._library.folder

    def library(self) -> Library:
        """Return the library, brought to the newest snapshot."""
        self._library.refresh()
        return self._library

    def doors(self, own: OwnModel | None = None) -> Doors:
        """Return the doors for a visitor; those of equal settings are opened once."""
        return self._doors(None if self.settings.base_url else own)

    def _open(self, own: OwnModel | None) -> Doors:
        if own is None:
            return open_doors(self._library, settings=self.settings)
        chosen = {"base_url": own.base_url, "model": own.model, "api_key": own.api_key}
        return open_doors(self._library, settings=self.settings.model_copy(update=chosen))
