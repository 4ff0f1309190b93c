"""Embeds the prose of new reports in the background, as `nianbao add` does at its end."""

import threading

from assistant.dense import CaughtUp, catch_up
from assistant.settings import Settings
from index.model import NianbaoError
from index.store.library import Library


class Embedding:
    """One run at a time for the whole page; nobody waits for it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._guard = threading.Lock()
        self._again = threading.Event()
        self.last: CaughtUp | None = None

    @property
    def seconds(self) -> float:
        """For how long a run embeds at most."""
        return self._settings.embed_seconds

    @property
    def running(self) -> bool:
        """Whether a run is under way."""
        return self._guard.locked()

    def start(self, library: Library) -> None:
        """Embed what waits, for as long as the settings allow; a run under way goes on after."""
        self._again.set()
        if self.seconds > 0 and not self.running:
            threading.Thread(
                target=self._run, args=(library,), name="embedding", daemon=True
            ).start()

    def _run(self, library: Library) -> None:
        with self._guard:
            while self._again.is_set():
                self._again.clear()
                try:
                    self.last = catch_up(library, self._settings)
                except NianbaoError as error:
                    self.last = CaughtUp(failure=str(error))
