"""What the tabs share: the library at its newest, and what a visitor's settings open."""

from copy import copy
from functools import cached_property, lru_cache
from pathlib import Path
from tempfile import mkdtemp
from threading import Lock

from pydantic import SecretStr

from assistant.ask import Doors
from assistant.doors import open_doors
from assistant.page.gate import is_loopback
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

    The model of the environment comes first: a visitor's own counts only where none is set. On a
    page that others reach (`host`) a visitor names no endpoint unless the settings allow it: the
    server would call, from inside, any address that they type in.
    """

    def __init__(
        self,
        library: Library,
        settings: Settings | None = None,
        host: str = "127.0.0.1",
        downloads: Path | None = None,
    ) -> None:
        self._library = library
        self._guard = Lock()
        self._downloads = downloads
        self.settings = settings or load_settings()
        self.host = host
        self._doors = lru_cache(_DOORS_KEPT)(self._open)

    @property
    def takes_own(self) -> bool:
        """Whether a visitor may name the endpoint of their session."""
        allowed = self.settings.own_models
        local = is_loopback(self.host)
        return self.settings.base_url is None and (local if allowed is None else allowed)

    @cached_property
    def downloads(self) -> Path:
        """The folder of files made for visitors; the only one that the page serves."""
        return self._downloads or Path(mkdtemp(prefix="nianbao-"))

    @property
    def folder(self) -> Path:
        """The library's folder."""
        return self._library.folder

    def library(self) -> Library:
        """Return the library at its newest snapshot, which stays while others move on."""
        with self._guard:
            self._library.refresh()
            return copy(self._library)

    def doors(self, own: OwnModel | None = None) -> Doors:
        """Return the doors for a visitor; those of equal settings are opened once."""
        return self._doors(own if self.takes_own else None)

    def reopen(self) -> None:
        """Forget the doors that were opened, with the keys in them; the next question opens anew.

        After vectors were computed, search by meaning is found only so.
        """
        self._doors.cache_clear()

    def settings_for(self, own: OwnModel | None) -> Settings:
        """Return the settings that hold for a visitor: the environment's, or with their model."""
        if own is None or not self.takes_own:
            return self.settings
        chosen = {"base_url": own.base_url, "model": own.model, "api_key": own.api_key}
        return self.settings.model_copy(update=chosen)

    def _open(self, own: OwnModel | None) -> Doors:
        doors = open_doors(self._library, settings=self.settings)
        if own is None:
            return doors
        # Only the model is the visitor's: their key must not reach the environment's embedder.
        return doors._replace(
            model=open_doors(self._library, settings=self.settings_for(own)).model
        )
